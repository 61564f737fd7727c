#!/usr/bin/env python3
"""How long a whole process takes, from its start to its end: time_process.py [--runs N] [--drop-caches] COMMAND ARGUMENT...

Prints median and worst of N fresh processes. --drop-caches (as root) has Linux forget all files before each run, so that the
program and every library are read from the disk again.
"""

import argparse
import statistics
import subprocess
import time


def seconds(command: list[str], drop_caches: bool) -> float:
    if drop_caches:
        subprocess.run(["sync"], check=True)
        with open("/proc/sys/vm/drop_caches", "w") as switch:
            switch.write("3")
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--drop-caches", action="store_true")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    args = parser.parse_args()
    times = [1e3 * seconds(args.command, args.drop_caches) for _ in range(args.runs)]
    print(f"{args.runs} processes: median {statistics.median(times):.1f} ms, worst {max(times):.1f} ms")


if __name__ == "__main__":
    main()
