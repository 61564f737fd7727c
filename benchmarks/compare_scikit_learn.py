#!/usr/bin/env python3
"""ntorc's forests against scikit-learn's, on N-TORC's tables: the same errors, and how much sooner.

    compare_scikit_learn.py DATA NTORC_TRAIN

DATA is the folder with N-TORC's six tables, NTORC_TRAIN the program. Needs scikit-learn and pandas. Two parts:

Accuracy. Both fit 100 trees on a random 80 % of the rows and predict the other 20 %, once for each seed; both see the same rows
and the same features. For every figure of every kind of layer the means over the seeds are compared. They are called the same if
they lie within 3 standard errors of their difference, sqrt((s1^2 + s2^2) / seeds) with s1 and s2 the standard deviations over the
seeds. 54 figures are compared, so a check at 2 standard errors would fail by chance in most runs. The exit code is 1 if a figure
lies further apart.

Time. All 18 forests on all rows. scikit-learn: the fit() calls alone. ntorc: the whole process, which also starts, reads six CSV
files and writes the model. Best of several runs each.
"""

import argparse
import json
import math
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy
import pandas
import sklearn
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import train_test_split

TREES = 100
RESOURCES = {"lut": "lut", "ff": "ff", "dsp": "dsp48e", "bram_18k": "bram_18k"}
LATENCY = {"latency_min_cycles": "latency_min", "latency_max_cycles": "latency_max"}
TABLES = [  # file, kind, [reuse, inputs, size, sequence], figures
    ("conv_latency_collapsed.csv", "conv1d",
     ["correct_reuse_factor_latency", "n_inputs_latency", "cnn_filters_latency", "sequence_length_latency"], LATENCY),
    ("collapsed_conv_resources.csv", "conv1d",
     ["correct_reuse_factor_resource", "n_inputs_resources", "cnn_filters_resources", "sequence_length_resource"], RESOURCES),
    ("lstm_latency_collapsed.csv", "lstm",
     ["correct_reuse_factor_lstm_latency", "n_inputs_latency", "lstm_size", "sequence_length_latency"], LATENCY),
    ("lstm_resources_collapsed.csv", "lstm",
     ["correct_reuse_factor_lstm_resource", "n_inputs_resources", "lstm_size", "sequence_length_resource"], RESOURCES),
    ("dense_latency_collapsed.csv", "dense",
     ["correct_reuse_factor_dense_latency", "n_inputs_latency", "dense_size_latency", "sequence_length_latency"], LATENCY),
    ("dense_resources_collapsed.csv", "dense",
     ["correct_reuse_factor_dense_resource", "n_inputs_resources", "dense_size_resource", "sequence_length_resource"], RESOURCES),
]
SCORES = ["r2", "mape_percent", "rmse_percent"]


def read(folder):
    """{(kind, target): (features (n, 4) as [reuse, n_in, size, sequence], figures (n))}, mended as ntorc does."""
    problems = {}
    for file, kind, columns, figures in TABLES:
        table = pandas.read_csv(folder / file)
        features = table[columns].to_numpy(dtype=float)
        if kind == "conv1d":
            features[:, 1] *= 3  # n_in = channels * kernel
            features[table["layer_index"] != 2, 3] /= 2  # the pooling that the published lengths leave out
        for target, column in figures.items():
            problems[kind, target] = (features, table[column].to_numpy(dtype=float))
    return problems


def score(truth, predicted):
    squared = (truth - predicted) ** 2
    some = truth != 0
    return {
        "r2": 1 - squared.sum() / ((truth - truth.mean()) ** 2).sum(),
        "mape_percent": (100 * abs(truth - predicted)[some] / truth[some]).mean(),
        "rmse_percent": 100 * math.sqrt(squared.mean()) / truth.mean(),
    }


def scikit_learn_scores(problems, seed, threads):
    scores = {}
    for key, (features, figures) in problems.items():
        split = train_test_split(features, figures, test_size=0.2, random_state=seed)
        train_x, test_x, train_y, test_y = split
        forest = RandomForestRegressor(n_estimators=TREES, random_state=seed, n_jobs=threads).fit(train_x, train_y)
        scores[key] = score(test_y, forest.predict(test_x))
    return scores


