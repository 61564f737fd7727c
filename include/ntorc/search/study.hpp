// ntorc/search/study.hpp - what a search has seen, and what it does next: a function of the two, so that any worker may
// take the next step and all of them would take the same. docs/algorithms/search.md
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ntorc/search/config.hpp"
#include "ntorc/search/evaluate.hpp"
#include "ntorc/search/lesson.hpp"
#include "ntorc/search/problem.hpp"
#include "ntorc/search/store.hpp"

namespace ntorc::search {

/// The networks of a configuration, their costs, and the deadline that they are for.
class Candidates {
 public:
  /// @param channels, head  of the data
  /// @throws FileError, ParseError  of the performance model
  /// @throws InvalidArgument        if the deadline or the part make no sense
  Candidates(const Config& config, std::int64_t channels, const Head& head);

  /// @throws InvalidArgument  if there is no such network.
  model::Network network(const Point& point) const;
  /// Of the configuration's kind. Nothing if there is no such network, it breaks a limit, or no design of it meets the
  /// deadline: it is then never trained. Kept for when it is asked again; may be called concurrently.
  std::optional<double> cost(const Point& point) const;
  /// For the samplers: the error, noisy, and the cost, exact, both by their logarithms. Refers to this object.
  Problem problem() const;

  const perf::PerformanceModel& model() const { return model_; }
  /// The question put for a design of these networks; nothing without a deadline.
  const std::optional<deploy::PlanOptions>& plan() const { return plan_; }

 private:
  struct Known;
  std::optional<double> cost_of_kind(const model::Network& network, CostKind kind) const;
  std::optional<double> reckoned_cost(const Point& point) const;

  Config config_;
  std::int64_t channels_;
  Head head_;
  perf::PerformanceModel model_;
  std::optional<deploy::PlanOptions> plan_;
  std::shared_ptr<Known> known_;
};

struct TrainingRecord {
  Status status = Status::Waiting;
  std::optional<Evaluation> evaluation{};  ///< once it is done
  std::string message{};                   ///< why it failed
};

/// A trial with what came of its trainings.
struct TrialRecord {
  std::int64_t number = 0;
  std::int64_t round = 0;
  Point point{};
  Status status = Status::Waiting;
  double cost = 0;  ///< of the configuration's kind
  std::map<TrainingKey, TrainingRecord> trainings{};

  /// Errors of the trainings that were done to the end, by repeat.
  std::vector<double> errors(std::int64_t last_rung) const;
  std::optional<double> error(std::int64_t last_rung) const;      ///< mean of them; absent if there is none
  std::optional<double> deviation(std::int64_t last_rung) const;  ///< their standard deviation; absent below two
};

/// In the order of their numbers. @throws ParseError  if the store holds what is none of the configuration's.
std::vector<TrialRecord> read_trials(const Config& config, const Candidates& candidates, Store& store, StudyId study);

/// Of one core, of all trainings.
double cpu_seconds(const std::vector<TrialRecord>& trials);

/// Number of the rung that trains to the end.
std::int64_t last_rung(const SearchOptions& search);
/// Epochs at the end of a rung.
std::int64_t epochs_of(const Config& config, std::int64_t rung);

/// Indices of the trials that are done and that no other beats in both mean error and cost, by ascending cost. A
/// network of which a repeat failed or diverged is not among them.
std::vector<std::size_t> front_of(const Config& config, const std::vector<TrialRecord>& trials);

/// What a sampler is told: every full training as it is; a trial that was ended at a rung by what it would have come
/// to, if it had gone on as the median of those that did.
History history_of(const Config& config, const std::vector<TrialRecord>& trials);

struct Conclusion {
  std::int64_t trial = 0;
  Status status = Status::Done;
};

/// What a study is known by in its store: the configuration's identity, and names, lengths and a checksum of the
/// recordings. JSON.
std::string study_identity(const Config& config, const Teacher& teacher);

/// What is to be done next. All empty, not finished: others have trainings to end first.
struct Step {
  std::vector<Point> trials{};  ///< of round `round`
  std::int64_t round = 0;
  std::vector<TrainingKey> trainings{};
  std::vector<Conclusion> conclusions{};
  bool finished = false;  ///< there is nothing left to do
};

/// Rounds of `batch` trials: all of a round train up to the first rung; the share `keep` that the fewest of all trials
/// beat at that rung, and all that none beats, go on to the next; what they came to is known when the next round is
/// proposed. When there are `trials`, or the CPU hours are used up, the members of the front are trained again with
/// other seeds, until each that is on it has had `repeats`.
Step next_step(const Config& config, const Candidates& candidates, const std::vector<TrialRecord>& trials);

/// Of the weights and the order of the samples in a training.
std::uint64_t training_seed(const Config& config, const TrainingKey& key);

}  // namespace ntorc::search
