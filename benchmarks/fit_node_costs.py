#!/usr/bin/env python3
"""Fits the laws of libntorc/perf/node_cost.cpp to the figures in tests/data/designs/nodes.tsv and prints, for each, the
constants, the rows and designs behind them, and the errors. docs/algorithms/design.md

Usage: fit_node_costs.py [NODES.TSV]. Needs nothing but Python's own library.
Least squares of the relative error: a cost of 100 that is 10 off weighs as much as one of 1000 that is 100 off.
"""
import csv
import math
import pathlib
import statistics
import sys

NODES = pathlib.Path(__file__).parent.parent / "tests" / "data" / "designs" / "nodes.tsv"
NUMBERS = "dimensions elements_in elements_out channels bits latency_cycles lut ff dsp bram_18k count".split()

TERMS = {
    "1": lambda r: 1,
    "channels": lambda r: r["channels"],
    "channels*bits": lambda r: r["channels"] * r["bits"],
    "values*bits": lambda r: r["elements_in"] * r["channels"] * r["bits"],
    "window-1*channels*bits": lambda r: 3 * r["channels"] * r["bits"],  # of windows of 2 x 2
    "log2(elements)": lambda r: math.log2(r["elements_out"]),
}

# kind, function, tool, I/O, dimensions (0: any), {target: terms}, which rows
LAWS = [
    ("activation", "relu", "Vivado", "io_stream", 0, {"lut": ["channels*bits", "1"], "ff": ["channels*bits", "1"]}, None),
    ("activation", "leaky_relu", "Vivado", "io_stream", 0,
     {"lut": ["channels*bits", "1"], "ff": ["channels*bits", "1"], "dsp": ["channels"]}, None),
    ("activation", "relu_quantized", "Vivado", "io_stream", 0, {"lut": ["channels*bits"], "ff": ["1"]}, None),
    ("activation", "relu", "Vitis", "io_stream", 0, {"lut": ["channels*bits", "1"], "ff": ["channels*bits", "1"]},
     lambda r: r["elements_in"] > 1 and r["version"] == "2023.1"),
    ("activation", "hard_sigmoid", "Vitis", "io_stream", 0, {"lut": ["channels*bits"], "ff": ["channels*bits"]}, None),
    ("activation", "relu", "Vivado", "io_parallel", 0, {"lut": ["values*bits"]}, None),
    ("activation", "relu", "Vitis", "io_parallel", 0, {"lut": ["values*bits"]}, None),
    ("activation", "sigmoid", "Vivado", "io_parallel", 0, {"lut": ["channels"], "ff": ["channels"], "bram_18k": ["channels"]},
     None),
    ("padding", "", "Vivado", "io_stream", 2, {"lut": ["channels", "1"], "ff": ["log2(elements)", "1"]},
     lambda r: r["elements_out"] != 400),  # two rings of padding: a case of its own
    ("padding", "", "Vitis", "io_stream", 2, {"lut": ["1"], "ff": ["channels", "1"]},
     lambda r: r["channels"] < 32 and r["elements_out"] not in (49, 4761)),
    ("padding", "", "Vitis", "io_stream", 1, {"lut": ["1"], "ff": ["1"]}, None),
    ("pooling", "max", "Vivado", "io_stream", 2, {"lut": ["window-1*channels*bits", "1"]},
     lambda r: not r["version"].startswith("2018")),
    ("pooling", "max", "Vivado", "io_stream", 2, {"ff": ["channels*bits", "1"]}, lambda r: r["version"] == "2020.1"),
    ("pooling", "max", "Vivado", "io_stream", 2, {"ff": ["channels*bits", "1"]}, lambda r: r["version"] == "2019.2.1"),
    ("pooling", "max", "Vivado", "io_stream", 2, {"lut": ["window-1*channels*bits", "1"], "ff": ["channels*bits", "1"]},
     lambda r: r["version"].startswith("2018")),
    ("pooling", "max", "Vitis", "io_stream", 1, {"lut": ["channels"], "ff": ["channels"]}, None),
    ("pooling", "max", "Vitis", "io_parallel", 1, {"lut": ["channels", "1"], "ff": ["channels*bits", "1"]}, None),
    ("global_pooling", "max", "Vitis", "io_stream", 1, {"lut": ["channels*bits"], "ff": ["channels*bits"]}, None),
    ("global_pooling", "average", "Vivado", "io_parallel", 0, {"lut": ["values*bits"], "ff": ["values*bits"]}, None),
    ("normalization", "", "Vivado", "io_stream", 0,
     {"lut": ["channels*bits"], "ff": ["channels*bits"], "dsp": ["channels"]}, None),
    ("normalization", "", "Vitis", "io_stream", 0, {"lut": ["channels*bits", "1"], "ff": ["channels*bits", "1"]}, None),
    ("softmax", "", "Vivado", "io_stream", 0, {"lut": ["channels"], "ff": ["channels"], "bram_18k": ["1"]}, None),
    ("softmax", "", "Vivado", "io_parallel", 0, {"lut": ["channels"], "ff": ["channels"], "dsp": ["channels"]}, None),
    ("softmax", "", "Vitis", "io_stream", 0, {"lut": ["channels"], "ff": ["channels"], "dsp": ["channels"]}, None),
    ("softmax", "", "Vitis", "io_parallel", 0,
     {"lut": ["channels"], "ff": ["channels"], "dsp": ["channels"], "bram_18k": ["channels"]}, None),
    ("clone", "", "Vitis", "io_stream", 0, {"lut": ["1"], "ff": ["1"]}, None),
    ("concatenate", "", "Vitis", "io_stream", 0, {"lut": ["channels", "1"], "ff": ["1"]}, None),
    ("repack", "", "Vitis", "io_stream", 0, {"lut": ["channels*bits"], "ff": ["channels*bits"]}, None),
]


