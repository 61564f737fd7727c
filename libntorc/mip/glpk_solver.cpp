#include "mip/glpk_solver.hpp"

#include <fmt/format.h>
#include <glpk.h>

#include <algorithm>
#include <csetjmp>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mip/core.hpp"
#include "mip/exact_solver.hpp"
#include "mip/heuristics.hpp"
#include "mip/reduction.hpp"
#include "mip/tree_search.hpp"
#include "ntorc/error.hpp"

namespace ntorc::mip {
namespace {

struct DeleteProblem {
  void operator()(glp_prob* problem) const { glp_delete_prob(problem); }
};
using ProblemPtr = std::unique_ptr<glp_prob, DeleteProblem>;

/// The program: rows 1..G pick one choice of each group, then come the limits and the loads; columns are the positions
/// of the core, then the largest load. GLPK counts from 1; nothing outside this function and `picks_of` does.
ProblemPtr program_of(const Core& core) {
  ProblemPtr glpk{glp_create_prob()};
  glp_set_obj_dir(glpk.get(), GLP_MIN);
  const auto groups = static_cast<int>(core.ranges.size());
  const auto rows = static_cast<int>(core.row_count());
  const auto columns = static_cast<int>(core.costs.size());
  glp_add_rows(glpk.get(), groups + rows);
  for (int row = 1; row <= groups; ++row) glp_set_row_bnds(glpk.get(), row, GLP_FX, 1, 1);
  for (int r = 0; r < rows; ++r) {
    glp_set_row_bnds(glpk.get(), groups + 1 + r, GLP_UP, 0, core.scaled_rhs[static_cast<std::size_t>(r)]);
  }
  glp_add_cols(glpk.get(), columns + (core.loads > 0 ? 1 : 0));
  std::vector<int> indices(core.row_count() + 2);
  std::vector<double> values(indices.size());
  for (std::size_t h = 0; h < core.ranges.size(); ++h) {
    for (std::uint32_t i = core.ranges[h].low; i < core.ranges[h].high; ++i) {
      const int column = static_cast<int>(i) + 1;
      glp_set_col_kind(glpk.get(), column, GLP_BV);
      glp_set_obj_coef(glpk.get(), column, core.scaled_costs[i]);
      int count = 1;
      indices[1] = static_cast<int>(h) + 1;
      values[1] = 1;
      for (std::size_t r = 0; r < core.row_count(); ++r) {
        if (core.scaled_rows[r][i] == 0) continue;
        ++count;
        indices[static_cast<std::size_t>(count)] = groups + 1 + static_cast<int>(r);
        values[static_cast<std::size_t>(count)] = core.scaled_rows[r][i];
      }
      glp_set_mat_col(glpk.get(), column, count, indices.data(), values.data());
    }
  }
  if (core.loads > 0) {
    glp_set_col_bnds(glpk.get(), columns + 1, GLP_LO, 0, 0);
    glp_set_obj_coef(glpk.get(), columns + 1, 1);
    int count = 0;
    for (std::size_t r = core.limits; r < core.row_count(); ++r) {
      ++count;
      indices[static_cast<std::size_t>(count)] = groups + 1 + static_cast<int>(r);
      values[static_cast<std::size_t>(count)] = -1;
    }
    glp_set_mat_col(glpk.get(), columns + 1, count, indices.data(), values.data());
  }
  return glpk;
}

/// The position of each group that has most of its variable.
Picks picks_of(const Core& core, glp_prob* glpk) {
  Picks picks;
  for (const Range range : core.ranges) {
    std::uint32_t most = range.low;
    for (std::uint32_t i = range.low; i < range.high; ++i) {
      const auto value = [&](std::uint32_t position) { return glp_mip_col_val(glpk, static_cast<int>(position) + 1); };
      if (value(i) > value(most)) most = i;
    }
    picks.push_back(most);
  }
  return picks;
}

std::string_view describe(int code) {
  switch (code) {
    case 0:
      return "optimal within its tolerance";
    case GLP_ETMLIM:
      return "time limit reached";
    case GLP_EMIPGAP:
      return "gap reached";
    case GLP_ENOPFS:
      return "no primal feasible solution";
    case GLP_ENODFS:
      return "no dual feasible solution";
    case GLP_EITLIM:
      return "iteration limit reached";
    case GLP_ESTOP:
      return "interrupted";
    case GLP_EFAIL:
      return "solver failure";
    case GLP_EROOT:
      return "no optimal basis at the root";
    case GLP_EBOUND:
      return "wrong bounds";
    case GLP_EBADB:
      return "invalid basis";
    case GLP_ESING:
      return "singular basis";
    case GLP_ECOND:
      return "ill-conditioned basis";
    default:
      return "unknown return code";
  }
}

/// What the guarded part works on: plain pointers and numbers, so that a jump out of it skips no destructor.
struct Job {
  glp_prob* glpk = nullptr;
  Stop* stop = nullptr;
  const double* start = nullptr;  ///< a selection for GLPK to begin with, from index 1; or nothing
  std::optional<std::int64_t> objective{};
  std::optional<std::int64_t> bound{};
  double relative_gap = 0;
  int time_limit_ms = 0;
  int simplex_code = 0;
  int mip_code = 0;
  bool relaxation_optimal = false;
  std::exception_ptr thrown{};  ///< by the one who watches
  std::jmp_buf aborted;
};

void look_in(glp_tree* tree, void* info) {
  Job& job = *static_cast<Job*>(info);
  if (job.start != nullptr && glp_ios_reason(tree) == GLP_IHEUR) {
    glp_ios_heur_sol(tree, std::exchange(job.start, nullptr));
  }
  try {
    if ((*job.stop)(job.objective, job.bound)) glp_ios_terminate(tree);
  } catch (...) {  // GLPK is C: nothing may be thrown through it
    job.thrown = std::current_exception();
    glp_ios_terminate(tree);
  }
}

void leave(void* info) { std::longjmp(static_cast<Job*>(info)->aborted, 1); }

/// Solves the relaxation, then the program. GLPK ends the process on an internal error unless its hook does not return.
/// @return  false if GLPK gave up in this way; its environment is then lost.
bool run(Job& job) {
  if (setjmp(job.aborted) != 0) {
    glp_error_hook(nullptr, nullptr);
    return false;
  }
  glp_error_hook(leave, &job);
  glp_smcp simplex;
  glp_init_smcp(&simplex);
  simplex.msg_lev = GLP_MSG_OFF;
  simplex.tm_lim = job.time_limit_ms;
  job.simplex_code = glp_simplex(job.glpk, &simplex);
  job.relaxation_optimal = job.simplex_code == 0 && glp_get_status(job.glpk) == GLP_OPT;
  job.mip_code = GLP_EROOT;
  if (job.relaxation_optimal) {
    glp_iocp branch;
    glp_init_iocp(&branch);
    branch.msg_lev = GLP_MSG_OFF;
    branch.tm_lim = job.time_limit_ms;
    branch.mip_gap = job.relative_gap;
    branch.cb_func = look_in;
    branch.cb_info = &job;
    job.mip_code = glp_intopt(job.glpk, &branch);
  }
  glp_error_hook(nullptr, nullptr);
  return true;
}

struct GlpkAnswer {
  std::optional<Picks> picks{};
  std::string message{};
};

/// @param start  a selection of the core within the limits, or nothing.
GlpkAnswer branch_and_cut(const Core& core, const std::optional<Picks>& start, Job job) {
  glp_term_out(GLP_OFF);
  ProblemPtr glpk = program_of(core);
  std::vector<double> values;
  if (start) {
    values.assign(core.costs.size() + 2, 0);
    for (const std::uint32_t position : *start) values[position + 1] = 1;
    double peak = 0;
    for (std::size_t r = core.limits; r < core.row_count(); ++r) {
      double sum = -core.scaled_rhs[r];
      for (const std::uint32_t position : *start) sum += core.scaled_rows[r][position];
      peak = std::max(peak, sum);
    }
    values.back() = peak;
    job.start = values.data();
  }
  job.glpk = glpk.get();
  if (!run(job)) {
    (void)glpk.release();  // freed with the environment
    glp_free_env();
    return {std::nullopt, "GLPK gave up on an internal error"};
  }
  if (job.thrown) std::rethrow_exception(job.thrown);
  GlpkAnswer answer{std::nullopt,
                    fmt::format("GLPK: {}", describe(job.relaxation_optimal ? job.mip_code : job.simplex_code))};
  const int status = job.relaxation_optimal ? glp_mip_status(job.glpk) : GLP_UNDEF;
  if (status == GLP_OPT || status == GLP_FEAS) answer.picks = picks_of(core, job.glpk);
  if (status == GLP_NOFEAS) answer.message = "GLPK: no selection";
  return answer;
}

/// Where the core has the choices of a selection; nothing if it has not all of them.
std::optional<Picks> picks_of(const Core& core, const Selection& selection) {
  Picks picks;
  for (std::size_t h = 0; h < core.ranges.size(); ++h) {
    const Range range = core.ranges[h];
    std::uint32_t i = range.low;
    while (i < range.high && core.choices[i] != selection[core.groups[h]]) ++i;
    if (i == range.high) return std::nullopt;
    picks.push_back(i);
  }
  return picks;
}

}  // namespace

Solution solve_with_glpk(const Problem& problem, const SolveOptions& options, Stop& stop) {
  const Reduction reduction = reduce(problem);
  if (reduction.infeasible) {
    return {.status = SolveStatus::Infeasible, .message = "the smallest amounts together pass a limit"};
  }
  SearchAnswer root =
      search_tree(problem, reduction.kept, {}, {.relative_gap = options.relative_gap, .root_only = true}, stop);
  Solution solution{.bound = root.bound};
  std::string how;
  if (!root.found.empty()) solution.choices = root.found.front().selection;
  if (!root.complete && !root.core.ranges.empty() && !stop.stopped()) {
    const auto start = root.found.empty() ? std::nullopt : picks_of(root.core, solution.choices);
    Job job;
    job.stop = &stop;
    job.bound = root.bound;
    if (!root.found.empty()) job.objective = root.found.front().objective;
    job.relative_gap = options.relative_gap;
    job.time_limit_ms = static_cast<int>(std::clamp<std::int64_t>(stop.left().count(), 1, 2'000'000'000));
    const GlpkAnswer answer = branch_and_cut(root.core, start, std::move(job));
    how = answer.message + "; ";
    // What GLPK calls a solution may pass a limit by its tolerance; then it is none.
    if (answer.picks) {
      const Sums sums(root.core, *answer.picks);
      if (sums.feasible() && (root.found.empty() || sums.objective() < root.found.front().objective)) {
        solution.choices.assign(problem.groups(), 0);
        for (const auto& [group, choice] : root.core.fixed) solution.choices[group] = choice;
        for (std::size_t h = 0; h < answer.picks->size(); ++h) {
          solution.choices[root.core.groups[h]] = root.core.choices[(*answer.picks)[h]];
        }
      }
    }
  }
  if (solution.choices.size() == problem.groups()) {
    take_first_of_equals(problem, problem.limits, solution.choices);
    sum_anew(problem, problem.limits, solution);
    const bool done = solution.status == SolveStatus::Optimal || stop.stopped();
    solution.message = how + (done ? ending(solution, stop, 0) : "not proven in integers");
  } else if (root.complete) {
    solution = {.status = SolveStatus::Infeasible};
    solution.message = ending(solution, stop, 0);
  } else {
    solution.message = how + (stop.stopped() ? ending(solution, stop, 0) : "nothing is proven");
  }
  return solution;
}

}  // namespace ntorc::mip
