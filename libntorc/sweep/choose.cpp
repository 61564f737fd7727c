#include "sweep/choose.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <queue>
#include <utility>

#include "perf/laws.hpp"
#include "perf/structure.hpp"

namespace ntorc::sweep {
namespace {

/// Information about the weights that is there before any run: keeps the determinant above 0 and is soon outweighed.
constexpr double kPrior = 1e-3;

/// A layer as the criterion sees it.
struct Row {
  std::size_t kind = 0;               ///< place among those of the candidates
  Eigen::VectorXd terms;              ///< as shares of their sum: the fit is of relative errors
  std::vector<std::int64_t> classes;  ///< of size, reuse factor and form; numbers that no two share
};

std::int64_t step(double value) { return std::llround(2 * std::log2(value)); }

/// What a layer is an example of. Sizes and factors count as the same within half an octave.
std::vector<std::int64_t> classes_of(const perf::Structure& structure) {
  constexpr std::int64_t kApart = 1000;  // steps, walks and turns are fewer
  std::vector<std::int64_t> classes;
  std::int64_t what = static_cast<std::int64_t>(structure.shape.kind) * 100;
  const auto add = [&](std::int64_t value) { classes.push_back(++what * kApart + value); };
  for (const perf::MatrixUse& use : structure.matrices) {
    add(step(use.n_in));
    add(step(use.n_out));
    add(step(use.reuse));
    add(step(use.block_factor));
    add(static_cast<std::int64_t>(use.walk()) * 100 + std::clamp<std::int64_t>(step(use.reuse / use.n_in) + 50, 0, 99));
  }
  add(step(static_cast<double>(structure.shape.sequence)));
  add(step(static_cast<double>(structure.shape.packets)));
  return classes;
}

/// What has been chosen so far, and what a run would add to it.
class State {
 public:
  State(const std::vector<std::size_t>& terms_of_kind, const Criterion& criterion) : criterion_(criterion) {
    for (const std::size_t terms : terms_of_kind) {
      const auto n = static_cast<Eigen::Index>(terms);
      covariance_.emplace_back(Eigen::MatrixXd::Identity(n, n) / kPrior);
    }
  }

  double gain(const std::vector<Row>& run) const {
    double total = 0;
    for (std::size_t kind = 0; kind < covariance_.size(); ++kind) {
      const Eigen::MatrixXd rows = rows_of(run, kind);
      if (rows.rows() == 0) continue;
      // log det (A + X'X) - log det A = log det (I + X A^-1 X')
      const Eigen::MatrixXd grown =
          Eigen::MatrixXd::Identity(rows.rows(), rows.rows()) + rows * covariance_[kind] * rows.transpose();
      const Eigen::LLT<Eigen::MatrixXd> factor(grown);
      total += criterion_.information * 2 * factor.matrixL().toDenseMatrix().diagonal().array().log().sum();
    }
    std::map<std::int64_t, int> added;
    for (const Row& row : run) {
      for (const std::int64_t one : row.classes) {
        const auto there = seen_.find(one);
        const int before = (there == seen_.end() ? 0 : there->second) + added[one]++;
        total += criterion_.coverage * std::log((before + 2.0) / (before + 1.0));
      }
    }
    return total;
  }

  void add(const std::vector<Row>& run) {
    for (const Row& row : run) {
      Eigen::MatrixXd& covariance = covariance_[row.kind];
      const Eigen::VectorXd spread = covariance * row.terms;
      covariance -= spread * spread.transpose() / (1 + row.terms.dot(spread));  // Sherman and Morrison
      for (const std::int64_t one : row.classes) ++seen_[one];
    }
  }

 private:
  static Eigen::MatrixXd rows_of(const std::vector<Row>& run, std::size_t kind) {
    std::vector<const Row*> own;
    for (const Row& row : run) {
      if (row.kind == kind) own.push_back(&row);
    }
    if (own.empty()) return {};
    Eigen::MatrixXd rows(static_cast<Eigen::Index>(own.size()), own.front()->terms.size());
    for (std::size_t i = 0; i < own.size(); ++i) rows.row(static_cast<Eigen::Index>(i)) = own[i]->terms.transpose();
    return rows;
  }

  Criterion criterion_;
  std::vector<Eigen::MatrixXd> covariance_;  ///< of the weights of each kind
  std::map<std::int64_t, int> seen_;         ///< layers of each class
};

}  // namespace

std::vector<std::size_t> choose(const std::vector<Candidate>& candidates, std::size_t count,
                                const Criterion& criterion) {
  std::map<model::LayerKind, std::size_t> kinds;
  std::vector<std::size_t> terms_of_kind;
  std::vector<std::vector<Row>> runs;
  std::map<std::size_t, std::size_t> room;
  for (const Candidate& candidate : candidates) {
    room[candidate.group] = 0;
    std::vector<Row>& run = runs.emplace_back();
    for (const LayerUse& layer : candidate.layers) {
      const perf::Structure structure = perf::structure_of(layer.shape, layer.reuse);
      const perf::Terms terms = perf::terms(structure);
      const auto [kind, is_new] = kinds.try_emplace(layer.shape.kind, kinds.size());
      if (is_new) terms_of_kind.push_back(terms.size());
      Row row{kind->second, Eigen::Map<const Eigen::VectorXd>(terms.data(), static_cast<Eigen::Index>(terms.size())),
              classes_of(structure)};
      row.terms /= row.terms.sum();
      run.push_back(std::move(row));
    }
  }

  std::size_t filled = 0;
  for (auto& [group, places] : room) places = count / room.size() + (filled++ < count % room.size() ? 1 : 0);

  // A gain only falls as more is chosen, so an old one is a bound: only the best of these is looked at again.
  State state(terms_of_kind, criterion);
  struct Bound {
    double gain;
    std::size_t run;
    std::size_t chosen_then;
    bool operator<(const Bound& other) const { return gain != other.gain ? gain < other.gain : run > other.run; }
  };
  std::priority_queue<Bound> bounds;
  for (std::size_t i = 0; i < runs.size(); ++i) bounds.push({state.gain(runs[i]), i, 0});
  std::vector<std::size_t> chosen;
  while (chosen.size() < count && !bounds.empty()) {
    const Bound best = bounds.top();
    bounds.pop();
    std::size_t& places = room[candidates[best.run].group];
    if (places == 0) continue;
    if (best.chosen_then < chosen.size()) {
      bounds.push({state.gain(runs[best.run]), best.run, chosen.size()});
      continue;
    }
    state.add(runs[best.run]);
    --places;
    chosen.push_back(best.run);
  }
  return chosen;
}

std::vector<std::size_t> choose_informative(const std::vector<Candidate>& candidates, std::size_t count) {
  return choose(candidates, count, {});
}

}  // namespace ntorc::sweep
