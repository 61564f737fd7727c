#!/usr/bin/env python3
"""ntorc's samplers beside Optuna's and BoTorch's: same problems, budgets and machine, one run.

    compare_samplers.py --program build/release/benchmarks/compare_samplers [--results runs.jsonl] [--out table.md]

Peers: `pip install optuna scipy torch` (Optuna's GPSampler needs torch) and `pip install botorch`; one that is missing is left out, with
a line on stderr. Each run is a process of its own on one thread; its CPU seconds are those of proposing and evaluating, not of loading.
With --results, finished runs are kept there, one JSON object a line, and are not run again.

The problems are those of sampler_problems.hpp, and the share is that of the largest hypervolume. Peers are asked as their
documentation advises where objectives have no noise: GPSampler(deterministic_objective=True); BoTorch with SingleTaskGP on
standardised outcomes with a given noise of 1e-6, qLogNoisyExpectedHypervolumeImprovement (128 Sobol samples, prune_baseline), optimize_acqf with 10 restarts of 512
raw samples, the reference point of the problem, 2(d + 1) Sobol points first.
"""

import argparse
import importlib.util
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys
import time

PROBLEMS = ["BraninCurrin", "ZDT1", "ZDT2", "ZDT3", "DTLZ2"]
OURS = ["bayesian", "noisy", "nsga2", "sobol", "random"]
OPTUNA = ["optuna gp", "optuna tpe", "optuna nsga2"]
BOTORCH = ["botorch qlognehvi"]
REFERENCES = {"BraninCurrin": (18.0, 6.0), "ZDT1": (11.0, 11.0), "ZDT2": (11.0, 11.0), "ZDT3": (11.0, 11.0), "DTLZ2": (1.1, 1.1)}
LARGEST = {
    "BraninCurrin": 59.36011874867746,
    "ZDT1": 120 + 2 / 3,
    "ZDT2": 120 + 1 / 3,
    "ZDT3": 128.77811613069076,
    "DTLZ2": 1.21 - math.pi / 4,
}
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")}


def dimensions(problem):
    return 2 if problem == "BraninCurrin" else 6


def evaluate(problem, x):
    """As sampler_problems.hpp."""
    if problem == "BraninCurrin":
        a, b = 15 * x[0] - 5, 15 * x[1]
        bent = b - 5.1 / (4 * math.pi**2) * a * a + 5 / math.pi * a - 6
        branin = bent * bent + 10 * (1 - 1 / (8 * math.pi)) * math.cos(a) + 10
        steep = 1 - math.exp(-1 / (2 * x[1])) if x[1] > 0 else 1.0
        u = x[0]
        return branin, steep * (2300 * u**3 + 1900 * u**2 + 2092 * u + 60) / (100 * u**3 + 500 * u**2 + 4 * u + 20)
    if problem == "DTLZ2":
        g = sum((v - 0.5) ** 2 for v in x[1:])
        return (1 + g) * math.cos(x[0] * math.pi / 2), (1 + g) * math.sin(x[0] * math.pi / 2)
    g = 1 + 9 * sum(x[1:]) / (len(x) - 1)
    f = x[0]
    shape = {
        "ZDT1": lambda: 1 - math.sqrt(f / g),
        "ZDT2": lambda: 1 - (f / g) ** 2,
        "ZDT3": lambda: 1 - math.sqrt(f / g) - f / g * math.sin(10 * math.pi * f),
    }[problem]()
    return f, g * shape


def share(problem, values):
    reference = REFERENCES[problem]
    volume, ceiling = 0.0, reference[1]
    for first, second in sorted(v for v in values if v[0] < reference[0]):
        if second < ceiling:
            volume += (reference[0] - first) * (ceiling - second)
            ceiling = second
    return volume / LARGEST[problem]


def run_optuna(sampler, problem, evaluations, seed):
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    makers = {
        "optuna gp": lambda: optuna.samplers.GPSampler(seed=seed, deterministic_objective=True),
        "optuna tpe": lambda: optuna.samplers.TPESampler(seed=seed),
        "optuna nsga2": lambda: optuna.samplers.NSGAIISampler(seed=seed, population_size=20),
    }
    study = optuna.create_study(directions=["minimize"] * 2, sampler=makers[sampler]())
    names = [f"x{i + 1}" for i in range(dimensions(problem))]
    study.optimize(
        lambda trial: evaluate(problem, [trial.suggest_float(name, 0, 1) for name in names]), n_trials=evaluations
    )
    return [tuple(trial.values) for trial in study.trials]


