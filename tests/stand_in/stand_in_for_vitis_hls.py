#!/usr/bin/env python3
"""A stand-in for Vivado HLS and Vitis HLS, for tests of what runs them and of what reads their reports.

NO SYNTHESIS HAPPENS HERE. The figures follow the rule below, not any hardware, and must never be taken for data.

It reads a project that hls4ml wrote (project.tcl, firmware/parameters.h, firmware/defines.h, firmware/<top>.cpp) and writes
reports of the form of the tool that it is asked to imitate (2019.1, 2020.1: Vivado HLS; 2022.2, 2024.1: Vitis HLS):
<top>_prj/solution1/syn/report/<module>_csynth.rpt and .xml for the top and each module, and csynth.xml. The structs say what is
built, so that what reads the reports can be checked against them.

The rule, for a matrix of n_in x n_out multiplied with reuse factor R:
    DSP = ceil(n_in * n_out / R)    LUT = 40 DSP + 6 n_out + 100    FF = 30 DSP + 16 n_out + 50    cycles = R + 5, interval R
    BRAM_18K = ceil(16 n_in * n_out / 18432) if R > 1, else 0
A convolution takes its matrix and 60 LUT, 40 FF, and out positions * (R + 3) + 4 cycles; an LSTM or GRU its two matrices and 900 LUT,
700 FF, 2 BRAM_18K, and steps * (max(R1, R2) + 12) + 3 cycles; a dense layer its matrix, and 2 cycles more. What has no matrix:
20 LUT and 10 FF for each channel, positions + 2 cycles. A FIFO: 1 BRAM_18K for each 18432 bits from 1024 bits on, 2 FF for each bit of
width. The design: the sum; its latency is the sum of its processes' (io_stream: the slowest, and 10 for each), its interval the
slowest process.

Called as the vendor's tool (by the links that `links` makes), it takes the vendor's arguments, and its own from the environment variable
NTORC_STAND_IN, as in NTORC_STAND_IN="--tool 2024.1 --sleep 2".

    stand_in_for_vitis_hls.py links FOLDER          vivado_hls, vitis_hls and vitis-run there, to be put on the PATH
    stand_in_for_vitis_hls.py synth [PROJECT]       reports for a project of hls4ml
    stand_in_for_vitis_hls.py job [JOB_FOLDER]      without hls4ml: firmware as hls4ml would write it, from model.json and hls4ml.yml of a
                                                    job of `ntorc-train sweep`, and its reports
"""
import argparse
import dataclasses
import json
import math
import os
import re
import shlex
import stat
import sys
import time
from pathlib import Path
from xml.sax.saxutils import escape

BUILDS = {"2019.1": "2552052 on Fri May 24 15:28:33 MDT 2019", "2020.1": "2897737 on Wed May 27 20:21:37 MDT 2020",
          "2022.2": "3670227 on Oct 13 2022", "2024.1": "5069499 on May 21 2024"}
DEFAULT_TOOL = {"vivado_hls": "2020.1", "vitis_hls": "2022.2", "vitis-run": "2024.1"}
# BRAM_18K, DSP, FF, LUT, URAM of the part whose name begins so; the first for any other.
AVAILABLE = {"xczu7ev": (624, 1728, 460800, 230400, 96), "xcu250": (5376, 12288, 3456000, 1728000, 1280),
             "xc7z020": (280, 220, 106400, 53200, 0)}
RESOURCES = ("BRAM_18K", "DSP", "FF", "LUT", "URAM")


# ---- what hls4ml wrote

def macros_and_types(text):
    """The #defines and the typedefs of defines.h: name -> number, name -> (element type, elements)."""
    macros = {name: int(value) for name, value in re.findall(r"^#define\s+(\w+)\s+(\d+)\s*$", text, re.M)}
    types = {}
    for element, count, name in re.findall(r"^typedef nnet::array<(.+?),\s*([\w*]+)>\s+(\w+);", text, re.M):
        types[name] = (element, product(count, macros))
    for element, name in re.findall(r"^typedef ((?!nnet::)\S.*?)\s+(\w+);", text, re.M):
        types[name] = (element, 1)
    return macros, types


def product(expression, macros):
    return math.prod(macros[f] if f in macros else int(f) for f in expression.replace(" ", "").split("*"))


