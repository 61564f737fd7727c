// perf/node_cost.cpp - constants are those that benchmarks/fit_node_costs.py prints. docs/algorithms/design.md
#include "ntorc/perf/node_cost.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "ntorc/error.hpp"

namespace ntorc::perf {

namespace {

using hls4ml::Backend;
using hls4ml::IoType;
using hls4ml::NodeKind;

/// What a law sees of a node.
struct NodeQuestion {
  const hls4ml::Node& node;
  double elements_in = 1;   ///< of all its inputs
  double elements_out = 1;  ///< to each reader
  double channels = 1;      ///< of the element that it works on
  double bits = 16;
  bool two_dimensions = false;
  bool vivado = true;

  double width() const { return channels * bits; }             ///< bits of an element
  double values() const { return elements_out * channels; }    ///< of an io_parallel result
  double values_in() const { return elements_in * channels; }  ///< of an io_parallel argument
  double window() const { return static_cast<double>(node.window_rows * node.window_columns); }
};

LayerCost cost(double latency, double lut, double ff, double dsp = 0, double bram = 0) {
  return {latency, latency, std::round(lut), std::round(ff), dsp, bram};
}

/// A pipelined loop over the elements, with `fill` cycles beside; a single element needs no loop.
double pipelined(double elements, double fill) { return elements > 1 ? elements + fill : 1; }

/// What Vitis HLS, and with likeness Vivado HLS, spends on the handshakes of a process: the constant of its relu.
constexpr double kHandshakeLut = 100;
constexpr double kHandshakeFf = 15;

// ---- activations --------------------------------------------------------------------------------------------------

enum class ActivationForm { Compare, Scale, Hard, Sign, Table };

ActivationForm form_of(std::string_view function) {
  const auto is_one_of = [function](auto... names) { return ((function == names) || ...); };
  if (is_one_of("relu", "relu6", "thresholded_relu", "linear")) return ActivationForm::Compare;
  if (is_one_of("leaky_relu", "prelu", "parametric_relu")) return ActivationForm::Scale;
  if (is_one_of("hard_sigmoid", "hard_tanh")) return ActivationForm::Hard;
  if (is_one_of("binary_tanh", "ternary_tanh", "sign")) return ActivationForm::Sign;
  return ActivationForm::Table;  // tanh, sigmoid, softplus, softsign, elu, selu, ...
}

/// Blocks of the tables of `values` functions: 1024 entries, two readers each, 18 bits a block.
double table_blocks(double values, double bits) { return std::ceil(values / 2) * std::ceil(bits / 18); }

NodeCost stream_activation(const NodeQuestion& q) {
  switch (form_of(q.node.function)) {
    case ActivationForm::Compare:
      if (q.vivado) {
        return {cost(pipelined(q.elements_in, 3), 2.221 * q.width() + 124.7, 1.793 * q.width() + 115.5),
                Support::Interpolated,
                "2.2 LUT and 1.8 FF a bit: 1 design of Vivado HLS 2019.2.1; Vitis has LUT alike; three times the LUT "
                "where it saturates to fewer bits"};
      }
      return {cost(pipelined(q.elements_in, 3), 2.354 * q.width() + 100.1, 0.9191 * q.width() + 14.85),
              Support::Interpolated, "2.4 LUT and 0.9 FF a bit: 1 design of Vitis HLS 2023.1, 1 of 2024.1 (LUT alone)"};
    case ActivationForm::Scale:
      return {cost(pipelined(q.elements_in, 3), 2.935 * q.width() + 112, 0.9984 * q.width() + 19.65, q.channels),
              q.vivado ? Support::Interpolated : Support::Extrapolated,
              "2.9 LUT and 1 FF a bit, 1 DSP a channel: 2 designs of one author, Vivado HLS 2018.2"};
    case ActivationForm::Hard:
      return {cost(pipelined(q.elements_in, 4), 12.35 * q.width(), 2.4 * q.width()), Support::Extrapolated,
              "12 LUT and 2.4 FF a bit: 1 process of Vitis HLS 2023.1"};
    case ActivationForm::Sign:
      return {cost(pipelined(q.elements_in, 3), q.width() + kHandshakeLut, q.channels + kHandshakeFf),
              Support::Extrapolated, "a comparison a channel, as no design has it"};
    case ActivationForm::Table:
      break;
  }
  return {cost(pipelined(q.elements_in, 4), 135.5 * q.channels + kHandshakeLut, 2.48 * q.channels + kHandshakeFf, 0,
               table_blocks(q.channels, q.bits)),
          Support::Extrapolated,
          "a table for two channels [LSTMs of N-TORC's data], 136 LUT a channel [3 io_parallel designs]"};
}

NodeCost parallel_activation(const NodeQuestion& q) {
  const double values = q.values();
  switch (form_of(q.node.function)) {
    case ActivationForm::Compare:
      return {
          cost(0, (q.vivado ? 1.75 : 2.375) * values * q.bits, 0), Support::Interpolated,
          "1.75 LUT a bit with Vivado (2 designs of 2019.2), 2.4 with Vitis (1 of 2025.1); 1.5 to 2.6 times as much "
          "where it saturates to fewer bits"};
    case ActivationForm::Scale:
      return {cost(1, 2.935 * values * q.bits, 0, values), Support::Extrapolated,
              "as in a stream: 2 designs of Vivado HLS 2018.2"};
    case ActivationForm::Hard:
      return {cost(1, 12.35 * values * q.bits, 0), Support::Extrapolated,
              "as in a stream: 1 process of Vitis HLS 2023.1"};
    case ActivationForm::Sign:
      return {cost(0, values * q.bits, 0), Support::Extrapolated, "a comparison a value, as no design has it"};
    case ActivationForm::Table:
      break;
  }
  return {cost(1, 135.5 * values, 2.48 * values, 0, table_blocks(values, q.bits)), Support::Interpolated,
          "136 LUT a value: 3 designs of Vivado HLS 2019.2 and 2020.1; a table for two values"};
}

NodeCost softmax(const NodeQuestion& q, IoType io_type) {
  const double classes = q.channels;
  const double repeats = io_type == IoType::Stream ? q.elements_in : 1;
  NodeCost result;
  if (q.vivado && io_type == IoType::Stream) {
    result = {
        cost(6 + repeats, 152.3 * classes, 85.17 * classes, classes, 4), Support::Interpolated,
        "152 LUT and 85 FF a class, 1 DSP, 4 BRAM: 3 designs of Vivado HLS 2018.2 and 2020.1, within 51 % in LUT"};
  } else if (q.vivado) {
    result = {cost(8, 145.9 * classes, 54.66 * classes, classes, 4), Support::Interpolated,
              "146 LUT and 55 FF a class, 1 DSP, 4 BRAM: 2 designs of Vivado HLS 2019.2, of 4 and 13 cycles"};
  } else if (io_type == IoType::Stream) {
    result = {cost(7 + repeats, 95.33 * classes, 43.67 * classes, classes, std::max(classes - 1, 1.0)),
              Support::Extrapolated, "95 LUT and 44 FF a class, 1 DSP: 1 design of Vitis HLS 2024.1"};
  } else {
    result = {
        cost(std::round(9 + 0.7 * classes), 123.8 * classes, 182.7 * classes, classes, classes), Support::Inside,
        "124 LUT, 183 FF, 1 DSP and 1 BRAM a class: 7 designs of Vitis HLS 2021.1 and 2025.1, within 28 % in LUT"};
  }
  if (repeats > 1) result.support = Support::Extrapolated;  // all designs have one element
  return result;
}

// ---- windows ------------------------------------------------------------------------------------------------------

NodeCost padding(const NodeQuestion& q) {
  const double elements = q.elements_out;
  if (q.vivado) {
    return {cost(elements + 3, 32.72 * q.channels + 196.9, 3.239 * std::log2(elements) + 4.84),
            q.two_dimensions ? Support::Inside : Support::Extrapolated,
            "33 LUT a channel + 197, out + 3 cycles: 4 designs of Vivado HLS 2018.2 to 2019.2.1, of two dimensions"};
  }
  if (q.two_dimensions) {
    return {cost(elements + 13, 406.1, 15.84 * q.channels + 46.34), Support::Interpolated,
            "406 LUT, 16 FF a channel, out + 13 cycles: 1 design of Vitis HLS 2023.1"};
  }
  return {cost(elements + 3, 169.2, 17.18), Support::Inside,
          "169 LUT, out + 3 cycles: 2 designs of Vitis HLS 2023-2024"};
}

/// Comparators, or adders, of which a window needs one less than it has positions.
double window_lut(const NodeQuestion& q) { return 2.112 * (q.window() - 1) * q.bits; }

NodeCost pooling(const NodeQuestion& q) {
  // Counters and conditions: of one dimension those of a process of Vitis HLS 2022.2, beside its 31 LUT a channel.
  const double lut = window_lut(q) * q.channels + (q.two_dimensions ? 504.9 : 287);
  NodeCost result;
  if (q.bits > 18) {  // a comparison takes a cycle more, so does an element
    result.cost = cost(2 * q.elements_in + 4, lut, 10.11 * q.width() + 282);
  } else {
    result.cost = cost(q.elements_in + 4, lut, 5.094 * q.width() + 192);
  }
  const bool known = q.vivado && q.two_dimensions && q.window() == 4;
  result.support = known ? Support::Interpolated : Support::Extrapolated;
  result.law =
      "2.1 LUT a bit and comparison + 505, in + 3..5 cycles: 2 designs of Vivado HLS 2019.2.1 and 2020.1, windows of 2 "
      "x "
      "2; 2 of 2018.2 have twice the LUT, half the FF";
  return result;
}

NodeCost global_pooling(const NodeQuestion& q) {
  return {cost(q.elements_in + 3, 3.492 * q.width(), 2.062 * q.width()), Support::Extrapolated,
          "3.5 LUT and 2.1 FF a bit, in + 3 cycles: 1 process of Vitis HLS 2024.1"};
}

NodeCost parallel_pooling(const NodeQuestion& q) {
  return {cost(0, window_lut(q) * q.values() + 11, q.values() * q.bits + 2), Support::Extrapolated,
          "2.1 LUT a bit and comparison, as in a stream; 1 FF a bit, no cycle: 3 processes of Vitis HLS 2022.2 with 6 "
          "bits, "
          "which have twice the LUT"};
}

NodeCost parallel_global_pooling(const NodeQuestion& q) {
  return {cost(std::round(std::log2(std::max(q.elements_in, 2.0))), 3.552 * q.values_in() * q.bits,
               1.712 * q.values_in() * q.bits),
          Support::Extrapolated, "3.6 LUT and 1.7 FF a bit of the input: 1 process of Vivado HLS 2019.2"};
}

// ---- element by element -------------------------------------------------------------------------------------------

NodeCost normalization(const NodeQuestion& q, IoType io_type) {
  if (io_type == IoType::Parallel) {
    return {cost(1, 2.95 * q.values() * q.bits, 1.005 * q.values() * q.bits, q.values()), Support::Extrapolated,
            "2.9 LUT and 1 FF a bit, 1 DSP a value, as in a stream: no design has it"};
  }
  if (q.vivado) {
    return {cost(pipelined(q.elements_in, 1), 2.95 * q.width(), 1.005 * q.width(), q.channels), Support::Interpolated,
            "2.9 LUT and 1 FF a bit, 1 DSP a channel: 1 design of Vivado HLS 2020.1, two layers of one element"};
  }
  return {cost(3 * q.elements_in + 2, 2.042 * q.width() + 106, 0.9814 * q.width() + 13.87), Support::Interpolated,
          "2 LUT and 1 FF a bit, no DSP, 3 cycles an element: 1 design of Vitis HLS 2023.1, 18 layers"};
}

/// LUT of an operation on two values, as HLS counts adders and comparators; DSP of a product.
NodeCost merge(const NodeQuestion& q, IoType io_type) {
  const bool product = q.node.function == "multiply" || q.node.function == "dot";
  const bool selects = q.node.function == "maximum" || q.node.function == "minimum";
  const double operations = static_cast<double>(std::max<std::size_t>(q.node.inputs.size(), 2) - 1);
  const double lut = product ? 2 : selects ? 2.112 * q.bits : q.bits + 7;
  const double dsp = product ? std::ceil(q.bits / 18) : 0;
  const double values = (io_type == IoType::Stream ? q.channels : q.values()) * operations;
  const double latency = io_type == IoType::Stream ? pipelined(q.elements_out, 3) : 1;
  const bool stream = io_type == IoType::Stream;
  return {
      cost(latency, lut * values + (stream ? kHandshakeLut : 0), stream ? q.width() + kHandshakeFf : 0, dsp * values),
      Support::Extrapolated, "an adder, comparator or product a channel, as no design has it"};
}

// ---- streams that are led on --------------------------------------------------------------------------------------

NodeCost concatenate(const NodeQuestion& q) {
  const double channels = static_cast<double>(q.node.output.channels);
  return {cost(q.elements_out > 1 ? q.elements_out + 2 : 0, 4.5 * channels + 20, 3), Support::Extrapolated,
          "4.5 LUT a channel + 20: 1 design of Vitis HLS 2023.1, of one element"};
}

NodeCost clone(const NodeQuestion& q) {
  if (q.vivado) {
    return {cost(q.elements_in + 2, 32.72 * q.channels + kHandshakeLut, 22), Support::Extrapolated,
            "33 LUT a channel as padding, for one FIFO a channel: no design of Vivado HLS has it"};
  }
  return {cost(q.elements_in + 2, 76, 22), Support::Extrapolated, "76 LUT: 1 process of Vitis HLS 2023.1"};
}

NodeCost repack(const NodeQuestion& q) {
  return {cost(3 * q.elements_out + 1, 2.365 * q.width(), 1.135 * q.width()), Support::Extrapolated,
          "2.4 LUT and 1.1 FF a bit of the wider element: 1 process of Vitis HLS 2023.1"};
}

NodeCost wires() { return {{}, Support::Extrapolated, "wires alone, as no design has it as a process"}; }

InvalidArgument has_no_law(const hls4ml::Node& node) {
  return InvalidArgument(fmt::format("{}: expected a node without weights, got {}", node.name,
                                     node.kind == NodeKind::Input ? "an input" : "a layer with weights"));
}

NodeCost stream_cost(const NodeQuestion& q) {
  switch (q.node.kind) {
    case NodeKind::Padding:
      return padding(q);
    case NodeKind::Pooling:
      return pooling(q);
    case NodeKind::GlobalPooling:
      return global_pooling(q);
    case NodeKind::Activation:
      return stream_activation(q);
    case NodeKind::Softmax:
      return softmax(q, IoType::Stream);
    case NodeKind::Normalization:
      return normalization(q, IoType::Stream);
    case NodeKind::Merge:
      return merge(q, IoType::Stream);
    case NodeKind::Concatenate:
      return concatenate(q);
    case NodeKind::Clone:
      return clone(q);
    case NodeKind::Repack:
      return repack(q);
    case NodeKind::Input:
    case NodeKind::Weights:
      break;
  }
  throw has_no_law(q.node);
}

NodeCost parallel_cost(const NodeQuestion& q) {
  switch (q.node.kind) {
    case NodeKind::Pooling:
      return parallel_pooling(q);
    case NodeKind::GlobalPooling:
      return parallel_global_pooling(q);
    case NodeKind::Activation:
      return parallel_activation(q);
    case NodeKind::Softmax:
      return softmax(q, IoType::Parallel);
    case NodeKind::Normalization:
      return normalization(q, IoType::Parallel);
    case NodeKind::Merge:
      return merge(q, IoType::Parallel);
    case NodeKind::Padding:
    case NodeKind::Concatenate:
    case NodeKind::Clone:
    case NodeKind::Repack:
      return wires();
    case NodeKind::Input:
    case NodeKind::Weights:
      break;
  }
  throw has_no_law(q.node);
}

void at_least_one(std::string_view what, std::int64_t value) {
  if (value < 1) throw InvalidArgument(fmt::format("{}: expected at least 1, got {}", what, value));
}

// ---- FIFOs --------------------------------------------------------------------------------------------------------

constexpr int kWideFifoYear = 2024;
constexpr std::int64_t kMaxExtent = std::int64_t{1} << 40;  ///< of depth and bits: what is counted fits 62 bits

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }
std::int64_t power_of_two_from(std::int64_t bits) {
  return static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(bits)));
}
/// ceil(log2(depth)): of an address
double address_bits(std::int64_t depth) {
  return static_cast<double>(std::bit_width(static_cast<std::uint64_t>(depth) - 1));
}

