#include "support/json_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "ntorc/error.hpp"

namespace ntorc::support {
namespace {

using nlohmann::json;

std::string shape_of(const json& value) {
  switch (value.type()) {
    case json::value_t::object:
      return fmt::format("an object of {}", value.size());
    case json::value_t::array:
      return fmt::format("an array of {}", value.size());
    default:
      return value.dump(-1, ' ', true, json::error_handler_t::replace);
  }
}

}  // namespace

json parse_json(std::string_view text, std::string_view name) {
  const json::parser_callback_t guard = [&](int depth, json::parse_event_t, json&) {
    if (depth > kMaxJsonDepth) {
      throw ParseError(fmt::format("{}: expected JSON nested at most {} deep, found deeper", name, kMaxJsonDepth));
    }
    return true;
  };
  try {
    return json::parse(text, guard);
  } catch (const json::parse_error& error) {
    const std::size_t stop = std::min<std::size_t>(error.byte > 0 ? error.byte - 1 : 0, text.size());
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(stop), '\n');
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
      throw ParseError(fmt::format("{}: expected JSON, found an empty file", name));
    }
    throw ParseError(fmt::format("{}: line {}, byte {}: expected JSON, found {}", name, line, error.byte,
                                 stop >= text.size() ? "the end of the file" : "something else"));
  } catch (const json::out_of_range&) {
    throw ParseError(fmt::format("{}: expected numbers that a double can hold, found a larger one", name));
  }
}

std::string brief(const json& value) {
  if (value.is_array() && value.size() <= 8 &&
      std::none_of(value.begin(), value.end(), [](const json& item) { return item.is_structured(); })) {
    return value.dump(-1, ' ', true, json::error_handler_t::replace);
  }
  std::string text = shape_of(value);
  constexpr std::size_t kLongest = 60;
  if (text.size() > kLongest) text = text.substr(0, kLongest) + "...";
  return text;
}

JsonReader JsonReader::child(const json& value, const std::string& key) const {
  JsonReader reader(value, file_);
  reader.place_ = place_ + "/" + key;
  return reader;
}

void JsonReader::fail(std::string_view expected) const {
  fail_with(fmt::format("expected {}, got {}", expected, brief(*value_)));
}

void JsonReader::fail_with(std::string_view sentence) const {
  throw ParseError(fmt::format("{}: {}: {}", file_, place_.empty() ? "/" : place_, sentence));
}

JsonReader JsonReader::at(std::string_view key) const {
  if (!value_->is_object()) fail(fmt::format("an object with \"{}\"", key));
  const auto found = value_->find(std::string(key));
  if (found == value_->end()) fail_with(fmt::format("expected a key \"{}\", found none", key));
  return child(*found, std::string(key));
}

std::optional<JsonReader> JsonReader::find(std::string_view key) const {
  if (!value_->is_object()) fail("an object");
  const auto found = value_->find(std::string(key));
  if (found == value_->end() || found->is_null()) return std::nullopt;
  return child(*found, std::string(key));
}

std::vector<JsonReader> JsonReader::items() const {
  if (!value_->is_array()) fail("an array");
  std::vector<JsonReader> readers;
  readers.reserve(value_->size());
  for (std::size_t i = 0; i < value_->size(); ++i) readers.push_back(child((*value_)[i], std::to_string(i)));
  return readers;
}

std::vector<std::pair<std::string, JsonReader>> JsonReader::members() const {
  if (!value_->is_object()) fail("an object");
  std::vector<std::pair<std::string, JsonReader>> readers;
  for (const auto& [key, value] : value_->items()) readers.emplace_back(key, child(value, key));
  return readers;
}

std::string JsonReader::text() const {
  if (!value_->is_string()) fail("a string");
  return value_->get<std::string>();
}

bool JsonReader::boolean() const {
  if (!value_->is_boolean()) fail("true or false");
  return value_->get<bool>();
}

double JsonReader::number() const {
  if (!value_->is_number() || !std::isfinite(value_->get<double>())) fail("a number");
  return value_->get<double>();
}

std::int64_t JsonReader::integer() const {
  return integer_in(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max());
}

std::int64_t JsonReader::integer_in(std::int64_t low, std::int64_t high) const {
  const bool whole_range = low == std::numeric_limits<std::int64_t>::min();
  const std::string expected =
      whole_range ? std::string("one integer") : fmt::format("one integer in {}..{}", low, high);
  if (!value_->is_number_integer()) fail(expected);
  if (value_->is_number_unsigned() &&
      value_->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    fail(expected);
  }
  const auto integer = value_->get<std::int64_t>();
  if (integer < low || integer > high) fail(expected);
  return integer;
}

void JsonReader::only(std::initializer_list<std::string_view> known) const {
  for (const auto& [key, reader] : members()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) reader.fail_with("unknown key");
  }
}

}  // namespace ntorc::support
