#include "ntorc/search/study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

#include "ntorc/error.hpp"
#include "ntorc/search/hypervolume.hpp"
#include "ntorc/search/propose.hpp"
#include "support/json_reader.hpp"
#include "support/random.hpp"

namespace ntorc::search {
namespace {

constexpr double kSecondsPerHour = 3600;

bool is_open(Status status) { return status == Status::Waiting || status == Status::Running; }

/// Of the training that a trial began with at that rung; nothing if it is not done or diverged.
std::optional<double> error_at(const TrialRecord& trial, std::int64_t rung) {
  const auto found = trial.trainings.find({trial.number, rung, 0});
  if (found == trial.trainings.end() || !found->second.evaluation) return std::nullopt;
  return found->second.evaluation->error;
}

/// The highest rung that a trial was trained at.
std::int64_t level_of(const TrialRecord& trial) {
  std::int64_t level = 0;
  for (const auto& [key, training] : trial.trainings) level = std::max(level, key.rung);
  return level;
}

bool dominates(double error, double cost, double other_error, double other_cost) {
  return error <= other_error && cost <= other_cost && (error < other_error || cost < other_cost);
}

/// How many trials beat this one at a rung.
std::int64_t beaten_by(const TrialRecord& trial, const std::vector<TrialRecord>& trials, std::int64_t rung) {
  const double error = *error_at(trial, rung);
  return std::ranges::count_if(trials, [&](const TrialRecord& other) {
    const std::optional<double> its = error_at(other, rung);
    return its && dominates(*its, other.cost, error, trial.cost);
  });
}

/// Ends or promotes the trials of a round that stand at their lowest rung.
Step settle(const Config& config, const std::vector<TrialRecord>& trials) {
  Step step;
  std::vector<const TrialRecord*> climbing;
  for (const TrialRecord& trial : trials) {
    if (!is_open(trial.status)) continue;
    const std::int64_t level = level_of(trial);
    if (!error_at(trial, level)) {
      step.conclusions.push_back({trial.number, Status::Failed});
    } else if (level == last_rung(config.search)) {
      step.conclusions.push_back({trial.number, Status::Done});
    } else {
      climbing.push_back(&trial);
    }
  }
  if (climbing.empty()) return step;
  const std::int64_t rung =
      level_of(**std::ranges::min_element(climbing, {}, [](const auto* one) { return level_of(*one); }));
  std::erase_if(climbing, [&](const TrialRecord* one) { return level_of(*one) != rung; });
  std::ranges::stable_sort(climbing, {}, [&](const TrialRecord* one) {
    return std::pair(beaten_by(*one, trials, rung), *error_at(*one, rung));
  });
  const auto kept = static_cast<std::size_t>(std::ceil(config.search.keep * static_cast<double>(climbing.size())));
  for (std::size_t i = 0; i < climbing.size(); ++i) {
    if (i < kept) {
      step.trainings.push_back({climbing[i]->number, rung + 1, 0});
    } else {
      step.conclusions.push_back({climbing[i]->number, Status::Pruned});
    }
  }
  return step;
}

std::vector<Point> proposals(const Config& config, const Candidates& candidates, const std::vector<TrialRecord>& trials,
                             std::size_t count) {
  const Problem problem = candidates.problem();
  const History history = history_of(config, trials);
  const std::uint64_t seed = config.search.seed;
  switch (config.search.sampler) {
    case Sampler::Bayesian: {
      BayesianOptions options;
      options.seed = seed;
      options.reference_point = config.search.reference_point;
      return propose_bayesian(problem, history, count, options);
    }
    case Sampler::Nsga2: {
      Nsga2Options options;
      options.seed = seed;
      return propose_nsga2(problem, history, count, options);
    }
    case Sampler::Sobol:
      return propose_sobol(problem, history, count, {.seed = seed});
    case Sampler::Random:
      break;
  }
  return propose_random(problem, history, count, {.seed = seed});
}

/// Trainings that members of the front lack.
std::vector<TrainingKey> repeats_wanted(const Config& config, const std::vector<TrialRecord>& trials) {
  std::vector<TrainingKey> wanted;
  const std::int64_t rung = last_rung(config.search);
  for (const std::size_t place : front_of(config, trials)) {
    const TrialRecord& trial = trials[place];
    for (std::int64_t repeat = 1; repeat < config.search.repeats; ++repeat) {
      const TrainingKey key{trial.number, rung, repeat};
      const auto found = trial.trainings.find(key);
      if (found == trial.trainings.end() || found->second.status == Status::Pruned) wanted.push_back(key);
    }
  }
  return wanted;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

}  // namespace

std::string to_json(const Space& space, const Point& point) {
  nlohmann::ordered_json values = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < space.parameters.size(); ++i) {
    if (!point.values[i]) continue;
    const Parameter& parameter = space.parameters[i];
    const double value = *point.values[i];
    if (const auto* category = std::get_if<Category>(&parameter.domain)) {
      values[parameter.name] = category->names[static_cast<std::size_t>(value)];
    } else if (std::holds_alternative<Integer>(parameter.domain)) {
      values[parameter.name] = static_cast<std::int64_t>(value);
    } else {
      values[parameter.name] = value;
    }
  }
  return values.dump();
}

Point parse_point(const Space& space, std::string_view json, std::string_view name) {
  const nlohmann::json document = support::parse_json(json, name);
  const support::JsonReader reader(document, name);
  Point point;
  std::size_t known = 0;
  for (const Parameter& parameter : space.parameters) {
    std::optional<double>& value = point.values.emplace_back();
    const auto found = reader.find(parameter.name);
    if (!found) continue;
    ++known;
    if (const auto* category = std::get_if<Category>(&parameter.domain)) {
      const auto place = std::ranges::find(category->names, found->text());
      if (place == category->names.end()) found->fail(fmt::format("one of {}", fmt::join(category->names, ", ")));
      value = static_cast<double>(place - category->names.begin());
    } else {
      value = found->number();
    }
  }
  if (known != reader.members().size()) reader.fail("the parameters of this space alone");
  try {
    validate(space, point);
  } catch (const InvalidArgument& error) {
    throw ParseError(fmt::format("{}: {}", name, error.what()));
  }
  return point;
}

std::vector<double> TrialRecord::errors(std::int64_t last_rung) const {
  std::vector<double> all;
  for (const auto& [key, training] : trainings) {
    if (key.rung == last_rung && training.evaluation && training.evaluation->error) {
      all.push_back(*training.evaluation->error);
    }
  }
  return all;
}

std::optional<double> TrialRecord::error(std::int64_t last_rung) const {
  const std::vector<double> all = errors(last_rung);
  if (all.empty()) return std::nullopt;
  return std::accumulate(all.begin(), all.end(), 0.0) / static_cast<double>(all.size());
}

std::optional<double> TrialRecord::deviation(std::int64_t last_rung) const {
  const std::vector<double> all = errors(last_rung);
  if (all.size() < 2) return std::nullopt;
  const double mean = *error(last_rung);
  double sum = 0;
  for (const double one : all) sum += (one - mean) * (one - mean);
  return std::sqrt(sum / static_cast<double>(all.size() - 1));
}

std::vector<TrialRecord> read_trials(const Config& config, const Candidates& candidates, Store& store, StudyId study) {
  const Space space = to_space(config.space);
  std::vector<TrialRecord> records;
  for (const Trial& trial : store.trials(study)) {
    TrialRecord record;
    record.number = trial.number;
    record.round = trial.round;
    record.status = trial.status;
    record.point = parse_point(space, trial.point, fmt::format("trial {}", trial.number));
    const std::optional<double> cost = candidates.cost(record.point);
    if (!cost) throw ParseError(fmt::format("trial {}: its network keeps not the limits of this search", trial.number));
    record.cost = *cost;
    records.push_back(std::move(record));
  }
  for (const Training& training : store.trainings(study)) {
    TrainingRecord record{training.status, std::nullopt, training.message};
    if (training.result) {
      record.evaluation = parse_evaluation(*training.result, fmt::format("trial {}", training.key.trial));
    }
    records.at(static_cast<std::size_t>(training.key.trial)).trainings.emplace(training.key, std::move(record));
  }
  return records;
}

double cpu_seconds(const std::vector<TrialRecord>& trials) {
  double sum = 0;
  for (const TrialRecord& trial : trials) {
    std::map<std::int64_t, double> longest;  // of a repeat: its rungs count from the beginning
    for (const auto& [key, training] : trial.trainings) {
      if (!training.evaluation) continue;
      double& seconds = longest[key.repeat];
      seconds = std::max(seconds, training.evaluation->cpu_seconds);
    }
    for (const auto& [repeat, seconds] : longest) sum += seconds;
  }
  return sum;
}

std::int64_t last_rung(const SearchOptions& search) { return static_cast<std::int64_t>(search.rungs.size()); }

std::int64_t epochs_of(const Config& config, std::int64_t rung) {
  return rung == last_rung(config.search) ? config.training.epochs
                                          : config.search.rungs.at(static_cast<std::size_t>(rung));
}

std::vector<std::size_t> front_of(const Config& config, const std::vector<TrialRecord>& trials) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();  // passed over by pareto_front
  std::vector<std::vector<double>> points;
  for (const TrialRecord& trial : trials) {
    const std::optional<double> error = trial.error(last_rung(config.search));
    points.push_back({error.value_or(kNone), trial.cost});
  }
  std::vector<std::size_t> front = pareto_front(points);
  std::ranges::stable_sort(front, {}, [&](std::size_t place) { return trials[place].cost; });
  return front;
}

