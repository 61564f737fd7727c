#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "ntorc/emit/hls4ml_project.hpp"
#include "ntorc/error.hpp"
#include "ntorc/version.hpp"

namespace ntorc::emit {
namespace {

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
    lines += fmt::format("    ({}, {}, {}, {}),\n", python_string(writer.name),
                         python_string(design.nodes[fifo.to].name), fifo.depth, fifo.least.value().depth);
  }
  return lines;
}

}  // namespace

// JSON's spelling of a string in UTF-8 is Python's as well. (Its ASCII escapes are not: they come in pairs beyond
// U+FFFF.)
std::string python_string(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string hls4ml_conversion(const Hls4mlSettings& settings, const Hls4mlProject& project, const PythonPaths& paths) {
  std::string reuse;
  std::string strategies;
  for (const Hls4mlSettings::Layer& layer : settings.layers) {
    const std::string built =
        layer.effective.empty() ? fmt::format("{}", layer.reuse) : fmt::format("{}", fmt::join(layer.effective, ", "));
    reuse += fmt::format("    {}: ({}, [{}]),\n", python_string(layer.name), layer.reuse, built);
    if (layer.strategy.empty()) continue;
    strategies += fmt::format("config[\"LayerName\"][{}][\"Strategy\"] = {}\n", python_string(layer.name),
                              python_string(layer.strategy));
  }
  const deploy::BuildTarget& target = settings.target;
  return fmt::format(
      R"py(REUSE = {{  # layer: the reuse factor that hls4ml is told, those that it must make of it
{reuse}}}
model = keras.models.load_model({keras_model}, compile=False)
config = {{"Model": {{"Precision": {precision}, "ReuseFactor": 1, "Strategy": {strategy}}},
          "LayerName": {{layer: {{"ReuseFactor": asked}} for layer, (asked, _) in REUSE.items()}}}}
{strategies}project = hls4ml.converters.convert_from_keras_model(
    model, hls_config=config, output_dir={output_dir}, project_name={project}, backend={backend},
    part={part}, clock_period={clock}, io_type={io_type})
built = {{layer.name: [layer.get_attr("reuse_factor"), layer.get_attr("recurrent_reuse_factor")] for layer in project.get_layers()}}
for layer, (_, planned) in REUSE.items():
    if built.get(layer, [])[:len(planned)] != planned:
        raise SystemExit(f"{{layer}}: planned reuse {{planned}}, hls4ml made {{built.get(layer)}}")
)py",
      fmt::arg("reuse", reuse), fmt::arg("strategies", strategies), fmt::arg("keras_model", paths.keras_model),
      fmt::arg("precision", python_string(target.precision)), fmt::arg("strategy", python_string(target.strategy)),
      fmt::arg("output_dir", paths.output_dir), fmt::arg("project", python_string(project.project)),
      fmt::arg("backend", python_string(to_string(project.backend))), fmt::arg("part", python_string(target.part)),
      fmt::arg("clock", 1000 / target.clock_mhz), fmt::arg("io_type", python_string(to_string(target.io_type))));
}

std::string hls4ml_driver(const deploy::Plan& plan, const Hls4mlProject& project) {
  if (!project.weights.empty()) {
    throw InvalidArgument(
        fmt::format("Keras model: expected a file with network and weights (.keras or .h5) for the driver, got {}",
                    project.keras_model.string()));
  }
  const bool least = project.fifo_depths == FifoDepths::Least;
  const std::string fifos =
      least ? fmt::format("FIFOS = [  # writer, reader, the depth that hls4ml must make, the depth it is given\n{}]\n",
                          fifo_lines(plan.design.value()))
            : "";
  const PythonPaths paths{python_string(project.keras_model.string()), python_string(project.output_dir.string())};
  return fmt::format(
      R"py(#!/usr/bin/env python3
# Converts {network} with hls4ml. Made by ntorc {version}.
import hls4ml
import keras

{fifos}{conversion}{set_depths}project.write()
print("wrote", {output_dir})
)py",
      fmt::arg("network", python_string(plan.network)), fmt::arg("version", kVersion), fmt::arg("fifos", fifos),
      fmt::arg("conversion", hls4ml_conversion(hls4ml_settings(plan), project, paths)),
      fmt::arg("set_depths", least ? kSetDepths : ""), fmt::arg("output_dir", paths.output_dir));
}

}  // namespace ntorc::emit
