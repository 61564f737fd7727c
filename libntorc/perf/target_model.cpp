#include "perf/target_model.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "perf/laws.hpp"
#include "perf/nnls.hpp"

namespace ntorc::perf {
namespace {

using Rows = std::vector<const Observation*>;

constexpr std::size_t kLayerFeatures = 8;
constexpr std::size_t kRecurrentFeatures = 3;  ///< more

bool is_recurrent(model::LayerKind kind) { return kind == model::LayerKind::Lstm || kind == model::LayerKind::Gru; }
bool is_area(Target target) { return target == Target::Lut || target == Target::Ff; }
bool is_count(Target target) { return target == Target::Dsp || target == Target::Bram18k; }

/// Powers of two become steps of one, so that a threshold lies in the middle of them.
std::vector<float> structural_features(const Structure& structure) {
  const MatrixUse& use = structure.matrices.front();
  const auto whole = [](const MatrixUse& matrix) { return matrix.reuse >= matrix.n_in ? 1.0 : 0.0; };
  std::vector<double> features{std::log2(use.reuse),
                               std::log2(use.n_in),
                               std::log2(use.n_out),
                               std::log2(use.block_factor),
                               whole(use),
                               std::log2(use.turns()),
                               std::log2(use.reuse / use.n_in),
                               std::log2(static_cast<double>(structure.shape.sequence))};
  if (structure.recurrent()) {
    const MatrixUse& recurrent = structure.matrices.back();
    features.insert(features.end(), {std::log2(recurrent.n_in), whole(recurrent), std::log2(recurrent.turns())});
  }
  std::vector<float> values(features.size());
  std::ranges::transform(features, values.begin(), [](double value) { return static_cast<float>(value); });
  return values;
}

double scale_of(const std::vector<double>& weights, Target target, const Structure& structure) {
  if (!is_area(target)) return law(structure, target);
  const std::vector<double> sums = terms(structure);
  return std::inner_product(sums.begin(), sums.end(), weights.begin(), 0.0);
}

double mean_figure(const Rows& rows, Target target) {
  double sum = 0;
  for (const Observation* row : rows) sum += *(*row)[target];
  return sum / static_cast<double>(rows.size());
}

/// Weights >= 0 with the least squared relative error.
std::vector<double> fit_weights(const std::vector<Question>& questions, const std::vector<double>& figures) {
  const auto rows = static_cast<Eigen::Index>(questions.size());
  const auto columns = static_cast<Eigen::Index>(terms(questions.front().structure).size());
  Eigen::MatrixXd relative(rows, columns);
  for (Eigen::Index i = 0; i < rows; ++i) {
    const std::vector<double> values = terms(questions[static_cast<std::size_t>(i)].structure);
    relative.row(i) =
        Eigen::Map<const Eigen::RowVectorXd>(values.data(), columns) / figures[static_cast<std::size_t>(i)];
  }
  const Eigen::VectorXd weights = nonnegative_least_squares(relative, Eigen::VectorXd::Ones(rows));
  return {weights.begin(), weights.end()};
}

FittedTarget fit_hybrid(const Rows& rows, Target target, const ForestOptions& options) {
  std::vector<Question> questions;
  std::vector<double> figures;
  for (const Rows& same : configurations(rows)) {
    const double figure = mean_figure(same, target);
    if (is_area(target) && !(figure > 0)) continue;  // no layer is made of nothing
    questions.push_back(question_of(Method::Hybrid, same.front()->shape, same.front()->reuse));
    figures.push_back(figure);
  }
  FittedTarget fitted;
  fitted.weights.resize(weight_count(Method::Hybrid, rows.front()->shape.kind, target));
  if (is_area(target) && !questions.empty()) fitted.weights = fit_weights(questions, figures);

  std::vector<std::size_t> kept;  // where the law says something, there is a ratio to it
  for (std::size_t i = 0; i < questions.size(); ++i) {
    if (scale_of(fitted.weights, target, questions[i].structure) > 0) kept.push_back(i);
  }
  const auto columns = static_cast<Eigen::Index>(feature_count(Method::Hybrid, rows.front()->shape.kind));
  const auto count = static_cast<Eigen::Index>(std::max<std::size_t>(1, kept.size()));
  Eigen::MatrixXd features = Eigen::MatrixXd::Zero(count, columns);
  Eigen::VectorXd ratios = Eigen::VectorXd::Ones(count);
  for (std::size_t k = 0; k < kept.size(); ++k) {
    const Question& question = questions[kept[k]];
    const auto row = static_cast<Eigen::Index>(k);
    features.row(row) = Eigen::Map<const Eigen::RowVectorXf>(question.features.data(), columns).cast<double>();
    ratios[row] = figures[kept[k]] / scale_of(fitted.weights, target, question.structure);
  }
  ForestOptions extra = options;
  extra.growth = Growth::ExtraTrees;
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
  Question question{structure_of(shape, reuse), {}};
  if (method == Method::Hybrid) {
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

std::size_t weight_count(Method method, model::LayerKind kind, Target target) {
  if (method == Method::Forest || !is_area(target)) return 0;
  return terms(structure_of({kind, 1, 1, 1, 1}, 1)).size();
}

double predict_target(Method method, const TargetModel& model, Target target, const Question& question) {
  const double learnt = model.forest.predict(question.features);
  if (method == Method::Forest) return learnt;
  const double figure = learnt * scale_of(model.weights, target, question.structure);
  return is_count(target) ? std::round(figure) : figure;
}

FittedTarget fit_target(Method method, const Rows& rows, Target target, const ForestOptions& options) {
  return method == Method::Hybrid ? fit_hybrid(rows, target, options) : fit_forest(rows, target, options);
}

std::vector<Rows> configurations(const Rows& rows) {
  struct Key {
    std::vector<std::int64_t> numbers;
    bool operator<(const Key& other) const { return numbers < other.numbers; }
  };
  std::map<Key, Rows> groups;
  for (const Observation* row : rows) {
    Key key{{row->shape.inputs, row->shape.kernel, row->shape.size, row->shape.sequence}};
    for (const MatrixUse& use : structure_of(row->shape, row->reuse).matrices) {
      key.numbers.push_back(static_cast<std::int64_t>(use.reuse));
    }
    groups[key].push_back(row);
  }
  std::vector<Rows> all;
  for (auto& [key, group] : groups) all.push_back(std::move(group));
  return all;
}

}  // namespace ntorc::perf
