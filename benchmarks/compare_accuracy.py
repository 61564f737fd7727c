#!/usr/bin/env python3
"""Writes docs/accuracy.md: ntorc's hybrid and forest beside scikit-learn's regressors, on the same splits of N-TORC's tables.

    compare_accuracy.py --ntorc-train build/release/apps/ntorc-train --data DATA --out docs/accuracy.md

DATA is the folder with N-TORC's six tables. Needs scikit-learn and pandas, and beside ntorc-train the program
calibration_curve of the same build. The same inputs and versions give the same bytes. Exit code 1 if something is missing
or if ntorc-train was tested on other figures than scikit-learn.
"""

import argparse
import collections
import json
import math
import pathlib
import statistics
import subprocess
import sys

try:
    import numpy
    import pandas
    import sklearn
    from sklearn.ensemble import ExtraTreesRegressor, GradientBoostingRegressor, RandomForestRegressor
except ImportError as error:
    sys.exit(f"compare_accuracy.py: needs scikit-learn and pandas: {error}")

from compare_scikit_learn import TABLES, mt19937_64, split_like_ntorc

SEED = 42  # ntorc-train's default
FOLDS = 10
KINDS = ["dense", "conv1d", "lstm"]
TARGETS = ["lut", "ff", "dsp", "bram_18k", "latency_min_cycles", "latency_max_cycles"]
NAMES = {"lut": "LUT", "ff": "FF", "dsp": "DSP", "bram_18k": "BRAM", "latency_min_cycles": "latency min",
         "latency_max_cycles": "latency max"}
SPLITS = ["configs", "sizes", "rows"]
ASKED = {  # percent: new configurations, new sizes
    "lut": (3, 10), "ff": (1.5, 5), "dsp": (0.3, 1), "bram_18k": (1, 3), "latency_max_cycles": (1, 2)}
PEERS = {
    "sklearn forest": lambda: RandomForestRegressor(n_estimators=100, random_state=SEED),
    "sklearn extra trees": lambda: ExtraTreesRegressor(n_estimators=100, random_state=SEED),
    "sklearn boosting": lambda: GradientBoostingRegressor(random_state=SEED),
}

Row = collections.namedtuple("Row", "inputs kernel size sequence packets reuse")


def fail(message):
    sys.exit(f"compare_accuracy.py: {message}")


# The data, mended as ntorc does (libntorc/perf/ntorc_tables.cpp).


def packets_of(latency, reuse, inputs, size):
    """Stream elements in which a dense layer's input arrives; nothing for a latency that is a mean over several."""
    if latency != math.floor(latency):
        return None
    for width in (8, 16, 32):
        packets = inputs // width
        if inputs % width == 0 and packets >= 8 and min(reuse, inputs * size) + packets + 5 <= latency:
            return packets
    return 1


def read(folder):
    """{(kind, target): [(Row, figure)]} in the order of the files."""
    problems = collections.defaultdict(list)
    for file, kind, columns, figures in TABLES:
        try:
            table = pandas.read_csv(folder / file)
        except (OSError, ValueError) as error:
            fail(f"{folder / file}: expected a table of N-TORC's: {error}")
        missing = [column for column in [*columns, *figures.values(), "reuse_factor", "layer_index"] if column not in table]
        if missing:
            fail(f"{folder / file}: expected a column {missing[0]}")
        for record in table.to_dict("records"):
            reuse, inputs, size, sequence = (int(record[column]) for column in columns)
            if kind == "conv1d" and record["layer_index"] != 2:
                sequence //= 2  # the pooling that the published lengths leave out
            if kind == "conv1d" and "latency_max_cycles" in figures and reuse == 1 and record["reuse_factor"] != 1:
                continue  # a design that no plan asks for
            packets = 1
            if kind == "dense" and "latency_max_cycles" in figures:
                packets = packets_of(record[figures["latency_max_cycles"]], reuse, inputs, size)
                if packets is None:
                    continue
            row = Row(inputs, 3 if kind == "conv1d" else 1, size, sequence, packets, reuse)
            for target, column in figures.items():
                problems[kind, target].append((row, float(record[column])))
    return dict(problems)


def divisors(number):
    return [d for d in range(1, number + 1) if number % d == 0]


LEGAL = {}


def snapped(n_in, n_out, asked):
    """The nearest reuse factor that hls4ml can build; of two, the lesser."""
    if (n_in, n_out) not in LEGAL:
        LEGAL[n_in, n_out] = sorted({*divisors(n_in), *(n_in * d for d in divisors(n_out))})
    return min(LEGAL[n_in, n_out], key=lambda legal: (abs(legal - asked), legal))


