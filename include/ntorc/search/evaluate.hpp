// ntorc/search/evaluate.hpp - one network trained and judged.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ntorc/model/network.hpp"
#include "ntorc/search/lesson.hpp"
#include "ntorc/train/train.hpp"

namespace ntorc::search {

/// A point of a learning curve.
struct CurvePoint {
  std::int64_t epochs = 0;  ///< done
  double loss = 0;          ///< of the training windows in the last of them
  double error = 0;         ///< RMSE of the validation windows behind it, in the label's unit

  friend bool operator==(const CurvePoint&, const CurvePoint&) = default;
};

/// What came of a training, up to some epoch.
struct Evaluation {
  std::optional<double> error{};    ///< RMSE of the validation windows, in the label's unit; absent if it diverged
  std::vector<CurvePoint> curve{};  ///< ascending; not behind a loss or an error that is not finite
  double cpu_seconds = 0;           ///< of the thread that trained, all parts together

  friend bool operator==(const Evaluation&, const Evaluation&) = default;
};

std::string to_json(const Evaluation& evaluation);
/// @param name  what the text came from. @throws ParseError
Evaluation parse_evaluation(std::string_view json, std::string_view name);

/// A training that may be put away and taken up again.
struct Progress {
  train::TrainState state{};
  Evaluation evaluation{};

  friend bool operator==(const Progress&, const Progress&) = default;
};

/// The bytes of `progress`, in little-endian order. docs/formats/store.md
std::string to_bytes(const Progress& progress);
/// @param network  that it is of. @throws ParseError  if the bytes are cut, or another network's.
Progress parse_progress(std::string_view bytes, const model::Network& network, std::string_view name);

struct EvaluationWatch {
  std::function<train::Verdict()> at_epoch{};             ///< asked after every epoch whether to go on
  std::function<void(const Progress&)> at_measurement{};  ///< told of what may be kept and gone on with
};

/// Trains until `until_epoch` epochs are done, measuring after every fifth one and that one. Same input: same state and
/// errors, in one go or in parts; a part that does not end at a fifth epoch adds its end to the curve.
/// @param from   absent: the beginning, with weights by options.seed
/// @param watch  a training that it stops is not measured
/// @throws InvalidArgument  as train::train.
Progress evaluate(const model::Network& network, const Lesson& lesson, Decoding decoding,
                  const train::TrainOptions& options, std::optional<Progress> from, std::int64_t until_epoch,
                  const EvaluationWatch& watch = {});

/// RMSE of the validation windows, in the label's unit. @throws InvalidArgument  as train::predict.
double validation_error(const model::Network& network, const model::Weights& weights, const Lesson& lesson,
                        Decoding decoding);

}  // namespace ntorc::search
