#include "model/keras_activation.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace ntorc::model {
namespace {

using support::JsonReader;
using Pair = std::pair<std::string_view, std::string_view>;

/// Of keras.activations, those that keep the shape (so not "glu").
constexpr std::array<std::string_view, 32> kActivations = {
    "linear",      "relu",         "relu6",       "leaky_relu",
    "elu",         "selu",         "celu",        "gelu",
    "sigmoid",     "hard_sigmoid", "log_sigmoid", "sparse_sigmoid",
    "silu",        "swish",        "hard_silu",   "hard_swish",
    "tanh",        "hard_tanh",    "tanh_shrink", "softmax",
    "log_softmax", "sparsemax",    "softplus",    "sparse_plus",
    "squareplus",  "softsign",     "soft_shrink", "hard_shrink",
    "threshold",   "exponential",  "mish",        "thresholded_relu"};

constexpr std::array<Pair, 6> kActivationClasses = {{{"ReLU", "relu"},
                                                     {"LeakyReLU", "leaky_relu"},
                                                     {"ELU", "elu"},
                                                     {"PReLU", "prelu"},
                                                     {"Softmax", "softmax"},
                                                     {"ThresholdedReLU", "thresholded_relu"}}};

/// QKeras's quantizers, and what they compute before they round.
constexpr std::array<Pair, 16> kQuantizers = {{{"quantized_bits", "linear"},
                                               {"quantized_linear", "linear"},
                                               {"quantized_po2", "linear"},
                                               {"binary", "linear"},
                                               {"ternary", "linear"},
                                               {"stochastic_binary", "linear"},
                                               {"stochastic_ternary", "linear"},
                                               {"quantized_relu", "relu"},
                                               {"quantized_relu_po2", "relu"},
                                               {"quantized_ulaw", "linear"},
                                               {"quantized_tanh", "tanh"},
                                               {"quantized_sigmoid", "sigmoid"},
                                               {"quantized_hswish", "hard_swish"},
                                               {"hard_tanh", "hard_tanh"},
                                               {"smooth_sigmoid", "hard_sigmoid"},
                                               {"smooth_tanh", "hard_tanh"}}};

template <std::size_t n>
std::string_view look_up(const std::array<Pair, n>& table, std::string_view key) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const Pair& row) { return row.first == key; });
  return found == table.end() ? std::string_view{} : found->second;
}

bool is_activation(std::string_view name) {
  return std::find(kActivations.begin(), kActivations.end(), name) != kActivations.end();
}

/// An argument as Python writes it.
std::string spell(const nlohmann::json& value) {
  if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
  if (value.is_string()) return fmt::format("'{}'", value.get<std::string>());
  return value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

void expect_printable(const JsonReader& value, const std::string& spelling) {
  constexpr std::size_t kLongest = 1000;
  const bool printable =
      std::all_of(spelling.begin(), spelling.end(), [](unsigned char c) { return std::isprint(c) != 0; });
  if (spelling.empty() || spelling.size() > kLongest || !printable) value.fail("a quantizer in printable characters");
}

/// {"class_name": "function", "config": "relu6"}, or a layer or a quantizer with its own "config".
KerasActivation read_object(const JsonReader& value) {
  const std::string class_name = value.at("class_name").text();
  if (class_name == "function") return read_activation(value.at("config"));
  if (!look_up(kQuantizers, class_name).empty()) {
    return {std::string(look_up(kQuantizers, class_name)), read_quantizer(value)};
  }
  const std::string_view name = activation_of_class(class_name);
  if (name.empty() || name == "prelu") value.at("class_name").fail("an activation that ntorc knows");
  return {std::string(name), {}};
}

}  // namespace

std::string_view activation_of_class(std::string_view class_name) { return look_up(kActivationClasses, class_name); }

KerasActivation read_activation(const JsonReader& value) {
  if (value.value().is_object()) return read_object(value);
  const std::string text = value.text();
  if (is_activation(text) && text != "hard_tanh") return {text, {}};
  const std::string_view name = look_up(kQuantizers, std::string_view(text).substr(0, text.find('(')));
  if (name.empty()) value.fail("an activation that ntorc knows");
  return {std::string(name), read_quantizer(value)};
}

std::string read_quantizer(const JsonReader& value) {
  std::string spelling;
  if (value.value().is_object()) {
    value.only({"class_name", "config", "module", "registered_name", "__passive_serialization__", "shared_object_id"});
    std::vector<std::string> arguments;
    for (const auto& [key, argument] : value.at("config").members()) {
      if (!argument.value().is_null()) arguments.push_back(fmt::format("{}={}", key, spell(argument.value())));
    }
    spelling = fmt::format("{}({})", value.at("class_name").text(), fmt::join(arguments, ", "));
  } else {
    spelling = value.text();
  }
  expect_printable(value, spelling);
  return spelling;
}

}  // namespace ntorc::model
