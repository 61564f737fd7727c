// ntorc/search/results.hpp - what a search has found, as files. docs/guides/searching.md
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ntorc/deploy/plan.hpp"
#include "ntorc/model/network.hpp"
#include "ntorc/model/weights.hpp"
#include "ntorc/search/config.hpp"
#include "ntorc/search/lesson.hpp"
#include "ntorc/search/report.hpp"
#include "ntorc/search/store.hpp"
#include "ntorc/search/study.hpp"

namespace ntorc::search {

/// A network of the front.
struct FoundNetwork {
  std::size_t trial = 0;    ///< place in the trials
  std::int64_t repeat = 0;  ///< whose weights these are: the training of median error, the lower of two
  model::Network network{};
  model::Weights weights{};            ///< as trained
  double error = 0;                    ///< RMSE of the validation windows with these weights
  std::optional<deploy::Plan> plan{};  ///< if there is a deadline
};

/// The front, by ascending cost.
/// @throws StoreError, ParseError  if the store lacks weights of it.
std::vector<FoundNetwork> found_networks(const Config& config, const Candidates& candidates, Store& store,
                                         StudyId study, const std::vector<TrialRecord>& trials);

/// How far the networks lie off on recordings that the search has not read.
struct HeldOutError {
  std::int64_t trial = 0;
  std::string run{};  ///< empty: all of them
  std::int64_t windows = 0;
  double error = 0;  ///< RMSE against the label as recorded; of all runs the mean of theirs, as N-TORC gives it
};

/// For each network a row for each recording, and one for all.
/// @throws InvalidArgument  if a recording is too short for a window.
std::vector<HeldOutError> measure_held_out(const Config& config, const Teacher& teacher,
                                           const std::vector<TrialRecord>& trials,
                                           const std::vector<FoundNetwork>& found, const signal::Series& recordings);

/// trial,run,windows,rmse
std::string held_out_csv(const std::vector<HeldOutError>& errors);

/// Every trial with its point, costs and learning curves, and which of them are the front. docs/formats/search.md
std::string trials_json(const Config& config, const Candidates& candidates, const std::vector<TrialRecord>& trials);

/// Writes to `folder`, which is made: report.html, trials.csv, trials.json, and for each network of the front a folder
/// networks/trial_<number> with model.json and model.h5 (which Keras loads; it takes windows as scaling.json says, and
/// says the label in its own unit), predictions.csv, and, if there is a deadline, plan.json and hls4ml.yml. Each file
/// is written whole or not at all. @throws FileError
void write_results(const Config& config, const Candidates& candidates, const Teacher& teacher,
                   const std::vector<TrialRecord>& trials, const std::vector<FoundNetwork>& found,
                   const std::filesystem::path& folder);

}  // namespace ntorc::search
