#!/usr/bin/env python3
"""ntorc's forests against scikit-learn's, on N-TORC's tables: the same errors, and how much sooner.

    compare_scikit_learn.py DATA NTORC_TRAIN

DATA is the folder with N-TORC's six tables, NTORC_TRAIN the program. Needs scikit-learn and pandas. Two parts:

Accuracy. Both fit 100 trees on a random 80 % of the rows and predict the other 20 %, once for each seed; both see the same rows
and the same features. For every figure of every kind of layer the means over the seeds are compared, in two ways:

  apart   each draws its own splits. The means are called the same if they lie within 3 standard errors of their difference,
          sqrt((s1^2 + s2^2) / seeds) with s1 and s2 the standard deviations over the seeds. Most of s is luck with the split:
          what is hard is the few configurations that are there once, and whether they are in the test rows.
  paired  scikit-learn has the splits that ntorc draws. This takes that luck away and is much sharper: the mean of the differences
          must lie within 3 of its standard errors, s / sqrt(seeds), of zero. What is left in s is the luck of the two bootstraps.

54 figures are compared, so a check at 2 standard errors would fail by chance in most runs. The exit code is 1 if a figure is out
of the noise in either way.

Time. All 18 forests on all rows; then, as ntorc treats equal rows as one, a forest on 4,000 rows that are all distinct.
scikit-learn: the fit() calls alone. ntorc: the whole process, which also starts, reads the CSV files and writes the model. Best of
several runs each.
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
        if file == "dense_latency_collapsed.csv":
            table = table[table["latency_max"] % 1 == 0]  # a mean over networks that feed the layer differently
        if file == "conv_latency_collapsed.csv":  # a design that no plan asks for
            table = table[(table["correct_reuse_factor_latency"] != 1) | (table["reuse_factor"] == 1)]
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


def mt19937_64(seed):
    """The numbers of std::mt19937_64, with which ntorc shuffles."""
    mask = (1 << 64) - 1
    state = [seed & mask]
    for i in range(1, 312):
        state.append((6364136223846793005 * (state[-1] ^ (state[-1] >> 62)) + i) & mask)
    while True:
        for i in range(312):
            x = (state[i] & 0xFFFFFFFF80000000) | (state[(i + 1) % 312] & 0x7FFFFFFF)
            state[i] = state[(i + 156) % 312] ^ (x >> 1) ^ (0xB5026F5AA96619E9 if x & 1 else 0)
        for x in state:
            x ^= (x >> 29) & 0x5555555555555555
            x ^= (x << 17) & 0x71D67FFFEDA60000
            x ^= (x << 37) & 0xFFF7EEE000000000 & mask
            yield x ^ (x >> 43)


def split_like_ntorc(rows, seed):
    """Training and test rows of ntorc-train evaluate --split rows (libntorc/perf/hold_out.cpp)."""
    order = list(range(rows))
    random = mt19937_64(seed)
    for i in range(rows, 1, -1):
        other = next(random) % i
        order[i - 1], order[other] = order[other], order[i - 1]
    tested = math.ceil(0.2 * rows)
    return order[tested:], order[:tested]


def split_like_scikit_learn(rows, seed):
    return train_test_split(range(rows), test_size=0.2, random_state=seed)


def scikit_learn_scores(problems, seed, threads, split):
    scores = {}
    for key, (features, figures) in problems.items():
        train, test = split(len(figures), seed)
        forest = RandomForestRegressor(n_estimators=TREES, random_state=seed, n_jobs=threads)
        forest.fit(features[train], figures[train])
        scores[key] = score(figures[test], forest.predict(features[test]))
    return scores


def ntorc_scores(program, data, seed, threads):
    command = [program, "evaluate", "--data", data, "--split", "rows", "--method", "forest", "--json"]
    command += ["--trees", str(TREES), "--seed", str(seed), "--threads", str(threads)]
    answer = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return {(s["kind"], s["target"]): s for s in answer["evaluations"][0]["scores"]}


def standard_errors(difference, error):
    return abs(difference) / error if error > 0 else math.inf if difference else 0


def compare_accuracy(problems, args):
    """Prints the table and returns how many figures lie outside the noise."""
    seeds = range(1, args.seeds + 1)
    theirs = [scikit_learn_scores(problems, seed, args.threads, split_like_scikit_learn) for seed in seeds]
    paired = [scikit_learn_scores(problems, seed, args.threads, split_like_ntorc) for seed in seeds]
    ours = [ntorc_scores(args.ntorc_train, args.data, seed, args.threads) for seed in seeds]
    print(f"Random 80/20 split of the rows, {args.seeds} seeds: mean +- standard deviation over the seeds. apart, paired:")
    print("difference of the means in standard errors, with splits of its own and with ntorc's.\n")
    row = "{:<8}{:<20}{:<14}{:>19}{:>19}{:>7}{:>8}  {}"
    print(row.format("kind", "target", "score", "scikit-learn", "ntorc", "apart", "paired", "verdict"))
    different = 0
    for key in sorted(problems):
        for name in SCORES:
            samples = [[float(run[key][name]) for run in runs] for runs in (theirs, ours, paired)]
            means = [statistics.mean(sample) for sample in samples]
            spreads = [statistics.stdev(sample) for sample in samples]
            differences = [our - their for our, their in zip(samples[1], samples[2])]
            apart = standard_errors(means[1] - means[0], math.hypot(*spreads[:2]) / math.sqrt(args.seeds))
            pair = standard_errors(statistics.mean(differences), statistics.stdev(differences) / math.sqrt(args.seeds))
            same = apart <= 3 and pair <= 3
            different += not same
            shown = [f"{mean:.4f} +- {spread:.4f}" for mean, spread in zip(means[:2], spreads)]
            print(row.format(*key, name, *shown, f"{apart:.2f}", f"{pair:.2f}", "same" if same else "DIFFERENT"))
    total = len(problems) * len(SCORES)
    print(f"\n{total - different} of {total} figures within 3 standard errors.\n")
    return different


def best_of(runs, action):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def distinct_rows(folder):
    """4,000 distinct rows of four features and one figure, and ntorc's CSV of them."""
    random = numpy.random.default_rng(1)
    features = numpy.unique(random.integers(1, 1000, size=(4000, 4)), axis=0)
    figures = numpy.log2(features).sum(axis=1).round(6) + random.integers(0, 4, size=len(features))
    csv = "kind,reuse,inputs,size,sequence,kernel,lut,ff,dsp,bram_18k,latency_min_cycles,latency_max_cycles\n"
    for row, figure in zip(features, figures):
        csv += f"lstm,{row[0]},{row[1]},{row[2]},{row[3]},1,{figure:.6f},,,,,\n"
    file = folder / "distinct.csv"
    file.write_text(csv)
    return {"distinct": (features.astype(float), figures)}, file


