#include "ntorc/emit/plan_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>

#include "ntorc/error.hpp"
#include "ntorc/hls4ml/device.hpp"
#include "ntorc/version.hpp"
#include "support/file.hpp"
#include "support/json_reader.hpp"

namespace ntorc::emit {
namespace {

using nlohmann::ordered_json;
using support::JsonReader;

constexpr std::string_view kFormat = "ntorc-plan";
constexpr int kVersion = 3;

/// Whole numbers without a fraction.
ordered_json number(double value) {
  constexpr double kExact = 9'007'199'254'740'992;  // 2^53
  if (std::trunc(value) == value && std::abs(value) < kExact) return static_cast<std::int64_t>(value);
  return value;
}

ordered_json number(const std::optional<double>& value) { return value ? number(*value) : ordered_json(nullptr); }

ordered_json cost_json(const perf::LayerCost& cost) {
  ordered_json json;
  for (const perf::Target target : perf::kTargets) json[std::string(to_string(target))] = number(cost[target]);
  return json;
}

ordered_json interval_json(const std::optional<perf::Interval>& interval) {
  if (!interval) return nullptr;
  return {{"low", cost_json(interval->low)}, {"high", cost_json(interval->high)}};
}

ordered_json layer_json(const deploy::LayerPlan& layer) {
  ordered_json json{{"name", layer.layer}};
  if (layer.shape) {
    json["kind"] = to_string(layer.shape->kind);
    json["inputs"] = layer.shape->inputs;
    json["size"] = layer.shape->size;
    json["kernel"] = layer.shape->kernel;
    json["sequence"] = layer.shape->sequence;
    json["packets"] = layer.shape->packets;
  }
  json["reuse"] = layer.chosen.choice.reuse;
  json["effective_reuse"] = layer.chosen.choice.effective;
  json["block_factor"] = layer.chosen.choice.block_factors;
  json["cost"] = cost_json(layer.chosen.cost);
  json["interval"] = interval_json(layer.chosen.interval);
  json["support"] = layer.chosen.support ? ordered_json(to_string(*layer.chosen.support)) : ordered_json(nullptr);
  json["support_reasons"] = layer.support_reasons;
  return json;
}

ordered_json question_json(const deploy::Question& question) {
  const deploy::Weights& weights = question.weights;
  ordered_json json{{"minimize", to_string(question.objective)},
                    {"weights", {{"of", to_string(weights.of)}}},
                    {"latency_limit_cycles", number(question.latency_limit_cycles)},
                    {"interval_limit_cycles", number(question.interval_limit_cycles)},
                    {"confidence", number(question.confidence)},
                    {"budgets", ordered_json::array()},
                    {"reuse", ordered_json::array()},
                    {"equal_reuse", question.equal_reuse}};
  for (const perf::Target resource : deploy::kResources) {
    json["weights"][std::string(to_string(resource))] = number(weights[resource]);
  }
  for (const deploy::Budget& budget : question.budgets) {
    json["budgets"].push_back(
        {{"resource", to_string(budget.resource)}, {"amount", number(budget.amount)}, {"of", to_string(budget.of)}});
  }
  for (const deploy::ReuseRule& rule : question.reuse) {
    json["reuse"].push_back({{"layers", rule.layers}, {"least", rule.least}, {"most", rule.most}});
  }
  return json;
}

ordered_json plan_json(const deploy::Plan& plan) {
  ordered_json json{{"format", kFormat},
                    {"version", kVersion},
                    {"ntorc", ntorc::kVersion},
                    {"network", {{"name", plan.network}, {"keras_file", plan.keras_file}}},
                    {"costs", plan.cost_source},
                    {"target",
                     {{"part", plan.target.part},
                      {"clock_mhz", number(plan.target.clock_mhz)},
                      {"io_type", to_string(plan.target.io_type)},
                      {"strategy", plan.target.strategy},
                      {"precision", plan.target.precision}}},
                    {"question", question_json(plan.question)},
                    {"answer",
                     {{"status", to_string(plan.status)},
                      {"rank", plan.rank},
                      {"objective", number(plan.objective)},
                      {"bound", number(plan.bound)},
                      {"gap", number(gap(plan))},
                      {"message", plan.message}}},
                    {"total", cost_json(plan.total)},
                    {"initiation_interval_cycles", nullptr},
                    {"interval_confidence", number(plan.interval_confidence)},
                    {"layers", ordered_json::array()},
                    {"warnings", plan.warnings}};
  if (!plan.layers.empty()) json["initiation_interval_cycles"] = number(initiation_interval_cycles(plan));
  for (const deploy::LayerPlan& layer : plan.layers) json["layers"].push_back(layer_json(layer));
  return json;
}

std::string text_of(const ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();

double amount(const JsonReader& reader) {
  if (!(reader.number() >= 0)) reader.fail("a number >= 0");
  return reader.number();
}

/// The member, which must be there; nothing for null.
std::optional<JsonReader> if_any(const JsonReader& reader, std::string_view key) {
  const JsonReader member = reader.at(key);
  return member.value().is_null() ? std::nullopt : std::optional(member);
}

std::optional<double> amount_if_any(const JsonReader& reader, std::string_view key) {
  const auto member = if_any(reader, key);
  return member ? std::optional(amount(*member)) : std::nullopt;
}

double positive(const JsonReader& reader) {
  if (!(reader.number() > 1e-9)) reader.fail("a positive number");
  return reader.number();
}

perf::LayerCost read_cost(const JsonReader& reader) {
  reader.only({"latency_min_cycles", "latency_max_cycles", "lut", "ff", "dsp", "bram_18k"});
  perf::LayerCost cost;
  for (const perf::Target target : perf::kTargets) cost[target] = amount(reader.at(to_string(target)));
  return cost;
}

perf::Interval read_interval(const JsonReader& reader, const perf::LayerCost& cost) {
  reader.only({"low", "high"});
  const perf::Interval interval{read_cost(reader.at("low")), read_cost(reader.at("high"))};
  for (const perf::Target target : perf::kTargets) {
    if (deploy::encloses(interval, cost, target)) continue;
    const bool above = interval.low[target] > cost[target];
    reader.at(above ? "low" : "high")
        .at(to_string(target))
        .fail(fmt::format("{} the cost, {}", above ? "at most" : "at least", cost[target]));
  }
  return interval;
}

perf::Support read_support(const JsonReader& reader) {
  using perf::Support;
  for (const Support support : {Support::Inside, Support::Interpolated, Support::Extrapolated}) {
    if (reader.text() == to_string(support)) return support;
  }
  reader.fail("inside, interpolated, extrapolated or null");
}

double read_confidence(const JsonReader& reader) {
  const double confidence = reader.number();
  if (std::ranges::find(perf::kConfidences, confidence) == perf::kConfidences.end()) {
    reader.fail(fmt::format("one of {}", fmt::join(perf::kConfidences, ", ")));
  }
  return confidence;
}

std::vector<std::string> read_texts(const JsonReader& reader) {
  std::vector<std::string> texts;
  for (const JsonReader& item : reader.items()) texts.push_back(item.text());
  return texts;
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
  if (const auto interval = if_any(reader, "interval"))
    layer.chosen.interval = read_interval(*interval, layer.chosen.cost);
  if (const auto support = if_any(reader, "support")) layer.chosen.support = read_support(*support);
  layer.support_reasons = read_texts(reader.at("support_reasons"));
  const bool explained = layer.chosen.support.value_or(perf::Support::Inside) != perf::Support::Inside;
  if (!explained && !layer.support_reasons.empty()) {
    reader.at("support_reasons").fail_with("expected none for a price from inside the training or of no model");
  }
  return layer;
}

/// Sums may differ by what figures with six decimals leave open.
void expect_sum(const JsonReader& reader, double sum, std::size_t count) {
  const double open = 1e-6 * static_cast<double>(count + 1) + std::ldexp(sum, -48);
  if (std::abs(reader.number() - sum) > open) reader.fail(fmt::format("the sum, {}", sum));
}

void expect_sums(const JsonReader& reader, const deploy::Plan& plan) {
  for (const perf::Target target : perf::kTargets) {
    double sum = 0;
    for (const deploy::LayerPlan& layer : plan.layers) sum += layer.chosen.cost[target];
    expect_sum(reader.at("total").at(to_string(target)), sum, plan.layers.size());
  }
}

/// What rounding each layer's figure may put a sum beside itself.
double open_of(const deploy::Plan& plan, double sum, double unit) {
  return 4 * unit * static_cast<double>(plan.layers.size() + 1) + std::ldexp(sum, -48);
}

/// What follows from objective and bound.
void expect_gap(const JsonReader& reader, const deploy::Plan& plan) {
  const auto expected = gap(plan);
  const auto found = amount_if_any(reader, "gap");
  if (expected.has_value() != found.has_value() || std::abs(expected.value_or(0) - found.value_or(0)) > 1e-9) {
    reader.at("gap").fail(expected ? fmt::format("{}, by objective and bound", *expected)
                                   : "null without both of them");
  }
}

void expect_objective(const JsonReader& reader, const deploy::Plan& plan) {
  const deploy::Question& question = plan.question;
  const double expected = objective_of(plan);
  const bool of_part =
      question.objective == deploy::Objective::Share ||
      (question.objective == deploy::Objective::Cost && question.weights.of == deploy::Measure::PartShare);
  double unit = 1e-6;
  if (of_part) {  // the total is rounded to 1e-6 of a count
    unit = 1e-12;
    const auto part = hls4ml::device_resources(plan.target.part).value();
    for (const perf::Target resource : deploy::kResources) {
      unit += question.weights[resource] * 1e-6 / deploy::available(part, resource);
    }
  } else if (question.objective == deploy::Objective::Cost) {
    for (const perf::Target resource : deploy::kResources) unit = std::max(unit, question.weights[resource] * 1e-6);
  }
  if (std::abs(plan.objective.value() - expected) > open_of(plan, expected, unit)) {
    reader.at("objective").fail(fmt::format("the sum, {}", expected));
  }
  if (!plan.bound) return;
  if (*plan.bound > *plan.objective) reader.at("bound").fail(fmt::format("at most the objective, {}", *plan.objective));
  if (plan.rank == 1 && plan.status == mip::SolveStatus::Optimal && *plan.bound != *plan.objective) {
    reader.at("bound").fail(fmt::format("the objective, {}, as it is optimal", *plan.objective));
  }
}

/// The limits on what the layers cost, as predicted; those with a confidence stand below.
void expect_within(const JsonReader& reader, const deploy::Plan& plan) {
  const deploy::Question& question = plan.question;
  const JsonReader total = reader.at("total");
  if (!question.confidence && question.latency_limit_cycles &&
      plan.total.latency_max_cycles > *question.latency_limit_cycles + 1e-6) {
    total.at("latency_max_cycles").fail(fmt::format("at most {}", *question.latency_limit_cycles));
  }
  for (const deploy::Budget& budget : question.budgets) {
    const double limit = count_of(budget, hls4ml::device_resources(plan.target.part));
    if (plan.total[budget.resource] > limit + 1e-6 + std::ldexp(limit, -48)) {
      total.at(to_string(budget.resource)).fail(fmt::format("at most {}", limit));
    }
  }
  const double interval = initiation_interval_cycles(plan);
  const JsonReader shown = reader.at("initiation_interval_cycles");
  if (std::abs(shown.number() - interval) > 1e-6) shown.fail(fmt::format("that of the slowest layer, {}", interval));
  if (question.interval_limit_cycles && interval > *question.interval_limit_cycles + 1e-6) {
    shown.fail(fmt::format("at most {}", *question.interval_limit_cycles));
  }
}

void expect_rules(const JsonReader& reader, const deploy::Plan& plan) {
  const std::vector<JsonReader> layers = reader.at("layers").items();
  for (std::size_t l = 0; l < layers.size(); ++l) {
    for (const deploy::ReuseRule& rule : plan.question.reuse) {
      const std::int64_t reuse = plan.layers[l].chosen.choice.reuse;
      if (!deploy::matches(rule.layers, plan.layers[l].layer) || (reuse >= rule.least && reuse <= rule.most)) continue;
      layers[l].at("reuse").fail(fmt::format("{}..{}", rule.least, rule.most));
    }
  }
  for (const auto& set : plan.question.equal_reuse) {
    std::optional<std::int64_t> shared;
    for (std::size_t l = 0; l < layers.size(); ++l) {
      const auto matches = [&](const std::string& pattern) { return deploy::matches(pattern, plan.layers[l].layer); };
      if (std::ranges::none_of(set, matches)) continue;
      const std::int64_t reuse = plan.layers[l].chosen.choice.reuse;
      if (reuse != shared.value_or(reuse)) {
        layers[l].at("reuse").fail(
            fmt::format("{}, as the layers before in equal reuse {}", *shared, fmt::join(set, ",")));
      }
      shared = reuse;
    }
  }
}

/// A confidence is that of the intervals, of which every layer then has one, and their upper ends keep the deadline.
void expect_confidence(const JsonReader& reader, const deploy::Plan& plan) {
  const auto told = [](const deploy::LayerPlan& layer) { return layer.chosen.interval.has_value(); };
  const JsonReader shown = reader.at("interval_confidence");
  if (plan.interval_confidence.has_value() != std::ranges::any_of(plan.layers, told)) {
    shown.fail(plan.interval_confidence ? "null, as no layer has an interval" : "the confidence of the intervals");
  }
  const auto confidence = plan.question.confidence;
  if (!confidence || plan.layers.empty()) return;
  const std::vector<JsonReader> layers = reader.at("layers").items();
  for (std::size_t l = 0; l < layers.size(); ++l) {
    if (!told(plan.layers[l])) layers[l].at("interval").fail("an interval, as the question has a confidence");
  }
  if (plan.interval_confidence != confidence) shown.fail(fmt::format("the confidence {}", *confidence));
  if (!plan.question.latency_limit_cycles) return;
  const double cycles = total_interval(plan)->high.latency_max_cycles;
  const double open = 1e-6 * static_cast<double>(plan.layers.size() + 1) + std::ldexp(cycles, -48);
  const double limit = *plan.question.latency_limit_cycles;
  if (cycles > limit + open) {
    reader.at("layers").fail_with(
        fmt::format("expected upper ends of at most {} cycles in all, got {}", limit, cycles));
  }
}

deploy::BuildTarget read_target(const JsonReader& reader) {
  reader.only({"part", "clock_mhz", "io_type", "strategy", "precision"});
  deploy::BuildTarget target;
  target.part = reader.at("part").text();
  if (target.part.empty()) reader.at("part").fail("a name");
  target.clock_mhz = positive(reader.at("clock_mhz"));
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
  reader.only({"minimize", "weights", "latency_limit_cycles", "interval_limit_cycles", "confidence", "budgets", "reuse",
               "equal_reuse"});
  deploy::Question question;
  question.objective = read_objective(reader.at("minimize"));
  question.weights = read_weights(reader.at("weights"));
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

deploy::Plan plan_of(const JsonReader& reader) {
  if (reader.at("format").text() != kFormat) reader.at("format").fail("\"ntorc-plan\"");
  reader.at("version").integer_in(kVersion, kVersion);
  reader.only({"format", "version", "ntorc", "network", "costs", "target", "question", "answer", "total",
               "initiation_interval_cycles", "interval_confidence", "layers", "warnings"});
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
  plan.warnings = read_texts(reader.at("warnings"));

  const bool answered = plan.status == mip::SolveStatus::Optimal || plan.status == mip::SolveStatus::Feasible;
  if (answered == plan.layers.empty()) {
    reader.at("layers").fail_with(answered ? "expected the layers of the answer, found none"
                                           : "expected none without an answer");
  }
  if (answered != plan.objective.has_value()) {
    reader.at("answer").fail_with(answered ? "expected an objective, found none"
                                           : "expected no objective without an answer");
  }
  expect_gap(reader.at("answer"), plan);
  expect_confidence(reader, plan);
  if (!answered) return plan;
  expect_sums(reader, plan);
  expect_objective(reader.at("answer"), plan);
  expect_within(reader, plan);
  expect_rules(reader, plan);
  return plan;
}

}  // namespace

std::string to_json(const deploy::Plan& plan) {
  if (plan.others.empty()) return text_of(plan_json(plan));
  ordered_json json = ordered_json::array({plan_json(plan)});
  for (const deploy::Plan& other : plan.others) json.push_back(plan_json(other));
  return text_of(json);
}

deploy::Plan parse_plan(std::string_view text, std::string_view name) {
  const nlohmann::json document = support::parse_json(text, name);
  const JsonReader reader(document, name);
  if (!document.is_array()) return plan_of(reader);
  std::vector<deploy::Plan> plans;
  for (const JsonReader& item : reader.items()) {
    plans.push_back(plan_of(item));
    if (plans.back().rank != plans.size()) item.at("answer").at("rank").fail(fmt::format("{}", plans.size()));
  }
  if (plans.empty()) reader.fail_with("expected plans, found none");
  deploy::Plan best = std::move(plans.front());
  best.others.assign(std::make_move_iterator(plans.begin() + 1), std::make_move_iterator(plans.end()));
  return best;
}

deploy::Plan read_plan(const std::filesystem::path& file) {
  return parse_plan(support::read_file(file), file == "-" ? "standard input" : file.string());
}

}  // namespace ntorc::emit
