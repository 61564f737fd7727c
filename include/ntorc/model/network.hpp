// ntorc/model/network.hpp - a neural network as FPGA tools see it: a graph of layers with known shapes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ntorc::model {

enum class LayerKind {
  Input,
  Dense,
  Conv1D,
  Conv2D,
  Lstm,
  Gru,
  MaxPooling1D,
  MaxPooling2D,
  AveragePooling1D,
  AveragePooling2D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  ZeroPadding1D,
  ZeroPadding2D,
  Flatten,
  Reshape,
  BatchNormalization,
  Dropout,
  Activation,
  Add,
  Subtract,
  Multiply,
  Average,
  Maximum,
  Minimum,
  Concatenate,
};

/// The name of a kind in tables, files and messages: lower case, words joined by "_", as in "conv1d", "max_pooling1d".
std::string_view to_string(LayerKind kind);

/// The kind of that name. @throws InvalidArgument  if there is none.
LayerKind layer_kind(std::string_view name);

/// Whether layers of that kind take two tensors: Add, ..., Minimum, which are element by element, and Concatenate.
bool merges(LayerKind kind);

/// Extents of one sample, without the batch: {steps, channels}, {rows, columns, channels} or {features}; each >= 1.
using Shape = std::vector<std::int64_t>;

/// Number of values in a tensor of that shape; 1 for the empty shape. @throws InvalidArgument  beyond 64 bits.
std::int64_t elements(const Shape& shape);

enum class Padding { Valid, Same, Causal };

/// The fixed-point types that a QKeras layer asks for, spelled as calls; empty where it asks for none.
/// "quantized_bits(8,0,1)" is as the file has it; "quantized_bits(bits=8, integer=0)", arguments sorted, stands for an
/// object in the file.
struct Precision {
  std::string weight;  ///< of BatchNormalization: of its factor gamma
  std::string bias;    ///< of BatchNormalization: of its offset beta
  std::string recurrent_weight;
  std::string activation;
  std::string recurrent_activation;
  std::string state;
};

/// One layer. A field that the kind has no use for keeps its default.
struct Layer {
  std::string name{};        ///< unique in its network
  std::string class_name{};  ///< as in the file, e.g. "QConv1D"
  LayerKind kind = LayerKind::Input;
  std::vector<std::size_t> inputs{};  ///< places in Network::layers whose output it takes, in the order of its call
  Shape input_shape{};                ///< of the first input, where there are two
  Shape second_input_shape{};         ///< of a layer that merges
  Shape output_shape{};
  std::int64_t size = 0;                 ///< units of Dense, LSTM and GRU, filters of a convolution
  std::vector<std::int64_t> kernel{};    ///< window of a convolution or pooling, one extent for each spatial axis
  std::vector<std::int64_t> strides{};   ///< of the same length as `kernel`
  std::vector<std::int64_t> dilation{};  ///< of a convolution, of the same length as `kernel`
  std::vector<std::int64_t> margins{};   ///< added by ZeroPadding: {before, after} of each spatial axis
  Padding padding = Padding::Valid;
  std::int64_t axis = 0;               ///< of Concatenate: counted from 1, as Keras does without the batch
  Shape target_shape{};                ///< of Reshape; one extent may be -1, "the rest"
  std::string activation = "linear";   ///< Keras's name, also for a layer of its own: "prelu", "softmax"
  std::string recurrent_activation{};  ///< of LSTM and GRU
  bool return_sequences = false;       ///< of LSTM and GRU
  bool reset_after = false;            ///< of GRU: two bias vectors instead of one
  bool keep_dims = false;              ///< of global pooling: the pooled axes stay, with extent 1
  bool use_bias = false;
  bool scale = true;                        ///< of BatchNormalization: has a learnt factor for each channel
  bool center = true;                       ///< of BatchNormalization: has a learnt offset for each channel
  std::vector<std::int64_t> shared_axes{};  ///< of the activation "prelu": axes, from 1, that share a slope
  Precision precision{};
};

enum class FileFormat { KerasJson, KerasZip, KerasHdf5 };  ///< .json, .keras, .h5

/// Layers in an order in which each stands behind those whose output it takes; the first is an Input, whether the file
/// named one or not.
struct Network {
  std::string name;
  std::string keras_version;     ///< as the file says; empty if it does not
  std::filesystem::path source;  ///< the file it was read from, as it was given
  FileFormat format = FileFormat::KerasJson;
  std::vector<Layer> layers;
  std::vector<std::size_t> outputs;  ///< places in `layers` of those whose output the network gives, in its order
};

/// What `layer` makes of its input_shape, by Keras's rules; output_shape is not read.
/// Departs: what merges takes two tensors, and element by element two of one shape, as hls4ml broadcasts hardly any.
/// @throws InvalidArgument  without naming the layer, if the two do not fit together, or beyond 64 bits.
Shape infer_output_shape(const Layer& layer);

/// Trainable and fixed weights of a layer, as Keras counts them. @throws InvalidArgument  beyond 64 bits.
std::int64_t parameters(const Layer& layer);

/// Multiplications of one inference in the weight matrices of a layer: every output element times its fan-in.
///     dense  n_in * n_out for each position; convolution  positions * kernel * channels * filters;
///     LSTM  steps * 4 * units * (features + units); GRU  steps * 3 * units * (features + units)
/// @throws InvalidArgument  beyond 64 bits.
/// Departs: N-TORC's workload formula leaves out channels and steps (FCCM 2025, III).
std::int64_t multiplications(const Layer& layer);

}  // namespace ntorc::model
