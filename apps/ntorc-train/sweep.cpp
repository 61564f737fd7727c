// ntorc-train sweep - the synthesis runs that a model is made from.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <memory>

#include "commands.hpp"
#include "ntorc/sweep/sweep.hpp"
#include "run_sweep.hpp"

namespace ntorc::train {
namespace {

struct Args {
  std::filesystem::path config;  ///< or the folder of a sweep that is there
  std::filesystem::path out;
  bool dry_run = false;
  sweep::WriteOptions write;
  RunArgs run;
};

int write_jobs(const Args& args) {
  if (!args.dry_run && args.out.empty()) throw app::UsageError("expected --out DIR or --dry-run");
  const sweep::Sweep sweep = sweep::plan_sweep(sweep::read_config(args.config));
  if (args.dry_run) {
    app::write_result("-", sweep::summary(sweep));
    return app::kAnswered;
  }
  const sweep::Written written = sweep::write_sweep(args.out, sweep, args.write);
  spdlog::info("{}: {} jobs, {} of them new", args.out.string(), sweep.jobs.size(), written.added);
  return app::kAnswered;
}

int write_and_run(const Args& args) {
  std::error_code ignored;
  if (std::filesystem::is_directory(args.config, ignored)) {
    if (!args.out.empty() || args.dry_run) {
      throw app::UsageError(
          fmt::format("{}: expected a CONFIG.yaml with --out or --dry-run, found a folder", args.config.string()));
    }
    if (!args.run.anything()) throw app::UsageError("expected --run, --status or --job with the folder of a sweep");
    return run_sweep(args.config, args.run);
  }
  if (args.dry_run && args.run.anything())
    throw app::UsageError("--dry-run: expected it without --run, --status, --job");
  const int code = write_jobs(args);
  return code == app::kAnswered && args.run.anything() ? run_sweep(args.out, args.run) : code;
}

}  // namespace

Command add_sweep(CLI::App& cli) {
  CLI::App& sweep =
      *cli.add_subcommand("sweep", "Writes and runs the jobs of a sweep: networks to synthesise with hls4ml");
  const auto shared = std::make_shared<Args>();
  Args& args = *shared;
  sweep
      .add_option("config", args.config,
                  "What to cover (docs/formats/sweep.md), or the folder of a sweep to go on with")
      ->type_name("CONFIG.yaml|DIR")
      ->required();
  sweep.add_option("--out", args.out, "Folder of the sweep; jobs that are there stay as they are")->type_name("DIR");
  sweep.add_flag("--dry-run", args.dry_run, "Print what would be written, and write nothing");
  sweep.add_option("--threads", args.write.threads, "0 takes one for each core; the result does not depend on it")
      ->capture_default_str();
  add_run_options(sweep, args.run);
  return {&sweep, [shared] { return write_and_run(*shared); }};
}

}  // namespace ntorc::train
