#include "ntorc/search/space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "ntorc/error.hpp"
#include "search/chart.hpp"
#include "support/random.hpp"

namespace ntorc::search {
namespace {

constexpr double kRealStep = 0.05;                               ///< of a neighbour, share of the domain
constexpr std::int64_t kLargestInteger = std::int64_t{1} << 53;  ///< exact in a double
constexpr std::uint64_t kMostPoints = std::uint64_t{1} << 63;

[[noreturn]] void refuse_parameter(const Parameter& parameter, std::string_view field, std::string_view expected,
                                   std::string_view found) {
  throw InvalidArgument(fmt::format("parameter {}: {}: expected {}, got {}", parameter.name, field, expected, found));
}

void check_domain(const Parameter& parameter, const Integer& domain) {
  if (domain.low < -kLargestInteger || domain.low > kLargestInteger) {
    refuse_parameter(parameter, "low", "an integer within 2^53", std::to_string(domain.low));
  }
  if (domain.high < domain.low || domain.high > kLargestInteger) {
    refuse_parameter(parameter, "high", fmt::format("an integer from {} to 2^53", domain.low),
                     std::to_string(domain.high));
  }
  if (domain.step < 1) refuse_parameter(parameter, "step", "at least 1", std::to_string(domain.step));
  if (domain.scale == Scale::Log && domain.low < 1) {
    refuse_parameter(parameter, "low", "at least 1 with a logarithmic scale", std::to_string(domain.low));
  }
}

void check_domain(const Parameter& parameter, const Real& domain) {
  if (!std::isfinite(domain.low)) refuse_parameter(parameter, "low", "a finite number", fmt::to_string(domain.low));
  if (!(domain.high >= domain.low) || !std::isfinite(domain.high - domain.low)) {
    refuse_parameter(parameter, "high", fmt::format("a finite number of at least {}", domain.low),
                     fmt::to_string(domain.high));
  }
  if (domain.scale == Scale::Log && domain.low <= 0) {
    refuse_parameter(parameter, "low", "above 0 with a logarithmic scale", fmt::to_string(domain.low));
  }
}

void check_domain(const Parameter& parameter, const Category& domain) {
  if (domain.names.empty()) refuse_parameter(parameter, "names", "at least one", "none");
  std::set<std::string_view> names;
  for (const std::string& name : domain.names) {
    if (!names.insert(name).second) refuse_parameter(parameter, "names", "all different", name + " twice");
  }
}

const Parameter* find_parameter(const Space& space, std::string_view name, std::size_t before) {
  for (std::size_t i = 0; i < before; ++i) {
    if (space.parameters[i].name == name) return &space.parameters[i];
  }
  return nullptr;
}

void check_condition(const Space& space, std::size_t i) {
  const Parameter& parameter = space.parameters[i];
  const Condition& condition = *parameter.condition;
  const Parameter* const parent = find_parameter(space, condition.parent, i);
  if (parent == nullptr) {
    refuse_parameter(parameter, "condition", "a parameter that stands before", condition.parent);
  }
  if (const auto* const category = std::get_if<Category>(&parent->domain)) {
    if (condition.any_of.empty()) refuse_parameter(parameter, "condition", "names of " + parent->name, "none");
    for (const std::string& name : condition.any_of) {
      if (std::find(category->names.begin(), category->names.end(), name) == category->names.end()) {
        refuse_parameter(parameter, "condition", "names of " + parent->name, name);
      }
    }
    return;
  }
  if (!condition.any_of.empty()) {
    refuse_parameter(parameter, "condition", "a range, as " + parent->name + " is a number", condition.any_of.front());
  }
  if (!(condition.low <= condition.high)) {
    refuse_parameter(parameter, "condition", "low <= high", fmt::format("{}..{}", condition.low, condition.high));
  }
}

/// Where a value lies between two ends.
double share_of(double value, double low, double high, Scale scale) {
  if (!(high > low)) return 0.5;
  if (scale == Scale::Log) return std::log(value / low) / std::log(high / low);
  return (value - low) / (high - low);
}

double value_at_share(double share, double low, double high, Scale scale) {
  const double value = scale == Scale::Log ? low * std::pow(high / low, share) : low + share * (high - low);
  return std::clamp(value, low, high);
}

double last_of(const Integer& domain) {
  const std::int64_t steps = (domain.high - domain.low) / domain.step;
  return static_cast<double>(domain.low + steps * domain.step);
}

/// The k-th of an Integer that is nearest to a number, or just below.
enum class Rounding { Nearest, Down };
double on_grid(const Integer& domain, double number, Rounding rounding) {
  const auto low = static_cast<double>(domain.low);
  const auto step = static_cast<double>(domain.step);
  const double steps = (number - low) / step;
  const double k = rounding == Rounding::Down ? std::floor(steps) : std::round(steps);
  return std::clamp(low + k * step, low, last_of(domain));
}

void check_unit(const Space& space, const std::vector<double>& unit) {
  if (unit.size() != space.parameters.size()) {
    throw InvalidArgument(fmt::format("unit: expected {} coordinates, got {}", space.parameters.size(), unit.size()));
  }
  for (const double u : unit) {
    if (!(u >= 0 && u <= 1)) throw InvalidArgument(fmt::format("unit: expected coordinates in [0, 1], got {}", u));
  }
}

/// Points of parameter i, with all that hangs on it, for the values where it is there; 0: too many.
class PointCount {
 public:
  explicit PointCount(const Chart& chart) : chart_(chart), children_(chart.parameters()) {
    for (std::size_t i = 0; i < chart.parameters(); ++i) {
      if (const auto parent = chart.parent(i)) children_[*parent].push_back(i);
    }
  }

