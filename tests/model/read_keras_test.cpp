#include "ntorc/model/read_keras.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <zip.h>

#include <thread>

#include "fixtures.hpp"
#include "model/keras_json.hpp"
#include "ntorc/error.hpp"

namespace ntorc::model {
namespace {

using ntorc::test::data_dir;
using ntorc::test::message_of;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> names(const Network& network) {
  std::vector<std::string> found;
  for (const Layer& layer : network.layers) found.push_back(layer.name);
  return found;
}

std::filesystem::path zip_of(const std::filesystem::path& file, const std::string& name, const std::string& bytes) {
  int code = 0;
  zip_t* archive = zip_open(file.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  zip_file_add(archive, name.c_str(), zip_source_buffer(archive, bytes.data(), bytes.size(), 0), ZIP_FL_OVERWRITE);
  zip_close(archive);
  return file;
}

struct Container {
  const char* file;
  FileFormat format;
  const char* version;
};

TEST(ReadKeras, FindsTheSameNetworkInEveryContainer) {
  const Container containers[] = {
      {"small-2.json", FileFormat::KerasJson, "2.21.0"}, {"small-2.keras", FileFormat::KerasZip, "2.21.0"},
      {"small-2.h5", FileFormat::KerasHdf5, "2.21.0"},   {"small-2.3.h5", FileFormat::KerasHdf5, "2.3.1"},
      {"small-3.json", FileFormat::KerasJson, ""},       {"small-3.keras", FileFormat::KerasZip, "3.15.1"},
      {"small-3.h5", FileFormat::KerasHdf5, "3.15.1"},
  };
  for (const Container& container : containers) {
    SCOPED_TRACE(container.file);
    const auto file = data_dir() / "keras" / container.file;
    const Network network = read_keras(file);
    EXPECT_EQ(network.name, "small");
    EXPECT_EQ(network.format, container.format);
    EXPECT_EQ(network.keras_version, container.version);
    EXPECT_EQ(network.source, file);
    EXPECT_THAT(names(network), ElementsAre("signal", "conv", "lstm", "out"));
    EXPECT_THAT(network.layers[1].input_shape, ElementsAre(8, 2));
    EXPECT_THAT(network.layers[1].output_shape, ElementsAre(6, 2));
    EXPECT_EQ(network.layers[1].activation, "relu");
    EXPECT_EQ(network.layers[2].recurrent_activation, "sigmoid");
    EXPECT_THAT(network.layers[3].output_shape, ElementsAre(1));
  }
}

TEST(ReadKeras, LooksAtTheBytesAndNotAtTheName) {
  const ntorc::test::TemporaryDir dir;
  const auto file = dir.file("net.json", ntorc::test::read_all(data_dir() / "keras" / "small-3.h5"));
  EXPECT_EQ(read_keras(file).format, FileFormat::KerasHdf5);
}

TEST(ReadKeras, TakesJsonFromAPipe) {
  const ntorc::test::TemporaryDir dir;
  const auto pipe = dir.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const auto through = [&](const char* fixture) {
    std::thread writer([&] { dir.file("pipe", ntorc::test::read_all(data_dir() / "keras" / fixture)); });
    try {
      const Network network = read_keras(pipe);
      writer.join();
      return network.name;
    } catch (const ParseError& error) {
      writer.join();
      return std::string(error.what());
    }
  };
  EXPECT_EQ(through("small-3.json"), "small");
  EXPECT_THAT(through("small-3.h5"), HasSubstr("pipe: expected JSON, found a .keras or .h5 file: give its path"));
}

TEST(ReadKeras, ReadsTheExampleNetwork) {
  for (const char* file : {"dropbear_like.json", "dropbear_like.h5", "dropbear_like.keras"}) {
    SCOPED_TRACE(file);
    const Network network = read_keras(ntorc::test::examples_dir() / file);
    EXPECT_EQ(network.name, "dropbear_like");
    EXPECT_THAT(names(network), ElementsAre("acceleration", "conv_1", "pool_1", "conv_2", "pool_2", "conv_3", "pool_3",
                                            "lstm", "dense_1", "dense_2", "position"));
    EXPECT_THAT(network.layers[7].input_shape, ElementsAre(16, 32));
    std::int64_t weights = 0;
    for (const Layer& layer : network.layers) weights += parameters(layer);
    EXPECT_EQ(weights, 6641);
  }
}

/// The fenced JSON of docs/formats/keras.md.
TEST(ReadKeras, ReadsTheExampleOfItsPage) {
  const std::string page = ntorc::test::read_all(data_dir() / "../../docs/formats/keras.md");
  const std::size_t begin = page.find("```json\n") + 8;
  const Network network = read_keras_json(page.substr(begin, page.find("```", begin) - begin), "page");
  EXPECT_THAT(names(network), ElementsAre("position_input", "position"));
}

TEST(ReadKeras, ReadsTheNetworksOfNtorc) {
  NTORC_SKIP_WITHOUT_SHARED("networks");
  int read = 0;
  for (const auto& entry : std::filesystem::directory_iterator(ntorc::test::shared_dir() / "networks")) {
    if (entry.path().extension() != ".json") continue;
    SCOPED_TRACE(entry.path());
    const Network network = read_keras(entry.path());
    EXPECT_THAT(network.layers.back().output_shape, ElementsAre(1));
    ++read;
  }
  EXPECT_EQ(read, 10);

  const Network network = read_keras(ntorc::test::shared_dir() / "networks/three_lstm_model.json");
  EXPECT_THAT(names(network), ElementsAre("lstm_input", "lstm", "lstm_1", "lstm_2", "dense"));
  EXPECT_EQ(parameters(network.layers[1]), 4 * 15 * (16 + 15 + 1));
}

TEST(ReadKeras, SaysThatAFileOfWeightsHasNoArchitecture) {
  NTORC_SKIP_WITHOUT_SHARED("networks/three_lstm_model.h5");
  EXPECT_THAT(
      message_of<ParseError>([] { read_keras(ntorc::test::shared_dir() / "networks/three_lstm_model.h5"); }),
      HasSubstr("expected an attribute \"model_config\", found none: a file of weights alone has no architecture"));
}

TEST(ReadKeras, ReadsAnArchiveWithoutMetadata) {
  const ntorc::test::TemporaryDir dir;
  const std::string json = ntorc::test::read_all(data_dir() / "keras" / "small-3.json");
  EXPECT_EQ(read_keras(zip_of(dir.path() / "a.keras", "config.json", json)).keras_version, "");
}

TEST(ReadKeras, RefusesBrokenArchives) {
  const ntorc::test::TemporaryDir dir;
  const std::string bytes = ntorc::test::read_all(data_dir() / "keras" / "small-3.keras");
  EXPECT_THAT(message_of<ParseError>([&] { read_keras(dir.file("cut.keras", bytes.substr(0, bytes.size() / 2))); }),
              HasSubstr("cut.keras: expected a .keras archive, found a zip file that cannot be opened"));
  EXPECT_THAT(message_of<ParseError>([&] { read_keras(zip_of(dir.path() / "a.zip", "readme.txt", "hello")); }),
              HasSubstr("a.zip: expected config.json in the archive, found none"));
  const std::string zeros(std::size_t{65} << 20, '0');
  EXPECT_THAT(message_of<ParseError>([&] { read_keras(zip_of(dir.path() / "bomb.zip", "config.json", zeros)); }),
              HasSubstr("bomb.zip: config.json: expected at most 67108864 bytes, found more"));
  EXPECT_THAT(message_of<ParseError>([&] { read_keras(zip_of(dir.path() / "a.zip", "config.json", "{")); }),
              HasSubstr("a.zip: line 1, byte 2: expected JSON, found the end of the file"));
}

TEST(ReadKeras, RefusesWhatIsNoNetwork) {
  const ntorc::test::TemporaryDir dir;
  EXPECT_THROW(read_keras(dir.path() / "none.json"), FileError);
  EXPECT_THROW(read_keras(dir.path()), FileError);
  EXPECT_THAT(message_of<ParseError>([&] { read_keras(dir.file("empty", "")); }), HasSubstr("found an empty file"));
  EXPECT_THAT(message_of<ParseError>([&] { read_keras(dir.file("short.h5", "\x89HDF\r\n\x1a\n")); }),
              HasSubstr("short.h5: expected an HDF5 file, found one that cannot be opened"));
}

TEST(ReadKerasJson, BeginsWithTheInputOfTheFirstLayer) {
  const Network network = read_keras_json(
      test::sequential({test::layer("Dense", "d", {{"units", 2}, {"batch_input_shape", {nullptr, 5}}})}), "n");
  EXPECT_THAT(names(network), ElementsAre("d_input", "d"));
  EXPECT_EQ(network.layers[0].kind, LayerKind::Input);
  EXPECT_THAT(network.layers[0].output_shape, ElementsAre(5));
  EXPECT_EQ(network.source, "n");
}

TEST(ReadKerasJson, ReadsTheBareListOfKeras1) {
  const test::json document = {
      {"class_name", "Sequential"},
      {"config", {test::layer("Dense", "d", {{"units", 2}, {"batch_input_shape", {nullptr, 5}}})}}};
  const Network network = read_keras_json(document.dump(), "n");
  EXPECT_EQ(network.name, "");
  EXPECT_THAT(network.layers.back().output_shape, ElementsAre(2));
}

TEST(ReadKerasJson, KeepsWhatQKerasAsksFor) {
  const auto bundle = nlohmann::json::parse(ntorc::test::read_all(data_dir() / "keras" / "keras-2.10-qkeras.json"));
  const Network network = read_keras_json(bundle["models"]["qconv1d"]["document"].dump(), "q");
  ASSERT_EQ(network.layers.size(), 10U);
  const Layer& conv = network.layers[1];
  EXPECT_EQ(conv.class_name, "QConv1D");
  EXPECT_EQ(conv.kind, LayerKind::Conv1D);
  EXPECT_EQ(conv.precision.weight,
            "quantized_bits(alpha=1.0, bits=4, integer=0, keep_negative=True, qnoise_factor=1.0, symmetric=1, "
            "use_stochastic_rounding=False)");
  const Layer& relu = network.layers[3];
  EXPECT_EQ(relu.activation, "relu");
  EXPECT_EQ(relu.precision.activation, "quantized_relu(6,2)");
  const Layer& lstm = network.layers[4];
  EXPECT_EQ(lstm.activation, "tanh");
  EXPECT_THAT(lstm.precision.activation, HasSubstr("quantized_tanh(bits=6"));
  EXPECT_EQ(lstm.recurrent_activation, "sigmoid");
  EXPECT_THAT(lstm.precision.recurrent_activation, HasSubstr("quantized_sigmoid(bits=6"));
  EXPECT_THAT(lstm.precision.recurrent_weight, HasSubstr("quantized_bits(alpha=1.0, bits=4"));
  EXPECT_EQ(network.layers[9].activation, "linear");
}

TEST(ReadKerasJson, FoldsTheNormalizationOfAQConv2DBatchnormIntoABias) {
  const Network network = read_keras_json(
      test::sequential({test::input({4, 4, 2}), test::layer("QConv2DBatchnorm", "c",
                                                            {{"filters", 3},
                                                             {"kernel_size", {3, 3}},
                                                             {"use_bias", false},
                                                             {"axis", {3}},
                                                             {"kernel_quantizer", "quantized_bits(4,0,1)"},
                                                             {"folding_mode", "ema_stats_folding"}})}),
      "n");
  EXPECT_EQ(parameters(network.layers[1]), 3 * 3 * 2 * 3 + 3);
  EXPECT_EQ(network.layers[1].precision.weight, "quantized_bits(4,0,1)");
}

TEST(ReadKerasJson, ReadsActivationsInEverySpelling) {
  const auto activation_of = [](test::json activation) {
    return read_keras_json(test::sequential({test::input({4}),
                                             test::layer("Dense", "d", {{"units", 2}, {"activation", activation}})}),
                           "n")
        .layers[1]
        .activation;
  };
  EXPECT_EQ(activation_of("relu6"), "relu6");
  EXPECT_EQ(activation_of(nullptr), "linear");
  EXPECT_EQ(activation_of({{"class_name", "function"}, {"config", "relu6"}, {"module", "builtins"}}), "relu6");
  EXPECT_EQ(activation_of({{"class_name", "LeakyReLU"}, {"config", {{"alpha", 0.1}}}}), "leaky_relu");
}

TEST(ReadKerasJson, ChainsTheLayersOfASequential) {
  const Network network = read_keras_json(
      test::sequential({test::input({6}), test::layer("Flatten", "a"), test::layer("Dense", "b", {{"units", 2}})}),
      "n");
  EXPECT_THAT(network.layers[0].inputs, ElementsAre());
  EXPECT_THAT(network.layers[1].inputs, ElementsAre(0));
  EXPECT_THAT(network.layers[2].inputs, ElementsAre(1));
  EXPECT_THAT(network.outputs, ElementsAre(2));
}

/// Two inputs; (8, 3) and (8, 3) are added, the sum and the first joined along either axis.
TEST(ReadKerasJson, ReadsBranches) {
  for (const auto& place : {test::after, test::after3}) {
    const auto at = [&](const char* class_name, const char* name, const std::vector<std::string>& sources,
                        test::json config = test::json::object()) {
      return place(test::layer(class_name, name, std::move(config)), sources);
    };
    const Network network = read_keras_json(
        test::functional(
            {place(test::input({8, 3}, "x"), {}), at("Add", "sum", {"y", "x"}), at("Concatenate", "wide", {"sum", "x"}),
             at("Concatenate", "long", {"sum", "x"}, {{"axis", -2}}), place(test::input({8, 3}, "y"), {})},
            {{"x", 0, 0}, {"y", 0, 0}}, {{"long", 0, 0}, {"wide", 0, 0}, {"sum", 0, 0}}),
        "n");
    EXPECT_THAT(names(network), ElementsAre("x", "y", "sum", "wide", "long"));
    const Layer& sum = network.layers[2];
    EXPECT_EQ(sum.kind, LayerKind::Add);
    EXPECT_THAT(sum.inputs, ElementsAre(1, 0)) << "in the order of the call";
    EXPECT_THAT(sum.second_input_shape, ElementsAre(8, 3));
    EXPECT_THAT(sum.output_shape, ElementsAre(8, 3));
    EXPECT_EQ(parameters(sum), 0);
    EXPECT_EQ(multiplications(sum), 0);
    EXPECT_EQ(network.layers[3].axis, 2);
    EXPECT_THAT(network.layers[3].output_shape, ElementsAre(8, 6));
    EXPECT_EQ(network.layers[4].axis, 1);
    EXPECT_THAT(network.layers[4].output_shape, ElementsAre(16, 3));
    EXPECT_THAT(network.outputs, ElementsAre(4, 3, 2));
  }
}

TEST(ReadKerasJson, TakesOneTensorTwice) {
  for (const auto& place : {test::after, test::after3}) {
    const Network network = read_keras_json(
        test::functional({place(test::input({4}), {}), place(test::layer("Multiply", "square"), {"in", "in"})},
                         {{"in", 0, 0}}, {{"square", 0, 0}}),
        "n");
    EXPECT_THAT(network.layers[1].inputs, ElementsAre(0, 0));
  }
}

TEST(ReadKerasJson, OrdersAFunctionalChainHoweverItsLayersAreListed) {
  for (const auto& place : {test::after, test::after3}) {
    const Network network = read_keras_json(
        test::functional({place(test::layer("Dense", "last", {{"units", 1}}), {"first"}),
                          place(test::layer("Dense", "first", {{"units", 3}}), {"in"}), place(test::input({4}), {})},
                         {{"in", 0, 0}}, {"last", 0, 0}),
        "n");
    EXPECT_THAT(names(network), ElementsAre("in", "first", "last"));
  }
}

}  // namespace
}  // namespace ntorc::model
