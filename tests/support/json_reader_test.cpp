#include "support/json_reader.hpp"

#include <gmock/gmock.h>

#include "fixtures.hpp"
#include "ntorc/error.hpp"

namespace ntorc::support {
namespace {

std::string complaint(std::string_view text, const std::function<void(const JsonReader&)>& action) {
  const nlohmann::json document = parse_json(text, "f.json");
  return test::message_of<ParseError>([&] { action(JsonReader(document, "f.json")); });
}

TEST(JsonReader, NamesFilePlaceAndValue) {
  EXPECT_EQ(complaint(R"({"a":[{"b":[3,3]}]})", [](const auto& r) { r.at("a").items()[0].at("b").integer(); }),
            "f.json: /a/0/b: expected one integer, got [3,3]");
  EXPECT_EQ(complaint(R"({"a":1})", [](const auto& r) { r.at("b"); }), "f.json: /: expected a key \"b\", found none");
  EXPECT_EQ(complaint(R"({"a":5})", [](const auto& r) { r.at("a").integer_in(1, 4); }),
            "f.json: /a: expected one integer in 1..4, got 5");
  EXPECT_EQ(complaint(R"({"a":18446744073709551615})", [](const auto& r) { r.at("a").integer(); }),
            "f.json: /a: expected one integer, got 18446744073709551615");
  EXPECT_EQ(complaint(R"({"a":true,"z":1})", [](const auto& r) { r.only({"a"}); }), "f.json: /z: unknown key");
  EXPECT_EQ(complaint(R"([1])", [](const auto& r) { r.at("a"); }), "f.json: /: expected an object with \"a\", got [1]");
}

TEST(JsonReader, CutsLongValuesShort) {
  const std::string message =
      complaint("{\"a\":\"" + std::string(1000, 'x') + "\"}", [](const auto& r) { r.at("a").number(); });
  EXPECT_LT(message.size(), 120U);
}

TEST(ParseJson, NamesTheLineOfAnError) {
  EXPECT_EQ(test::message_of<ParseError>([] { parse_json("{\n\"a\": oops}", "f"); }),
            "f: line 2, byte 8: expected JSON, found something else");
  EXPECT_EQ(test::message_of<ParseError>([] { parse_json("{\"a\": ", "f"); }),
            "f: line 1, byte 7: expected JSON, found the end of the file");
  EXPECT_EQ(test::message_of<ParseError>([] { parse_json(" \n", "f"); }), "f: expected JSON, found an empty file");
  EXPECT_EQ(test::message_of<ParseError>([] { parse_json("[1e999]", "f"); }),
            "f: expected numbers that a double can hold, found a larger one");
}

TEST(ParseJson, RefusesDeepNestingWithoutCrashing) {
  EXPECT_NO_THROW(parse_json(std::string(kMaxJsonDepth, '[') + std::string(kMaxJsonDepth, ']'), "f"));
  const std::string deep = std::string(10'000'000, '[');
  EXPECT_EQ(test::message_of<ParseError>([&] { parse_json(deep, "f"); }),
            "f: expected JSON nested at most 200 deep, found deeper");
}

}  // namespace
}  // namespace ntorc::support
