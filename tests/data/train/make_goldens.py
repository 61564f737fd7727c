#!/usr/bin/env python3
"""Trainings by PyTorch that tests/train/golden_test.cpp repeats: writes goldens.json beside this file.

    make_goldens.py

Needs torch and numpy; made with PyTorch 2.15. The first weights and the data are floats, all else is computed in double, so the file
says what the right answer is and the test's tolerance is that of ntorc's floats. A step takes all samples, so their order does not
matter. Adam is written out, as Keras adds its epsilon where PyTorch does not. Weights are in Keras's order and layout.
"""

import json
import pathlib

import numpy
import torch
from torch.nn import functional

STEPS = 12
RATE = 0.01


def floats(generator, *shape, scale=0.5):
    return torch.tensor(generator.uniform(-scale, scale, shape).astype(numpy.float32).astype(numpy.float64))


def conv(x, kernel, bias, padding="same", dilation=1):  # x (n, steps, channels), kernel (width, channels, filters)
    reach = (kernel.shape[0] - 1) * dilation
    left = reach if padding == "causal" else reach // 2
    x = functional.pad(x.transpose(1, 2), (left, reach - left))
    return functional.conv1d(x, kernel.permute(2, 1, 0), bias, dilation=dilation).transpose(1, 2)


def max_pool(x):
    return functional.max_pool1d(x.transpose(1, 2), 2).transpose(1, 2)


def average_pool(x):
    return functional.avg_pool1d(x.transpose(1, 2), 2).transpose(1, 2)


def lstm(x, kernel, recurrent, bias):
    """By PyTorch's own LSTM, whose gates are in Keras's order and whose second bias is 0."""
    units = recurrent.shape[0]
    state = torch.zeros(1, x.shape[0], units, dtype=x.dtype)
    parameters = [kernel.t(), recurrent.t(), bias, torch.zeros_like(bias)]
    return torch.lstm(x, (state, state), parameters, True, 1, 0.0, True, False, True)[0]


def gru_after(x, kernel, recurrent, bias):
    """By PyTorch's own GRU, whose gates are in the order r, z, h."""
    units = recurrent.shape[0]

    def turned(columns):
        z, r, h = columns.split(units, dim=-1)
        return torch.cat([r, z, h], dim=-1)

    state = torch.zeros(1, x.shape[0], units, dtype=x.dtype)
    parameters = [turned(kernel).t(), turned(recurrent).t(), turned(bias[0]), turned(bias[1])]
    return torch.gru(x, state, parameters, True, 1, 0.0, True, False, True)[0]


def gru_before(x, kernel, recurrent, bias):
    """PyTorch has none of this kind."""
    units = recurrent.shape[0]
    h = torch.zeros(x.shape[0], units, dtype=x.dtype)
    outputs = []
    for t in range(x.shape[1]):
        sums = x[:, t] @ kernel + bias
        zr = torch.sigmoid(sums[:, : 2 * units] + h @ recurrent[:, : 2 * units])
        z, r = zr.split(units, dim=1)
        candidate = torch.tanh(sums[:, 2 * units :] + (r * h) @ recurrent[:, 2 * units :])
        h = z * h + (1 - z) * candidate
        outputs.append(h)
    return torch.stack(outputs, 1)


def convolutions(x, w):
    x = max_pool(torch.relu(conv(x, w[0], w[1])))
    x = max_pool(torch.relu(conv(x, w[2], w[3])))
    x = torch.relu(x.flatten(1) @ w[4] + w[5])
    return x @ w[6] + w[7]


def dilated(x, w):
    x = average_pool(torch.tanh(conv(x, w[0], w[1], "causal", 2)))
    x = torch.sigmoid(conv(x, w[2], w[3]))
    return x.amax(1) @ w[4] + w[5]


def recurrent(layer):
    return lambda x, w: layer(layer(x, *w[:3]), *w[3:6])[:, -1] @ w[6] + w[7]


def mean_squared(y, t):
    return ((y - t) ** 2).mean()


def huber(y, t):
    return functional.huber_loss(y, t, delta=0.2)


def cross_entropy(y, t):
    return functional.cross_entropy(y, t[:, 0].long())


CASES = [  # name, function, sample, shapes of the weights, loss, classes or outputs
    ("convolutions", convolutions, (20, 1), [(3, 1, 16), (16,), (3, 16, 9), (9,), (45, 10), (10,), (10, 20), (20,)],
     cross_entropy, 20),
    ("dilated", dilated, (12, 2), [(3, 2, 5), (5,), (2, 5, 4), (4,), (4, 2), (2,)], huber, 2),
    ("lstm", recurrent(lstm), (7, 2), [(2, 20), (5, 20), (20,), (5, 36), (9, 36), (36,), (9, 1), (1,)], mean_squared, 1),
    ("gru_after", recurrent(gru_after), (7, 2),
     [(2, 15), (5, 15), (2, 15), (5, 27), (9, 27), (2, 27), (9, 1), (1,)], mean_squared, 1),
    ("gru_before", recurrent(gru_before), (7, 2), [(2, 15), (5, 15), (15,), (5, 27), (9, 27), (27,), (9, 1), (1,)],
     mean_squared, 1),
]


def numbers(tensor):
    return [float(f"{value:.9g}") for value in tensor.detach().flatten().tolist()]


def run(name, function, sample, shapes, loss, outputs, generator):
    count = 18
    x = floats(generator, count, *sample, scale=1)
    if loss is cross_entropy:
        targets = torch.tensor(generator.integers(0, outputs, (count, 1)).astype(numpy.float64))
    else:
        targets = floats(generator, count, outputs, scale=1)
    weights = [floats(generator, *shape).requires_grad_() for shape in shapes]
    case = {"name": name, "values": numbers(x), "targets": numbers(targets), "before": [numbers(w) for w in weights]}
    first = [torch.zeros_like(w) for w in weights]
    second = [torch.zeros_like(w) for w in weights]
    case["losses"] = []
    for step in range(1, STEPS + 1):
        value = loss(function(x, weights), targets)
        case["losses"].append(value.item())
        gradients = torch.autograd.grad(value, weights)
        rate = RATE * (1 - 0.999**step) ** 0.5 / (1 - 0.9**step)
        with torch.no_grad():
            for w, g, m, v in zip(weights, gradients, first, second):
                m += 0.1 * (g - m)
                v += 0.001 * (g * g - v)
                w -= rate * m / (v.sqrt() + 1e-7)
    case["after"] = [numbers(w) for w in weights]
    y = function(x, weights)
    case["predicted"] = numbers(torch.softmax(y, 1) if loss is cross_entropy else y)
    return case


def main():
    generator = numpy.random.default_rng(7)
    goldens = {"steps": STEPS, "learning_rate": RATE, "cases": [run(*case, generator) for case in CASES]}
    file = pathlib.Path(__file__).with_name("goldens.json")
    file.write_text(json.dumps(goldens, separators=(",", ":")).replace('{"name"', '\n{"name"') + "\n")


if __name__ == "__main__":
    main()
