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

/// Rows with equal features can never be told apart by a split: they are one point, and all that a tree needs to know
/// of a point is how often the bootstrap drew it and the sum of the targets drawn.
struct Points {
  Eigen::Index dimensions = 0;
  std::vector<float> features;      // points x dimensions
  std::vector<std::size_t> of_row;  // point of each row
  std::size_t count = 0;
  std::vector<std::vector<std::uint32_t>> by_value;  // for each feature: all points, by its value, then by number

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
  std::ranges::stable_sort(
      order, [&](std::size_t a, std::size_t b) { return std::ranges::lexicographical_compare(row(a), row(b)); });
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
  points.by_value.resize(static_cast<std::size_t>(features.cols()));
  for (std::size_t feature = 0; feature < points.by_value.size(); ++feature) {
    auto& list = points.by_value[feature];
    list.resize(points.count);
    std::iota(list.begin(), list.end(), 0U);
    std::ranges::stable_sort(list, std::less{}, [&](std::uint32_t point) { return points.at(point, feature); });
  }
  return points;
}

/// What the bootstrap drew of a point.
struct Drawn {
  double weight = 0;
  double sum = 0;
};

/// A drawn point in the list of one feature.
struct Entry {
  float value = 0;  ///< of the feature
  std::uint32_t point = 0;
  Drawn drawn;
};

struct Split {
  std::size_t feature = 0;
  std::size_t left = 0;  ///< points on the left
  float threshold = 0;
  double score =
      -1;  ///< sum_left^2 / weight_left + sum_right^2 / weight_right: the larger, the smaller the squared error
};

/// Grows one tree. Every feature has a list of the drawn points, sorted by its value once; a node is the same range of
/// all lists, and a split parts that range of each list, keeping its order.
class Grower {
 public:
  Grower(const Points& points, const std::vector<Drawn>& drawn, const ForestOptions& options, std::mt19937_64& random);

  std::vector<TreeNode> grow();

 private:
  struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  bool is_pure(Range node) const;
  Split best_split(Range node);
  Split best_random_split(Range node);
  Drawn drawn_in(Range node) const;
  void part(Range node, const Split& split);

  Growth growth_;
  double tolerance_;
  std::mt19937_64& random_;
  std::vector<std::vector<Entry>> lists_;  // of each feature
  std::vector<std::size_t> features_;
  std::vector<char> goes_left_;  // of each point
  std::vector<Entry> right_;
};

Grower::Grower(const Points& points, const std::vector<Drawn>& drawn, const ForestOptions& options,
               std::mt19937_64& random)
    : growth_(options.growth),
      tolerance_(options.tolerance),
      random_(random),
      lists_(points.by_value.size()),
      features_(points.by_value.size()),
      goes_left_(points.count) {
  std::iota(features_.begin(), features_.end(), std::size_t{0});
  for (std::size_t feature = 0; feature < lists_.size(); ++feature) {
    for (const std::uint32_t point : points.by_value[feature]) {
      if (drawn[point].weight > 0) lists_[feature].push_back({points.at(point, feature), point, drawn[point]});
    }
  }
  right_.reserve(lists_.front().size());
}

/// Whether the means of all points lie within the tolerance, as that of a single one does.
bool Grower::is_pure(Range node) const {
  const std::span entries = std::span(lists_.front()).subspan(node.begin, node.end - node.begin);
  const auto mean = [](const Entry& entry) { return entry.drawn.sum / entry.drawn.weight; };
  double low = mean(entries.front());
  double high = low;
  for (const Entry& entry : entries) {
    low = std::min(low, mean(entry));
    high = std::max(high, mean(entry));
    if (high - low > tolerance_) return false;
  }
  return true;
}

Drawn Grower::drawn_in(Range node) const {
  Drawn all;
  for (std::size_t i = node.begin; i < node.end; ++i) {
    all.weight += lists_.front()[i].drawn.weight;
    all.sum += lists_.front()[i].drawn.sum;
  }
  return all;
}

/// sum_left^2 / weight_left + sum_right^2 / weight_right
double score_of(const Drawn& left, const Drawn& all) {
  const Drawn right{all.weight - left.weight, all.sum - left.sum};
  return left.sum * left.sum / left.weight + right.sum * right.sum / right.weight;
}

/// Tries one threshold of every feature that varies, drawn evenly between its ends.
Split Grower::best_random_split(Range node) {
  const Drawn all = drawn_in(node);
  Split best;
  for (std::size_t feature = 0; feature < lists_.size(); ++feature) {
    const std::vector<Entry>& list = lists_[feature];
    const double low = list[node.begin].value;
    const double high = list[node.end - 1].value;
    if (low == high) continue;
    const auto drawn_threshold =
        static_cast<float>(low + std::ldexp(static_cast<double>(random_() >> 11U), -53) * (high - low));
    const float threshold = static_cast<double>(drawn_threshold) < high ? drawn_threshold : list[node.begin].value;
    Drawn left;
    std::size_t i = node.begin;
    for (; list[i].value <= threshold; ++i) {
      left.weight += list[i].drawn.weight;
      left.sum += list[i].drawn.sum;
    }
    const double score = score_of(left, all);
    if (score > best.score) best = {feature, i - node.begin, threshold, score};
  }
  return best;
}

