// ntorc/search/config.hpp - what is searched for, in what, with what data, as a YAML file says it.
// docs/formats/search.md
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ntorc/search/cost.hpp"
#include "ntorc/search/network_space.hpp"
#include "ntorc/signal/bins.hpp"
#include "ntorc/signal/recording.hpp"
#include "ntorc/signal/scaling.hpp"
#include "ntorc/signal/split.hpp"
#include "ntorc/train/options.hpp"

namespace ntorc::search {

/// What a network is trained to give.
enum class Output {
  Value,    ///< the label, standardised: a head of one linear output, the network that is deployed
  Classes,  ///< a bin of the label's range: a head of as many outputs as there are bins, N-TORC's way
};

/// How a prediction is made of classes.
enum class Decoding { MostProbable, Expectation };

/// What predictions are measured against.
enum class Truth {
  Label,      ///< as it was recorded
  Quantised,  ///< N-TORC's: the value of the label's bin
};

/// What is known of the recordings, and how windows are made of them.
struct DataConfig {
  std::filesystem::path dropbear{};             ///< folder in DROPBEAR's layout; or
  std::vector<std::filesystem::path> tables{};  ///< files, one a run; a folder stands for the .csv and .txt files in it
  signal::TableOptions columns{};               ///< of the tables
  std::vector<std::string> runs{};              ///< to be read, in this order; empty: all but those held out, by name
  std::vector<std::string> held_out{};          ///< never read by a search; of DROPBEAR N-TORC's nine, unless given
  std::int64_t label_offset = 0;                ///< signal::WindowOptions::label_offset
  double overlap = 0;                           ///< of neighbouring windows, as a share of their length, in [0, 1)
  signal::SplitOptions split{};
  signal::ScalingKind scaling = signal::ScalingKind::Standardise;
  Output output = Output::Value;
  signal::BinOptions bins{};  ///< of Classes
  Decoding decoding = Decoding::Expectation;
  Truth truth = Truth::Label;
  /// What bins share, and labels that are learnt are moved into, as those of a sensor's glitch; absent: the range of
  /// the runs that are learnt from. N-TORC takes that of all runs, those held out too.
  std::optional<signal::LabelRange> range{};
};

enum class Sampler { Bayesian, Nsga2, Sobol, Random };

std::string_view to_string(Sampler sampler);  ///< "bayesian", "nsga2", "sobol", "random"

/// Networks that cost more are not trained.
struct Limit {
  CostKind of = CostKind::Multiplies;
  double most = 0;  ///< > 0
};

struct CostConfig {
  CostKind kind = CostKind::Multiplies;  ///< the second objective
  std::vector<Limit> limits{};           ///< at most one of a kind
  std::filesystem::path perf{};          ///< performance model; empty: the default one
  std::string latency{};                 ///< deadline of the design, "200us"; needed for kinds that are deployed
  std::string part{};                    ///< empty: that of the performance model
  std::optional<double> clock_mhz{};     ///< absent: that of the performance model
};

/// How the search goes.
struct SearchOptions {
  Sampler sampler = Sampler::Bayesian;
  std::int64_t trials = 100;  ///< networks to be tried, > 0
  std::int64_t batch = 4;     ///< proposed at a time, > 0: what they return is known before the next ones
  std::vector<std::int64_t>
      rungs{};               ///< epochs after which the worse ones of a batch end, ascending, < training.epochs
  double keep = 0.5;         ///< share of a batch that goes on at each rung, in (0, 1]; rounded up
  std::int64_t repeats = 1;  ///< trainings of each network of the front, each with a seed of its own, >= 1
  std::uint64_t seed = 1;
  std::optional<double> cpu_hours{};  ///< of all trainings; when they are used up, no further batch begins
  /// Of error and cost, for the hypervolume; absent: made of what was seen.
  std::optional<std::vector<double>> reference_point{};

  void validate(
      const train::TrainOptions& training) const;  ///< @throws InvalidArgument  naming the field and its value
};

struct Config {
  std::string name = "search";
  DataConfig data{};
  NetworkSpace space{};
  train::TrainOptions training{};  ///< its seed is not read: each training has one of its own
  CostConfig cost{};
  SearchOptions search{};
  /// The file's settings as JSON, keys sorted, without those that may change when a search is taken up again
  /// (search.trials, search.cpu_hours): two searches with equal ones are the same.
  std::string identity{};
};

/// @param name    of the text, for messages
/// @param folder  that relative paths in it are of
/// @throws ParseError  naming file, line and column: not YAML, an unknown key, a value out of its range, settings that
///                     do not go together.
Config parse_config(std::string_view yaml, std::string_view name, const std::filesystem::path& folder);

/// @throws FileError, ParseError
Config read_config(const std::filesystem::path& file);

/// The YAML of a preset: data, training and space as N-TORC's paper has them ("ntorc-paper"), as its program has them
/// ("ntorc-code"), or without their faults ("strict"). @throws InvalidArgument  if there is none of that name.
std::string preset(std::string_view name);

}  // namespace ntorc::search
