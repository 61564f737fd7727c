#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <unordered_set>
#include <utility>

#include "ntorc/error.hpp"
#include "ntorc/hls4ml/reuse.hpp"
#include "ntorc/sweep/sweep.hpp"
#include "support/sobol.hpp"
#include "sweep/job_id.hpp"
#include "sweep/network.hpp"

namespace ntorc::sweep {
namespace {

using model::LayerKind;

constexpr std::int64_t kMaxCombinations = 1'000'000;
constexpr std::int64_t kMaxParameters = std::int64_t{1} << 24;  ///< weights of a network: 64 MiB
constexpr std::int64_t kPassesOfSobol = 20;  ///< points for each job that is asked for, before the design gives up
constexpr double kGoldenRatio = 0.61803398874989485;

/// Why a combination makes no job. Not an error.
struct LeftOut {
  std::string reason;
};

/// What an axis decides, of a network under way.
struct Draft {
  std::vector<std::int64_t> input_extents{1, 1};  ///< steps or side; features
  std::vector<LayerChoice> stages;                ///< one layer of each stage
  std::vector<std::int64_t> repeats;
  std::vector<std::int64_t> own_reuse;  ///< of each stage; 0: it has none
  std::string precision;
  Strategy strategy = Strategy::Resource;
};

struct Axis {
  std::size_t count = 1;
  std::function<void(Draft&, std::size_t)> set;
};

template <typename Value, typename Set>
void add_axis(std::vector<Axis>& axes, const std::vector<Value>& values, Set set) {
  axes.push_back({values.size(), [values, set](Draft& draft, std::size_t i) { set(draft, values[i]); }});
}

std::vector<Axis> axes_of(const Config& config, const Family& family) {
  std::vector<Axis> axes;
  const std::vector<std::int64_t>& extents = family.steps.empty() ? family.side : family.steps;
  if (!extents.empty())
    add_axis(axes, extents, [](Draft& draft, std::int64_t value) { draft.input_extents[0] = value; });
  add_axis(axes, family.features, [](Draft& draft, std::int64_t value) { draft.input_extents[1] = value; });
  for (std::size_t s = 0; s < family.stages.size(); ++s) {
    const Stage& stage = family.stages[s];
    add_axis(axes, stage.repeat, [s](Draft& draft, std::int64_t value) { draft.repeats[s] = value; });
    add_axis(axes, stage.size, [s](Draft& draft, std::int64_t value) { draft.stages[s].size = value; });
    if (stage.kind == LayerKind::Conv1D || stage.kind == LayerKind::Conv2D) {
      add_axis(axes, stage.kernel, [s](Draft& draft, std::int64_t value) { draft.stages[s].kernel = value; });
      add_axis(axes, stage.pool, [s](Draft& draft, std::int64_t value) { draft.stages[s].pool = value; });
    }
    add_axis(axes, stage.activation,
             [s](Draft& draft, const std::string& value) { draft.stages[s].activation = value; });
    if (!stage.reuse.empty()) {
      add_axis(axes, stage.reuse, [s](Draft& draft, std::int64_t value) { draft.own_reuse[s] = value; });
    }
  }
  add_axis(axes, config.precisions, [](Draft& draft, const std::string& value) { draft.precision = value; });
  add_axis(axes, config.strategies, [](Draft& draft, Strategy value) { draft.strategy = value; });
  return axes;
}

Draft blank(const Family& family) {
  Draft draft;
  for (const Stage& stage : family.stages) {
    draft.stages.push_back({stage.kind, 1, 1, 1, {}, stage.padding, stage.sequences});
  }
  draft.repeats.assign(family.stages.size(), 1);
  draft.own_reuse.assign(family.stages.size(), 0);
  return draft;
}

bool has_state(LayerKind kind) { return kind == LayerKind::Lstm || kind == LayerKind::Gru; }

/// The layers of a draft with the stage of each.
struct Laid {
  NetworkChoice choice;
  std::vector<std::size_t> stage;
  std::vector<std::size_t> place;  ///< within its stage
};

Laid lay_out(const Family& family, const Draft& draft) {
  Laid laid;
  const std::int64_t extent = draft.input_extents[0];
  const std::int64_t features = draft.input_extents[1];
  laid.choice.input = !family.steps.empty()  ? model::Shape{extent, features}
                      : !family.side.empty() ? model::Shape{extent, extent, features}
                                             : model::Shape{features};
  for (std::size_t s = 0; s < draft.stages.size(); ++s) {
    for (std::int64_t k = 0; k < draft.repeats[s]; ++k) {
      laid.choice.layers.push_back(draft.stages[s]);
      laid.stage.push_back(s);
      laid.place.push_back(static_cast<std::size_t>(k));
    }
  }
  bool another_follows = false;
  for (std::size_t i = laid.choice.layers.size(); i-- > 0;) {
    LayerChoice& layer = laid.choice.layers[i];
    if (!has_state(layer.kind)) continue;
    layer.sequences = layer.sequences || another_follows;
    another_follows = true;
  }
  return laid;
}

/// Makes the jobs, keeping one of each id.
class Collector {
 public:
  explicit Collector(const Config& config) : config_(config) { sweep_.target = config.target; }

