// ntorc-train check - what a plan foretold beside what synthesis reported.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <memory>
#include <string>

#include "commands.hpp"
#include "ntorc/emit/check_plan.hpp"
#include "ntorc/emit/plan_json.hpp"
#include "ntorc/error.hpp"
#include "ntorc/synthesis/project.hpp"

namespace ntorc::train {
namespace {

struct Args {
  std::filesystem::path plan;
  std::filesystem::path project;
  bool json = false;
  std::string out = "-";
};

int check_project(const Args& args) {
  const deploy::Plan plan = emit::read_plan(args.plan);
  const synthesis::FoundProjects found = synthesis::find_projects(args.project);
  for (const std::string& warning : found.warnings) spdlog::warn("{}", warning);
  if (found.projects.size() != 1) {
    throw Error(fmt::format("{}: expected one project, found {}", args.project.string(), found.projects.size()));
  }
  const synthesis::Breakdown breakdown = synthesis::break_down(found.projects.front());
  for (const std::string& warning : breakdown.warnings) spdlog::warn("{}", warning);
  const emit::PlanCheck check = emit::check_plan(plan, breakdown.context, breakdown.records);
  app::write_result(args.out, args.json ? emit::check_json(check) : emit::check_text(check));
  return app::kAnswered;
}

}  // namespace

Command add_check(CLI::App& cli) {
  CLI::App& check =
      *cli.add_subcommand("check", "Sets a plan's predictions beside what synthesis reported, layer by layer");
  const auto shared = std::make_shared<Args>();
  Args& args = *shared;
  check.add_option("PLAN", args.plan, "Plan in JSON, as ntorc-opt writes it; - reads standard input")
      ->type_name("FILE")
      ->required();
  check.add_option("PROJECT", args.project, "Folder of the hls4ml project that was synthesised, or a report")
      ->type_name("PATH")
      ->required();
  check.add_flag("--json", args.json, "Write JSON in place of tables (docs/guides/checking.md)");
  check.add_option("--out", args.out, "File to write, whole or not at all; - is standard output")
      ->type_name("FILE")
      ->capture_default_str();
  return {&check, [shared] { return check_project(*shared); }};
}

}  // namespace ntorc::train
