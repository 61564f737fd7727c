// ntorc/search/store.hpp - where a search keeps its trials: nothing is lost when it is killed, and many may work on it.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ntorc::search {

/// Of a trial and of a training.
enum class Status {
  Waiting,  ///< nobody has begun
  Running,  ///< a training: claimed; a trial: a training of it was claimed, and it is not concluded
  Done,
  Failed,
  Pruned,  ///< not wanted any longer
};
std::string_view to_string(Status status);  ///< "waiting", "running", "done", "failed", "pruned"

enum class StudyId : std::int64_t {};  ///< of one store

struct Study {
  StudyId id{};
  std::string name;
  std::string configuration;  ///< JSON, as it was given when the study was made
  std::int64_t trials = 0;
};

/// The unit of work: trial `trial`, trained up to rung `rung`, with the `repeat`-th seed.
struct TrainingKey {
  std::int64_t trial = 0;
  std::int64_t rung = 0;
  std::int64_t repeat = 0;
  friend auto operator<=>(const TrainingKey&, const TrainingKey&) = default;  // NOLINT(modernize-use-nullptr)
};

struct NewTrial {
  std::string point;         ///< opaque to the store; JSON in one spelling
  std::int64_t round = 0;    ///< of the sampler
  std::int64_t repeats = 1;  ///< trainings that are added with it: rung 0, repeats 0 to repeats - 1; >= 0
};

struct Trial {
  std::int64_t number = 0;  ///< 0, 1, 2, ... in the order of adding
  std::int64_t round = 0;
  std::string point;
  Status status = Status::Waiting;
  std::optional<std::string> result;  ///< opaque; once it is concluded
};

struct Training {
  TrainingKey key;
  Status status = Status::Waiting;
  std::int64_t attempts = 0;  ///< claims, but for those that were released
  std::string worker;         ///< who claimed it last; empty if nobody did
  /// Of a running one; not above 0: whoever claims next may have it.
  std::optional<std::chrono::milliseconds> lease_left;
  std::optional<std::string> result;  ///< opaque; of one that is done
  std::string message;                ///< why it failed
};

/// A training that is a worker's until its lease ends and another claims it.
struct Claim {
  StudyId study{};
  TrainingKey key;
  std::string point;
  std::int64_t round = 0;
  std::int64_t attempt = 1;
  std::int64_t token = 0;  ///< of this claim alone, drawn by lot
};

struct StoreOptions {
  std::int64_t max_attempts = 3;  ///< >= 1; a training whose workers fell silent so often has failed
  /// How long to wait for a file that another process has locked, or to reconnect to a server that went away; >= 0.
  std::chrono::milliseconds patience{30'000};
  void validate() const;  ///< @throws InvalidArgument  naming the first bad field and its value
};

/// Studies with their trials and trainings. docs/formats/store.md has what holds after a kill -9 at any moment.
///
/// Threads may share a Store; they take turns. A process that forks opens its stores in the child, and none while the
/// parent has the same file open: an SQLite file is not locked between the two.
/// Texts are UTF-8 without NUL. Every function: @throws StoreError; and InvalidArgument for another text.
class Store {
 public:
  virtual ~Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// Makes the study, or finds the one of this name.
  /// @param configuration  JSON; of a study that is there, the same value, whatever its spelling.
  /// @throws StoreError    naming the first place where the configurations differ.
  /// @throws ParseError    if `configuration` is not JSON.
  virtual StudyId open_study(const std::string& name, const std::string& configuration) = 0;
  virtual std::vector<Study> studies() = 0;  ///< by name

  /// All of them with their first trainings, or none: false if the study has not `expected` trials, so that of two who
  /// have seen the same trials one alone adds to them. After false, read trials() and think again. (It may be said of
  /// trials that were added, if the connection to a server broke meanwhile.)
  [[nodiscard]] virtual bool add_trials(StudyId study, std::int64_t expected, std::span<const NewTrial> trials) = 0;
  /// Promotions to a rung and repeats. What is there stays as it is, but for Pruned, which waits again. A concluded
  /// trial that gains a training is Running. @throws InvalidArgument  of a trial that is not there; nothing is then
  /// added.
  virtual void add_trainings(StudyId study, std::span<const TrainingKey> keys) = 0;
  /// Sets a trial's status, Done, Failed or Pruned, and its result. Its trainings that wait or run are Pruned: the
  /// workers learn it from their next beat. Unless Done, its states are dropped.
  /// @throws InvalidArgument  for another status, or a trial that is not there.
  virtual void conclude(StudyId study, std::int64_t trial, Status status, const std::string& result) = 0;

  /// The training added first of those that wait or whose lease has ended; nothing if there is none now.
  /// @param worker  for people: who and where.
  /// @param lease   > 0; by the server's clock, or this machine's for a file.
  virtual std::optional<Claim> claim(StudyId study, const std::string& worker, std::chrono::milliseconds lease) = 0;

  // Each of these: whether the training is still the claim's. If not, nothing was changed: put the work away.
  [[nodiscard]] virtual bool beat(const Claim& claim, std::chrono::milliseconds lease) = 0;  ///< the lease begins anew
  /// Replaces the state of the training. Its next attempt, if there is one, may go on from there.
  [[nodiscard]] virtual bool save_state(const Claim& claim, std::string_view bytes) = 0;
  /// Done. `state`, if there is one, replaces the state of the training and those of lower rungs of this trial and
  /// repeat; without it the training's own is dropped. Said twice of a claim: true, and the first result stays.
  [[nodiscard]] virtual bool finish(const Claim& claim, const std::string& result,
                                    std::optional<std::string_view> state) = 0;
  /// Failed for good, as it would again. Drops its state. Bytes of `message` that are no text are replaced.
  [[nodiscard]] virtual bool fail(const Claim& claim, const std::string& message) = 0;
  [[nodiscard]] virtual bool release(const Claim& claim) = 0;  ///< waits again, its state kept; no attempt is counted

  virtual std::vector<Trial> trials(StudyId study) = 0;        ///< by number
  virtual std::vector<Training> trainings(StudyId study) = 0;  ///< in the order of adding
  virtual std::optional<std::string> read_state(StudyId study, const TrainingKey& key) = 0;

 protected:
  Store() = default;
};

/// @param url  postgresql://... or postgres://... as libpq has it; or the path of an SQLite file, made if need be.
/// @throws InvalidArgument  for an URL of another kind, or if the options do not validate.
/// @throws StoreError       if it cannot be opened, or is not a store of this version.
std::unique_ptr<Store> open_store(const std::string& url, const StoreOptions& options = {});

}  // namespace ntorc::search
