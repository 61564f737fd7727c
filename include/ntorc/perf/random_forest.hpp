// ntorc/perf/random_forest.hpp - random forest regression as N-TORC uses it. docs/algorithms/random-forest.md
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ntorc::perf {

inline constexpr int kDefaultTrees = 100;

/// How the trees of a forest come to differ.
enum class Growth {
  Bagged,      ///< each sees a bootstrap of the rows and splits where the squared error is least [Breiman 2001]
  ExtraTrees,  ///< each sees all rows and splits at a random threshold for each feature, the best of these [Geurts,
               ///< Ernst, Wehenkel, Machine Learning 63, 2006]: smoother between the points that it knows
};

/// Breiman's random forest (Machine Learning 45, 2001) with the settings of N-TORC [Singh et al., FCCM 2025, III-B],
/// which are those of scikit-learn's RandomForestRegressor: bootstrap of n rows, every feature tried at every split,
/// squared error, grown until a leaf is pure or its rows cannot be told apart, tree means averaged.
struct ForestOptions {
  Growth growth = Growth::Bagged;
  std::optional<int> trees{};  ///< in 1..100,000; absent: 100, and 20 in a hybrid, which leaves little to them
  double tolerance = 0;        ///< in 0..1e9: points that lie no further apart share a leaf; 0 parts all that differ
  std::uint64_t seed = 42;     ///< tree t draws from a stream of its own, made from (seed, t)
  int threads = 0;             ///< in 0..1024; 0 takes one for each core. The result does not depend on it

  void validate() const;  ///< @throws InvalidArgument  naming the field and its value
};

/// A node of a tree that is laid out parent, left subtree, right subtree. 8 bytes, as in a model file.
struct TreeNode {
  float value = 0;         ///< of a leaf its answer, else the threshold: x[feature] <= value goes left
  std::uint32_t link = 0;  ///< 0 for a leaf, else feature + 256 * (distance to the right child, >= 2)

  std::uint32_t feature() const { return link & 0xFFU; }
  std::uint32_t right() const { return link >> 8U; }
};
static_assert(sizeof(TreeNode) == 8);

/// Trees that someone else owns.
struct ForestView {
  std::span<const TreeNode> nodes;        ///< of all trees, one after the other
  std::vector<std::uint32_t> tree_sizes;  ///< nodes of each tree; not empty

  /// Mean over trees. @param features  as many as the forest was trained on.
  double predict(std::span<const float> features) const;
};

class RandomForest {
 public:
  /// @param features  (n, d), n >= 1, 1 <= d <= 255, finite as floats, which they are compared as.
  /// @param targets   (n), finite as floats.
  /// @throws InvalidArgument  for other arguments or if the options do not validate.
  static RandomForest fit(const Eigen::Ref<const Eigen::MatrixXd>& features,
                          const Eigen::Ref<const Eigen::VectorXd>& targets, const ForestOptions& options = {});

  const std::vector<TreeNode>& nodes() const { return nodes_; }
  const std::vector<std::uint32_t>& tree_sizes() const { return tree_sizes_; }
  ForestView view() const { return {nodes_, tree_sizes_}; }

 private:
  std::vector<TreeNode> nodes_;
  std::vector<std::uint32_t> tree_sizes_;
};

}  // namespace ntorc::perf
