// synthesis/module_name.hpp - what the name of a module says: Vivado HLS and Vitis HLS make it from the function that
// hls4ml calls and from its template arguments, the last of which is the layer's config struct.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ntorc/hls4ml/node.hpp"

namespace ntorc::synthesis {

struct ModuleName {
  /// hls4ml's number of the node; absent if the name has none, or may have lost its end: the tools cut a name at 60 or
  /// 80 characters.
  std::optional<int> number{};
  std::string function{};  ///< "dense", "conv_1d_cl", "relu", ...; empty if the name begins with none of hls4ml's
  /// Elements of the arrays that its stream of results carries, 5 of `..._5u_config2_s`; absent if it has no such.
  std::optional<std::int64_t> width{};

  friend bool operator==(const ModuleName&, const ModuleName&) = default;
};

/// `dense_array_array_ap_fixed_16_6_5_3_0_5u_config2_s`: dense, 2.
ModuleName parse_module_name(std::string_view module);

/// The network's function under a wrapper for a bus: "myproject" of "myproject_axi" and "myproject_axi_master"; `top`
/// itself if it is none.
std::string_view network_of(std::string_view top);

/// The number of a config struct: 3 of "relu_config3" and "config3_mult"; nothing if it is none.
std::optional<int> config_number(std::string_view config);

/// What a function of hls4ml does.
struct FunctionKind {
  std::optional<hls4ml::NodeKind> node{};  ///< absent: one that ntorc has no kind for (Transpose, Embedding, ...)
  bool has_shape = false;                  ///< of NodeKind::Weights: one whose matrices LayerShape describes
};

/// hls4ml's function that `function` is or begins with: "conv_2d_cl" of "conv_2d_cl_me"; empty if there is none.
std::string_view known_beginning(std::string_view function);

/// Nothing if `function` is none of hls4ml's. A module's name may go on behind the function: "relu_array_array".
std::optional<FunctionKind> function_kind(std::string_view function);

}  // namespace ntorc::synthesis
