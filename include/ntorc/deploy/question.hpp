// ntorc/deploy/question.hpp - what is asked of a plan: what is least, and what it must keep. docs/guides/planning.md
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ntorc/deploy/design.hpp"
#include "ntorc/error.hpp"
#include "ntorc/hls4ml/device.hpp"
#include "ntorc/perf/cost.hpp"

namespace ntorc::deploy {

/// The question speaks of a layer, a reuse factor or a part that is not there.
class UnfitQuestion : public InvalidArgument {
 public:
  using InvalidArgument::InvalidArgument;
};

/// What is to be least.
enum class Objective {
  Cost,      ///< weighted resources
  Latency,   ///< latency_max_cycles of the nodes, composed
  Share,     ///< the largest share of LUT, FF, DSP or BRAM of the part
  Interval,  ///< the initiation interval: the slowest node's latency_max_cycles
};

std::string_view to_string(Objective objective);  ///< "cost", "latency", "share", "interval"

/// What is summed or limited: figures, or figures as a share of what the part has.
enum class Measure { Count, PartShare };

std::string_view to_string(Measure measure);  ///< "count", "part"

inline constexpr std::array kResources{perf::Target::Lut, perf::Target::Ff, perf::Target::Dsp, perf::Target::Bram18k};

/// How many of a resource the part has.
double available(const hls4ml::DeviceResources& part, perf::Target resource);

inline constexpr double kMaxWeight = 1e6;

/// The cost of a layer is the sum of its resources, each multiplied by its weight.
struct Weights {
  Measure of = Measure::Count;
  double lut = 1;  ///< in [0, kMaxWeight], as all; one of them > 0
  double ff = 1;
  double dsp = 1;
  double bram_18k = 1;

  double operator[](perf::Target resource) const;

  friend bool operator==(const Weights&, const Weights&) = default;
};

/// No more of a resource than this.
struct Budget {
  perf::Target resource = perf::Target::Lut;  ///< one of kResources
  double amount = 0;                          ///< >= 0; of PartShare 1 is the whole part
  Measure of = Measure::Count;

  friend bool operator==(const Budget&, const Budget&) = default;
};

/// Layers whose name matches take a reuse factor in [least, most].
struct ReuseRule {
  std::string layers;  ///< a name, in which * stands for any characters
  std::int64_t least = 1;
  std::int64_t most = 1;

  friend bool operator==(const ReuseRule&, const ReuseRule&) = default;
};

/// Every constraint goes with every objective and with all others.
struct Question {
  Objective objective = Objective::Cost;
  Weights weights{};
  Composition composition = Composition::Chain;   ///< of latencies; Sum is taken where there is no stream to overlap on
  std::optional<double> latency_limit_cycles{};   ///< of the composed latency, > 0
  std::optional<double> interval_limit_cycles{};  ///< initiation interval: of the slowest node, > 0
  /// Latency and initiation interval are then those of the upper ends of every layer's interval of this confidence, in
  /// place of what is predicted; resources stay the predicted ones. Choices without an interval are left out. One of
  /// perf::kConfidences.
  std::optional<double> confidence{};
  std::vector<Budget> budgets{};  ///< one for a resource at most
  std::vector<ReuseRule> reuse{};
  /// Each entry is a set of layers, those that match one of its patterns: they share one reuse factor.
  std::vector<std::vector<std::string>> equal_reuse{};

  /// Whether figures of the part are needed to answer it.
  bool needs_part() const;
  /// Whether it limits anything.
  bool constrains() const;

  void validate() const;  ///< @throws InvalidArgument  naming the field and its value

  friend bool operator==(const Question&, const Question&) = default;
};

/// Whether `name` is `pattern`, in which * stands for any characters, none too.
bool matches(std::string_view pattern, std::string_view name);

/// The budget as a count. @param part  needed for a PartShare.
double count_of(const Budget& budget, const std::optional<hls4ml::DeviceResources>& part);

/// "LUT + FF + DSP + BRAM", "LUT + 100 DSP", "LUT + FF + DSP + BRAM as shares of the part".
std::string describe(const Weights& weights);

/// "lstm=64" or "dense*=16..256", as `reuse_rule` reads it.
std::string describe(const ReuseRule& rule);

/// "least LUT + FF + DSP + BRAM with at most 50000 cycles (200 us), at most 100 DSP, lstm=64".
std::string describe(const Question& question, double clock_mhz);

/// The figure of an objective with its unit: "4420 cycles (17.68 us)", "24.8% of the part", "86944.778803".
std::string describe_value(Objective objective, double value, double clock_mhz);

// As people write them. Each @throws InvalidArgument with what was expected and what was found.

Weights weights(std::string_view text);                     ///< "device" or "lut=1,dsp=100"; not named weighs 1
std::vector<Budget> budgets(std::string_view text);         ///< "lut=50%,dsp=100" or "all=80%"
ReuseRule reuse_rule(std::string_view text);                ///< "lstm=64" or "dense*=16..256"
std::vector<std::string> layer_set(std::string_view text);  ///< patterns with commas between: "conv_1,dense*"

}  // namespace ntorc::deploy
