#include "perf/target_model.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <numeric>

#include "perf/laws.hpp"
#include "perf/nnls.hpp"

namespace ntorc::perf {
namespace {

using Rows = std::vector<const Observation*>;

constexpr double kLargestTermWeight = 1e9;
constexpr int kHybridTrees = 20;
constexpr double kTolerance = 0.005;  ///< of the ratio to the law, within which there is nothing to learn
constexpr std::ptrdiff_t kFewConstants = 10;
constexpr std::size_t kLayerFeatures = 8;
constexpr std::size_t kRecurrentFeatures = 3;  ///< more

bool is_recurrent(model::LayerKind kind) { return kind == model::LayerKind::Lstm || kind == model::LayerKind::Gru; }
bool is_area(Target target) { return target == Target::Lut || target == Target::Ff; }

/// Products with constants are other hardware: they stand so far from the rest in every feature that the first
/// threshold of a tree, whatever it splits on, parts the two.
constexpr double kApart = 1000;

/// Powers of two become steps of one, so that a threshold lies in the middle of them.
InputFeatures structural_features(const Structure& structure) {
  const MatrixUse& use = structure.matrices.front();
  const double apart = structure.constant() ? kApart : 0;
  InputFeatures features;
  const auto add = [&](double value) { features.push_back(static_cast<float>(value - apart)); };
  const auto whole = [](const MatrixUse& matrix) { return matrix.reuse >= matrix.n_in ? 1.0 : 0.0; };
  add(std::log2(use.reuse));
  add(std::log2(use.n_in));
  add(std::log2(use.n_out));
  add(std::log2(use.block_factor));
  add(whole(use));
  add(std::log2(use.turns()));
  add(std::log2(use.reuse / use.n_in));
  add(std::log2(static_cast<double>(structure.shape.sequence)));
  if (structure.recurrent()) {
    const MatrixUse& recurrent = structure.matrices.back();
    add(std::log2(recurrent.n_in));
    add(whole(recurrent));
    add(std::log2(recurrent.turns()));
  }
  return features;
}

/// What the trees' ratio is to.
double scale_of(const std::vector<double>& weights, Target target, const Question& question) {
  if (!is_area(target)) return law(question.structure, target);
  return std::inner_product(question.terms.begin(), question.terms.end(), weights.begin(), 0.0);
}

/// What is learnt from: each configuration once.
struct Examples {
  std::vector<Question> questions;
  std::vector<double> figures;
};

Examples examples_of(const Rows& rows, Target target) {
  Examples examples;
  for (const Rows& same : configurations(rows)) {
    const double figure = mean_figure(same, target);
    if (is_area(target) && !(figure > 0)) continue;  // no layer is made of nothing
    examples.questions.push_back(question_of(Method::Hybrid, same.front()->shape, same.front()->reuse));
    examples.figures.push_back(figure);
  }
  return examples;
}

/// A row for each configuration: the terms as shares of the figure.
Eigen::MatrixXd relative_terms(const Examples& examples) {
  const auto rows = static_cast<Eigen::Index>(examples.questions.size());
  const auto columns = static_cast<Eigen::Index>(examples.questions.front().terms.size());
  Eigen::MatrixXd relative(rows, columns);
  for (Eigen::Index i = 0; i < rows; ++i) {
    const Terms& values = examples.questions[static_cast<std::size_t>(i)].terms;
    relative.row(i) =
        Eigen::Map<const Eigen::RowVectorXd>(values.data(), columns) / examples.figures[static_cast<std::size_t>(i)];
  }
  return relative;
}

Eigen::VectorXd column_sizes(const Eigen::MatrixXd& matrix) {
  return matrix.colwise().norm().transpose() / std::sqrt(static_cast<double>(matrix.rows()));
}

/// Weights >= 0 with the least squared relative error, drawn to those of the prior: a ten-thousandth as much as the
/// rows draw where these speak of a term, and all the way where they do not.
std::vector<double> fit_weights(const Examples& examples, const TermPrior& prior) {
  constexpr double kDraw = 1e-4;
  constexpr double kOwn = 0.1;  ///< share of a figure that a term of its own is thought to have
  Eigen::MatrixXd system = relative_terms(examples);
  Eigen::VectorXd wanted = Eigen::VectorXd::Ones(system.rows());
  if (!prior.weights.empty()) {
    const Eigen::Index columns = system.cols();
    const Structure& structure = examples.questions.front().structure;
    const std::vector<double> weights = inherited(prior.weights, structure, 0);
    const std::vector<double> sizes = inherited(prior.sizes, structure, kOwn);
    const Eigen::VectorXd own = column_sizes(system);
    const Eigen::Map<const Eigen::VectorXd> elsewhere(sizes.data(), columns);
    const Eigen::VectorXd draw = std::sqrt(kDraw * static_cast<double>(system.rows())) *
                                 (own.array() > 0).select(own, elsewhere.cwiseMax(1e-12));
    system.conservativeResize(system.rows() + columns, columns);
    system.bottomRows(columns) = draw.asDiagonal();
    wanted.conservativeResize(system.rows());
    wanted.tail(columns) = draw.cwiseProduct(Eigen::Map<const Eigen::VectorXd>(weights.data(), columns));
  }
  const Eigen::VectorXd weights = nonnegative_least_squares(system, wanted).cwiseMin(kLargestTermWeight);
  return {weights.begin(), weights.end()};
}

FittedTarget fit_hybrid(const Rows& rows, Target target, const ForestOptions& options, const TermPrior& prior) {
  const Examples examples = examples_of(rows, target);
  const auto& [questions, figures] = examples;
  FittedTarget fitted;
  fitted.weights.resize(weight_count(Method::Hybrid, rows.front()->shape.kind, target));
  if (is_area(target) && !questions.empty()) fitted.weights = fit_weights(examples, prior);

  // Where the law says something, there is a ratio to it. How many multipliers constants need hangs on their values, of
  // which a few layers say less than the law.
  const auto constants = std::ranges::count_if(questions, [](const Question& q) { return q.structure.constant(); });
  const bool few = target == Target::Dsp && constants < kFewConstants;
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    if (few && questions[i].structure.constant()) continue;
    if (scale_of(fitted.weights, target, questions[i]) > 0) kept.push_back(i);
  }
  const auto columns = static_cast<Eigen::Index>(feature_count(Method::Hybrid, rows.front()->shape.kind));
  const auto count = static_cast<Eigen::Index>(std::max<std::size_t>(1, kept.size()));
  Eigen::MatrixXd features = Eigen::MatrixXd::Zero(count, columns);
  Eigen::VectorXd ratios = Eigen::VectorXd::Ones(count);
  for (std::size_t k = 0; k < kept.size(); ++k) {
    const Question& question = questions[kept[k]];
    const auto row = static_cast<Eigen::Index>(k);
    features.row(row) = Eigen::Map<const Eigen::RowVectorXf>(question.features.data(), columns).cast<double>();
    ratios[row] = figures[kept[k]] / scale_of(fitted.weights, target, question);
  }
  ForestOptions extra = options;
  extra.growth = Growth::ExtraTrees;
  extra.tolerance = kTolerance;
  const bool exact = (ratios.array() == ratios[0]).all();  // every tree is the same leaf
  extra.trees = exact ? 1 : tree_count(Method::Hybrid, options);
  fitted.forest = RandomForest::fit(features, ratios, extra);
  return fitted;
}

FittedTarget fit_forest(const Rows& rows, Target target, const ForestOptions& options) {
  const auto count = static_cast<Eigen::Index>(rows.size());
  Eigen::MatrixXd features(count, static_cast<Eigen::Index>(Features::kCount));
  Eigen::VectorXd figures(count);
  for (Eigen::Index i = 0; i < count; ++i) {
    const Observation& row = *rows[static_cast<std::size_t>(i)];
    const auto values = Features::of(row.shape, row.reuse);
    features.row(i) = Eigen::Map<const Eigen::RowVectorXd>(values.data(), features.cols());
    figures[i] = *row[target];
  }
  return {{}, RandomForest::fit(features, figures, options)};
}

}  // namespace

