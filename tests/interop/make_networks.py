#!/usr/bin/env python3
"""Writes the networks of the interoperability tests, with weights: make_networks.py FOLDER [FOREIGN.json ...]

FOLDER/networks.txt names those of PLANNED and NODES, one a line.

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
    """Normalization, which hls4ml merges into no layer whose precision is set."""
    return [
        L.Input((32, 4), name="signal"),
        L.Conv1D(8, 3, name="conv"),
        L.BatchNormalization(name="norm_of_conv"),
        L.Activation("relu", name="relu"),
        L.MaxPooling1D(2, name="pool"),
        L.Flatten(name="flat"),
        L.Dense(10, activation="relu", name="dense"),
        L.BatchNormalization(name="norm_of_dense"),
        L.Dense(2, name="output"),
    ]


def residual() -> tuple[Any, Any]:
    signal = L.Input((64, 2), name="signal")
    x = L.Conv1D(8, 3, padding="same", activation="relu", name="conv_in")(signal)
    y = L.Conv1D(8, 3, padding="same", activation="relu", name="conv_a")(x)
    y = L.Conv1D(8, 3, padding="same", name="conv_b")(y)
    x = L.Activation("relu", name="relu")(L.Add(name="add")([x, y]))
    y = L.Conv1D(8, 5, padding="same", name="conv_c")(x)
    x = L.MaxPooling1D(2, name="pool")(L.Subtract(name="subtract")([y, x]))
    return signal, L.Dense(3, name="output")(L.Flatten(name="flat")(x))


# ---- networks whose nodes alone are compared ----------------------------------------------------------------------------------------


def paddings() -> list[Any]:
    return [
        L.Input((64, 2), name="signal"),
        L.Conv1D(8, 3, padding="same", activation="tanh", name="conv_same"),
        L.Conv1D(8, 4, strides=2, padding="same", name="conv_strides"),
        L.Activation("sigmoid", name="activation"),
        L.Conv1D(4, 3, padding="causal", name="conv_causal"),
        L.Conv1D(6, 1, padding="same", activation="elu", name="conv_pointwise"),
        L.Conv1D(6, 2, strides=2, padding="same", name="conv_without"),
        L.ZeroPadding1D((1, 2), name="margins"),
        L.Conv1D(3, 3, activation="softmax", name="conv_softmax"),
        L.GlobalMaxPooling1D(name="pool"),
        L.Dense(2, name="output"),
    ]


def paddings_2d() -> list[Any]:
    return [
        L.Input((12, 13, 2), name="image"),
        L.Conv2D(4, 3, padding="same", activation="relu", name="conv_same"),
        L.Conv2D(4, (3, 2), strides=2, padding="same", name="conv_strides"),
        L.LeakyReLU(name="leaky"),
        L.ZeroPadding2D(((1, 2), (0, 3)), name="margins"),
        L.AveragePooling2D((3, 2), name="pool"),
        L.Conv2D(5, 1, activation="relu", name="conv_pointwise"),
        L.PReLU(name="prelu"),
        L.GlobalAveragePooling2D(name="pool_all"),
        L.Dense(2, name="dense"),
        L.Softmax(name="softmax"),
    ]


def norms() -> list[Any]:
    return [
        L.Input((32, 4), name="signal"),
        L.BatchNormalization(name="norm_of_input"),
        L.Conv1D(8, 3, name="conv_a"),
        L.BatchNormalization(name="norm_of_conv"),
        L.ReLU(name="relu"),
        L.BatchNormalization(name="norm_of_relu"),
        L.MaxPooling1D(2, name="pool"),
        L.BatchNormalization(name="norm_of_pool"),
        L.Conv1D(6, 3, activation="relu", name="conv_b"),
        L.BatchNormalization(name="norm_of_activation"),
        L.Flatten(name="flat"),
        L.Dense(4, name="dense"),
        L.Dropout(0.1, name="dropout"),
        L.BatchNormalization(name="norm_of_dense"),
        L.Activation("linear", name="linear"),
    ]


def recurrent() -> list[Any]:
    return [
        L.Input((8, 6), name="steps"),
        L.LSTM(6, return_sequences=True, name="lstm_a"),
        L.Dropout(0.1, name="dropout"),
        L.GRU(5, return_sequences=True, name="gru"),
        L.LSTM(4, return_sequences=True, name="lstm_b"),
        L.Flatten(name="flat"),
        L.Dense(3, activation="relu", name="dense"),
        L.Dense(2, activation="softmax", name="output"),
    ]


def dense_on_sequence() -> list[Any]:
    return [
        L.Input((8, 4), name="steps"),
        L.Dense(6, activation="relu", name="dense_a"),
        L.Dense(5, name="dense_b"),
        L.Flatten(name="flat"),
        L.Dense(2, name="output"),
    ]


def dense_on_image() -> list[Any]:
    return [L.Input((4, 3, 2), name="image"), L.Dense(6, activation="relu", name="dense"), L.Flatten(name="flat"), L.Dense(2, name="output")]


def reshapes() -> list[Any]:
    return [
        L.Input((24,), name="features"),
        L.Dense(12, name="dense_a"),
        L.Reshape((4, 3), name="to_sequence"),
        L.Conv1D(3, 2, name="conv"),
        L.Reshape((9,), name="to_features"),
        L.Dense(6, name="dense_b"),
        L.Reshape((3, 2, 1), name="to_image"),
        L.Conv2D(2, 2, name="conv_2d"),
        L.Flatten(name="flat"),
        L.Reshape((2, 2), name="to_steps"),
        L.GRU(3, name="output"),
    ]


def flat_output() -> list[Any]:
    return [L.Input((8, 4), name="signal"), L.Conv1D(3, 3, activation="relu", name="conv"), L.Flatten(name="flat")]


def residual_2d() -> tuple[Any, Any]:
    image = L.Input((8, 8, 3), name="image")
    x = L.ReLU(name="relu_a")(L.BatchNormalization(name="norm_a")(L.Conv2D(4, 3, padding="same", name="conv_a")(image)))
    shortcut = L.Conv2D(6, 1, name="shortcut")(x)
    y = L.BatchNormalization(name="norm_b")(L.Conv2D(6, 3, padding="same", name="conv_b")(x))
    x = L.Activation("relu", name="relu_b")(L.Add(name="add")([shortcut, y]))
    return image, L.Dense(3, activation="softmax", name="output")(L.GlobalAveragePooling2D(name="pool")(x))


def concatenations() -> tuple[Any, Any]:
    signal = L.Input((32, 4), name="signal")
    wide = L.Conv1D(6, 5, activation="relu", name="wide")(signal)
    narrow = L.Conv1D(6, 3, activation="relu", name="narrow")(signal)
    steps = L.Concatenate(axis=1, name="steps")([wide, narrow])
    a, b = L.Dense(3, name="dense_a")(steps), L.Dense(5, activation="tanh", name="dense_b")(steps)
    channels = L.Concatenate(name="channels")([a, b])
    left = L.Dense(4, activation="relu", name="left")(L.Flatten(name="flat")(channels))
    right = L.Dense(3, name="right")(L.GlobalMaxPooling1D(name="pool")(channels))
    return signal, L.Dense(2, name="output")(L.Concatenate(name="features")([left, right]))


def concatenated_flat() -> tuple[Any, Any]:
    signal = L.Input((16, 4), name="signal")
    a = L.Flatten(name="flat_a")(L.Conv1D(3, 3, name="conv_a")(signal))
    b = L.Flatten(name="flat_b")(L.Conv1D(2, 5, name="conv_b")(signal))
    return signal, L.Dense(2, name="output")(L.Concatenate(name="both")([a, b]))


def concatenated_images() -> tuple[Any, Any]:
    image = L.Input((8, 8, 2), name="image")
    a, b = L.Conv2D(3, 3, name="conv_a")(image), L.Conv2D(3, 3, name="conv_b")(image)
    x = L.Concatenate(axis=-2, name="columns")([a, b])
    y = L.Concatenate(axis=3, name="channels")([L.Conv2D(2, 1, name="conv_c")(x), L.Conv2D(4, 1, activation="relu", name="conv_d")(x)])
    return image, L.Dense(2, name="output")(L.Flatten(name="flat")(y))


def two_inputs() -> tuple[Any, Any]:
    left, right = L.Input((10,), name="left"), L.Input((6,), name="right")
    a, b = L.Dense(4, activation="relu", name="dense_a")(left), L.Dense(4, activation="sigmoid", name="dense_b")(right)
    return [right, left], L.Dense(2, name="output")(L.Multiply(name="gate")([a, b]))


def two_outputs() -> tuple[Any, Any]:
    signal = L.Input((16, 3), name="signal")
    x = L.Conv1D(4, 3, activation="relu", name="conv")(signal)
    flat = L.Flatten(name="flat")(x)
    classes = L.Dense(3, activation="softmax", name="classes")(flat)
    middle = L.Dense(4, activation="relu", name="middle")(flat)  # no Dropout behind it: hls4ml 1.2 then forgets that it is an output
    return signal, [classes, middle, L.Dense(1, name="value")(middle), L.GlobalAveragePooling1D(name="mean")(x)]


def fan_out() -> tuple[Any, Any]:
    features = L.Input((10,), name="features")
    x = L.Dense(4, name="dense")(features)
    a, b, c = x, L.Activation("linear", name="linear")(x), L.Dropout(0.1, name="dropout")(x)
    a, b, c = L.Dense(4, name="dense_a")(a), L.Dense(4, name="dense_b")(b), L.Dense(4, activation="relu", name="dense_c")(c)
    x = L.Minimum(name="least")([L.Maximum(name="most")([a, b]), c])
    x = L.Average(name="mean")([x, L.Multiply(name="square")([x, x])])
    return features, L.Dense(2, name="output")(x)


def misplaced_padding() -> tuple[Any, Any]:
    """What hls4ml 1.2 and 1.3 wire wrong with io_stream: the padding of conv lands before shortcut."""
    signal = L.Input((16, 3), name="signal")
    shortcut = L.Conv1D(4, 1, name="shortcut")(signal)
    x = L.Conv1D(4, 3, padding="same", name="conv")(signal)
    return signal, L.Dense(2, name="output")(L.Flatten(name="flat")(L.Add(name="add")([shortcut, x])))


Network = Callable[[], Any]  # of layers in a row, or of inputs and outputs
PLANNED: list[Network] = [conv, conv2d, lstm, gru, dense, names, norm, residual]
NODES: list[Network] = [paddings, paddings_2d, norms, recurrent, dense_on_sequence, dense_on_image, reshapes, flat_output, residual_2d,
                        concatenations, concatenated_flat, concatenated_images, two_inputs, two_outputs, fan_out, misplaced_padding]


def chain(name: str, layers: list[Any]) -> Any:
    """A Functional model of layers in a row; the first is the input."""
    x = layers[0]
    for layer in layers[1:]:
        x = layer(x)
    return keras.Model(layers[0], x, name=name)


def model_of(network: Network) -> Any:
    made = network()
    return chain(network.__name__, made) if isinstance(made, list) else keras.Model(*made, name=network.__name__)


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
    for network in PLANNED + NODES:
        save(model_of(network), folder, network.__name__)
    (folder / "networks.txt").write_text("".join(f"{network.__name__}\n" for network in PLANNED + NODES))
    for architecture in sys.argv[2:]:
        if IS_KERAS_3:
            try_foreign(Path(architecture).stem, folder)
        else:
            copy_foreign(Path(architecture), folder)


if __name__ == "__main__":
    main()