def structs_of(text, macros):
    """name -> {field: number or word}, of parameters.h."""
    structs = {}
    for name, body in re.findall(r"^struct (\w+) : nnet::\w+ \{\n(.*?)^\};", text, re.M | re.S):
        fields = {}
        for field, value in re.findall(r"static const (?:unsigned|bool)\s+(\w+)\s*=\s*([\w:]+);", body):
            fields[field] = int(value) if value.isdigit() else macros.get(value, fields.get(value, value))
        structs[name] = fields
    return structs


@dataclasses.dataclass
class Call:
    function: str
    types: list
    config: str
    arguments: list


def calls_of(text):
    return [Call(function, types.split(", ")[:-1], types.split(", ")[-1], arguments.split(", "))
            for function, types, arguments in re.findall(r"^    nnet::(\w+)<(.*?)>\((.*?)\);", text, re.M)
            if not function.startswith("load_weights")]


# ---- the rule

@dataclasses.dataclass
class Module:
    name: str
    latency: int
    interval: int
    area: dict
    pipelined: bool = False
    children: list = dataclasses.field(default_factory=list)


def area(bram=0, dsp=0, ff=0, lut=0):
    return dict(zip(RESOURCES, (bram, dsp, ff, lut, 0)))


def summed(areas):
    return {key: sum(a[key] for a in areas) for key in RESOURCES}


