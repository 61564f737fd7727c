#include "perf/share.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "ntorc/error.hpp"
#include "perf/hold_out.hpp"
#include "perf/spread.hpp"

namespace ntorc::perf {
namespace {

using Rows = std::vector<const Observation*>;

constexpr std::size_t kSharingFolds = 10;
constexpr double kBetterBy = 0.95;     ///< of the error of a safer way: what another one must come down to
constexpr double kGoodEnough = 0.001;  ///< an error with which no other way is looked for

/// Widths that too few rows leave open, from another model's.
std::array<std::vector<double>, 3> completed(std::array<std::vector<double>, 3> widths,
                                             const std::array<std::vector<double>, 3>& others) {
  for (std::size_t s = 0; s < widths.size(); ++s) {
    for (std::size_t c = widths[s].size(); c < others[s].size(); ++c)
      widths[s].push_back(std::max(others[s][c], c == 0 ? 0 : widths[s].back()));
  }
  return widths;
}

/// One figure of one kind of layer in two contexts.
class SharedFigure {
 public:
  /// @param first_rows, own_rows  that have the figure; the latter not empty
  SharedFigure(const PerformanceModel& first, model::LayerKind kind, const Rows& first_rows, Rows own_rows,
               const Learner& own, const TermPrior& first_prior)
      : method_(first.method()),
        target_(own.target),
        own_(own),
        pooled_{own.method, own.target, own.options, first_prior},
        own_rows_(std::move(own_rows)),
        groups_(shuffled_configurations(own_rows_, own.options.seed)) {
    const Known& known = ModelFile::data(first)->kinds.at(kind).known_of(target_);
    for (const Rows& same : configurations(first_rows)) {
      Observation mean = *same.front();
      mean[target_] = mean_figure(same, target_);
      first_means_.emplace_back(configuration_of(mean), mean);
    }
    for (const Rows& same : groups_) {
      const Observation& row = *same.front();
      const Structure structure = structure_of(row.shape, row.reuse);
      configurations_.push_back({&row, mean_figure(same, target_), first.predict(row.shape, row.reuse, target_),
                                 method_ == Method::Forest || known.has_every_walk() || known.has_walks(structure)});
    }
    hold_out();
  }

  const Choice& choice() const { return choice_; }

  /// Puts what was chosen into `model`; the nodes of a new forest into `forest`.
  void settle(TargetModel& model, std::optional<Calibration>& calibration, std::optional<Known>& known,
              RandomForest& forest) const {
    const std::vector<std::size_t> all = every_group();
    if (choice_.way == Way::Own) {
      FittedTarget fitted = fit_target(method_, own_rows_, target_, own_.options, own_.prior);
      widen(model.widths, scores_[static_cast<std::size_t>(Way::Own)]);
      if (method_ == Method::Hybrid) model.widths = completed(widths_of(own_rows_, own_), model.widths);
      model.weights = std::move(fitted.weights);
      model.forest.tree_sizes = fitted.forest.tree_sizes();  // its nodes are placed when all are there
      known = known_of(own_rows_);
      forest = std::move(fitted.forest);
      return;
    }
    const std::vector<Report> reports = reports_of(all);
    if (!reports.empty()) calibration = fit_calibration(reports);
    if (choice_.way == Way::Pooled) {
      const Pool pool = pool_of(all, *calibration);
      FittedTarget fitted = fit_target(method_, pool.rows, target_, pooled_.options, pooled_.prior);
      model.weights = std::move(fitted.weights);
      model.forest.tree_sizes = fitted.forest.tree_sizes();  // its nodes are placed when all are there
      known = known_of(pool.rows);
      forest = std::move(fitted.forest);
    }
    const std::vector<double>& scores = scores_[static_cast<std::size_t>(choice_.way)];
    const std::vector<double> errors = scores.empty() && !reports.empty() ? calibration_errors(reports) : scores;
    if (!errors.empty()) widen(model.widths, errors);
  }

 private:
  struct Configuration {
    const Observation* row;
    double truth;
    double predicted;  ///< by the first context
    bool known_form;   ///< whether the first context has seen such multipliers
  };

  /// Rows of both contexts, on the scale of the first.
  struct Pool {
    std::vector<Observation> moved;  ///< of this context
    Rows rows;
  };