Question question_of(Method method, const hls4ml::LayerShape& shape, std::int64_t reuse) {
  Question question{structure_of(shape, reuse), {}, {}};
  if (method == Method::Hybrid) {
    question.terms = terms(question.structure);
    question.features = structural_features(question.structure);
    return question;
  }
  for (const double value : Features::of(shape, reuse)) question.features.push_back(static_cast<float>(value));
  return question;
}

std::size_t feature_count(Method method, model::LayerKind kind) {
  if (method == Method::Forest) return Features::kCount;
  return kLayerFeatures + (is_recurrent(kind) ? kRecurrentFeatures : 0);
}

int tree_count(Method method, const ForestOptions& options) {
  return options.trees.value_or(method == Method::Hybrid ? kHybridTrees : kDefaultTrees);
}

std::size_t weight_count(Method method, model::LayerKind kind, Target target) {
  if (method == Method::Forest || !is_area(target)) return 0;
  return terms(structure_of({kind, 1, 1, 1, 1}, 1)).size();
}

bool is_count(Target target) { return target == Target::Dsp || target == Target::Bram18k; }

double predict_by_law(const TargetModel& model, Target target, const Question& question) {
  const double figure = scale_of(model.weights, target, question);
  return is_count(target) ? std::round(figure) : figure;
}

