#include "ntorc/emit/front.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "emit/front_words.hpp"
#include "emit/text_table.hpp"
#include "ntorc/deploy/latency.hpp"
#include "ntorc/version.hpp"
#include "support/csv.hpp"

namespace ntorc::emit {
namespace {

using nlohmann::ordered_json;
using perf::Target;

std::string quoted_json(const ordered_json& value) {
  return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

/// The reuse factors of each point, in columns.
std::vector<std::string> aligned_reuse(const deploy::Front& front) {
  std::vector<std::size_t> widths(front.layers.size(), 0);
  for (const deploy::FrontPoint& point : front.points) {
    for (std::size_t l = 0; l < widths.size(); ++l) {
      widths[l] = std::max(widths[l], fmt::formatted_size("{}", point.reuse[l]));
    }
  }
  std::vector<std::string> texts;
  for (const deploy::FrontPoint& point : front.points) {
    std::string& text = texts.emplace_back();
    for (std::size_t l = 0; l < widths.size(); ++l) {
      text += fmt::format("{}{:>{}}", l == 0 ? "" : " ", point.reuse[l], widths[l]);
    }
  }
  return texts;
}

std::string proof_of(const deploy::FrontPoint& point) {
  if (point.proven) return "proven";
  return fmt::format("gap {:.2g}%", 100 * (point.objective - point.bound) / point.objective);
}

std::string point_json(const deploy::FrontPoint& point, double clock_mhz) {
  std::string total;
  for (const Target target : perf::kTargets) {
    total += fmt::format("{}\"{}\": {}", total.empty() ? "" : ", ", to_string(target), point.total[target]);
  }
  return fmt::format(
      R"({{"latency_cycles": {}, "latency_us": {}, "objective": {}, "bound": {}, "proven": {}, "total": {{{}}}, "reuse": [{}]}})",
      point.latency_cycles, deploy::latency_us(point.latency_cycles, clock_mhz), point.objective, point.bound,
      point.proven, total, fmt::join(point.reuse, ", "));
}

}  // namespace

std::string extent_of(const deploy::Front& front) {
  const std::size_t points = front.points.size();
  const auto proven = static_cast<std::size_t>(
      std::ranges::count_if(front.points, [](const deploy::FrontPoint& point) { return point.proven; }));
  std::string text = fmt::format("{} point{}", points, points == 1 ? "" : "s");
  if (points == 0) return front.finished ? "no points" : "no points; stopped early";
  if (front.complete) return text + ", the whole front, proven";
  text += proven == points ? std::string(" of the front, proven") : fmt::format(", {} of them proven", proven);
  return front.finished ? text : text + "; stopped early";
}

std::string front_table(const deploy::Front& front) {
  std::string text = fmt::format("{}: latency and cost on {} at {} MHz; costs: {}\n",
                                 front.network.empty() ? "front" : printable(front.network), front.target.part,
                                 front.target.clock_mhz, printable(front.cost_source));
  const std::vector<std::string> reuse = aligned_reuse(front);
  TextRows rows{{"us", "cycles", "objective", "", "LUT", "FF", "DSP", "BRAM 18K", "reuse"}};
  for (std::size_t i = 0; i < front.points.size(); ++i) {
    const deploy::FrontPoint& point = front.points[i];
    rows.push_back(
        {fmt::format("{:.2f}", deploy::latency_us(point.latency_cycles, front.target.clock_mhz)),
         fmt::format("{:.0f}", point.latency_cycles),
         point.objective < 1e6 ? fmt::format("{:.7g}", point.objective) : fmt::format("{:.0f}", point.objective),
         proof_of(point)});
    for (const Target target : {Target::Lut, Target::Ff, Target::Dsp, Target::Bram18k}) {
      rows.back().push_back(fmt::format("{:.0f}", point.total[target]));
    }
    rows.back().push_back(reuse[i]);
  }
  if (!front.points.empty()) text += text_table(rows, 0);
  std::string layers;
  for (const std::string& layer : front.layers)
    layers += fmt::format("{}{}", layers.empty() ? "" : " ", printable(layer));
  return text + fmt::format("reuse: {}\n{}\n", layers, extent_of(front));
}

std::string front_csv(const deploy::Front& front) {
  std::string text = "latency_cycles,latency_us,objective,bound,proven";
  for (const Target target : perf::kTargets) text += fmt::format(",{}", to_string(target));
  for (const std::string& layer : front.layers)
    text += fmt::format(",{}", support::csv_cell(fmt::format("reuse {}", layer)));
  text += '\n';
  for (const deploy::FrontPoint& point : front.points) {
    text += fmt::format("{},{},{},{},{}", point.latency_cycles,
                        deploy::latency_us(point.latency_cycles, front.target.clock_mhz), point.objective, point.bound,
                        point.proven ? 1 : 0);
    for (const Target target : perf::kTargets) text += fmt::format(",{}", point.total[target]);
    for (const std::int64_t reuse : point.reuse) text += fmt::format(",{}", reuse);
    text += '\n';
  }
  return text;
}

std::string front_json(const deploy::Front& front) {
  const std::string target =
      fmt::format(R"({{"part": {}, "clock_mhz": {}, "backend": {}, "io_type": {}, "strategy": {}, "precision": {}}})",
                  quoted_json(front.target.part), front.target.clock_mhz, quoted_json(to_string(front.target.backend)),
                  quoted_json(to_string(front.target.io_type)), quoted_json(front.target.strategy),
                  quoted_json(front.target.precision));
  const std::pair<const char*, std::string> head[]{{"format", "\"ntorc-front\""},
                                                   {"version", fmt::format("{}", kFrontVersion)},
                                                   {"ntorc", quoted_json(kVersion)},
                                                   {"network", quoted_json({{"name", front.network}})},
                                                   {"costs", quoted_json(front.cost_source)},
                                                   {"target", target},
                                                   {"composition", quoted_json(to_string(front.composition))},
                                                   {"complete", fmt::format("{}", front.complete)},
                                                   {"finished", fmt::format("{}", front.finished)},
                                                   {"layers", quoted_json(front.layers)}};
  std::string text = "{";
  for (const auto& [key, value] : head) text += fmt::format("\n\"{}\": {},", key, value);
  text += "\n\"points\": [";
  for (std::size_t i = 0; i < front.points.size(); ++i) {
    text += fmt::format("{}\n{}", i == 0 ? "" : ",", point_json(front.points[i], front.target.clock_mhz));
  }
  return text + "\n]\n}\n";
}

}  // namespace ntorc::emit
