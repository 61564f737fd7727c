#include "checker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <stdexcept>
#include <vector>

namespace ntorc_check {
namespace {

using nlohmann::json;
__extension__ using Wide = __int128;

constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
constexpr Wide kLargestSum = Wide{1} << 124;  // so that a few of them still add up in 128 bits
constexpr int kMostDecimals = 18;
constexpr int kDeepest = 5;  // arrays and objects within each other

/// The certificate proves nothing, for this reason.
struct Refusal : std::runtime_error {
  using std::runtime_error::runtime_error;
};

[[noreturn]] void refuse(const std::string& place, const std::string& expected, const std::string& found) {
  throw Refusal(fmt::format("{}: expected {}, found {}", place, expected, found));
}

std::string digits(Wide value) {
  if (value < 0) return '-' + digits(-value);
  std::string text;
  do {
    text += static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  } while (value > 0);
  std::ranges::reverse(text);
  return text;
}

/// `value` over 10^decimals.
std::string decimal(std::int64_t value, std::int64_t decimals) {
  if (decimals == 0) return digits(value);
  std::string text = fmt::format("{:0{}}", value, decimals + 1);
  return fmt::format("{}.{}", text.substr(0, text.size() - static_cast<std::size_t>(decimals)),
                     text.substr(text.size() - static_cast<std::size_t>(decimals)));
}

// ---- what the file says ----

struct Multipliers {
  std::int64_t objective = 0;
  std::vector<std::int64_t> limits;
  std::vector<std::int64_t> loads;
};

struct Node {
  bool leaf = true;
  std::size_t multipliers = 0;
  std::size_t group = 0;
  std::vector<std::size_t> left;
  std::size_t children[2] = {0, 0};
};

struct Certificate {
  std::int64_t decimals = 0;
  std::vector<std::int64_t> limits;
  std::vector<std::size_t> ends;  ///< of each group, among all choices
  std::vector<std::int64_t> costs;
  std::vector<std::vector<std::int64_t>> amounts;
  std::vector<std::vector<std::int64_t>> loads;
  bool infeasible = false;
  std::vector<std::size_t> selection;
  std::vector<std::int64_t> claimed_amounts;
  std::int64_t objective = 0;
  std::vector<Multipliers> multipliers;
  std::vector<Node> nodes;

