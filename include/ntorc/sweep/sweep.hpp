// ntorc/sweep/sweep.hpp - from what is to be covered to the jobs that cover it, and to their files.
// docs/formats/sweep.md
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ntorc/hls4ml/layer_shape.hpp"
#include "ntorc/sweep/config.hpp"
#include "ntorc/sweep/job.hpp"

namespace ntorc::sweep {

/// A layer as hls4ml builds it.
struct LayerBuild {
  std::string name;  ///< in the network
  hls4ml::LayerShape shape;
  std::int64_t reuse = 1;                  ///< what hls4ml is told
  std::vector<std::int64_t> effective;     ///< what it makes of it, one for each matrix
  Strategy strategy = Strategy::Resource;  ///< never Auto
};

struct Network;  // private: sweep/network.hpp

/// A job with all that its files are made of.
struct PlannedJob {
  Job job;
  std::shared_ptr<const Network> network;
  std::string family;
  std::string precision;
  std::vector<LayerBuild> layers;
};

struct Sweep {
  Target target;
  std::vector<PlannedJob> jobs;                    ///< no two of one id
  std::int64_t combinations = 0;                   ///< of the design, before anything is left out
  std::int64_t duplicates = 0;                     ///< combinations that hls4ml builds like one before them
  std::map<std::string, std::int64_t> left_out{};  ///< how many combinations, by the reason
};

/// The jobs of a configuration, in the order of its design.
/// @throws InvalidArgument  if there are more than a million combinations, more axes than a Sobol design has, or no job
///                          is left; the message names what.
Sweep plan_sweep(const Config& config);

/// A table for people: jobs, duplicates, layers by kind with their ranges, and what is known of the cost.
std::string summary(const Sweep& sweep);

struct WriteOptions {
  unsigned threads = 0;  ///< 0 takes one for each core; the bytes do not depend on it
};

struct Written {
  std::size_t added = 0;  ///< jobs that were not there
  std::size_t kept = 0;   ///< jobs that were, whose files are left as they are
};

/// Writes jobs/<id>/{model.json, model.h5, hls4ml.yml, build.py} of each job and then manifest.json. A sweep that is
/// there already may grow.
/// @throws FileError
/// @throws ParseError       if there is a manifest that cannot be read.
/// @throws InvalidArgument  if there is one with jobs that `sweep` does not have, or for another dialect of hls4ml.
Written write_sweep(const std::filesystem::path& folder, const Sweep& sweep, const WriteOptions& options = {});

/// A layer and its reuse factor, as a model is fitted from them.
struct LayerUse {
  hls4ml::LayerShape shape;
  std::int64_t reuse = 1;

  friend bool operator==(const LayerUse&, const LayerUse&) = default;
};

/// A run that could be made.
struct Candidate {
  std::vector<LayerUse> layers;
  std::size_t group = 0;  ///< of which no more than its share is taken
};

/// Chooses the runs that say most about the terms of the performance model, one after the other: each is the one that
/// adds most to the logarithm of the determinant of the information about the weights of LUT and FF (D-optimality), and
/// to the spread over sizes and reuse factors. docs/guides/sweeping.md
/// @return  places in `candidates`, in the order of choice; at most `count`, and of each group at most an equal share.
std::vector<std::size_t> choose_informative(const std::vector<Candidate>& candidates, std::size_t count);

}  // namespace ntorc::sweep
