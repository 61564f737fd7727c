// support/json_reader.hpp - a JSON value that knows its place, so that every complaint names file, place and value.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ntorc::support {

/// Nothing that ntorc reads nests deeper; a file that does is refused before it costs memory.
inline constexpr int kMaxJsonDepth = 200;

/// @param name  what the text came from, for messages.
/// @throws ParseError  if `text` is not one JSON document, or nests deeper than kMaxJsonDepth.
nlohmann::json parse_json(std::string_view text, std::string_view name);

/// One line of JSON for a message, cut after a few words.
std::string brief(const nlohmann::json& value);

/// A view into a parsed document. Every accessor throws ParseError "file: /place: expected ..., got ...".
/// Owns nothing: the document and the file name must outlive it.
class JsonReader {
 public:
  JsonReader(const nlohmann::json& value, std::string_view file) : value_(&value), file_(file) {}

  const nlohmann::json& value() const { return *value_; }
  const std::string& place() const { return place_; }

  JsonReader at(std::string_view key) const;                        ///< the member must be there
  std::optional<JsonReader> find(std::string_view key) const;       ///< absent and null are the same
  std::vector<JsonReader> items() const;                            ///< of an array
  std::vector<std::pair<std::string, JsonReader>> members() const;  ///< of an object, keys sorted

  std::string text() const;
  bool boolean() const;
  double number() const;  ///< finite
  std::int64_t integer() const;
  /// An integer in [low, high].
  std::int64_t integer_in(std::int64_t low, std::int64_t high) const;

  /// @throws ParseError  naming the first member that is not in `known`.
  void only(std::initializer_list<std::string_view> known) const;

  [[noreturn]] void fail(std::string_view expected) const;  ///< "... expected `expected`, got <value>"
  [[noreturn]] void fail_with(std::string_view sentence) const;

 private:
  JsonReader child(const nlohmann::json& value, const std::string& key) const;

  const nlohmann::json* value_;
  std::string_view file_;
  std::string place_;
};

}  // namespace ntorc::support
