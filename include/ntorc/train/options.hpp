// ntorc/train/options.hpp - how a network is trained.
#pragma once

#include <cstdint>
#include <optional>

#include "ntorc/train/instruction_set.hpp"

namespace ntorc::train {

/// MeanSquared and Huber: the mean over the outputs of (y - t)^2, and of (y - t)^2 / 2 up to |y - t| = delta, beyond it
/// delta (|y - t| - delta / 2). CrossEntropy: -log of the target class's share, for networks that end in a softmax.
enum class Loss { MeanSquared, Huber, CrossEntropy };

/// Constant; Cosine: from the learning rate down to 0, step by step; Step: times step_factor every step_epochs epochs.
enum class Schedule { Constant, Cosine, Step };

/// Adam with Keras's constants: decay 0.9 and 0.999, epsilon 1e-7.
struct TrainOptions {
  std::int64_t epochs = 45;  ///< >= 1; what the schedule is laid over
  std::int64_t batch = 32;   ///< samples of a step, >= 1; the last step of an epoch has what is left
  Loss loss = Loss::MeanSquared;
  double huber_delta = 1;       ///< > 0
  double learning_rate = 1e-3;  ///< > 0
  Schedule schedule = Schedule::Constant;
  std::int64_t step_epochs = 15;       ///< of Step, >= 1
  double step_factor = 0.1;            ///< of Step, in (0, 1]
  std::optional<double> clip_norm{};   ///< > 0: the whole gradient is scaled down to it; Keras's global_clipnorm
  std::optional<double> clip_value{};  ///< > 0: of every weight's gradient, after clip_norm
  std::uint64_t seed = 1;              ///< of the first weights and of the order of the samples
  std::optional<InstructionSet> instructions{};  ///< absent: best_instruction_set()
  void validate() const;                         ///< @throws InvalidArgument  naming the first bad field and its value
};

}  // namespace ntorc::train
