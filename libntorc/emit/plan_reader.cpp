#include "emit/plan_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "emit/design_json.hpp"
#include "emit/figures_json.hpp"
#include "emit/plan_checks.hpp"
#include "ntorc/error.hpp"
#include "ntorc/hls4ml/device.hpp"

namespace ntorc::emit {
namespace {

using support::JsonReader;

double positive(const JsonReader& reader) {
  if (!(reader.number() > 1e-9)) reader.fail("a positive number");
  return reader.number();
}

double read_confidence(const JsonReader& reader) {
  const double confidence = reader.number();
  if (std::ranges::find(perf::kConfidences, confidence) == perf::kConfidences.end()) {
    reader.fail(fmt::format("one of {}", fmt::join(perf::kConfidences, ", ")));
  }
  return confidence;
}

std::vector<std::int64_t> read_counts(const JsonReader& reader) {
  std::vector<std::int64_t> counts;
  for (const JsonReader& item : reader.items()) counts.push_back(item.integer_in(1, kLargest));
  return counts;
}

hls4ml::LayerShape read_shape(const JsonReader& reader) {
  using model::LayerKind;
  constexpr std::array kKinds{LayerKind::Dense, LayerKind::Conv1D, LayerKind::Conv2D, LayerKind::Lstm, LayerKind::Gru};
  const std::string name = reader.at("kind").text();
  const auto kind = std::ranges::find(kKinds, name, [](LayerKind k) { return to_string(k); });
  if (kind == kKinds.end()) reader.at("kind").fail("dense, conv1d, conv2d, lstm or gru");
  const auto extent = [&](const char* key) { return reader.at(key).integer_in(1, hls4ml::kMaxExtent); };
  const hls4ml::LayerShape shape{
      *kind, extent("inputs"), extent("size"), extent("kernel"), extent("sequence"), extent("packets")};
  const bool dense = shape.kind == LayerKind::Dense;
  if (dense && shape.inputs % shape.packets != 0) {
    reader.at("packets").fail(fmt::format("a divisor of the {} inputs", shape.inputs));
  }
  if (!dense && shape.packets != 1) reader.at("packets").fail(fmt::format("1 for {}", name));
  if (!hls4ml::fits(shape)) {
    reader.fail_with(fmt::format("expected weight matrices of at most {} rows and columns", hls4ml::kMaxExtent));
  }
  return shape;
}

/// What hls4ml makes of the reuse factor follows from the shape.
void expect_snapped(const JsonReader& reader, const deploy::LayerPlan& layer) {
  if (!layer.shape) return;
  const auto& [reuse, effective, block_factors] = layer.chosen.choice;
  const auto matrices = hls4ml::matrices(*layer.shape);
  for (std::size_t m = 0; m < matrices.size(); ++m) {
    const std::int64_t snapped = hls4ml::snapped_reuse_factor(matrices[m], reuse);
    if (effective[m] != snapped) reader.at("effective_reuse").items()[m].fail(fmt::format("{}", snapped));
    const std::int64_t factor = hls4ml::block_factor(matrices[m], snapped);
    if (block_factors[m] != factor) reader.at("block_factor").items()[m].fail(fmt::format("{}", factor));
  }
}

deploy::LayerPlan read_layer(const JsonReader& reader) {
  reader.only({"name", "kind", "inputs", "size", "kernel", "sequence", "packets", "reuse", "effective_reuse",
               "block_factor", "cost", "interval", "support", "support_reasons"});
  deploy::LayerPlan layer;
  layer.layer = reader.at("name").text();
  if (layer.layer.empty()) reader.at("name").fail("a name");
  const bool has_shape = std::ranges::any_of(std::array{"kind", "inputs", "size", "kernel", "sequence", "packets"},
                                             [&](const char* key) { return reader.value().contains(key); });
  if (has_shape) layer.shape = read_shape(reader);
  hls4ml::ReuseChoice& choice = layer.chosen.choice;
  choice.reuse = reader.at("reuse").integer_in(1, kLargest);
  choice.effective = read_counts(reader.at("effective_reuse"));
  choice.block_factors = read_counts(reader.at("block_factor"));
  const std::size_t matrices = layer.shape ? hls4ml::matrices(*layer.shape).size() : 0;
  if (choice.effective.size() != matrices)
    reader.at("effective_reuse").fail_with("expected one for each weight matrix");
  if (choice.block_factors.size() != matrices)
    reader.at("block_factor").fail_with("expected one for each weight matrix");
  expect_snapped(reader, layer);
  layer.chosen.cost = read_cost(reader.at("cost"));
  if (const auto interval = if_any(reader, "interval")) {
    layer.chosen.interval = read_interval(*interval);
    expect_around(*interval, *layer.chosen.interval, layer.chosen.cost);
  }
  if (const auto support = if_any(reader, "support")) layer.chosen.support = read_support(*support);
  layer.support_reasons = read_texts(reader.at("support_reasons"));
  const bool explained = layer.chosen.support.value_or(perf::Support::Inside) != perf::Support::Inside;
  if (!explained && !layer.support_reasons.empty()) {
    reader.at("support_reasons").fail_with("expected none for a price from inside the training or of no model");
  }
  return layer;
}

mip::SolveStatus read_status(const JsonReader& reader) {
  using mip::SolveStatus;
  for (const auto status :
       {SolveStatus::Optimal, SolveStatus::Feasible, SolveStatus::Infeasible, SolveStatus::Unknown}) {
    if (reader.text() == to_string(status)) return status;
  }
  reader.fail("optimal, feasible, infeasible or unknown");
}

std::optional<double> confidence_if_any(const JsonReader& reader, std::string_view key) {
  const auto member = if_any(reader, key);
  return member ? std::optional(read_confidence(*member)) : std::nullopt;
}

std::optional<double> positive_if_any(const JsonReader& reader, std::string_view key) {
  const auto member = if_any(reader, key);
  return member ? std::optional(positive(*member)) : std::nullopt;
}

deploy::Measure read_measure(const JsonReader& reader) {
  for (const deploy::Measure measure : {deploy::Measure::Count, deploy::Measure::PartShare}) {
    if (reader.text() == to_string(measure)) return measure;
  }
  reader.fail("count or part");
}

deploy::Objective read_objective(const JsonReader& reader) {
  using deploy::Objective;
  for (const Objective objective : {Objective::Cost, Objective::Latency, Objective::Share, Objective::Interval}) {
    if (reader.text() == to_string(objective)) return objective;
  }
  reader.fail("cost, latency, share or interval");
}

deploy::Weights read_weights(const JsonReader& reader) {
  reader.only({"of", "lut", "ff", "dsp", "bram_18k"});
  return {read_measure(reader.at("of")), amount(reader.at("lut")), amount(reader.at("ff")), amount(reader.at("dsp")),
          amount(reader.at("bram_18k"))};
}

deploy::Budget read_budget(const JsonReader& reader) {
  reader.only({"resource", "amount", "of"});
  const std::string name = reader.at("resource").text();
  const auto resource =
      std::ranges::find(deploy::kResources, name, [](perf::Target target) { return to_string(target); });
  if (resource == deploy::kResources.end()) reader.at("resource").fail("lut, ff, dsp or bram_18k");
  return {*resource, amount(reader.at("amount")), read_measure(reader.at("of"))};
}

deploy::ReuseRule read_rule(const JsonReader& reader) {
  reader.only({"layers", "least", "most"});
  const std::int64_t least = reader.at("least").integer_in(1, kLargest);
  return {reader.at("layers").text(), least, reader.at("most").integer_in(least, kLargest)};
}

deploy::Question read_question(const JsonReader& reader, const std::string& part) {
  reader.only({"minimize", "weights", "composition", "latency_limit_cycles", "interval_limit_cycles", "confidence",
               "budgets", "reuse", "equal_reuse"});
  deploy::Question question;
  question.objective = read_objective(reader.at("minimize"));
  question.weights = read_weights(reader.at("weights"));
  question.composition = read_composition(reader.at("composition"));
  question.latency_limit_cycles = positive_if_any(reader, "latency_limit_cycles");
  question.interval_limit_cycles = positive_if_any(reader, "interval_limit_cycles");
  question.confidence = confidence_if_any(reader, "confidence");
  for (const JsonReader& budget : reader.at("budgets").items()) question.budgets.push_back(read_budget(budget));
  for (const JsonReader& rule : reader.at("reuse").items()) question.reuse.push_back(read_rule(rule));
  for (const JsonReader& set : reader.at("equal_reuse").items()) question.equal_reuse.push_back(read_texts(set));
  try {
    question.validate();
  } catch (const InvalidArgument& error) {
    reader.fail_with(error.what());
  }
  if (question.needs_part() && !hls4ml::device_resources(part)) {
    reader.fail_with(fmt::format("expected no share of part {}, which is not in ntorc's catalogue", part));
  }
  return question;
}

void read_answer(const JsonReader& reader, deploy::Plan& plan) {
  reader.only({"status", "rank", "objective", "bound", "gap", "message"});
  plan.status = read_status(reader.at("status"));
  plan.rank = static_cast<std::size_t>(reader.at("rank").integer_in(1, kLargest));
  plan.objective = amount_if_any(reader, "objective");
  plan.bound = amount_if_any(reader, "bound");
  plan.message = reader.at("message").text();
}

}  // namespace

deploy::BuildTarget read_target(const JsonReader& reader) {
  reader.only({"part", "clock_mhz", "backend", "io_type", "strategy", "precision"});
  deploy::BuildTarget target;
  target.part = reader.at("part").text();
  if (target.part.empty()) reader.at("part").fail("a name");
  target.clock_mhz = positive(reader.at("clock_mhz"));
  for (const hls4ml::Backend backend : {hls4ml::Backend::Vivado, hls4ml::Backend::Vitis}) {
    if (reader.at("backend").text() == to_string(backend)) target.backend = backend;
  }
  if (reader.at("backend").text() != to_string(target.backend)) reader.at("backend").fail("Vivado or Vitis");
  try {
    target.io_type = hls4ml::io_type(reader.at("io_type").text());
  } catch (const InvalidArgument&) {
    reader.at("io_type").fail("io_stream or io_parallel");
  }
  target.strategy = reader.at("strategy").text();
  if (target.strategy != deploy::kResource) reader.at("strategy").fail(fmt::format("\"{}\"", deploy::kResource));
  target.precision = reader.at("precision").text();
  return target;
}

deploy::Plan plan_of(const JsonReader& reader) {
  if (reader.at("format").text() != kPlanFormat) reader.at("format").fail("\"ntorc-plan\"");
  reader.at("version").integer_in(kPlanVersion, kPlanVersion);
  reader.only({"format", "version", "ntorc", "network", "costs", "target", "question", "answer", "total",
               "initiation_interval_cycles", "interval_confidence", "layers", "design", "warnings"});
  reader.at("ntorc").text();
  deploy::Plan plan;
  reader.at("network").only({"name", "keras_file"});
  plan.network = reader.at("network").at("name").text();
  plan.keras_file = reader.at("network").at("keras_file").text();
  plan.cost_source = reader.at("costs").text();
  plan.target = read_target(reader.at("target"));
  plan.question = read_question(reader.at("question"), plan.target.part);
  read_answer(reader.at("answer"), plan);
  plan.total = read_cost(reader.at("total"));
  plan.interval_confidence = confidence_if_any(reader, "interval_confidence");
  for (const JsonReader& layer : reader.at("layers").items()) plan.layers.push_back(read_layer(layer));
  if (const auto design = if_any(reader, "design")) plan.design = read_design(*design, plan.layers);
  plan.warnings = read_texts(reader.at("warnings"));

  expect_consistent(reader, plan);
  return plan;
}

}  // namespace ntorc::emit
