#include <fmt/format.h>

#include <cmath>

#include "emit/design_json.hpp"
#include "emit/figures_json.hpp"
#include "emit/front_words.hpp"
#include "emit/plan_reader.hpp"
#include "ntorc/deploy/latency.hpp"
#include "ntorc/emit/front.hpp"
#include "support/file.hpp"
#include "support/json_reader.hpp"

namespace ntorc::emit {
namespace {

using support::JsonReader;

deploy::FrontPoint read_point(const JsonReader& reader, const deploy::Front& front) {
  reader.only({"latency_cycles", "latency_us", "objective", "bound", "proven", "total", "reuse"});
  deploy::FrontPoint point;
  point.latency_cycles = amount(reader.at("latency_cycles"));
  const double us = deploy::latency_us(point.latency_cycles, front.target.clock_mhz);
  if (std::abs(amount(reader.at("latency_us")) - us) > 1e-9 * us) {
    reader.at("latency_us").fail(fmt::format("{}, by cycles and clock", us));
  }
  point.objective = amount(reader.at("objective"));
  point.bound = amount(reader.at("bound"));
  if (point.bound > point.objective) {
    reader.at("bound").fail(fmt::format("at most the objective, {}", point.objective));
  }
  point.proven = reader.at("proven").boolean();
  point.total = read_cost(reader.at("total"));
  for (const JsonReader& reuse : reader.at("reuse").items()) point.reuse.push_back(reuse.integer_in(1, kLargest));
  if (point.reuse.size() != front.layers.size()) {
    reader.at("reuse").fail_with(
        fmt::format("expected one for each of {} layers, found {}", front.layers.size(), point.reuse.size()));
  }
  if (front.points.empty()) return point;
  const deploy::FrontPoint& before = front.points.back();
  if (point.latency_cycles < before.latency_cycles) {
    reader.at("latency_cycles").fail(fmt::format("at least that of the point before, {}", before.latency_cycles));
  }
  if (point.objective > before.objective) {
    reader.at("objective").fail(fmt::format("at most that of the point before, {}", before.objective));
  }
  return point;
}

}  // namespace

deploy::Front parse_front(std::string_view text, std::string_view name) {
  const nlohmann::json document = support::parse_json(text, name);
  const JsonReader reader(document, name);
  if (reader.at("format").text() != "ntorc-front") reader.at("format").fail("\"ntorc-front\"");
  reader.at("version").integer_in(kFrontVersion, kFrontVersion);
  reader.only({"format", "version", "ntorc", "network", "costs", "target", "composition", "complete", "finished",
               "layers", "points"});
  reader.at("ntorc").text();
  deploy::Front front;
  reader.at("network").only({"name"});
  front.network = reader.at("network").at("name").text();
  front.cost_source = reader.at("costs").text();
  front.target = read_target(reader.at("target"));
  front.composition = read_composition(reader.at("composition"));
  front.complete = reader.at("complete").boolean();
  front.finished = reader.at("finished").boolean();
  front.layers = read_texts(reader.at("layers"));
  for (const JsonReader& point : reader.at("points").items()) front.points.push_back(read_point(point, front));
  return front;
}

deploy::Front read_front(const std::filesystem::path& file) {
  return parse_front(support::read_file(file), file == "-" ? "standard input" : file.string());
}

}  // namespace ntorc::emit
