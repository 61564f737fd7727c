// A question as people write it, and in words.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "ntorc/deploy/latency.hpp"
#include "ntorc/deploy/question.hpp"

namespace ntorc::deploy {
namespace {

using perf::Target;

constexpr std::array<std::pair<std::string_view, Target>, 4> kResourceNames{
    {{"lut", Target::Lut}, {"ff", Target::Ff}, {"dsp", Target::Dsp}, {"bram", Target::Bram18k}}};

std::string_view name_of(Target resource) {
  switch (resource) {
    case Target::Lut:
      return "LUT";
    case Target::Ff:
      return "FF";
    case Target::Dsp:
      return "DSP";
    default:
      return "BRAM";
  }
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t start = 0;;) {
    const std::size_t end = text.find(separator, start);
    parts.push_back(text.substr(start, end - start));
    if (end == std::string_view::npos) return parts;
    start = end + 1;
  }
}

/// The whole of `text` as a number, or nothing.
template <typename Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto [rest, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || rest != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<Target> resource_of(std::string_view name) {
  for (const auto& [known, resource] : kResourceNames) {
    if (name == known) return resource;
  }
  return std::nullopt;
}

std::string cycles_text(double cycles, double clock_mhz) {
  return fmt::format("{} cycles ({} us)", cycles, latency_us(cycles, clock_mhz));
}

std::string budget_text(const Budget& budget) {
  if (budget.of == Measure::Count) return fmt::format("at most {} {}", budget.amount, name_of(budget.resource));
  return fmt::format("at most {:.6g}% of the {}", 100 * budget.amount, name_of(budget.resource));
}

}  // namespace

std::string describe(const Weights& weights) {
  std::vector<std::string> terms;
  for (const Target resource : kResources) {
    const double weight = weights[resource];
    if (weight == 1) terms.emplace_back(name_of(resource));
    if (weight != 1 && weight != 0) terms.push_back(fmt::format("{} {}", weight, name_of(resource)));
  }
  return fmt::format("{}{}", fmt::join(terms, " + "), weights.of == Measure::PartShare ? " as shares of the part" : "");
}

std::string describe(const ReuseRule& rule) {
  return rule.least == rule.most ? fmt::format("{}={}", rule.layers, rule.least)
                                 : fmt::format("{}={}..{}", rule.layers, rule.least, rule.most);
}

std::string describe(const Question& question, double clock_mhz) {
  std::string text = "least ";
  switch (question.objective) {
    case Objective::Cost:
      text += describe(question.weights);
      break;
    case Objective::Latency:
      text += "latency";
      break;
    case Objective::Share:
      text += "largest share of the part";
      break;
    case Objective::Interval:
      text += "initiation interval";
      break;
  }
  std::vector<std::string> kept;
  if (question.latency_limit_cycles) {
    kept.push_back("at most " + cycles_text(*question.latency_limit_cycles, clock_mhz));
  }
  if (question.interval_limit_cycles) {
    kept.push_back("an initiation interval of at most " + cycles_text(*question.interval_limit_cycles, clock_mhz));
  }
  for (const Budget& budget : question.budgets) kept.push_back(budget_text(budget));
  for (const ReuseRule& rule : question.reuse) kept.push_back(fmt::format("reuse {}", describe(rule)));
  for (const auto& set : question.equal_reuse) kept.push_back(fmt::format("equal reuse {}", fmt::join(set, ",")));
  if (!kept.empty()) text += fmt::format(" with {}", fmt::join(kept, ", "));
  if (question.confidence) text += fmt::format("; cycles with confidence {}", *question.confidence);
  return text;
}

std::string describe_value(Objective objective, double value, double clock_mhz) {
  switch (objective) {
    case Objective::Cost:
      break;
    case Objective::Share:
      return fmt::format("{:.3f}% of the part", 100 * value);
    case Objective::Latency:
    case Objective::Interval:
      return fmt::format("{} cycles ({:.3f} us)", value, latency_us(value, clock_mhz));
  }
  return fmt::format("{:.6f}", value);
}

Weights weights(std::string_view text) {
  Weights weights;
  if (text == "device") {
    weights.of = Measure::PartShare;
    return weights;
  }
  std::vector<Target> seen;
  for (const std::string_view part : split(text, ',')) {
    const std::size_t equals = part.find('=');
    const auto resource = resource_of(part.substr(0, equals));
    const double weight =
        equals == std::string_view::npos ? -1 : number_of<double>(part.substr(equals + 1)).value_or(-1);
    if (!resource || !(weight >= 0 && weight <= kMaxWeight)) {
      throw InvalidArgument(fmt::format(
          "weights: expected device, or lut, ff, dsp and bram with a number in 0..{:g} each, as in lut=1,dsp=100, got "
          "\"{}\"",
          kMaxWeight, part));
    }
    if (std::ranges::find(seen, *resource) != seen.end()) {
      throw InvalidArgument(fmt::format("weights: expected one for {}, got two", part.substr(0, equals)));
    }
    seen.push_back(*resource);
    switch (*resource) {
      case Target::Lut:
        weights.lut = weight;
        break;
      case Target::Ff:
        weights.ff = weight;
        break;
      case Target::Dsp:
        weights.dsp = weight;
        break;
      default:
        weights.bram_18k = weight;
    }
  }
  return weights;
}

std::vector<Budget> budgets(std::string_view text) {
  std::vector<Budget> budgets;
  for (const std::string_view part : split(text, ',')) {
    const auto refuse = [part] {
      throw InvalidArgument(fmt::format(
          "budget: expected lut, ff, dsp or bram with a count or 0..100% of the part, as in dsp=100 or lut=50%, "
          "or all=50%, got \"{}\"",
          part));
    };
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) refuse();
    const std::string_view name = part.substr(0, equals);
    std::string_view figure = part.substr(equals + 1);
    Budget budget;
    if (figure.ends_with('%')) {
      figure.remove_suffix(1);
      budget.of = Measure::PartShare;
    }
    const auto number = number_of<double>(figure);
    const double most = budget.of == Measure::PartShare ? 100 : 1e12;
    if (!number || !(*number >= 0 && *number <= most)) refuse();
    budget.amount = budget.of == Measure::PartShare ? *number / 100 : *number;
    const auto resource = resource_of(name);
    if (resource) {
      budget.resource = *resource;
      budgets.push_back(budget);
      continue;
    }
    if (name != "all" || budget.of == Measure::Count) refuse();
    for (const Target each : kResources) {
      budget.resource = each;
      budgets.push_back(budget);
    }
  }
  return budgets;
}

ReuseRule reuse_rule(std::string_view text) {
  const std::size_t equals = text.rfind('=');
  if (equals != std::string_view::npos && equals > 0) {
    const std::string_view range = text.substr(equals + 1);
    const std::size_t dots = range.find("..");
    const auto least = number_of<std::int64_t>(range.substr(0, dots));
    const auto most = dots == std::string_view::npos ? least : number_of<std::int64_t>(range.substr(dots + 2));
    if (least && most && *least >= 1 && *least <= *most) return {std::string(text.substr(0, equals)), *least, *most};
  }
  throw InvalidArgument(fmt::format(
      "reuse: expected a layer and a reuse factor or a range of them, as in lstm=64 or dense*=16..256, got \"{}\"",
      text));
}

std::vector<std::string> layer_set(std::string_view text) {
  std::vector<std::string> patterns;
  for (const std::string_view pattern : split(text, ',')) {
    if (pattern.empty()) {
      throw InvalidArgument(fmt::format("equal reuse: expected layers, as in conv_1,dense*, got \"{}\"", text));
    }
    patterns.emplace_back(pattern);
  }
  return patterns;
}

}  // namespace ntorc::deploy
