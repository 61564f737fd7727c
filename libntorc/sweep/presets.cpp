#include <fmt/format.h>

#include "ntorc/error.hpp"
#include "ntorc/sweep/config.hpp"

namespace ntorc::sweep {
namespace {

/// The loops of N-TORC's design_space_explorer.py (github.com/HeRCLab/N-TORC, src/, MIT): values, order, part, clock,
/// precision and strategy. 3 x 3 x 2 x 3 x 3 x 3 x 3 x 8 = 11,664 of them.
constexpr std::string_view kNtorc = R"yaml(# The grid of N-TORC (Singh et al., FCCM 2025).
target: {part: xczu7ev-ffvc1156-2-e, clock_mhz: 250, backend: Vivado, io_type: io_stream, hls4ml: "1.3"}
precisions: ["ap_fixed<16,8,AP_RND,AP_SAT>"]
strategies: [auto]
reuse: [1, 2, 4, 16, 32, 64, 128, 512]
max_block_factor: 1000000000
design: grid
families:
  - name: ntorc
    input: {steps: [128, 256, 512], features: [1]}
    layers:
      - conv1d: {repeat: [1, 2, 4], size: [16, 32], kernel: 3, padding: same, activation: relu, pool: 2}
      - lstm: {repeat: [0, 1, 2], size: [8, 16, 32], sequences: true}
      - dense: {repeat: [1, 2, 4], size: [16, 32, 64], activation: relu}
      - dense: {size: 1, activation: linear}
)yaml";

constexpr std::string_view kLaws = R"yaml(# A tenth of N-TORC's runs that says more of what a model is fitted from.
target: {part: xczu7ev-ffvc1156-2-e, clock_mhz: 250, backend: Vivado, io_type: io_stream, hls4ml: "1.3"}
precisions: ["ap_fixed<16,8>"]
strategies: [Resource]
reuse: legal
max_block_factor: 2048
max_reuse: 4096
design: {laws: 1166, of: 9328, seed: 1}
families:
  - name: signal
    input: {steps: [16, 32, 64, 100, 128, 256, 512], features: [1, 2, 4, 6]}
    layers:
      - conv1d: {repeat: [1, 2, 3], size: [4, 8, 12, 16, 24, 32, 48], kernel: [1, 3, 5, 7], padding: same, activation: relu, pool: 2}
      - lstm: {repeat: [0, 1], size: [4, 8, 12, 16, 24, 32, 48, 64], sequences: true}
      - dense: {repeat: [1, 2], size: [4, 8, 16, 24, 32, 48, 64, 96, 128], activation: relu}
      - dense: {size: [1, 2, 5, 10], activation: linear}
  - name: recurrent
    input: {steps: [8, 16, 32, 64, 128], features: [1, 3, 6, 12, 16, 24, 32, 64]}
    layers:
      - lstm: {repeat: [1, 2], size: [4, 8, 12, 16, 24, 32, 48, 64]}
      - dense: {repeat: [0, 1], size: [4, 8, 16, 32, 64], activation: relu}
      - dense: {size: [1, 2, 5, 10], activation: linear}
  - name: perceptron
    input: {features: [8, 16, 24, 32, 48, 76, 128, 200, 256, 512, 784, 1024]}
    layers:
      - dense: {size: [8, 16, 24, 32, 48, 64, 96, 128], activation: relu}
      - dense: {repeat: [1, 2], size: [4, 8, 12, 16, 24, 32, 48, 64, 96, 128], activation: relu}
      - dense: {size: [1, 2, 5, 10], activation: linear}
)yaml";

}  // namespace

std::string_view preset(std::string_view name) {
  if (name == "ntorc") return kNtorc;
  if (name == "laws") return kLaws;
  throw InvalidArgument(fmt::format("expected ntorc or laws, got {}", name));
}

}  // namespace ntorc::sweep
