// synthesis/parameters.hpp - what firmware/parameters.h, defines.h and the top function of an hls4ml project say of its
// layers. Releases 0.1 to 1.3 write the same few shapes of C++; what else stands there is passed over.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ntorc::synthesis {

/// `struct relu_config3 : nnet::activ_config { ... };`
struct ConfigStruct {
  std::string name{};
  std::string base{};   ///< "activ_config", without its namespace; empty if it has none
  std::string layer{};  ///< the comment line above it; hls4ml writes it above the first struct of a layer only
  std::map<std::string, std::string, std::less<>> fields{};  ///< static const members: name to expression
  std::map<std::string, std::string, std::less<>> types{};   ///< typedefs: name to type
};

/// `nnet::dense<layer2_t, layer3_t, config3>(layer2_out, layer3_out, w3, b3); // fc1`
struct LayerCall {
  std::string function{};              ///< "dense", without its namespace
  std::vector<std::string> types{};    ///< template arguments
  std::vector<std::string> operands{}; ///< arguments
  std::string layer{};                 ///< the comment behind it
};

/// The three files. Any may be missing: what they would say is then absent.
struct Firmware {
  std::vector<ConfigStruct> configs{};  ///< in the order of parameters.h
  std::vector<LayerCall> calls{};       ///< in the order of the top function
  std::map<std::string, std::string, std::less<>> constants{};  ///< macros and constants: name to expression
  std::map<std::string, std::string, std::less<>> types{};      ///< typedefs outside of structs
  std::vector<std::string> parameters{};                        ///< names of those of the top function
  bool streams = false;                                         ///< the top function takes hls::stream
  std::vector<std::string> complaints{};                        ///< one line each: file, line, expected, found

  const ConfigStruct* config(std::string_view name) const;  ///< nullptr if there is none

  /// The value of an expression: numbers, constants, members of `scope`, + - * / % ( ) and DIV_ROUNDUP. Nothing if it
  /// holds what is not known, or leaves 63 bits.
  std::optional<std::int64_t> value(std::string_view expression, const ConfigStruct* scope = nullptr) const;
  /// Of a member of `config`. Nothing if it has none, or has no value.
  std::optional<std::int64_t> field(const ConfigStruct& config, std::string_view name) const;
  /// What a type stands for, through its typedefs, without blanks: "ap_fixed<16,6>".
  std::string resolved(std::string_view type) const;
};

/// A file's bytes, and its name for messages.
struct SourceText {
  std::string_view text{};
  std::string_view name{};
};

/// Never throws for what is in the texts; an empty one is passed over. A file that is cut is a complaint, and what was
/// cut is left out.
Firmware parse_firmware(const SourceText& parameters_h, const SourceText& defines_h, const SourceText& top_cpp,
                        std::string_view top);

/// The values of `set NAME VALUE` in project.tcl, without quotes.
std::map<std::string, std::string, std::less<>> parse_project_tcl(std::string_view text);

}  // namespace ntorc::synthesis