def configuration(kind, row):
    """What tells one piece of hardware from another, ordered as in libntorc/perf/target_model.cpp."""
    matrices = [(row.inputs * row.kernel, row.size)]
    if kind == "lstm":
        matrices = [(row.inputs, 4 * row.size), (row.size, 4 * row.size)]
    reuse = (snapped(n_in, n_out, row.reuse) for n_in, n_out in matrices)
    return (row.inputs, row.kernel, row.size, row.sequence, row.packets, *reuse)


def by_configuration(kind, rows):
    """[(configuration, its figures)], sorted."""
    groups = collections.defaultdict(list)
    for row, figure in rows:
        groups[configuration(kind, row)].append(figure)
    return sorted(groups.items())


# scikit-learn on ntorc's splits


def features(key):
    inputs, kernel, size, sequence, packets, *reuse = key
    return [max(reuse), inputs * kernel, size, sequence, packets]


def configuration_parts(groups):
    """Indices held out together, as libntorc/perf/hold_out.cpp draws them."""
    order = list(range(len(groups)))
    random = mt19937_64(SEED)
    for i in range(len(order), 1, -1):
        other = next(random) % i
        order[i - 1], order[other] = order[other], order[i - 1]
    return [order[fold::FOLDS] for fold in range(min(FOLDS, len(order)))]


def size_parts(groups):
    parts = []
    for extent in (lambda key: key[0] * key[1], lambda key: key[2]):
        for value in sorted({extent(key) for key, _ in groups})[1:-1]:
            parts.append([i for i, (key, _) in enumerate(groups) if extent(key) == value])
    return parts


def peer_predictions(kind, rows, split, make):
    """(truths, predictions)"""
    if split == "rows":
        x = numpy.array([features(configuration(kind, row)) for row, _ in rows], dtype=float)
        y = numpy.array([figure for _, figure in rows])
        train, test = split_like_ntorc(len(y), SEED)
        return y[test], make().fit(x[train], y[train]).predict(x[test])
    groups = by_configuration(kind, rows)
    x = numpy.array([features(key) for key, _ in groups], dtype=float)
    y = numpy.array([statistics.fmean(figures) for _, figures in groups])
    truths, predictions = [], []
    for test in configuration_parts(groups) if split == "configs" else size_parts(groups):
        train = [i for i in range(len(groups)) if i not in set(test)]
        truths.append(y[test])
        predictions.append(make().fit(x[train], y[train]).predict(x[test]))
    return numpy.concatenate(truths), numpy.concatenate(predictions)


def error_percent(target, truths, predictions):
    """MAPE; of BRAM, which is often 0, the mean absolute error in percent of the mean."""
    errors = abs(truths - predictions)
    if target == "bram_18k":
        return 100 * errors.mean() / truths.mean()
    some = truths != 0
    return (100 * errors[some] / truths[some]).mean()


# ntorc


def run(command):
    try:
        return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    except OSError as error:
        fail(f"{command[0]}: cannot be run: {error.strerror}")
    except (subprocess.CalledProcessError, ValueError) as error:
        fail(f"{command[0]}: {error}")


class Ntorc:
    """Scores and single predictions of one method, for each split."""

    def __init__(self, program, data, method):
        command = [program, "evaluate", "--data", data, "--method", method, "--json", "--worst", "1000000"]
        answer = run(command)
        self.version = answer["ntorc"]
        self.scores, self.cases, self.worst = {}, {}, {}
        for evaluation in answer["evaluations"]:
            split = evaluation["evaluated"]
            self.worst[split] = evaluation["worst"]
            for score in evaluation["scores"]:
                self.scores[split, score["kind"], score["target"]] = score
            for case in evaluation["worst"]:
                self.cases.setdefault((split, case["kind"], case["target"]), []).append(case)

    def error(self, split, kind, target):
        return self.scores[split, kind, target]["mae_percent" if target == "bram_18k" else "mape_percent"]


def check_same_figures(ntorc, split, kind, target, truths):
    theirs = sorted(case["truth"] for case in ntorc.cases[split, kind, target])
    if len(theirs) != len(truths) or not numpy.allclose(theirs, sorted(truths), rtol=1e-9):
        fail(f"{split}, {kind} {target}: ntorc-train tested {len(theirs)} figures, scikit-learn {len(truths)}, or others")


# The page


def number(value, digits=2):
    return "-" if value is None else f"{value:.{digits}f}"


def table(header, rows, left=1):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * left + "---:|" * (len(header) - left)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def asked_of(split, target):
    if split == "rows" or target not in ASKED:
        return None
    return ASKED[target][SPLITS.index(split)]


