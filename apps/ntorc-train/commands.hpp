// apps/ntorc-train/commands.hpp - the subcommands, each in a file of its own.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app.hpp"
#include "ntorc/perf/contexts.hpp"
#include "ntorc/perf/model_set.hpp"
#include "ntorc/perf/random_forest.hpp"

namespace ntorc::train {

/// A subcommand and what it does when it was asked for.
struct Command {
  CLI::App* app = nullptr;
  std::function<int()> run;
};

Command add_check(CLI::App& cli);
Command add_collect(CLI::App& cli);
Command add_describe(CLI::App& cli);
Command add_evaluate(CLI::App& cli);
Command add_fit(CLI::App& cli);
Command add_sweep(CLI::App& cli);

/// How a model is made, for every subcommand that makes one.
struct MethodOptions {
  perf::ForestOptions forest;
  std::optional<perf::Method> method;

  perf::Method chosen() const { return method.value_or(perf::Method::Hybrid); }
  void check() const;  ///< @throws UsageError
};

/// The options that decide what is learnt; `--threads` is added too, but not among them.
std::vector<CLI::Option*> add_method_options(CLI::App& command, MethodOptions& options);

CLI::Option* add_data(CLI::App& command, std::filesystem::path& data);

/// What the figures are for: of a table that does not say it, or of one that does, which rows are meant.
struct ContextOptions {
  perf::ContextFilter asked;
  std::optional<perf::Stage> stage;  ///< without it that of C synthesis

  /// Of a table of records: what can be learnt of it; a warning for what cannot.
  perf::Learnable learnable(const std::vector<perf::Record>& records) const;
};

/// --part, --clock, --tool, --precision, --io-type, --strategy and --stage.
void add_context_options(CLI::App& command, ContextOptions& options, const std::string& group);

/// A model file, or the built-in one for "default".
perf::ModelSet models_of(const std::string& file);

}  // namespace ntorc::train
