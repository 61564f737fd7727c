#include "ntorc/emit/certificate_json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "ntorc/error.hpp"
#include "ntorc/version.hpp"

namespace ntorc::emit {
namespace {

using nlohmann::ordered_json;

constexpr int kFormatVersion = 1;
constexpr int kMostDecimals = 18;

std::vector<std::string> all_named(std::vector<std::string> names, std::size_t count, std::string_view kind) {
  for (std::size_t i = names.size(); i < count; ++i) names.push_back(fmt::format("{}_{}", kind, i));
  names.resize(count);
  return names;
}

ordered_json node_json(const mip::ProofNode& node) {
  if (node.leaf) return node.multipliers;
  return ordered_json::array({node.group, node.left, node.children[0], node.children[1]});
}

ordered_json multipliers_json(const mip::Multipliers& multipliers) {
  ordered_json row = ordered_json::array({multipliers.objective});
  for (const std::int64_t weight : multipliers.limits) row.push_back(weight);
  for (const std::int64_t weight : multipliers.loads) row.push_back(weight);
  return row;
}

ordered_json claim_json(const mip::Solution& solution) {
  ordered_json claim{{"status", to_string(solution.status)}};
  if (!solution.objective) return claim;
  claim["objective"] = *solution.objective;
  claim["amounts"] = solution.amounts;
  claim["selection"] = solution.choices;
  return claim;
}

}  // namespace

std::string certificate_json(const mip::Problem& problem, const mip::Names& names, int decimals,
                             const mip::Solution& solution) {
  if (decimals < 0 || decimals > kMostDecimals) {
    throw InvalidArgument(fmt::format("decimals: expected 0..{}, got {}", kMostDecimals, decimals));
  }
  if (!solution.certificate) {
    throw InvalidArgument(
        fmt::format("certificate: expected a proof, but the answer, {}, has none", to_string(solution.status)));
  }
  std::vector<std::size_t> sizes;
  for (std::size_t g = 0; g < problem.groups(); ++g) sizes.push_back(problem.size(g));
  ordered_json multipliers = ordered_json::array();
  for (const mip::Multipliers& each : solution.certificate->multipliers) multipliers.push_back(multipliers_json(each));
  ordered_json nodes = ordered_json::array();
  for (const mip::ProofNode& node : solution.certificate->nodes) nodes.push_back(node_json(node));

  const ordered_json certificate{
      {"format", "ntorc-certificate"},
      {"version", kFormatVersion},
      {"ntorc", kVersion},
      {"decimals", decimals},
      {"limits", {{"name", all_named(names.limits, problem.limits.size(), "limit")}, {"limit", problem.limits}}},
      {"loads", {{"name", all_named(names.loads, problem.loads.size(), "load")}}},
      {"groups", {{"name", all_named(names.groups, problem.groups(), "group")}, {"choices", sizes}}},
      {"choices",
       {{"name", all_named(names.choices, problem.costs.size(), "choice")},
        {"cost", problem.costs},
        {"amounts", problem.amounts},
        {"loads", problem.loads}}},
      {"claim", claim_json(solution)},
      {"proof", {{"multipliers", multipliers}, {"nodes", nodes}}}};

  // One line for each part.
  std::string text = "{";
  for (const auto& [key, value] : certificate.items()) {
    text += fmt::format("{}\n\"{}\": {}", text.size() > 1 ? "," : "", key,
                        value.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
  }
  return text + "\n}\n";
}

}  // namespace ntorc::emit
