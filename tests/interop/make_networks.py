#!/usr/bin/env python3
"""Writes the networks of the interoperability tests, with weights: make_networks.py FOLDER [FOREIGN.json ...]

With Keras 2 (tf_keras) NAME.json and NAME.h5, then with Keras 3 NAME.keras, of the same networks. FOREIGN are architectures in Keras 2's
JSON: they are copied as they are, with the .h5 that stands beside them or else one made here. Keras 3 is asked whether it can load that
.h5, and NAME.refused holds its reason if not. Weights are untrained, from a fixed seed.
"""

import shutil
import sys
from pathlib import Path
from typing import Any, Callable

try:
    import tf_keras as keras
except ImportError:
    import keras

L = keras.layers
IS_KERAS_3 = keras.__version__.startswith("3")


def conv() -> list[Any]:
    return [
        L.Input((64, 2), name="signal"),
        L.Conv1D(8, 3, padding="same", activation="relu", name="conv_same"),
        L.MaxPooling1D(2, name="pool_max"),
        L.Conv1D(12, 5, activation="relu", name="conv_valid"),
        L.AveragePooling1D(2, name="pool_mean"),
        L.Conv1D(16, 1, activation="relu", name="conv_pointwise"),
        L.Flatten(name="flat"),
        L.Dense(10, activation="relu", name="dense"),
        L.Dense(3, name="output"),
    ]


def conv2d() -> list[Any]:
    return [
        L.Input((12, 12, 1), name="image"),
        L.Conv2D(6, 3, padding="same", activation="relu", name="conv_same"),
        L.MaxPooling2D(2, name="pool"),
        L.Conv2D(4, 3, activation="relu", name="conv_valid"),
        L.Flatten(name="flat"),
        L.Dense(5, activation="softmax", name="output"),
    ]


def lstm() -> list[Any]:
    return [
        L.Input((8, 16), name="steps"),
        L.LSTM(15, return_sequences=True, name="lstm_1"),
        L.LSTM(12, name="lstm_2"),
        L.Dense(1, name="output"),
    ]


def gru() -> list[Any]:
    return [
        L.Input((10, 8), name="steps"),
        L.GRU(8, name="gru"),
        L.Dense(2, name="output"),
    ]


def dense() -> list[Any]:
    return [
        L.Input((20,), name="features"),
        L.Dense(32, activation="relu", name="dense_1"),
        L.Dense(24, activation="relu", name="dense_2"),
        L.Dense(5, activation="softmax", name="classes"),
    ]


def names() -> list[Any]:
    """Layers that YAML takes for numbers, truth values or nothing unless they are quoted."""
    return [
        L.Input((8,), name="features"),
        L.Dense(12, name="1"),
        L.Activation("relu", name="relu_a"),
        L.Dense(6, name="yes"),
        L.Dense(10, name="null"),
        L.Dense(6, name="1e3"),
        L.Activation("relu", name="relu_b"),
        L.Dense(4, name="Dense_A"),
    ]


def norm() -> list[Any]:
    """Normalization that hls4ml merges into the layer before it, and one that it cannot."""
    return [
        L.Input((32, 4), name="signal"),
        L.Conv1D(8, 3, name="conv"),
        L.BatchNormalization(name="norm_merged"),
        L.Activation("relu", name="relu"),
        L.MaxPooling1D(2, name="pool"),
        L.Flatten(name="flat"),
        L.Dense(10, activation="relu", name="dense"),
        L.BatchNormalization(name="norm_alone"),
        L.Dense(2, name="output"),
    ]


NETWORKS: list[Callable[[], list[Any]]] = [conv, conv2d, lstm, gru, dense, names, norm]


def chain(name: str, layers: list[Any]) -> Any:
    """A Functional model of layers in a row; the first is the input."""
    x = layers[0]
    for layer in layers[1:]:
        x = layer(x)
    return keras.Model(layers[0], x, name=name)


def save(model: Any, folder: Path, name: str) -> None:
    if IS_KERAS_3:
        model.save(folder / f"{name}.keras")
        return
    (folder / f"{name}.json").write_text(model.to_json(indent=1) + "\n")
    model.save(folder / f"{name}.h5")


def copy_foreign(architecture: Path, folder: Path) -> None:
    shutil.copyfile(architecture, folder / architecture.name)
    weights = architecture.with_suffix(".h5")
    if weights.exists():
        shutil.copyfile(weights, folder / weights.name)
    else:
        keras.models.model_from_json(architecture.read_text()).save(folder / weights.name)


def try_foreign(name: str, folder: Path) -> None:
    try:
        keras.models.load_model(folder / f"{name}.h5", compile=False)
    except (TypeError, ValueError) as error:
        (folder / f"{name}.refused").write_text(str(error).strip().splitlines()[0] + "\n")


def main() -> None:
    folder = Path(sys.argv[1])
    keras.utils.set_random_seed(7)
    for layers in NETWORKS:
        save(chain(layers.__name__, layers()), folder, layers.__name__)
    for architecture in sys.argv[2:]:
        if IS_KERAS_3:
            try_foreign(Path(architecture).stem, folder)
        else:
            copy_foreign(Path(architecture), folder)


if __name__ == "__main__":
    main()
