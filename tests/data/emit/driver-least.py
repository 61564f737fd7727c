#!/usr/bin/env python3
# Converts "small net" with hls4ml. Made by ntorc VERSION.
import hls4ml
import keras

FIFOS = [  # writer, reader, the depth that hls4ml must make, the depth it is given
    ("zp1d_conv", "conv", 130, 2),
    ("conv", "conv_relu", 128, 1),
    ("conv_relu", "pool", 128, 2),
    ("pool", "lstm", 64, 64),
]
REUSE = {  # layer: the reuse factor that hls4ml is told, those that it must make of it
    "conv": (24, [24]),
    "lstm": (60, [64, 60]),
}
model = keras.models.load_model("/nets/small.keras", compile=False)
config = {"Model": {"Precision": "ap_fixed<16,8>", "ReuseFactor": 1, "Strategy": "Resource"},
          "LayerName": {layer: {"ReuseFactor": asked} for layer, (asked, _) in REUSE.items()}}
project = hls4ml.converters.convert_from_keras_model(
    model, hls_config=config, output_dir="/out/small", project_name="small_net", backend="Vivado",
    part="xczu7ev-ffvc1156-2-e", clock_period=4, io_type="io_stream")
built = {layer.name: [layer.get_attr("reuse_factor"), layer.get_attr("recurrent_reuse_factor")] for layer in project.get_layers()}
for layer, (_, planned) in REUSE.items():
    if built.get(layer, [])[:len(planned)] != planned:
        raise SystemExit(f"{layer}: planned reuse {planned}, hls4ml made {built.get(layer)}")

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
project.write()
print("wrote", "/out/small")