  /// @throws LeftOut
  std::shared_ptr<const Network> network(const NetworkChoice& choice) {
    if (choice.layers.empty()) throw LeftOut{"no layer is left"};
    const auto [found, is_new] = networks_.try_emplace(choice);
    if (is_new) {
      try {
        auto network = std::make_shared<Network>(make_network(choice));
        if (network->parameters > kMaxParameters) {
          found->second.reason = fmt::format("more than {} weights", kMaxParameters);
        } else {
          found->second.network = std::move(network);
        }
      } catch (const Error&) {
        found->second.reason = "a window is wider than its input";
      }
    }
    if (!found->second.network) throw LeftOut{found->second.reason};
    return found->second.network;
  }

  /// What a layer may be told by ReuseRule::Legal.
  const std::vector<std::int64_t>& choices(const hls4ml::LayerShape& shape) {
    const std::vector<std::int64_t> key{static_cast<std::int64_t>(shape.kind), shape.inputs, shape.size, shape.kernel};
    const auto [found, is_new] = choices_.try_emplace(key);
    if (!is_new) return found->second;
    const hls4ml::ReuseLimits limits{config_.max_block_factor, config_.target.io_type};
    for (const hls4ml::ReuseChoice& choice : hls4ml::reuse_choices(shape, limits)) {
      if (choice.reuse <= config_.max_reuse) found->second.push_back(choice.reuse);
    }
    return found->second;
  }

  /// @return  whether the job is new. @throws LeftOut
  bool add(const std::string& family, const Draft& draft, std::shared_ptr<const Network> network,
           const std::vector<std::int64_t>& reuse) {
    PlannedJob job{{}, std::move(network), family, draft.precision, {}};
    for (std::size_t i = 0; i < reuse.size(); ++i)
      job.layers.push_back(build(*job.network, i, reuse[i], draft.strategy));
    job.job = {job_id(sweep_.target, job), job_summary(job)};
    if (!ids_.insert(job.job.id).second) {
      ++sweep_.duplicates;
      return false;
    }
    sweep_.jobs.push_back(std::move(job));
    return true;
  }

  Sweep& sweep() { return sweep_; }

 private:
  LayerBuild build(const Network& network, std::size_t i, std::int64_t reuse, Strategy strategy) const {
    const hls4ml::LayerShape& shape = network.shapes[i];
    LayerBuild build{network.graph.layers[network.layers[i]].name, shape, reuse, {}, strategy};
    if (strategy == Strategy::Auto) build.strategy = reuse == 1 ? Strategy::Latency : Strategy::Resource;
    for (const hls4ml::Matrix& matrix : hls4ml::matrices(shape)) {
      // With Latency hls4ml takes any factor as it is.
      const std::int64_t effective =
          build.strategy == Strategy::Latency ? reuse : hls4ml::snapped_reuse_factor(matrix, reuse);
      if (hls4ml::block_factor(matrix, effective) > config_.max_block_factor) {
        throw LeftOut{fmt::format("a matrix has more than {} multipliers", config_.max_block_factor)};
      }
      const bool convolution = shape.kind == LayerKind::Conv1D || shape.kind == LayerKind::Conv2D;
      if (convolution && config_.target.io_type == hls4ml::IoType::Parallel && build.strategy == Strategy::Resource &&
          effective > matrix.n_in) {
        throw LeftOut{"io_parallel: a convolution with a reuse factor above its inputs (hls4ml issue 817)"};
      }
      build.effective.push_back(effective);
    }
    return build;
  }

  struct Made {
    std::shared_ptr<const Network> network;
    std::string reason;
  };

