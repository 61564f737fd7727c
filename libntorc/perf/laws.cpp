#include "perf/laws.hpp"

#include <cmath>

namespace ntorc::perf {
namespace {

using model::LayerKind;

constexpr double kWeightBits = 16;
constexpr double kBlockWidth = 36;        ///< bits that an 18-Kb block gives at a time, at its widest
constexpr double kSmallestMemory = 1024;  ///< bits; what is smaller is made of LUT

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
  const double tables = 2 * static_cast<double>(structure.shape.size);  // sigmoid and tanh, read by every unit
  return blocks + tables + (structure.reuse() > 1 ? 1 : 0);
}

/// About half of the products with constants need a multiplier.
double dsp_law(const Structure& structure) {
  double multipliers = 0;
  for (const MatrixUse& use : structure.matrices)
    multipliers += use.reuse > 1 ? use.block_factor : use.block_factor / 2;
  return multipliers + (structure.recurrent() ? 3 * static_cast<double>(structure.shape.size) : 0);
}

double padded_length(const hls4ml::LayerShape& shape) { return static_cast<double>(shape.sequence + shape.kernel - 1); }

double latency_max_law(const Structure& structure) {
  const hls4ml::LayerShape& shape = structure.shape;
  switch (shape.kind) {
    case LayerKind::Conv1D:
    case LayerKind::Conv2D:
      return padded_length(shape) * (structure.reuse() + 10);
    case LayerKind::Lstm:
    case LayerKind::Gru:
      return static_cast<double>(shape.sequence) * (structure.reuse() + 21 + structure.matrices[0].n_in / 2) + 1;
    default:
      return structure.reuse() + 6;
  }
}

double latency_min_law(const Structure& structure) {
  const hls4ml::LayerShape& shape = structure.shape;
  switch (shape.kind) {
    case LayerKind::Conv1D:
    case LayerKind::Conv2D:
      return padded_length(shape) * 6;
    case LayerKind::Lstm:
    case LayerKind::Gru:
      return latency_max_law(structure) - static_cast<double>(shape.sequence);
    default:
      return structure.reuse() + 5;
  }
}

constexpr double kWide = 256;  ///< inputs from which on the tables show another form of the input's multiplexer

double when(bool holds, double value) { return holds ? value : 0; }

/// Of a dense layer. Multipliers share the multiplexer of wide inputs; of narrow ones each has its own, the dearer the
/// more outputs there are (or inputs, for a single output). Outputs in turn are chosen by wires, from eight on by other
/// means.
void append_dense_terms(const MatrixUse& use, std::vector<double>& terms) {
  const bool constant = use.walk() == Walk::Constant;
  const bool part = use.walk() == Walk::Part;
  const bool whole = use.walk() == Walk::Whole;
  const bool wide = use.n_in >= kWide;
  const double turns = use.turns();
  const bool chooses = part && use.reuse > 2 && !wide;
  terms.insert(terms.end(), {when(constant, use.block_factor), when(part && wide, use.n_in), when(part, use.n_out),
                             when(whole && turns < 1.5, use.n_out), when(whole && turns >= 1.5 && turns < 3, use.n_out),
                             when(whole && turns >= 3 && turns < 6, use.n_out), when(whole && turns >= 6, use.n_out),
                             when(part && use.reuse <= 2, use.block_factor), when(chooses, use.block_factor),
                             when(chooses, use.block_factor * std::sqrt(use.n_out > 1 ? use.n_out : use.n_in)),
                             when(part && use.reuse > 2 && wide, use.block_factor),
                             when(part && use.reuse >= kWide, use.reuse), when(whole, use.block_factor)});
}

/// Of the other kinds, of which the tables have fewer sizes and say less.
void append_terms(const MatrixUse& use, bool convolution, std::vector<double>& terms) {
  const bool constant = use.walk() == Walk::Constant;
  const bool part = use.walk() == Walk::Part;
  const bool whole = use.walk() == Walk::Whole;
  terms.insert(terms.end(), {when(constant, use.block_factor), when(part, use.n_out), when(whole, use.n_out),
                             when(whole && use.turns() < 6, use.n_out), when(part, use.block_factor),
                             when(whole, use.block_factor)});
  if (convolution) {
    terms.insert(terms.end(),
                 {when(part, use.block_factor * std::log2(use.reuse)), when(whole && use.turns() > 1, use.n_in)});
  } else {
    const bool chooses = part && use.reuse > 2 && use.n_in < kWide;
    terms.insert(terms.end(), {when(chooses, use.block_factor), when(chooses, use.block_factor * use.n_out),
                               when(whole && use.turns() > 1 && use.n_in >= kWide, use.n_in)});
  }
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

std::vector<double> terms(const Structure& structure) {
  std::vector<double> terms{1, structure.matrices.front().n_in};
  if (structure.shape.kind == LayerKind::Dense) {
    append_dense_terms(structure.matrices.front(), terms);
    return terms;
  }
  const bool convolution = structure.shape.kind == LayerKind::Conv1D || structure.shape.kind == LayerKind::Conv2D;
  if (structure.recurrent()) terms.push_back(static_cast<double>(structure.shape.size));
  for (const MatrixUse& use : structure.matrices) append_terms(use, convolution, terms);
  return terms;
}

}  // namespace ntorc::perf
