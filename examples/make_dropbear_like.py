#!/usr/bin/env python3
"""Writes the example network, a regressor like those that N-TORC places on FPGAs: 128 samples of an acceleration to a position.

    make_dropbear_like.py [FOLDER]

Keras 2 (tf_keras, or TensorFlow up to 2.15) writes dropbear_like.json and dropbear_like.h5, which hls4ml up to 1.2 converts;
Keras 3 writes dropbear_like.keras, which hls4ml 1.3 does. Neither Keras's file serves for the other: Keras 3 cannot load an LSTM that Keras 2
saved, and hls4ml cannot read the JSON of Keras 3. The weights are untrained, from a fixed seed.
"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

try:
    import tf_keras as keras
except ImportError:
    import keras

L = keras.layers


def build():
    keras.utils.set_random_seed(7)
    signal = L.Input(shape=(128, 1), name="acceleration")
    x = signal
    for i, filters in enumerate([16, 16, 32], start=1):
        x = L.Conv1D(filters, 3, padding="same", activation="relu", name=f"conv_{i}")(x)
        x = L.MaxPooling1D(2, name=f"pool_{i}")(x)
    x = L.LSTM(16, name="lstm")(x)
    x = L.Dense(32, activation="relu", name="dense_1")(x)
    x = L.Dense(16, activation="relu", name="dense_2")(x)
    return keras.Model(signal, L.Dense(1, name="position")(x), name="dropbear_like")


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    model = build()
    if keras.__version__.startswith("3"):
        model.save(os.path.join(folder, "dropbear_like.keras"))
        return
    with open(os.path.join(folder, "dropbear_like.json"), "w") as out:
        out.write(model.to_json(indent=1) + "\n")
    model.save(os.path.join(folder, "dropbear_like.h5"))


if __name__ == "__main__":
    main()
