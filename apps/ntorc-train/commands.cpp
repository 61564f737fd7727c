#include "commands.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "ntorc/error.hpp"

namespace ntorc::train {

void MethodOptions::check() const {
  try {
    forest.validate();
  } catch (const InvalidArgument& error) {
    throw app::UsageError(error.what());
  }
}

std::vector<CLI::Option*> add_method_options(CLI::App& command, MethodOptions& options) {
  const std::string group = "The method";
  auto* const method =
      command.add_option("--method", options.method,
                         "hybrid: laws, fitted terms, and trees for what is left; forest: N-TORC's random forest");
  app::one_of<perf::Method>(method, {{"hybrid", perf::Method::Hybrid}, {"forest", perf::Method::Forest}})
      ->default_str("hybrid")
      ->group(group);
  auto* const trees = command.add_option("--trees", options.forest.trees,
                                         "Trees of each forest; without it 20 (hybrid) or 100 (forest)");
  auto* const seed = command.add_option("--seed", options.forest.seed, "Same seed, same bytes")->capture_default_str();
  command
      .add_option("--threads", options.forest.threads, "0 takes one for each core; the result does not depend on it")
      ->capture_default_str()
      ->group(group);
  return {method, trees->group(group), seed->group(group)};
}

CLI::Option* add_data(CLI::App& command, std::filesystem::path& data) {
  return command.add_option("--data", data, "Folder with N-TORC's six tables, or a CSV file (docs/formats/dataset.md)")
      ->type_name("PATH")
      ->required();
}

perf::Learnable ContextOptions::learnable(const std::vector<perf::Record>& records) const {
  perf::Learnable found = perf::learnable(records, asked, stage.value_or(perf::Stage::Hls));
  for (const std::string& line : found.left_out) spdlog::warn(line);
  return found;
}

void add_context_options(CLI::App& command, ContextOptions& options, const std::string& group) {
  perf::ContextFilter& asked = options.asked;
  command.add_option("--part", asked.part, "FPGA part, as in xczu7ev-ffvc1156-2-e")->group(group);
  command.add_option("--clock", asked.clock_mhz, "Clock in MHz")->group(group);
  command.add_option("--tool", asked.tool, "Synthesis tool and version, as in \"Vitis HLS 2024.1\"")->group(group);
  command.add_option("--precision", asked.precision, "hls4ml's spelling, as in ap_fixed<16,8>")->group(group);
  command.add_option("--io-type", asked.io_type, "io_stream or io_parallel")->group(group);
  command.add_option("--strategy", asked.strategy, "hls4ml's word, as in Resource")->group(group);
  auto* const stage = command.add_option("--stage", options.stage,
                                         "Of a table of records: rows of this stage; layers are at hls alone");
  app::one_of<perf::Stage>(stage, {{"hls", perf::Stage::Hls},
                                   {"cosim", perf::Stage::Cosim},
                                   {"logic", perf::Stage::Logic},
                                   {"routed", perf::Stage::Routed}})
      ->default_str("hls")
      ->group(group);
}

perf::ModelSet models_of(const std::string& file) {
  return file == "default" ? perf::ModelSet(perf::PerformanceModel::default_model()) : perf::ModelSet::load(file);
}

}  // namespace ntorc::train
