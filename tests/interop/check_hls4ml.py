#!/usr/bin/env python3
"""Plans networks, has the real hls4ml convert the plans, and checks that the projects have the reuse factors that were planned.

It also checks that ntorc knows the nodes that hls4ml makes of a network, and which reads which, that the jobs of a sweep load,
predict and convert, and that Keras says of the networks of a search what ntorc says.

run.sh starts it. Prints a line for each case and a closing line; exits 1 if a case failed. A case runs the programs that a user runs:
ntorc-opt, ntorc-emit, and then `hls4ml convert -c` (route "convert") or the emitted Python program (route "driver").
"""

import argparse
import ast
import csv
import dataclasses
import json
import math
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Callable, Iterable, Optional

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SHARED_NETWORKS = Path(__file__).resolve().parents[3] / "shared" / "networks"
MAKE_NETWORKS = Path(__file__).with_name("make_networks.py")
PRINT_NODES = Path(__file__).with_name("print_nodes.py")
TIMEOUT_S = 180

# Reuse factors of networks with layers that no performance model is shipped for; hls4ml takes them for every matrix of the layer.
OWN_COSTS = {
    "conv2d": {"conv_same": [1, 3, 9, 18, 54], "conv_valid": [1, 6, 27, 54, 108, 216], "output": [1, 4, 36, 180]},
    "gru": {"gru": [1, 2, 4, 8, 16, 48, 192], "output": [1, 2, 8, 16]},
}
DEADLINE_PLACES = [0.5, 0.4, 0.6, 0.3, 0.7]  # in the exponent, between the shortest latency and that of the cheapest plan


class Failed(Exception):
    """A case that cannot be carried through, in one line."""


@dataclasses.dataclass(frozen=True)
class Setup:
    apps: Path
    work: Path
    environments: dict[str, Path]  # by release: "1.2", "1.3"

    @property
    def networks(self) -> Path:
        return self.work / "networks"


@dataclasses.dataclass(frozen=True)
class Case:
    release: str
    route: str  # "convert" or "driver"
    network: str
    file: Path  # what ntorc-opt plans
    given: Optional[Path] = None  # --keras-model, where ntorc-emit does not find it by itself
    opt: tuple[str, ...] = ()
    emit: tuple[str, ...] = ()
    needs_pair: bool = False  # one layer at least must have two different effective reuse factors
    label: str = ""

    @property
    def title(self) -> str:
        return " ".join(filter(None, [self.network, self.file.suffix if not self.given else self.given.suffix, self.label]))

    def folder(self, setup: Setup) -> Path:
        return setup.work / re.sub(r"[^\w.-]+", "_", f"{self.release}-{self.route}-{self.title}")


# ---- running programs ----------------------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Ran:
    code: int
    text: str  # standard output and standard error


