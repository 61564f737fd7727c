#!/usr/bin/env python3
"""Reads the same projects with `ntorc-train collect` and with hls4ml's own reader: compare_collect.py BUILD_DIR [PROJECTS]

Run it with the Python of an environment that has hls4ml (tests/interop/run.sh makes one). hls4ml.report.parse_vivado_report reads the
top's totals, one project at a time; collect reads every layer. Both read what benchmarks/measure_collect.cpp writes, in turns, three
times; the least time counts. Prints the figures of docs/guides/collecting.md.
"""

import contextlib
import io
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Callable

os.environ.update(CUDA_VISIBLE_DEVICES="", TF_CPP_MIN_LOG_LEVEL="3")
from hls4ml.report.vivado_report import parse_vivado_report  # noqa: E402

ROUNDS = 3


def processor_seconds() -> float:
    """Of this process and of the children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def timed(action: Callable[[], None]) -> tuple[float, float]:
    """Seconds by the clock and of the processor."""
    begin, begin_processor = time.perf_counter(), processor_seconds()
    action()
    return time.perf_counter() - begin, processor_seconds() - begin_processor


def read_with_hls4ml(projects: list[Path]) -> None:
    for project in projects:
        with contextlib.redirect_stdout(io.StringIO()):
            report = parse_vivado_report(str(project))
        if "LUT" not in report["CSynthesisReport"]:
            raise SystemExit(f"{project}: hls4ml read nothing")


def read_with_collect(build: Path, folder: Path, out: Path, threads: int) -> None:
    subprocess.run([build / "apps/ntorc-train", "--quiet", "collect", folder, "--threads", str(threads), "--out", out], check=True)


def main() -> None:
    build = Path(sys.argv[1]).resolve()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "projects"
        subprocess.run([build / "benchmarks/measure_collect", str(count), folder], check=True, stdout=subprocess.DEVNULL)
        projects = sorted(folder.glob("*/*"))
        out = Path(temporary) / "data.csv"
        actions: dict[str, Callable[[], None]] = {
            "hls4ml": lambda: read_with_hls4ml(projects),
            "collect, 1 thread": lambda: read_with_collect(build, folder, out, 1),
            "collect, 2 threads": lambda: read_with_collect(build, folder, out, 2),
        }
        least = {name: (float("inf"), float("inf")) for name in actions}
        for _ in range(ROUNDS):
            for name, action in actions.items():
                least[name] = tuple(map(min, least[name], timed(action)))
        rows = out.read_text().count("\n") - 1
        print(f"{len(projects)} projects; collect gives {rows} rows, hls4ml {len(projects)} totals")
        for name, (clock, processor) in least.items():
            print(f"{name:20} {clock:7.2f} s by the clock ({least['hls4ml'][0] / clock:5.2f} x), {processor:7.2f} s of the processor, "
                  f"{1000 * processor / len(projects):.2f} ms a project")


if __name__ == "__main__":
    main()