  std::size_t first(std::size_t group) const { return group == 0 ? 0 : ends[group - 1]; }
};

/// Refuses what a DOM would pass over: a key given twice, and nesting that no certificate has.
json parse(std::string_view text) {
  std::vector<std::set<std::string>> keys;
  const auto watch = [&keys](int depth, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::object_start || event == json::parse_event_t::array_start) {
      if (depth >= kDeepest) throw Refusal("certificate: expected fewer arrays and objects within each other");
      keys.resize(static_cast<std::size_t>(depth) + 2);
      keys.back().clear();
    } else if (event == json::parse_event_t::key) {
      if (!keys[static_cast<std::size_t>(depth)].insert(parsed.get<std::string>()).second) {
        throw Refusal("certificate: expected every key of an object once, found one twice");
      }
    }
    return true;
  };
  try {
    return json::parse(text.begin(), text.end(), watch);
  } catch (const json::parse_error& error) {
    refuse("certificate", "one JSON document", fmt::format("an error at byte {}", error.byte));
  } catch (const json::exception&) {
    refuse("certificate", "one JSON document", "a number out of range");
  }
}

/// The object's members, which are these and no others.
void expect_keys(const json& object, const std::string& place, std::initializer_list<const char*> keys) {
  if (!object.is_object()) refuse(place, "an object", object.type_name());
  for (const char* key : keys) {
    if (!object.contains(key)) refuse(place, fmt::format("a member {}", key), "none");
  }
  if (object.size() != keys.size())
    refuse(place, fmt::format("{} members", keys.size()), fmt::format("{}", object.size()));
}

const json& array(const json& value, const std::string& place) {
  if (!value.is_array()) refuse(place, "an array", value.type_name());
  return value;
}

std::int64_t integer(const json& value, const std::string& place, std::int64_t largest = kLargest) {
  const bool fits = value.is_number_unsigned() && value.get<std::uint64_t>() <= static_cast<std::uint64_t>(largest);
  if (!fits) {
    refuse(place, fmt::format("an integer in 0..{}", largest),
           value.is_number() ? "another number" : value.type_name());
  }
  return value.get<std::int64_t>();
}

std::vector<std::int64_t> integers(const json& value, const std::string& place) {
  std::vector<std::int64_t> numbers;
  numbers.reserve(array(value, place).size());
  for (const json& item : value) {
    if (!item.is_number_unsigned() || item.get<std::uint64_t>() > static_cast<std::uint64_t>(kLargest)) {
      integer(item, fmt::format("{}/{}", place, numbers.size()));
    }
    numbers.push_back(item.get<std::int64_t>());
  }
  return numbers;
}

void expect_count(const std::string& place, std::size_t expected, std::size_t found) {
  if (expected != found) refuse(place, fmt::format("{} entries", expected), fmt::format("{}", found));
}

std::vector<std::int64_t> integers(const json& value, const std::string& place, std::size_t count) {
  std::vector<std::int64_t> numbers = integers(value, place);
  expect_count(place, count, numbers.size());
  return numbers;
}

std::vector<std::vector<std::int64_t>> columns(const json& value, const std::string& place, std::size_t count,
                                               std::size_t length) {
  expect_count(place, count, array(value, place).size());
  std::vector<std::vector<std::int64_t>> numbers;
  for (const json& column : value) {
    numbers.push_back(integers(column, fmt::format("{}/{}", place, numbers.size()), length));
  }
  return numbers;
}

std::size_t count_names(const json& value, const std::string& place) {
  for (const json& name : array(value, place)) {
    if (!name.is_string()) refuse(place, "texts", name.type_name());
  }
  return value.size();
}

/// @param below  what no index reaches.
std::size_t index(const json& value, const std::string& place, std::size_t below) {
  if (below == 0) refuse(place, "something to point at", "nothing");
  return static_cast<std::size_t>(integer(value, place, static_cast<std::int64_t>(below - 1)));
}

void read_problem(const json& root, Certificate& certificate) {
  const json& limits = root["limits"];
  expect_keys(limits, "/limits", {"name", "limit"});
  certificate.limits = integers(limits["limit"], "/limits/limit", count_names(limits["name"], "/limits/name"));
  expect_keys(root["loads"], "/loads", {"name"});
  const std::size_t loads = count_names(root["loads"]["name"], "/loads/name");

  const json& groups = root["groups"];
  expect_keys(groups, "/groups", {"name", "choices"});
  const json& choices = root["choices"];
  expect_keys(choices, "/choices", {"name", "cost", "amounts", "loads"});
  const std::size_t total = count_names(choices["name"], "/choices/name");
  std::size_t end = 0;
  for (const std::int64_t size :
       integers(groups["choices"], "/groups/choices", count_names(groups["name"], "/groups/name"))) {
    const std::string place = fmt::format("/groups/choices/{}", certificate.ends.size());
    if (size == 0) refuse(place, "at least one choice", "none");
    if (static_cast<std::uint64_t>(size) > total - end) {
      refuse(place, fmt::format("at most the {} choices left", total - end), digits(size));
    }
    certificate.ends.push_back(end += static_cast<std::size_t>(size));
  }
  expect_count("/choices/name", end, total);
  certificate.costs = integers(choices["cost"], "/choices/cost", total);
  certificate.amounts = columns(choices["amounts"], "/choices/amounts", certificate.limits.size(), total);
  certificate.loads = columns(choices["loads"], "/choices/loads", loads, total);
}

void read_claim(const json& claim, Certificate& certificate) {
  if (!claim.is_object() || !claim.contains("status")) refuse("/claim", "a status", "none");
  if (claim["status"] == "infeasible") {
    certificate.infeasible = true;
    return expect_keys(claim, "/claim", {"status"});
  }
  if (claim["status"] != "optimal") refuse("/claim/status", "optimal or infeasible", "something else");
  expect_keys(claim, "/claim", {"status", "objective", "amounts", "selection"});
  certificate.objective = integer(claim["objective"], "/claim/objective");
  certificate.claimed_amounts = integers(claim["amounts"], "/claim/amounts", certificate.limits.size());
  expect_count("/claim/selection", certificate.ends.size(), array(claim["selection"], "/claim/selection").size());
  for (const json& chosen : claim["selection"]) {
    const std::size_t group = certificate.selection.size();
    certificate.selection.push_back(
        index(chosen, fmt::format("/claim/selection/{}", group), certificate.ends[group] - certificate.first(group)));
  }
}

Node read_node(const json& value, const std::string& place, const Certificate& certificate) {
  Node node;
  if (!value.is_array()) {
    node.multipliers = index(value, place, certificate.multipliers.size());
    return node;
  }
  expect_count(place, 4, value.size());
  node.leaf = false;
  node.group = index(value[0], place + "/0", certificate.ends.size());
  for (const json& choice : array(value[1], place + "/1")) {
    node.left.push_back(index(choice, place + "/1", certificate.ends[node.group] - certificate.first(node.group)));
  }
  for (const std::size_t c : {std::size_t{0}, std::size_t{1}})
    node.children[c] = static_cast<std::size_t>(integer(value[2 + c], place));
  return node;
}

void read_proof(const json& proof, Certificate& certificate) {
  expect_keys(proof, "/proof", {"multipliers", "nodes"});
  const std::size_t limits = certificate.limits.size();
  for (const json& value : array(proof["multipliers"], "/proof/multipliers")) {
    const std::string place = fmt::format("/proof/multipliers/{}", certificate.multipliers.size());
    const auto row = integers(value, place, 1 + limits + certificate.loads.size());
    const auto loads = row.begin() + 1 + static_cast<std::ptrdiff_t>(limits);
    certificate.multipliers.push_back({row.front(), {row.begin() + 1, loads}, {loads, row.end()}});
  }
  for (const json& value : array(proof["nodes"], "/proof/nodes")) {
    certificate.nodes.push_back(
        read_node(value, fmt::format("/proof/nodes/{}", certificate.nodes.size()), certificate));
  }
}

Certificate read(std::string_view text) {
  const json root = parse(text);
  if (!root.is_object() || !root.contains("format") || root["format"] != "ntorc-certificate") {
    refuse("/format", "\"ntorc-certificate\"", "something else");
  }
  if (!root.contains("version") || root["version"] != 1) refuse("/version", "1", "something else");
  expect_keys(root, "certificate",
              {"format", "version", "ntorc", "decimals", "limits", "loads", "groups", "choices", "claim", "proof"});
  Certificate certificate;
  certificate.decimals = integer(root["decimals"], "/decimals", kMostDecimals);
  read_problem(root, certificate);
  read_claim(root["claim"], certificate);
  read_proof(root["proof"], certificate);
  return certificate;
}

// ---- whether it holds ----

/// Sums of at most 2^63 figures below 2^63 each.
Wide sum_of(const Certificate& certificate, const std::vector<std::int64_t>& column) {
  Wide sum = 0;
  for (std::size_t g = 0; g < certificate.ends.size(); ++g)
    sum += column[certificate.first(g) + certificate.selection[g]];
  return sum;
}

/// The selection keeps the limits and costs what is claimed.
void check_selection(const Certificate& certificate) {
  for (std::size_t m = 0; m < certificate.limits.size(); ++m) {
    const std::string place = fmt::format("/claim/amounts/{}", m);
    const Wide amount = sum_of(certificate, certificate.amounts[m]);
    if (amount != certificate.claimed_amounts[m]) {
      refuse(place, fmt::format("{}, the sum of the selection", digits(amount)),
             digits(certificate.claimed_amounts[m]));
    }
    if (amount > certificate.limits[m]) {
      refuse(place, fmt::format("at most {}, the limit", certificate.limits[m]), digits(amount));
    }
  }
  Wide largest = 0;
  for (const auto& column : certificate.loads) largest = std::max(largest, sum_of(certificate, column));
  const Wide objective = sum_of(certificate, certificate.costs) + largest;
  if (objective != certificate.objective) {
    refuse("/claim/objective", fmt::format("{}, the sum of the selection", digits(objective)),
           digits(certificate.objective));
  }
}

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

/// The node above each; all nodes are one tree below node 0.
std::vector<std::size_t> parents_of(const Certificate& certificate) {
  const std::size_t count = certificate.nodes.size();
  if (count == 0) refuse("/proof/nodes", "at least one node", "none");
  std::vector<std::size_t> parents(count, kNone);
  for (std::size_t n = 0; n < count; ++n) {
    if (certificate.nodes[n].leaf) continue;
    for (const std::size_t child : certificate.nodes[n].children) {
      const std::string place = fmt::format("/proof/nodes/{}", n);
      if (child <= n || child >= count) {
        refuse(place, fmt::format("children in {}..{}", n + 1, count - 1), fmt::format("{}", child));
      }
      if (parents[child] != kNone) refuse(place, fmt::format("{} to be the child of one node", child), "a second");
      parents[child] = n;
    }
  }
  for (std::size_t n = 1; n < count; ++n) {
    if (parents[n] == kNone) refuse(fmt::format("/proof/nodes/{}", n), "a node above it", "none");
  }
  return parents;
}

/// Checks leaves, one after the other; those that share multipliers share the work of weighing every choice.
/// @tparam Weight  wide enough for what a choice weighs.
template <typename Weight>
class LeafChecker {
 public:
  LeafChecker(const Certificate& certificate, const std::vector<std::size_t>& parents)
      : certificate_(certificate),
        parents_(parents),
        weights_(certificate.costs.size()),
        least_(certificate.ends.size()),
        seen_(certificate.ends.size(), kNone),
        allowed_(certificate.costs.size()),
        marks_(certificate.costs.size()) {}

