#include "support/yaml_place.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>

#include <charconv>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

namespace ntorc::support {
namespace {

constexpr std::size_t kMaxValues = 4096;  ///< of one list

/// Takes a document and keeps nothing.
class Ignore : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

/// What stands behind the first document, YAML::Load passes over; and YAML::LoadAll of yaml-cpp 0.7 never returns from
/// a stray bracket there.
bool has_more_documents(const std::string& text) {
  std::istringstream in(text);
  YAML::Parser parser(in);
  Ignore ignore;
  return parser.HandleNextDocument(ignore) && parser.HandleNextDocument(ignore);
}

/// The number that is all of a scalar.
template <typename Number>
std::optional<Number> number_of(const YAML::Node& node) {
  Number value = 0;
  const std::string text = node.IsScalar() ? node.Scalar() : "";
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string joined(const std::map<std::string, std::function<void(const YamlPlace&)>>& readers) {
  std::string keys;
  for (const auto& [key, reader] : readers) keys += (keys.empty() ? "" : ", ") + key;
  return keys;
}

}  // namespace

YAML::Node load_yaml(std::string_view text, std::string_view name) {
  try {
    const std::string copy(text);
    if (has_more_documents(copy)) throw ParseError(fmt::format("{}:1:1: expected one YAML document, found more", name));
    return YAML::Load(copy);
  } catch (const YAML::Exception& error) {
    throw ParseError(fmt::format("{}:{}:{}: expected YAML: {}", name, std::max(error.mark.line, 0) + 1,
                                 std::max(error.mark.column, 0) + 1, error.msg));
  }
}

std::string YamlPlace::shown() const {
  if (node_.IsScalar()) {
    constexpr std::size_t kMost = 60;
    const std::string& text = node_.Scalar();
    std::string plain = text.substr(0, kMost);
    std::ranges::replace_if(
        plain, [](char c) { return c < ' ' || c > '~'; }, '?');
    return text.size() > kMost ? plain + "..." : plain;
  }
  return node_.IsSequence() ? "a list" : node_.IsMap() ? "a map" : "nothing";
}

void YamlPlace::fail(const std::string& sentence) const {
  const YAML::Mark mark = node_.Mark();
  throw ParseError(
      fmt::format("{}:{}:{}: {}", file_, std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1, sentence));
}

void YamlPlace::expected(const std::string& what) const { fail(fmt::format("expected {}, found {}", what, shown())); }

std::string YamlPlace::text() const {
  if (!node_.IsScalar() || node_.Scalar().empty()) expected("a word");
  return node_.Scalar();
}

std::int64_t YamlPlace::integer(std::int64_t low, std::int64_t high) const {
  const auto value = number_of<std::int64_t>(node_);
  if (!value || *value < low || *value > high) expected(fmt::format("an integer in {}..{}", low, high));
  return *value;
}

double YamlPlace::number(double most) const {
  const auto value = number_of<double>(node_);
  if (!value || !(*value > 0 && *value <= most)) expected(fmt::format("a number in (0, {}]", most));
  return *value;
}

double YamlPlace::number_in(double low, double high) const {
  const auto value = number_of<double>(node_);
  if (!value || !(*value >= low && *value <= high)) expected(fmt::format("a number in [{}, {}]", low, high));
  return *value;
}

bool YamlPlace::truth() const {
  if (node_.IsScalar() && node_.Scalar() == "true") return true;
  if (node_.IsScalar() && node_.Scalar() == "false") return false;
  expected("true or false");
}

std::vector<YamlPlace> YamlPlace::items() const {
  if (!node_.IsSequence()) return {*this};
  if (node_.size() == 0) fail("expected a list with something in it, found an empty one");
  if (node_.size() > kMaxValues) fail(fmt::format("expected at most {} values, found {}", kMaxValues, node_.size()));
  std::vector<YamlPlace> places;
  for (const YAML::Node& item : node_) places.emplace_back(item, file_);
  return places;
}

std::vector<std::int64_t> YamlPlace::integers(std::int64_t low, std::int64_t high) const {
  return values([&](const YamlPlace& item) { return item.integer(low, high); });
}

void YamlPlace::map(const std::map<std::string, std::function<void(const YamlPlace&)>>& readers) const {
  if (!node_.IsMap()) expected("a map of " + joined(readers));
  std::set<std::string> seen;
  for (const auto& entry : node_) {
    const YamlPlace key(entry.first, file_);
    const std::string name = key.text();
    const auto reader = readers.find(name);
    if (reader == readers.end()) {
      key.fail(fmt::format("expected one of the keys {}, found {}", joined(readers), key.shown()));
    }
    if (!seen.insert(name).second) key.fail(fmt::format("{} stands here twice", name));
    YamlPlace value(entry.second, file_);
    if (value.node_.IsNull()) key.fail(fmt::format("{}: expected a value, found none", name));
    reader->second(value);
  }
}

}  // namespace ntorc::support
