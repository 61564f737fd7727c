// ntorc-search - finds networks: accuracy against what they cost on an FPGA.
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <thread>

#include "app.hpp"
#include "ntorc/search/results.hpp"
#include "ntorc/search/run.hpp"
#include "search_watch.hpp"

namespace {

using namespace ntorc;
namespace fs = std::filesystem;

struct Args {
  fs::path config;
  fs::path out;
  std::string store;
  std::optional<std::int64_t> workers;
  std::optional<std::int64_t> trials;
  std::optional<double> cpu_hours;
  double lease_ms = static_cast<double>(search::RunOptions{}.lease.count());
  bool dry_run = false;
  bool held_out = false;
  bool work_only = false;
};

void add_options(CLI::App& cli, Args& args) {
  cli.add_option("CONFIG", args.config, "What to search, in YAML (docs/formats/search.md)")->required();
  cli.add_option("--out", args.out, "Folder for the results, and for the store unless --store is given")
      ->type_name("DIR");
  cli.add_option("--store", args.store, "Where trials are kept: an SQLite file, or postgresql://... for many machines")
      ->type_name("STORE");
  app::without_sign(cli.add_option("--workers", args.workers, "Trainings at a time, of one core each (all cores)"));
  app::without_sign(cli.add_option("--trials", args.trials, "In place of the configuration's"));
  cli.add_option("--cpu-hours", args.cpu_hours, "In place of the configuration's")->type_name("HOURS");
  const std::map<std::string, double> units{{"ms", 1}, {"s", 1e3}, {"min", 6e4}};
  using Units = CLI::AsNumberWithUnit;
  cli.add_option("--lease", args.lease_ms, "After which a silent worker is taken for dead (2min)")
      ->transform(Units(units, static_cast<Units::Options>(Units::CASE_SENSITIVE | Units::UNIT_REQUIRED), "TIME"))
      ->type_name("TIME");
  cli.add_flag("--work-only", args.work_only, "Help with trainings, write no results");
  cli.add_flag("--held-out", args.held_out, "Then measure the front on the recordings that are held out");
  cli.add_flag("--dry-run", args.dry_run, "Print what would be searched, train nothing");
}

void check(const Args& args) {
  if (args.dry_run) return;
  if (args.out.empty() && (!args.work_only || args.store.empty())) {
    throw app::UsageError("expected --out DIR for the results, or --work-only with --store");
  }
  if (args.work_only && args.held_out) throw app::UsageError("--held-out: has no use with --work-only");
  if (args.workers && (*args.workers < 1 || *args.workers > 1024)) {
    throw app::UsageError(fmt::format("--workers: expected 1 to 1024, got {}", *args.workers));
  }
  if (args.trials && *args.trials < 1) throw app::UsageError("--trials: expected at least 1, got 0");
  if (!(args.lease_ms >= 1000 && args.lease_ms <= 1e9)) {
    throw app::UsageError(fmt::format("--lease: expected 1 s to 1e6 s, got {} ms", args.lease_ms));
  }
  if (args.cpu_hours && !(*args.cpu_hours > 0)) {
    throw app::UsageError(fmt::format("--cpu-hours: expected a number above 0, got {}", *args.cpu_hours));
  }
}

/// "host:1234"
std::string worker_name() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) return fmt::format("{}", ::getpid());
  return fmt::format("{}:{}", host.data(), ::getpid());
}

std::string described(const search::Config& config, const search::Teacher& teacher) {
  const search::Space space = to_space(config.space);
  std::string text = fmt::format("{} recordings, {} samples at {} Hz\n", teacher.series().runs.size(),
                                 teacher.series().labels->size(), teacher.series().sampling_hz);
  for (const std::int64_t window : {config.space.window.least(), config.space.window.most()}) {
    const search::Lesson lesson = teacher.lesson(window);
    text += fmt::format("window {}: {} windows to learn from, {} to judge by\n", window, lesson.split.training.size(),
                        lesson.split.validation.size());
  }
  const auto count = count_points(space);
  text += fmt::format("{} parameters, {} networks\n", space.parameters.size(),
                      count ? fmt::format("{}", *count) : "more than 2^63");
  for (const search::Parameter& parameter : space.parameters) text += fmt::format("  {}\n", parameter.name);
  return text;
}

