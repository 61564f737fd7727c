// Every refusal of the Keras reader: one line that names the file, the layer and what was found.
#include <gtest/gtest.h>

#include "fixtures.hpp"
#include "model/keras_json.hpp"
#include "ntorc/error.hpp"
#include "ntorc/model/read_keras.hpp"

namespace ntorc::model {
namespace {

using test::after;
using test::after3;
using test::functional;
using test::input;
using test::json;
using test::layer;
using test::sequential;

std::string refusal(const std::string& document) {
  return ntorc::test::message_of<ParseError>([&] { read_keras_json(document, "n.json"); });
}

/// The refusal of one layer "x" behind an input of `shape`, without the words that open it.
std::string refusal_of(const std::string& class_name, const std::vector<int>& shape, const json& config) {
  const std::string message = refusal(sequential({input(shape), layer(class_name, "x", config)}));
  const std::string opening = "n.json: layer \"x\" (" + class_name + "): ";
  EXPECT_EQ(message.substr(0, opening.size()), opening);
  return message.substr(std::min(opening.size(), message.size()));
}

/// `config` with one more setting.
json with(json config, const std::string& key, const json& value) {
  config[key] = value;
  return config;
}

const json kConv1D = {{"filters", 2}, {"kernel_size", {3}}};
const json kConv2D = {{"filters", 2}, {"kernel_size", {3, 3}}};
const json kLstm = {{"units", 2}, {"activation", "tanh"}, {"recurrent_activation", "sigmoid"}};

TEST(KerasRefusals, OfClasses) {
  EXPECT_EQ(refusal_of("Conv3D", {4}, {}), "expected a layer class that ntorc knows, found another");
  EXPECT_EQ(refusal_of("Bidirectional", {4}, {}), "expected a layer class that ntorc knows, found another");
  EXPECT_EQ(refusal_of("Sequential", {4}, {}),
            "expected a layer class that ntorc knows, found a model within the model");
  json custom = layer("Dense", "x", {{"units", 2}});
  custom["module"] = "my.layers";
  EXPECT_EQ(refusal(sequential({input({4}), custom})),
            "n.json: layer \"x\" (Dense): /module: expected a module of Keras or QKeras, got \"my.layers\"");
  custom["module"] = "keras.layers";
  custom["secret"] = 1;
  EXPECT_EQ(refusal(sequential({input({4}), custom})), "n.json: layer \"x\" (Dense): /secret: unknown key");
}

TEST(KerasRefusals, OfSettingsThatChangeTheMeaning) {
  EXPECT_EQ(refusal_of("Conv1D", {9, 2}, with(kConv1D, "groups", 2)), "/config/groups: expected 1, got 2");
  EXPECT_EQ(refusal_of("Conv2D", {9, 9, 2}, with(kConv2D, "data_format", "channels_first")),
            "/config/data_format: expected \"channels_last\", got \"channels_first\"");
  EXPECT_EQ(refusal_of("Conv2D", {9, 9, 2}, with(kConv2D, "padding", "causal")),
            "/config/padding: expected valid or same, got \"causal\"");
  EXPECT_EQ(refusal_of("Conv2D", {9, 9, 2}, with(with(kConv2D, "strides", 2), "dilation_rate", {1, 2})),
            "/config/dilation_rate: expected 1 where strides are not 1, got [1,2]");
  for (const char* key : {"return_state", "go_backwards", "stateful", "time_major"}) {
    EXPECT_EQ(refusal_of("LSTM", {9, 2}, with(kLstm, key, true)),
              std::string("/config/") + key + ": expected false, got true");
  }
  EXPECT_EQ(refusal_of("GRU", {9, 2}, kLstm), "/config: expected a key \"reset_after\", found none");
  EXPECT_EQ(refusal_of("LSTM", {9, 2}, {{"units", 2}}), "/config: expected a key \"activation\", found none");
  EXPECT_EQ(refusal_of("Dense", {4}, {{"units", 2}, {"lora_rank", 4}}),
            "/config/lora_rank: expected no such key, got 4");
  EXPECT_EQ(refusal_of("Dense", {4}, {{"units", 2}, {"activation", "glu"}}),
            "/config/activation: expected an activation that ntorc knows, got \"glu\"");
  EXPECT_EQ(refusal_of("Dense", {4}, {{"units", 2}, {"activation", {{"class_name", "PReLU"}, {"config", {}}}}}),
            "/config/activation/class_name: expected an activation that ntorc knows, got \"PReLU\"");
  EXPECT_EQ(refusal_of("QDense", {4}, {{"units", 2}, {"kernel_quantizer", "a\nb"}}),
            "/config/kernel_quantizer: expected a quantizer in printable characters, got \"a\\nb\"");
  EXPECT_EQ(refusal_of("BatchNormalization", {4, 5}, {{"axis", 1}}), "expected axis -1 or 2, the last one, got 1");
  EXPECT_EQ(refusal_of("BatchNormalization", {4}, {{"renorm", true}}), "/config/renorm: expected false, got true");
  EXPECT_EQ(refusal_of("Softmax", {4, 5}, {{"axis", {1, 2}}}),
            "/config/axis: expected one integer in -2147483647..2147483647, got [1,2]");
}

TEST(KerasRefusals, OfSizes) {
  EXPECT_EQ(refusal_of("Dense", {4}, {{"units", 0}}), "/config/units: expected one integer in 1..2147483647, got 0");
  EXPECT_EQ(refusal_of("Dense", {4}, {{"units", -3}}), "/config/units: expected one integer in 1..2147483647, got -3");
  EXPECT_EQ(refusal_of("Dense", {4}, json::object()), "/config: expected a key \"units\", found none");
  EXPECT_EQ(refusal_of("Conv1D", {9, 2}, with(kConv1D, "kernel_size", {3, 3})),
            "/config/kernel_size: expected one integer, got [3,3]");
  EXPECT_EQ(refusal_of("Conv2D", {9, 9, 2}, with(kConv2D, "kernel_size", {3})),
            "/config/kernel_size: expected 2 integers, got [3]");
  EXPECT_EQ(refusal_of("MaxPooling1D", {9, 2}, {{"pool_size", 0}}),
            "/config/pool_size: expected one integer in 1..2147483647, got 0");
  EXPECT_EQ(refusal_of("ZeroPadding1D", {9, 2}, {{"padding", {1, -1}}}),
            "/config/padding/1: expected one integer in 0..2147483647, got -1");
  EXPECT_EQ(refusal_of("ZeroPadding2D", {9, 9, 2}, {{"padding", {{1, 1}, {1}}}}),
            "/config/padding/1: expected two margins, got [1]");
  EXPECT_EQ(refusal_of("Reshape", {6}, {{"target_shape", {0, 6}}}),
            "/config/target_shape/0: expected a size, or -1, got 0");
  EXPECT_EQ(refusal_of("Reshape", {6}, {{"target_shape", {-1, -1}}}),
            "/config/target_shape: expected at least one axis, and at most one of -1, got [-1,-1]");
}

TEST(KerasRefusals, OfShapesThatDoNotFit) {
  EXPECT_EQ(refusal_of("Conv1D", {2, 1}, kConv1D), "expected a window that fits its input, got 3 over 2 steps");
  EXPECT_EQ(refusal_of("Conv1D", {4, 1}, with(kConv1D, "dilation_rate", 2)),
            "expected a window that fits its input, got 5 over 4 steps");
  EXPECT_EQ(refusal_of("MaxPooling2D", {4, 2, 1}, {{"pool_size", {2, 3}}}),
            "expected a window that fits its input, got 3 over 2 steps");
  EXPECT_EQ(refusal_of("Conv1D", {9}, kConv1D), "expected an input of 2 axes (steps, channels), got (9)");
  EXPECT_EQ(refusal_of("LSTM", {9}, kLstm), "expected an input of 2 axes (steps, features), got (9)");
  EXPECT_EQ(refusal_of("Conv2D", {9, 2}, kConv2D), "expected an input of 3 axes (rows, columns, channels), got (9, 2)");
  EXPECT_EQ(refusal_of("Reshape", {6}, {{"target_shape", {4, -1}}}),
            "expected a target of the 6 values of (6), got (4, -1)");
  EXPECT_EQ(refusal_of("PReLU", {6}, {{"shared_axes", {2}}}), "expected shared axes in 1..1 of an input (6), got 2");
  EXPECT_EQ(refusal_of("Dense", {4}, {{"units", 2}, {"batch_input_shape", {nullptr, 5}}}),
            "expected the input (5) that the file gives it, got (4)");
  EXPECT_EQ(refusal_of("Dense", {2147483647, 2147483647, 2}, {{"units", 4}}),
            "expected sizes whose product fits 64 bits");
}

TEST(KerasRefusals, OfInputs) {
  EXPECT_EQ(refusal(sequential({})), "n.json: expected at least one layer, found none");
  EXPECT_EQ(refusal(sequential({input({4})})),
            "n.json: layer \"in\" (InputLayer): expected a layer behind it, found none");
  EXPECT_EQ(refusal(sequential({layer("Dense", "d", {{"units", 1}})})),
            "n.json: layer \"d\" (Dense): expected an input layer or \"batch_input_shape\" before it, found neither");
  EXPECT_EQ(refusal(sequential({layer("InputLayer", "in"), layer("Flatten", "f")})),
            "n.json: layer \"in\" (InputLayer): expected \"batch_input_shape\" or \"batch_shape\", found neither");
  EXPECT_EQ(
      refusal(sequential({layer("InputLayer", "in", {{"batch_shape", {nullptr, nullptr, 3}}}), layer("Flatten", "f")})),
      "n.json: layer \"in\" (InputLayer): /config/batch_shape/1: expected one integer in 1..2147483647, got null");
  EXPECT_EQ(
      refusal(sequential({layer("InputLayer", "in", {{"batch_shape", {nullptr}}}), layer("Flatten", "f")})),
      "n.json: layer \"in\" (InputLayer): /config/batch_shape: expected a batch and at least one axis, got [null]");
  json second = input({4});
  second["config"]["name"] = "again";
  EXPECT_EQ(refusal(sequential({input({4}), second})),
            "n.json: layer \"again\" (InputLayer): expected one input layer in front, found another");
}

TEST(KerasRefusals, OfNames) {
  const json flatten = layer("Flatten", "f");
  EXPECT_EQ(refusal(sequential({input({4}), flatten, flatten})),
            "n.json: layer \"f\" (Flatten): expected a name of its own, found a second such layer");
  EXPECT_EQ(
      refusal(sequential({input({4}), layer("Flatten", "a\nb")})),
      "n.json: layer \"a\\nb\" (Flatten): /config/name: expected a name without control characters, got \"a\\nb\"");
}

TEST(KerasRefusals, OfDocuments) {
  EXPECT_EQ(refusal("[]"), "n.json: /: expected an object, got []");
  EXPECT_EQ(refusal("{}"), "n.json: /: expected a key \"class_name\", found none");
  EXPECT_EQ(refusal(R"({"class_name":"Dense","config":{}})"),
            "n.json: /class_name: expected Sequential, Functional or Model, got \"Dense\"");
  EXPECT_EQ(refusal(R"({"class_name":"Sequential","config":{"name":"n","layers":[]},"extra":1})"),
            "n.json: /extra: unknown key");
  EXPECT_EQ(refusal(std::string(100'000, '[')), "n.json: expected JSON nested at most 200 deep, found deeper");
}

/// Graphs are the same to the reader whichever Keras wrote them.
class GraphRefusals : public testing::TestWithParam<json (*)(json, const std::vector<std::string>&)> {
 protected:
  json from(const std::string& name, const std::vector<std::string>& sources, const std::string& class_name = "Flatten",
            const json& config = json::object()) const {
    return GetParam()(layer(class_name, name, config), sources);
  }
  json in(const std::vector<int>& shape = {4}, const std::string& name = "in") const {
    return GetParam()(input(shape, name), {});
  }
  static std::string of(std::vector<json> layers, const std::string& last = "b") {
    return refusal(functional(std::move(layers), {{"in", 0, 0}}, {{last, 0, 0}}));
  }
};

TEST_P(GraphRefusals, OfTheWrongNumberOfInputs) {
  EXPECT_EQ(of({in(), from("a", {"in"}), from("b", {"in", "a"})}),
            "n.json: layer \"b\" (Flatten): expected one input, found 2");
  EXPECT_EQ(of({in(), from("b", {"in"}, "Add")}),
            "n.json: layer \"b\" (Add): expected two inputs, as hls4ml merges no other number, found 1");
  EXPECT_EQ(of({in(), from("b", {"in", "in", "in"}, "Concatenate")}),
            "n.json: layer \"b\" (Concatenate): expected two inputs, as hls4ml merges no other number, found 3");
}

TEST_P(GraphRefusals, OfShapesThatDoNotMerge) {
  const std::vector<json> layers = {in({4, 3}), from("a", {"in"}, "MaxPooling1D", {{"pool_size", 2}})};
  const auto merged = [&](const std::string& class_name, const json& config = json::object()) {
    std::vector<json> all = layers;
    all.push_back(from("b", {"in", "a"}, class_name, config));
    return of(all);
  };
  EXPECT_EQ(merged("Multiply"),
            "n.json: layer \"b\" (Multiply): expected two inputs of one shape, got (4, 3) and (2, 3)");
  EXPECT_EQ(merged("Concatenate"),
            "n.json: layer \"b\" (Concatenate): expected two inputs that differ along axis 2 alone, got (4, 3) and "
            "(2, 3)");
  EXPECT_EQ(merged("Concatenate", {{"axis", 3}}),
            "n.json: layer \"b\" (Concatenate): expected an axis in 1..2 of an input (4, 3), got 3");
  EXPECT_EQ(merged("Concatenate", {{"axis", 0}}),
            "n.json: layer \"b\" (Concatenate): expected an axis in 1..2 of an input (4, 3), got 0");
}

TEST_P(GraphRefusals, OfLayersApart) {
  const std::string apart = "expected a layer between the inputs and the outputs, found it apart";
  EXPECT_EQ(of({in(), from("b", {"in"}), from("c", {"b"})}), "n.json: layer \"c\" (Flatten): " + apart);
  EXPECT_EQ(
      refusal(functional({in(), in({4}, "other"), from("b", {"in"})}, {{"in", 0, 0}, {"other", 0, 0}}, {{"b", 0, 0}})),
      "n.json: layer \"other\" (InputLayer): " + apart);
  EXPECT_EQ(of({in(), in({4}, "other"), from("b", {"in"})}),
            "n.json: layer \"other\" (InputLayer): expected it among the input_layers, found it not");
  EXPECT_EQ(refusal(functional({in(), from("b", {"in"})}, {{"in", 0, 0}, {"b", 0, 0}}, {{"b", 0, 0}})),
            "n.json: layer \"b\" (Flatten): expected an input layer among the input_layers, found another");
  EXPECT_EQ(of({in(), from("b", {"in"})}, "in"),
            "n.json: layer \"in\" (InputLayer): expected a layer between input and output, found none");
  EXPECT_EQ(of({in(), from("b", {})}), "n.json: layer \"b\" (Flatten): expected an input, found none");
}

TEST_P(GraphRefusals, OfCycles) {
  const std::string cycle = "expected inputs that do not depend on its output, found a cycle";
  EXPECT_EQ(of({in(), from("b", {"in"}), from("c", {"d"}), from("d", {"c"})}),
            "n.json: layer \"c\" (Flatten): " + cycle);
  EXPECT_EQ(of({in(), from("b", {"b"})}), "n.json: layer \"b\" (Flatten): " + cycle);
  // "a" waits for the cycle, but does not stand on it.
  EXPECT_EQ(of({in(), from("a", {"c"}), from("c", {"in", "d"}, "Add"), from("d", {"c"}), from("b", {"a"})}),
            "n.json: layer \"c\" (Add): " + cycle);
}

TEST_P(GraphRefusals, OfNamesThatAreNotThereOrTwice) {
  EXPECT_EQ(of({in(), from("b", {"nobody"})}),
            "n.json: layer \"b\" (Flatten): expected a layer of the model, found \"nobody\"");
  EXPECT_EQ(of({in(), from("b", {"in"})}, "c"), "n.json: output_layers: expected a layer of the model, found \"c\"");
  EXPECT_EQ(of({in(), from("b", {"in"}), from("b", {"in"})}),
            "n.json: layer \"b\" (Flatten): expected a name of its own, found a second such layer");
}

TEST_P(GraphRefusals, OfSharedLayers) {
  json shared = from("a", {"in"});
  shared["inbound_nodes"].push_back(shared["inbound_nodes"][0]);
  EXPECT_EQ(of({in(), shared, from("b", {"a"})}),
            "n.json: layer \"a\" (Flatten): expected one use of the layer, found 2: ntorc shares no weights");
}

TEST_P(GraphRefusals, OfInputsAndOutputs) {
  const std::vector<json> layers = {in(), from("b", {"in"})};
  EXPECT_EQ(refusal(functional(layers, {{"in", 0, 0}, {"in", 0, 0}}, {{"b", 0, 0}})),
            "n.json: /config/input_layers/1: expected each layer once, got [\"in\",0,0]");
  EXPECT_EQ(refusal(functional(layers, {{"in", 0, 0}}, json::array())),
            "n.json: /config/output_layers: expected at least one layer, got []");
  EXPECT_EQ(refusal(functional(layers, {{"in", 0, 0}}, {{"b", 0, 1}})),
            "n.json: /config/output_layers/0/2: expected 0, as a layer is used once and has one output, got 1");
}

TEST_P(GraphRefusals, OfModelsWithinTheModel) {
  EXPECT_EQ(
      of({in(), from("b", {"in"}, "Functional")}),
      "n.json: layer \"b\" (Functional): expected a layer class that ntorc knows, found a model within the model");
}

INSTANTIATE_TEST_SUITE_P(Keras, GraphRefusals, testing::Values(&after, &after3),
                         [](const auto& values) { return values.index == 0 ? "2" : "3"; });

TEST(KerasRefusals, OfOperations) {
  json sum = after3(layer("Add", "sum"), {"in", "in"});
  sum["module"] = "keras.src.ops.numpy";
  EXPECT_EQ(refusal(functional({after3(input({4}), {}), sum}, {{"in", 0, 0}}, {{"sum", 0, 0}})),
            "n.json: layer \"sum\" (Add): /module: expected a layer, not an operation such as a + b, got "
            "\"keras.src.ops.numpy\"");
}

TEST(KerasRefusals, OfCallsWithArguments) {
  json b = after(layer("Dropout", "b"), {"in"});
  b["inbound_nodes"][0][0][3] = {{"training", true}};
  EXPECT_EQ(refusal(functional({after(input({4}), {}), b}, {{"in", 0, 0}}, {{"b", 0, 0}})),
            "n.json: layer \"b\" (Dropout): /0/3/training: expected no such argument of a layer, got true");
}

}  // namespace
}  // namespace ntorc::model