  std::optional<std::uint64_t> all() const {
    std::optional<std::uint64_t> count = 1;
    for (std::size_t i = 0; i < chart_.parameters(); ++i) {
      if (!chart_.parent(i)) count = product(count, below(i));
    }
    return count;
  }

 private:
  static std::optional<std::uint64_t> product(std::optional<std::uint64_t> a, std::optional<std::uint64_t> b) {
    if (!a || !b || (*b != 0 && *a > kMostPoints / *b)) return std::nullopt;
    return *a * *b;
  }

  std::optional<std::uint64_t> below(std::size_t i) const {
    const auto values = chart_.values(i);
    if (!values) return std::nullopt;
    if (children_[i].empty()) return *values;
    // Between two borders of a condition, the same children are there.
    std::vector<std::uint64_t> borders{0, *values};
    for (std::size_t child : children_[i]) {
      // The first value at which a condition turns, by bisection: each holds for one run of an ordered domain.
      if (std::holds_alternative<Category>(chart_.space().parameters[i].domain)) {
        for (std::uint64_t k = 0; k < *values; ++k) borders.push_back(k);
        continue;
      }
      const Condition& condition = *chart_.space().parameters[child].condition;
      const auto first = [&](auto reached) {
        std::uint64_t from = 0;
        std::uint64_t to = *values;
        while (from < to) {
          const std::uint64_t middle = from + (to - from) / 2;
          if (reached(chart_.value(i, middle))) {
            to = middle;
          } else {
            from = middle + 1;
          }
        }
        return from;
      };
      borders.push_back(first([&](double v) { return v >= condition.low; }));
      borders.push_back(first([&](double v) { return v > condition.high; }));
    }
    std::sort(borders.begin(), borders.end());
    std::uint64_t sum = 0;
    for (std::size_t b = 0; b + 1 < borders.size(); ++b) {
      if (borders[b] == borders[b + 1]) continue;
      std::optional<std::uint64_t> part = borders[b + 1] - borders[b];
      for (std::size_t child : children_[i]) {
        if (chart_.holds(child, chart_.value(i, borders[b]))) part = product(part, below(child));
      }
      if (!part || *part > kMostPoints - sum) return std::nullopt;
      sum += *part;
    }
    return sum;
  }