search::RunEnd run_search(const search::Config& config, const search::Candidates& candidates,
                          const search::Teacher& teacher, search::Store& store, search::StudyId study,
                          const Args& args) {
  app::SearchWatch watch(config.cost.kind);
  search::RunOptions options;
  options.workers = args.workers.value_or(std::max(1U, std::thread::hardware_concurrency()));
  options.worker = worker_name();
  options.lease = std::chrono::milliseconds(static_cast<std::int64_t>(args.lease_ms));
  options.stop = watch.stop();
  options.on_progress = [&](const search::SearchProgress& progress) { watch.on_progress(progress); };
  options.on_end = [&](const search::TrainingEnd& end) { watch.on_end(end); };
  return search::run(config, candidates, teacher, store, study, options);
}

std::string front_table(const std::vector<search::TrialRecord>& trials, const search::Config& config,
                        const std::vector<search::FoundNetwork>& found) {
  const std::int64_t rung = last_rung(config.search);
  std::string text = fmt::format("{:>6}  {:>12}  {:>9}  {:>9}  {:>5}  network\n", "trial", to_string(config.cost.kind),
                                 "rmse", "+-", "seeds");
  for (const search::FoundNetwork& network : found) {
    const search::TrialRecord& trial = trials[network.trial];
    const auto deviation = trial.deviation(rung);
    text += fmt::format("{:>6}  {:>12.6g}  {:>9.5f}  {:>9}  {:>5}  {}\n", trial.number, trial.cost, *trial.error(rung),
                        deviation ? fmt::format("{:.5f}", *deviation) : "-", trial.errors(rung).size(),
                        describe(config.space, trial.point));
  }
  return text;
}

int search_networks(const Args& args) {
  check(args);
  search::Config config = search::read_config(args.config);
  if (args.trials) config.search.trials = *args.trials;
  if (args.cpu_hours) config.search.cpu_hours = *args.cpu_hours;
  const search::Teacher teacher(config.data, search::read_recordings(config.data));
  // Whatever the data has no room for is said before anything is begun.
  for (const std::int64_t window : {config.space.window.most(), config.space.window.least()}) teacher.lesson(window);
  signal::Series held_out;
  if (args.held_out) {
    held_out = signal::join(search::read_held_out(config.data));
    signal::make_windows(
        held_out, {.length = config.space.window.most(), .stride = {}, .label_offset = config.data.label_offset});
  }
  const search::Candidates candidates(config, teacher.channels(), teacher.head());
  if (args.dry_run) {
    app::write_result("-", described(config, teacher));
    return app::kAnswered;
  }
  if (!args.out.empty()) fs::create_directories(args.out);
  // A worker that is killed says nothing of the network: many tries, where a network that kills it would end a search.
  const auto store =
      search::open_store(args.store.empty() ? (args.out / "search.sqlite").string() : args.store, {.max_attempts = 20});
  const search::StudyId study = store->open_study(config.name, study_identity(config, teacher));
  const search::RunEnd end = run_search(config, candidates, teacher, *store, study, args);
  if (end == search::RunEnd::Stopped) {
    spdlog::warn("stopped; the same command goes on with what is left");
    return app::kFailed;
  }
  if (args.work_only) return app::kAnswered;
  const auto trials = read_trials(config, candidates, *store, study);
  const auto found = found_networks(config, candidates, *store, study, trials);
  write_results(config, candidates, teacher, trials, found, args.out);
  if (trials.empty()) spdlog::warn("no network of the space can be built within the limits");
  app::write_result("-", front_table(trials, config, found));
  if (args.held_out) {
    const auto errors = measure_held_out(config, teacher, trials, found, held_out);
    app::write_result((args.out / "held_out.csv").string(), held_out_csv(errors));
  }
  return found.empty() ? app::kNoSolution : app::kAnswered;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App cli("Finds networks for recordings: the least error for what they cost on an FPGA", "ntorc-search");
  Args args;
  app::prepare(cli);
  add_options(cli, args);
  return app::run(cli, argc, argv, [&] { return search_networks(args); });
}