/// FF and LUT of one FIFO of a channel with Vivado HLS; its BRAM is known.
NodeCost vivado_fifo(std::int64_t depth, double bits, std::int64_t bram) {
  NodeCost result;
  result.cost.bram_18k = static_cast<double>(bram);
  if (bram > 0) {
    // Beyond 2048 elements the outputs of blocks are chosen among.
    const double deep = depth > 8192 ? bits / 32 : 0;
    const double middle = depth > 2048 && depth <= 8192 ? bits / 32 : 0;
    result.cost.ff = bits + 3 * address_bits(depth) + 2 + 18 * middle + 108 * deep;
    result.cost.lut = std::max(bits, 1.5625 * bits + 4 * address_bits(depth) - 8 + 127 * middle + 763 * deep);
    result.support = depth > 2048 ? Support::Interpolated : Support::Inside;
    result.law =
        "bits + 3 FF and 4 LUT an address bit, 1.6 LUT a bit: rows and totals of 5 designs of Vivado HLS 2018.2 to "
        "2020.1";
  } else if (depth <= 16) {
    result.cost.ff = std::max(5.0, 3 + address_bits(depth));
    result.cost.lut = bits + (depth <= 2 ? 12 : 15);
    result.support = Support::Inside;
    result.law = "shift registers, bits + 12..15 LUT, 5..7 FF: 4 designs of Vivado HLS 2018.2 to 2020.1";
  } else {
    result.cost.ff = 103 * bits / 16;
    result.cost.lut = 103 * bits / 16;
    result.support = Support::Interpolated;
    result.law = "103 LUT and FF at 16 bits: FIFOs of 25 elements in 2 designs of Vivado HLS 2019.2";
  }
  return result;
}

