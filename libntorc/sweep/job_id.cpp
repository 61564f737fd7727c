#include "sweep/job_id.hpp"

#include <fmt/format.h>

#include <cstdint>

#include "sweep/network.hpp"

namespace ntorc::sweep {
namespace {

std::uint64_t fnv_1a(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001B3u;
  }
  return hash;
}

std::uint64_t mixed(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

std::string_view padding_word(model::Padding padding) {
  switch (padding) {
    case model::Padding::Valid:
      return "valid";
    case model::Padding::Same:
      return "same";
    case model::Padding::Causal:
      break;
  }
  return "causal";
}

/// The layer by what it computes.
std::string described(const model::Layer& layer) {
  std::string text = fmt::format("{} {}", to_string(layer.kind), fmt::join(layer.output_shape, "x"));
  if (!layer.kernel.empty()) {
    text += fmt::format(" window {} stride {} {}", fmt::join(layer.kernel, "x"), fmt::join(layer.strides, "x"),
                        padding_word(layer.padding));
  }
  if (layer.size > 0) text += " " + layer.activation;
  if (!layer.recurrent_activation.empty()) text += " " + layer.recurrent_activation;
  if (layer.reset_after) text += " reset_after";
  return text;
}

}  // namespace

std::string built_hardware(const Target& target, const PlannedJob& job) {
  std::string text = fmt::format("{} {} MHz {} {} {}\n", target.part, target.clock_mhz, to_string(target.backend),
                                 to_string(target.io_type), job.precision);
  const Network& network = *job.network;
  std::size_t weighted = 0;
  for (std::size_t i = 0; i < network.graph.layers.size(); ++i) {
    text += described(network.graph.layers[i]);
    if (weighted < network.layers.size() && network.layers[weighted] == i) {
      const LayerBuild& build = job.layers[weighted++];
      text += fmt::format(" {} reuse {}", to_string(build.strategy), fmt::join(build.effective, " "));
    }
    text += '\n';
  }
  return text;
}

std::string job_id(const Target& target, const PlannedJob& job) {
  return fmt::format("{:016x}", mixed(fnv_1a(built_hardware(target, job))));
}

std::string job_summary(const PlannedJob& job) {
  std::string text;
  for (const LayerBuild& layer : job.layers) {
    const hls4ml::LayerShape& shape = layer.shape;
    text += fmt::format("{}{} {}", text.empty() ? "" : "; ", to_string(shape.kind), shape.inputs);
    if (shape.kind == model::LayerKind::Conv1D || shape.kind == model::LayerKind::Conv2D) {
      text += fmt::format(" x {}", shape.kernel);
    }
    text += fmt::format(" -> {}, reuse {}", shape.size, fmt::join(layer.effective, "+"));
  }
  return text;
}

}  // namespace ntorc::sweep