def read(path):
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    for row in rows:
        for name in NUMBERS:
            row[name] = int(row[name])
    return rows


def solve(matrix, right):
    """Gaussian elimination with the largest pivot; None if there is no single answer."""
    n = len(right)
    work = [list(map(float, matrix[i])) + [float(right[i])] for i in range(n)]
    for k in range(n):
        pivot = max(range(k, n), key=lambda i: abs(work[i][k]))
        if abs(work[pivot][k]) < 1e-12:
            return None
        work[k], work[pivot] = work[pivot], work[k]
        for i in range(k + 1, n):
            factor = work[i][k] / work[k][k]
            work[i] = [a - factor * b for a, b in zip(work[i], work[k])]
    answer = [0.0] * n
    for k in reversed(range(n)):
        answer[k] = (work[k][n] - sum(work[k][j] * answer[j] for j in range(k + 1, n))) / work[k][k]
    return answer


def fit(rows, target, terms):
    columns = [[TERMS[t](r) for t in terms] for r in rows]
    weights = [r["count"] / max(r[target], 1) ** 2 for r in rows]
    normal = [[sum(w * c[i] * c[j] for w, c in zip(weights, columns)) for j in range(len(terms))] for i in range(len(terms))]
    right = [sum(w * c[i] * r[target] for w, c, r in zip(weights, columns, rows)) for i in range(len(terms))]
    constants = solve(normal, right)
    if constants is None:
        return None, None
    errors = [sum(k * x for k, x in zip(constants, c)) / max(r[target], 1) - 1 for c, r in zip(columns, rows)]
    return constants, errors


def main():
    rows = read(sys.argv[1] if len(sys.argv) > 1 else NODES)
    for kind, function, tool, io_type, dimensions, targets, keep in LAWS:
        chosen = [r for r in rows if (r["kind"], r["function"], r["tool"], r["io_type"]) == (kind, function, tool, io_type)
                  and (dimensions == 0 or r["dimensions"] == dimensions) and (keep is None or keep(r))]
        if not chosen:
            print(f"{kind} {function}: no rows")
            continue
        designs = len({(r["design"], r["version"], r["io_type"]) for r in chosen})
        count = sum(r["count"] for r in chosen)
        versions = ", ".join(sorted({r["version"] for r in chosen}))
        print(f"{kind} {function or '-'}, {tool} HLS {versions}, {io_type}, {dimensions or 'any'}D: "
              f"{count} processes ({len(chosen)} different) of {designs} designs")
        excess = sorted({(r["latency_cycles"] - r["elements_in"], r["latency_cycles"] - r["elements_out"]) for r in chosen})
        if io_type == "io_stream":
            print(f"    latency - elements in, - elements out: {excess}")
        else:
            print(f"    latency: {sorted(r['latency_cycles'] for r in chosen)}")
        for target, terms in targets.items():
            constants, errors = fit(chosen, target, terms)
            if constants is None:
                print(f"    {target}: too few rows for {terms}")
                continue
            law = " + ".join(f"{k:.4g} {t}" if t != "1" else f"{k:.4g}" for k, t in zip(constants, terms))
            print(f"    {target} = {law}: error mean {100 * statistics.mean(map(abs, errors)):.1f} %, "
                  f"most {100 * max(map(abs, errors)):.1f} %")


if __name__ == "__main__":
    main()
