#include "ntorc/perf/record.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "ntorc/error.hpp"
#include "support/csv.hpp"

namespace ntorc::perf {
namespace {

using support::csv_cell;

constexpr std::array<std::pair<Stage, std::string_view>, 4> kStages{
    {{Stage::Hls, "hls"}, {Stage::Cosim, "cosim"}, {Stage::Logic, "logic"}, {Stage::Routed, "routed"}}};

constexpr std::array<std::pair<Role, std::string_view>, 6> kRoles{{{Role::Layer, "layer"},
                                                                   {Role::Node, "node"},
                                                                   {Role::Fifo, "fifo"},
                                                                   {Role::Glue, "glue"},
                                                                   {Role::Unmapped, "unmapped"},
                                                                   {Role::Design, "design"}}};

std::string number(const std::optional<double>& value) { return value ? fmt::format("{}", *value) : std::string(); }

}  // namespace

std::string_view to_string(Stage stage) {
  for (const auto& [known, name] : kStages) {
    if (known == stage) return name;
  }
  throw InvalidArgument("stage: expected one of those that are declared");
}

Stage stage(std::string_view name) {
  for (const auto& [known, word] : kStages) {
    if (word == name) return known;
  }
  throw InvalidArgument(fmt::format("stage: expected hls, cosim, logic or routed, got \"{}\"", name));
}

std::string_view to_string(Role role) {
  for (const auto& [known, name] : kRoles) {
    if (known == role) return name;
  }
  throw InvalidArgument("role: expected one of those that are declared");
}

std::string_view kind_word(const Record& record) {
  if (record.role == Role::Layer) return to_string(record.shape.value().kind);
  return record.role == Role::Node ? to_string(record.node_kind) : to_string(record.role);
}

std::string records_header() {
  std::string header = "stage,kind,name,inputs,kernel,size,sequence,packets,reuse,recurrent_reuse";
  for (const Target target : kTargets) header += fmt::format(",{}", to_string(target));
  return header + ",interval_cycles,uram,part,clock_mhz,tool,hls4ml,io_type,strategy,precision,project,module\n";
}

std::string to_csv(const Record& record) {
  std::string line = fmt::format("{},{},{}", to_string(record.stage), kind_word(record), csv_cell(record.name));
  const bool layer = record.role == Role::Layer;
  if (layer && record.shape) {
    const hls4ml::LayerShape& shape = *record.shape;
    line += fmt::format(",{},{},{},{},{}", shape.inputs, shape.kernel, shape.size, shape.sequence, shape.packets);
  } else {
    line += ",,,,,";
  }
  for (std::size_t matrix = 0; matrix < 2; ++matrix) {
    line += layer && matrix < record.reuse.size() ? fmt::format(",{}", record.reuse[matrix]) : ",";
  }
  for (const Target target : kTargets) line += fmt::format(",{}", number(record[target]));
  const Context& context = record.context;
  const auto clock = context.clock_mhz > 0 ? std::optional(context.clock_mhz) : std::nullopt;
  line += fmt::format(",{},{},{},{}", number(record.interval_cycles), number(record.uram), csv_cell(context.part),
                      number(clock));
  for (const std::string* text : {&context.tool, &context.hls4ml, &context.io_type, &context.strategy,
                                  &context.precision, &record.project, &record.module}) {
    line += fmt::format(",{}", csv_cell(*text));
  }
  return line + '\n';
}

}  // namespace ntorc::perf