  const Config& config_;
  Sweep sweep_;
  std::unordered_set<std::string> ids_;
  std::map<NetworkChoice, Made> networks_;
  std::map<std::vector<std::int64_t>, std::vector<std::int64_t>> choices_;
};

std::vector<std::int64_t> powers(const Network& network, std::int64_t most) {
  std::int64_t largest = 1;
  for (const hls4ml::LayerShape& shape : network.shapes) {
    for (const hls4ml::Matrix& matrix : hls4ml::matrices(shape))
      largest = std::max(largest, matrix.n_in * matrix.n_out);
  }
  largest = std::min(largest, most);
  std::vector<std::int64_t> values;
  for (std::int64_t value = 1; value <= largest; value *= 2) values.push_back(value);
  return values;
}

/// What each layer may be told; one entry for a layer that its stage has decided.
std::vector<std::vector<std::int64_t>> reuse_lists(const Config& config, Collector& jobs, const Network& network,
                                                   const Laid& laid, const Draft& draft) {
  std::vector<std::vector<std::int64_t>> lists;
  for (std::size_t i = 0; i < network.shapes.size(); ++i) {
    const std::int64_t own = draft.own_reuse[laid.stage[i]];
    if (own != 0) {
      lists.push_back({own});
    } else if (config.reuse.rule == ReuseRule::Legal) {
      lists.push_back(jobs.choices(network.shapes[i]));
      if (lists.back().empty()) {
        throw LeftOut{fmt::format("no reuse factor up to {} leaves a matrix with {} multipliers at most",
                                  config.max_reuse, config.max_block_factor)};
      }
    } else {
      lists.push_back(config.reuse.rule == ReuseRule::List ? config.reuse.factors : powers(network, config.max_reuse));
    }
  }
  return lists;
}

void leave_out(Collector& jobs, const LeftOut& out) { ++jobs.sweep().left_out[out.reason]; }

void check_combinations(std::int64_t count) {
  if (count > kMaxCombinations) {
    throw InvalidArgument(fmt::format("design: expected at most {} combinations, found more", kMaxCombinations));
  }
}

/// Every reuse factor of the sweep on one network. A list and powers are told to all layers alike; of the legal ones
/// each layer goes through its own, every layer from another place on, until the one with the most is through.
void add_every_reuse(const Config& config, Collector& jobs, const Family& family, const Draft& draft) {
  const Laid laid = lay_out(family, draft);
  Sweep& sweep = jobs.sweep();
  std::vector<std::vector<std::int64_t>> lists;
  std::shared_ptr<const Network> network;
  try {
    network = jobs.network(laid.choice);
    lists = reuse_lists(config, jobs, *network, laid, draft);
  } catch (const LeftOut& out) {
    ++sweep.combinations;
    return leave_out(jobs, out);
  }
  const bool alike = config.reuse.rule != ReuseRule::Legal;
  std::size_t most = 1;
  for (const auto& list : lists) most = std::max(most, list.size());
  for (std::size_t j = 0; j < most; ++j) {
    check_combinations(++sweep.combinations);
    std::vector<std::int64_t> reuse;
    for (std::size_t i = 0; i < lists.size(); ++i) {
      const std::size_t from = alike ? 0 : i * most / lists.size();
      reuse.push_back(lists[i][(from + j) % lists[i].size()]);
    }
    try {
      jobs.add(family.name, draft, network, reuse);
    } catch (const LeftOut& out) {
      leave_out(jobs, out);
    }
  }
}

void add_grid(const Config& config, Collector& jobs, const Family& family) {
  const std::vector<Axis> axes = axes_of(config, family);
  std::vector<std::size_t> at(axes.size(), 0);
  Draft draft = blank(family);
  while (true) {
    for (std::size_t a = 0; a < axes.size(); ++a) axes[a].set(draft, at[a]);
    add_every_reuse(config, jobs, family, draft);
    std::size_t a = axes.size();
    while (a > 0 && ++at[a - 1] == axes[a - 1].count) at[--a] = 0;
    if (a == 0) return;
  }
}

std::size_t place(double coordinate, std::size_t count) {
  return std::min(static_cast<std::size_t>(coordinate * static_cast<double>(count)), count - 1);
}

/// One point: an axis with several values has a dimension of its own, and so has the reuse factor of each stage, from
/// which the layers of the stage are a golden section apart.
void add_point(const Config& config, Collector& jobs, const Family& family, const std::vector<Axis>& axes,
               const std::vector<double>& point) {
  Draft draft = blank(family);
  std::size_t d = 0;
  for (const Axis& axis : axes) axis.set(draft, axis.count > 1 ? place(point[d++], axis.count) : 0);
  const Laid laid = lay_out(family, draft);
  std::vector<std::size_t> dimension(family.stages.size(), 0);
  for (std::size_t s = 0; s < family.stages.size(); ++s) {
    if (family.stages[s].reuse.empty()) dimension[s] = d++;
  }
  try {
    const auto network = jobs.network(laid.choice);
    const auto lists = reuse_lists(config, jobs, *network, laid, draft);
    std::vector<std::int64_t> reuse;
    for (std::size_t i = 0; i < lists.size(); ++i) {
      if (lists[i].size() == 1) {
        reuse.push_back(lists[i].front());
        continue;
      }
      const double turned = point[dimension[laid.stage[i]]] + kGoldenRatio * static_cast<double>(laid.place[i]);
      reuse.push_back(lists[i][place(turned - std::floor(turned), lists[i].size())]);
    }
    jobs.add(family.name, draft, network, reuse);
  } catch (const LeftOut& out) {
    leave_out(jobs, out);
  }
}

void add_sobol(const Config& config, Collector& jobs, const Family& family, std::int64_t count) {
  const std::vector<Axis> axes = axes_of(config, family);
  std::size_t dimensions = 0;
  for (const Axis& axis : axes) dimensions += axis.count > 1 ? 1 : 0;
  for (const Stage& stage : family.stages) dimensions += stage.reuse.empty() ? 1 : 0;
  if (dimensions > support::Sobol::kMaxDimensions) {
    throw InvalidArgument(
        fmt::format("family {}: expected at most {} axes of several values, counting the reuse factor of each entry of "
                    "layers, found {}",
                    family.name, support::Sobol::kMaxDimensions, dimensions));
  }
  support::Sobol sobol(dimensions, config.design.seed);
  Sweep& sweep = jobs.sweep();
  const std::size_t wanted = sweep.jobs.size() + static_cast<std::size_t>(count);
  for (std::int64_t n = 0; n < kPassesOfSobol * count && sweep.jobs.size() < wanted; ++n) {
    ++sweep.combinations;
    add_point(config, jobs, family, axes, sobol.next());
  }
}

void keep_informative(Sweep& sweep, std::size_t count) {
  std::vector<Candidate> candidates;
  std::map<std::string, std::size_t> groups;
  for (const PlannedJob& job : sweep.jobs) {
    Candidate& candidate = candidates.emplace_back();
    candidate.group = groups.try_emplace(job.family, groups.size()).first->second;
    for (const LayerBuild& layer : job.layers) candidate.layers.push_back({layer.shape, layer.reuse});
  }
  std::vector<PlannedJob> kept;
  for (const std::size_t i : choose_informative(candidates, count)) kept.push_back(std::move(sweep.jobs[i]));
  const std::size_t rest = candidates.size() - kept.size();
  if (rest > 0) sweep.left_out["less informative than those taken"] = static_cast<std::int64_t>(rest);
  sweep.jobs = std::move(kept);
}

}  // namespace

Sweep plan_sweep(const Config& config) {
  Collector jobs(config);
  const Design& design = config.design;
  const auto families = static_cast<std::int64_t>(config.families.size());
  const std::int64_t points = design.kind == DesignKind::Laws ? design.candidates : design.jobs;
  for (std::int64_t f = 0; f < families; ++f) {
    const Family& family = config.families[static_cast<std::size_t>(f)];
    if (design.kind == DesignKind::Grid) {
      add_grid(config, jobs, family);
    } else {
      add_sobol(config, jobs, family, points / families + (f < points % families ? 1 : 0));
    }
  }
  Sweep sweep = std::move(jobs.sweep());
  if (design.kind == DesignKind::Laws) keep_informative(sweep, static_cast<std::size_t>(design.jobs));
  if (sweep.jobs.empty()) {
    std::string reasons;
    for (const auto& [reason, count] : sweep.left_out) reasons += fmt::format("; {}: {}", reason, count);
    throw InvalidArgument(fmt::format("expected a job, found none in {} combinations{}", sweep.combinations, reasons));
  }
  return sweep;
}

}  // namespace ntorc::sweep
