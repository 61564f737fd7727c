#include "model/keras_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/keras_activation.hpp"

namespace ntorc::model {
namespace {

using support::JsonReader;

/// One integer for all of `count` spatial axes, or a list of one for each.
std::vector<std::int64_t> read_extents(const JsonReader& value, std::size_t count) {
  if (!value.value().is_array()) return std::vector<std::int64_t>(count, value.integer_in(1, kMaxExtent));
  if (value.value().size() != count) value.fail(count == 1 ? "one integer" : fmt::format("{} integers", count));
  std::vector<std::int64_t> extents;
  for (const JsonReader& item : value.items()) extents.push_back(item.integer_in(1, kMaxExtent));
  return extents;
}

Padding read_padding(KerasConfig& config, bool causal) {
  const auto found = config.find("padding");
  if (!found) return Padding::Valid;
  const std::string text = found->text();
  if (text == "valid") return Padding::Valid;
  if (text == "same") return Padding::Same;
  if (text == "causal" && causal) return Padding::Causal;
  found->fail(causal ? "valid, same or causal" : "valid or same");
}

/// Of BatchNormalization, Softmax and Concatenate: one axis, which Keras 2 may wrap in a list.
std::optional<std::int64_t> read_axis(KerasConfig& config) {
  const auto found = config.find("axis");
  if (!found) return std::nullopt;
  if (found->value().is_array() && found->value().size() == 1)
    return found->items()[0].integer_in(-kMaxExtent, kMaxExtent);
  return found->integer_in(-kMaxExtent, kMaxExtent);
}

void read_quantizer_into(KerasConfig& config, const std::string& key, std::string& spelling) {
  if (const auto found = config.find(key)) spelling = read_quantizer(*found);
}

void read_activation_into(KerasConfig& config, const std::string& key, std::string& name, std::string& quantizer) {
  const auto found = config.find(key);
  if (!found) return;
  const KerasActivation activation = read_activation(*found);
  name = activation.name;
  quantizer = activation.quantizer;
}

void expect_channels_last(KerasConfig& config) { config.expect("data_format", "channels_last"); }

/// What Dense, convolutions and recurrent layers share.
void read_weights(KerasConfig& config, Layer& layer) {
  read_activation_into(config, "activation", layer.activation, layer.precision.activation);
  layer.use_bias = config.flag("use_bias", true);
  read_quantizer_into(config, "kernel_quantizer", layer.precision.weight);
  read_quantizer_into(config, "bias_quantizer", layer.precision.bias);
  config.ignore({"kernel_initializer", "bias_initializer", "kernel_regularizer", "bias_regularizer",
                 "kernel_constraint", "bias_constraint", "kernel_range", "bias_range"});
  config.expect_absent("quantization_config");
}

void read_input(KerasConfig& config, KerasLayer&) {
  config.expect("sparse", false);
  config.expect("ragged", false);
  config.expect("optional", false);
}

void read_dense(KerasConfig& config, KerasLayer& keras) {
  keras.layer.size = config.at("units").integer_in(1, kMaxExtent);
  read_weights(config, keras.layer);
}

void read_conv(KerasConfig& config, KerasLayer& keras) {
  Layer& layer = keras.layer;
  const std::size_t axes = layer.kind == LayerKind::Conv1D ? 1 : 2;
  layer.size = config.at("filters").integer_in(1, kMaxExtent);
  layer.kernel = read_extents(config.at("kernel_size"), axes);
  const auto strides = config.find("strides");
  layer.strides = strides ? read_extents(*strides, axes) : std::vector<std::int64_t>(axes, 1);
  const auto dilation = config.find("dilation_rate");
  layer.dilation = dilation ? read_extents(*dilation, axes) : std::vector<std::int64_t>(axes, 1);
  const auto above_one = [](std::int64_t extent) { return extent > 1; };
  if (std::any_of(layer.strides.begin(), layer.strides.end(), above_one) &&
      std::any_of(layer.dilation.begin(), layer.dilation.end(), above_one)) {
    dilation->fail("1 where strides are not 1");
  }
  layer.padding = read_padding(config, layer.kind == LayerKind::Conv1D);
  expect_channels_last(config);
  config.expect("groups", 1);
  config.expect_absent("mask");
  read_weights(config, layer);
}

/// A convolution with a batch normalization that QKeras folds into its weights.
void read_conv_batchnorm(KerasConfig& config, KerasLayer& keras) {
  read_conv(config, keras);
  keras.layer.use_bias = true;  // the offset of the normalization becomes one
  keras.axis = read_axis(config);
  config.ignore({"momentum",
                 "epsilon",
                 "center",
                 "scale",
                 "beta_initializer",
                 "gamma_initializer",
                 "moving_mean_initializer",
                 "moving_variance_initializer",
                 "beta_regularizer",
                 "gamma_regularizer",
                 "beta_constraint",
                 "gamma_constraint",
                 "ema_freeze_delay",
                 "folding_mode",
                 "renorm",
                 "renorm_clipping",
                 "renorm_momentum",
                 "fused",
                 "virtual_batch_size",
                 "adjustment"});
}

void read_recurrent(KerasConfig& config, KerasLayer& keras) {
  Layer& layer = keras.layer;
  layer.size = config.at("units").integer_in(1, kMaxExtent);
  layer.return_sequences = config.flag("return_sequences", false);
  for (const char* key : {"return_state", "go_backwards", "stateful", "time_major"}) config.expect(key, false);
  if (layer.kind == LayerKind::Gru) layer.reset_after = config.at("reset_after").boolean();
  for (const char* key : {"activation", "recurrent_activation"}) config.at(key);  // defaults differ between versions
  read_weights(config, layer);
  read_activation_into(config, "recurrent_activation", layer.recurrent_activation,
                       layer.precision.recurrent_activation);
  if (layer.recurrent_activation.empty()) layer.recurrent_activation = "linear";
  read_quantizer_into(config, "recurrent_quantizer", layer.precision.recurrent_weight);
  read_quantizer_into(config, "state_quantizer", layer.precision.state);
  config.ignore({"recurrent_initializer", "recurrent_regularizer", "recurrent_constraint", "unit_forget_bias",
                 "dropout", "recurrent_dropout", "implementation", "unroll", "zero_output_for_mask", "seed",
                 "use_cudnn"});
}

void read_pooling(KerasConfig& config, KerasLayer& keras) {
  Layer& layer = keras.layer;
  const bool line = layer.kind == LayerKind::MaxPooling1D || layer.kind == LayerKind::AveragePooling1D;
  const std::size_t axes = line ? 1 : 2;
  layer.kernel = read_extents(config.at("pool_size"), axes);
  const auto strides = config.find("strides");
  layer.strides = strides ? read_extents(*strides, axes) : layer.kernel;
  layer.padding = read_padding(config, false);
  expect_channels_last(config);
}

void read_global_pooling(KerasConfig& config, KerasLayer& keras) {
  keras.layer.keep_dims = config.flag("keepdims", false);
  expect_channels_last(config);
}

/// One number for all margins, one for each axis, or a pair for each axis; 1D has one axis and writes the pair bare.
void read_zero_padding(KerasConfig& config, KerasLayer& keras) {
  std::vector<std::int64_t>& margins = keras.layer.margins;
  const std::size_t axes = keras.layer.kind == LayerKind::ZeroPadding1D ? 1 : 2;
  const JsonReader padding = config.at("padding");
  const auto add = [&](const JsonReader& item, std::size_t times) {
    margins.insert(margins.end(), times, item.integer_in(0, kMaxExtent));
  };
  if (!padding.value().is_array()) {
    add(padding, 2 * axes);
  } else if (padding.value().size() != 2) {
    padding.fail("two margins");
  } else {
    for (const JsonReader& item : padding.items()) {
      if (axes == 1 || !item.value().is_array()) {
        add(item, axes);  // 1D: one margin of the pair; 2D: both margins of one axis
      } else {
        if (item.value().size() != 2) item.fail("two margins");
        for (const JsonReader& margin : item.items()) add(margin, 1);
      }
    }
  }
  expect_channels_last(config);
}

void read_flatten(KerasConfig& config, KerasLayer&) { expect_channels_last(config); }

void read_reshape(KerasConfig& config, KerasLayer& keras) {
  const JsonReader target = config.at("target_shape");
  for (const JsonReader& item : target.items()) {
    const std::int64_t extent = item.integer_in(-1, kMaxExtent);
    if (extent == 0) item.fail("a size, or -1");
    keras.layer.target_shape.push_back(extent);
  }
  if (keras.layer.target_shape.empty() ||
      std::count(keras.layer.target_shape.begin(), keras.layer.target_shape.end(), -1) > 1) {
    target.fail("at least one axis, and at most one of -1");
  }
}

void read_batch_normalization(KerasConfig& config, KerasLayer& keras) {
  keras.axis = read_axis(config);
  keras.layer.scale = config.flag("scale", true);
  keras.layer.center = config.flag("center", true);
  config.expect("renorm", false);
  config.expect_absent("virtual_batch_size");
  read_quantizer_into(config, "gamma_quantizer", keras.layer.precision.weight);
  read_quantizer_into(config, "beta_quantizer", keras.layer.precision.bias);
  config.ignore({"momentum", "epsilon", "beta_initializer", "gamma_initializer", "moving_mean_initializer",
                 "moving_variance_initializer", "beta_regularizer", "gamma_regularizer", "beta_constraint",
                 "gamma_constraint", "synchronized", "renorm_clipping", "renorm_momentum", "fused", "mean_quantizer",
                 "variance_quantizer", "inverse_quantizer", "beta_range", "gamma_range"});
}

void read_dropout(KerasConfig& config, KerasLayer&) {
  config.ignore({"rate", "seed", "noise_shape"});
  expect_channels_last(config);
}

void read_activation_layer(KerasConfig& config, KerasLayer& keras) {
  const KerasActivation activation = read_activation(config.at("activation"));
  keras.layer.activation = activation.name;
  keras.layer.precision.activation = activation.quantizer;
}

/// ReLU, LeakyReLU, ...: the class names the activation; slopes and limits are numbers that no size depends on.
void read_activation_class(KerasConfig& config, KerasLayer& keras) {
  keras.layer.activation = activation_of_class(keras.layer.class_name);
  keras.axis = read_axis(config);
  config.ignore({"max_value", "negative_slope", "threshold", "alpha", "theta", "alpha_initializer", "alpha_regularizer",
                 "alpha_constraint"});
  if (const auto shared = config.find("shared_axes")) {
    for (const JsonReader& item : shared->items()) {
      keras.layer.shared_axes.push_back(item.integer_in(1, kMaxExtent));
    }
  }
}

void read_merge(KerasConfig&, KerasLayer&) {}

void read_concatenate(KerasConfig& config, KerasLayer& keras) { keras.axis = read_axis(config); }

constexpr std::array kClasses = {
    KerasClass{"InputLayer", LayerKind::Input, read_input},
    KerasClass{"Dense", LayerKind::Dense, read_dense},
    KerasClass{"QDense", LayerKind::Dense, read_dense},
    KerasClass{"Conv1D", LayerKind::Conv1D, read_conv},
    KerasClass{"QConv1D", LayerKind::Conv1D, read_conv},
    KerasClass{"Conv2D", LayerKind::Conv2D, read_conv},
    KerasClass{"QConv2D", LayerKind::Conv2D, read_conv},
    KerasClass{"QConv2DBatchnorm", LayerKind::Conv2D, read_conv_batchnorm},
    KerasClass{"LSTM", LayerKind::Lstm, read_recurrent},
    KerasClass{"QLSTM", LayerKind::Lstm, read_recurrent},
    KerasClass{"GRU", LayerKind::Gru, read_recurrent},
    KerasClass{"QGRU", LayerKind::Gru, read_recurrent},
    KerasClass{"MaxPooling1D", LayerKind::MaxPooling1D, read_pooling},
    KerasClass{"MaxPooling2D", LayerKind::MaxPooling2D, read_pooling},
    KerasClass{"AveragePooling1D", LayerKind::AveragePooling1D, read_pooling},
    KerasClass{"AveragePooling2D", LayerKind::AveragePooling2D, read_pooling},
    KerasClass{"GlobalMaxPooling1D", LayerKind::GlobalMaxPooling1D, read_global_pooling},
    KerasClass{"GlobalMaxPooling2D", LayerKind::GlobalMaxPooling2D, read_global_pooling},
    KerasClass{"GlobalAveragePooling1D", LayerKind::GlobalAveragePooling1D, read_global_pooling},
    KerasClass{"GlobalAveragePooling2D", LayerKind::GlobalAveragePooling2D, read_global_pooling},
    KerasClass{"ZeroPadding1D", LayerKind::ZeroPadding1D, read_zero_padding},
    KerasClass{"ZeroPadding2D", LayerKind::ZeroPadding2D, read_zero_padding},
    KerasClass{"Flatten", LayerKind::Flatten, read_flatten},
    KerasClass{"Reshape", LayerKind::Reshape, read_reshape},
    KerasClass{"BatchNormalization", LayerKind::BatchNormalization, read_batch_normalization},
    KerasClass{"QBatchNormalization", LayerKind::BatchNormalization, read_batch_normalization},
    KerasClass{"Dropout", LayerKind::Dropout, read_dropout},
    KerasClass{"SpatialDropout1D", LayerKind::Dropout, read_dropout},
    KerasClass{"SpatialDropout2D", LayerKind::Dropout, read_dropout},
    KerasClass{"GaussianDropout", LayerKind::Dropout, read_dropout},
    KerasClass{"AlphaDropout", LayerKind::Dropout, read_dropout},
    KerasClass{"Activation", LayerKind::Activation, read_activation_layer},
    KerasClass{"QActivation", LayerKind::Activation, read_activation_layer},
    KerasClass{"ReLU", LayerKind::Activation, read_activation_class},
    KerasClass{"LeakyReLU", LayerKind::Activation, read_activation_class},
    KerasClass{"ELU", LayerKind::Activation, read_activation_class},
    KerasClass{"PReLU", LayerKind::Activation, read_activation_class},
    KerasClass{"Softmax", LayerKind::Activation, read_activation_class},
    KerasClass{"ThresholdedReLU", LayerKind::Activation, read_activation_class},
    KerasClass{"Add", LayerKind::Add, read_merge},
    KerasClass{"Subtract", LayerKind::Subtract, read_merge},
    KerasClass{"Multiply", LayerKind::Multiply, read_merge},
    KerasClass{"Average", LayerKind::Average, read_merge},
    KerasClass{"Maximum", LayerKind::Maximum, read_merge},
    KerasClass{"Minimum", LayerKind::Minimum, read_merge},
    KerasClass{"Concatenate", LayerKind::Concatenate, read_concatenate},
};

}  // namespace

const KerasClass* find_keras_class(std::string_view name) {
  const auto found = std::find_if(kClasses.begin(), kClasses.end(), [&](const auto& row) { return row.name == name; });
  return found == kClasses.end() ? nullptr : &*found;
}

std::string_view keras_class_name(LayerKind kind) {
  return std::ranges::find(kClasses, kind, &KerasClass::kind)->name;  // QKeras's classes stand behind Keras's
}

JsonReader KerasConfig::at(const std::string& key) {
  known_.insert(key);
  return reader_.at(key);
}

std::optional<JsonReader> KerasConfig::find(const std::string& key) {
  known_.insert(key);
  return reader_.find(key);
}

bool KerasConfig::flag(const std::string& key, bool otherwise) {
  const auto found = find(key);
  return found ? found->boolean() : otherwise;
}

void KerasConfig::ignore(std::initializer_list<std::string_view> keys) { known_.insert(keys.begin(), keys.end()); }

void KerasConfig::expect(const std::string& key, const nlohmann::json& value) {
  const auto found = find(key);
  if (found && found->value() != value) found->fail(value.dump());
}

void KerasConfig::expect_absent(const std::string& key) {
  if (const auto found = find(key)) found->fail("null");
}

void KerasConfig::finish() const {
  for (const auto& [key, value] : reader_.members()) {
    if (known_.count(key) == 0) value.fail("no such key");
  }
}

}  // namespace ntorc::model
