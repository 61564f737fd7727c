// synthesis/owner.hpp - what a module of a design belongs to: a layer, a node without weights, or nothing that is
// known.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ntorc/hls4ml/layer_shape.hpp"
#include "ntorc/hls4ml/node.hpp"
#include "ntorc/perf/record.hpp"
#include "ntorc/synthesis/report.hpp"
#include "synthesis/module_name.hpp"
#include "synthesis/parameters.hpp"

namespace ntorc::synthesis {

struct Owner {
  perf::Role role = perf::Role::Unmapped;  ///< Layer, Node or Unmapped
  std::string name{};                      ///< of the layer
  hls4ml::NodeKind node_kind = hls4ml::NodeKind::Weights;
  std::optional<hls4ml::LayerShape> shape{};  ///< of Layer
  std::vector<std::int64_t> reuse{};          ///< of Layer: effective, of each matrix
  std::string strategy{};                     ///< of Layer: hls4ml's word
  std::string precision{};                    ///< of Layer: of the weights
  std::string reason{};                       ///< of Unmapped: why, in a few words
  /// Of what has a place in the top function: which. What has the same belongs together.
  std::optional<std::size_t> place{};
};

/// Knows the layers of a project from its firmware.
class Owners {
 public:
  /// @param firmware  must outlive this; without configs and calls, nothing is known but what a module's name says.
  explicit Owners(const Firmware& firmware);

  bool knows_layers() const { return !firmware_.configs.empty(); }

  /// Of each instance, in their order. Those whose modules carry no number are matched with calls of the top function
  /// that no number claims, where only one match is possible.
  std::vector<Owner> owners(const std::vector<Instance>& instances) const;

  /// Of one module by its name alone.
  Owner owner(std::string_view module) const;

  /// The name of the layer that writes `stream`, and its place; the stream's own name if no call does.
  struct Writer {
    std::string name{};
    std::optional<std::size_t> place{};
  };
  Writer writer(std::string_view stream) const;

  /// The longest operand of a call that `fifo`, a name of the HLS tool, begins with; else the name without what the
  /// tools put behind it.
  std::string stream_of(std::string_view fifo) const;

  std::string io_type() const;    ///< "io_stream", "io_parallel", or empty if it is not known
  std::string strategy() const;   ///< that all layers share; else empty
  std::string precision() const;  ///< that the weights of all layers share; else empty

 private:
  Owner of_number(int number, std::string_view function) const;
  Owner of_call(std::size_t place) const;
  Owner of_function(std::string_view function) const;
  std::vector<Owner> layers() const;

  const Firmware& firmware_;
  std::map<int, std::vector<const ConfigStruct*>> configs_;  // of each number, in their order
  std::map<int, std::vector<std::size_t>> calls_;            // places of those that name a config of the number
  std::set<std::string_view> operands_;                      // of all calls
};

}  // namespace ntorc::synthesis