def missed(hybrid, split):
    """[(kind, target)] in which the hybrid's error is above what is asked."""
    pairs = [(kind, target) for kind in KINDS for target in TARGETS if (split, kind, target) in hybrid.scores]
    return [(kind, target) for kind, target in pairs
            if asked_of(split, target) is not None and hybrid.error(split, kind, target) > asked_of(split, target)]


def score_table(split, hybrid, forest, peers):
    judged = split != "rows"  # rows have neither targets nor intervals
    header = ["kind", "target", "n", "ntorc hybrid", *(["asked", "met", "covered %"] if judged else []), "ntorc forest", *PEERS]
    rows = []
    for kind in KINDS:
        for target in TARGETS:
            score = hybrid.scores.get((split, kind, target))
            if score is None:
                continue
            asked = asked_of(split, target)
            met = "" if asked is None else "no" if (kind, target) in missed(hybrid, split) else "yes"
            judgement = ["" if asked is None else f"{asked:g}", met, number(score["coverage_percent"], 0)] if judged else []
            rows.append([kind, NAMES[target], score["n"], f"**{number(hybrid.error(split, kind, target))}**", *judgement,
                         number(forest.error(split, kind, target)),
                         *(number(peers[split, kind, target, name]) for name in PEERS)])
    return table(header, rows, 2)


def layer_text(case):
    text = f"{case['inputs']} inputs, size {case['size']}"
    if case["sequence"] != 1:
        text += f", sequence {case['sequence']}"
    if case["packets"] != 1:
        text += f", {case['packets']} packets"
    return text


def percent_error(case):
    return 100 * abs(case["truth"] - case["predicted"]) / case["truth"] if case["truth"] else math.inf


def case_table(cases):
    return table(["kind", "target", "layer", "reuse", "truth", "predicted", "error %"],
                 [[case["kind"], NAMES[case["target"]], layer_text(case), case["reuse"], number(case["truth"], 1),
                   number(case["predicted"], 1), number(percent_error(case), 1)] for case in cases], 3)


def own_rows(problems, case):
    """The figures of the case's configuration."""
    row = Row(*(case[name] for name in ("inputs", "kernel", "size", "sequence", "packets", "reuse")))
    wanted = configuration(case["kind"], row)
    return dict(by_configuration(case["kind"], problems[case["kind"], case["target"]]))[wanted]


def deviation(figures):
    """Mean distance from the mean, in percent of it."""
    mean = statistics.fmean(figures)
    return 100 * statistics.fmean(abs(figure - mean) for figure in figures) / mean


def form(case):
    """How the multipliers walk the matrix: each form is other hardware."""
    if case["reuse"] == 1:
        return "reuse 1"
    n_in = case["inputs"] * case["kernel"]
    return "1 < reuse < n_in" if case["reuse"] < n_in else "reuse >= n_in"


def learning_curve(target, experiments):
    """How the error falls with more configurations of the same tool."""
    rows = next(experiment["rows"] for experiment in experiments if experiment["experiment"] == "same tool")
    steps = [(row["reports"], row[target]) for row in rows if row["model"] in ("base", "base and reports")]
    return ", ".join(f"{error:.2f} %" + (f" with {more} more" if more else "") for more, error in steps)


def miss_section(split, kind, target, hybrid, problems, experiments):
    cases = [case for case in hybrid.cases[split, kind, target] if case["truth"] != 0]
    cases.sort(key=lambda case: -percent_error(case))
    errors = [percent_error(case) for case in cases]
    others = [percent_error(case) for case in cases if case["reuse"] != 1]
    constants = len(cases) - len(others)
    few = max(1, round(0.05 * len(cases)))
    text = f"### {kind} {NAMES[target]}, {split}\n\n"
    text += f"{statistics.fmean(errors):.2f} % is measured, {asked_of(split, target):g} % is asked. "
    if constants and others:
        text += (f"{constants} of {len(cases)} predictions are of reuse 1 and make "
                 f"{100 * (1 - sum(others) / sum(errors)):.0f} % of the sum of the errors. "
                 f"Without them it is **{statistics.fmean(others):.2f} %**. ")
    text += f"The median is {statistics.median(errors):.2f} %; "
    text += f"the worst twentieth makes {100 * sum(errors[:few]) / sum(errors):.0f} % of the sum.\n\n"
    by_form = collections.defaultdict(list)
    for case, error in zip(cases, errors):
        by_form[form(case)].append(error)
    text += "By form: " + ", ".join(f"{name} {statistics.fmean(by_form[name]):.2f} % (n = {len(by_form[name])})"
                                    for name in sorted(by_form)) + ". "
    own = [own_rows(problems, case) for case in cases]
    noise = statistics.fmean(deviation(figures) for figures in own)
    text += f"The rows of these configurations lie {noise:.3f} % from their means"
    if others and noise < 0.1 * statistics.fmean(others):
        text += ": noise is not what stops it, but too few configurations to learn from, or a term that is missing. "
        text += f"For all kinds together, with one half of the configurations to learn from, the error of {NAMES[target]} is "
        text += f"{learning_curve(target, experiments)} (see Calibration, the same tool): more configurations help"
    text += ". The worst:\n\n"
    rows = []
    for case in cases[:6]:
        if percent_error(case) < 0.1:
            break
        own = own_rows(problems, case)
        span = number(own[0], 1) if len(own) == 1 else f"{min(own):.1f} .. {max(own):.1f}"
        rows.append([layer_text(case), case["reuse"], len(own), span, number(case["predicted"], 1),
                     number(percent_error(case), 1), number(percent_error(case) / len(cases), 2)])
    return text + table(["layer", "reuse", "its rows", "their figures", "predicted", "error %", "adds to MAPE"], rows)


