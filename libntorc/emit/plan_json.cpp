#include "ntorc/emit/plan_json.hpp"

#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "emit/design_json.hpp"
#include "emit/figures_json.hpp"
#include "emit/plan_reader.hpp"
#include "ntorc/version.hpp"
#include "support/file.hpp"
#include "support/json_reader.hpp"

namespace ntorc::emit {
namespace {

using nlohmann::ordered_json;
using support::JsonReader;

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
                    {"composition", to_string(question.composition)},
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
  ordered_json json{{"format", kPlanFormat},
                    {"version", kPlanVersion},
                    {"ntorc", ntorc::kVersion},
                    {"network", {{"name", plan.network}, {"keras_file", plan.keras_file}}},
                    {"costs", plan.cost_source},
                    {"target",
                     {{"part", plan.target.part},
                      {"clock_mhz", number(plan.target.clock_mhz)},
                      {"backend", to_string(plan.target.backend)},
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
                    {"design", plan.design ? design_json(*plan.design) : ordered_json(nullptr)},
                    {"warnings", plan.warnings}};
  if (!plan.layers.empty()) json["initiation_interval_cycles"] = number(initiation_interval_cycles(plan));
  for (const deploy::LayerPlan& layer : plan.layers) json["layers"].push_back(layer_json(layer));
  return json;
}

std::string text_of(const ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
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
