#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "ntorc/emit/hls4ml_project.hpp"
#include "ntorc/error.hpp"
#include "ntorc/version.hpp"

namespace ntorc::emit {
namespace {

/// A Python string: JSON's spelling of one in UTF-8 is Python's as well. (Its ASCII escapes are not: they come in pairs
/// beyond U+FFFF.)
std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// Gives the streams between the nodes of the design its depths. Flattening leaves a node that passes its input on.
constexpr std::string_view kSetDepths = R"py(
writers = {output: layer for layer in project.get_layers() for output in layer.outputs}


def stream(output):
    layer = writers[output]
    variable = layer.get_output_variable(output)
    return stream(layer.inputs[0]) if variable.pragma is None and layer.inputs else (layer.name, variable)


streams = {}
for layer in project.get_layers():
    for output in filter(writers.get, layer.inputs):
        writer, variable = stream(output)
        streams.setdefault((writer, layer.name), []).append(variable)
for writer, reader, made, depth in FIFOS:
    if not streams.get((writer, reader)):
        raise SystemExit(f"{writer} -> {reader}: planned a stream, hls4ml made none")
    variable = streams[writer, reader].pop(0)
    if variable.pragma != ("stream", made):
        raise SystemExit(f"{writer} -> {reader}: planned a stream of depth {made}, hls4ml made {variable.pragma}")
    variable.pragma = ("stream", depth)
)py";

/// What lies between two nodes; the design's own input is a port.
std::string fifo_lines(const deploy::Design& design) {
  std::string lines;
  for (const deploy::DesignFifo& fifo : design.fifos) {
    const deploy::DesignNode& writer = design.nodes[fifo.from];
    if (writer.kind == hls4ml::NodeKind::Input) continue;
    lines += fmt::format("    ({}, {}, {}, {}),\n", quoted(writer.name), quoted(design.nodes[fifo.to].name), fifo.depth,
                         fifo.least.value().depth);
  }
  return lines;
}

}  // namespace

std::string hls4ml_driver(const deploy::Plan& plan, const Hls4mlProject& project) {
  if (!project.weights.empty()) {
    throw InvalidArgument(
        fmt::format("Keras model: expected a file with network and weights (.keras or .h5) for the driver, got {}",
                    project.keras_model.string()));
  }
  std::string reuse;
  for (const deploy::LayerPlan& layer : plan.layers) {
    const auto& [asked, effective, block_factors] = layer.chosen.choice;
    const std::string built =
        effective.empty() ? fmt::format("{}", asked) : fmt::format("{}", fmt::join(effective, ", "));
    reuse += fmt::format("    {}: ({}, [{}]),\n", quoted(layer.layer), asked, built);
  }
  const bool least = project.fifo_depths == FifoDepths::Least;
  const std::string fifos =
      least ? fmt::format("FIFOS = [  # writer, reader, the depth that hls4ml must make, the depth it is given\n{}]\n",
                          fifo_lines(plan.design.value()))
            : "";
  return fmt::format(
      R"py(#!/usr/bin/env python3
# Converts {network} with hls4ml. Made by ntorc {version}.
import hls4ml
import keras

REUSE = {{  # layer: the reuse factor that hls4ml is told, those that it must make of it
{reuse}}}
{fifos}model = keras.models.load_model({keras_model}, compile=False)
config = {{"Model": {{"Precision": {precision}, "ReuseFactor": 1, "Strategy": {strategy}}},
          "LayerName": {{layer: {{"ReuseFactor": asked}} for layer, (asked, _) in REUSE.items()}}}}
project = hls4ml.converters.convert_from_keras_model(
    model, hls_config=config, output_dir={output_dir}, project_name={project}, backend={backend},
    part={part}, clock_period={clock}, io_type={io_type})
built = {{layer.name: [layer.get_attr("reuse_factor"), layer.get_attr("recurrent_reuse_factor")] for layer in project.get_layers()}}
for layer, (_, planned) in REUSE.items():
    if built.get(layer, [])[:len(planned)] != planned:
        raise SystemExit(f"{{layer}}: planned reuse {{planned}}, hls4ml made {{built.get(layer)}}")
{set_depths}project.write()
print("wrote", {output_dir})
)py",
      fmt::arg("network", quoted(plan.network)), fmt::arg("version", kVersion), fmt::arg("reuse", reuse),
      fmt::arg("fifos", fifos), fmt::arg("set_depths", least ? kSetDepths : ""),
      fmt::arg("keras_model", quoted(project.keras_model.string())),
      fmt::arg("precision", quoted(plan.target.precision)), fmt::arg("strategy", quoted(plan.target.strategy)),
      fmt::arg("output_dir", quoted(project.output_dir.string())), fmt::arg("project", quoted(project.project)),
      fmt::arg("backend", quoted(std::string(to_string(project.backend)))), fmt::arg("part", quoted(plan.target.part)),
      fmt::arg("clock", 1000 / plan.target.clock_mhz),
      fmt::arg("io_type", quoted(std::string(to_string(plan.target.io_type)))));
}

}  // namespace ntorc::emit