def noise_section(problems):
    rows = []
    for kind in KINDS:
        for target in TARGETS:
            groups = [(key, figures) for key, figures in by_configuration(kind, problems[kind, target])
                      if statistics.fmean(figures) > 0]
            several = [(key, figures) for key, figures in groups if len(figures) > 1]
            if not several:
                continue

            deviations = [deviation(figures) for _, figures in several]
            key, figures = max(several, key=lambda group: deviation(group[1]))
            inputs, _, size, sequence, packets, *reuse = key
            layer = layer_text({"inputs": inputs, "size": size, "sequence": sequence, "packets": packets})
            worst = f"{layer}, reuse {max(reuse)}: {min(figures):.1f} .. {max(figures):.1f}" if max(deviations) > 0 else ""
            rows.append([kind, NAMES[target], len(groups), len(several), number(statistics.fmean(deviations), 3),
                         number(max(deviations), 2), worst])
    return table(["kind", "target", "configurations", "of several rows", "mean %", "largest %", "where, least .. largest"],
                 rows, 2)


EXPERIMENTS = {
    "other tool": """### Another tool (simulated)

LUT x 0.6 to the power 1.03, FF x 1.25, DSP x 2, BRAM x 2, latency + 4 cycles for each step; LUT, FF and latency of each layer also
times a random factor of 5 % (log-normal). That factor cannot be foreseen: no model can be better than about 4 % in these three.
The cycles for each step are no factor of the latency, so that a shift and a slope of its logarithm can only come near them.
""",
    "same tool": """### The same tool: the control

The reports are N-TORC's own figures. There is nothing to calibrate, and calibration must not hurt. Such reports belong into the
table that is fitted: "base and reports".
""",
    "wider layers": """### Wider layers: a real shift

The base knows layers with n_in below 128, and is asked for wider ones; reports and truths are N-TORC's own. This is not what
calibration is for: a shift and a slope of the whole do not mend one form of hardware that the base has never seen, and they can make
LUT and FF worse. A fit to both, "base and reports", does mend it.
""",
}


def calibration_section(experiments):
    text = """There is no public table of a second part or tool for the same layers. The reports of "another tool" are therefore
**simulated**: N-TORC's figures, changed by a rule. They show that the arithmetic does what it should, not how far two real tools lie
apart. In each trial one half of the distinct configurations, unchanged, is what the base is fitted to; reports are drawn from the
other half; the rest of that is tested on, the same layers for every number of reports. Errors are MAPE in % (BRAM: mean absolute error in % of
the mean) over all kinds and trials. "covered": the least and the largest share of truths, over the six targets, within the 90 %
intervals. "reports alone" is a hybrid fitted to the reports only. The priors of the calibration were chosen by
looking at these same trials, so the figures are a little on the bright side.
"""
    for experiment in experiments:
        if experiment["experiment"] not in EXPERIMENTS:
            fail(f"calibration_curve: unknown experiment {experiment['experiment']}")
        rows = []
        for row in experiment["rows"]:
            coverage = [row[f"{target}_coverage"] for target in TARGETS]
            known = [share for share in coverage if share is not None]
            rows.append([row["reports"], row["model"], *(number(row[target]) for target in TARGETS),
                         f"{min(known):.0f}-{max(known):.0f}" if known else "-"])
        text += "\n" + EXPERIMENTS[experiment["experiment"]]
        text += f"{experiment['trials']} trials, {experiment['base']} configurations in the base, {experiment['tested']} tested.\n\n"
        text += table(["reports", "model", *(NAMES[target] for target in TARGETS), "covered %"], rows, 2)
    return text


