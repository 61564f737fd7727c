#include "ntorc/search/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <list>
#include <map>
#include <mutex>
#include <new>
#include <stdexcept>
#include <thread>
#include <utility>

#include "ntorc/error.hpp"

namespace ntorc::search {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t kMaxWorkers = 1024;
constexpr std::chrono::milliseconds kLeastLease{1000};

/// Lessons in use: two trainings on windows of one length share theirs.
class Lessons {
 public:
  explicit Lessons(const Teacher& teacher) : teacher_(teacher) {}

  std::shared_ptr<const Lesson> of(std::int64_t window) {
    const std::lock_guard lock(mutex_);
    std::weak_ptr<const Lesson>& known = known_[window];
    if (auto lesson = known.lock()) return lesson;
    auto lesson = std::make_shared<const Lesson>(teacher_.lesson(window));
    known = lesson;
    return lesson;
  }

 private:
  const Teacher& teacher_;
  std::mutex mutex_;
  std::map<std::int64_t, std::weak_ptr<const Lesson>> known_;
};

/// A claim that a thread works on.
struct ClaimInWork {
  Claim claim;
  std::atomic<bool> is_lost = false;  ///< another has it now
  bool was_stopped = false;           ///< before it was done
};

/// One process's part in a search.
class Runner {
 public:
  Runner(const Config& config, const Candidates& candidates, const Teacher& teacher, Store& store, StudyId study,
         const RunOptions& options)
      : config_(config), candidates_(candidates), lessons_(teacher), store_(store), study_(study), options_(options) {}

  RunEnd run() {
    step();  // finds mistakes in the store before any thread begins
    std::jthread keeper([this] { guarded([this] { keep_leases(); }); });
    guarded([this] {
      std::vector<std::jthread> workers;
      for (std::int64_t i = 0; i < options_.workers; ++i) {
        workers.emplace_back([this] { guarded([this] { work(); }); });
      }
    });
    end();
    keeper.join();
    if (failure_) std::rethrow_exception(failure_);
    return finished_ ? RunEnd::Finished : RunEnd::Stopped;
  }

 private:
  /// The first error ends the run.
  template <typename Action>
  void guarded(Action action) {
    try {
      action();
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      stopping_ = true;
      woken_.notify_all();
    }
  }

  bool is_stopping() const { return stopping_ || options_.stop.stop_requested(); }

  void end() {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    woken_.notify_all();
  }

  void pause(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, time, [this] { return is_stopping() || finished_; });
  }

  void work() {
    // Who finds nothing to do looks again, less and less often: each look reads all trials.
    constexpr std::chrono::milliseconds kLeastPause{20};
    constexpr std::chrono::milliseconds kMostPause{1000};
    std::chrono::milliseconds idle = kLeastPause;
    while (!is_stopping() && !finished_) {
      if (const std::optional<Claim> claim = store_.claim(study_, options_.worker, options_.lease)) {
        train_claimed(*claim);
        idle = kLeastPause;
      } else if (!step()) {
        pause(idle);
        idle = std::min(2 * idle, kMostPause);
      }
    }
  }

  /// Takes the next step of the search. @return  whether there is now something new to do.
  bool step() {
    const std::lock_guard one_at_a_time(stepping_);
    const std::vector<TrialRecord> trials = read_trials(config_, candidates_, store_, study_);
    {
      const std::lock_guard lock(mutex_);
      count(trials);
    }
    const Step next = next_step(config_, candidates_, trials);
    if (next.finished) {
      finished_ = true;
      return true;
    }
    for (const Conclusion& conclusion : next.conclusions) conclude(trials, conclusion);
    if (!next.trainings.empty()) store_.add_trainings(study_, next.trainings);
    if (!next.trials.empty()) {
      std::vector<NewTrial> added;
      for (const Point& point : next.trials) added.push_back({to_json(config_.space, point), next.round, 1});
      // Another worker that has added its own has added the same ones.
      [[maybe_unused]] const bool were_ours = store_.add_trials(study_, std::ssize(trials), added);
    }
    return !next.trials.empty() || !next.trainings.empty() || !next.conclusions.empty();
  }

