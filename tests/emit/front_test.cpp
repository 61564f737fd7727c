#include "ntorc/emit/front.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "emit/fronts.hpp"
#include "emit/golden.hpp"
#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/version.hpp"

namespace ntorc::emit {
namespace {

using test::golden;
using test::occurrences;
using testing::HasSubstr;
using testing::Not;

/// What is wrong with `text` as XML: tags that do not close each other, characters that must be escaped.
std::string fault_of(const std::string& text) {
  std::vector<std::string> open;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < ' ' && byte != '\n') return "a control character";
    if (text[at] == '&') {
      const std::string entity = text.substr(at, text.find(';', at) - at + 1);
      constexpr std::array kKnown{"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
      if (std::ranges::find(kKnown, entity) == kKnown.end()) return "entity " + entity;
    }
    if (text[at] == '>') return "a lone >";
    if (text[at] != '<') continue;
    const std::size_t end = text.find('>', at);
    if (end == std::string::npos) return "an open tag";
    const std::string tag = text.substr(at + 1, end - at - 1);
    if (std::ranges::count(tag, '"') % 2 != 0 || tag.find('<') != std::string::npos) return "tag " + tag;
    if (tag.front() == '/') {
      if (open.empty() || open.back() != tag.substr(1)) return "tag " + tag;
      open.pop_back();
    } else if (tag.back() != '/') {
      open.push_back(tag.substr(0, tag.find(' ')));
    }
    at = end;
  }
  return open.empty() ? "" : "unclosed " + open.back();
}

TEST(FrontTable, ShowsEachPointAndWhatTheyAre) {
  EXPECT_EQ(front_table(test::small_front()),
            "small net: latency and cost on xczu7ev-ffvc1156-2-e at 250 MHz; costs: costs.csv\n"
            "  us  cycles  objective            LUT  FF  DSP  BRAM 18K  reuse\n"
            "0.08      20         65    proven   60   4    0         0    1 1\n"
            "0.20      50         35    proven   35   0    0         0    4 1\n"
            "0.28      70         20  gap 2.5%   20   0    0         0    4 4\n"
            "reuse: a b\n"
            "3 points, 2 of them proven\n");
}

TEST(FrontTable, SaysWhatTheFrontIs) {
  EXPECT_THAT(front_table(test::whole_front()), HasSubstr("\n3 points, the whole front, proven\n"));
  deploy::Front front = test::whole_front();
  front.complete = false;
  EXPECT_THAT(front_table(front), HasSubstr("\n3 points of the front, proven\n"));
  front.finished = false;
  EXPECT_THAT(front_table(front), HasSubstr("\n3 points of the front, proven; stopped early\n"));
  front.points.resize(1);
  EXPECT_THAT(front_table(front), HasSubstr("\n1 point of the front, proven; stopped early\n"));
  front.points.clear();
  EXPECT_THAT(front_table(front), HasSubstr("\nno points; stopped early\n"));
}

TEST(FrontCsv, IsTheGoldenFile) { EXPECT_EQ(front_csv(test::small_front()), golden("front.csv")); }

TEST(FrontCsv, QuotesOddNames) {
  deploy::Front front = test::small_front();
  front.layers = {"a,\"b\"", "c\nd"};
  EXPECT_THAT(front_csv(front), HasSubstr(",\"reuse a,\"\"b\"\"\",\"reuse c\nd\"\n"));
}

TEST(FrontJson, IsTheGoldenFile) { EXPECT_EQ(front_json(test::small_front()), golden("front.json")); }

TEST(FrontJson, IsJsonWhateverTheNames) {
  deploy::Front front = test::small_front();
  front.network = "n\"\\\n\xff";
  front.layers = {"\"", "\x01"};
  const auto json = nlohmann::json::parse(front_json(front));
  EXPECT_EQ(json["network"]["name"], "n\"\\\n\xef\xbf\xbd");
  EXPECT_EQ(json["layers"], nlohmann::json({"\"", "\x01"}));
  front.points.clear();
  EXPECT_TRUE(nlohmann::json::parse(front_json(front))["points"].empty());
}

TEST(FrontSvg, DrawsPointsAsTheyAreProven) {
  const std::string svg = front_svg(test::small_front());
  EXPECT_EQ(fault_of(svg), "");
  EXPECT_EQ(occurrences(svg, "<title>"), 3U);
  EXPECT_EQ(occurrences(svg, "<circle class=\"proven\""), 2U + 1U);  // and one in the legend
  EXPECT_EQ(occurrences(svg, "<circle class=\"open\""), 1U + 1U);
  EXPECT_THAT(svg, HasSubstr("<title>0.20 \u00B5s (50 cycles)\ncost 35.000000, proven\na: 4\nb: 1</title>"));
  EXPECT_THAT(svg, HasSubstr(", not proven: at least 19.500000\n"));
  EXPECT_THAT(svg, HasSubstr(">small net: latency against cost</text>"));
  EXPECT_THAT(svg, HasSubstr("prefers-color-scheme: dark"));
}

TEST(FrontSvg, ShadesWhereNoPlanIsOfAWholeFrontOnly) {
  EXPECT_THAT(front_svg(test::whole_front()), HasSubstr("<path class=\"free\""));
  EXPECT_THAT(front_svg(test::small_front()), Not(HasSubstr("<path class=\"free\"")));
}

TEST(FrontSvg, NumbersItsAxesRoundly) {
  // 0.08 to 0.28 us and 20 to 65: linear.
  const std::string linear = front_svg(test::whole_front());
  for (const char* tick : {">0.05<", ">0.1<", ">0.3<", ">10<", ">20<", ">70<"}) EXPECT_THAT(linear, HasSubstr(tick));
  // More than a decade: logarithmic, with 1, 2 and 5.
  deploy::Front front = test::whole_front();
  front.points.front().latency_cycles = 2000;
  front.points[1].latency_cycles = 50'000;
  front.points[2].latency_cycles = 200'000;
  const std::string log = front_svg(front);
  for (const char* tick : {">10<", ">20<", ">50<", ">100<", ">200<", ">500<"}) EXPECT_THAT(log, HasSubstr(tick));
}

TEST(FrontSvg, IsXmlWhateverThePointsAndNames) {
  deploy::Front front = test::small_front();
  front.network = "<b>&\"'\x01\xff";
  front.layers = {"</title>", "&amp;"};
  EXPECT_EQ(fault_of(front_svg(front)), "");
  EXPECT_THAT(front_svg(front), HasSubstr("&lt;/title&gt;: 4"));
  for (const double scale : {0.0, 1e-9, 1.0, 1e12}) {
    for (std::size_t points = 0; points <= 3; ++points) {
      deploy::Front scaled = front;
      scaled.points.resize(points);
      for (deploy::FrontPoint& point : scaled.points) {
        point.objective *= scale;
        point.latency_cycles *= scale;
        point.bound = 0;
      }
      const std::string svg = front_svg(scaled);
      EXPECT_EQ(fault_of(svg), "") << scale;
      EXPECT_THAT(svg, Not(HasSubstr("nan"))) << scale;
      EXPECT_THAT(svg, Not(HasSubstr("inf"))) << scale;
      EXPECT_LT(svg.size(), 20'000U) << scale;
    }
  }
}

/// What is said of the front with `value` at a place.
std::string complaint(const std::string& pointer, const nlohmann::json& value) {
  nlohmann::json document = nlohmann::json::parse(front_json(test::small_front()));
  document[nlohmann::json::json_pointer(pointer)] = value;
  return test::message_of<ParseError>([&] { parse_front(document.dump(), "f.json"); });
}

TEST(FrontJson, ComesBackAsItWas) {
  for (const deploy::Front& front : {test::small_front(), test::whole_front(), deploy::Front{}}) {
    const std::string text = front_json(front);
    EXPECT_EQ(front_json(parse_front(text, "f.json")), text);
  }
  deploy::Front front = test::small_front();
  front.target.backend = hls4ml::Backend::Vitis;
  front.finished = false;
  const deploy::Front back = parse_front(front_json(front), "f.json");
  EXPECT_EQ(back.target.backend, hls4ml::Backend::Vitis);
  EXPECT_FALSE(back.finished);
  EXPECT_EQ(back.points[2].bound, 19.5);
  EXPECT_EQ(back.points[0].total.lut, 60.5);
  EXPECT_EQ(back.points[1].reuse, (std::vector<std::int64_t>{4, 1}));
}

TEST(FrontJson, RefusesWhatIsNoFront) {
  EXPECT_EQ(complaint("/format", "ntorc-plan"), "f.json: /format: expected \"ntorc-front\", got \"ntorc-plan\"");
  EXPECT_EQ(complaint("/version", 1), "f.json: /version: expected one integer in 2..2, got 1");
  EXPECT_EQ(complaint("/colour", 1), "f.json: /colour: unknown key");
  EXPECT_EQ(complaint("/target/backend", "x"), "f.json: /target/backend: expected Vivado or Vitis, got \"x\"");
  EXPECT_EQ(complaint("/points/0/colour", 1), "f.json: /points/0/colour: unknown key");
  EXPECT_EQ(complaint("/points/0/latency_us", 1),
            "f.json: /points/0/latency_us: expected 0.08, by cycles and clock, got 1");
  EXPECT_EQ(complaint("/points/0/bound", 66), "f.json: /points/0/bound: expected at most the objective, 65, got 66");
  EXPECT_EQ(complaint("/points/0/reuse", {1}), "f.json: /points/0/reuse: expected one for each of 2 layers, found 1");
  EXPECT_EQ(complaint("/points/0/reuse/0", 0),
            "f.json: /points/0/reuse/0: expected one integer in 1..9223372036854775807, got 0");
  EXPECT_EQ(complaint("/points/1/objective", 66),
            "f.json: /points/1/objective: expected at most that of the point before, 65, got 66");
  EXPECT_EQ(complaint("/points/0/latency_cycles", -1),
            "f.json: /points/0/latency_cycles: expected a number >= 0, got -1");
  nlohmann::json document = nlohmann::json::parse(front_json(test::small_front()));
  document["points"][1]["latency_cycles"] = 10;
  document["points"][1]["latency_us"] = 0.04;
  EXPECT_EQ(test::message_of<ParseError>([&] { parse_front(document.dump(), "f.json"); }),
            "f.json: /points/1/latency_cycles: expected at least that of the point before, 20, got 10");
  EXPECT_THROW(read_front("/no/such/front.json"), Error);
}

}  // namespace
}  // namespace ntorc::emit
