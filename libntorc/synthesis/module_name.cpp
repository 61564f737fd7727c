#include "synthesis/module_name.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

namespace ntorc::synthesis {
namespace {

using hls4ml::NodeKind;

struct Known {
  std::string_view function;
  FunctionKind kind;
};

constexpr FunctionKind kWeights{NodeKind::Weights, true};
constexpr FunctionKind kOtherWeights{NodeKind::Weights, false};  // of another form than LayerShape's
constexpr FunctionKind kOther{};
constexpr FunctionKind kActivation{NodeKind::Activation, false};
constexpr FunctionKind kSoftmax{NodeKind::Softmax, false};
constexpr FunctionKind kPooling{NodeKind::Pooling, false};
constexpr FunctionKind kGlobalPooling{NodeKind::GlobalPooling, false};
constexpr FunctionKind kPadding{NodeKind::Padding, false};
constexpr FunctionKind kNormalization{NodeKind::Normalization, false};
constexpr FunctionKind kMerge{NodeKind::Merge, false};
constexpr FunctionKind kConcatenate{NodeKind::Concatenate, false};
constexpr FunctionKind kClone{NodeKind::Clone, false};
constexpr FunctionKind kRepack{NodeKind::Repack, false};

// The functions of nnet_utils in releases 0.1 to 1.3, in lower case. A longer one wins over its beginning.
constexpr std::array kFunctions{
    Known{"dense", kWeights},
    Known{"dense_large", kWeights},
    Known{"dense_latency", kWeights},
    Known{"dense_resource", kWeights},
    Known{"dense_compressed", kWeights},
    Known{"compute_layer", kWeights},
    Known{"conv_1d", kWeights},
    Known{"conv_1d_cl", kWeights},
    Known{"conv_1d_cf", kWeights},
    Known{"conv_1d_latency_cl", kWeights},
    Known{"conv_1d_resource_cl", kWeights},
    Known{"conv_2d", kWeights},
    Known{"conv_2d_cl", kWeights},
    Known{"conv_2d_cf", kWeights},
    Known{"conv_2d_large_cl", kWeights},
    Known{"conv_2d_latency_cl", kWeights},
    Known{"conv_2d_resource_cl", kWeights},
    Known{"pointwise_conv_1d_cl", kWeights},
    Known{"pointwise_conv_1d_latency_cl", kWeights},
    Known{"pointwise_conv_1d_resource_cl", kWeights},
    Known{"pointwise_conv_2d_cl", kWeights},
    Known{"pointwise_conv_2d_latency_cl", kWeights},
    Known{"pointwise_conv_2d_resource_cl", kWeights},
    Known{"lstm", kWeights},
    Known{"lstm_stack", kWeights},
    Known{"lstm_static", kWeights},
    Known{"gru", kWeights},
    Known{"gru_stack", kWeights},
    Known{"gru_static", kWeights},
    Known{"bidirectional_stack", kOtherWeights},
    Known{"depthwise_conv_1d_cl", kOtherWeights},
    Known{"depthwise_conv_2d_cl", kOtherWeights},
    Known{"separable_conv_1d_cl", kOtherWeights},
    Known{"separable_conv_2d_cl", kOtherWeights},
    Known{"einsum_dense", kOtherWeights},
    Known{"garnet", kOtherWeights},
    Known{"garnet_stack", kOtherWeights},
    Known{"multiheadattention", kOtherWeights},
    Known{"relu", kActivation},
    Known{"relu_max", kActivation},
    Known{"relu1", kActivation},
    Known{"relu6", kActivation},
    Known{"leaky_relu", kActivation},
    Known{"thresholded_relu", kActivation},
    Known{"prelu", kActivation},
    Known{"elu", kActivation},
    Known{"selu", kActivation},
    Known{"gelu", kActivation},
    Known{"sigmoid", kActivation},
    Known{"hard_sigmoid", kActivation},
    Known{"tanh", kActivation},
    Known{"hard_tanh", kActivation},
    Known{"binary_tanh", kActivation},
    Known{"ternary_tanh", kActivation},
    Known{"softplus", kActivation},
    Known{"softsign", kActivation},
    Known{"linear", kActivation},
    Known{"unary_lut", kActivation},
    Known{"softmax", kSoftmax},
    Known{"softmax_stable", kSoftmax},
    Known{"softmax_latency", kSoftmax},
    Known{"softmax_legacy", kSoftmax},
    Known{"softmax_argmax", kSoftmax},
    Known{"softmax_multidim", kSoftmax},
    Known{"softmax_stream", kSoftmax},
    Known{"hard_softmax", kSoftmax},
    Known{"normalize", kNormalization},
    Known{"normalize_binary_tanh", kNormalization},
    Known{"normalize_ternary_tanh", kNormalization},
    Known{"layernormalize", kOther},
    Known{"pooling1d", kPooling},
    Known{"pooling1d_cl", kPooling},
    Known{"pooling1d_cf", kPooling},
    Known{"pooling2d", kPooling},
    Known{"pooling2d_cl", kPooling},
    Known{"pooling2d_cf", kPooling},
    Known{"pooling2d_large_cl", kPooling},
    Known{"global_pooling1d_cl", kGlobalPooling},
    Known{"global_pooling1d_cf", kGlobalPooling},
    Known{"global_pooling2d_cl", kGlobalPooling},
    Known{"global_pooling2d_cf", kGlobalPooling},
    Known{"zeropad1d_cl", kPadding},
    Known{"zeropad1d_cf", kPadding},
    Known{"zeropad2d_cl", kPadding},
    Known{"zeropad2d_cf", kPadding},
    Known{"add", kMerge},
    Known{"subtract", kMerge},
    Known{"multiply", kMerge},
    Known{"average", kMerge},
    Known{"maximum", kMerge},
    Known{"minimum", kMerge},
    Known{"concatenate1d", kConcatenate},
    Known{"concatenate2d", kConcatenate},
    Known{"concatenate3d", kConcatenate},
    Known{"clone_stream", kClone},
    Known{"repack_stream", kRepack},
    Known{"broadcast_stream", kOther},
    Known{"resize_nearest", kOther},
    Known{"resize_bilinear", kOther},
    Known{"transpose", kOther},
    Known{"transpose_2d", kOther},
    Known{"transpose_3d", kOther},
    Known{"cropping1d_cl", kOther},
    Known{"cropping1d_cf", kOther},
    Known{"cropping2d_cl", kOther},
    Known{"cropping2d_cf", kOther},
    Known{"embedding", kOther},
    Known{"dot1d", kOther},
    Known{"einsum", kOther},
};

bool is_digit_character(char c) { return c >= '0' && c <= '9'; }
bool is_word_character(char c) {
  return is_digit_character(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

std::string lowered(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return lower;
}

/// The longest function that `name` is or begins with, up to "_" or its end.
const Known* known_function(std::string_view name) {
  const Known* best = nullptr;
  for (const Known& known : kFunctions) {
    const std::size_t size = known.function.size();
    if (name.empty() || name.front() != known.function.front()) continue;  // most; faster than to compare texts
    if (!name.starts_with(known.function) || (name.size() > size && name[size] != '_')) continue;
    if (best == nullptr || size > best->function.size()) best = &known;
  }
  return best;
}

struct Found {
  int number = 0;
  std::size_t end = 0;  ///< of its digits
};

/// The digits behind the last `mark` that stands at the beginning or behind "_".
std::optional<Found> number_behind(std::string_view name, std::string_view mark) {
  for (std::size_t at = name.rfind(mark); at != std::string_view::npos && at + 1 > 0;
       at = at == 0 ? std::string_view::npos : name.rfind(mark, at - 1)) {
    if (at > 0 && name[at - 1] != '_') continue;
    const char* const begin = name.data() + at + mark.size();
    int number = 0;
    const auto [end, failure] = std::from_chars(begin, name.data() + name.size(), number);
    if (failure != std::errc{} || end == begin || number < 0) continue;
    if (end != name.data() + name.size() && is_word_character(*end) && *end != '_') continue;
    return Found{number, static_cast<std::size_t>(end - name.data())};
  }
  return std::nullopt;
}

/// The elements of the last array in `_array_ap_fixed_16_6_5_3_0_5u_config2`, which ends at `end`.
std::optional<std::int64_t> width_before(std::string_view name, std::size_t end) {
  std::size_t at = name.rfind("config", end);
  if (at == std::string_view::npos || at == 0) return std::nullopt;
  name = name.substr(0, at - 1);  // "_" too
  if (name.find("_array_") == std::string_view::npos || !name.ends_with('u')) return std::nullopt;
  name.remove_suffix(1);
  at = name.rfind('_');
  if (at == std::string_view::npos) return std::nullopt;
  std::int64_t width = 0;
  const char* const last = name.data() + name.size();
  const auto [stop, failure] = std::from_chars(name.data() + at + 1, last, width);
  return failure == std::errc{} && stop == last ? std::optional(width) : std::nullopt;
}

/// Whether the tool may have cut digits off behind the last character: it cuts at 60 or 80, and may add a number.
bool may_be_cut(std::string_view name) { return name.size() == 60 || name.size() == 80; }

}  // namespace

ModuleName parse_module_name(std::string_view module) {
  ModuleName parsed;
  const std::string lower = lowered(module);
  if (const Known* const known = known_function(lower)) parsed.function = known->function;
  std::optional<Found> found = number_behind(lower, "config");
  // Functions that hls4ml writes for one layer have its number in their own name.
  for (const std::string_view mark : {"fill_buffer_", "dense_da_wrapper_", "dense_da_", "dense_resource_unrolled_"}) {
    if (!found && lower.starts_with(mark)) found = number_behind(lower, mark);
  }
  if (!found || (found->end == lower.size() && may_be_cut(lower))) return parsed;
  parsed.number = found->number;
  parsed.width = width_before(lower, found->end);
  return parsed;
}

std::string_view network_of(std::string_view top) {
  constexpr std::string_view kBus = "_axi";
  const std::size_t at = top.rfind(kBus);
  if (at == std::string_view::npos) return top;
  const std::string_view rest = top.substr(at + kBus.size());
  return rest.empty() || rest.starts_with('_') ? top.substr(0, at) : top;
}

std::optional<int> config_number(std::string_view config) {
  const auto found = number_behind(config, "config");
  return found ? std::optional(found->number) : std::nullopt;
}

std::string_view known_beginning(std::string_view function) {
  const Known* const known = known_function(lowered(function));
  return known == nullptr ? std::string_view() : known->function;
}

std::optional<FunctionKind> function_kind(std::string_view function) {
  const Known* const known = known_function(lowered(function));
  return known == nullptr ? std::nullopt : std::optional(known->kind);
}

}  // namespace ntorc::synthesis
