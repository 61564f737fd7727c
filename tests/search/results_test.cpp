#include "ntorc/search/results.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "fixtures.hpp"
#include "ntorc/emit/plan_json.hpp"
#include "ntorc/error.hpp"
#include "ntorc/model/read_keras.hpp"
#include "ntorc/search/run.hpp"
#include "search/small_search.hpp"
#include "support/csv.hpp"

namespace ntorc::search {
namespace {

/// A finished search with a deadline, and its results.
class FoundNetworks : public testing::Test {
 protected:
  FoundNetworks()
      : config_([] {
          Config config = small::small_config();
          config.cost.latency = "200us";
          return config;
        }()),
        teacher_(config_.data, small::sines(4)),
        candidates_(config_, 1, teacher_.head()),
        store_(open_store((folder_.path() / "search.sqlite").string())),
        study_(store_->open_study(config_.name, config_.identity)) {
    run(config_, candidates_, teacher_, *store_, study_, {});
    trials_ = read_trials(config_, candidates_, *store_, study_);
    found_ = found_networks(config_, candidates_, *store_, study_, trials_);
  }

  ntorc::test::TemporaryDir folder_;
  Config config_;
  Teacher teacher_;
  Candidates candidates_;
  std::unique_ptr<Store> store_;
  StudyId study_;
  std::vector<TrialRecord> trials_;
  std::vector<FoundNetwork> found_;
};

TEST_F(FoundNetworks, HaveTheWeightsWhoseErrorTheySay) {
  ASSERT_EQ(found_.size(), front_of(config_, trials_).size());
  for (const FoundNetwork& found : found_) {
    const Lesson lesson = teacher_.lesson(window_of(config_.space, trials_[found.trial].point));
    EXPECT_EQ(validation_error(found.network, found.weights, lesson, config_.data.decoding), found.error);
    const std::vector<double> errors = trials_[found.trial].errors(1);
    EXPECT_EQ(found.error, *std::ranges::min_element(errors));  // of two the lower
    ASSERT_TRUE(found.plan);
    EXPECT_EQ(found.plan->status, mip::SolveStatus::Optimal);
  }
}

TEST_F(FoundNetworks, AreWrittenWithPlansAndPredictions) {
  const std::filesystem::path out = folder_.path() / "out";
  write_results(config_, candidates_, teacher_, trials_, found_, out);
  for (const FoundNetwork& found : found_) {
    const auto own = out / "networks" / ("trial_" + std::to_string(trials_[found.trial].number));
    const model::Network network = model::read_keras(own / "model.h5");
    EXPECT_EQ(multiplies(network), multiplies(found.network));
    EXPECT_EQ(emit::read_plan(own / "plan.json").total.lut, found.plan->total.lut);
    // The mean squared error of the rows that were not learnt from is that of the network.
    const auto table = support::CsvTable::read(own / "predictions.csv");
    double sum = 0;
    double rows = 0;
    for (std::size_t i = 0; i < table.rows(); ++i) {
      if (table.text(i, "learnt") != "0") continue;
      const double off = table.figure(i, "predicted") - table.figure(i, "truth");
      sum += off * off;
      ++rows;
    }
    EXPECT_NEAR(std::sqrt(sum / rows), found.error, 1e-3 * found.error);
  }
  const auto json = nlohmann::json::parse(ntorc::test::read_all(out / "trials.json"));
  EXPECT_EQ(json.at("format"), "ntorc-search");
  EXPECT_EQ(json.at("trials").size(), trials_.size());
  EXPECT_EQ(json.at("front").size(), found_.size());
}

TEST_F(FoundNetworks, AreMeasuredOnRunsThatWereNotRead) {
  std::vector<signal::Recording> held_out = small::sines(6);
  held_out.erase(held_out.begin(), held_out.begin() + 4);
  const auto errors = measure_held_out(config_, teacher_, trials_, found_, signal::join(held_out));
  ASSERT_EQ(errors.size(), 3 * found_.size());  // each run, and both
  EXPECT_EQ(errors[0].run, "run_4");
  EXPECT_EQ(errors[1].run, "run_5");
  EXPECT_EQ(errors[2].run, "");
  EXPECT_DOUBLE_EQ(errors[2].error, (errors[0].error + errors[1].error) / 2);
  EXPECT_EQ(errors[2].windows, errors[0].windows + errors[1].windows);
  EXPECT_THAT(held_out_csv(errors), testing::StartsWith("trial,run,windows,rmse\n"));
}

TEST_F(FoundNetworks, AreNoneOfATrialWithoutWeights) {
  // What has been concluded as failed has none.
  const std::size_t place = found_.front().trial;
  store_->conclude(study_, trials_[place].number, Status::Failed, "{}");
  EXPECT_EQ(
      ntorc::test::message_of<StoreError>([&] { found_networks(config_, candidates_, *store_, study_, trials_); }),
      "trial " + std::to_string(trials_[place].number) + ": expected the weights of its training, found none");
}

}  // namespace
}  // namespace ntorc::search