  const Chart& chart_;
  std::vector<std::vector<std::size_t>> children_;
};

}  // namespace

void Space::validate() const {
  if (parameters.empty()) throw InvalidArgument("parameters: expected at least one, got none");
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Parameter& parameter = parameters[i];
    if (parameter.name.empty()) throw InvalidArgument(fmt::format("parameters[{}]: name: expected one, got none", i));
    if (!names.insert(parameter.name).second)
      refuse_parameter(parameter, "name", "another than all before", "it again");
    std::visit([&](const auto& domain) { check_domain(parameter, domain); }, parameter.domain);
    if (parameter.condition) check_condition(*this, i);
  }
}

Chart::Chart(const Space& space) : space_(space), entries_(space.parameters.size()) {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Parameter& parameter = space.parameters[i];
    Entry& entry = entries_[i];
    std::size_t values = 1;  // features of a value
    if (const auto* const integer = std::get_if<Integer>(&parameter.domain)) {
      entry.values = static_cast<std::uint64_t>((integer->high - integer->low) / integer->step) + 1;
    } else if (const auto* const real = std::get_if<Real>(&parameter.domain)) {
      if (real->low == real->high) entry.values = 1;
    } else {
      values = std::get<Category>(parameter.domain).names.size();
      entry.values = values;
    }
    entry.feature = features_.size();
    features_.insert(features_.end(), values, {i, Feature::Kind::Value});
    if (!parameter.condition) continue;
    features_.push_back({i, Feature::Kind::Absence});
    for (std::size_t p = 0; p < i; ++p) {
      if (space.parameters[p].name != parameter.condition->parent) continue;
      entry.parent = p;
      const auto* const category = std::get_if<Category>(&space.parameters[p].domain);
      for (std::size_t k = 0; category != nullptr && k < category->names.size(); ++k) {
        const auto& any_of = parameter.condition->any_of;
        if (std::find(any_of.begin(), any_of.end(), category->names[k]) != any_of.end()) {
          entry.parent_categories.push_back(static_cast<double>(k));
        }
      }
    }
  }
}

bool Chart::holds(std::size_t i, const std::optional<double>& parent_value) const {
  const auto& condition = space_.parameters[i].condition;
  if (!condition) return true;
  if (!parent_value) return false;
  const auto& categories = entries_[i].parent_categories;
  if (!categories.empty()) return std::find(categories.begin(), categories.end(), *parent_value) != categories.end();
  return *parent_value >= condition->low && *parent_value <= condition->high;
}

double Chart::value(std::size_t i, std::uint64_t k) const {
  const auto& domain = space_.parameters[i].domain;
  if (const auto* const integer = std::get_if<Integer>(&domain)) {
    return static_cast<double>(integer->low + static_cast<std::int64_t>(k) * integer->step);
  }
  if (const auto* const real = std::get_if<Real>(&domain)) return real->low;
  return static_cast<double>(k);
}

double Chart::value_at_unit(std::size_t i, double unit) const {
  const auto& domain = space_.parameters[i].domain;
  if (const auto* const integer = std::get_if<Integer>(&domain)) {
    const double end = last_of(*integer) + static_cast<double>(integer->step);
    return on_grid(*integer, value_at_share(unit, static_cast<double>(integer->low), end, integer->scale),
                   Rounding::Down);
  }
  if (const auto* const real = std::get_if<Real>(&domain)) {
    return value_at_share(unit, real->low, real->high, real->scale);
  }
  const auto names = static_cast<double>(*entries_[i].values);
  return std::min(std::floor(unit * names), names - 1);
}

double Chart::value_at_position(std::size_t i, double position) const {
  const auto& domain = space_.parameters[i].domain;
  if (const auto* const integer = std::get_if<Integer>(&domain)) {
    const double value = value_at_share(position, static_cast<double>(integer->low), last_of(*integer), integer->scale);
    return on_grid(*integer, value, Rounding::Nearest);
  }
  if (const auto* const real = std::get_if<Real>(&domain)) {
    return value_at_share(position, real->low, real->high, real->scale);
  }
  return std::round(position * (static_cast<double>(*entries_[i].values) - 1));
}