History history_of(const Config& config, const std::vector<TrialRecord>& trials) {
  const std::int64_t last = last_rung(config.search);
  std::vector<double> gains;  // at each rung, what is left of its error at the end
  for (std::int64_t rung = 0; rung < last; ++rung) {
    std::vector<double> ratios;
    for (const TrialRecord& trial : trials) {
      const auto early = error_at(trial, rung);
      const auto late = error_at(trial, last);
      if (early && late && *early > 0) ratios.push_back(*late / *early);
    }
    gains.push_back(ratios.empty() ? 1 : median(std::move(ratios)));
  }
  History history;
  for (const TrialRecord& trial : trials) {
    std::vector<double> errors = trial.errors(last);
    if (errors.empty() && trial.status == Status::Pruned) {
      const std::int64_t level = level_of(trial);
      errors = {*error_at(trial, level) * gains[static_cast<std::size_t>(level)]};
    }
    for (const double error : errors) history.observations.push_back({trial.point, {error, trial.cost}});
    if (errors.empty() && trial.status == Status::Failed) history.observations.push_back({trial.point, {}});
    if (is_open(trial.status)) history.pending.push_back(trial.point);
  }
  return history;
}

Step next_step(const Config& config, const Candidates& candidates, const std::vector<TrialRecord>& trials) {
  for (const TrialRecord& trial : trials) {
    for (const auto& [key, training] : trial.trainings) {
      if (is_open(training.status)) return {};
    }
  }
  if (std::ranges::any_of(trials, [](const TrialRecord& trial) { return is_open(trial.status); })) {
    return settle(config, trials);
  }
  Step step;
  const std::int64_t left = config.search.trials - std::ssize(trials);
  const bool has_time = !config.search.cpu_hours || cpu_seconds(trials) < *config.search.cpu_hours * kSecondsPerHour;
  if (left > 0 && has_time) {
    step.round = trials.empty() ? 0 : trials.back().round + 1;
    step.trials = proposals(config, candidates, trials, static_cast<std::size_t>(std::min(left, config.search.batch)));
    if (!step.trials.empty()) return step;
  }
  step.trainings = repeats_wanted(config, trials);
  step.finished = step.trainings.empty();
  return step;
}

std::uint64_t training_seed(const Config& config, const TrainingKey& key) {
  support::Random random(config.search.seed);
  const std::uint64_t of_search = random.bits();
  support::Random of_training(of_search ^
                              (static_cast<std::uint64_t>(key.trial) << 20 ^ static_cast<std::uint64_t>(key.repeat)));
  return of_training.bits();
}

}  // namespace ntorc::search