/// Of one FIFO with Vitis HLS, as wide as the element.
NodeCost vitis_fifo(std::int64_t depth, std::int64_t bits, std::int64_t bram, int tool_year) {
  NodeCost result;
  result.cost.bram_18k = static_cast<double>(bram);
  if (tool_year >= kWideFifoYear) {
    const auto width = static_cast<double>(power_of_two_from(bits));
    result.cost.ff = 2 * width + (depth == 1 ? 4 : 27);
    result.cost.lut = 1.1 * width;
    result.support = Support::Extrapolated;
    result.law = "2 FF and 1.1 LUT a bit of a width that is a power of two: 5 FIFOs of 1 design of Vitis HLS 2024.1";
  } else {
    result.cost.ff = depth == 1 ? 99 : 155;
    result.cost.lut = 65;
    result.support = Support::Interpolated;
    result.law = "155 FF (99 at depth 1), 65 LUT: 97 FIFOs of 2 designs of Vitis HLS 2023.1";
  }
  return result;
}

}  // namespace

NodeCost node_cost(const hls4ml::Node& node, const std::vector<hls4ml::Stream>& inputs, const DesignTraits& traits) {
  at_least_one("bits", traits.bits);
  at_least_one(node.name + ": elements", node.output.elements);
  at_least_one(node.name + ": channels", node.output.channels);
  std::int64_t elements = 0;
  std::int64_t channels = node.output.channels;
  for (const hls4ml::Stream& input : inputs) {
    at_least_one(node.name + ": elements of an input", input.elements);
    at_least_one(node.name + ": channels of an input", input.channels);
    // Branches are read side by side.
    elements = std::max(elements, input.elements);
    channels = node.kind == NodeKind::Concatenate || node.kind == NodeKind::Merge ? channels
                                                                                  : std::max(channels, input.channels);
  }
  if (inputs.empty()) elements = node.rows * node.columns;
  at_least_one(node.name + ": elements", elements);

  NodeQuestion question{.node = node};
  question.elements_in = static_cast<double>(elements);
  question.elements_out = static_cast<double>(node.output.elements);
  question.channels = static_cast<double>(channels);
  question.bits = static_cast<double>(traits.bits);
  question.two_dimensions = node.rows > 1;
  question.vivado = traits.backend == Backend::Vivado;
  NodeCost result = traits.io_type == IoType::Stream ? stream_cost(question) : parallel_cost(question);
  // The designs have values of 16 and 32 bits.
  if (traits.bits != 16 && traits.bits != 32 && result.support == Support::Inside)
    result.support = Support::Interpolated;
  return result;
}