def compare_time(problems, args):
    print(f"Training, best of {args.runs}:\n")
    row = "{:<32}{:>8}{:>17}{:>12}{:>9}"
    print(row.format("data", "threads", "scikit-learn, s", "ntorc, s", "ratio"))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        origin = ["--part", "none", "--clock", "1", "--tool", "none", "--io-type", "io_stream"]
        origin += ["--strategy", "Resource", "--precision", "none"]
        distinct, file = distinct_rows(folder)
        for title, forests, data in (
            (f"N-TORC's tables, {len(problems)} forests", problems, ["--data", args.data]),
            ("4,000 distinct rows, 1 forest", distinct, ["--data", file, *origin]),
        ):
            for threads in (1, 2):

                def scikit_learn(forests=forests, threads=threads):
                    for features, figures in forests.values():
                        RandomForestRegressor(n_estimators=TREES, random_state=42, n_jobs=threads).fit(features, figures)

                def ntorc(data=data, threads=threads):
                    command = [args.ntorc_train, "fit", *data, "--method", "forest", "--out", folder / "model.perf", "--trees", str(TREES)]
                    subprocess.run([*command, "--threads", str(threads)], check=True, stderr=subprocess.DEVNULL)

                theirs = best_of(args.runs, scikit_learn)
                ours = best_of(args.runs, ntorc)
                print(row.format(title, threads, f"{theirs:.3f}", f"{ours:.3f}", f"{theirs / ours:.1f}"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path, metavar="DATA")
    parser.add_argument("ntorc_train", metavar="NTORC_TRAIN")
    parser.add_argument("--seeds", type=int, default=20, help="splits of the rows, at least 2 (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=10, help="runs to take the best time of (default: %(default)s)")
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