Point Chart::from_unit(const double* unit) const {
  Point point{std::vector<std::optional<double>>(parameters())};
  for (std::size_t i = 0; i < parameters(); ++i) {
    const auto& parent = entries_[i].parent;
    if (!parent || holds(i, point.values[*parent])) point.values[i] = value_at_unit(i, unit[i]);
  }
  return point;
}

Point Chart::from_positions(const std::vector<double>& positions) const {
  Point point{std::vector<std::optional<double>>(parameters())};
  for (std::size_t i = 0; i < parameters(); ++i) {
    const auto& parent = entries_[i].parent;
    if (!parent || holds(i, point.values[*parent])) point.values[i] = value_at_position(i, positions[i]);
  }
  return point;
}

double Chart::position(std::size_t i, const std::optional<double>& value, double otherwise) const {
  if (!value) return otherwise;
  const auto& domain = space_.parameters[i].domain;
  if (const auto* const integer = std::get_if<Integer>(&domain)) {
    return share_of(*value, static_cast<double>(integer->low), last_of(*integer), integer->scale);
  }
  if (const auto* const real = std::get_if<Real>(&domain)) return share_of(*value, real->low, real->high, real->scale);
  return share_of(*value, 0, static_cast<double>(*entries_[i].values) - 1, Scale::Linear);
}

Eigen::VectorXd Chart::encode(const Point& point) const {
  Eigen::VectorXd encoded = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(features_.size()));
  for (std::size_t i = 0; i < parameters(); ++i) {
    const auto& value = point.values[i];
    auto at = static_cast<Eigen::Index>(entries_[i].feature);
    const bool categorical = std::holds_alternative<Category>(space_.parameters[i].domain);
    if (value && categorical) encoded[at + static_cast<Eigen::Index>(*value)] = std::sqrt(0.5);
    if (value && !categorical) encoded[at] = position(i, value, 0.5) - 0.5;
    if (value) continue;
    at += categorical ? static_cast<Eigen::Index>(*entries_[i].values) : 1;
    encoded[at] = 1;
  }
  return encoded;
}

std::optional<std::vector<Point>> all_points(const Chart& chart, std::uint64_t most) {
  const auto count = PointCount(chart).all();
  if (!count || *count > most) return std::nullopt;
  std::vector<Point> points{Point{}};
  for (std::size_t i = 0; i < chart.parameters(); ++i) {
    std::vector<Point> longer;
    for (const Point& point : points) {
      const auto parent = chart.parent(i);
      if (parent && !chart.holds(i, point.values[*parent])) {
        longer.push_back(point);
        longer.back().values.emplace_back();
        continue;
      }
      for (std::uint64_t k = 0; k < *chart.values(i); ++k) {
        longer.push_back(point);
        longer.back().values.emplace_back(chart.value(i, k));
      }
    }
    points = std::move(longer);
  }
  return points;
}

void validate(const Space& space, const Point& point) {
  const Chart chart(space);
  if (point.values.size() != space.parameters.size()) {
    throw InvalidArgument(
        fmt::format("point: expected {} values, got {}", space.parameters.size(), point.values.size()));
  }
  for (std::size_t i = 0; i < point.values.size(); ++i) {
    const Parameter& parameter = space.parameters[i];
    const auto& value = point.values[i];
    const auto parent = chart.parent(i);
    const bool there = !parent || chart.holds(i, point.values[*parent]);
    if (there != value.has_value()) {
      throw InvalidArgument(fmt::format("point: {}: expected {}, got {}", parameter.name,
                                        there ? "a value" : "none, as its condition does not hold",
                                        value ? fmt::to_string(*value) : "none"));
    }
    if (!value) continue;
    double nearest = 0;
    if (const auto* const integer = std::get_if<Integer>(&parameter.domain)) {
      nearest = std::isnan(*value) ? 0 : on_grid(*integer, *value, Rounding::Nearest);
    } else if (const auto* const real = std::get_if<Real>(&parameter.domain)) {
      nearest = std::clamp(*value, real->low, real->high);
    } else {
      nearest = std::isnan(*value) ? 0 : std::clamp(std::round(*value), 0.0, static_cast<double>(*chart.values(i)) - 1);
    }
    if (nearest != *value) {
      throw InvalidArgument(fmt::format("point: {}: expected a value of its domain, got {}", parameter.name, *value));
    }
  }
}