def run(command: Iterable[Any], folder: Path, log: str) -> Ran:
    words = [str(word) for word in command]
    environment = dict(os.environ, CUDA_VISIBLE_DEVICES="", TF_CPP_MIN_LOG_LEVEL="3")
    done = subprocess.run(words, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", timeout=TIMEOUT_S)
    (folder / log).write_text(f"$ {' '.join(words)}\n{done.stdout}exit {done.returncode}\n")
    return Ran(done.returncode, done.stdout)


def must_run(command: Iterable[Any], folder: Path, log: str) -> Ran:
    ran = run(command, folder, log)
    if ran.code != 0:
        lines = ran.text.strip().splitlines() or ["nothing printed"]
        raise Failed(f"{log}: exit {ran.code}: {lines[-1]}")
    return ran


# ---- plans ---------------------------------------------------------------------------------------------------------------------------


def write_own_costs(network: str, file: Path) -> None:
    """Prices that fall as latency rises; what they are does not matter here."""
    with file.open("w") as out:
        out.write("layer,reuse,latency_min_cycles,latency_max_cycles,lut,ff,dsp,bram_18k\n")
        for layer, choices in OWN_COSTS[network].items():
            for reuse in choices:
                out.write(f"{layer},{reuse},{10 * reuse},{10 * reuse},{100000 / reuse:.3f},0,{1000 / reuse:.3f},0\n")


def shortest_latency(costs_csv: Path) -> float:
    best: dict[str, float] = {}
    with costs_csv.open() as table:
        for row in csv.DictReader(table):
            cycles = float(row["latency_max_cycles"])
            best[row["layer"]] = min(cycles, best.get(row["layer"], cycles))
    return sum(best.values())


def has_pair(plan: dict[str, Any]) -> bool:
    return any(len(set(layer["effective_reuse"])) > 1 for layer in plan["layers"])


def make_plan(setup: Setup, case: Case, folder: Path) -> dict[str, Any]:
    """Plans within a deadline between the tightest that can be met and the one that binds nothing, so that reuse factors are mixed."""
    question: list[Any] = [case.file]
    if case.network in OWN_COSTS:
        write_own_costs(case.network, folder / "costs.csv")
        question = ["--costs", folder / "costs.csv"]

    def opt(out: str, *more: Any) -> Path:
        asked = [option for option in case.opt if option != "--fifo-depths" or "--show" not in more]
        must_run([setup.apps / "ntorc-opt", *question, *asked, *more, "--out", folder / out], folder, "ntorc-opt.log")
        return folder / out

    shortest = shortest_latency(opt("choices.csv", "--show", "costs-csv"))
    relaxed = json.loads(opt("relaxed.json", "--latency", "1000000000cycles").read_text())
    longest = relaxed["total"]["latency_max_cycles"]
    for place in DEADLINE_PLACES:
        deadline = math.ceil(shortest * (longest / shortest) ** place)
        plan = json.loads(opt("plan.json", "--latency", f"{deadline}cycles").read_text())
        is_between = any(a["reuse"] != b["reuse"] for a, b in zip(plan["layers"], relaxed["layers"]))
        if is_between and (has_pair(plan) or not case.needs_pair):
            return plan
    raise Failed("no deadline gave the plan that is wanted" + (", with a pair of reuse factors" if case.needs_pair else ""))


# ---- what hls4ml wrote ---------------------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Struct:
    layer: str  # by the comment before the layer's first struct
    name: str
    base: str  # dense_config, conv1d_config, ...
    values: dict[str, str]

    @property
    def reuse(self) -> int:
        return int(self.values["reuse_factor"])


def read_parameters(file: Path) -> list[Struct]:
    structs: list[Struct] = []
    layer = ""
    is_open = False
    for line in file.read_text().splitlines():
        if comment := re.fullmatch(r"// (.*)", line):
            layer = comment[1]
        elif head := re.fullmatch(r"struct (\w+) : nnet::(\w+) \{", line):
            structs.append(Struct(layer, head[1], head[2], {}))
            is_open = True
        elif line.startswith("}"):
            is_open = False
        elif is_open and (field := re.fullmatch(r"\s+static const \w+ (\w+)\s*= (.*);", line)):
            structs[-1].values.setdefault(field[1], field[2])
    return structs


MATRIX = "dense_config"  # one struct for each weight matrix
OF_PLANNED_LAYERS = {"conv1d_config", "conv2d_config", "lstm_config", "gru_config"}  # these carry the reuse factor once more
INVALID_REUSE = re.compile(r'WARNING: Invalid ReuseFactor=(\d+) in layer "(.*?)"\.\s*Using ReuseFactor=(\d+) instead')


def matrix_names(layer: dict[str, Any], structs: list[Struct]) -> set[str]:
    """Names that hls4ml gives to the structs of the layer's matrices."""
    number = re.sub(r"\D.*", "", structs[0].name.removeprefix("config")) if structs else "?"
    bases = {s.base for s in structs}
    if bases & {"conv1d_config", "conv2d_config"}:
        return {f"config{number}_mult"}
    if bases & {"lstm_config", "gru_config"}:
        return {f"config{number}_1", f"config{number}_2"}
    return {f"config{number}"}


def check_layer(layer: dict[str, Any], structs: list[Struct]) -> list[str]:
    matrices = [s for s in structs if s.base == MATRIX]
    names = {s.name for s in matrices}
    problems: list[str] = []
    if not matrices or names != matrix_names(layer, structs):
        return [f"expected {', '.join(sorted(matrix_names(layer, structs)))} in parameters.h, found {', '.join(sorted(names)) or 'nothing'}"]
    # A plan of a cost table names no matrices: all of them must have what was asked.
    planned = layer["effective_reuse"] or [layer["reuse"]] * len(matrices)
    built = [s.reuse for s in matrices]
    if built != planned:
        problems.append(f"planned reuse {planned}, built {built}")
    for struct in structs:
        if struct.base in OF_PLANNED_LAYERS and struct.reuse != planned[0]:
            problems.append(f"planned reuse {planned[0]}, {struct.name} has {struct.reuse}")
    for struct, block_factor in zip(matrices, layer["block_factor"]):
        made = math.ceil(int(struct.values["n_in"]) * int(struct.values["n_out"]) / struct.reuse)
        if made != block_factor:
            problems.append(f"planned block factor {block_factor}, {struct.name} has {made}")
    problems += [f"{s.name}: strategy {s.values['strategy']}" for s in matrices if s.values["strategy"] != "nnet::resource"]
    return problems


def check_parameters(plan: dict[str, Any], file: Path) -> list[str]:
    structs = [s for s in read_parameters(file) if s.base == MATRIX or s.base in OF_PLANNED_LAYERS]
    problems: list[str] = []
    for layer in plan["layers"]:
        found = check_layer(layer, [s for s in structs if s.layer == layer["name"]])
        problems += [f"{layer['name']}: {problem}" for problem in found]
    planned = {layer["name"] for layer in plan["layers"]}
    problems += [f"{s.layer}: {s.name} is in parameters.h, not in the plan" for s in structs if s.layer not in planned]
    return problems


def check_warnings(plan: dict[str, Any], printed: str) -> list[str]:
    """A reuse factor that is planned to be snapped, of one matrix of a recurrent layer, is announced by hls4ml; no other may be."""
    expected = {(str(layer["reuse"]), layer["name"], str(effective)) for layer in plan["layers"]
                for effective in layer["effective_reuse"] if effective != layer["reuse"]}
    problems: list[str] = []
    for line in printed.splitlines():
        if re.search(r"reuse.?factor", line, re.IGNORECASE):
            snapped = INVALID_REUSE.search(line)
            if not snapped or snapped.groups() not in expected:
                problems.append(f"hls4ml printed: {line.strip()[:100]}")
    return problems


def check_design(plan: dict[str, Any], project: Path) -> list[str]:
    """Part and clock, which hls4ml lets pass as None, and the precision."""
    target = plan["target"]
    tcl = (project / "project.tcl").read_text()
    defines = (project / "firmware" / "defines.h").read_text()
    problems: list[str] = []
    if f'set part "{target["part"]}"' not in tcl:
        problems.append(f"project.tcl: expected part {target['part']}")
    clock = re.search(r"set clock_period (\S+)", tcl)
    if not clock or not math.isclose(float(clock[1]), 1000 / target["clock_mhz"]):
        problems.append(f"project.tcl: expected a clock period of {1000 / target['clock_mhz']:g} ns, found {clock[1] if clock else 'none'}")
    precision = re.search(r"typedef (.*) model_default_t;", defines)
    if not precision or precision[1].replace(" ", "") != target["precision"].replace(" ", ""):
        problems.append(f"defines.h: expected {target['precision']}, found {precision[1] if precision else 'none'}")
    return problems


def check_depths(plan: dict[str, Any], project: Path) -> list[str]:
    """The least depths of a plan stand in the pragmas of the top function."""
    source = "".join(file.read_text() for file in sorted((project / "firmware").glob("*.cpp")))
    built = sorted(int(depth) for depth in re.findall(r"#pragma HLS STREAM variable=\w+ depth=(\d+)", source))
    planned = sorted(fifo["least"]["depth"] for fifo in plan["design"]["fifos"])
    return [] if built == planned else [f"FIFO depths: planned {planned}, built {built}"]


def check_project(plan: dict[str, Any], ran: Ran, project: Path) -> list[str]:
    """All that is wrong with what hls4ml made of a plan."""
    problems = [f"exit {ran.code}: {(ran.text.strip().splitlines() or [''])[-1][:200]}"] if ran.code != 0 else []
    problems += check_warnings(plan, ran.text)
    parameters = project / "firmware" / "parameters.h"
    if not parameters.is_file():
        return [*problems, "no project: firmware/parameters.h was not written"]
    return problems + check_parameters(plan, parameters) + check_design(plan, project)


# ---- cases ---------------------------------------------------------------------------------------------------------------------------


def emit(setup: Setup, case: Case, plan: dict[str, Any], folder: Path, dialect: str) -> Path:
    """What ntorc-emit makes of the plan."""
    (folder / "plan.json").write_text(json.dumps(plan, indent=1))
    out = folder / ("convert.py" if case.route == "driver" else "project.yaml")
    command: list[Any] = [setup.apps / "ntorc-emit", folder / "plan.json", "--to", "driver" if case.route == "driver" else "hls4ml",
                          "--hls4ml", dialect, "--output-dir", folder / "project", "--out", out, *case.emit]
    if case.given:
        command += ["--keras-model", case.given]
    must_run(command, folder, "ntorc-emit.log")
    return out


def convert(setup: Setup, case: Case, file: Path, folder: Path) -> Ran:
    binaries = setup.environments[case.release] / "bin"
    if case.route == "driver":
        return run([binaries / "python", file], folder, "driver.log")
    return run([binaries / "hls4ml", "convert", "-c", file], folder, "hls4ml.log")


def dialect_of(case: Case) -> str:
    return "1.3" if case.route == "driver" else case.release  # the driver loads one whole model, as 1.3 does


def spelled_reuse(layer: dict[str, Any]) -> str:
    built = layer["effective_reuse"]
    return str(layer["reuse"]) if set(built) <= {layer["reuse"]} else f"{layer['reuse']}({'+'.join(map(str, built))})"


def new_folder(setup: Setup, case: Case) -> Path:
    folder = case.folder(setup)
    folder.mkdir()
    return folder


def check_case(setup: Setup, case: Case) -> str:
    """The reuse factors that were planned and built. @throws Failed"""
    folder = new_folder(setup, case)
    plan = make_plan(setup, case, folder)
    ran = convert(setup, case, emit(setup, case, plan, folder, dialect_of(case)), folder)
    if problems := check_project(plan, ran, folder / "project"):
        raise Failed("; ".join(problems))
    if "least" in case.emit and (problems := check_depths(plan, folder / "project")):
        raise Failed("; ".join(problems))
    return "reuse " + " ".join(map(spelled_reuse, plan["layers"]))


def cases_of(setup: Setup) -> list[Case]:
    made = setup.networks
    mixed = EXAMPLES / "dropbear_like"
    cases: list[Case] = []
    for name in ["conv", "conv2d", "lstm", "gru", "dense", "names", "norm", "residual"]:
        pair = name == "lstm"
        keras_3, keras_2 = made / f"{name}.keras", made / f"{name}.json"
        # A plan of a cost table knows no network, so its file must be given.
        given_3, given_2 = (keras_3, keras_2) if name in OWN_COSTS else (None, None)
        cases += [Case("1.3", "convert", name, keras_3, given_3, needs_pair=pair), Case("1.3", "driver", name, keras_3, given_3, needs_pair=pair),
                  Case("1.2", "convert", name, keras_2, given_2, needs_pair=pair), Case("1.2", "driver", name, keras_3, given_3, needs_pair=pair)]
    cases += [Case("1.3", "convert", "mixed", mixed.with_suffix(suffix)) for suffix in [".json", ".keras"]]
    cases += [Case("1.3", "driver", "mixed", mixed.with_suffix(".keras")), Case("1.2", "driver", "mixed", mixed.with_suffix(".json"))]
    cases += [Case("1.2", "convert", "mixed", mixed.with_suffix(suffix)) for suffix in [".json", ".h5"]]
    cases += [Case("1.3", route, "conv", made / "conv.h5") for route in ["convert", "driver"]]  # of Keras 2
    least = ("--fifo-depths", "least")
    cases += [Case(release, "driver", "residual", made / "residual.keras", None, least[:1], least, label="least FIFO depths")
              for release in ["1.3", "1.2"]]
    cases += [Case("1.3", "driver", "mixed", mixed.with_suffix(".keras"), None, least[:1], least, label="least FIFO depths")]
    for name, opt, emit_ in [("conv", ("--io-type", "io_parallel"), ()), ("dense", ("--clock", "200"), ("--backend", "Vitis"))]:
        label = " ".join(opt + emit_).replace("--", "")
        cases += [Case("1.3", "convert", name, made / f"{name}.keras", None, opt, emit_, label=label),
                  Case("1.2", "convert", name, made / f"{name}.json", None, opt, emit_, label=label)]
    return cases


def foreign_cases(setup: Setup, foreign: list[Path]) -> list[Case]:
    cases: list[Case] = []
    for file in foreign:
        json_file, h5 = setup.networks / file.name, setup.networks / f"{file.stem}.h5"
        pair = "three_lstm" in file.stem
        refused = (setup.networks / f"{file.stem}.refused").exists()
        cases.append(Case("1.2", "convert", file.stem, json_file, needs_pair=pair, label="(1.2 only: Keras 3 refuses its .h5)" if refused else ""))
        if not refused:
            cases.append(Case("1.3", "convert", file.stem, h5, needs_pair=pair))
    return cases


# ---- nodes ---------------------------------------------------------------------------------------------------------------------------


# Names and edges are the same in both releases. (But 1.2 forgets an output that Dropout gives, and takes no PReLU with shared axes.)
# Networks that hls4ml wires wrong, and what ntorc warns of them. The nodes are the same; hls4ml's padding feeds another layer.
MISWIRED = {"misplaced_padding": "layer conv: hls4ml puts its padding before shortcut"}
KINDS = {
    "Input": "input", "Dense": "weights", "Conv1D": "weights", "Conv2D": "weights", "PointwiseConv1D": "weights", "PointwiseConv2D": "weights",
    "LSTM": "weights", "GRU": "weights", "ZeroPadding1D": "padding", "ZeroPadding2D": "padding", "Pooling1D": "pooling",
    "Pooling2D": "pooling", "GlobalPooling1D": "global_pooling", "GlobalPooling2D": "global_pooling", "Activation": "activation",
    "ParametrizedActivation": "activation", "PReLU": "activation", "Softmax": "softmax", "BatchNormalization": "normalization",
    "Merge": "merge", "Concatenate": "concatenate", "Clone": "clone", "Repack": "repack",
}


@dataclasses.dataclass(frozen=True)
class Node:
    kind: str
    reads: list[str]
    values: int  # in its output
    channels: Optional[int]  # the last axis of its output, None where the tensor has no other and may travel in pieces

    def __str__(self) -> str:
        return f"{self.kind} of {' and '.join(self.reads) or 'nothing'}, {self.values} values in channels of {self.channels or 'any number'}"

    def is_like(self, other: "Node") -> bool:
        return ((self.kind, self.reads, self.values) == (other.kind, other.reads, other.values) and
                (self.channels or other.channels) == (other.channels or self.channels))


Nodes = dict[str, Node]  # by name


def planned_nodes(setup: Setup, file: Path, io_type: str, folder: Path) -> Nodes:
    table = must_run([setup.apps / "ntorc-opt", file, "--show", "nodes", "--io-type", io_type], folder, "ntorc-opt.log").text
    nodes: Nodes = {}
    for line in table.splitlines()[1:]:
        name, kind, _, reads, _, stream = re.split(r"  +", line)
        elements, channels = map(int, stream.split(" x "))
        nodes[name] = Node(kind, [] if reads == "-" else reads.split(", "), elements * channels, channels)
    return nodes


def built_nodes(graph: list[Any]) -> Nodes:
    return {name: Node(KINDS.get(class_name, class_name), reads, math.prod(shape), shape[-1] if len(shape) > 1 else None)
            for name, class_name, reads, shape in graph}


def node_differences(planned: Nodes, built: Nodes) -> list[str]:
    def differ(name: str) -> bool:
        return name not in planned or name not in built or not planned[name].is_like(built[name])

    return [f"{name}: ntorc has {planned.get(name)}, hls4ml {built.get(name)}" for name in sorted(planned.keys() | built.keys()) if differ(name)]


def check_miswired(setup: Setup, network: str, file: Path, differences: list[str], folder: Path) -> list[str]:
    """ntorc must warn of what hls4ml does wrong as long as it does."""
    printed = must_run([setup.apps / "ntorc-opt", file, "--latency", "1000000000cycles", "--show", "plan"], folder, "ntorc-opt.log").text
    problems = [] if f"warning: {MISWIRED[network]}" in printed else [f"{network}: expected the warning: {MISWIRED[network]}"]
    return problems + ([] if differences else [f"{network}: hls4ml does right what ntorc warns of"])


def check_nodes(setup: Setup, release: str) -> str:
    """How much was compared. @throws Failed"""
    folder = setup.work / f"{release}-nodes"
    folder.mkdir()
    suffix = ".keras" if release == "1.3" else ".json"
    names = (setup.networks / "networks.txt").read_text().split()
    files = {name: setup.networks / f"{name}{suffix}" for name in names}
    must_run([setup.environments[release] / "bin" / "python", PRINT_NODES, folder / "nodes.json", *files.values()], folder, "print_nodes.log")
    graphs = json.loads((folder / "nodes.json").read_text())
    problems: list[str] = []
    count = 0
    for name, file in files.items():
        for io_type, graph in graphs[file.name].items():
            if isinstance(graph, str):
                problems.append(f"{name}: hls4ml refuses: {graph}")
                continue
            planned = planned_nodes(setup, file, io_type, folder)
            count += len(planned)
            differences = node_differences(planned, built_nodes(graph))
            if name in MISWIRED and io_type == "io_stream":
                problems += check_miswired(setup, name, file, differences, folder)
            else:
                problems += [f"{name} {io_type}: {difference}" for difference in differences]
    if problems:
        raise Failed("; ".join(problems))
    return f"{count} nodes of {len(files)} networks, with io_stream and io_parallel, are those of hls4ml"


# ---- sweeps --------------------------------------------------------------------------------------------------------------------------


SWEEP = """
target: {{part: zcu104, clock_mhz: 200, io_type: {io_type}, hls4ml: "{release}"}}
reuse: legal
max_block_factor: 512
design: {{sobol: 4, seed: 3}}
families:
  - name: signal
    input: {{steps: 12, features: [2, 3]}}
    layers:
      - conv1d: {{size: [4, 6], kernel: 3, pool: 2}}
      - gru: {{size: [5, 8], sequences: true}}
      - lstm: {{size: [4, 6]}}
      - dense: {{size: [8, 12], activation: [relu, tanh]}}
      - dense: {{size: [1, 3], activation: [linear, sigmoid]}}
  - name: image
    input: {{side: [8, 10], features: [1, 3]}}
    layers:
      - conv2d: {{size: [4, 6], kernel: 3, padding: valid, pool: [1, 2]}}
      - dense: {{size: 3, activation: softmax}}
"""
PREDICT = """
import sys
import keras
import numpy as np
for file in sys.argv[1:]:
    model = keras.models.load_model(file, compile=False)
    shape = (16, *model.input_shape[1:])
    out = np.asarray(model.predict(np.random.default_rng(1).normal(size=shape), verbose=0))
    if not np.isfinite(out).all() or out.std() == 0:
        raise SystemExit(f"{file}: predicts {out[:2]}")
    sizes = sum(int(np.prod(weights.shape)) for weights in model.get_weights())
    if sizes != model.count_params():
        raise SystemExit(f"{file}: {sizes} weights")
    print(file, "predicts", *out.shape[1:])
"""


def asked_of_job(job: Path) -> dict[str, Any]:
    """What a job's driver says that it builds, as a plan has it."""
    reuse = re.search(r"^REUSE = (\{.*?^\})", (job / "build.py").read_text(), re.MULTILINE | re.DOTALL)
    layers = [{"name": name, "reuse": asked, "effective_reuse": built, "block_factor": []}
              for name, (asked, built) in ast.literal_eval(reuse[1]).items()]
    return {"layers": layers, "target": {"part": "xczu7ev-ffvc1156-2-e", "clock_mhz": 200, "precision": "ap_fixed<16,8>"}}


def check_sweep(setup: Setup, release: str, io_type: str) -> str:
    """Every job converts by its driver and by its YAML to the reuse factors that it names. @throws Failed"""
    folder = setup.work / f"{release}-sweep-{io_type}"
    folder.mkdir()
    (folder / "sweep.yaml").write_text(SWEEP.format(io_type=io_type, release=release))
    must_run([setup.apps / "ntorc-train", "sweep", "sweep.yaml", "--out", "jobs-of-it"], folder, "ntorc-train.log")
    binaries = setup.environments[release] / "bin"
    jobs = sorted((folder / "jobs-of-it" / "jobs").iterdir())
    problems = [] if len(jobs) == 4 else [f"expected 4 jobs, found {len(jobs)}"]
    (folder / "predict.py").write_text(PREDICT)
    must_run([binaries / "python", "predict.py", *(job / "model.h5" for job in jobs)], folder, "predict.log")
    pairs = 0
    for job in jobs:
        asked = asked_of_job(job)
        pairs += sum(len(layer["effective_reuse"]) == 2 for layer in asked["layers"])
        ran = run([binaries / "python", "build.py", "--convert-only"], job, "driver.log")
        problems += [f"{job.name} driver: {problem}" for problem in check_project(asked, ran, job / "project")]
        (job / "project").rename(job / "project-of-driver")
        ran = run([binaries / "hls4ml", "convert", "-c", "hls4ml.yml"], job, "hls4ml.log")
        problems += [f"{job.name} YAML: {problem}" for problem in check_project(asked, ran, job / "project")]
    if pairs == 0:
        problems.append("no job has a recurrent layer")
    ran = run([binaries / "python", "build.py"], jobs[0], "build.log")  # the HLS tool is not here
    if ran.code == 0 or "not found" not in ran.text:
        problems.append(f"without the HLS tool: expected build.py to fail, got exit {ran.code}")
    if problems:
        raise Failed("; ".join(problems))
    return f"{len(jobs)} jobs load, predict and convert as they say; without the HLS tool they fail"


# ---- searches ------------------------------------------------------------------------------------------------------------------------


SEARCH = """
name: sines
data: {tables: [runs], sampling_hz: 1000, inputs: [x, y], label: hz, scaling: standardise, split: {kind: runs, share: 0.34}}
space:
  window: [24, 32]
  layers:
    - conv1d: {repeat: [1, 2], size: [3, 5], kernel: [3, 4], pool: 2, each: [size]}
    - {lstm: {repeat: [0, 1], size: [4, 5]}, gru: {size: 4}}
    - dense: {repeat: [0, 1], size: 6}
training: {epochs: 3, learning_rate: 0.01}
cost: {of: multiplies, latency: 1ms}
search: {sampler: random, trials: 8, batch: 4, repeats: 2}
"""
SAME_PREDICTIONS = """
import csv
import json
import sys
from pathlib import Path
import keras
import numpy as np
runs = {file.stem: np.loadtxt(file, delimiter=",", skiprows=1, ndmin=2) for file in Path("runs").glob("*.csv")}
for folder in map(Path, sys.argv[1:]):
    scaling = json.loads((folder / "scaling.json").read_text())
    length = scaling["window"]
    windows, ours = [], []
    for row in csv.DictReader((folder / "predictions.csv").open()):
        end = round(float(row["seconds"]) * 1000)
        windows.append((runs[row["run"]][end - length:end, :2] - scaling["input"]["offset"]) * scaling["input"]["factor"])
        ours.append(float(row["predicted"]))
    model = keras.models.load_model(folder / "model.h5", compile=False)
    keras_says = np.asarray(model.predict(np.array(windows, dtype=np.float32), verbose=0)).ravel()
    off = np.abs(keras_says - ours).max() / np.std(ours)
    again = keras.models.model_from_json((folder / "model.json").read_text())
    if off > 1e-4 or again.count_params() != model.count_params():
        raise SystemExit(f"{folder}: predictions differ by {off} of their deviation")
    print(folder, len(ours), "windows, differ by", off)
"""


def write_sines(folder: Path) -> None:
    """Three runs of two channels at 1 kHz, whose frequency is the label."""
    folder.mkdir()
    for run_number in range(3):
        phase, lines = 0.0, ["x,y,hz"]
        for i in range(900):
            hz = 20 + 15 * ((i // 300 + 2 * run_number) % 5)
            phase += 2 * math.pi * hz / 1000
            lines.append(f"{0.5 + math.sin(phase):.6f},{3 * math.cos(phase):.6f},{hz}")
        (folder / f"run_{run_number}.csv").write_text("\n".join(lines) + "\n")


def check_search(setup: Setup, release: str) -> str:
    """Keras loads what a search found and says the same; hls4ml 1.3 converts it to the reuse factors of its plan. @throws Failed"""
    folder = setup.work / f"{release}-search"
    folder.mkdir()
    write_sines(folder / "runs")
    (folder / "search.yaml").write_text(SEARCH)
    must_run([setup.apps / "ntorc-search", "search.yaml", "--out", "found"], folder, "ntorc-search.log")
    binaries = setup.environments[release] / "bin"
    networks = sorted((folder / "found" / "networks").iterdir())
    (folder / "same.py").write_text(SAME_PREDICTIONS)
    must_run([binaries / "python", "same.py", *networks], folder, "same.log")
    problems = [] if networks else ["no network was found"]
    if release == "1.3":  # whose YAML a search writes
        for network in networks:
            plan = json.loads((network / "plan.json").read_text())
            ran = run([binaries / "hls4ml", "convert", "-c", network / "hls4ml.yml"], network, "hls4ml.log")
            problems += [f"{network.name}: {problem}" for problem in check_project(plan, ran, network / network.name)]
    if problems:
        raise Failed("; ".join(problems))
    return f"{len(networks)} networks load and predict the same" + (", and convert as planned" if release == "1.3" else "")


# ---- the checks, checked -------------------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Mistake:
    """A mistake made on purpose, and the words that must be among what the check says of it."""
    release: str
    what: str
    make: Callable[[Setup, Case, dict[str, Any], Path], list[str]]
    said: str


def coarsest(plan: dict[str, Any]) -> dict[str, Any]:
    return max((layer for layer in plan["layers"] if len(layer["effective_reuse"]) == 1), key=lambda layer: layer["reuse"])


def copy_of(plan: dict[str, Any]) -> dict[str, Any]:
    return json.loads(json.dumps(plan))


def converted(setup: Setup, case: Case, plan: dict[str, Any], folder: Path) -> Ran:
    return convert(setup, case, emit(setup, case, plan, folder, dialect_of(case)), folder)


def alter_plan(setup: Setup, case: Case, plan: dict[str, Any], folder: Path) -> list[str]:
    ran = converted(setup, case, plan, folder)
    altered = copy_of(plan)
    coarsest(altered)["effective_reuse"][0] *= 2
    return check_project(altered, ran, folder / "project")


def alter_recurrent(setup: Setup, case: Case, plan: dict[str, Any], folder: Path) -> list[str]:
    ran = converted(setup, case, plan, folder)
    altered = copy_of(plan)
    next(layer for layer in altered["layers"] if layer["kind"] == "lstm")["effective_reuse"][1] *= 2
    return check_project(altered, ran, folder / "project")


def leave_out_layer(setup: Setup, case: Case, plan: dict[str, Any], folder: Path) -> list[str]:
    ran = converted(setup, case, plan, folder)
    return check_project(dict(plan, layers=plan["layers"][1:]), ran, folder / "project")


def give_older_dialect(setup: Setup, case: Case, plan: dict[str, Any], folder: Path) -> list[str]:
    ran = convert(setup, case, emit(setup, case, plan, folder, "1.2"), folder)
    if ran.code != 0:
        return [f"expected hls4ml {case.release} to pass over the older keys in silence, got exit {ran.code}"]
    return check_project(plan, ran, folder / "project")


def ask_illegal_reuse(setup: Setup, case: Case, plan: dict[str, Any], folder: Path) -> list[str]:
    """One more than planned: hls4ml snaps it back to the plan, so that its warning alone tells."""
    file = emit(setup, case, plan, folder, dialect_of(case))
    layer = coarsest(plan)
    planned = f'"{layer["name"]}":\n      ReuseFactor: {layer["reuse"]}\n'
    text = file.read_text()
    if planned not in text:
        return [f"expected in {file.name}: {planned}"]
    file.write_text(text.replace(planned, planned.replace(str(layer["reuse"]), str(layer["reuse"] + 1))))
    return check_project(plan, convert(setup, case, file, folder), folder / "project")


def mislead_driver(setup: Setup, case: Case, plan: dict[str, Any], folder: Path) -> list[str]:
    """The driver's own check: a reuse factor that hls4ml does not make must end in an error, with nothing written."""
    driver = dataclasses.replace(case, route="driver")
    file = emit(setup, driver, plan, folder, "1.3")
    layer = coarsest(plan)
    planned = f'"{layer["name"]}": ({layer["reuse"]}, [{layer["reuse"]}])'
    text = file.read_text()
    if planned not in text:
        return [f"expected in {file.name}: {planned}"]
    file.write_text(text.replace(planned, planned.replace(f'[{layer["reuse"]}]', f'[{2 * layer["reuse"]}]')))
    ran = convert(setup, driver, file, folder)
    if ran.code == 0 or (folder / "project").exists():
        return ["the driver did not stop"]
    return check_project(plan, ran, folder / "project")


MISTAKES = [
    Mistake("1.3", "a plan altered after conversion", alter_plan, "planned reuse"),
    Mistake("1.3", "a recurrent matrix altered after conversion", alter_recurrent, "lstm: planned reuse"),
    Mistake("1.3", "a layer that the plan does not name", leave_out_layer, "not in the plan"),
    Mistake("1.3", "the keys of 1.2, given to 1.3", give_older_dialect, "no project"),
    Mistake("1.3", "an illegal reuse factor in the YAML", ask_illegal_reuse, "hls4ml printed: WARNING: Invalid ReuseFactor"),
    Mistake("1.2", "an illegal reuse factor in the YAML", ask_illegal_reuse, "hls4ml printed: WARNING: Invalid ReuseFactor"),
    Mistake("1.3", "a driver with a reuse factor that hls4ml does not make", mislead_driver, "hls4ml made"),
    Mistake("1.2", "a driver with a reuse factor that hls4ml does not make", mislead_driver, "hls4ml made"),
]


def check_mistake(setup: Setup, mistake: Mistake) -> str:
    """What was said of the mistake. @throws Failed  if the check did not notice it."""
    file = EXAMPLES / ("dropbear_like.json" if mistake.make in (give_older_dialect, ask_illegal_reuse) else "dropbear_like.keras")
    case = Case(mistake.release, "convert", "mixed", file, label=mistake.what)
    folder = new_folder(setup, case)
    problems = mistake.make(setup, case, make_plan(setup, case, folder), folder)
    noticed = [problem for problem in problems if mistake.said in problem]
    if not noticed:
        raise Failed(f"not noticed; the check said: {'; '.join(problems) or 'nothing'}")
    return f"noticed: {noticed[0]}"


# ---- all of it -----------------------------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Job:
    title: str
    work: Callable[[], str]


def result_line(job: Job) -> tuple[bool, str]:
    try:
        return True, f"PASS  {job.title}: {job.work()}"
    except Failed as failure:
        return False, f"FAIL  {job.title}: {failure}"
    except Exception as error:  # noqa: BLE001 - a case that breaks has failed, the others go on
        return False, f"FAIL  {job.title}: {type(error).__name__}: {error}"


def jobs_of(setup: Setup, foreign: list[Path]) -> list[Job]:
    cases = sorted(cases_of(setup) + foreign_cases(setup, foreign), key=lambda case: case.release, reverse=True)
    jobs = [Job(f"hls4ml {c.release} {c.route:7} {c.title}", lambda c=c: check_case(setup, c)) for c in cases]
    jobs += [Job(f"hls4ml {release} nodes", lambda r=release: check_nodes(setup, r)) for release in setup.environments]
    jobs += [Job(f"hls4ml {release} sweep {io_type}", lambda r=release, i=io_type: check_sweep(setup, r, i))
             for release in setup.environments for io_type in ["io_stream", "io_parallel"]]
    jobs += [Job(f"hls4ml {release} search", lambda r=release: check_search(setup, r)) for release in setup.environments]
    return jobs + [Job(f"hls4ml {m.release} mistake {m.what}", lambda m=m: check_mistake(setup, m)) for m in MISTAKES]


def versions(python: Path) -> str:
    code = ("import sys, importlib.metadata as m\n"
            "names = ['hls4ml', 'keras', 'tf_keras', 'tensorflow_cpu']\n"
            "have = {d.metadata['Name'].replace('-', '_'): d.version for d in m.distributions()}\n"
            "print(', '.join(f'{n} {have[n]}' for n in names if n in have) + ', Python ' + sys.version.split()[0])")
    return subprocess.run([python, "-c", code], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def parse_args() -> tuple[Setup, str]:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--apps", type=Path, required=True, help="folder of ntorc-opt, ntorc-emit, ntorc-search and ntorc-train")
    parser.add_argument("--work", type=Path, required=True, help="an empty folder; plans, projects and logs stay there")
    for release in ["1.3", "1.2"]:
        parser.add_argument(f"--hls4ml-{release}", type=Path, required=True, dest=release, help=f"Python environment with hls4ml {release}")
    parser.add_argument("--only", default="", metavar="WORDS", help="leave out the cases whose title does not have these words")
    args = vars(parser.parse_args())
    return Setup(args["apps"], args["work"], {release: args[release] for release in ["1.3", "1.2"]}), args["only"]


def main() -> int:
    setup, only = parse_args()
    for environment in setup.environments.values():
        print(versions(environment / "bin" / "python"), flush=True)
    foreign = sorted(SHARED_NETWORKS.glob("*.json"))
    if not foreign:
        print(f"{SHARED_NETWORKS}: is not there, so the networks in it are left out", flush=True)
    setup.networks.mkdir()
    for release in ["1.2", "1.3"]:  # Keras 2 first: Keras 3 is asked what it makes of its files
        must_run([setup.environments[release] / "bin" / "python", MAKE_NETWORKS, setup.networks, *foreign], setup.work,
                 f"make_networks-{release}.log")
    jobs = [job for job in jobs_of(setup, foreign) if only in job.title]
    failed = passed = 0
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for is_passed, line in pool.map(result_line, jobs):
            print(line, flush=True)
            passed, failed = passed + is_passed, failed + (not is_passed)
    print(f"interop: {passed} passed, {failed} failed")
    return 1 if failed or not jobs else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        sys.exit(f"tests/interop: {failure}")
