#!/usr/bin/env python3
"""Prints the graphs that hls4ml makes of networks: print_nodes.py OUT.json NETWORK ...

A NETWORK is a .keras file, or the .json of Keras 2 with its .h5 beside it. OUT.json is {file name: {io type: [[node, class, [nodes that
it reads], output shape], ...]}}, and in place of the list a string says why hls4ml refuses. What passes its input on as it is (Flatten) is left out.
"""

import json
import sys
from pathlib import Path
from typing import Any

import hls4ml

CONFIG = {"Model": {"Precision": "ap_fixed<16,6>", "ReuseFactor": 4, "Strategy": "Resource"}}
IO_TYPES = ["io_stream", "io_parallel"]


def convert(file: Path, io_type: str) -> Any:
    design = {"OutputDir": "unused", "ProjectName": "unused", "Backend": "Vivado", "Part": "xczu7ev-ffvc1156-2-e", "ClockPeriod": 4}
    if file.suffix == ".keras":
        import keras

        return hls4ml.converters.convert_from_keras_model(
            keras.models.load_model(file, compile=False), hls_config=CONFIG, output_dir=design["OutputDir"], project_name=design["ProjectName"],
            backend=design["Backend"], part=design["Part"], clock_period=design["ClockPeriod"], io_type=io_type)
    return hls4ml.converters.convert_from_config(
        {**design, "KerasJson": str(file), "KerasH5": str(file.with_suffix(".h5")), "IOType": io_type, "HLSConfig": CONFIG})


def graph_of(project: Any) -> list[Any]:
    layers = list(project.get_layers())
    giver = {output: layer for layer in layers for output in layer.outputs}

    def source(tensor: str) -> str:
        layer = giver[tensor]
        return source(layer.inputs[0]) if layer.class_name == "Reshape" else layer.name

    return [[layer.name, layer.class_name, [] if layer.class_name == "Input" else [source(tensor) for tensor in layer.inputs],
             [int(extent) for extent in layer.get_output_variable(layer.outputs[0]).shape]]
            for layer in layers if layer.class_name != "Reshape"]


def graph_or_reason(file: Path, io_type: str) -> Any:
    try:
        return graph_of(convert(file, io_type))
    except Exception as error:  # noqa: BLE001 - whatever it is, the comparison shows it
        return f"{type(error).__name__}: {error}"


def main() -> None:
    graphs = {file.name: {io_type: graph_or_reason(file, io_type) for io_type in IO_TYPES} for file in map(Path, sys.argv[2:])}
    Path(sys.argv[1]).write_text(json.dumps(graphs, indent=1) + "\n")


if __name__ == "__main__":
    main()