INTRO = {
    "configs": """## New configurations

Ten folds over distinct configurations: a combination of sizes and reuse factor that is not in training, of sizes that are known one by
one. This is what a user gets for a layer like N-TORC's. The truth is the mean of a configuration's rows.
""",
    "sizes": """## New sizes

Every n_in and every size that lies between two others is left out in its turn. This is what a user gets for a size that the tables
do not know.
""",
    "rows": """## Rows

A random fifth of the rows, as in N-TORC's Table I. Nearly every tested row has a twin in training, so this measures memory and says
nothing of new layers. No target is asked here.
""",
}


def page(problems, hybrid, forest, peers, experiments):
    counts = [f"{kind}: {len(problems[kind, 'lut']):,} rows of resources, {len(problems[kind, 'latency_max_cycles']):,} of latency, "
              f"{len(by_configuration(kind, problems[kind, 'lut']))} and "
              f"{len(by_configuration(kind, problems[kind, 'latency_max_cycles']))} distinct configurations" for kind in KINDS]
    text = f"""# Accuracy

Generated by this command; do not edit (DATA is the folder with N-TORC's tables):

    python3 benchmarks/compare_accuracy.py --ntorc-train build/release/apps/ntorc-train --data DATA --out docs/accuracy.md

ntorc {hybrid.version}, scikit-learn {sklearn.__version__}, seed {SEED}. All models are tested on the same figures, mended in the same way
(`docs/formats/dataset.md`); ten latencies of dense layers that are means over several designs and two of convolutions that no plan asks for are left out:

{chr(10).join('- ' + count for count in counts)}

Errors are MAPE in %; of BRAM, which is often 0, the mean absolute error in % of the mean. "asked" is the target and "met" whether the
hybrid reaches it. "covered" is the share of the truths within the hybrid's 90 % intervals, which come from fits that have not seen
them; 85 to 97 is asked. Where a law is exact an interval is a point that holds every truth, and the share is near 100.

ntorc's forest has reuse, n_in, size and sequence, as N-TORC's. scikit-learn's models (forest and extra trees of 100 trees, gradient
boosting with its defaults) have the packets of a dense layer besides, and learn from the mean of each configuration; in the split of
rows, from rows.
"""
    for split in SPLITS:
        text += f"\n{INTRO[split]}\n{score_table(split, hybrid, forest, peers)}"
    misses = [(split, kind, target) for split in ("configs", "sizes") for kind, target in missed(hybrid, split)]
    targets = sum(1 for split, _, target in hybrid.scores if asked_of(split, target) is not None)
    text += f"\n## Targets missed\n\n{targets - len(misses)} of {targets} targets are met.\n"
    for split, kind, target in misses:
        text += f"\n{miss_section(split, kind, target, hybrid, problems, experiments)}"
    text += "\n## The worst predictions\n"
    for split in ("configs", "sizes"):
        text += f"\n### {split}\n\n{case_table(hybrid.worst[split][:10])}"
    text += f"""
## Noise within configurations

How far the rows of one configuration lie from their mean, in %: the mean over the configurations that have several rows, and the
largest. A model that knew every configuration exactly would be that far from single rows. Published figures with fractions are means
over several designs, so the noise of a single synthesis is larger.

{noise_section(problems)}
## Calibration by a few reports

{calibration_section(experiments)}"""
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ntorc-train", type=pathlib.Path, required=True, help="the program")
    parser.add_argument("--calibration-curve", type=pathlib.Path, help="the program; without it that of the same build")
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder with N-TORC's six tables")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="page to write")
    args = parser.parse_args()
    curve = args.calibration_curve or args.ntorc_train.parent.parent / "benchmarks" / "calibration_curve"
    for program in (args.ntorc_train, curve):
        if not program.is_file():
            fail(f"{program}: no such program; build the targets ntorc-train and calibration_curve")
    if not args.data.is_dir():
        fail(f"{args.data}: no such folder; expected N-TORC's six tables")
    problems = read(args.data)
    hybrid, forest = (Ntorc(args.ntorc_train.resolve(), args.data, method) for method in ("hybrid", "forest"))
    peers = {}
    for (kind, target), rows in problems.items():
        for split in SPLITS:
            for name, make in PEERS.items():
                truths, predictions = peer_predictions(kind, rows, split, make)
                check_same_figures(hybrid, split, kind, target, truths)
                peers[split, kind, target, name] = error_percent(target, truths, predictions)
    experiments = run([curve.resolve(), args.data])
    args.out.write_text(page(problems, hybrid, forest, peers, experiments))


if __name__ == "__main__":
    main()
