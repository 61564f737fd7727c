#!/usr/bin/env python3
"""Writes the Keras fixtures of tests/model: what real Keras saves, and what it says of shapes and weights.

    make_keras_fixtures.py bundle PACKAGE FILE   PACKAGE: keras, tf_keras or tensorflow.keras
        One JSON: {"keras", "models": {name: {"document": to_json(), "layers": [[name, shape, parameters, multiplications]]}}}.
    make_keras_fixtures.py files PACKAGE FOLDER
        small.json, small.h5 and, where PACKAGE writes it, small.keras: the same network in every container.

A bundle is made by each version of Keras in turn; tests/data/keras/ keeps a few. With QKeras installed, bundles hold its layers too.
"""

import importlib
import json
import functools
import operator
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")


def prod(numbers):  # math.prod, which Python 3.7 lacks
    return functools.reduce(operator.mul, numbers, 1)


def load(package):
    if package == "tensorflow.keras":
        import tensorflow

        return tensorflow.keras
    return importlib.import_module(package)


def models(K):
    """Name and model; the names of layers are given only where a test asks for them."""
    L = K.layers
    old = int(K.__version__.split(".")[0]) < 3

    def sequential(shape, *layers):
        if K.__version__ == "2.3.1":  # its to_json() forgets the InputLayer of a Sequential, and the shape with it
            tensors = [L.Input(shape=shape)]
            for layer in layers:
                tensors.append(layer(tensors[-1]))
            return K.models.Model(tensors[0], tensors[-1])
        return K.models.Sequential([L.InputLayer(**{"input_shape" if old else "shape": shape})] + list(layers))

    yield "conv1d", sequential(
        (61, 3),
        L.Conv1D(8, 5, strides=2, padding="valid", activation="relu"),
        L.MaxPooling1D(3, strides=2, padding="same"),
        L.Conv1D(4, 3, padding="causal", dilation_rate=2),
        L.BatchNormalization(),
        L.ReLU(),
        L.Conv1D(4, 4, strides=3, padding="same", use_bias=False, activation="tanh"),
        L.AveragePooling1D(2, padding="valid"),
        L.ZeroPadding1D((1, 2)),
        L.Dropout(0.5),
        L.Dense(3, activation="elu"),
        L.GlobalAveragePooling1D(),
        L.Dense(2, activation="softmax"),
    )
    yield "causal_strides", sequential(
        (20, 2), L.Conv1D(3, 4, strides=3, padding="causal"), L.ZeroPadding1D(2), L.Conv1D(2, 3, dilation_rate=3), L.Flatten(), L.Dense(1)
    )
    yield "conv2d", sequential(
        (17, 13, 2),
        L.Conv2D(4, (3, 5), strides=(2, 1), padding="same", activation="relu"),
        L.MaxPooling2D((2, 3), padding="same"),
        L.ZeroPadding2D(((1, 0), (2, 1))),
        L.BatchNormalization(scale=False),
        L.LeakyReLU(),
        L.Conv2D(3, 2, dilation_rate=(1, 2), use_bias=False),
        L.AveragePooling2D((2, 1), strides=(1, 1), padding="same"),
        L.BatchNormalization(center=False, scale=False),
        L.Conv2D(5, (2, 3), strides=2),
        L.GlobalMaxPooling2D(),
        L.Dense(7, use_bias=False),
        L.Softmax(),
    )
    yield "image_mean", sequential((6, 6, 3), L.ZeroPadding2D((1, 2)), L.ZeroPadding2D(1), L.AveragePooling2D(2), L.GlobalAveragePooling2D(), L.Dense(1))
    yield "recurrent", sequential(
        (12, 5),
        L.LSTM(7, return_sequences=True),
        L.GRU(6, return_sequences=True, reset_after=True),
        L.GRU(5, return_sequences=True, reset_after=False),
        L.GRU(4, return_sequences=True, use_bias=False),
        L.LSTM(3, use_bias=False, recurrent_activation="hard_sigmoid", dropout=0.1),
        L.Dense(1),
    )
    yield "reshape", sequential(
        (24,),
        L.Dense(48, activation="selu"),
        L.Reshape((6, -1)),
        L.PReLU(),
        L.Reshape((2, 3, 8)),
        L.PReLU(shared_axes=[1, 2]),
        L.Flatten(),
        L.BatchNormalization(center=False),
        L.Activation("sigmoid"),
        L.ELU(),
        L.Dense(1, activation="linear"),
    )
    yield "global_max", sequential((9, 4), L.GlobalMaxPooling1D(), L.Dense(3))
    yield "spatial", sequential((9, 4), L.SpatialDropout1D(0.1), L.GaussianDropout(0.1), L.Flatten(), L.Dense(3, activation="softplus"))
    if hasattr(L, "ThresholdedReLU"):
        yield "thresholded", sequential((9,), L.Dense(4), L.ThresholdedReLU())
    try:
        yield "keep_dims", sequential(
            (8, 6, 3), L.Reshape((8, 18)), L.GlobalMaxPooling1D(keepdims=True), L.Reshape((3, 3, 2)), L.GlobalAveragePooling2D(keepdims=True), L.Flatten(), L.Dense(1)
        )
    except TypeError:
        pass  # Keras had no keepdims before 2.6

    source = L.Input(shape=(32, 2), name="signal")
    x = L.Conv1D(8, 3, padding="same", name="conv")(source)
    x = L.BatchNormalization(name="norm")(x)
    x = L.Activation("relu", name="relu")(x)
    x = L.MaxPooling1D(2, name="pool")(x)
    x = L.LSTM(4, name="lstm")(x)
    yield "functional", K.models.Model(source, L.Dense(1, name="out")(x), name="chain")
    source = L.Input(batch_shape=(1, 4))
    yield "functional_lists", K.models.Model(inputs=[source], outputs=[L.Dense(2)(L.Dense(3)(source))])

    if old:
        yield "first_layer_shape", K.models.Sequential([L.Conv1D(3, 2, input_shape=(10, 1)), L.Flatten(), L.Dense(1)])
    built = K.models.Sequential([L.Dense(3, activation="relu"), L.Dense(1)])
    built.build((None, 5))
    yield "built_later", built


