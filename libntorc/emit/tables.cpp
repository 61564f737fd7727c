#include "ntorc/emit/tables.hpp"

#include <fmt/format.h>

#include <array>

#include "emit/text_table.hpp"
#include "ntorc/deploy/latency.hpp"
#include "ntorc/hls4ml/device.hpp"

namespace ntorc::emit {
namespace {

using perf::Target;

constexpr std::array kResources{Target::Lut, Target::Ff, Target::Dsp, Target::Bram18k};

std::string shape_text(const model::Shape& shape) { return fmt::format("({})", fmt::join(shape, ", ")); }

/// "64+16": one number for each weight matrix.
template <typename Range>
std::string for_each_matrix(const Range& numbers) {
  return numbers.empty() ? "-" : fmt::format("{}", fmt::join(numbers, "+"));
}

std::string whole(double figure) { return fmt::format("{:.0f}", figure); }

std::vector<std::string> layer_row(const model::Layer& layer) {
  std::vector<std::int64_t> n_in;
  std::vector<std::int64_t> n_out;
  if (const auto shape = hls4ml::layer_shape(layer)) {
    for (const hls4ml::Matrix& matrix : hls4ml::matrices(*shape)) {
      n_in.push_back(matrix.n_in);
      n_out.push_back(matrix.n_out);
    }
  }
  return {layer.name,
          std::string(to_string(layer.kind)),
          shape_text(layer.input_shape),
          shape_text(layer.output_shape),
          for_each_matrix(n_in),
          for_each_matrix(n_out),
          fmt::format("{}", multiplications(layer)),
          fmt::format("{}", parameters(layer))};
}

std::string title_of(const deploy::Plan& plan) {
  return fmt::format("{}: at most {} cycles ({} us at {} MHz) on {}, {}, {}, {}\n",
                     plan.network.empty() ? "plan" : printable(plan.network), plan.latency_limit_cycles,
                     deploy::latency_us(plan.latency_limit_cycles, plan.target.clock_mhz), plan.target.clock_mhz,
                     plan.target.part, to_string(plan.target.io_type), plan.target.strategy, plan.target.precision);
}

std::string answer_of(const deploy::Plan& plan) {
  std::string text = fmt::format("{}: ", to_string(plan.status));
  if (!plan.objective) return text + printable(plan.message) + '\n';
  text += fmt::format("LUT + FF + DSP + BRAM = {:.6f}", *plan.objective);
  if (plan.bound) text += fmt::format(", and no choice within the deadline costs less than {:.6f}", *plan.bound);
  return text + fmt::format("; costs: {}\n", printable(plan.cost_source));
}

std::vector<std::string> share_row(const deploy::Plan& plan, const hls4ml::DeviceResources& part) {
  const double of_deadline = plan.total.latency_max_cycles / plan.latency_limit_cycles;
  std::vector<std::string> row{"of deadline, part", "", "", "", "", fmt::format("{:.1f}%", 100 * of_deadline)};
  const std::array<std::int64_t, kResources.size()> held{part.lut, part.ff, part.dsp, part.bram_18k};
  for (std::size_t i = 0; i < held.size(); ++i) {
    row.push_back(fmt::format("{:.1f}%", 100 * plan.total[kResources[i]] / static_cast<double>(held[i])));
  }
  return row;
}

}  // namespace

std::string network_table(const model::Network& network) {
  TextRows rows{{"layer", "kind", "input", "output", "n_in", "n_out", "multiplications", "parameters"}};
  std::int64_t multiplied = 0;
  std::int64_t learnt = 0;
  for (const model::Layer& layer : network.layers) {
    rows.push_back(layer_row(layer));
    multiplied += multiplications(layer);
    learnt += parameters(layer);
  }
  rows.push_back({"total", "", "", "", "", "", fmt::format("{}", multiplied), fmt::format("{}", learnt)});
  return text_table(rows, 4);
}

std::string cost_table(const deploy::CostTable& table) {
  TextRows rows{{"layer", "reuse", "effective", "block factor", "latency min", "latency max", "LUT", "FF", "DSP",
                 "BRAM 18K", "support"}};
  for (const deploy::LayerCosts& layer : table) {
    for (const deploy::CostRow& row : layer.rows) {
      rows.push_back({layer.layer, fmt::format("{}", row.choice.reuse), for_each_matrix(row.choice.effective),
                      for_each_matrix(row.choice.block_factors), whole(row.cost.latency_min_cycles),
                      whole(row.cost.latency_max_cycles), whole(row.cost.lut), whole(row.cost.ff), whole(row.cost.dsp),
                      whole(row.cost.bram_18k), row.support ? std::string(to_string(*row.support)) : "-"});
    }
  }
  return text_table(rows, 1);
}

std::string plan_table(const deploy::Plan& plan) {
  std::string text = title_of(plan);
  if (!plan.layers.empty()) {
    TextRows rows{{"layer", "kind", "reuse", "effective", "block factor", "cycles", "LUT", "FF", "DSP", "BRAM 18K"}};
    for (const deploy::LayerPlan& layer : plan.layers) {
      const auto& [choice, cost, support, interval] = layer.chosen;
      rows.push_back({layer.layer, layer.shape ? std::string(to_string(layer.shape->kind)) : "-",
                      fmt::format("{}", choice.reuse), for_each_matrix(choice.effective),
                      for_each_matrix(choice.block_factors), whole(cost.latency_max_cycles), whole(cost.lut),
                      whole(cost.ff), whole(cost.dsp), whole(cost.bram_18k)});
    }
    rows.push_back({"total", "", "", "", "", whole(plan.total.latency_max_cycles), whole(plan.total.lut),
                    whole(plan.total.ff), whole(plan.total.dsp), whole(plan.total.bram_18k)});
    if (const auto part = hls4ml::device_resources(plan.target.part)) rows.push_back(share_row(plan, *part));
    text += text_table(rows, 2);
  }
  text += answer_of(plan);
  for (const std::string& warning : plan.warnings) text += fmt::format("warning: {}\n", printable(warning));
  return text;
}

}  // namespace ntorc::emit