  void conclude(const std::vector<TrialRecord>& trials, const Conclusion& conclusion) {
    const TrialRecord& trial = trials[static_cast<std::size_t>(conclusion.trial)];
    const std::optional<double> error = trial.error(last_rung(config_.search));
    store_.conclude(study_, conclusion.trial, conclusion.status,
                    error ? fmt::format(R"({{"cost":{},"error":{}}})", trial.cost, *error)
                          : fmt::format(R"({{"cost":{}}})", trial.cost));
  }

  void train_claimed(const Claim& claim) {
    const std::shared_ptr<ClaimInWork> mine = take(claim);
    TrainingEnd end;
    end.key = claim.key;
    try {
      const Point point = parse_point(config_.space, claim.point, fmt::format("trial {}", claim.key.trial));
      end.network = describe(config_.space, point);
      end.cost = candidates_.cost(point).value_or(0);
      end.epochs = epochs_of(config_, claim.key.rung);
      const Progress progress = train_to_rung(*mine, point, end.epochs);
      if (mine->was_stopped) {
        if (!mine->is_lost) {
          [[maybe_unused]] const bool kept = store_.save_state(claim, to_bytes(progress)) && store_.release(claim);
        }
        put_away(mine);
        return;
      }
      end.evaluation = progress.evaluation;
      const std::string state = to_bytes(progress);
      const bool was_ours = store_.finish(claim, to_json(progress.evaluation), state);
      put_away(mine);
      if (was_ours) told(end);
    } catch (const InvalidArgument& error) {
      give_up(mine, std::move(end), error.what());
    } catch (const std::bad_alloc&) {
      give_up(mine, std::move(end), "too little memory for it");
    } catch (const std::length_error&) {
      give_up(mine, std::move(end), "too little memory for it");
    } catch (...) {
      put_away(mine);
      throw;
    }
  }

  /// Of a training that would fail at any other attempt too.
  void give_up(const std::shared_ptr<ClaimInWork>& mine, TrainingEnd end, const std::string& why) {
    end.message = why;
    const bool was_ours = store_.fail(mine->claim, why);
    put_away(mine);
    if (was_ours) told(end);
  }

  Progress train_to_rung(ClaimInWork& mine, const Point& point, std::int64_t epochs) {
    const model::Network network = candidates_.network(point);
    const std::shared_ptr<const Lesson> lesson = lessons_.of(window_of(config_.space, point));
    train::TrainOptions training = config_.training;
    training.seed = training_seed(config_, mine.claim.key);
    Clock::time_point saved = Clock::now();
    const auto at_epoch = [&] {
      mine.was_stopped = mine.is_lost || is_stopping();
      return mine.was_stopped ? train::Verdict::Stop : train::Verdict::GoOn;
    };
    const auto at_measurement = [&](const Progress& progress) {
      if (Clock::now() - saved < options_.save_every || progress.state.epochs == epochs) return;
      if (!store_.save_state(mine.claim, to_bytes(progress))) mine.is_lost = true;
      saved = Clock::now();
    };
    return evaluate(network, *lesson, config_.data.decoding, training, begun(mine.claim, network), epochs,
                    {at_epoch, at_measurement});
  }

  /// Where an earlier attempt, or the rung below, has left off.
  std::optional<Progress> begun(const Claim& claim, const model::Network& network) {
    TrainingKey key = claim.key;
    for (; key.rung >= 0; --key.rung) {
      const std::optional<std::string> state = store_.read_state(study_, key);
      if (state) return parse_progress(*state, network, fmt::format("trial {}", key.trial));
    }
    return std::nullopt;
  }