/// Tries every threshold of every feature. Among equal scores the feature tried first wins, and the order is shuffled
/// at each node, as scikit-learn does: a tie must not always go to the same column.
Split Grower::best_split(Range node) {
  for (std::size_t i = features_.size(); i > 1; --i) std::swap(features_[i - 1], features_[draw(random_, i)]);
  const Drawn all = drawn_in(node);
  Split best;
  for (const std::size_t feature : features_) {
    const std::vector<Entry>& list = lists_[feature];
    if (list[node.begin].value == list[node.end - 1].value) continue;
    Drawn left;
    for (std::size_t i = node.begin; i + 1 < node.end; ++i) {
      left.weight += list[i].drawn.weight;
      left.sum += list[i].drawn.sum;
      const float low = list[i].value;
      const float high = list[i + 1].value;
      if (low == high) continue;
      const double score = score_of(left, all);
      if (score > best.score) {
        const float middle = low / 2 + high / 2;
        best = {feature, i + 1 - node.begin, middle < high ? middle : low, score};
      }
    }
  }
  return best;
}

void Grower::part(Range node, const Split& split) {
  const std::vector<Entry>& parted = lists_[split.feature];
  for (std::size_t i = node.begin; i < node.end; ++i) goes_left_[parted[i].point] = i < node.begin + split.left ? 1 : 0;
  for (std::size_t feature = 0; feature < lists_.size(); ++feature) {
    if (feature == split.feature) continue;
    std::vector<Entry>& list = lists_[feature];
    std::size_t left = node.begin;
    right_.clear();
    for (std::size_t i = node.begin; i < node.end; ++i) {
      if (goes_left_[list[i].point] != 0) {
        list[left++] = list[i];
      } else {
        right_.push_back(list[i]);
      }
    }
    std::ranges::copy(right_, list.begin() + static_cast<std::ptrdiff_t>(left));
  }
}

std::vector<TreeNode> Grower::grow() {
  struct Pending {
    Range range;
    std::size_t right_of = 0;  ///< the node that this is the right child of; itself for the root and for left children
  };
  std::vector<TreeNode> nodes;
  std::vector<Pending> pending{{{0, lists_.front().size()}, 0}};
  while (!pending.empty()) {
    const auto [node, right_of] = pending.back();
    pending.pop_back();
    const std::size_t self = nodes.size();
    nodes.emplace_back();
    if (right_of != self) nodes[right_of].link |= static_cast<std::uint32_t>(self - right_of) << 8U;
    if (is_pure(node)) {
      const Drawn drawn = tolerance_ > 0 ? drawn_in(node) : lists_.front()[node.begin].drawn;
      nodes[self].value = static_cast<float>(drawn.sum / drawn.weight);
      continue;
    }
    const Split split = growth_ == Growth::Bagged ? best_split(node) : best_random_split(node);
    part(node, split);
    nodes[self] = {split.threshold, static_cast<std::uint32_t>(split.feature)};
    pending.push_back({{node.begin + split.left, node.end}, self});
    pending.push_back({{node.begin, node.begin + split.left}, self + 1});
  }
  return nodes;
}

/// What a tree sees of each point: a bootstrap of the rows, or all of them.
std::vector<Drawn> draw_rows(const Points& points, const Eigen::Ref<const Eigen::VectorXd>& targets, Growth growth,
                             std::mt19937_64& random) {
  const std::size_t rows = points.of_row.size();
  std::vector<Drawn> drawn(points.count);
  for (std::size_t i = 0; i < rows; ++i) {
    const std::size_t row = growth == Growth::Bagged ? draw(random, rows) : i;
    Drawn& point = drawn[points.of_row[row]];
    point.weight += 1;
    point.sum += targets[static_cast<Eigen::Index>(row)];
  }
  return drawn;
}

std::vector<TreeNode> grow_tree(const Points& points, const Eigen::Ref<const Eigen::VectorXd>& targets,
                                const ForestOptions& options, int tree) {
  std::mt19937_64 random = stream_of(options.seed, tree);
  const std::vector<Drawn> drawn = draw_rows(points, targets, options.growth, random);
  return Grower(points, drawn, options, random).grow();
}

}  // namespace

void ForestOptions::validate() const {
  if (trees && (*trees < 1 || *trees > 100'000)) {
    throw InvalidArgument(fmt::format("trees: expected 1..100000, got {}", *trees));
  }
  if (!(tolerance >= 0 && tolerance <= 1e9))
    throw InvalidArgument(fmt::format("tolerance: expected 0..1e9, got {}", tolerance));
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
  const int count = options.trees.value_or(kDefaultTrees);
  std::vector<std::vector<TreeNode>> trees(static_cast<std::size_t>(count));
  std::atomic<int> next = 0;
  const auto work = [&] {
    for (int tree = next++; tree < count; tree = next++) {
      trees[static_cast<std::size_t>(tree)] = grow_tree(points, targets, options, tree);
    }
  };
  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const int threads = std::min(options.threads > 0 ? options.threads : cores, count);
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