def matrix(name, struct):
    n_in, n_out, reuse = struct["n_in"], struct["n_out"], struct["reuse_factor"]
    dsp = -(-n_in * n_out // reuse)
    bram = -(-16 * n_in * n_out // 18432) if reuse > 1 else 0
    return Module(name, reuse + 5, reuse, area(bram, dsp, 30 * dsp + 16 * n_out + 50, 40 * dsp + 6 * n_out + 100), True)


def type_name(element):
    """ap_fixed<16,6> -> ap_fixed_16_6_5_3_0: rounding, overflow and saturation bits as the tools spell them."""
    found = re.fullmatch(r"(ap_u?fixed|ap_u?int)<([^>]*)>", element)
    if not found:
        return re.sub(r"\W+", "_", element)
    codes = {"AP_RND": "0", "AP_RND_ZERO": "1", "AP_TRN": "5", "AP_TRN_ZERO": "6", "AP_SAT": "0", "AP_SAT_SYM": "2", "AP_WRAP": "3"}
    words = [codes.get(word.strip(), word.strip()) for word in found[2].split(",")]
    return "_".join([found[1]] + words + ["", "", "5", "3", "0"][len(words):] if "fixed" in found[1] else [found[1]] + words)


class Design:
    def __init__(self, project, tool):
        self.tool = tool
        self.vitis = float(tool) >= 2020.2
        tcl = (project / "project.tcl").read_text()
        setting = lambda key: re.search(rf'^set {key} "?([^"\n]+?)"?$', tcl, re.M)[1]
        self.top, self.part, self.clock_ns = setting("project_name"), setting("part"), float(setting("clock_period"))
        firmware = project / "firmware"
        macros, self.types = macros_and_types((firmware / "defines.h").read_text())
        self.structs = structs_of((firmware / "parameters.h").read_text(), macros)
        text = (firmware / f"{self.top}.cpp").read_text()
        self.stream = "#pragma HLS DATAFLOW" in text
        self.modules = [self.process(call) for call in calls_of(text)]
        self.fifos = [(name, int(depth), self.types[kind][1] * self.bits(kind)) for kind, name, depth in re.findall(
            r"hls::stream<(\w+)> (\w+)\(.*?\);\n\s*#pragma HLS STREAM variable=\w+ depth=(\d+)", text)]
        areas = [module.area for module in self.modules] + [self.fifo_area(fifo) for fifo in self.fifos]
        slowest = max((module.interval for module in self.modules), default=1)
        latency = (max(m.latency for m in self.modules) + 10 * len(self.modules) if self.stream
                   else sum(m.latency for m in self.modules))
        self.own = area(ff=3, lut=2)  # Expression and Register
        self.module = Module(self.top, latency, slowest, summed(areas + [self.own]), not self.stream, self.modules)

    def bits(self, kind):
        found = re.search(r"<(\d+)", self.types[kind][0])
        return int(found[1]) if found else 32

    def name_of(self, function, call):
        kinds = [self.types.get(kind, (kind, 1)) for kind in call.types]
        if self.stream:
            words = [f"array_{type_name(element)}_{count}u" for element, count in kinds]
        else:
            words = [type_name(element) for element, _ in kinds]
        return "_".join([function] + words + [call.config, "s"])

    def process(self, call):
        config = call.config
        if config not in self.structs:  # a copy or a repack, of as many elements as its last argument says
            channels = self.types[call.types[0]][1]
            positions = int(config) // channels if config.isdigit() else 1
            return Module(self.name_of(call.function, call), positions + 2, positions, area(ff=10 * channels, lut=20 * channels), True)
        struct = self.structs[config]
        number = re.search(r"config(\d+)", config)[1]
        if config + "_1" in self.structs:  # recurrent: both matrices
            children = [matrix(f"{self.dense_kernel(self.structs[f'{config}_{i}'])}_{config}_{i}", self.structs[f"{config}_{i}"]) for i in (1, 2)]
            slowest = max(child.interval for child in children)
            inner = Module(self.name_of(call.function.replace("stack", "static"), call), slowest + 9, slowest + 9,
                           summed([child.area for child in children] + [area(ff=300, lut=400)]), False, children)
            cycles = struct["n_sequence"] * (slowest + 12) + 3
            own = area(bram=2, ff=400, lut=500)
            return Module(self.name_of(call.function, call), cycles, cycles, summed([inner.area, own]), False, [inner])
        if config + "_mult" in self.structs:
            child = matrix(f"{self.dense_kernel(self.structs[config + '_mult'])}_config{number}_mult_s", self.structs[config + "_mult"])
            positions = struct.get("out_height", 1) * struct["out_width"]
            cycles = positions * (child.interval + 3) + 4
            return Module(self.name_of(call.function, call), cycles, cycles, summed([child.area, area(ff=40, lut=60)]), False, [child])
        if call.function == "dense":
            if self.stream:
                child = matrix(f"{self.dense_kernel(struct)}_config{number}_s", struct)
                return Module(self.name_of("dense", call), child.latency + 2, child.interval + 2, child.area, False, [child])
            return matrix(self.name_of(self.dense_kernel(struct), call), struct)
        channels = self.types[call.types[-1]][1]
        positions = struct.get("out_height", 1) * struct.get("out_width", max(1, struct.get("n_in", 1) // channels))
        positions = positions if self.stream else 1
        return Module(self.name_of(call.function, call), positions + 2, positions, area(ff=10 * channels, lut=20 * channels), True)

    def dense_kernel(self, struct):
        if "latency" in str(struct.get("strategy", "")).lower():
            return "dense_latency_wrapper" if self.stream else "dense_latency"
        leq = struct["reuse_factor"] <= struct["n_in"]
        return "dense_resource_rf_leq_nin" if leq else "dense_resource_rf_gt_nin_rem0"

    def fifo_area(self, fifo):
        _, depth, width = fifo
        return area(bram=-(-depth * width // 18432) if depth * width >= 1024 else 0, ff=2 * width, lut=0 if self.vitis else 3 * width)

    def instance(self, module, index):
        stem = re.sub(r"_s$", "", module.name)
        return f"{stem}_U0" if self.stream and module in self.modules else f"grp_{module.name}_fu_{120 + 7 * index}"

    def available(self):
        return dict(zip(RESOURCES, next((AVAILABLE[key] for key in AVAILABLE if self.part.startswith(key)), AVAILABLE["xczu7ev"])))


# ---- the reports

def table(indent, header_rows, bodies):
    """Rows between rules; names to the left, figures to the right. A header row of (cell, span) has merged cells."""
    columns = len(header_rows[-1])
    left = [name in ("Name", "Instance", "Module", "Clock") for name in header_rows[-1]]
    rows = [row for body in bodies for row in body] + [row for row in header_rows if not isinstance(row[0], tuple)]
    width = [max(len(str(row[i])) for row in rows) + 2 for i in range(columns)]
    rule = indent + "+" + "+".join("-" * w for w in width) + "+\n"
    text = rule
    for row in header_rows:
        if not isinstance(row[0], tuple):
            text += indent + "|" + "|".join(str(cell).center(w) for cell, w in zip(row, width)) + "|\n"
            continue
        cells, at = [], 0
        for cell, span in row:
            cells.append(cell.center(sum(width[at:at + span]) + span - 1))
            at += span
        text += indent + "|" + "|".join(cells) + "|\n"
    text += rule
    for body in bodies:
        for row in body:
            cells = [str(cell).ljust(w) if is_left else str(cell).rjust(w) for cell, w, is_left in zip(row, width, left)]
            text += indent + "|" + "|".join(cells) + "|\n"
        text += rule
    return text


def title(words):
    return f"\n\n{'=' * 64}\n== {words}\n{'=' * 64}\n"


def absolute(cycles, clock_ns):
    ns = cycles * clock_ns
    return f"{ns / 1000:.3f} us" if ns >= 1000 else f"{ns:.3f} ns"


def kind_of(design, module):
    if module.name == design.top and design.stream:
        return "dataflow"
    return {(True, True): "yes", (True, False): "no", (False, True): "function", (False, False): "none"}[design.vitis, module.pipelined]


def latency_cells(design, module):
    cycles = [module.latency, module.latency]
    if design.tool != "2019.1":
        cycles += [absolute(module.latency, design.clock_ns)] * 2
    return cycles + [module.interval] * 2 + [kind_of(design, module)]


def rpt(design, module):
    units = design.tool != "2019.1"
    product_name = "Vitis HLS" if design.vitis else "Vivado HLS"
    dsp = "DSP" if design.vitis else "DSP48E"
    period = lambda ns: f"{ns:.2f} ns" if units else f"{ns:.2f}"
    text = title(f"{product_name} Report for '{module.name}'") + (
        f"* Date:           Thu Jan  1 00:00:00 1970\n\n* Version:        {design.tool} (Build {BUILDS[design.tool]})\n"
        f"* Project:        {design.top}_prj\n* Solution:       solution1{' (Vivado IP Flow Target)' if design.vitis else ''}\n"
        f"* Product family: stand-in\n* Target device:  {design.part}\n")
    text += title("Performance Estimates")
    text += f"+ Timing{': ' if units else ' (ns): '}\n    * Summary: \n" + table("    ", [["Clock", "Target", "Estimated", "Uncertainty"]], [[[
        "ap_clk", period(design.clock_ns), period(0.8 * design.clock_ns), period(0.125 * design.clock_ns)]]])
    spans = [("Latency (cycles)" if units else "Latency", 2)] + ([("Latency (absolute)", 2)] if units else []) + [("Interval", 2), ("Pipeline", 1)]
    names = ["min", "max"] * (len(spans) - 1) + ["Type"]
    text += f"\n+ Latency{': ' if units else ' (clock cycles): '}\n    * Summary: \n" + table("    ", [spans, names], [[latency_cells(design, module)]])
    text += "\n    + Detail: \n        * Instance: \n"
    instances = [(design.instance(child, i), child) for i, child in enumerate(module.children)]
    if instances:
        text += table("        ", [[("", 1), ("", 1)] + spans, ["Instance", "Module"] + names],
                      [[[name, child.name] + latency_cells(design, child) for name, child in instances]])
    else:
        text += "        N/A\n"
    text += "\n        * Loop: \n        N/A\n\n"

    fifos = design.fifos if module.name == design.top else []
    fifo_areas = [design.fifo_area(fifo) for fifo in fifos]
    inside = summed([child.area for child in module.children] + [area()])
    in_fifos = summed(fifo_areas + [area()])
    # What is neither in an instance nor in a FIFO: logic, registers, memories and multipliers of its own.
    own = {key: module.area[key] - inside[key] - in_fifos[key] for key in RESOURCES}
    cells = lambda values: [values[key] for key in RESOURCES]
    dashes = lambda **known: [known.get(key, "-") for key in RESOURCES]
    text += title("Utilization Estimates") + "* Summary: \n" + table("", [["Name", "BRAM_18K", dsp, "FF", "LUT", "URAM"]], [
        [["DSP"] + dashes(DSP=own["DSP"] or "-"), ["Expression"] + dashes(FF=0, LUT=own["LUT"]),
         ["FIFO"] + (cells(in_fifos)[:1] + ["-"] + cells(in_fifos)[2:4] + ["-"] if fifos else dashes()),
         ["Instance"] + (cells(inside) if instances else dashes()), ["Memory"] + dashes(BRAM_18K=own["BRAM_18K"] or "-"),
         ["Multiplexer"] + dashes(), ["Register"] + dashes(FF=own["FF"])],
        [["Total"] + cells(module.area)], [["Available"] + cells(design.available())],
        [["Utilization (%)"] + [("~0" if 0 < 100 * u < a else 0 if a == 0 else 100 * u // a) for u, a in zip(cells(module.area), cells(design.available()))]]])
    text += "\n+ Detail: \n    * Instance: \n"
    if instances:
        text += table("    ", [["Instance", "Module", "BRAM_18K", dsp, "FF", "LUT", "URAM"]], [
            sorted([name, child.name] + cells(child.area) for name, child in instances), [["Total", ""] + cells(inside)]])
    else:
        text += "    N/A\n"
    text += f"\n    * {dsp}: \n    N/A\n\n    * Memory: \n    N/A\n\n    * FIFO: \n"
    if fifos:
        rows = []
        for (name, depth, width), used in zip(fifos, fifo_areas):
            element = f"{name}_U" if design.vitis else f"{name}_V_data_0_V_U"
            rows.append([element, used["BRAM_18K"], used["FF"], used["LUT"], "-", depth, width, depth * width])
        total = ["Total", in_fifos["BRAM_18K"], in_fifos["FF"], in_fifos["LUT"], 0] + [sum(row[i] for row in rows) for i in (5, 6, 7)]
        text += table("    ", [["Name", "BRAM_18K", "FF", "LUT", "URAM", "Depth", "Bits", "Size:D*B"]], [rows, [total]])
    else:
        text += "    N/A\n"
    text += "\n    * Expression: \n    N/A\n\n    * Multiplexer: \n    N/A\n\n    * Register: \n    N/A\n\n\n\n"
    ports = [[port, direction, 1, "ap_ctrl_hs", module.name, "return value"]
             for port, direction in (("ap_clk", "in"), ("ap_rst", "in"), ("ap_start", "in"), ("ap_done", "out"), ("ap_idle", "out"))]
    return text + title("Interface") + "* Summary: \n" + table(
        "", [["RTL Ports", "Dir", "Bits", "Protocol", "Source Object", "C Type"]], [ports]) + "\n"


def element(name, content, depth=0):
    """XML of (name, text) or (name, [children])."""
    pad = "    " * depth
    tag = name.split()[0]
    if isinstance(content, list):
        return f"{pad}<{name}>\n" + "".join(element(*child, depth + 1) for child in content) + f"{pad}</{tag}>\n"
    return f"{pad}<{name}>{escape(str(content))}</{tag}>\n"


def profile(design, module, more=()):
    dsp = "DSP" if design.vitis else "DSP48E"
    resources = lambda values: [(dsp if key == "DSP" else key, values[key]) for key in RESOURCES]
    kind = kind_of(design, module)
    throughput = "DataflowPipelineThroughput" if kind == "dataflow" else "PipelineInitiationInterval"
    return element("profile", [
        ("ReportVersion", [("Version", design.tool)]),
        ("UserAssignments", [("unit", "ns"), ("ProductFamily", "stand-in"), ("Part", design.part), ("TopModelName", module.name),
                             ("TargetClockPeriod", f"{design.clock_ns:.2f}"), ("ClockUncertainty", f"{0.125 * design.clock_ns:.2f}")]),
        ("PerformanceEstimates", [
            ("PipelineType", kind),
            ("SummaryOfTimingAnalysis", [("unit", "ns"), ("EstimatedClockPeriod", f"{0.8 * design.clock_ns:.3f}")]),
            ("SummaryOfOverallLatency", [
                ("unit", "clock cycles"), ("Best-caseLatency", module.latency), ("Average-caseLatency", module.latency),
                ("Worst-caseLatency", module.latency), (throughput, module.interval), ("Interval-min", module.interval),
                ("Interval-max", module.interval)])]),
        ("AreaEstimates", [("Resources", resources(module.area)), ("AvailableResources", resources(design.available()))]),
        *more])


def hierarchy(design):
    def instance(module, index):
        inner = [("Instance", instance(child, i)) for i, child in enumerate(module.children)]
        return [("InstName", design.instance(module, index)), ("ModuleName", module.name), ("IsCompInst", "true"),
                ("ID", 120 + 7 * index)] + ([("InstancesList", inner)] if inner else [])

    information = []
    for module in walk(design.module):
        used = []
        for key in RESOURCES:
            short = "BRAM" if key == "BRAM_18K" else key
            used += [(key, module.area[key]), (f"AVAIL_{short}", design.available()[key]), (f"UTIL_{short}", "~0")]
        information.append(("Module", [
            ("Name", module.name),
            ("PerformanceEstimates", [
                ("SummaryOfTimingAnalysis", [("TargetClockPeriod", f"{design.clock_ns:.2f}"), ("EstimatedClockPeriod", f"{0.8 * design.clock_ns:.3f}")]),
                ("SummaryOfOverallLatency", [
                    ("Best-caseLatency", module.latency), ("Average-caseLatency", module.latency), ("Worst-caseLatency", module.latency),
                    ("PipelineInitiationInterval", module.interval), ("PipelineType", kind_of(design, module))])]),
            ("AreaEstimates", [("Resources", used)])]))
    instances = [("Instance", instance(child, i)) for i, child in enumerate(design.modules)]
    return [("RTLDesignHierarchy", [("TopModule", [("ModuleName", design.top), ("InstancesList", instances)])]), ("ModuleInformation", information)]


def walk(module):
    yield module
    for child in module.children:
        yield from walk(child)


def synthesise(project, tool):
    design = Design(project, tool)
    reports = project / f"{design.top}_prj" / "solution1" / "syn" / "report"
    reports.mkdir(parents=True, exist_ok=True)
    for module in walk(design.module):
        (reports / f"{module.name}_csynth.rpt").write_text(rpt(design, module))
        (reports / f"{module.name}_csynth.xml").write_text(profile(design, module))
    (reports / "csynth.xml").write_text(profile(design, design.module, hierarchy(design) if design.vitis else ()))
    application = "hls.app" if design.vitis else "vivado_hls.app"
    (project / f"{design.top}_prj" / application).write_text(
        f'<project xmlns="com.autoesl.autopilot.project" name="{design.top}_prj" top="{design.top}">\n'
        '    <solutions>\n        <solution name="solution1" status="active"/>\n    </solutions>\n</project>\n')
    return design


# ---- a job without hls4ml

def legal_reuse(asked, n_in, n_out):
    """hls4ml's choice for Resource: the nearest legal factor, the smaller of two."""
    divisors = lambda n: [d for d in range(1, n + 1) if n % d == 0]
    return min(sorted({*divisors(n_in), *(n_in * d for d in divisors(n_out))}), key=lambda r: abs(r - asked))


def settings_of(text):
    """Of hls4ml.yml as ntorc writes it: the keys at the top, and the reuse factor and strategy of each layer."""
    top = {key: value.strip('"') for key, value in re.findall(r"^ {0,4}(\w+): (\S.*)$", text, re.M)}
    layers, layer = {}, None
    for line in text.partition("LayerName:\n")[2].splitlines():
        if name := re.fullmatch(r'    "?(.+?)"?:', line):
            layer = layers.setdefault(name[1], {})
        elif entry := re.fullmatch(r"      (\w+): (\S+)", line):
            layer[entry[1]] = entry[2].strip('"')
    return top, layers


class Firmware:
    """defines.h, parameters.h and the top function, for the layers that a sweep uses."""

    def __init__(self, top, layers):
        self.top, self.layers = top, layers
        self.types, self.structs, self.streams, self.calls = [], [], [], []
        self.number = 1
        self.shape, self.kind, self.stream = None, "input_t", None

    def emit(self, function, number, name, struct, shape, config=None, weights=0, kind=None):
        kind = kind or f"layer{number}_t"
        self.types.append(f"typedef nnet::array<{self.top['Precision']}, {shape[-1]}*1> {kind};")
        steps = math.prod(shape[:-1])
        out = f"layer{number}_out"
        self.streams.append(f'    hls::stream<{kind}> {out}("{out}");\n    #pragma HLS STREAM variable={out} depth={steps}\n')
        arguments = [self.stream, out] + [f"w{number}", f"b{number}", f"wr{number}", f"br{number}"][:weights]
        self.calls.append(f"    nnet::{function}<{self.kind}, {kind}, {config or f'config{number}'}>({', '.join(arguments)}); // {name}\n")
        self.structs.append(f"// {name}\n{struct}")
        self.shape, self.kind, self.stream = shape, kind, out

    def struct(self, name, base, types="", **fields):
        body = "".join(f"    static const unsigned {key} = {value};\n" for key, value in fields.items()) + types
        return f"struct {name} : nnet::{base} {{\n{body}}};\n\n"

    def matrix(self, name, layer, n_in, n_out):
        said = self.layers.get(layer, {})
        strategy = said.get("Strategy", self.top.get("Strategy", "Latency")).lower()
        asked = int(said.get("ReuseFactor", self.top.get("ReuseFactor", 1)))
        reuse = asked if strategy == "latency" else legal_reuse(asked, n_in, n_out)
        kind = ("recurrent_weight" if name.endswith("_2") else "weight") + re.search(r"\d+", name)[0] + "_t"
        self.types.append(f"typedef {self.top['Precision']} {kind};")
        return self.struct(name, "dense_config", f"    typedef {kind} weight_t;\n", n_in=n_in, n_out=n_out,
                           strategy=f"nnet::{strategy}", reuse_factor=reuse)

    def activation(self, name, word):
        if word in (None, "linear"):
            return
        self.number += 1
        config = f"{word}_config{self.number}"
        struct = self.struct(config, "activ_config", n_in=math.prod(self.shape), table_size=1024, reuse_factor=1)
        self.emit(word, self.number, f"{name}_{word}", struct, self.shape, config)

    def add(self, keras):
        kind, config = keras["class_name"], keras["config"]
        name = config["name"]
        if kind == "InputLayer":
            self.shape = config.get("batch_input_shape", config.get("batch_shape"))[1:]
            self.types.append(f"typedef nnet::array<{self.top['Precision']}, {self.shape[-1]}*1> input_t;")
            self.stream = name
            return
        if kind == "Flatten":
            self.number += 1  # hls4ml's reshape; in a stream the elements just come one after the other
            self.shape = [math.prod(self.shape)]
            return
        self.number += 1
        number = self.number
        if kind == "Dense":
            units = config["units"]
            self.emit("dense", number, name, self.matrix(f"config{number}", name, self.shape[-1], units), self.shape[:-1] + [units], weights=2)
        elif kind == "Conv1D":
            filters, width, steps = config["filters"], config["kernel_size"][0], self.shape[0]
            if config["padding"] == "same" and width > 1:
                padding = 100 + number  # hls4ml numbers what it inserts after all others
                struct = self.struct(f"config{padding}", "padding1d_config", in_width=steps, n_chan=self.shape[1], out_width=steps + width - 1)
                self.emit("zeropad1d_cl", padding, f"zp1d_{name}", struct, [steps + width - 1, self.shape[1]])
            out = self.shape[0] - width + 1
            struct = self.matrix(f"config{number}_mult", name, width * self.shape[1], filters) + self.struct(
                f"config{number}", "conv1d_config", in_width=self.shape[0], n_chan=self.shape[1], filt_width=width, n_filt=filters, out_width=out)
            self.emit("conv_1d_cl" if width > 1 else "pointwise_conv_1d_cl", number, name, struct, [out, filters], weights=2)
        elif kind in ("LSTM", "GRU"):
            units, gates = config["units"], 4 if kind == "LSTM" else 3
            steps, features = self.shape
            struct = (self.matrix(f"config{number}_1", name, features, gates * units) + self.matrix(f"config{number}_2", name, units, gates * units) +
                      self.struct(f"config{number}", f"{kind.lower()}_config", n_in=features, n_out=units, n_state=units, n_sequence=steps,
                                  n_sequence_out=steps if config["return_sequences"] else 1))
            self.emit(f"{kind.lower()}_stack", number, name, struct, [steps, units] if config["return_sequences"] else [units], weights=4)
            return  # their activations are inside
        elif kind == "MaxPooling1D":
            out = self.shape[0] // config["pool_size"][0]
            struct = self.struct(f"config{number}", "pooling1d_config", n_in=self.shape[0], n_out=out, n_filt=self.shape[1], out_width=out)
            self.emit("pooling1d_cl", number, name, struct, [out, self.shape[1]])
        else:
            raise SystemExit(f"model.json: {kind}: the stand-in knows InputLayer, Dense, Conv1D, LSTM, GRU, MaxPooling1D and Flatten")
        self.activation(name, config.get("activation"))

    def write(self, project):
        firmware = project / "firmware"
        firmware.mkdir(parents=True, exist_ok=True)
        top = self.top["ProjectName"]
        # The result goes to the port: it has no stream inside, and the type result_t.
        calls, kind = "\n".join(self.calls), self.kind
        (firmware / "defines.h").write_text("#ifndef DEFINES_H_\n#define DEFINES_H_\n\n" + "\n".join(self.types).replace(f" {kind};", " result_t;") + "\n\n#endif\n")
        (firmware / "parameters.h").write_text(
            "#ifndef PARAMETERS_H_\n#define PARAMETERS_H_\n\n// hls-fpga-machine-learning insert layer-config\n" + "".join(self.structs) + "#endif\n")
        (firmware / f"{top}.cpp").write_text(
            f'#include "{top}.h"\n#include "parameters.h"\n\nvoid {top}(\n    hls::stream<input_t> &input,\n    hls::stream<result_t> &{self.stream}\n) {{\n'
            f"    #pragma HLS DATAFLOW\n\n    // hls-fpga-machine-learning insert layers\n\n" + "\n".join(self.streams[:-1]) + "\n" +
            re.sub(rf"\b{kind}\b", "result_t", calls) + "}\n")
        backend = self.top["Backend"].lower()
        (project / "project.tcl").write_text("".join(f"variable {key}\nset {key} {value}\n" for key, value in (
            ("project_name", f'"{top}"'), ("backend", f'"{backend}"'), ("part", f'"{self.top["Part"]}"'), ("clock_period", self.top["ClockPeriod"]))))


def make_job(folder, tool):
    top, layers = settings_of((folder / "hls4ml.yml").read_text())
    firmware = Firmware(top, layers)
    for keras in json.loads((folder / "model.json").read_text())["config"]["layers"]:
        firmware.add(keras)
    project = folder / top["OutputDir"]
    firmware.write(project)
    synthesise(project, tool or ("2024.1" if top["Backend"] == "Vitis" else "2019.1"))


# ---- the command lines

def make_links(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name in DEFAULT_TOOL:
        link = folder / name
        link.write_text(f"#!/bin/sh\n# Not {name}: a stand-in for tests.\nexec {shlex.quote(sys.executable)} {shlex.quote(os.path.abspath(__file__))} as {name} -- \"$@\"\n")
        link.chmod(link.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


def exercise(options):
    """Takes the time and the memory that were asked for, then fails if that was."""
    held = bytearray(b"\1") * (options.memory << 20) if options.memory else None
    time.sleep(options.sleep)
    del held
    if options.fail:
        print("ERROR: [HLS 200-70] the stand-in was told to fail", file=sys.stderr)
        raise SystemExit(options.fail)


def main():
    parser = argparse.ArgumentParser(description="A stand-in for Vivado HLS and Vitis HLS in tests: no synthesis happens.")
    parser.add_argument("--tool", choices=sorted(BUILDS), help="the tool to imitate")
    parser.add_argument("--sleep", type=float, default=0, metavar="SECONDS")
    parser.add_argument("--memory", type=int, default=0, metavar="MIB", help="to hold while it sleeps")
    parser.add_argument("--fail", type=int, default=0, metavar="EXIT_CODE", help="write no report")
    parser.add_argument("mode", choices=["links", "synth", "job", "as"])
    parser.add_argument("rest", nargs=argparse.REMAINDER)
    options = parser.parse_args(shlex.split(os.environ.get("NTORC_STAND_IN", "")) + sys.argv[1:])
    where = Path(options.rest[0]) if options.rest and options.mode != "as" else Path(".")
    if options.mode == "links":
        make_links(where)
        return
    exercise(options)
    if options.mode == "job":
        make_job(where, options.tool)
        return
    tool = options.tool or (DEFAULT_TOOL[options.rest[0]] if options.mode == "as" else "2024.1")
    design = synthesise(where, tool)
    print(f"stand-in for {'Vitis' if design.vitis else 'Vivado'} HLS {tool}: wrote reports of {design.top}; nothing was synthesised")


if __name__ == "__main__":
    main()
