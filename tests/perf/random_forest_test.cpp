#include "ntorc/perf/random_forest.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <random>

#include "fixtures.hpp"
#include "ntorc/error.hpp"

namespace ntorc::perf {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

double predict(const RandomForest& forest, const std::vector<float>& features) {
  return forest.view().predict(features);
}

/// Trees of `forest`, each on its own.
std::vector<std::vector<TreeNode>> trees_of(const RandomForest& forest) {
  std::vector<std::vector<TreeNode>> trees;
  auto first = forest.nodes().begin();
  for (const std::uint32_t size : forest.tree_sizes()) {
    trees.emplace_back(first, first + size);
    first += size;
  }
  EXPECT_EQ(first, forest.nodes().end());
  return trees;
}

bool same_nodes(const RandomForest& a, const RandomForest& b) {
  const auto same = [](const TreeNode& x, const TreeNode& y) { return x.value == y.value && x.link == y.link; };
  return a.tree_sizes() == b.tree_sizes() && std::ranges::equal(a.nodes(), b.nodes(), same);
}

/// `rows` rows of `columns` integers in [0, values), and for each an integer in [0, 100,000): sums of integers are
/// exact, so equal splits score the same and the order of features decides, which here and there is random.
std::pair<MatrixXd, VectorXd> random_data(Index rows, Index columns, std::uint64_t values, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  MatrixXd features(rows, columns);
  VectorXd targets(rows);
  for (Index r = 0; r < rows; ++r) {
    for (Index c = 0; c < columns; ++c) features(r, c) = static_cast<double>(random() % values);
    targets[r] = static_cast<double>(random() % 100'000);
  }
  return {features, targets};
}

/// Breiman's bagged CART as it stands in a textbook: rows are drawn and kept one by one, every split of every feature
/// is tried and its squared error summed anew.
class TextbookTree {
 public:
  TextbookTree(const MatrixXd& features, const VectorXd& targets, std::vector<Index> rows, std::mt19937& random) {
    const auto error_of = [&](const std::vector<Index>& part) {
      double mean = 0;
      for (const Index r : part) mean += targets[r] / static_cast<double>(part.size());
      double error = 0;
      for (const Index r : part) error += (targets[r] - mean) * (targets[r] - mean);
      return error;
    };
    for (const Index r : rows) value_ += targets[r] / static_cast<double>(rows.size());
    if (std::ranges::all_of(rows, [&](Index r) { return targets[r] == targets[rows.front()]; })) return;
    std::vector<Index> order(static_cast<std::size_t>(features.cols()));
    std::iota(order.begin(), order.end(), Index{0});
    std::ranges::shuffle(order, random);
    double least = std::numeric_limits<double>::infinity();
    std::vector<Index> best_low;
    std::vector<Index> best_high;
    for (const Index feature : order) {
      std::vector<double> values;
      for (const Index r : rows) values.push_back(features(r, feature));
      std::ranges::sort(values);
      for (std::size_t i = 0; i + 1 < values.size(); ++i) {
        if (values[i] == values[i + 1]) continue;
        const double threshold = (values[i] + values[i + 1]) / 2;
        std::vector<Index> low;
        std::vector<Index> high;
        for (const Index r : rows) (features(r, feature) <= threshold ? low : high).push_back(r);
        const double error = error_of(low) + error_of(high);
        if (error < least - 1e-9) {
          least = error;
          feature_ = feature;
          threshold_ = threshold;
          best_low = low;
          best_high = high;
        }
      }
    }
    if (best_low.empty()) return;
    low_ = std::make_unique<TextbookTree>(features, targets, best_low, random);
    high_ = std::make_unique<TextbookTree>(features, targets, best_high, random);
  }

  double predict(const std::vector<float>& x) const {
    if (!low_) return value_;
    return (static_cast<double>(x[static_cast<std::size_t>(feature_)]) <= threshold_ ? low_ : high_)->predict(x);
  }

 private:
  double value_ = 0;
  Index feature_ = 0;
  double threshold_ = 0;
  std::unique_ptr<TextbookTree> low_;
  std::unique_ptr<TextbookTree> high_;
};

/// Mean and standard error over trees of a textbook forest at `questions`; row q of the answer is {mean, error}.
std::vector<std::pair<double, double>> textbook_forest(const MatrixXd& features, const VectorXd& targets, int trees,
                                                       const std::vector<std::vector<float>>& questions) {
  std::mt19937 random(12345);
  std::vector<double> sum(questions.size());
  std::vector<double> squares(questions.size());
  for (int tree = 0; tree < trees; ++tree) {
    std::vector<Index> rows;
    std::uniform_int_distribution<Index> any(0, features.rows() - 1);
    for (Index i = 0; i < features.rows(); ++i) rows.push_back(any(random));
    const TextbookTree grown(features, targets, rows, random);
    for (std::size_t q = 0; q < questions.size(); ++q) {
      const double answer = grown.predict(questions[q]);
      sum[q] += answer;
      squares[q] += answer * answer;
    }
  }
  std::vector<std::pair<double, double>> answers;
  for (std::size_t q = 0; q < questions.size(); ++q) {
    const double mean = sum[q] / trees;
    answers.emplace_back(mean, std::sqrt((squares[q] / trees - mean * mean) / trees));
  }
  return answers;
}

/// Every pair of halves in -0.5..top.
std::vector<std::vector<float>> grid(int top) {
  std::vector<std::vector<float>> points;
  for (int a = -1; a <= 2 * top; ++a) {
    for (int b = -1; b <= 2 * top; ++b) points.push_back({static_cast<float>(a) / 2, static_cast<float>(b) / 2});
  }
  return points;
}

void expect_same_mean(const MatrixXd& features, const VectorXd& targets, int top) {
  constexpr int kTrees = 2000;
  const RandomForest forest = RandomForest::fit(features, targets, {.trees = kTrees, .seed = 7});
  const auto questions = grid(top);
  const auto answers = textbook_forest(features, targets, kTrees, questions);
  for (std::size_t q = 0; q < questions.size(); ++q) {
    // Both means are over 2000 trees of the same spread, so their difference has sqrt(2) of the error; 5 of these are
    // by chance passed once in two million questions.
    const auto [mean, error] = answers[q];
    EXPECT_NEAR(predict(forest, questions[q]), mean, 5 * std::sqrt(2) * error + 0.01)  // leaves are floats
        << "at " << questions[q][0] << ", " << questions[q][1];
  }
}

TEST(RandomForest, AgreesOnAverageWithATextbookForest) {
  const auto [features, targets] = random_data(14, 2, 1000, 1);
  expect_same_mean(features / 100, targets, 10);
}

TEST(RandomForest, AgreesOnAverageWithATextbookForestWhenRowsRepeat) {
  const auto [features, targets] = random_data(24, 2, 4, 2);  // 16 places for 24 rows
  expect_same_mean(features, targets, 4);
}

/// Checks that each split of a tree over `points` has (nearly) the least squared error, when all points weigh the same.
/// @return  at how many nodes one split is so much better than the next that the bootstrap cannot have changed the
/// order.
int check_splits(const TreeNode* node, const MatrixXd& points, const VectorXd& targets,
                 const std::vector<Index>& members) {
  if (node->link == 0) {
    EXPECT_EQ(members.size(), 1U);
    EXPECT_EQ(node->value, static_cast<float>(targets[members.front()]));
    return 0;
  }
  const auto error_of = [&](const std::vector<Index>& part) {
    const double mean =
        std::accumulate(part.begin(), part.end(), 0.0, [&](double sum, Index p) { return sum + targets[p]; }) /
        static_cast<double>(part.size());
    return std::accumulate(part.begin(), part.end(), 0.0,
                           [&](double sum, Index p) { return sum + (targets[p] - mean) * (targets[p] - mean); });
  };
  struct Choice {
    double error;
    Index feature;
    float threshold;
    std::vector<Index> low, high;
  };
  std::vector<Choice> choices;
  for (Index feature = 0; feature < points.cols(); ++feature) {
    for (const Index at : members) {
      Choice choice{0, feature, 0, {}, {}};
      for (const Index p : members) (points(p, feature) <= points(at, feature) ? choice.low : choice.high).push_back(p);
      if (choice.high.empty()) continue;
      double next = std::numeric_limits<double>::infinity();
      for (const Index p : choice.high) next = std::min(next, points(p, feature));
      choice.threshold = static_cast<float>((points(at, feature) + next) / 2);
      choice.error = error_of(choice.low) + error_of(choice.high);
      choices.push_back(choice);
    }
  }
  const auto taken = std::ranges::find_if(choices, [&](const Choice& choice) {
    return choice.feature == static_cast<Index>(node->feature()) && choice.threshold == node->value;
  });
  if (taken == choices.end()) {
    ADD_FAILURE() << "no midpoint: feature " << node->feature() << " at " << node->value;
    return 0;
  }
  const double least = std::ranges::min(choices, {}, &Choice::error).error;
  double next = std::numeric_limits<double>::infinity();  // of the splits that part the points otherwise
  for (const Choice& choice : choices) {
    if (choice.low != taken->low && choice.low != taken->high) next = std::min(next, choice.error);
  }
  const bool clear = next > 1.3 * least;
  EXPECT_LE(taken->error, clear ? least + 1e-9 : 1.3 * least);
  return clear + check_splits(node + 1, points, targets, taken->low) +
         check_splits(node + node->right(), points, targets, taken->high);
}

TEST(RandomForest, SplitsEveryNodeWhereTheSquaredErrorIsLeast) {
  // Each of 10 points is there 1,000 times, so every bootstrap holds all of them, with weights 3 % apart.
  int clear = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const auto [points, targets] = random_data(10, 3, 100'000, seed);
    const RandomForest forest =
        RandomForest::fit(points.replicate(1000, 1), targets.replicate(1000, 1), {.trees = 3, .seed = seed});
    for (const auto& tree : trees_of(forest)) {
      ASSERT_EQ(tree.size(), 19U);
      std::vector<Index> all(10);
      std::iota(all.begin(), all.end(), Index{0});
      clear += check_splits(tree.data(), points, targets, all);
    }
  }
  EXPECT_GT(clear, 150);  // of 270 inner nodes
}

TEST(RandomForest, IsExactWhereEveryRegionHasOneAnswer) {
  MatrixXd features(4, 1);
  features << 1, 2, 3, 4;
  VectorXd targets(4);
  targets << 10, 20, 30, 40;
  // With 100 rows of each, a bootstrap without one of the four has a chance of 4 * 0.75^400 = 1e-49.
  const RandomForest forest = RandomForest::fit(features.replicate(100, 1), targets.replicate(100, 1));
  EXPECT_EQ(forest.tree_sizes(), std::vector<std::uint32_t>(100, 7));
  EXPECT_EQ(predict(forest, {1}), 10);
  EXPECT_EQ(predict(forest, {2}), 20);
  EXPECT_EQ(predict(forest, {3}), 30);
  EXPECT_EQ(predict(forest, {4}), 40);
  EXPECT_EQ(predict(forest, {-1e30F}), 10);  // beyond the corner: the price of the corner
  EXPECT_EQ(predict(forest, {1e30F}), 40);
  EXPECT_EQ(predict(forest, {2.5F}), 20);  // a threshold belongs to its left side
  EXPECT_EQ(predict(forest, {2.501F}), 30);
}

TEST(RandomForest, KeepsOneLeafForOneTarget) {
  const auto [features, targets] = random_data(50, 3, 1000, 3);
  const RandomForest forest = RandomForest::fit(features, VectorXd::Constant(50, 6.5), {.trees = 5});
  EXPECT_EQ(forest.tree_sizes(), std::vector<std::uint32_t>(5, 1));
  EXPECT_EQ(predict(forest, {1, 2, 3}), 6.5);
}

TEST(RandomForest, AnswersWithTheMeanWhereRowsCannotBeToldApart) {
  const VectorXd targets = VectorXd::LinSpaced(1000, 0, 999);  // mean 499.5, standard deviation 289
  const RandomForest forest = RandomForest::fit(MatrixXd::Constant(1000, 2, 7), targets);
  EXPECT_EQ(forest.tree_sizes(), std::vector<std::uint32_t>(100, 1));
  EXPECT_NEAR(predict(forest, {7, 7}), 499.5, 5 * 289 / std::sqrt(1000 * 100));
}

TEST(RandomForest, TellsNeighbouringFloatsApart) {
  const float one = 1;
  const float next = std::nextafter(one, 2.0F);
  MatrixXd features(2, 1);
  features << one, next;
  VectorXd targets(2);
  targets << 0, 8;
  const RandomForest forest = RandomForest::fit(features.replicate(50, 1), targets.replicate(50, 1));
  EXPECT_EQ(predict(forest, {one}), 0);
  EXPECT_EQ(predict(forest, {next}), 8);
}

TEST(RandomForest, GivesTheSameBytesForAnyNumberOfThreads) {
  const auto [features, targets] = random_data(300, 4, 6, 4);
  const auto fitted = [&](int threads) {
    return RandomForest::fit(features, targets, {.trees = 37, .seed = 9, .threads = threads});
  };
  const RandomForest one = fitted(1);
  EXPECT_TRUE(same_nodes(one, fitted(2)));
  EXPECT_TRUE(same_nodes(one, fitted(5)));
  EXPECT_TRUE(same_nodes(one, fitted(0)));
  EXPECT_TRUE(same_nodes(one, fitted(1024)));  // more than trees
}

TEST(RandomForest, DependsOnTheSeed) {
  const auto [features, targets] = random_data(300, 4, 6, 4);
  EXPECT_FALSE(same_nodes(RandomForest::fit(features, targets, {.trees = 2, .seed = 1}),
                          RandomForest::fit(features, targets, {.trees = 2, .seed = 2})));
}

TEST(RandomForest, DrawsEachTreeFromAStreamOfItsOwn) {
  const auto [features, targets] = random_data(100, 2, 50, 5);
  const auto few = trees_of(RandomForest::fit(features, targets, {.trees = 3}));
  const auto many = trees_of(RandomForest::fit(features, targets, {.trees = 10}));
  for (std::size_t t = 0; t < few.size(); ++t) {
    const auto parts = [](const TreeNode& node) { return std::pair(node.value, node.link); };
    EXPECT_TRUE(std::ranges::equal(few[t], many[t], {}, parts, parts)) << t;
  }
  EXPECT_FALSE(many[0].size() == many[1].size() && many[1].size() == many[2].size() &&
               many[2].size() == many[3].size());
}

/// @return  where the subtree at `node` ends.
std::size_t check_subtree(const std::vector<TreeNode>& tree, std::size_t node, std::uint32_t features) {
  if (node >= tree.size()) {
    ADD_FAILURE() << "a child beyond the tree";
    return tree.size();
  }
  if (tree[node].link == 0) return node + 1;
  EXPECT_LT(tree[node].feature(), features);
  EXPECT_GE(tree[node].right(), 2U);
  EXPECT_EQ(check_subtree(tree, node + 1, features), node + tree[node].right());
  return check_subtree(tree, node + tree[node].right(), features);
}

TEST(RandomForest, LaysTreesOutParentLeftRight) {
  const auto [features, targets] = random_data(200, 3, 8, 6);
  for (const auto& tree : trees_of(RandomForest::fit(features, targets, {.trees = 20}))) {
    EXPECT_EQ(check_subtree(tree, 0, 3), tree.size());
    EXPECT_EQ(tree.size() % 2, 1U);  // n leaves, n - 1 splits
  }
}

TEST(RandomForest, NeverLeavesTheRangeOfItsTargets) {
  const auto [features, targets] = random_data(60, 2, 20, 7);
  const RandomForest forest = RandomForest::fit(features, targets);
  for (const auto& question : grid(20)) {
    const double answer = predict(forest, question);
    EXPECT_GE(answer, targets.minCoeff() - 0.01);  // leaves are floats
    EXPECT_LE(answer, targets.maxCoeff() + 0.01);
  }
}

TEST(RandomForest, TakesTheLargestFloats) {
  constexpr float kMax = std::numeric_limits<float>::max();
  MatrixXd features(2, 1);
  features << -kMax, kMax;
  VectorXd targets(2);
  targets << -kMax, kMax;
  const RandomForest forest = RandomForest::fit(features.replicate(50, 1), targets.replicate(50, 1));
  EXPECT_EQ(predict(forest, {-kMax}), -kMax);
  EXPECT_EQ(predict(forest, {kMax}), kMax);
}

std::string complaint(const MatrixXd& features, const VectorXd& targets, const ForestOptions& options = {}) {
  return test::message_of<InvalidArgument>([&] { RandomForest::fit(features, targets, options); });
}

TEST(RandomForest, RefusesOptionsOutOfRange) {
  const MatrixXd x = MatrixXd::Zero(2, 1);
  const VectorXd y = VectorXd::Zero(2);
  EXPECT_EQ(complaint(x, y, {.trees = 0}), "trees: expected 1..100000, got 0");
  EXPECT_EQ(complaint(x, y, {.trees = 100'001}), "trees: expected 1..100000, got 100001");
  EXPECT_EQ(complaint(x, y, {.threads = -1}), "threads: expected 0..1024, got -1");
  EXPECT_EQ(complaint(x, y, {.threads = 1025}), "threads: expected 0..1024, got 1025");
}

TEST(RandomForest, RefusesDataOfAnotherShapeOrNotFinite) {
  const std::string expected = "forest: expected finite features (n, 1..255) and n targets, got ";
  EXPECT_EQ(complaint(MatrixXd(0, 2), VectorXd(0)), expected + "(0, 2) and 0");
  EXPECT_EQ(complaint(MatrixXd(3, 0), VectorXd::Zero(3)), expected + "(3, 0) and 3");
  EXPECT_EQ(complaint(MatrixXd::Zero(3, 256), VectorXd::Zero(3)), expected + "(3, 256) and 3");
  EXPECT_EQ(complaint(MatrixXd::Zero(3, 2), VectorXd::Zero(4)), expected + "(3, 2) and 4");
  EXPECT_NO_THROW(RandomForest::fit(MatrixXd::Zero(3, 255), VectorXd::Zero(3), {.trees = 1}));
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity(), 1e39, -1e300}) {
    EXPECT_EQ(complaint(MatrixXd::Constant(2, 1, bad), VectorXd::Zero(2)), expected + "(2, 1) and 2");
    EXPECT_EQ(complaint(MatrixXd::Zero(2, 1), VectorXd::Constant(2, bad)), expected + "(2, 1) and 2");
  }
}

TEST(ExtraTrees, KnowEveryPointAndStayBetweenThem) {
  Eigen::MatrixXd features(5, 2);
  features << 0, 0, 1, 0, 2, 5, 3, 5, 9, 1;
  Eigen::VectorXd targets(5);
  targets << 10, 20, 40, 80, 5;
  const auto forest = RandomForest::fit(features, targets, {.growth = Growth::ExtraTrees, .trees = 50});
  for (Eigen::Index i = 0; i < 5; ++i) {
    const std::array point{static_cast<float>(features(i, 0)), static_cast<float>(features(i, 1))};
    EXPECT_EQ(forest.view().predict(point), targets[i]);  // all rows are in every tree, and no two are alike
  }
  // Between 0 and 1 the thresholds lie anywhere, so the mean moves from 10 to 20 step by step.
  double last = 10;
  for (const float x : {0.1F, 0.3F, 0.5F, 0.7F, 0.9F}) {
    const double now = forest.view().predict(std::array{x, 0.0F});
    EXPECT_GE(now, last);
    last = now;
  }
  EXPECT_GT(forest.view().predict(std::array{0.9F, 0.0F}), 16);
  EXPECT_LT(forest.view().predict(std::array{0.1F, 0.0F}), 14);
}

TEST(ExtraTrees, GiveTheSameBytesOnAnyNumberOfThreads) {
  std::mt19937_64 random(4);
  Eigen::MatrixXd features(200, 3);
  Eigen::VectorXd targets(200);
  for (Eigen::Index i = 0; i < 200; ++i) {
    for (Eigen::Index f = 0; f < 3; ++f) features(i, f) = static_cast<double>(random() % 50);
    targets[i] = static_cast<double>(random() % 1000) / 7;
  }
  const auto nodes = [&](int threads) {
    std::string bytes;
    const auto forest =
        RandomForest::fit(features, targets, {.growth = Growth::ExtraTrees, .trees = 20, .threads = threads});
    for (const TreeNode& node : forest.nodes())
      bytes += std::to_string(node.value) + ' ' + std::to_string(node.link) + '\n';
    return bytes;
  };
  EXPECT_EQ(nodes(1), nodes(2));
  EXPECT_EQ(nodes(1), nodes(5));
}

}  // namespace
}  // namespace ntorc::perf
