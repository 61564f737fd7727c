// One solver on one instance, for compare_solvers.py; every answer is one line of JSON.
//   compare_solvers instance|lp|mps NAME                                    the problem itself
//   compare_solvers solve NAME exact|glpk|plain-glpk GAP SECONDS            plain-glpk: GLPK as its manual calls it
//   compare_solvers search NAME random|annealing TRIALS SEED
//   compare_solvers front NAME POINTS SECONDS                               POINTS 0: complete
// NAME is FAMILY/QUESTION/LAYERSxCHOICES/SEED with FAMILY A, B, C and QUESTION deadline, budgets
// (solver_instances.hpp), or model1/deadline, model1/budgets/PERCENT. Exit code 3: model 1's tables are not there.
#include <fmt/format.h>
#include <glpk.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <exception>
#include <functional>
#include <iostream>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "ntorc/mip/formulation.hpp"
#include "ntorc/mip/front.hpp"
#include "ntorc/mip/solve.hpp"
#include "solver_instances.hpp"
#include "solver_model_1.hpp"

namespace {

using namespace ntorc;
using namespace ntorc::benchmarks;
using nlohmann::json;
using Clock = std::chrono::steady_clock;

struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct NoTables : std::runtime_error {
  using std::runtime_error::runtime_error;
};

constexpr auto kUsage =
    "usage: compare_solvers instance|lp|mps NAME\n"
    "       compare_solvers solve NAME exact|glpk|plain-glpk GAP SECONDS\n"
    "       compare_solvers search NAME random|annealing TRIALS SEED\n"
    "       compare_solvers front NAME POINTS SECONDS";

template <typename Number>
Number number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw UsageError(fmt::format("expected a number, got {}", text));
  }
  return value;
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

struct Instance {
  mip::Problem problem{};
  mip::Problem unlimited{};  ///< the one deadline so late that it does not bind
  int decimals = 0;          ///< of the figures that the integers stand for
};

Instance model_1_instance(const std::vector<std::string>& parts) {
  const auto table = model_1();
  if (!table) throw NoTables("shared/tables is not there");
  if (parts.size() == 2 && parts[1] == "deadline") {
    return {one_deadline(*table, kModel1Cycles * table->unit),
            one_deadline(*table, detail::range_of(*table, table->latency).second), 6};
  }
  if (parts.size() == 3 && parts[1] == "budgets") return {model_1_budgets(*table, number<int>(parts[2])), {}, 6};
  throw UsageError("NAME: expected model1/deadline or model1/budgets/PERCENT");
}

Instance instance_of(const std::string& name) {
  const std::vector<std::string> parts = split(name, '/');
  if (parts.front() == "model1") return model_1_instance(parts);
  const auto sizes = parts.size() == 4 ? split(parts[2], 'x') : std::vector<std::string>{};
  const auto family = std::string_view("ABC").find(parts.front());
  if (sizes.size() != 2 || parts.front().size() != 1 || family == std::string_view::npos) {
    throw UsageError("NAME: expected FAMILY/QUESTION/LAYERSxCHOICES/SEED, got " + name);
  }
  const auto seed = number<std::uint64_t>(parts[3]);
  const Table table = make_table(static_cast<Family>(family), number<int>(sizes[0]), number<int>(sizes[1]), seed);
  if (parts[1] == "budgets") return {four_budgets(table, seed), {}};
  if (parts[1] != "deadline") throw UsageError("NAME: expected deadline or budgets, got " + parts[1]);
  return {one_deadline(table), one_deadline(table, detail::range_of(table, table.latency).second)};
}

