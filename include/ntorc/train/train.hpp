// ntorc/train/train.hpp - training a network, and what it says then.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "ntorc/model/network.hpp"
#include "ntorc/model/weights.hpp"
#include "ntorc/train/options.hpp"

namespace ntorc::train {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Samples of one signal. Sample i is `values` from starts[i] on, as many as the network's input holds, step by step
/// with the channels of a step together. Samples may overlap and stand in any order; `values` is not copied and must
/// outlive the call.
struct Data {
  std::span<const float> values{};     ///< finite
  std::vector<std::int64_t> starts{};  ///< >= 0
  Matrix targets{};                    ///< (n, outputs), or for CrossEntropy (n, 1), the class from 0
};

/// All that a training is in the middle of. To be kept as it is and gone on with later.
struct TrainState {
  std::int64_t epochs = 0;  ///< done
  std::int64_t steps = 0;   ///< of Adam, done
  model::Weights weights{};
  std::vector<float> first_moments{};  ///< of Adam: of every weight, in the order of `weights`
  std::vector<float> second_moments{};
  std::vector<double> losses{};  ///< losses[i]: mean over the samples in epoch i, each as its step met it

  friend bool operator==(const TrainState&, const TrainState&) = default;
};

struct EpochReport {
  std::int64_t epoch = 0;    ///< from 0
  double loss = 0;           ///< as in TrainState; not finite where the training diverged
  double learning_rate = 0;  ///< of its last step
};

enum class Verdict { GoOn, Stop };

/// Asked after every epoch.
using Watch = std::function<Verdict(const EpochReport&)>;

/// A chain of Dense, Conv1D, LSTM, GRU, pooling over steps, Flatten, Reshape and Activation, with the activations
/// linear, relu, sigmoid and tanh, and softmax at the end. Dropout, batch normalization, masks and branches are not
/// trained.
/// @throws InvalidArgument  in one line that names the first layer that is not like that.
void check_trainable(const model::Network& network);

/// What a training begins with: initial_weights and moments of 0.
/// @throws InvalidArgument  if the network is not trainable.
TrainState begin(const model::Network& network, std::uint64_t seed);

/// Goes on from `state` until `until_epoch` epochs are done or `watch` stops it, on the calling thread; several
/// trainings may run at once. Same network, data, options and instruction set: the same bits, in one go or in parts.
/// @param until_epoch  at most options.epochs.
/// @throws InvalidArgument  if the network is not trainable, the options do not validate, the state is another
/// network's, the
///                          loss is not one for its last layer, or the data is empty, not finite or of the wrong size.
TrainState train(const model::Network& network, const Data& data, const TrainOptions& options, TrainState state,
                 std::int64_t until_epoch, const Watch& watch = {});

/// From the beginning to the end.
TrainState train(const model::Network& network, const Data& data, const TrainOptions& options, const Watch& watch = {});

/// (n, outputs): the network's answer to each sample; softmax's shares where it ends in one. data.targets is not read.
/// @throws InvalidArgument  as train does.
Matrix predict(const model::Network& network, const model::Weights& weights, const Data& data,
               InstructionSet instructions = best_instruction_set());

}  // namespace ntorc::train
