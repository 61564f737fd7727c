#include "ntorc/emit/hls4ml_project.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "ntorc/error.hpp"

namespace ntorc::emit {
namespace {

namespace fs = std::filesystem;

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

bool is_identifier(std::string_view name) {
  return !name.empty() && is_letter(name.front()) &&
         std::ranges::all_of(name, [](char c) { return is_letter(c) || is_digit(c); });
}

/// A project is also the name of a function.
bool is_keyword(std::string_view name) {
  static const std::set<std::string_view> keywords{
      "alignas",       "alignof",     "and",      "and_eq",    "asm",      "auto",     "bitand",
      "bitor",         "bool",        "break",    "case",      "catch",    "char",     "class",
      "compl",         "const",       "continue", "decltype",  "default",  "delete",   "do",
      "double",        "else",        "enum",     "explicit",  "export",   "extern",   "false",
      "float",         "for",         "friend",   "goto",      "if",       "inline",   "int",
      "long",          "main",        "mutable",  "namespace", "new",      "noexcept", "not",
      "not_eq",        "nullptr",     "operator", "or",        "or_eq",    "private",  "protected",
      "public",        "register",    "return",   "short",     "signed",   "sizeof",   "static",
      "struct",        "switch",      "template", "this",      "throw",    "true",     "try",
      "typedef",       "typeid",      "typename", "union",     "unsigned", "using",    "virtual",
      "void",          "volatile",    "wchar_t",  "while",     "xor",      "xor_eq",   "constexpr",
      "static_assert", "thread_local"};
  return keywords.contains(name);
}

/// The network's name with "_" for what C does not take.
std::string identifier(const std::string& name) {
  std::string made;
  for (const char c : name) made += is_letter(c) || is_digit(c) ? c : '_';
  if (made.empty()) return "myproject";
  return is_letter(made.front()) && !is_keyword(made) ? made : "net_" + made;
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

void check_names(const deploy::Plan& plan) {
  std::map<std::string, std::string> seen;
  for (const deploy::LayerPlan& layer : plan.layers) {
    const auto [other, is_new] = seen.emplace(lower(layer.layer), layer.layer);
    if (!is_new) {
      throw InvalidArgument(
          fmt::format("layers {} and {}: expected names that differ in more than case, which hls4ml ignores",
                      other->second, layer.layer));
    }
  }
}

fs::path normal(const fs::path& path) { return fs::absolute(path).lexically_normal(); }

fs::path with_extension(fs::path path, const char* extension) { return path.replace_extension(extension); }

}  // namespace

std::string_view to_string(Hls4mlDialect dialect) { return dialect == Hls4mlDialect::KerasJson ? "1.2" : "1.3"; }

Hls4mlSettings hls4ml_settings(const deploy::Plan& plan) {
  Hls4mlSettings settings{plan.network, plan.target, {}};
  for (const deploy::LayerPlan& layer : plan.layers) {
    settings.layers.push_back({layer.layer, layer.chosen.choice.reuse, layer.chosen.choice.effective, {}});
  }
  return settings;
}

Hls4mlProject hls4ml_project(const deploy::Plan& plan, const Hls4mlOptions& options) {
  if (plan.layers.empty()) throw InvalidArgument(fmt::format("plan: expected an answer, found none: {}", plan.message));
  check_names(plan);
  if (!options.project.empty() && (!is_identifier(options.project) || is_keyword(options.project))) {
    throw InvalidArgument(fmt::format("project: expected a C identifier, got \"{}\"", options.project));
  }
  if (options.fifo_depths == FifoDepths::Least) {
    const auto found = [](const deploy::DesignFifo& fifo) { return fifo.least.has_value(); };
    if (!plan.design || plan.design->fifos.empty() || !std::ranges::all_of(plan.design->fifos, found)) {
      throw InvalidArgument(
          "FIFO depths: expected a plan with the least depths, found none in this one: ntorc-opt --fifo-depths");
    }
  }
  const fs::path keras = options.keras_model.empty() ? fs::path(plan.keras_file) : options.keras_model;
  if (keras.empty()) throw InvalidArgument("Keras model: the plan names no file, so it must be given");
  const std::string kind = lower(keras.extension().string());

  Hls4mlProject project{
      options.dialect, options.backend.value_or(plan.target.backend), options.fifo_depths, {}, {}, normal(keras), {}};
  project.project = options.project.empty() ? identifier(plan.network) : options.project;
  project.output_dir = normal(options.output_dir.empty() ? fs::path(project.project) : options.output_dir);
  if (options.dialect == Hls4mlDialect::KerasModel) {
    if (!options.weights.empty()) throw InvalidArgument("weights: hls4ml 1.3 takes one file with network and weights");
    if (kind == ".json") {
      if (!options.keras_model.empty()) {
        throw InvalidArgument(fmt::format(
            "Keras model: expected a file with weights (.keras or .h5) for hls4ml 1.3, got {}", keras.string()));
      }
      project.keras_model = with_extension(project.keras_model, ".keras");
    }
    return project;
  }
  if (kind == ".keras") {
    throw InvalidArgument(fmt::format("Keras model: expected .json or .h5 for hls4ml 1.2, got {}", keras.string()));
  }
  if (kind == ".json") {
    project.weights = options.weights.empty() ? with_extension(project.keras_model, ".h5") : normal(options.weights);
  } else if (!options.weights.empty()) {
    throw InvalidArgument(fmt::format("weights: expected none beside {}, which holds them", keras.string()));
  }
  return project;
}

}  // namespace ntorc::emit