/// Runs it until a quarter of a second is gone, at least once and, if one run takes less than 2 s, three times.
/// @return  the median, in ms.
double time_ms_of(const std::function<void()>& action) {
  using Milliseconds = std::chrono::duration<double, std::milli>;
  constexpr std::size_t kMostRuns = 2'001;
  std::vector<double> times;
  double total = 0;
  while (times.empty() || (total < 250 && times.size() < kMostRuns) || (times.size() < 3 && total < 2'000)) {
    const auto start = Clock::now();
    action();
    times.push_back(Milliseconds(Clock::now() - start).count());
    total += times.back();
  }
  std::ranges::sort(times);
  return times[times.size() / 2];
}

json solve_by_ntorc(const mip::Problem& problem, const mip::SolveOptions& options) {
  mip::Solution solution;
  const double time_ms = time_ms_of([&] { solution = mip::solve(problem, options); });
  json answer{{"time_ms", time_ms},
              {"status", to_string(solution.status)},
              {"message", solution.message},
              {"choices", solution.choices}};
  if (solution.objective) answer["objective"] = *solution.objective;
  if (solution.bound) answer["bound"] = *solution.bound;
  return answer;
}

struct DeleteProblem {
  void operator()(glp_prob* problem) const { glp_delete_prob(problem); }
};
using GlpkPtr = std::unique_ptr<glp_prob, DeleteProblem>;

double largest_of(const std::vector<std::int64_t>& column) {
  const std::int64_t largest = std::ranges::max(column);
  return largest > 0 ? static_cast<double>(largest) : 1.0;
}

/// The whole problem, every limit and the objective over their own largest coefficient: unscaled, GLPK errs.
GlpkPtr glpk_program(const mip::Problem& problem) {
  GlpkPtr program(glp_create_prob());
  const int groups = static_cast<int>(problem.groups());
  const int limits = static_cast<int>(problem.limits.size());
  const int columns = static_cast<int>(problem.costs.size());
  glp_set_obj_dir(program.get(), GLP_MIN);
  glp_add_rows(program.get(), groups + limits);
  glp_add_cols(program.get(), columns);
  std::vector<int> rows{0};
  std::vector<int> cols{0};
  std::vector<double> values{0};
  const auto add = [&](int row, std::size_t choice, double value) {
    rows.push_back(row);
    cols.push_back(static_cast<int>(choice) + 1);
    values.push_back(value);
  };
  const double cost_scale = largest_of(problem.costs);
  for (std::size_t i = 0; i < problem.costs.size(); ++i) {
    glp_set_col_kind(program.get(), static_cast<int>(i) + 1, GLP_BV);
    glp_set_obj_coef(program.get(), static_cast<int>(i) + 1, static_cast<double>(problem.costs[i]) / cost_scale);
  }
  for (int g = 0; g < groups; ++g) {
    glp_set_row_bnds(program.get(), g + 1, GLP_FX, 1, 1);
    const auto group = static_cast<std::size_t>(g);
    for (std::size_t i = problem.first(group); i < problem.ends[group]; ++i) add(g + 1, i, 1);
  }
  for (int m = 0; m < limits; ++m) {
    const auto& amounts = problem.amounts[static_cast<std::size_t>(m)];
    const double scale = largest_of(amounts);
    const auto limit = static_cast<double>(problem.limits[static_cast<std::size_t>(m)]);
    glp_set_row_bnds(program.get(), groups + m + 1, GLP_UP, 0, limit / scale);
    for (std::size_t i = 0; i < amounts.size(); ++i) {
      if (amounts[i] > 0) add(groups + m + 1, i, static_cast<double>(amounts[i]) / scale);
    }
  }
  glp_load_matrix(program.get(), static_cast<int>(values.size()) - 1, rows.data(), cols.data(), values.data());
  return program;
}

struct GlpkAnswer {
  std::string status = "unknown";
  mip::Selection choices{};
  std::optional<std::int64_t> claimed{};  ///< the objective that GLPK tells
  std::optional<std::int64_t> bound{};    ///< and the bound, rounded up
};

/// Of a minimum of integers, allowing for GLPK's tolerance.
std::int64_t bound_from(double bound) { return static_cast<std::int64_t>(std::ceil(bound - 1e-7 * std::abs(bound))); }

GlpkAnswer solve_by_glpk(const mip::Problem& problem, double gap, double seconds) {
  const GlpkPtr program = glpk_program(problem);
  const double cost_scale = largest_of(problem.costs);
  glp_smcp simplex;
  glp_init_smcp(&simplex);
  simplex.msg_lev = GLP_MSG_OFF;
  simplex.tm_lim = static_cast<int>(seconds * 1'000);
  GlpkAnswer answer;
  if (glp_simplex(program.get(), &simplex) != 0 || glp_get_status(program.get()) != GLP_OPT) return answer;
  glp_iocp options;
  glp_init_iocp(&options);
  options.msg_lev = GLP_MSG_OFF;
  options.tm_lim = simplex.tm_lim;
  options.mip_gap = gap;
  double bound = glp_get_obj_val(program.get());
  options.cb_info = &bound;
  options.cb_func = [](glp_tree* tree, void* info) {
    if (const int best = glp_ios_best_node(tree)) *static_cast<double*>(info) = glp_ios_node_bound(tree, best);
  };
  const int code = glp_intopt(program.get(), &options);
  const int status = glp_mip_status(program.get());
  if (status != GLP_OPT && status != GLP_FEAS) return answer;
  const bool proven = code == 0 && status == GLP_OPT;
  answer.status = proven ? "optimal" : "feasible";
  for (std::size_t g = 0; g < problem.groups(); ++g) {
    std::size_t best = problem.first(g);
    for (std::size_t i = best; i < problem.ends[g]; ++i) {
      const auto value = [&](std::size_t choice) {
        return glp_mip_col_val(program.get(), static_cast<int>(choice) + 1);
      };
      if (value(i) > value(best)) best = i;
    }
    answer.choices.push_back(best - problem.first(g));
  }
  answer.claimed = std::llround(glp_mip_obj_val(program.get()) * cost_scale);
  answer.bound = proven ? *answer.claimed : bound_from(bound * cost_scale);
  return answer;
}

json solve_by_plain_glpk(const mip::Problem& problem, double gap, double seconds) {
  GlpkAnswer found;
  const double time_ms = time_ms_of([&] { found = solve_by_glpk(problem, gap, seconds); });
  json answer{{"time_ms", time_ms}, {"status", found.status}, {"choices", found.choices}};
  if (found.claimed) answer["objective"] = *found.claimed;
  if (found.bound) answer["bound"] = *found.bound;
  answer["message"] = fmt::format("GLPK {}", glp_version());
  return answer;
}

json front_of(const mip::Problem& problem, std::size_t points, std::chrono::milliseconds time_limit) {
  mip::FrontOptions options{.time_limit = time_limit};
  if (points > 0) {
    options.points = points;
    options.largest_complete = 0;
  } else {
    options.largest_complete = std::numeric_limits<std::size_t>::max();
  }
  mip::Front front;
  const double time_ms = time_ms_of([&] { front = mip::trace_front(problem, options); });
  const auto proven =
      std::ranges::count_if(front.points, [](const mip::FrontPoint& point) { return point.objective == point.bound; });
  return {{"time_ms", time_ms},
          {"points", front.points.size()},
          {"proven", proven},
          {"complete", front.complete},
          {"finished", front.finished}};
}

mip::Backend backend_of(std::string_view name) {
  using enum mip::Backend;
  for (const mip::Backend backend : {Exact, Glpk, Random, Annealing}) {
    if (to_string(backend) == name) return backend;
  }
  throw UsageError(fmt::format("expected a solver, got {}", name));
}

std::chrono::milliseconds seconds_of(std::string_view text) {
  return std::chrono::milliseconds(std::llround(number<double>(text) * 1'000));
}

std::string answer_to(const std::vector<std::string>& args) {
  if (args.size() < 2) throw UsageError("expected a verb and a name");
  const std::string& verb = args[0];
  const Instance instance = instance_of(args[1]);
  const mip::Problem& problem = instance.problem;
  if (args.size() == 2) {
    if (verb == "lp") return mip::to_lp(problem, {}, instance.decimals);
    if (verb == "mps") return mip::to_mps(problem, {}, instance.decimals);
    if (verb == "instance") {
      return json{{"limits", problem.limits},
                  {"ends", problem.ends},
                  {"costs", problem.costs},
                  {"amounts", problem.amounts},
                  {"decimals", instance.decimals}}
          .dump();
    }
  }
  if (args.size() == 5 && verb == "solve") {
    const auto gap = number<double>(args[3]);
    if (args[2] == "plain-glpk") return solve_by_plain_glpk(problem, gap, number<double>(args[4])).dump();
    return solve_by_ntorc(problem,
                          {.backend = backend_of(args[2]), .relative_gap = gap, .time_limit = seconds_of(args[4])})
        .dump();
  }
  if (args.size() == 5 && verb == "search") {
    return solve_by_ntorc(problem, {.backend = backend_of(args[2]),
                                    .trials = number<std::uint64_t>(args[3]),
                                    .seed = number<std::uint64_t>(args[4])})
        .dump();
  }
  if (args.size() == 4 && verb == "front" && !instance.unlimited.limits.empty()) {
    return front_of(instance.unlimited, number<std::size_t>(args[2]), seconds_of(args[3])).dump();
  }
  throw UsageError("expected one of these");
}

}  // namespace

int main(int argc, char** argv) try {
  std::cout << answer_to({argv + 1, argv + argc}) << '\n';
  return 0;
} catch (const UsageError& error) {
  std::cerr << "compare_solvers: " << error.what() << '\n' << kUsage << '\n';
  return 2;
} catch (const NoTables& error) {
  std::cerr << "compare_solvers: " << error.what() << '\n';
  return 3;
} catch (const std::exception& error) {
  std::cerr << "compare_solvers: " << error.what() << '\n';
  return 1;
}