std::int64_t fifo_bram_18k(std::int64_t depth, std::int64_t bits, int tool_year) {
  at_least_one("depth of a FIFO", depth);
  at_least_one("bits of a FIFO", bits);
  if (depth > kMaxExtent || bits > kMaxExtent / depth) {
    throw InvalidArgument(fmt::format("FIFO: expected at most {} bits, got {} x {}", kMaxExtent, depth, bits));
  }
  const bool wide = tool_year >= kWideFifoYear;
  if (depth == 1 || depth * bits <= (wide ? 1024 : 512)) return 0;
  const std::int64_t width = wide ? power_of_two_from(bits) : bits;
  struct Shape {
    std::int64_t depth;
    std::int64_t width;
  };
  constexpr std::array<Shape, 6> kShapes{{{512, 36}, {1024, 18}, {2048, 9}, {4096, 4}, {8192, 2}, {16384, 1}}};
  for (const Shape& shape : kShapes) {
    if (depth <= shape.depth && (wide || shape.width != 36)) return ceil_div(width, shape.width);
  }
  return width * ceil_div(power_of_two_from(depth), 16384);
}

NodeCost fifo_cost(std::int64_t depth, std::int64_t channels, const DesignTraits& traits) {
  at_least_one("channels of a FIFO", channels);
  at_least_one("bits of a FIFO", traits.bits);
  if (traits.backend == Backend::Vitis) {
    if (channels > kMaxExtent / traits.bits) {
      throw InvalidArgument(
          fmt::format("channels of a FIFO: expected at most {}, got {}", kMaxExtent / traits.bits, channels));
    }
    const std::int64_t bits = channels * traits.bits;
    return vitis_fifo(depth, bits, fifo_bram_18k(depth, bits, traits.tool_year), traits.tool_year);
  }
  NodeCost result = vivado_fifo(depth, static_cast<double>(traits.bits), fifo_bram_18k(depth, traits.bits));
  const auto fifos = static_cast<double>(channels);
  for (const Target target : {Target::Lut, Target::Ff, Target::Bram18k}) {
    result.cost[target] = std::round(result.cost[target] * fifos);
  }
  return result;
}

double dataflow_overhead_cycles(std::size_t processes) {
  return processes == 0 ? 0 : static_cast<double>(processes - 1);
}

NodeCost glue_cost(std::size_t nodes, const DesignTraits& traits) {
  const double latency = dataflow_overhead_cycles(nodes);
  if (traits.io_type == IoType::Stream) {
    return {cost(latency, 4, 0), Support::Inside,
            "2 to 99 LUT, 0 to 9 FF: medians of 7 designs of Vivado HLS and Vitis HLS 2018.2 to 2024.1"};
  }
  const auto count = static_cast<double>(nodes);
  return {cost(latency, 8 * count, 300 * count), Support::Extrapolated,
          "8 LUT and 300 FF a process, registers between layers: medians of 21 designs, 31 to 481 FF"};
}

}  // namespace ntorc::perf
