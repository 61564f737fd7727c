// Trains networks on the data and by the recipe of a search's configuration, several seeds each, and prints a row of
// CSV for each training: the 16 of N-TORC's Table III [Singh et al., FCCM 2025], or the front that a search has
// written. docs/dropbear.md is made of its output.
//   retrain CONFIG.yaml [--front DIR] [--seeds 3] [--first-seed 1] [--workers 1] [--split-by-seed] [--only NAME ...]
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <exception>
#include <filesystem>
#include <iostream>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "ntorc/model/read_keras.hpp"
#include "ntorc/search/config.hpp"
#include "ntorc/search/cost.hpp"
#include "ntorc/search/evaluate.hpp"
#include "ntorc/search/lesson.hpp"
#include "ntorc/search/report.hpp"
#include "ntorc/search/study.hpp"
#include "ntorc/signal/metrics.hpp"

namespace {

using namespace ntorc;

enum class SplitSeed { OfConfiguration, OfTraining };

/// As it is trained, and as it is deployed: with one output.
struct Subject {
  std::string name{};
  std::optional<double> published_rmse{};
  model::Network trained{};
  model::Network deployed{};
};

struct Job {
  Subject subject{};
  std::uint64_t seed = 1;
  std::string row{};
};

std::vector<Subject> published(const search::Head& head) {
  std::vector<Subject> subjects;
  for (const search::PublishedNetwork& network : search::published_front()) {
    subjects.push_back(
        {name_of(network), network.rmse, make_network(network, head), make_network(network, {1, "linear"})});
  }
  return subjects;
}

/// By ascending number of multiplications.
std::vector<Subject> front_of(const std::filesystem::path& folder) {
  std::vector<Subject> subjects;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "networks")) {
    const model::Network network = model::read_keras(entry.path() / "model.json");
    subjects.push_back({entry.path().filename().string(), std::nullopt, network, network});
  }
  std::ranges::sort(subjects, {}, [](const Subject& subject) { return search::multiplies(subject.deployed); });
  return subjects;
}

std::string number(const std::optional<double>& value) { return value ? fmt::format("{:.6g}", *value) : ""; }

/// RMSE against the label as it was recorded, however the configuration measures.
double label_error(const search::Lesson& lesson, const train::Matrix& outputs, search::Decoding decoding) {
  return signal::rmse(search::decoded(lesson, decoding, outputs),
                      signal::labels_of(lesson.samples, lesson.split.validation));
}

void work(const search::Config& asked, const std::vector<signal::Recording>& recordings, SplitSeed split_seed,
          Job& job) {
  search::Config config = asked;
  if (split_seed == SplitSeed::OfTraining) config.data.split.seed = job.seed;
  config.training.seed = job.seed;
  const search::Teacher teacher(config.data, recordings);
  const search::Candidates candidates(config, teacher.channels(), teacher.head());
  const search::Lesson lesson = teacher.lesson(job.subject.trained.layers.front().output_shape.front());
  const search::Progress progress = search::evaluate(job.subject.trained, lesson, config.data.decoding, config.training,
                                                     std::nullopt, config.training.epochs);
  const train::Matrix outputs = train::predict(job.subject.trained, progress.state.weights, lesson.validation);
  std::optional<double> lut;
  std::optional<double> dsp;
  if (candidates.plan()) {
    deploy::PlanOptions options = *candidates.plan();
    options.question = question_of(search::CostKind::Lut, options.question);
    const deploy::Plan plan = deploy::plan_network(job.subject.deployed, candidates.model(), options);
    if (!plan.layers.empty()) {
      lut = plan.total.lut;
      dsp = plan.total.dsp;
    }
  }
  job.row = fmt::format("{},{},{},{},{:.6g},{},{},{},{},{:.6g},{:.6g},{:.3f}\n", job.subject.name, job.seed,
                        search::multiplies(job.subject.trained), search::multiplies(job.subject.deployed),
                        search::ntorc_code_multiplies(job.subject.trained), number(lut), number(dsp),
                        number(job.subject.published_rmse), number(progress.evaluation.error),
                        label_error(lesson, outputs, search::Decoding::MostProbable),
                        label_error(lesson, outputs, search::Decoding::Expectation), progress.evaluation.cpu_seconds);
}

}  // namespace

int main(int argc, char** argv) try {
  std::string file;
  std::string front;
  std::uint64_t seeds = 3;
  std::uint64_t first_seed = 1;
  unsigned workers = 1;
  bool split_by_seed = false;
  std::vector<std::string> only;
  CLI::App cli("Trains the networks of N-TORC's Table III, or of a front");
  cli.add_option("CONFIG", file)->required();
  cli.add_option("--front", front, "Folder of a search, in place of Table III");
  cli.add_option("--seeds", seeds);
  cli.add_option("--first-seed", first_seed);
  cli.add_option("--workers", workers);
  cli.add_flag("--split-by-seed", split_by_seed);
  cli.add_option("--only", only);
  CLI11_PARSE(cli, argc, argv);

  const search::Config config = search::read_config(file);
  const std::vector<signal::Recording> recordings = search::read_recordings(config.data);
  std::vector<Job> jobs;
  const search::Head head = search::Teacher(config.data, recordings).head();
  for (const Subject& subject : front.empty() ? published(head) : front_of(front)) {
    if (!only.empty() && std::ranges::find(only, subject.name) == only.end()) continue;
    for (std::uint64_t seed = first_seed; seed < first_seed + seeds; ++seed) jobs.push_back({subject, seed});
  }
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::exception_ptr failure;
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < workers; ++i) {
      threads.emplace_back([&] {
        try {
          for (std::size_t k = next++; k < jobs.size(); k = next++) {
            work(config, recordings, split_by_seed ? SplitSeed::OfTraining : SplitSeed::OfConfiguration, jobs[k]);
            const std::lock_guard lock(mutex);
            std::cerr << jobs[k].row;
          }
        } catch (...) {
          const std::lock_guard lock(mutex);
          failure = std::current_exception();
          next = jobs.size();
        }
      });
    }
  }
  if (failure) std::rethrow_exception(failure);
  std::cout << "network,seed,multiplies,multiplies_one_output,ntorc_code,lut,dsp,published_rmse,error,label_error_most_"
               "probable,"
               "label_error_expectation,cpu_seconds\n";
  for (const Job& job : jobs) std::cout << job.row;
} catch (const std::exception& error) {
  std::cerr << "retrain: " << error.what() << '\n';
  return 1;
}