def ntorc_scores(program, data, seed, threads):
    command = [program, "evaluate", "--data", data, "--split", "rows", "--json"]
    command += ["--trees", str(TREES), "--seed", str(seed), "--threads", str(threads)]
    answer = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return {(s["kind"], s["target"]): s for s in answer["scores"]}


def compare_accuracy(problems, args):
    """Prints the table and returns how many figures lie outside the noise."""
    seeds = range(1, args.seeds + 1)
    theirs = [scikit_learn_scores(problems, seed, args.threads) for seed in seeds]
    ours = [ntorc_scores(args.ntorc_train, args.data, seed, args.threads) for seed in seeds]
    print(f"Random 80/20 split of the rows, {args.seeds} seeds each: mean +- standard deviation over the seeds;")
    print("apart: difference of the means in standard errors.\n")
    row = "{:<8}{:<20}{:<14}{:>19}{:>19}{:>8}  {}"
    print(row.format("kind", "target", "score", "scikit-learn", "ntorc", "apart", "verdict"))
    different = 0
    for key in sorted(problems):
        for name in SCORES:
            samples = [[float(run[key][name]) for run in runs] for runs in (theirs, ours)]
            means = [statistics.mean(sample) for sample in samples]
            spreads = [statistics.stdev(sample) for sample in samples]
            error = math.sqrt(sum(spread**2 for spread in spreads) / len(seeds))
            apart = abs(means[1] - means[0]) / error if error > 0 else math.inf * (means[0] != means[1])
            different += apart > 3
            shown = [f"{mean:.4f} +- {spread:.4f}" for mean, spread in zip(means, spreads)]
            print(row.format(*key, name, *shown, f"{apart:.2f}", "same" if apart <= 3 else "DIFFERENT"))
    total = len(problems) * len(SCORES)
    print(f"\n{total - different} of {total} figures within 3 standard errors.\n")
    return different


def compare_time(problems, args):
    def best_of(runs, action):
        times = []
        for _ in range(runs):
            start = time.perf_counter()
            action()
            times.append(time.perf_counter() - start)
        return min(times)

    print(f"Training of all {len(problems)} forests on all rows, best of {args.runs}:\n")
    row = "{:>8}{:>17}{:>12}{:>9}"
    print(row.format("threads", "scikit-learn, s", "ntorc, s", "ratio"))
    with tempfile.TemporaryDirectory() as folder:
        model = str(pathlib.Path(folder) / "model.perf")
        for threads in (1, 2):

            def scikit_learn(threads=threads):
                for features, figures in problems.values():
                    RandomForestRegressor(n_estimators=TREES, random_state=42, n_jobs=threads).fit(features, figures)

            def ntorc(threads=threads):
                command = [args.ntorc_train, "fit", "--data", args.data, "--out", model, "--trees", str(TREES)]
                subprocess.run([*command, "--threads", str(threads)], check=True, stderr=subprocess.DEVNULL)

            theirs = best_of(args.runs, scikit_learn)
            ours = best_of(args.runs, ntorc)
            print(row.format(threads, f"{theirs:.3f}", f"{ours:.3f}", f"{theirs / ours:.1f}"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path, metavar="DATA")
    parser.add_argument("ntorc_train", metavar="NTORC_TRAIN")
    parser.add_argument("--seeds", type=int, default=20, help="splits of the rows, at least 2 (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=5, help="runs to take the best time of (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=2, help="for the accuracy part (default: %(default)s)")
    args = parser.parse_args()
    if args.seeds < 2:
        parser.error("--seeds: expected at least 2")
    print(f"scikit-learn {sklearn.__version__}, numpy {numpy.__version__}, {TREES} trees\n")
    problems = read(args.data)
    different = compare_accuracy(problems, args)
    compare_time(problems, args)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
