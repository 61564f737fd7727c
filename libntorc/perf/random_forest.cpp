#include "ntorc/perf/random_forest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>
#include <random>
#include <thread>

#include "ntorc/error.hpp"

namespace ntorc::perf {
namespace {

/// Stream of one tree: splitmix64 of (seed, tree) starts the generator, so that no two trees share draws.
std::mt19937_64 stream_of(std::uint64_t seed, int tree) {
  std::uint64_t z = seed + 0x9E3779B97F4A7C15ULL * (static_cast<std::uint64_t>(tree) + 1);
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  return std::mt19937_64(z ^ (z >> 31U));
}

/// Uniform in [0, count), the same with every standard library.
std::size_t draw(std::mt19937_64& random, std::size_t count) {
  return static_cast<std::size_t>(std::ldexp(static_cast<double>(random() >> 11U), -53) * static_cast<double>(count));
}

/// Rows with equal features can never be told apart by a split: they are one point, and all that a tree needs to know of a point
/// is how often the bootstrap drew it and the sum of the targets drawn.
struct Points {
  Eigen::Index dimensions = 0;
  std::vector<float> features;        // points x dimensions
  std::vector<std::size_t> of_row;    // point of each row
  std::size_t count = 0;

  float at(std::size_t point, std::size_t feature) const {
    return features[point * static_cast<std::size_t>(dimensions) + feature];
  }
};

Points collapse(const Eigen::Ref<const Eigen::MatrixXd>& features) {
  const auto rows = static_cast<std::size_t>(features.rows());
  const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> values = features.cast<float>();
  const auto row = [&](std::size_t r) {
    return std::span(values.row(static_cast<Eigen::Index>(r)).data(), static_cast<std::size_t>(features.cols()));
  };
  std::vector<std::size_t> order(rows);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return std::ranges::lexicographical_compare(row(a), row(b)); });
  Points points;
  points.dimensions = features.cols();
  points.of_row.resize(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    if (i == 0 || !std::ranges::equal(row(order[i]), row(order[i - 1]))) {
      const auto distinct = row(order[i]);
      points.features.insert(points.features.end(), distinct.begin(), distinct.end());
      ++points.count;
    }
    points.of_row[order[i]] = points.count - 1;
  }
  return points;
}

/// What the bootstrap drew of a point.
struct Drawn {
  double weight = 0;
  double sum = 0;
};

struct Split {
  std::size_t feature = 0;
  float threshold = 0;
  double score = -1;  ///< sum_left^2 / weight_left + sum_right^2 / weight_right: the larger, the smaller the squared error
};

/// Grows one tree.
class Grower {
 public:
  Grower(const Points& points, const std::vector<Drawn>& drawn, std::mt19937_64& random, std::vector<TreeNode>& nodes)
      : points_(points), drawn_(drawn), random_(random), nodes_(nodes), features_(static_cast<std::size_t>(points.dimensions)) {
    std::iota(features_.begin(), features_.end(), std::size_t{0});
  }

  void grow(std::span<std::size_t> all);

 private:
  Split best_split(std::span<const std::size_t> members);

  const Points& points_;
  const std::vector<Drawn>& drawn_;
  std::mt19937_64& random_;
  std::vector<TreeNode>& nodes_;
  std::vector<std::size_t> features_;
  std::vector<std::size_t> sorted_;
};

/// Tries every threshold of every feature. Among equal scores the feature tried first wins, and the order is shuffled at each
/// node, as scikit-learn does: a tie must not always go to the same column.
Split Grower::best_split(std::span<const std::size_t> members) {
  for (std::size_t i = features_.size(); i > 1; --i) std::swap(features_[i - 1], features_[draw(random_, i)]);
  Drawn all;
  for (const std::size_t point : members) {
    all.weight += drawn_[point].weight;
    all.sum += drawn_[point].sum;
  }
  Split best;
  for (const std::size_t feature : features_) {
    sorted_.assign(members.begin(), members.end());
    std::ranges::sort(sorted_, [&](std::size_t a, std::size_t b) {
      return std::pair(points_.at(a, feature), a) < std::pair(points_.at(b, feature), b);
    });
    Drawn left;
    for (std::size_t i = 0; i + 1 < sorted_.size(); ++i) {
      left.weight += drawn_[sorted_[i]].weight;
      left.sum += drawn_[sorted_[i]].sum;
      const float low = points_.at(sorted_[i], feature);
      const float high = points_.at(sorted_[i + 1], feature);
      if (low == high) continue;
      const Drawn right{all.weight - left.weight, all.sum - left.sum};
      const double score = left.sum * left.sum / left.weight + right.sum * right.sum / right.weight;
      if (score > best.score) {
        const float middle = low / 2 + high / 2;
        best = {feature, middle < high ? middle : low, score};
      }
    }
  }
  return best;
}

