// model/keras_config.hpp - the "config" of a Keras layer, and how each layer class reads its own.
#pragma once

#include <initializer_list>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "model/keras_layer.hpp"
#include "support/json_reader.hpp"

namespace ntorc::model {

inline constexpr std::int64_t kMaxExtent = std::numeric_limits<std::int32_t>::max();  ///< of any size in a file

/// A layer's "config" that remembers which keys were asked for: what remains was not understood.
class KerasConfig {
 public:
  explicit KerasConfig(const support::JsonReader& reader) : reader_(reader) {}

  support::JsonReader at(const std::string& key);
  std::optional<support::JsonReader> find(const std::string& key);  ///< absent and null are the same
  bool flag(const std::string& key, bool otherwise);

  /// Keys that change neither shapes nor sizes.
  void ignore(std::initializer_list<std::string_view> keys);

  void expect(const std::string& key, const nlohmann::json& value);  ///< this value, or absent
  void expect_absent(const std::string& key);

  /// @throws ParseError  naming the first key that nobody asked for.
  void finish() const;

 private:
  support::JsonReader reader_;
  std::set<std::string, std::less<>> known_;
};

/// A layer class that ntorc knows.
struct KerasClass {
  std::string_view name;
  LayerKind kind;
  void (*read)(KerasConfig& config, KerasLayer& keras);  ///< fills in what is special to the class; `kind` is set
};

/// nullptr if there is none of that name.
const KerasClass* find_keras_class(std::string_view name);

/// Keras's own class of that kind, as "LSTM".
std::string_view keras_class_name(LayerKind kind);

}  // namespace ntorc::model
