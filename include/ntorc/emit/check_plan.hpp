// ntorc/emit/check_plan.hpp - what a plan foretold beside what synthesis reported. docs/guides/checking.md
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ntorc/deploy/plan.hpp"
#include "ntorc/perf/record.hpp"

namespace ntorc::emit {

/// One figure. What one of the two does not say is absent.
struct FigureCheck {
  std::optional<double> predicted{};
  std::optional<double> low{};  ///< of the interval of the prediction, as the next
  std::optional<double> high{};
  std::optional<double> reported{};

  std::optional<double> error_percent() const;  ///< 100 (predicted - reported) / reported; absent if that is 0
  std::optional<bool> inside() const;           ///< absent without an interval or a report
};

/// A layer of plan and project both.
struct LayerCheck {
  std::string layer;
  std::vector<std::int64_t> planned_reuse;  ///< effective, of each matrix
  std::vector<std::int64_t> built_reuse;
  perf::Support support = perf::Support::Inside;             ///< of the prediction
  std::array<FigureCheck, perf::kTargets.size()> figures{};  ///< in the order of perf::kTargets
};

/// A part of the design other than its layers, or the whole: "FIFOs", "latency, max", ...
struct PartCheck {
  std::string part;
  std::string figure;  ///< "lut", ..., "cycles"
  FigureCheck check{};
};

/// How many of the reported figures lie within their intervals.
struct InsideShare {
  std::int64_t judged = 0;
  std::int64_t inside = 0;

  double percent() const { return judged > 0 ? 100 * static_cast<double>(inside) / static_cast<double>(judged) : 0; }
};

struct PlanCheck {
  std::string network;
  perf::Context context;             ///< of the project
  std::optional<double> confidence;  ///< that the plan's intervals promise
  std::vector<LayerCheck> layers;    ///< in the order of the plan
  std::vector<PartCheck> parts;
  std::array<InsideShare, perf::kTargets.size()> shares{};  ///< in the order of perf::kTargets
  InsideShare share{};                                      ///< of all of them
  std::vector<std::string> not_built;                       ///< layers of the plan that the project has no row of
  std::vector<std::string> not_planned;                     ///< and the other way round
  std::vector<std::string> warnings;                        ///< where plan and project are not of one design
};

/// @param context  of the project's reports
/// @param records  of one project; those of C synthesis are compared, and cycles counted by co-simulation
/// @throws InvalidArgument  if the plan has no layers, or nothing can be compared.
PlanCheck check_plan(const deploy::Plan& plan, const perf::Context& context, const std::vector<perf::Record>& records);

/// For people.
std::string check_text(const PlanCheck& check);

/// docs/guides/checking.md.
std::string check_json(const PlanCheck& check);

}  // namespace ntorc::emit
