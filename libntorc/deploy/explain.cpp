#include "deploy/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "deploy/least_interval.hpp"
#include "deploy/solver.hpp"
#include "ntorc/deploy/latency.hpp"

namespace ntorc::deploy {
namespace {

using Part = std::optional<hls4ml::DeviceResources>;

constexpr std::chrono::milliseconds kMostTime{10'000};
constexpr std::array kNames{"LUT", "FF", "DSP", "BRAM"};
constexpr std::array kAims{Aim::Lut, Aim::Ff, Aim::Dsp, Aim::Bram18k};

/// Rounded up to what is printed, so that it can be asked for.
std::string reachable(std::int64_t units, double clock_mhz) {
  const double cycles = from_units(units);
  return fmt::format("{} cycles ({:.3f} us)", cycles, std::ceil(latency_us(cycles, clock_mhz) * 1e3) / 1e3);
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text = parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) text += (i + 1 == parts.size() ? " and " : ", ") + parts[i];
  return text;
}

class Explanation {
 public:
  Explanation(const Priced& priced, const Candidates& candidates, const Part& part, const PlanOptions& options)
      : priced_(priced),
        candidates_(candidates),
        part_(part),
        options_(options),
        question_(options.question),
        limits_(limits_of(question_, part)),
        composer_(priced, candidates, options.question),
        asker_(std::min(options.solve.time_limit, kMostTime), options.watch),
        solver_(candidates_, composer_, asker_) {}

  std::string text() {
    const auto budgets = static_cast<std::size_t>(
        std::ranges::count_if(limits_.counts, [](const auto& limit) { return limit.has_value(); }));
    alone_ = budgets + (limits_.latency ? 1 : 0) + (limits_.interval ? 1 : 0) == 1;
    if (limits_.latency) without_latency();
    if (limits_.interval) without_interval();
    for (std::size_t r = 0; r < kResources.size(); ++r) {
      if (limits_.counts[r]) without_budget(r);
    }
    without_rules();
    if (!rule_helps_) without_several_rules();
    if (helps_.empty()) each_alone();
    if (helps_.empty()) helps_.emplace_back("no single limit or rule is at fault");
    return fmt::format("no choice of reuse factors {}: {}", asked(), fmt::join(helps_, "; "));
  }

 private:
  std::string upper_ends() const {
    return question_.confidence ? fmt::format(" by the upper ends of confidence {}", *question_.confidence) : "";
  }
  std::string_view upper_end() const { return question_.confidence ? " upper end" : ""; }
  std::string_view others() const { return alone_ ? "" : "under the other limits "; }

  std::string asked() const {
    const double clock_mhz = options_.target.clock_mhz;
    std::vector<std::string> parts;
    if (const auto cycles = question_.latency_limit_cycles) {
      parts.push_back(
          fmt::format("takes at most {} cycles ({:.3f} us){}", *cycles, latency_us(*cycles, clock_mhz), upper_ends()));
    }
    if (const auto cycles = question_.interval_limit_cycles) {
      parts.push_back(fmt::format("has an initiation interval of at most {} cycles ({:.3f} us){}", *cycles,
                                  latency_us(*cycles, clock_mhz), upper_ends()));
    }
    std::vector<std::string> budgets;
    for (std::size_t r = 0; r < kResources.size(); ++r) {
      if (limits_.counts[r]) budgets.push_back(fmt::format("{} {}", from_units(*limits_.counts[r]), kNames[r]));
    }
    if (!budgets.empty()) parts.push_back("needs at most " + joined(budgets));
    return joined(parts);
  }

  mip::Solution solved(Aim aim, const IntegerLimits& limits) {
    return solver_.solve(aim, limits, {}, translation(Objective::Cost, 1)).solution;
  }

  void without_latency() {
    IntegerLimits limits = limits_;
    limits.latency.reset();
    const mip::Solution solution = solved(Aim::Latency, limits);
    if (!solution.objective) return;
    const bool proven = solution.status == mip::SolveStatus::Optimal;
    helps_.push_back(fmt::format("{}{}{} is {}", others(), proven ? "the lowest reachable" : "a reachable",
                                 question_.confidence ? " upper end"
                                 : alone_             ? ""
                                                      : " latency",
                                 reachable(*solution.objective, options_.target.clock_mhz)));
  }

  void without_interval() {
    IntegerLimits limits = limits_;
    limits.interval.reset();
    const LeastInterval least = least_interval(solver_, limits, {});
    if (least.chosen.empty()) return;
    const bool proven = least.status == mip::SolveStatus::Optimal;
    helps_.push_back(fmt::format("{}{} initiation interval{} is {}", others(), proven ? "the shortest" : "a reachable",
                                 upper_end(), reachable(least.interval, options_.target.clock_mhz)));
  }