Point from_unit(const Space& space, const std::vector<double>& unit) {
  check_unit(space, unit);
  return Chart(space).from_unit(unit.data());
}

Point sample(const Space& space, std::uint64_t seed) {
  support::Random random(seed);
  std::vector<double> unit(space.parameters.size());
  for (double& u : unit) u = (random.uniform() + 1) / 2;
  return from_unit(space, unit);
}

std::vector<std::optional<double>> to_unit(const Space& space, const Point& point) {
  validate(space, point);
  const Chart chart(space);
  std::vector<std::optional<double>> unit(point.values.size());
  for (std::size_t i = 0; i < unit.size(); ++i) {
    if (point.values[i]) unit[i] = chart.position(i, point.values[i], 0);
  }
  return unit;
}

std::vector<Point> neighbours(const Space& space, const Point& point) {
  validate(space, point);
  const Chart chart(space);
  std::vector<Point> found;
  const auto add = [&](std::size_t i, double value) {
    Point other = point;
    other.values[i] = value;
    for (std::size_t child = i + 1; child < chart.parameters(); ++child) {
      const auto parent = chart.parent(child);
      if (!parent) continue;
      const bool there = chart.holds(child, other.values[*parent]);
      if (!there) other.values[child].reset();
      if (there && !other.values[child]) other.values[child] = chart.value_at_unit(child, 0.5);
    }
    found.push_back(std::move(other));
  };
  for (std::size_t i = 0; i < chart.parameters(); ++i) {
    if (!point.values[i]) continue;
    const double value = *point.values[i];
    const auto& domain = space.parameters[i].domain;
    if (const auto* const integer = std::get_if<Integer>(&domain)) {
      const auto step = static_cast<double>(integer->step);
      if (value > static_cast<double>(integer->low)) add(i, value - step);
      if (value < last_of(*integer)) add(i, value + step);
    } else if (const auto* const real = std::get_if<Real>(&domain)) {
      const double at = chart.position(i, value, 0);
      for (const double step : {-kRealStep, kRealStep}) {
        const double moved = value_at_share(std::clamp(at + step, 0.0, 1.0), real->low, real->high, real->scale);
        if (moved != value) add(i, moved);
      }
    } else {
      for (std::uint64_t k = 0; k < *chart.values(i); ++k) {
        if (static_cast<double>(k) != value) add(i, static_cast<double>(k));
      }
    }
  }
  return found;
}

std::string describe(const Space& space, const Point& point) {
  validate(space, point);
  std::string text;
  for (std::size_t i = 0; i < point.values.size(); ++i) {
    if (!point.values[i]) continue;
    if (!text.empty()) text += ", ";
    const auto* const category = std::get_if<Category>(&space.parameters[i].domain);
    text += space.parameters[i].name + ' ';
    text += category != nullptr ? category->names[static_cast<std::size_t>(*point.values[i])]
            : std::holds_alternative<Integer>(space.parameters[i].domain)
                ? fmt::to_string(static_cast<std::int64_t>(*point.values[i]))
                : fmt::format("{:.6g}", *point.values[i]);
  }
  return text;
}

std::optional<std::uint64_t> count_points(const Space& space) { return PointCount(Chart(space)).all(); }

}  // namespace ntorc::search
