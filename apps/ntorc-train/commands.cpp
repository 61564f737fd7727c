#include "commands.hpp"

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

perf::PerformanceModel model_of(const std::string& file) {
  return file == "default" ? perf::PerformanceModel::default_model() : perf::PerformanceModel::load(file);
}

}  // namespace ntorc::train
