// ntorc-train describe - what a dataset holds, what is wrong with it, and what a careless split of it would leak.
#include <filesystem>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "commands.hpp"
#include "ntorc/perf/describe.hpp"

namespace ntorc::train {
namespace {

struct Args {
  std::filesystem::path data;
  int conflicts = static_cast<int>(perf::kConflictsShown);
  bool json = false;
  std::string out = "-";
};

std::vector<perf::Record> records_of(const std::filesystem::path& path) {
  auto data = perf::read_data(path);
  if (auto* const records = std::get_if<std::vector<perf::Record>>(&data)) return std::move(*records);
  std::error_code ignored;
  const bool tables = std::filesystem::is_directory(path, ignored);
  return perf::records_of(std::get<perf::Dataset>(data),
                          tables ? context_of(perf::ntorc_provenance()) : perf::Context{});
}

int describe_data(const Args& args) {
  const perf::DataDescription description = perf::describe(records_of(args.data));
  const auto conflicts = static_cast<std::size_t>(args.conflicts);
  app::write_result(args.out, args.json ? perf::description_json(description, conflicts)
                                        : perf::description_text(description, conflicts));
  return app::kAnswered;
}

}  // namespace

Command add_describe(CLI::App& cli) {
  CLI::App& describe =
      *cli.add_subcommand("describe", "Says what a dataset holds, where it contradicts itself and what it would leak");
  const auto shared = std::make_shared<Args>();
  Args& args = *shared;
  describe.add_option("DATA", args.data, "A CSV file (docs/formats/dataset.md), or a folder with N-TORC's six tables")
      ->type_name("PATH")
      ->required();
  describe.add_option("--conflicts", args.conflicts, "How many of the widest conflicts to show")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  describe.add_flag("--json", args.json, "Write JSON in place of tables (docs/formats/description.md)");
  describe.add_option("--out", args.out, "File to write, whole or not at all; - is standard output")
      ->type_name("FILE")
      ->capture_default_str();
  return {&describe, [shared] { return describe_data(*shared); }};
}

}  // namespace ntorc::train