  std::shared_ptr<ClaimInWork> take(const Claim& claim) {
    auto mine = std::make_shared<ClaimInWork>();
    mine->claim = claim;
    const std::lock_guard lock(mutex_);
    in_work_.push_back(mine);
    return mine;
  }

  void put_away(const std::shared_ptr<ClaimInWork>& mine) {
    const std::lock_guard lock(mutex_);
    std::erase(in_work_, mine);
  }

  /// Says now and then that this process is alive, and how far it is.
  void keep_leases() {
    constexpr std::chrono::milliseconds kBetweenLooks{200};
    constexpr int kBeatsALease = 3;
    Clock::time_point beaten = Clock::now();
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      woken_.wait_for(lock, kBetweenLooks, [this] { return stopping_.load(); });
      if (options_.on_progress) options_.on_progress(progress());
      if (Clock::now() - beaten < options_.lease / kBeatsALease) continue;
      const std::vector<std::shared_ptr<ClaimInWork>> alive = in_work_;
      lock.unlock();
      for (const auto& one : alive) {
        if (!store_.beat(one->claim, options_.lease)) one->is_lost = true;
      }
      beaten = Clock::now();
      lock.lock();
    }
  }

  // Under mutex_.

  void count(const std::vector<TrialRecord>& trials) {
    trials_ = std::ssize(trials);
    failed_ = std::ranges::count(trials, Status::Failed, &TrialRecord::status);
    const auto open = std::ranges::count_if(trials, [](const TrialRecord& trial) {
      return trial.status == Status::Waiting || trial.status == Status::Running;
    });
    concluded_ = trials_ - open;
    if (!concluded_before_) concluded_before_ = concluded_;
  }

  SearchProgress progress() const {
    SearchProgress progress;
    progress.trials = trials_;
    progress.concluded = concluded_;
    progress.failed = failed_;
    progress.wanted = config_.search.trials;
    progress.running = std::ssize(in_work_);
    progress.elapsed = Clock::now() - began_;
    const std::int64_t here = concluded_ - concluded_before_.value_or(0);
    if (here > 0) {
      const auto left = static_cast<double>(std::max<std::int64_t>(progress.wanted - concluded_, 0));
      progress.remaining = progress.elapsed * (left / static_cast<double>(here));
    }
    return progress;
  }

  void told(const TrainingEnd& end) {
    const std::lock_guard lock(mutex_);
    if (options_.on_end) options_.on_end(end);
  }

  const Config& config_;
  const Candidates& candidates_;
  Lessons lessons_;
  Store& store_;
  const StudyId study_;
  const RunOptions& options_;
  const Clock::time_point began_ = Clock::now();

  std::mutex stepping_;
  std::mutex mutex_;
  std::condition_variable woken_;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> finished_ = false;
  std::exception_ptr failure_;
  std::vector<std::shared_ptr<ClaimInWork>> in_work_;
  std::int64_t trials_ = 0;
  std::int64_t concluded_ = 0;
  std::int64_t failed_ = 0;
  std::optional<std::int64_t> concluded_before_;
};

}  // namespace

void RunOptions::validate() const {
  if (workers < 1 || workers > kMaxWorkers) {
    throw InvalidArgument(fmt::format("workers: expected 1 to {}, found {}", kMaxWorkers, workers));
  }
  if (lease < kLeastLease) {
    throw InvalidArgument(
        fmt::format("lease: expected at least {} ms, found {} ms", kLeastLease.count(), lease.count()));
  }
  if (save_every.count() < 1) {
    throw InvalidArgument(fmt::format("save_every: expected above 0, found {} ms", save_every.count()));
  }
}

RunEnd run(const Config& config, const Candidates& candidates, const Teacher& teacher, Store& store, StudyId study,
           const RunOptions& options) {
  options.validate();
  return Runner(config, candidates, teacher, store, study, options).run();
}

}  // namespace ntorc::search
