#!/usr/bin/env python3
"""Prints the tables of docs/dropbear.md from what run.sh measured: tables.py FOLDER"""

import csv
import statistics
import sys
from pathlib import Path


def read(file: Path) -> list[dict[str, str]]:
    with file.open() as lines:
        return list(csv.DictReader(lines))


def by_network(rows: list[dict[str, str]], column: str) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for row in rows:
        found.setdefault(row["network"], []).append(float(row[column]))
    return found


def mean_and_deviation(values: list[float]) -> str:
    return f"{statistics.mean(values):.4f} ± {statistics.stdev(values):.4f}" if len(values) > 1 else f"{values[0]:.4f}"


RETRAINED = {  # file, column of the error, title
    "ntorc_paper": ("error", "N-TORC's recipe, shuffled windows"),
    "recipe": ("error", "better recipe, shuffled windows"),
    "strict_ntorc": ("error", "N-TORC's recipe, whole runs"),
    "strict_recipe": ("error", "better recipe, whole runs"),
}


def print_retrained(tables: dict[str, list[dict[str, str]]]) -> None:
    print("| network | multiplies (256 / 1 outputs) | paper | " + " | ".join(RETRAINED[name][1] for name in tables) + " |")
    print("|---|---|---|" + "---|" * len(tables))
    errors = {name: by_network(rows, RETRAINED[name][0]) for name, rows in tables.items()}
    counts = [by_network(rows, "multiplies") for rows in tables.values()]
    published = by_network(next(iter(tables.values())), "published_rmse")
    for network, (paper, *_) in published.items():
        exact = sorted({int(count[network][0]) for count in counts if network in count}, reverse=True)
        cells = [mean_and_deviation(errors[name][network]) if network in errors[name] else "" for name in tables]
        print(f"| {network} | {' / '.join(f'{count:,}' for count in exact)} | {paper:.4f} | " + " | ".join(cells) + " |")
    print()


def print_dominance(peers: list[dict[str, str]], trials: list[dict[str, str]], column: str, title: str) -> None:
    """For each peer the network of the front that costs no more and has the least error."""
    front = [(float(row["cost"]), float(row["error"]), row) for row in trials if row["on_front"] == "yes"]
    costs, errors = by_network(peers, column), by_network(peers, "error")
    beaten = 0
    print(f"| N-TORC's network | {title} | error | searched network | {title} | error | of the peer's error |")
    print("|---|---|---|---|---|---|---|")
    for network in costs:
        cost, error = costs[network][0], statistics.mean(errors[network])
        within = [member for member in front if member[0] <= cost]
        if not within:
            print(f"| {network} | {cost:,.0f} | {mean_and_deviation(errors[network])} | none as cheap | | | |")
            continue
        best_cost, best_error, row = min(within, key=lambda member: member[1])
        beaten += best_error < error
        deviation = f" ± {float(row['deviation']):.4f}" if row["deviation"] else ""
        print(f"| {network} | {cost:,.0f} | {mean_and_deviation(errors[network])} | trial {row['trial']} | {best_cost:,.0f} | "
              f"{best_error:.4f}{deviation} | {100 * best_error / error:.0f} % |")
    print(f"\n{beaten} of {len(costs)} are beaten in error by a network that costs no more.\n")


def main() -> None:
    folder = Path(sys.argv[1])
    tables = {name: read(folder / f"{name}.csv") for name in RETRAINED if (folder / f"{name}.csv").exists()}
    print("## Table III, trained again\n")
    print_retrained(tables)
    for name, column, title in [("search_multiplies", "multiplies_one_output", "multiplies"), ("search_lut", "lut", "LUT")]:
        file = folder / f"{name}.csv"
        if not file.exists():
            continue
        for peers in ["strict_recipe", "strict_ntorc"]:
            if peers in tables:
                print(f"## {title}: searched, against Table III by {RETRAINED[peers][1]}\n")
                print_dominance(tables[peers], read(file), column, title)


main()
