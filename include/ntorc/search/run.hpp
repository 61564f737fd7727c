// ntorc/search/run.hpp - a search carried on, by as many workers as are there. docs/algorithms/search.md
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "ntorc/search/config.hpp"
#include "ntorc/search/evaluate.hpp"
#include "ntorc/search/lesson.hpp"
#include "ntorc/search/store.hpp"
#include "ntorc/search/study.hpp"

namespace ntorc::search {

/// How far a search is.
struct SearchProgress {
  std::int64_t trials = 0;     ///< that were begun
  std::int64_t concluded = 0;  ///< of them
  std::int64_t failed = 0;     ///< of the concluded ones
  std::int64_t wanted = 0;     ///< SearchOptions::trials
  std::int64_t running = 0;    ///< trainings, here
  std::chrono::duration<double> elapsed{};
  /// Until `wanted` trials are concluded, as fast as those of this run; absent until the first one is.
  std::optional<std::chrono::duration<double>> remaining{};
};

/// A training that ended here.
struct TrainingEnd {
  TrainingKey key{};
  std::int64_t epochs = 0;
  std::string network{};  ///< the point, for people
  double cost = 0;
  std::optional<Evaluation> evaluation{};  ///< absent if it failed
  std::string message{};                   ///< why it failed
};

struct RunOptions {
  std::int64_t workers = 1;                      ///< threads that train, 1..1024
  std::string worker = "worker";                 ///< who this is, for people
  std::chrono::milliseconds lease{120'000};      ///< after which a silent worker is taken for dead, >= 1 s
  std::chrono::milliseconds save_every{30'000};  ///< of a training, at the next fifth epoch; > 0
  std::stop_token stop{};                        ///< once it is asked for, trainings are put away and the run ends
  std::function<void(const SearchProgress&)> on_progress{};  ///< several times a second, from one thread at a time
  std::function<void(const TrainingEnd&)> on_end{};          ///< from one thread at a time

  void validate() const;  ///< @throws InvalidArgument  naming the field and its value
};

enum class RunEnd { Finished, Stopped };

/// Carries the search on until there is nothing left to do, or it is stopped. Others may do so at the same time, on
/// this machine or, with a store that is a server, on others: the trials are the same whoever runs them, and how many.
/// @throws StoreError, ParseError  of the store.
/// @throws InvalidArgument         if the options do not validate.
RunEnd run(const Config& config, const Candidates& candidates, const Teacher& teacher, Store& store, StudyId study,
           const RunOptions& options);

}  // namespace ntorc::search