double predict_target(Method method, const TargetModel& model, Target target, const Question& question) {
  const double learnt = model.forest.predict({question.features.begin(), question.features.size()});
  if (method == Method::Forest) return learnt;
  const double figure = learnt * scale_of(model.weights, target, question);
  return is_count(target) ? std::round(figure) : figure;
}

FittedTarget fit_target(Method method, const Rows& rows, Target target, const ForestOptions& options,
                        const TermPrior& prior) {
  return method == Method::Hybrid ? fit_hybrid(rows, target, options, prior) : fit_forest(rows, target, options);
}

RowsOfKinds by_kind(const Dataset& data) {
  RowsOfKinds kinds;
  for (const Observation& row : data) {
    const bool reported = std::ranges::any_of(row.figures, [](const auto& figure) { return figure.has_value(); });
    if (reported) kinds[row.shape.kind].push_back(&row);
  }
  return kinds;
}

TermPrior term_prior(Method method, const RowsOfKinds& kinds, model::LayerKind kind, Target target) {
  const auto known = kinds.find(model::LayerKind::Dense);
  if (method == Method::Forest || !is_area(target) || kind == model::LayerKind::Dense || known == kinds.end())
    return {};
  const Rows dense = reporting(known->second, target);
  if (dense.empty()) return {};
  const Examples examples = examples_of(dense, target);
  if (examples.questions.empty()) return {};
  const Eigen::VectorXd sizes = column_sizes(relative_terms(examples));
  return {fit_weights(examples, {}), {sizes.begin(), sizes.end()}};
}

Rows reporting(const Rows& rows, Target target) {
  Rows with;
  std::ranges::copy_if(rows, std::back_inserter(with),
                       [&](const Observation* row) { return (*row)[target].has_value(); });
  return with;
}

double mean_figure(const Rows& rows, Target target) {
  double sum = 0;
  for (const Observation* row : rows) sum += *(*row)[target];
  return sum / static_cast<double>(rows.size());
}

std::vector<std::int64_t> configuration_of(const Observation& row) {
  const hls4ml::LayerShape& shape = row.shape;
  std::vector<std::int64_t> numbers{shape.inputs, shape.kernel, shape.size, shape.sequence, shape.packets};
  for (const MatrixUse& use : structure_of(shape, row.reuse).matrices)
    numbers.push_back(static_cast<std::int64_t>(use.reuse));
  return numbers;
}

std::vector<Rows> configurations(const Rows& rows) {
  std::map<std::vector<std::int64_t>, Rows> groups;
  for (const Observation* row : rows) groups[configuration_of(*row)].push_back(row);
  std::vector<Rows> all;
  for (auto& [key, group] : groups) all.push_back(std::move(group));
  return all;
}

}  // namespace ntorc::perf
