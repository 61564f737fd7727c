// ntorc/search/lesson.hpp - what the networks of a search learn from and are judged by.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "ntorc/search/config.hpp"
#include "ntorc/search/network_space.hpp"
#include "ntorc/signal/bins.hpp"
#include "ntorc/signal/recording.hpp"
#include "ntorc/signal/scaling.hpp"
#include "ntorc/signal/split.hpp"
#include "ntorc/signal/windows.hpp"
#include "ntorc/train/train.hpp"

namespace ntorc::search {

/// The recordings that a search reads: never one that is held out.
/// @throws FileError, ParseError, InvalidArgument  naming the recording and what is wrong with it.
std::vector<signal::Recording> read_recordings(const DataConfig& data);

/// Those that are held out, for a measurement when the search is over. @throws as read_recordings, and if there is
/// none.
std::vector<signal::Recording> read_held_out(const DataConfig& data);

/// Windows of one length with what a network is to say of them, in the form that it is trained in.
struct Lesson {
  signal::Samples samples{};  ///< scaled; the labels as they were recorded
  signal::Split split{};      ///< indices into it
  signal::InputScaling input{};
  std::optional<signal::LabelScaling> label{};  ///< of Output::Value
  std::optional<signal::Bins> bins{};           ///< of Output::Classes
  train::Data training{};
  train::Data validation{};
  std::vector<float> truth{};  ///< (validation windows), what predictions are measured against, in the label's unit
};

/// Recordings as lessons for windows of any length. Immutable: const calls may run concurrently.
class Teacher {
 public:
  /// @throws InvalidArgument  if the recordings cannot be learnt from together.
  Teacher(DataConfig data, std::vector<signal::Recording> recordings);

  std::int64_t channels() const { return series_.channels; }
  const signal::Series& series() const { return series_; }
  Head head() const;  ///< what the networks end in

  /// @throws InvalidArgument  if a recording is too short for a window, or a side of the split would be empty.
  Lesson lesson(std::int64_t window) const;

 private:
  DataConfig data_;
  signal::Series series_;
};

/// Predictions in the label's unit, one for each row.
/// @param outputs  (n, outputs) of a network
std::vector<float> decoded(const Lesson& lesson, Decoding decoding, const train::Matrix& outputs);

/// A trained network that takes scaled windows and says the label in its own unit: the label's scaling is taken over by
/// the last layer. What is trained on classes stays as it is.
model::Weights deployable(const Lesson& lesson, model::Weights weights);

}  // namespace ntorc::search
