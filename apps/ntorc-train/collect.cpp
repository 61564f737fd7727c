// ntorc-train collect - finished projects of hls4ml into a table of what each layer costs.
#include "ntorc/synthesis/collect.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "commands.hpp"
#include "ntorc/error.hpp"
#include "ntorc/synthesis/project.hpp"

namespace ntorc::train {
namespace {

struct Args {
  std::vector<std::filesystem::path> folders;
  std::filesystem::path explain;
  synthesis::CollectOptions options;
  std::string out = "-";
};

int explain_project(const Args& args) {
  const synthesis::FoundProjects found = synthesis::find_projects(args.explain);
  for (const std::string& warning : found.warnings) spdlog::warn("{}", warning);
  if (found.projects.size() != 1) {
    throw Error(fmt::format("{}: expected one project, found {}", args.explain.string(), found.projects.size()));
  }
  const synthesis::Breakdown breakdown = synthesis::break_down(found.projects.front());
  app::write_result(args.out, synthesis::breakdown_table(breakdown));
  return breakdown.records.empty() ? app::kFailed : app::kAnswered;
}

int collect_projects(const Args& args) {
  if (!args.explain.empty()) return explain_project(args);
  if (args.folders.empty()) throw app::UsageError("expected a folder with projects, or --explain");
  synthesis::CollectSummary summary;
  const auto produce = [&](const std::function<void(std::string_view)>& write) {
    const auto warn = [](std::string_view line) { spdlog::warn("{}", line); };
    summary = synthesis::collect(args.folders, args.options, {.rows = write, .warning = warn});
    return summary.rows > 0;
  };
  const bool any = app::write_pieces(args.out, produce);
  spdlog::info("{} projects, {} of them with rows; {} rows, {} of layers, {} unmapped; {} warnings", summary.projects,
               summary.with_rows, summary.rows, summary.layers, summary.unmapped, summary.warnings);
  if (!any) throw Error("no row was read: nothing written");
  return app::kAnswered;
}

}  // namespace

Command add_collect(CLI::App& cli) {
  CLI::App& collect = *cli.add_subcommand("collect", "Reads the reports of finished hls4ml projects into a dataset");
  const auto shared = std::make_shared<Args>();
  Args& args = *shared;
  auto* const folders =
      collect.add_option("folders", args.folders,
                         "Folders with projects anywhere below them, or reports (docs/guides/collecting.md)")
          ->type_name("DIR");
  collect
      .add_option("--explain", args.explain,
                  "Print what each layer of this one project costs, for people, in place of a dataset")
      ->type_name("PROJECT")
      ->excludes(folders);
  app::without_sign(
      collect.add_option("--threads", args.options.threads, "0 takes one for each core; the result does not depend on it"))
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  collect.add_option("--out", args.out, "File to write, whole or not at all; - is standard output")
      ->type_name("FILE")
      ->capture_default_str();
  return {&collect, [shared] { return collect_projects(*shared); }};
}

}  // namespace ntorc::train
