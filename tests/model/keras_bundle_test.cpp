// What real Keras, of several versions, says of its own models: names, shapes, weights, multiplications.
// tests/data/keras/
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "fixtures.hpp"
#include "ntorc/model/read_keras.hpp"

namespace ntorc::model {
namespace {

std::vector<std::filesystem::path> bundles() {
  std::vector<std::filesystem::path> files;
  const char* elsewhere = std::getenv("NTORC_KERAS_BUNDLES");  // another folder of tests/data/make_keras_fixtures.py
  const std::filesystem::path folder = elsewhere != nullptr ? elsewhere : test::data_dir() / "keras";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().filename().string().starts_with("keras-") && entry.path().extension() == ".json") {
      files.push_back(entry.path());
    }
  }
  return files;
}

/// Keras 3 hides the input layer of a Sequential; a Network never does.
void expect_like_keras(const Network& network, const nlohmann::json& rows) {
  const bool hidden = network.layers.size() == rows.size() + 1;
  ASSERT_EQ(network.layers.size(), rows.size() + (hidden ? 1U : 0U));
  Shape before = network.layers.front().input_shape;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Layer& layer = network.layers[i + (hidden ? 1U : 0U)];
    SCOPED_TRACE(layer.name);
    EXPECT_EQ(layer.name, rows[i][0].get<std::string>());
    EXPECT_EQ(layer.input_shape, before);
    EXPECT_EQ(layer.output_shape, rows[i][1].get<Shape>());
    EXPECT_EQ(parameters(layer), rows[i][2].get<std::int64_t>());
    EXPECT_EQ(multiplications(layer), rows[i][3].get<std::int64_t>());
    before = layer.output_shape;
  }
}

TEST(KerasBundles, AgreeWithKerasOnShapesParametersAndMultiplications) {
  const auto files = bundles();
  ASSERT_FALSE(files.empty());
  for (const auto& file : files) {
    const nlohmann::json bundle = nlohmann::json::parse(test::read_all(file));
    for (const auto& [name, model] : bundle.at("models").items()) {
      SCOPED_TRACE(file.filename().string() + " " + name);
      try {
        expect_like_keras(read_keras_json(model.at("document").dump(), name), model.at("layers"));
      } catch (const std::exception& error) {
        ADD_FAILURE() << error.what();
      }
    }
  }
}

}  // namespace
}  // namespace ntorc::model