def qkeras_models(K, q):
    L = K.layers
    bits = "quantized_bits(4,0,1,alpha=1.0)"
    yield "qconv1d", K.models.Sequential([
        L.InputLayer(input_shape=(16, 3)),
        q.QConv1D(4, 3, kernel_quantizer=bits, bias_quantizer="quantized_bits(4)", name="conv"),
        q.QBatchNormalization(name="norm"),
        q.QActivation("quantized_relu(6,2)", name="relu"),
        q.QLSTM(4, kernel_quantizer=bits, recurrent_quantizer=bits, bias_quantizer=bits, state_quantizer=bits, activation="quantized_tanh(6)",
                recurrent_activation="quantized_sigmoid(6)", return_sequences=True, name="lstm"),
        q.QGRU(5, kernel_quantizer=bits, recurrent_quantizer=bits, bias_quantizer=bits, name="gru"),
        q.QDense(3, kernel_quantizer=q.quantized_bits(6, 0, alpha=1), activation="quantized_relu(4)", name="dense"),
        q.QActivation(q.quantized_bits(8), name="round"),
        q.QActivation("tanh", name="tanh"),
        q.QActivation("binary", name="binary"),
    ])
    yield "qconv2d", K.models.Sequential([
        L.InputLayer(input_shape=(16, 12, 3)),
        q.QConv2D(4, 3, strides=2, kernel_quantizer=bits, bias_quantizer=bits, activation="quantized_relu(4)"),
        L.MaxPooling2D(2),
        L.Flatten(),
        q.QDense(2, use_bias=False, kernel_quantizer="ternary()"),
        L.Activation("softmax"),
    ])


def output_shape(layer):
    shape = layer.output_shape if hasattr(layer, "output_shape") else layer.output.shape
    if isinstance(shape, list):
        shape = shape[0]
    return [int(n) for n in tuple(shape)[1:]]


def multiplications(layer, before):
    """Counted on the weight arrays that Keras made."""
    arrays = [w.shape for w in layer.get_weights() if len(w.shape) >= 2]
    name = type(layer).__name__
    if name.endswith(("LSTM", "GRU")):
        return before[0] * sum(int(prod(a)) for a in arrays[:2])
    if name.endswith(("Dense", "Conv1D", "Conv2D")):
        return int(prod(output_shape(layer)) * prod(arrays[0][:-1]))
    return 0


def describe(model):
    rows, before = [], None
    for layer in model.layers:
        shape = output_shape(layer)
        if before is None:
            before = shape if "InputLayer" in type(layer).__name__ else output_shape(layer)
        rows.append([layer.name, shape, int(layer.count_params()), multiplications(layer, before)])
        before = shape
    return {"document": json.loads(model.to_json()), "layers": rows}


def bundle(package, file):
    K = load(package)
    found = list(models(K))
    try:
        import qkeras

        found += list(qkeras_models(K, qkeras))
    except ImportError:
        pass
    content = {"keras": K.__version__, "models": {name: describe(model) for name, model in found}}
    with open(file, "w") as out:
        out.write(json.dumps(content, separators=(",", ":")).replace('"document"', '\n"document"') + "\n")


def files(package, folder):
    K = load(package)
    source = K.layers.Input(shape=(8, 2), name="signal")
    x = K.layers.Conv1D(2, 3, activation="relu", name="conv")(source)
    x = K.layers.LSTM(2, name="lstm")(x)
    model = K.models.Model(source, K.layers.Dense(1, name="out")(x), name="small")
    with open(os.path.join(folder, "small.json"), "w") as out:
        out.write(model.to_json() + "\n")
    for name in ["small.h5", "small.keras"]:
        try:
            model.save(os.path.join(folder, name))
        except Exception as error:  # Keras before 2.12 writes no archive
            print(name, type(error).__name__, error)


if __name__ == "__main__":
    {"bundle": bundle, "files": files}[sys.argv[1]](sys.argv[2], sys.argv[3])
