#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "ntorc/hls4ml/reuse.hpp"
#include "ntorc/sweep/sweep.hpp"
#include "sweep/network.hpp"

namespace ntorc::sweep {
namespace {

struct Range {
  std::int64_t low = std::numeric_limits<std::int64_t>::max();
  std::int64_t high = 0;

  void take(std::int64_t value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  std::string text() const { return low == high ? fmt::format("{}", low) : fmt::format("{}..{}", low, high); }
};

/// Layers of one kind, over all jobs.
struct KindRow {
  std::int64_t layers = 0;
  std::set<std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::vector<std::int64_t>,
                      Strategy, std::string>>
      distinct;
  Range inputs, size, kernel, sequence, reuse, block_factor;
};

}  // namespace

std::string summary(const Sweep& sweep) {
  std::map<model::LayerKind, KindRow> kinds;
  std::map<std::string, std::int64_t> families;
  std::set<const Network*> networks;
  Range largest;
  std::int64_t steep = 0;
  for (const PlannedJob& job : sweep.jobs) {
    ++families[job.family];
    networks.insert(job.network.get());
    std::int64_t most = 0;
    for (const LayerBuild& layer : job.layers) {
      const hls4ml::LayerShape& shape = layer.shape;
      KindRow& row = kinds[shape.kind];
      ++row.layers;
      row.distinct.insert({shape.inputs, shape.size, shape.kernel, shape.sequence, shape.packets, layer.effective,
                           layer.strategy, job.precision});
      row.inputs.take(shape.inputs);
      row.size.take(shape.size);
      row.kernel.take(shape.kernel);
      row.sequence.take(shape.sequence);
      const std::vector<hls4ml::Matrix> matrices = hls4ml::matrices(shape);
      for (std::size_t m = 0; m < matrices.size(); ++m) {
        const std::int64_t block_factor = hls4ml::block_factor(matrices[m], layer.effective[m]);
        row.reuse.take(layer.effective[m]);
        row.block_factor.take(block_factor);
        most = std::max(most, block_factor);
      }
    }
    largest.take(most);
    steep += most > hls4ml::ReuseLimits{}.max_block_factor ? 1 : 0;
  }
  std::string text = fmt::format("jobs           {}\n", sweep.jobs.size());
  text += fmt::format("networks       {}\n", networks.size());
  text += fmt::format("combinations   {}\n", sweep.combinations);
  text += fmt::format("duplicates     {}  (built alike once reuse factors are snapped)\n", sweep.duplicates);
  for (const auto& [reason, count] : sweep.left_out) text += fmt::format("left out       {}  ({})\n", count, reason);
  for (const auto& [family, count] : families) text += fmt::format("family         {}: {} jobs\n", family, count);
  text +=
      fmt::format("target         {}, {} MHz, {}, {}, hls4ml {}\n\n", sweep.target.part, sweep.target.clock_mhz,
                  to_string(sweep.target.backend), to_string(sweep.target.io_type), to_string(sweep.target.dialect));
  constexpr std::string_view kRow = "{:<7} {:>8} {:>9}  {:<10} {:<8} {:<7} {:<8} {:<9} {}\n";
  text +=
      fmt::format(kRow, "kind", "layers", "distinct", "inputs", "size", "kernel", "sequence", "reuse", "block factor");
  for (const auto& [kind, row] : kinds) {
    text += fmt::format(kRow, to_string(kind), row.layers, row.distinct.size(), row.inputs.text(), row.size.text(),
                        row.kernel.text(), row.sequence.text(), row.reuse.text(), row.block_factor.text());
  }
  text += fmt::format(
      "\nThe time of a synthesis is not known before one has run; it grows with the multipliers of a matrix, here {} "
      "at "
      "the most\nof a job.",
      largest.text());
  if (steep > 0) {
    text += fmt::format(" {} jobs have a matrix of more than {}, which Vivado HLS refuses to unroll.", steep,
                        hls4ml::ReuseLimits{}.max_block_factor);
  }
  return text + "\n";
}

}  // namespace ntorc::sweep