void Grower::grow(std::span<std::size_t> all) {
  struct Pending {
    std::span<std::size_t> members;
    std::size_t right_of;  ///< the node that this is the right child of; itself for the root and for left children
  };
  std::vector<Pending> pending{{all, nodes_.size()}};
  while (!pending.empty()) {
    const auto [members, right_of] = pending.back();
    pending.pop_back();
    const std::size_t self = nodes_.size();
    nodes_.emplace_back();
    if (right_of != self) nodes_[right_of].link |= static_cast<std::uint32_t>(self - right_of) << 8U;
    const auto mean = [&](std::size_t point) { return drawn_[point].sum / drawn_[point].weight; };
    const double first = mean(members.front());
    if (std::ranges::all_of(members, [&](std::size_t point) { return mean(point) == first; })) {  // also a single point
      nodes_[self].value = static_cast<float>(first);
      continue;
    }
    const Split split = best_split(members);
    const auto right = std::ranges::partition(
        members, [&](std::size_t point) { return points_.at(point, split.feature) <= split.threshold; });
    nodes_[self] = {split.threshold, static_cast<std::uint32_t>(split.feature)};
    pending.push_back({right, self});
    pending.push_back({{members.begin(), right.begin()}, self + 1});
  }
}

std::vector<TreeNode> grow_tree(const Points& points, const Eigen::Ref<const Eigen::VectorXd>& targets, std::uint64_t seed,
                                int tree) {
  std::mt19937_64 random = stream_of(seed, tree);
  const std::size_t rows = points.of_row.size();
  std::vector<Drawn> drawn(points.count);
  for (std::size_t i = 0; i < rows; ++i) {
    const std::size_t row = draw(random, rows);
    Drawn& point = drawn[points.of_row[row]];
    point.weight += 1;
    point.sum += targets[static_cast<Eigen::Index>(row)];
  }
  std::vector<std::size_t> members;
  for (std::size_t point = 0; point < points.count; ++point) {
    if (drawn[point].weight > 0) members.push_back(point);
  }
  std::vector<TreeNode> nodes;
  Grower(points, drawn, random, nodes).grow(members);
  return nodes;
}

}  // namespace

void ForestOptions::validate() const {
  if (trees < 1 || trees > 100'000) throw InvalidArgument(fmt::format("trees: expected 1..100000, got {}", trees));
  if (threads < 0 || threads > 1024) throw InvalidArgument(fmt::format("threads: expected 0..1024, got {}", threads));
}

double ForestView::predict(std::span<const float> features) const {
  double sum = 0;
  const TreeNode* tree = nodes.data();
  for (const std::uint32_t size : tree_sizes) {
    const TreeNode* node = tree;
    while (node->link != 0) node += features[node->feature()] <= node->value ? 1 : node->right();
    sum += node->value;
    tree += size;
  }
  return sum / static_cast<double>(tree_sizes.size());
}

RandomForest RandomForest::fit(const Eigen::Ref<const Eigen::MatrixXd>& features,
                               const Eigen::Ref<const Eigen::VectorXd>& targets, const ForestOptions& options) {
  options.validate();
  if (features.rows() < 1 || features.cols() < 1 || features.cols() > 255 || targets.size() != features.rows() ||
      !features.cast<float>().allFinite() || !targets.cast<float>().allFinite()) {
    throw InvalidArgument(fmt::format("forest: expected finite features (n, 1..255) and n targets, got ({}, {}) and {}",
                                      features.rows(), features.cols(), targets.size()));
  }
  const Points points = collapse(features);
  constexpr std::size_t kMostPoints = std::size_t{1} << 22U;  // a distance within a tree has 24 bits
  if (points.count > kMostPoints) {
    throw InvalidArgument(fmt::format("forest: expected at most {} distinct rows, got {}", kMostPoints, points.count));
  }
  std::vector<std::vector<TreeNode>> trees(static_cast<std::size_t>(options.trees));
  std::atomic<int> next = 0;
  const auto work = [&] {
    for (int tree = next++; tree < options.trees; tree = next++) {
      trees[static_cast<std::size_t>(tree)] = grow_tree(points, targets, options.seed, tree);
    }
  };
  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const int threads = std::min(options.threads > 0 ? options.threads : cores, options.trees);
  {
    std::vector<std::jthread> helpers;
    for (int i = 1; i < threads; ++i) helpers.emplace_back(work);
    work();
  }
  RandomForest forest;
  for (const auto& tree : trees) {
    forest.tree_sizes_.push_back(static_cast<std::uint32_t>(tree.size()));
    forest.nodes_.insert(forest.nodes_.end(), tree.begin(), tree.end());
  }
  return forest;
}

}  // namespace ntorc::perf
