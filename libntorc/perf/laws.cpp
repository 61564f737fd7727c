#include "perf/laws.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace ntorc::perf {
namespace {

using model::LayerKind;

constexpr double kWeightBits = 16;
constexpr double kBlockWidth = 36;          ///< bits that an 18-Kb block gives at a time, at its widest
constexpr double kSmallestMemory = 1024;    ///< bits; what is smaller is made of LUT
constexpr std::ptrdiff_t kCommonTerms = 2;  ///< of a layer, whatever its matrices

/// 18-Kb blocks for the weights: as many of full width as fit, and one for a rest of more than 8 bits.
double weight_blocks(const MatrixUse& use) {
  if (use.walk() == Walk::Constant || use.n_in * use.n_out * kWeightBits <= kSmallestMemory) return 0;
  const double bits = kWeightBits * use.block_factor;
  const double full = std::floor(bits / kBlockWidth);
  return full + (bits - full * kBlockWidth > 8 ? 1 : 0);
}

/// A multiplier that serves several outputs reads from a table which of them is next.
double index_blocks(const MatrixUse& use) {
  return use.reuse * std::ceil(std::log2(use.turns())) >= kSmallestMemory ? 1 : 0;
}

double bram_law(const Structure& structure) {
  double blocks = 0;
  for (const MatrixUse& use : structure.matrices) blocks += weight_blocks(use) + index_blocks(use);
  if (!structure.recurrent()) return blocks;
  const auto units = static_cast<double>(structure.shape.size);  // each reads tables of sigmoid and tanh
  if (structure.shape.kind == LayerKind::Gru) return blocks + std::ceil(1.5 * units);
  return blocks + 2 * units + (structure.reuse() > 1 ? 1 : 0);
}

constexpr int kFractionBits = 8;             ///< of ap_fixed<16,8>
constexpr std::size_t kLargestWeight = 512;  ///< in units of the last bit; no initial weight is larger

/// Digits other than 0 of n in canonical signed-digit form: the additions that a product with n takes.
constexpr int signed_digits(int n) {
  int digits = 0;
  for (; n != 0; n >>= 1) {
    if (n % 2 == 0) continue;
    ++digits;
    n -= 2 - (n & 3);
  }
  return digits;
}

/// [n]: how many of the weights 1..n need a multiplier, since two shifts and an addition do not make their products.
constexpr auto kMultiplied = [] {
  std::array<int, kLargestWeight + 1> count{};
  for (std::size_t n = 1; n <= kLargestWeight; ++n)
    count[n] = count[n - 1] + (signed_digits(static_cast<int>(n)) >= 3 ? 1 : 0);
  return count;
}();

/// Share of weights, uniform in -limit..limit, that need a multiplier when they are constants.
double multiplied_share(double limit) {
  const auto largest = std::min(kLargestWeight, static_cast<std::size_t>(std::ldexp(limit, kFractionBits)));
  return 2.0 * kMultiplied[largest] / static_cast<double>(2 * largest + 1);
}

/// Weights as Keras begins with them: Glorot's uniform limit, sqrt(6 / (fan_in + fan_out)); of the recurrent matrix,
/// which is orthogonal, the uniform limit of the same variance.
double weight_limit(const Structure& structure, std::size_t matrix) {
  const MatrixUse& use = structure.matrices[matrix];
  if (matrix == 1) return std::sqrt(3 / std::max(use.n_in, use.n_out));
  return std::sqrt(6 / (use.n_in + use.n_out * static_cast<double>(structure.shape.kernel)));
}

double dsp_law(const Structure& structure) {
  double multipliers = 0;
  for (std::size_t m = 0; m < structure.matrices.size(); ++m) {
    const MatrixUse& use = structure.matrices[m];
    const double share = use.walk() == Walk::Constant ? multiplied_share(weight_limit(structure, m)) : 1;
    multipliers += use.block_factor * share;
  }
  return multipliers + (structure.recurrent() ? 3 * static_cast<double>(structure.shape.size) : 0);
}

bool is_convolution(const Structure& structure) {
  return structure.shape.kind == LayerKind::Conv1D || structure.shape.kind == LayerKind::Conv2D;
}

/// Pipeline stages that the choice of the input adds, and with them registers for each output.
double extra_stages(const MatrixUse& use, bool convolution) {
  switch (use.walk()) {
    case Walk::Constant:
      return 0;
    case Walk::Part: {
      const double parts = use.n_in / use.reuse;
      return parts > 5 ? 0 : parts == 3 ? 2 : 1;
    }
    case Walk::Whole:
      break;
  }
  if (use.turns() == 1) return convolution ? 1 : 0;
  return use.turns() >= 3 && use.turns() < 6 ? 2 : 1;
}

/// Positions of the padded input (`same` padding). Departs for Conv2D: input and window are taken as squares.
double padded_length(const hls4ml::LayerShape& shape) {
  const auto length = static_cast<double>(shape.sequence);
  const auto window = static_cast<double>(shape.kernel);
  if (shape.kind == LayerKind::Conv1D) return length + window - 1;
  const double side = std::sqrt(length) + std::sqrt(window) - 1;
  return side * side;
}

/// Cycles from the first input to the first output where products with constants are summed in a pipeline.
double constant_depth(const MatrixUse& use, double least) { return std::max(least, std::round(use.block_factor / 27)); }

double dense_latency(const Structure& structure) {
  const MatrixUse& use = structure.matrices.front();
  const auto packets = static_cast<double>(structure.shape.packets);
  if (use.walk() == Walk::Constant) return packets + constant_depth(use, 10);
  return use.reuse + 5 + extra_stages(use, false) + (packets > 1 ? packets + 2 : 0);
}

double latency_max_law(const Structure& structure) {
  const hls4ml::LayerShape& shape = structure.shape;
  const auto steps = static_cast<double>(shape.sequence);
  switch (shape.kind) {
    case LayerKind::Conv1D:
    case LayerKind::Conv2D: {
      const MatrixUse& use = structure.matrices.front();
      if (use.walk() == Walk::Constant) return steps + constant_depth(use, 7);
      return padded_length(shape) * (use.reuse + 9 + extra_stages(use, true));
    }
    case LayerKind::Lstm:
      return steps * (structure.reuse() + 21 + std::floor(structure.matrices[0].n_in / 2)) + 1;
    case LayerKind::Gru:
      return steps * (structure.reuse() + 20) + 1;
    default:
      return dense_latency(structure);
  }
}

double latency_min_law(const Structure& structure) {
  const hls4ml::LayerShape& shape = structure.shape;
  switch (shape.kind) {
    case LayerKind::Conv1D:
    case LayerKind::Conv2D:
      return structure.constant() ? latency_max_law(structure) : padded_length(shape) * 6;
    case LayerKind::Lstm:
    case LayerKind::Gru:
      return latency_max_law(structure) - static_cast<double>(shape.sequence);
    default:
      return latency_max_law(structure) - (structure.reuse() > 1 ? 1 : 0);
  }
}

constexpr double kWide = 256;  ///< inputs from which on the tables show another form of the input's multiplexer

/// What one matrix is made of. Multipliers share the multiplexer of wide inputs; of narrow ones each has its own, the
/// dearer the more outputs there are (or inputs, for a single output). Outputs in turn are chosen by wires, from six on
/// by other means.
void append_core(const MatrixUse& use, bool convolution, Terms& terms) {
  const bool part = use.walk() == Walk::Part;
  const bool whole = use.walk() == Walk::Whole;
  const bool wide = use.n_in >= kWide;
  const double turns = use.turns();
  const bool chooses = part && use.reuse > 2;
  const auto add = [&](bool holds, double value) { terms.push_back(holds ? value : 0); };
  add(use.walk() == Walk::Constant, use.block_factor);
  add(part && wide, use.n_in);
  add(part, use.n_out);
  add(part, use.n_out * extra_stages(use, convolution));
  add(whole, use.n_out);
  add(whole && turns >= 1.5 && turns < 3, use.n_out);
  add(whole && turns >= 3 && turns < 6, use.n_out);
  add(whole && turns >= 6, use.n_out);
  add(whole && use.n_out == 1, use.n_in);
  add(part && !chooses, use.block_factor);
  add(chooses && !wide, use.block_factor);
  add(chooses && !wide, use.block_factor * std::sqrt(use.n_out > 1 ? use.n_out : use.n_in));
  add(chooses && wide, use.block_factor);
  add(part && use.reuse >= kWide, use.reuse);
  add(whole, use.block_factor);
}

}  // namespace

