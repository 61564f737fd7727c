// support/yaml_place.hpp - a YAML value that knows its place, so that every complaint names file, line and column.
#pragma once

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ntorc/error.hpp"

namespace ntorc::support {

/// The one document in `text`. @param name  what it came from, for messages.
/// @throws ParseError  if it is not YAML, or holds several documents.
YAML::Node load_yaml(std::string_view text, std::string_view name);

/// A node with the name of its file, which must outlive it. Every accessor throws ParseError "file:line:column:
/// expected ..., found ...".
class YamlPlace {
 public:
  YamlPlace(const YAML::Node& node, std::string_view file) : node_(node), file_(file) {}

  const YAML::Node& node() const { return node_; }
  std::string_view file() const { return file_; }

  [[noreturn]] void fail(const std::string& sentence) const;
  [[noreturn]] void expected(const std::string& what) const;

  std::string text() const;
  std::int64_t integer(std::int64_t low, std::int64_t high) const;
  double number(double most) const;                 ///< in (0, most]
  double number_in(double low, double high) const;  ///< in [low, high]
  bool truth() const;                               ///< true or false
  std::vector<YamlPlace> items() const;             ///< of a list its items; of anything else itself

  /// Each value of `items`, read by `read`, once. @throws ParseError  for one that is given twice.
  template <typename Read>
  auto values(Read read) const {
    std::vector<decltype(read(*this))> all;
    for (const YamlPlace& item : items()) {
      const auto value = read(item);
      if (std::ranges::find(all, value) != all.end()) item.fail(item.shown() + " stands here twice");
      all.push_back(value);
    }
    return all;
  }

  std::vector<std::int64_t> integers(std::int64_t low, std::int64_t high) const;

  /// Calls the reader of each key. @throws ParseError  for a key without one, or given twice; if it is no map.
  void map(const std::map<std::string, std::function<void(const YamlPlace&)>>& readers) const;

  /// What `read` makes of the place; what it throws as InvalidArgument gets the place.
  template <typename Read>
  auto checked(Read read) const {
    try {
      return read(*this);
    } catch (const InvalidArgument& error) {
      fail(error.what());
    }
  }

 private:
  std::string shown() const;

  YAML::Node node_;
  std::string_view file_;
};

}  // namespace ntorc::support
