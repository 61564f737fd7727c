#include "ntorc/search/study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

#include "ntorc/error.hpp"
#include "ntorc/search/hypervolume.hpp"
#include "ntorc/search/propose.hpp"
#include "support/random.hpp"

namespace ntorc::search {
namespace {

constexpr double kSecondsPerHour = 3600;
constexpr double kLeastError = 1e-9;  ///< whose logarithm a sampler is told in place of that of 0

bool is_open(Status status) { return status == Status::Waiting || status == Status::Running; }

/// Of the training that a trial began with at that rung; nothing if it is not done or diverged.
std::optional<double> error_at(const TrialRecord& trial, std::int64_t rung) {
  const auto found = trial.trainings.find({trial.number, rung, 0});
  if (found == trial.trainings.end() || !found->second.evaluation) return std::nullopt;
  return found->second.evaluation->error;
}

/// The highest rung that a trial was measured at; nothing before the first.
std::optional<std::int64_t> level_of(const TrialRecord& trial) {
  std::optional<std::int64_t> level;
  for (const auto& [key, training] : trial.trainings) {
    if (error_at(trial, key.rung)) level = std::max(level.value_or(0), key.rung);
  }
  return level;
}

/// Whether a training failed, or diverged. @param repeat  of it
bool has_failed(const TrialRecord& trial, std::int64_t repeat) {
  return std::ranges::any_of(trial.trainings, [&](const auto& one) {
    const auto& [key, training] = one;
    return key.repeat == repeat && (training.status == Status::Failed ||
                                    (training.status == Status::Done && !training.evaluation.value().error));
  });
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

/// Those of the trials measured at a rung that go on from there: the share `keep` that the fewest of all trials beat,
/// and all that none beats. Says the same of a round whether all, some or none of its trials are concluded.
std::vector<std::int64_t> promoted(const Config& config, const std::vector<TrialRecord>& trials, std::int64_t round,
                                   std::int64_t rung) {
  struct Place {
    std::int64_t beaten_by = 0;
    double error = 0;
    std::int64_t trial = 0;
    auto operator<=>(const Place&) const = default;  // NOLINT(modernize-use-nullptr): it sees the 0
  };
  std::vector<Place> places;
  for (const TrialRecord& trial : trials) {
    if (trial.round != round || !error_at(trial, rung)) continue;
    places.push_back({beaten_by(trial, trials, rung), *error_at(trial, rung), trial.number});
  }
  std::ranges::sort(places);
  const auto share = static_cast<std::size_t>(std::ceil(config.search.keep * static_cast<double>(places.size())));
  std::vector<std::int64_t> numbers;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (i < share || places[i].beaten_by == 0) numbers.push_back(places[i].trial);
  }
  return numbers;
}

/// Ends or promotes the trials that are not concluded; none of their trainings waits or runs.
Step settle(const Config& config, const std::vector<TrialRecord>& trials) {
  Step step;
  for (const TrialRecord& trial : trials) {
    if (!is_open(trial.status)) continue;
    const std::optional<std::int64_t> level = level_of(trial);
    if (has_failed(trial, 0)) {
      step.conclusions.push_back({trial.number, Status::Failed});
    } else if (!level) {
      step.trainings.push_back({trial.number, 0, 0});  // it was taken away before it ran
    } else if (*level == last_rung(config.search)) {
      step.conclusions.push_back({trial.number, Status::Done});
    } else {
      const std::vector<std::int64_t> going_on = promoted(config, trials, trial.round, *level);
      if (std::ranges::find(going_on, trial.number) != going_on.end()) {
        step.trainings.push_back({trial.number, *level + 1, 0});
      } else {
        step.conclusions.push_back({trial.number, Status::Pruned});
      }
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
  // Trainings first: whatever trial they are of is then among the trials, however many others add meanwhile.
  const std::vector<Training> trainings = store.trainings(study);
  std::vector<TrialRecord> records;
  for (const Trial& trial : store.trials(study)) {
    TrialRecord record;
    record.number = trial.number;
    record.round = trial.round;
    record.status = trial.status;
    record.point = parse_point(config.space, trial.point, fmt::format("trial {}", trial.number));
    const std::optional<double> cost = candidates.cost(record.point);
    if (!cost) throw ParseError(fmt::format("trial {}: its network is over the limits of this search", trial.number));
    record.cost = *cost;
    records.push_back(std::move(record));
  }
  for (const Training& training : trainings) {
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
    std::optional<double> error = trial.error(last_rung(config.search));
    for (std::int64_t repeat = 0; repeat < config.search.repeats; ++repeat) {
      if (has_failed(trial, repeat)) error.reset();
    }
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
    const std::optional<std::int64_t> level = level_of(trial);
    if (errors.empty() && trial.status == Status::Pruned && level) {
      errors = {*error_at(trial, *level) * gains[static_cast<std::size_t>(*level)]};
    }
    for (const double error : errors) {
      history.observations.push_back({trial.point, {std::max(error, kLeastError), trial.cost}});
    }
    if (errors.empty() && trial.status == Status::Failed) history.observations.push_back({trial.point, {}});
    if (is_open(trial.status)) history.pending.push_back(trial.point);
  }
  return history;
}

std::string study_identity(const Config& config, const Teacher& teacher) {
  const signal::Series& series = teacher.series();
  std::uint64_t checksum = 0xCBF29CE484222325u;  // FNV-1a
  for (const std::vector<float>* const values : {series.values.get(), series.labels.get()}) {
    for (const float value : *values) checksum = (checksum ^ std::bit_cast<std::uint32_t>(value)) * 0x100000001B3u;
  }
  nlohmann::json runs = nlohmann::json::array();
  for (const signal::Series::Run& run : series.runs) runs.push_back({run.name, run.samples});
  nlohmann::json identity = nlohmann::json::parse(config.identity);
  identity["recordings"] = {{"runs", std::move(runs)}, {"checksum", fmt::format("{:016x}", checksum)}};
  return identity.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

Step next_step(const Config& config, const Candidates& candidates, const std::vector<TrialRecord>& trials) {
  for (const TrialRecord& trial : trials) {
    if (trial.trainings.empty()) return {};  // it was added after its trainings were read
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
