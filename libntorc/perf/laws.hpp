// perf/laws.hpp - what follows from a layer's structure without learning. docs/algorithms/hybrid.md
#pragma once

#include <vector>

#include "ntorc/perf/cost.hpp"
#include "perf/structure.hpp"

namespace ntorc::perf {

/// DSP, BRAM or latency by law: exact, or nearly so, on N-TORC's tables (Vivado HLS 2019.1, 16 bit, io_stream) for
/// reuse > 1; of Conv2D and GRU as read off single designs.
/// @param target  not Lut or Ff.
double law(const Structure& structure, Target target);

using Terms = support::InlineVector<double, 33>;

/// Quantities of which LUT and FF are sums with weights >= 0: registers, multiplexers, adders. As many for each kind of
/// layer, all >= 0. Those of a dense layer come first in every kind: they are what a matrix is made of.
Terms terms(const Structure& structure);

/// A value for each of the terms of a dense layer, taken over by the terms of `structure`, for both of its matrices.
/// @param own  for the terms that no dense layer has.
std::vector<double> inherited(const std::vector<double>& dense, const Structure& structure, double own);

}  // namespace ntorc::perf