double law(const Structure& structure, Target target) {
  switch (target) {
    case Target::LatencyMin:
      return latency_min_law(structure);
    case Target::LatencyMax:
      return latency_max_law(structure);
    case Target::Dsp:
      return dsp_law(structure);
    default:
      return bram_law(structure);
  }
}

Terms terms(const Structure& structure) {
  const MatrixUse& use = structure.matrices.front();
  const bool convolution = is_convolution(structure);
  Terms terms;
  terms.push_back(1);
  terms.push_back(use.n_in);
  append_core(use, convolution, terms);
  if (structure.recurrent()) {
    append_core(structure.matrices.back(), false, terms);
    terms.push_back(static_cast<double>(structure.shape.size));
  }
  if (convolution) {
    const bool chooses = use.walk() == Walk::Part && use.reuse > 2;
    terms.push_back(chooses ? use.n_in * use.n_out : 0);
  }
  return terms;
}

std::vector<double> inherited(const std::vector<double>& dense, const Structure& structure, double own) {
  std::vector<double> values = dense;
  if (structure.recurrent()) values.insert(values.end(), dense.begin() + kCommonTerms, dense.end());
  if (structure.recurrent() || is_convolution(structure)) values.push_back(own);
  return values;
}

}  // namespace ntorc::perf
