#!/usr/bin/env python3
"""Reads the same projects with `ntorc-train collect` and with hls4ml's own reader: compare_collect.py BUILD_DIR [PROJECTS]

Run it with the Python of an environment that has hls4ml (tests/interop/run.sh makes one). hls4ml.report.parse_vivado_report reads the
top's totals, one project at a time; collect reads every layer. Both read what benchmarks/collect_benchmark.cpp writes, in turns, three
times; the least time counts. Prints the figures of docs/guides/collecting.md.
"""

import contextlib
import io
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.update(CUDA_VISIBLE_DEVICES="", TF_CPP_MIN_LOG_LEVEL="3")
from hls4ml.report.vivado_report import parse_vivado_report  # noqa: E402

ROUNDS = 3


def read_with_hls4ml(projects: list[Path]) -> float:
    begin = time.perf_counter()
    for project in projects:
        with contextlib.redirect_stdout(io.StringIO()):
            report = parse_vivado_report(str(project))
        if "LUT" not in report["CSynthesisReport"]:
            raise SystemExit(f"{project}: hls4ml read nothing")
    return time.perf_counter() - begin


def read_with_collect(build: Path, folder: Path, out: Path, threads: int) -> float:
    begin = time.perf_counter()
    subprocess.run([build / "apps/ntorc-train", "--quiet", "collect", folder, "--threads", str(threads), "--out", out], check=True)
    return time.perf_counter() - begin


def main() -> None:
    build = Path(sys.argv[1]).resolve()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "projects"
        subprocess.run([build / "benchmarks/collect_benchmark", str(count), folder], check=True, stdout=subprocess.DEVNULL)
        projects = sorted(folder.glob("*/*"))
        out = Path(temporary) / "data.csv"
        least = {"hls4ml": float("inf"), "collect, 1 thread": float("inf"), "collect, 2 threads": float("inf")}
        for _ in range(ROUNDS):
            least["hls4ml"] = min(least["hls4ml"], read_with_hls4ml(projects))
            for threads, name in ((1, "collect, 1 thread"), (2, "collect, 2 threads")):
                least[name] = min(least[name], read_with_collect(build, folder, out, threads))
        rows = out.read_text().count("\n") - 1
        print(f"{len(projects)} projects; collect gives {rows} rows, hls4ml {len(projects)} totals")
        for name, seconds in least.items():
            print(f"{name:20} {seconds:8.2f} s {len(projects) / seconds:8.0f} projects/s {least['hls4ml'] / seconds:6.2f} x")


if __name__ == "__main__":
    main()