  /// For the leaves to come.
  void weigh(const Multipliers& multipliers) {
    objective_weight_ = multipliers.objective;
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      weights_[i] = static_cast<Weight>(multipliers.objective) * certificate_.costs[i];
    }
    for (std::size_t m = 0; m < certificate_.limits.size(); ++m) add(multipliers.limits[m], certificate_.amounts[m]);
    for (std::size_t p = 0; p < certificate_.loads.size(); ++p) add(multipliers.loads[p], certificate_.loads[p]);
    sum_ = 0;
    for (std::size_t g = 0; g < certificate_.ends.size(); ++g) {
      Weight least = weights_[certificate_.first(g)];
      for (std::size_t i = certificate_.first(g); i < certificate_.ends[g]; ++i) least = std::min(least, weights_[i]);
      least_[g] = least;
      sum_ += least;
    }
    for (std::size_t m = 0; m < certificate_.limits.size(); ++m) {
      sum_ -= static_cast<Wide>(multipliers.limits[m]) * certificate_.limits[m];
    }
  }

  void check(std::size_t leaf) {
    restrict_to(leaf);
    Wide right = sum_;
    for (const std::size_t g : restricted_) {
      bool empty = true;
      Weight least{};
      for (std::size_t i = certificate_.first(g); i < certificate_.ends[g]; ++i) {
        if (allowed_[i] == 0 || (!empty && weights_[i] >= least)) continue;
        least = weights_[i];
        empty = false;
      }
      if (empty) return;  // no selection belongs to this leaf
      right += static_cast<Wide>(least) - least_[g];
    }
    const std::string place = fmt::format("/proof/nodes/{}", leaf);
    if (certificate_.infeasible && objective_weight_ != 0) {
      refuse(place, "0 as the weight of the objective, for nothing keeps the limits", digits(objective_weight_));
    }
    // Were there a selection of an objective one unit less, right <= w0 * (objective - 1).
    const Wide most =
        certificate_.infeasible ? 0 : static_cast<Wide>(objective_weight_) * (Wide{certificate_.objective} - 1);
    if (right <= most) refuse(place, fmt::format("a bound above {}", digits(most)), digits(right));
  }