  std::vector<std::size_t> every_group() const {
    std::vector<std::size_t> all(groups_.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    return all;
  }

  std::vector<Report> reports_of(const std::vector<std::size_t>& of) const {
    std::vector<Report> reports;
    for (const std::size_t i : of) {
      const Configuration& one = configurations_[i];
      if (one.known_form) reports.push_back({one.predicted, one.truth});
    }
    return reports;
  }

  /// Of a configuration that both have the context's own row counts.
  Pool pool_of(const std::vector<std::size_t>& of, const Calibration& calibration) const {
    Pool pool;
    pool.moved.reserve(of.size());
    std::set<std::vector<std::int64_t>> own;
    for (const std::size_t i : of) {
      Observation& row = pool.moved.emplace_back(*configurations_[i].row);
      row[target_] = calibration.undo(configurations_[i].truth);
      own.insert(configuration_of(row));
    }
    for (const Observation& row : pool.moved) pool.rows.push_back(&row);
    for (const auto& [configuration, row] : first_means_) {
      if (!own.contains(configuration)) pool.rows.push_back(&row);
    }
    return pool;
  }

  double calibrated(const Calibration& calibration, double figure) const {
    const double made = calibration.apply(figure);
    return is_count(target_) ? std::round(made) : made;
  }

  double predicted_by(const FittedTarget& fitted, const Observation& row) const {
    return predict_target(method_, fitted.view(), target_, question_of(method_, row.shape, row.reuse));
  }

  /// Errors of each way on configurations that it has not seen.
  void hold_out() {
    const std::size_t folds = std::min(kSharingFolds, groups_.size());
    for (std::size_t fold = 0; folds > 1 && fold < folds; ++fold) {
      std::vector<std::size_t> training;
      Rows own_rows;
      for (std::size_t i = 0; i < groups_.size(); ++i) {
        if (i % folds == fold) continue;
        training.push_back(i);
        own_rows.insert(own_rows.end(), groups_[i].begin(), groups_[i].end());
      }
      const std::vector<Report> reports = reports_of(training);
      const Calibration calibration = reports.empty() ? Calibration{} : fit_calibration(reports);
      const Pool pool = pool_of(training, calibration);
      const FittedTarget pooled = fit_target(method_, pool.rows, target_, pooled_.options, pooled_.prior);
      const FittedTarget own = fit_target(method_, own_rows, target_, own_.options, own_.prior);
      for (std::size_t i = fold; i < groups_.size(); i += folds) {
        const Configuration& one = configurations_[i];
        const std::array<double, kWays.size()> figures{calibrated(calibration, one.predicted),
                                                       calibrated(calibration, predicted_by(pooled, *one.row)),
                                                       predicted_by(own, *one.row)};
        for (std::size_t w = 0; w < kWays.size(); ++w) scores_[w].push_back(error_score(one.truth, figures[w]));
      }
    }
    choice_.way = Way::Calibrated;
    double least = 0;
    for (std::size_t w = 0; w < kWays.size() && !scores_[w].empty(); ++w) {
      const double sum = std::accumulate(scores_[w].begin(), scores_[w].end(), 0.0);
      const double error = sum / static_cast<double>(scores_[w].size());
      choice_.errors[w] = error;
      if (w > 0 && (least < kGoodEnough || error >= kBetterBy * least)) continue;
      choice_.way = kWays[w];
      least = error;
    }
    const bool brought = !reports_of(every_group()).empty();
    if (choice_.way == Way::Pooled && !brought) choice_.way = Way::Own;  // nothing to bring the rows together
  }

  Method method_;
  Target target_;
  Learner own_;
  Learner pooled_;
  Rows own_rows_;
  std::vector<Rows> groups_;                   ///< rows of each configuration of this context
  std::vector<Configuration> configurations_;  ///< of each of the groups
  std::vector<std::pair<std::vector<std::int64_t>, Observation>> first_means_;  ///< of the first context
  std::array<std::vector<double>, kWays.size()> scores_;
  Choice choice_;
};

/// Forests whose nodes are still to find their place.
struct NewForests {
  std::vector<TreeNode> nodes;
  std::vector<std::pair<ForestView*, std::size_t>> views;  ///< with the number of their nodes

  void add(const RandomForest& forest, ForestView& view) {
    views.emplace_back(&view, forest.nodes().size());
    nodes.insert(nodes.end(), forest.nodes().begin(), forest.nodes().end());
  }
};

}  // namespace

PerformanceModel share(const PerformanceModel& first, const Dataset& first_rows, const Dataset& own,
                       const Provenance& provenance, const ForestOptions& options) {
  const auto& base = ModelFile::data(first);
  auto model = std::make_shared<ModelData>(*base);
  model->keeper = base;
  model->nodes.clear();
  model->provenance = provenance;
  model->base = to_string(context_of(base->provenance));
  const RowsOfKinds first_kinds = by_kind(first_rows);
  const RowsOfKinds kinds = by_kind(own);
  if (kinds.empty()) throw InvalidArgument("dataset: expected at least one figure, found none");
  for (auto& [kind, known] : model->kinds) {
    if (kinds.contains(kind)) continue;
    known.borrowed_from = model->base;
    for (TargetModel& target : known.targets) target.widths = {};
  }
  NewForests forests;
  for (const auto& [kind, rows] : kinds) {
    const bool shared = model->kinds.contains(kind);
    KindModel& known = model->kinds[kind];
    if (!shared) known.known = known_of(rows);
    known.rows = rows.size();
    for (const Target target : kTargets) {
      const auto t = static_cast<std::size_t>(target);
      TargetModel& learnt = known.targets[t];
      const Rows measured = reporting(rows, target);
      if (measured.empty()) {
        learnt.widths = {};  // whatever is said comes from elsewhere
        continue;
      }
      const TermPrior prior = term_prior(base->method, kinds, kind, target);
      const Learner learner{base->method, target, options, prior};
      RandomForest forest;
      if (shared && learnt.trained()) {
        const TermPrior first_prior = term_prior(base->method, first_kinds, kind, target);
        const SharedFigure figure(first, kind, reporting(first_kinds.at(kind), target), measured, learner, first_prior);
        known.choices[t] = figure.choice();
        figure.settle(learnt, model->calibrations[kind][t], known.own_known[t], forest);
        if (figure.choice().way == Way::Calibrated) continue;  // the forest stays where it is
      } else {
        FittedTarget fitted = fit_target(base->method, measured, target, options, prior);
        learnt.weights = std::move(fitted.weights);
        learnt.forest.tree_sizes = fitted.forest.tree_sizes();
        learnt.widths =
            base->method == Method::Hybrid ? widths_of(measured, learner) : std::array<std::vector<double>, 3>{};
        if (shared) known.own_known[t] = known_of(measured);
        forest = std::move(fitted.forest);
      }
      forests.add(forest, learnt.forest);
    }
  }
  model->nodes = std::move(forests.nodes);
  std::size_t at = 0;
  for (const auto& [view, count] : forests.views) {
    view->nodes = std::span(model->nodes).subspan(at, count);
    at += count;
  }
  return ModelFile::model(std::move(model));
}

}  // namespace ntorc::perf