  void without_budget(std::size_t r) {
    IntegerLimits limits = limits_;
    limits.counts[r].reset();
    const mip::Solution solution = solved(kAims[r], limits);
    if (!solution.objective) return;
    const bool proven = solution.status == mip::SolveStatus::Optimal;
    helps_.push_back(fmt::format(
        "{}{} {} {}, {} above the budget", others(), proven ? "the least that is needed is" : "it can be done with",
        from_units(*solution.objective), kNames[r], from_units(*solution.objective - *limits_.counts[r])));
  }

  void without_rules() {
    for (std::size_t i = 0; i < question_.reuse.size(); ++i) {
      Question question = question_;
      question.reuse.erase(question.reuse.begin() + static_cast<std::ptrdiff_t>(i));
      without_rule(question, fmt::format("reuse {}", describe(question_.reuse[i])));
    }
    for (std::size_t i = 0; i < question_.equal_reuse.size(); ++i) {
      Question question = question_;
      question.equal_reuse.erase(question.equal_reuse.begin() + static_cast<std::ptrdiff_t>(i));
      without_rule(question, fmt::format("equal reuse {}", fmt::join(question_.equal_reuse[i], ",")));
    }
  }

  void without_rule(const Question& question, const std::string& rule) {
    if (!has_plan(question)) return;
    rule_helps_ = true;
    helps_.push_back(fmt::format("without {} there is one", rule));
  }

  bool has_plan(const Question& question) {
    const Candidates candidates = candidates_of(priced_, question, part_);
    const Composer composer(priced_, candidates, question);
    const Solver solver(candidates, composer, asker_);
    return !solver.solve(Aim::Cost, limits_, any_answer({}), translation(Objective::Cost, 1)).solution.choices.empty();
  }

  /// Rules that are in the way together, each of them: with any one of them back there is no plan.
  void without_several_rules() {
    if (question_.reuse.size() + question_.equal_reuse.size() < 2) return;
    Question question = question_;
    question.reuse.clear();
    question.equal_reuse.clear();
    if (!has_plan(question)) return;
    std::vector<std::string> blamed;
    const auto put_back = [&](auto& rules, const auto& rule, const std::string& words) {
      rules.push_back(rule);
      if (has_plan(question)) return;
      rules.pop_back();
      blamed.push_back(words);
    };
    for (const ReuseRule& rule : question_.reuse) {
      put_back(question.reuse, rule, fmt::format("reuse {}", describe(rule)));
    }
    for (const auto& layers : question_.equal_reuse) {
      put_back(question.equal_reuse, layers, fmt::format("equal reuse {}", fmt::join(layers, ",")));
    }
    if (!blamed.empty()) helps_.push_back(fmt::format("without {} there is one", joined(blamed)));
  }

  /// The limits that nothing keeps even by themselves.
  void each_alone() {
    const auto least = [&](const auto& figure) {
      std::int64_t sum = 0;
      for (const LayerSet& set : candidates_.sets) {
        std::int64_t smallest = figure(set.candidates.front());
        for (const Candidate& candidate : set.candidates) smallest = std::min(smallest, figure(candidate));
        sum += smallest;
      }
      return sum;
    };
    const std::optional<std::int64_t> latency =
        limits_.latency ? solved(Aim::Latency, {}).objective : std::optional<std::int64_t>();
    if (latency && *latency > *limits_.latency) {
      helps_.push_back(fmt::format("without any other limit the lowest reachable{} is {}",
                                   question_.confidence ? " upper end" : " latency",
                                   reachable(*latency, options_.target.clock_mhz)));
    }
    const LeastInterval interval = least_interval(solver_, {}, {});
    if (limits_.interval && interval.status == mip::SolveStatus::Optimal && interval.interval > *limits_.interval) {
      helps_.push_back(fmt::format("without any other limit the shortest initiation interval{} is {}", upper_end(),
                                   reachable(interval.interval, options_.target.clock_mhz)));
    }
    for (std::size_t r = 0; r < kResources.size(); ++r) {
      const std::int64_t count = least([r](const Candidate& candidate) { return candidate.counts[r]; });
      if (!limits_.counts[r] || count <= *limits_.counts[r]) continue;
      helps_.push_back(fmt::format("without any other limit the least that is needed is {} {}, {} above the budget",
                                   from_units(count), kNames[r], from_units(count - *limits_.counts[r])));
    }
  }

  const Priced& priced_;
  const Candidates& candidates_;
  const Part& part_;
  const PlanOptions& options_;
  const Question& question_;
  IntegerLimits limits_;
  Composer composer_;
  Asker asker_;
  Solver solver_;
  bool alone_ = false;       ///< the question has one limit
  bool rule_helps_ = false;  ///< to leave one rule out is enough
  std::vector<std::string> helps_;
};

}  // namespace

std::string explain_infeasible(const Priced& priced, const Candidates& candidates, const Part& part,
                               const PlanOptions& options) {
  return Explanation(priced, candidates, part, options).text();
}

}  // namespace ntorc::deploy