 private:
  void add(std::int64_t weight, const std::vector<std::int64_t>& column) {
    if (weight == 0) return;
    for (std::size_t i = 0; i < column.size(); ++i) weights_[i] += static_cast<Weight>(weight) * column[i];
  }

  /// Which choices of which groups the splits above leave to the leaf.
  void restrict_to(std::size_t leaf) {
    restricted_.clear();
    for (std::size_t node = leaf; node != 0; node = parents_[node]) {
      const Node& split = certificate_.nodes[parents_[node]];
      const std::size_t first = certificate_.first(split.group);
      const std::size_t end = certificate_.ends[split.group];
      if (seen_[split.group] != leaf) {
        seen_[split.group] = leaf;
        restricted_.push_back(split.group);
        std::fill(allowed_.begin() + static_cast<std::ptrdiff_t>(first),
                  allowed_.begin() + static_cast<std::ptrdiff_t>(end), 1);
      }
      const bool goes_left = split.children[0] == node;
      ++mark_;
      for (const std::size_t choice : split.left) marks_[first + choice] = mark_;
      for (std::size_t i = first; i < end; ++i) {
        if ((marks_[i] == mark_) != goes_left) allowed_[i] = 0;
      }
    }
  }

  const Certificate& certificate_;
  const std::vector<std::size_t>& parents_;
  std::int64_t objective_weight_ = 0;
  std::vector<Weight> weights_;  ///< of each choice
  std::vector<Weight> least_;    ///< of each group
  Wide sum_ = 0;                 ///< of `least_`, less the weighted limits
  std::vector<std::size_t> seen_;
  std::vector<std::size_t> restricted_;
  std::vector<char> allowed_;
  std::vector<std::size_t> marks_;
  std::size_t mark_ = 0;
};

