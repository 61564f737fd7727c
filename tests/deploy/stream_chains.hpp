// tests/deploy/stream_chains.hpp - random io_stream designs, as hls4ml makes them, for tests and benchmarks of chains.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "ntorc/deploy/process.hpp"
#include "ntorc/hls4ml/node.hpp"

namespace ntorc::test {

/// Whole numbers that are the same with every standard library.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}
  std::int64_t in(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(most - least + 1));
  }
  bool one_in(std::int64_t n) { return in(1, n) == 1; }
  double uniform() { return static_cast<double>(random_() >> 11U) * 0x1p-53; }

 private:
  std::mt19937_64 random_;
};

/// Puts one node behind the other; keeps rows, columns and channels of what the last one gives.
class StreamBuilder {
 public:
  StreamBuilder(std::int64_t rows, std::int64_t columns, std::int64_t channels)
      : rows_(rows), columns_(columns), channels_(channels) {
    add(hls4ml::NodeKind::Input, {});
  }

  std::size_t last() const { return nodes_.size() - 1; }
  std::int64_t rows() const { return rows_; }
  std::int64_t columns() const { return columns_; }
  const std::vector<hls4ml::Node>& nodes() const { return nodes_; }

  /// One to one: Activation, Softmax, Normalization, Clone.
  void map(hls4ml::NodeKind kind) { add(kind, {last()}); }

  void pad(std::int64_t by) {
    hls4ml::Node node = next(hls4ml::NodeKind::Padding, {last()});
    node.pad_left = node.pad_right = by;
    if (rows_ > 1) node.pad_top = node.pad_bottom = by;
    rows_ += node.pad_top + node.pad_bottom;
    columns_ += 2 * by;
    put(node);
  }

  void convolve(std::int64_t window, std::int64_t stride, std::int64_t filters) {
    hls4ml::Node node = next(hls4ml::NodeKind::Weights, {last()});
    node.shape = hls4ml::LayerShape{rows_ > 1 ? model::LayerKind::Conv2D : model::LayerKind::Conv1D, channels_, filters,
                                    rows_ > 1 ? window * window : window, rows_ * columns_};
    channels_ = filters;
    slide(node, window, stride);
  }

  void pool(std::int64_t window) {
    hls4ml::Node node = next(hls4ml::NodeKind::Pooling, {last()});
    slide(node, window, window);
  }

  void recurrent(std::int64_t units, bool sequences) {
    hls4ml::Node node = next(hls4ml::NodeKind::Weights, {last()});
    node.shape = hls4ml::LayerShape{model::LayerKind::Lstm, channels_, units, 1, columns_};
    node.sequences = sequences;
    channels_ = units;
    if (!sequences) rows_ = columns_ = 1;
    put(node);
  }

  /// On all that comes, one packet after the other.
  void dense(std::int64_t neurons) {
    hls4ml::Node node = next(hls4ml::NodeKind::Weights, {last()});
    node.shape =
        hls4ml::LayerShape{model::LayerKind::Dense, channels_ * rows_ * columns_, neurons, 1, 1, rows_ * columns_};
    node.columns *= node.rows;
    node.rows = 1;
    rows_ = columns_ = 1;
    channels_ = neurons;
    put(node);
  }

  void pool_globally() {
    const hls4ml::Node node = next(hls4ml::NodeKind::GlobalPooling, {last()});
    rows_ = columns_ = 1;
    put(node);
  }

  void merge(std::size_t other) { add(hls4ml::NodeKind::Merge, {last(), other}); }
  void merge(std::size_t one, std::size_t other) { add(hls4ml::NodeKind::Merge, {one, other}); }

  /// Reads `from` in place of the last node; of the same extents.
  void convolve_from(std::size_t from, std::int64_t filters) {
    hls4ml::Node node = next(hls4ml::NodeKind::Weights, {from});
    node.shape = hls4ml::LayerShape{rows_ > 1 ? model::LayerKind::Conv2D : model::LayerKind::Conv1D, channels_, filters,
                                    1, rows_ * columns_};
    channels_ = filters;
    slide(node, 1, 1);
  }

 private:
  hls4ml::Node next(hls4ml::NodeKind kind, std::vector<std::size_t> inputs) const {
    hls4ml::Node node;
    node.kind = kind;
    node.inputs = std::move(inputs);
    node.rows = rows_;
    node.columns = columns_;
    return node;
  }
  void add(hls4ml::NodeKind kind, std::vector<std::size_t> inputs) { put(next(kind, std::move(inputs))); }
  void slide(hls4ml::Node& node, std::int64_t window, std::int64_t stride) {
    node.window_columns = window;
    node.column_stride = stride;
    columns_ = (columns_ - window) / stride + 1;
    if (rows_ > 1) {
      node.window_rows = window;
      node.row_stride = stride;
      rows_ = (rows_ - window) / stride + 1;
    }
    put(node);
  }
  void put(hls4ml::Node node) {
    node.name = "node_" + std::to_string(nodes_.size());
    node.output = {rows_ * columns_, channels_};
    nodes_.push_back(std::move(node));
  }

