#include "ntorc/emit/front.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "fixtures.hpp"
#include "ntorc/version.hpp"

namespace ntorc::emit {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Three of the four pairs of docs/formats/cost-table.md, the last of them not proven.
deploy::Front small_front() {
  deploy::Front front;
  front.network = "small net";
  front.cost_source = "costs.csv";
  front.layers = {"a", "b"};
  front.points = {{20, 65, 65, true, {20, 20, 60.5, 4, 0, 0.5}, {1, 1}},
                  {50, 35, 35, true, {50, 50, 35, 0, 0, 0}, {4, 1}},
                  {70, 20, 19.5, false, {70, 70, 20, 0, 0, 0}, {4, 4}}};
  return front;
}

deploy::Front whole_front() {
  deploy::Front front = small_front();
  front.points.back().bound = 20;
  front.points.back().proven = true;
  front.complete = true;
  return front;
}

std::string golden(const char* name) {
  std::string text = test::read_all(test::data_dir() / "emit" / name);
  const std::string here = "\"ntorc\": \"VERSION\"";
  if (const auto at = text.find(here); at != std::string::npos) {
    text.replace(at, here.size(), "\"ntorc\": \"" + std::string(kVersion) + "\"");
  }
  return text;
}

/// What is wrong with `text` as XML: tags that do not close each other, characters that must be escaped.
std::string fault_of(const std::string& text) {
  std::vector<std::string> open;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < ' ' && byte != '\n') return "a control character";
    if (text[at] == '&') {
      const std::string entity = text.substr(at, text.find(';', at) - at + 1);
      if (entity != "&amp;" && entity != "&lt;" && entity != "&gt;") return "entity " + entity;
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

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t times = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++times;
  return times;
}

TEST(FrontTable, ShowsEachPointAndWhatTheyAre) {
  EXPECT_EQ(front_table(small_front()),
            "small net: latency and cost on xczu7ev-ffvc1156-2-e at 250 MHz; costs: costs.csv\n"
            "  us  cycles  objective            LUT  FF  DSP  BRAM 18K  reuse\n"
            "0.08      20         65    proven   60   4    0         0    1 1\n"
            "0.20      50         35    proven   35   0    0         0    4 1\n"
            "0.28      70         20  gap 2.5%   20   0    0         0    4 4\n"
            "reuse: a b\n"
            "3 points, 2 of them proven\n");
}

TEST(FrontTable, SaysWhatTheFrontIs) {
  EXPECT_THAT(front_table(whole_front()), HasSubstr("\n3 points, the whole front, proven\n"));
  deploy::Front front = whole_front();
  front.complete = false;
  EXPECT_THAT(front_table(front), HasSubstr("\n3 points of the front, proven\n"));
  front.finished = false;
  EXPECT_THAT(front_table(front), HasSubstr("\n3 points of the front, proven; stopped early\n"));
  front.points.resize(1);
  EXPECT_THAT(front_table(front), HasSubstr("\n1 point of the front, proven; stopped early\n"));
  front.points.clear();
  EXPECT_THAT(front_table(front), HasSubstr("\nno points; stopped early\n"));
}

TEST(FrontCsv, IsTheGoldenFile) { EXPECT_EQ(front_csv(small_front()), golden("front.csv")); }

TEST(FrontCsv, QuotesOddNames) {
  deploy::Front front = small_front();
  front.layers = {"a,\"b\"", "c\nd"};
  EXPECT_THAT(front_csv(front), HasSubstr(",\"reuse a,\"\"b\"\"\",\"reuse c\nd\"\n"));
}

TEST(FrontJson, IsTheGoldenFile) { EXPECT_EQ(front_json(small_front()), golden("front.json")); }

TEST(FrontJson, IsJsonWhateverTheNames) {
  deploy::Front front = small_front();
  front.network = "n\"\\\n\xff";
  front.layers = {"\"", "\x01"};
  const auto json = nlohmann::json::parse(front_json(front));
  EXPECT_EQ(json["network"]["name"], "n\"\\\n\xef\xbf\xbd");
  EXPECT_EQ(json["layers"], nlohmann::json({"\"", "\x01"}));
  front.points.clear();
  EXPECT_TRUE(nlohmann::json::parse(front_json(front))["points"].empty());
}

TEST(FrontSvg, DrawsPointsAsTheyAreProven) {
  const std::string svg = front_svg(small_front());
  EXPECT_EQ(fault_of(svg), "");
  EXPECT_EQ(count(svg, "<title>"), 3U);
  EXPECT_EQ(count(svg, "<circle class=\"proven\""), 2U + 1U);  // and one in the legend
  EXPECT_EQ(count(svg, "<circle class=\"open\""), 1U + 1U);
  EXPECT_THAT(svg, HasSubstr("<title>0.20 \u00B5s (50 cycles)\ncost 35.000000, proven\na: 4\nb: 1</title>"));
  EXPECT_THAT(svg, HasSubstr(", not proven: at least 19.500000\n"));
  EXPECT_THAT(svg, HasSubstr(">small net: latency against cost</text>"));
  EXPECT_THAT(svg, HasSubstr("prefers-color-scheme: dark"));
}

TEST(FrontSvg, ShadesWhereNoPlanIsOfAWholeFrontOnly) {
  EXPECT_THAT(front_svg(whole_front()), HasSubstr("<path class=\"free\""));
  EXPECT_THAT(front_svg(small_front()), Not(HasSubstr("<path class=\"free\"")));
}

TEST(FrontSvg, NumbersItsAxesRoundly) {
  // 0.08 to 0.28 us and 20 to 65: linear.
  const std::string linear = front_svg(whole_front());
  for (const char* tick : {">0.05<", ">0.1<", ">0.3<", ">10<", ">20<", ">70<"}) EXPECT_THAT(linear, HasSubstr(tick));
  // More than a decade: logarithmic, with 1, 2 and 5.
  deploy::Front front = whole_front();
  front.points.front().latency_cycles = 2000;
  front.points[1].latency_cycles = 50'000;
  front.points[2].latency_cycles = 200'000;
  const std::string log = front_svg(front);
  for (const char* tick : {">10<", ">20<", ">50<", ">100<", ">200<", ">500<"}) EXPECT_THAT(log, HasSubstr(tick));
}

TEST(FrontSvg, IsXmlWhateverThePointsAndNames) {
  deploy::Front front = small_front();
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

}  // namespace
}  // namespace ntorc::emit