/// The largest figure of each column.
struct Largest {
  std::int64_t cost = 0;
  std::vector<std::int64_t> amounts;
  std::vector<std::int64_t> loads;

  explicit Largest(const Certificate& certificate) : cost(of(certificate.costs)) {
    for (const auto& column : certificate.amounts) amounts.push_back(of(column));
    for (const auto& column : certificate.loads) loads.push_back(of(column));
  }

  static std::int64_t of(const std::vector<std::int64_t>& column) {
    return column.empty() ? 0 : *std::ranges::max_element(column);
  }
};

/// What no choice outweighs. @throws Refusal  if a sum over the groups, or of the weighted limits, might pass 128 bits.
Wide largest_weight(const Certificate& certificate, const Largest& largest, const Multipliers& multipliers,
                    const std::string& place) {
  const auto add = [&](Wide& sum, Wide a, Wide b) {
    Wide product = 0;
    if (__builtin_mul_overflow(a, b, &product) || product > kLargestSum || (sum += product) > kLargestSum) {
      refuse(place, "numbers whose sums fit 128 bits", "larger ones");
    }
  };
  Wide weight = 0;
  Wide limits = 0;
  add(weight, multipliers.objective, largest.cost);
  for (std::size_t m = 0; m < certificate.limits.size(); ++m) {
    add(weight, multipliers.limits[m], largest.amounts[m]);
    add(limits, multipliers.limits[m], certificate.limits[m]);
  }
  for (std::size_t p = 0; p < certificate.loads.size(); ++p) add(weight, multipliers.loads[p], largest.loads[p]);
  Wide sum = 0;
  add(sum, weight, static_cast<Wide>(certificate.ends.size()));
  add(limits, multipliers.objective, certificate.objective);
  return weight;
}

template <typename Weight>
void check_leaves(LeafChecker<Weight>& checker, const Multipliers& multipliers,
                  const std::vector<std::size_t>& leaves) {
  checker.weigh(multipliers);
  for (const std::size_t leaf : leaves) checker.check(leaf);
}

/// Every leaf is closed. Returns how many there are.
std::size_t check_tree(const Certificate& certificate) {
  const std::vector<std::size_t> parents = parents_of(certificate);
  const Largest largest(certificate);
  std::vector<std::vector<std::size_t>> leaves(certificate.multipliers.size());
  LeafChecker<std::int64_t> narrow(certificate, parents);
  std::optional<LeafChecker<Wide>> wide;  // seldom needed
  std::size_t count = 0;
  for (std::size_t n = 0; n < certificate.nodes.size(); ++n) {
    if (!certificate.nodes[n].leaf) continue;
    leaves[certificate.nodes[n].multipliers].push_back(n);
    ++count;
  }
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    if (leaves[i].empty()) continue;
    const Multipliers& multipliers = certificate.multipliers[i];
    const std::string place = fmt::format("/proof/multipliers/{}", i);
    Wide loads = 0;
    for (const std::int64_t weight : multipliers.loads) loads += weight;
    if (loads > multipliers.objective) {
      refuse(place, fmt::format("weights of loads up to {} in all, that of the objective", multipliers.objective),
             digits(loads));
    }
    if (largest_weight(certificate, largest, multipliers, place) <= kLargest) {
      check_leaves(narrow, multipliers, leaves[i]);
    } else {
      if (!wide) wide.emplace(certificate, parents);
      check_leaves(*wide, multipliers, leaves[i]);
    }
  }
  return count;
}

}  // namespace

Verdict check(std::string_view text) try {
  const Certificate certificate = read(text);
  if (!certificate.infeasible) check_selection(certificate);
  const std::size_t leaves = check_tree(certificate);
  const std::string claim = certificate.infeasible
                                ? "nothing keeps the limits"
                                : fmt::format("objective {}", decimal(certificate.objective, certificate.decimals));
  return {true, fmt::format("proven: {}, by {} leaves over {} groups and {} choices", claim, leaves,
                            certificate.ends.size(), certificate.costs.size())};
} catch (const Refusal& refusal) {
  return {false, fmt::format("not proven: {}", refusal.what())};
}

}  // namespace ntorc_check