  std::int64_t rows_;
  std::int64_t columns_;
  std::int64_t channels_;
  std::vector<hls4ml::Node> nodes_;
};

/// Convolutions with and without padding, activations, pooling and LSTM over steps, then dense layers.
inline std::vector<hls4ml::Node> random_series(Draw& draw, std::int64_t most_steps) {
  StreamBuilder net(1, draw.in(8, most_steps), draw.in(1, 8));
  for (std::int64_t blocks = draw.in(1, 4); blocks > 0 && net.columns() >= 8; --blocks) {
    if (draw.one_in(4)) {
      net.recurrent(draw.in(2, 32), true);
      continue;
    }
    const std::int64_t window = draw.one_in(3) ? 5 : 3;
    if (!draw.one_in(3)) net.pad(window / 2);
    net.convolve(window, draw.one_in(5) ? 2 : 1, draw.in(2, 32));
    if (!draw.one_in(3)) net.map(hls4ml::NodeKind::Activation);
    if (draw.one_in(2) && net.columns() >= 2) net.pool(2);
  }
  if (draw.one_in(3)) net.recurrent(draw.in(2, 32), false);
  for (std::int64_t layers = draw.in(1, 4); layers > 0; --layers) {
    net.dense(draw.in(1, 64));
    if (layers > 1) net.map(hls4ml::NodeKind::Activation);
  }
  return net.nodes();
}

/// Padded 3 x 3 convolutions, activations and pooling, with branches that meet again, then dense layers.
inline std::vector<hls4ml::Node> random_image(Draw& draw, std::int64_t most_extent) {
  StreamBuilder net(draw.in(6, most_extent), draw.in(6, most_extent), draw.in(1, 3));
  for (std::int64_t blocks = draw.in(1, 6); blocks > 0 && net.rows() >= 4 && net.columns() >= 4; --blocks) {
    const std::int64_t filters = draw.in(2, 32);
    if (draw.one_in(3)) {
      net.map(hls4ml::NodeKind::Clone);
      const std::size_t clone = net.last();
      for (std::int64_t layers = draw.in(1, 2); layers > 0; --layers) {
        net.pad(1);
        net.convolve(3, 1, filters);
        net.map(hls4ml::NodeKind::Activation);
      }
      if (draw.one_in(2)) {
        const std::size_t branch = net.last();
        net.convolve_from(clone, filters);
        net.merge(branch, net.last());
      } else {
        net.merge(clone);
      }
      continue;
    }
    if (!draw.one_in(4)) net.pad(1);
    net.convolve(3, draw.one_in(4) ? 2 : 1, filters);
    if (draw.one_in(4)) net.map(hls4ml::NodeKind::Normalization);
    net.map(hls4ml::NodeKind::Activation);
    if (draw.one_in(3) && net.rows() >= 2 && net.columns() >= 2) net.pool(2);
  }
  if (draw.one_in(2)) net.pool_globally();
  for (std::int64_t layers = draw.in(1, 3); layers > 0; --layers) {
    net.dense(draw.in(1, 64));
    if (layers > 1) net.map(hls4ml::NodeKind::Activation);
  }
  return net.nodes();
}

/// Of layers with weights from 1 to 1,000 cycles an iteration; of all other nodes a cycle an iteration and up to ten
/// more, in one design of four as for weights. In millionths of a cycle.
inline std::vector<std::int64_t> random_latencies(Draw& draw, const std::vector<hls4ml::Node>& nodes,
                                                  const std::vector<deploy::Process>& processes) {
  const bool alike = draw.one_in(4);
  std::vector<std::int64_t> latencies;
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    double cycles = static_cast<double>(processes[n].iterations());
    if (alike || nodes[n].kind == hls4ml::NodeKind::Weights) {
      const double speed = std::pow(10.0, 3 * draw.uniform());
      cycles = processes[n].pace == deploy::Process::Pace::AtEnd ? cycles + speed * speed / 10 : cycles * speed;
    } else if (nodes[n].kind != hls4ml::NodeKind::Input) {
      cycles += static_cast<double>(draw.in(0, 10));
    }
    latencies.push_back(std::llround(cycles * static_cast<double>(deploy::kUnitsPerCycle)));
  }
  return latencies;
}

}  // namespace ntorc::test
