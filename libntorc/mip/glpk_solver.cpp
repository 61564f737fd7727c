#include "mip/glpk_solver.hpp"

#include <fmt/format.h>
#include <glpk.h>

#include <algorithm>
#include <csetjmp>
#include <memory>
#include <string>

#include "ntorc/error.hpp"

namespace ntorc::mip {
namespace {

struct DeleteProblem {
  void operator()(glp_prob* problem) const { glp_delete_prob(problem); }
};
using ProblemPtr = std::unique_ptr<glp_prob, DeleteProblem>;

/// Largest coefficient, or 1 if all are 0.
template <typename Value>
double scale(const Problem& problem, const Value& value) {
  std::int64_t largest = 0;
  for (const auto& group : problem.groups) {
    for (const Choice& choice : group) largest = std::max(largest, value(choice));
  }
  return largest > 0 ? static_cast<double>(largest) : 1.0;
}

/// The program: rows 1..G pick one choice of each group, rows G+1..G+M are the limits; columns are choices, group by
/// group. GLPK counts from 1; nothing outside this struct does.
struct Program {
  ProblemPtr glpk{glp_create_prob()};
  double cost_scale = 1;
  std::vector<double> amount_scales;
  int groups = 0;

  explicit Program(const Problem& problem);
  std::vector<std::size_t> selection(const Problem& problem) const;
  std::vector<double> prices() const;
};

Program::Program(const Problem& problem) : groups(static_cast<int>(problem.groups.size())) {
  glp_set_obj_dir(glpk.get(), GLP_MIN);
  cost_scale = scale(problem, [](const Choice& choice) { return choice.cost; });
  const int limits = static_cast<int>(problem.limits.size());
  glp_add_rows(glpk.get(), groups + limits);
  for (int row = 1; row <= groups; ++row) glp_set_row_bnds(glpk.get(), row, GLP_FX, 1, 1);
  for (int m = 0; m < limits; ++m) {
    const auto index = static_cast<std::size_t>(m);
    amount_scales.push_back(scale(problem, [index](const Choice& choice) { return choice.amounts[index]; }));
    glp_set_row_bnds(glpk.get(), groups + 1 + m, GLP_UP, 0,
                     static_cast<double>(problem.limits[index]) / amount_scales[index]);
  }
  std::vector<int> rows(static_cast<std::size_t>(limits) + 2);
  std::vector<double> values(rows.size());
  for (int g = 0; g < groups; ++g) {
    for (const Choice& choice : problem.groups[static_cast<std::size_t>(g)]) {
      const int column = glp_add_cols(glpk.get(), 1);
      glp_set_col_kind(glpk.get(), column, GLP_BV);
      glp_set_obj_coef(glpk.get(), column, static_cast<double>(choice.cost) / cost_scale);
      rows[1] = g + 1;
      values[1] = 1;
      int count = 1;
      for (int m = 0; m < limits; ++m) {
        const auto index = static_cast<std::size_t>(m);
        if (choice.amounts[index] == 0) continue;
        ++count;
        rows[static_cast<std::size_t>(count)] = groups + 1 + m;
        values[static_cast<std::size_t>(count)] = static_cast<double>(choice.amounts[index]) / amount_scales[index];
      }
      glp_set_mat_col(glpk.get(), column, count, rows.data(), values.data());
    }
  }
}

std::vector<std::size_t> Program::selection(const Problem& problem) const {
  std::vector<std::size_t> choices;
  int column = 0;
  for (const auto& group : problem.groups) {
    std::size_t best = 0;
    double most = -1;
    for (std::size_t k = 0; k < group.size(); ++k) {
      const double value = glp_mip_col_val(glpk.get(), ++column);
      if (value > most) {
        most = value;
        best = k;
      }
    }
    choices.push_back(best);
  }
  return choices;
}

std::vector<double> Program::prices() const {
  std::vector<double> prices;
  for (std::size_t m = 0; m < amount_scales.size(); ++m) {
    const double dual = glp_get_row_dual(glpk.get(), groups + 1 + static_cast<int>(m));
    prices.push_back(std::max(0.0, -dual * cost_scale / amount_scales[m]));
  }
  return prices;
}

std::string_view describe(int code) {
  switch (code) {
    case 0:
      return "finished";
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
      return "enough nodes";
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

/// GLPK walks this many nodes at least, then stops at the first selection that it has: the proof that follows needs a
/// good one and no more, and is far quicker at telling the last of many that are nearly equal apart.
constexpr int kEnoughNodes = 20;

/// What the guarded part works on: plain pointers and numbers, so that a jump out of it skips no destructor.
struct Job {
  glp_prob* glpk = nullptr;
  double relative_gap = 0;
  int time_limit_ms = 0;
  int simplex_code = 0;
  int mip_code = 0;
  int nodes = 0;
  bool relaxation_optimal = false;
  std::jmp_buf aborted;
};

void count_nodes(glp_tree* tree, void* info) {
  if (glp_ios_reason(tree) != GLP_ISELECT) return;
  const bool has_selection = glp_mip_status(glp_ios_get_prob(tree)) == GLP_FEAS;
  if (++static_cast<Job*>(info)->nodes >= kEnoughNodes && has_selection) glp_ios_terminate(tree);
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
    branch.cb_func = count_nodes;
    branch.cb_info = &job;
    job.mip_code = glp_intopt(job.glpk, &branch);
  }
  glp_error_hook(nullptr, nullptr);
  return true;
}

}  // namespace

GlpkAnswer solve_with_glpk(const Problem& problem, double relative_gap, std::chrono::milliseconds time_limit) {
  if (problem.groups.empty()) return {{}, {}, "nothing to choose"};  // GLPK aborts on a program without rows
  glp_term_out(GLP_OFF);
  Program program(problem);
  Job job;
  job.glpk = program.glpk.get();
  job.relative_gap = relative_gap;
  job.time_limit_ms = static_cast<int>(std::clamp<std::int64_t>(time_limit.count(), 1, 2'000'000'000));
  if (!run(job)) {
    (void)program.glpk.release();  // freed with the environment
    glp_free_env();
    return {{}, {}, "GLPK gave up on an internal error"};
  }
  GlpkAnswer answer;
  answer.message = fmt::format("GLPK: {}", describe(job.relaxation_optimal ? job.mip_code : job.simplex_code));
  if (job.relaxation_optimal) {
    answer.prices = program.prices();
    const int status = glp_mip_status(job.glpk);
    if (status == GLP_OPT || status == GLP_FEAS) answer.choices = program.selection(problem);
  }
  return answer;
}

}  // namespace ntorc::mip
