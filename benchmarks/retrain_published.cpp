// Trains the 16 networks of N-TORC's Table III [Singh et al., FCCM 2025] on the data and by the recipe of a search's
// configuration, several seeds each, and prints a row of CSV for each training. docs/dropbear.md is made of its output.
//   retrain_published CONFIG.yaml [--seeds 3] [--workers 1] [--split-by-seed] [--only 128_5_16_4_8 ...]
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <exception>
#include <iostream>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

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

struct Job {
  search::PublishedNetwork network;
  std::uint64_t seed = 1;
  std::string row{};
};

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
  const model::Network network = make_network(job.network, teacher.head());
  const search::Lesson lesson = teacher.lesson(job.network.window);
  const search::Progress progress =
      search::evaluate(network, lesson, config.data.decoding, config.training, std::nullopt, config.training.epochs);
  const train::Matrix outputs = train::predict(network, progress.state.weights, lesson.validation);
  // What is deployed has one output, however it was trained.
  const model::Network deployed = make_network(job.network, {1, "linear"});
  std::optional<double> lut;
  std::optional<double> dsp;
  if (candidates.plan()) {
    deploy::PlanOptions asked = *candidates.plan();
    asked.question = question_of(search::CostKind::Lut, asked.question);
    const deploy::Plan plan = deploy::plan_network(deployed, candidates.model(), asked);
    if (!plan.layers.empty()) {
      lut = plan.total.lut;
      dsp = plan.total.dsp;
    }
  }
  job.row = fmt::format("{},{},{},{},{:.6g},{},{},{},{},{:.6g},{:.6g},{:.3f}\n", name_of(job.network), job.seed,
                        search::multiplies(network), search::multiplies(deployed),
                        search::ntorc_code_multiplies(network), number(lut), number(dsp), job.network.rmse,
                        number(progress.evaluation.error), label_error(lesson, outputs, search::Decoding::MostProbable),
                        label_error(lesson, outputs, search::Decoding::Expectation), progress.evaluation.cpu_seconds);
}

}  // namespace

int main(int argc, char** argv) try {
  std::string file;
  std::uint64_t seeds = 3;
  unsigned workers = 1;
  bool split_by_seed = false;
  std::vector<std::string> only;
  CLI::App cli("Trains the networks of N-TORC's Table III");
  cli.add_option("CONFIG", file)->required();
  cli.add_option("--seeds", seeds);
  cli.add_option("--workers", workers);
  cli.add_flag("--split-by-seed", split_by_seed);
  cli.add_option("--only", only);
  CLI11_PARSE(cli, argc, argv);

  const search::Config config = search::read_config(file);
  const std::vector<signal::Recording> recordings = search::read_recordings(config.data);
  std::vector<Job> jobs;
  for (const search::PublishedNetwork& network : search::published_front()) {
    if (!only.empty() && std::ranges::find(only, name_of(network)) == only.end()) continue;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) jobs.push_back({network, seed});
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
  std::cerr << "retrain_published: " << error.what() << '\n';
  return 1;
}