def run_botorch(problem, evaluations, seed):
    import warnings

    import torch
    from botorch.acquisition.multi_objective.logei import qLogNoisyExpectedHypervolumeImprovement
    from botorch.fit import fit_gpytorch_mll
    from botorch.models import ModelListGP, SingleTaskGP
    from botorch.models.transforms import Standardize
    from botorch.optim import optimize_acqf
    from botorch.sampling import SobolQMCNormalSampler
    from botorch.utils.sampling import draw_sobol_samples
    from gpytorch.mlls import SumMarginalLogLikelihood

    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    torch.set_default_dtype(torch.float64)
    d = dimensions(problem)
    bounds = torch.stack([torch.zeros(d), torch.ones(d)])
    x = draw_sobol_samples(bounds=bounds, n=2 * (d + 1), q=1, seed=seed).squeeze(1)
    values = [evaluate(problem, row.tolist()) for row in x]
    reference = [-v for v in REFERENCES[problem]]  # BoTorch maximises
    while len(values) < evaluations:
        y = -torch.tensor(values)
        models = []
        for m in range(2):
            noise = torch.full_like(y[:, m : m + 1], 1e-6 * float(y[:, m].var()))
            models.append(SingleTaskGP(x, y[:, m : m + 1], noise, outcome_transform=Standardize(m=1)))
        model = ModelListGP(*models)
        fit_gpytorch_mll(SumMarginalLogLikelihood(model.likelihood, model))
        acquisition = qLogNoisyExpectedHypervolumeImprovement(
            model=model,
            ref_point=reference,
            X_baseline=x,
            prune_baseline=True,
            sampler=SobolQMCNormalSampler(torch.Size([128]), seed=seed),
        )
        new, _ = optimize_acqf(acquisition, bounds=bounds, q=1, num_restarts=10, raw_samples=512)
        x = torch.cat([x, new.detach()])
        values.append(evaluate(problem, new[0].tolist()))
    return values


def run_one(sampler, problem, evaluations, seed):
    """In a process of its own: prints the result."""
    if sampler in BOTORCH:
        import botorch  # noqa: F401  loaded before the clock starts
    else:
        import optuna  # noqa: F401
    start = time.process_time()
    values = run_botorch(problem, evaluations, seed) if sampler in BOTORCH else run_optuna(sampler, problem, evaluations, seed)
    seconds = time.process_time() - start
    print(json.dumps({"sampler": sampler, "problem": problem, "evaluations": len(values), "seed": seed,
                      "share": share(problem, values), "cpu_s": seconds}))


def missing(module):
    if importlib.util.find_spec(module) is not None:
        return False
    print(f"compare_samplers.py: {module} is not installed, left out", file=sys.stderr)
    return True


def seeds_of(options):
    return range(options.first_seed, options.first_seed + options.seeds)


def run_missing(options, samplers, done, keep):
    for problem in options.problems:
        for sampler in samplers:
            for seed in seeds_of(options):
                key = (sampler, problem, options.evaluations, seed)
                if key in done:
                    continue
                if sampler.startswith("ntorc "):
                    command = [options.program, sampler[6:], problem, str(options.evaluations), str(seed)]
                else:
                    command = [sys.executable, __file__, "--one", sampler, problem, str(options.evaluations), str(seed)]
                found = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **ONE_THREAD})
                if found.returncode != 0:
                    sys.exit(f"compare_samplers.py: {' '.join(command)}: {found.stderr.strip()[-500:]}")
                run = json.loads(found.stdout.strip().splitlines()[-1])
                done[key] = run
                keep(run)
                print(f"{sampler} {problem} {seed}: {run['share']:.5f} in {run['cpu_s']:.1f} s", file=sys.stderr, flush=True)


def table(options, samplers, done):
    lines = ["| problem | sampler | median share | worst | CPU s a run |", "|---|---|--:|--:|--:|"]
    for problem in options.problems:
        for sampler in samplers:
            runs = [done[(sampler, problem, options.evaluations, seed)] for seed in seeds_of(options)]
            shares = [run["share"] for run in runs]
            seconds = statistics.median(run["cpu_s"] for run in runs)
            lines.append(
                f"| {problem} | {sampler} | {statistics.median(shares):.5f} | {min(shares):.5f} | {seconds:.2f} |"
            )
    return "\n".join(lines) + "\n"


def main():
    if sys.argv[1:2] == ["--one"]:
        sampler, problem, evaluations, seed = sys.argv[2:]
        return run_one(sampler, problem, int(evaluations), int(seed))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, help="compare_samplers")
    parser.add_argument("--evaluations", type=int, default=60)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--problems", nargs="+", choices=PROBLEMS, default=PROBLEMS, metavar="PROBLEM")
    parser.add_argument("--peers", nargs="*", choices=["optuna", "botorch"], default=["optuna", "botorch"])
    parser.add_argument("--results", type=pathlib.Path, help="finished runs, JSON lines")
    parser.add_argument("--out", type=pathlib.Path, help="the table; else stdout")
    options = parser.parse_args()
    samplers = [f"ntorc {name}" for name in OURS]
    if "optuna" in options.peers and not missing("optuna"):
        samplers += OPTUNA[1:] if missing("torch") else OPTUNA
    if "botorch" in options.peers and not missing("botorch"):
        samplers += BOTORCH
    done = {}
    if options.results and options.results.exists():
        for line in options.results.read_text().splitlines():
            run = json.loads(line)
            done[(run["sampler"], run["problem"], run["evaluations"], run["seed"])] = run

    def keep(run):
        if options.results:
            with options.results.open("a") as file:
                file.write(json.dumps(run) + "\n")

    run_missing(options, samplers, done, keep)
    text = table(options, samplers, done)
    if options.out:
        options.out.write_text(text)
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
