#!/usr/bin/env python3
"""Prints the tables of docs/dropbear.md from what run.sh measured: tables.py FOLDER"""

import csv
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

RETRAINED = {  # file: title
    "ntorc_paper": "N-TORC's recipe, shuffled windows",
    "recipe": "better recipe, shuffled windows",
    "strict_recipe": "better recipe, whole runs",
}
SEARCHES = [("multiplies", "multiplies", "multiplies_one_output"), ("LUT", "lut", "lut")]  # title, name, column in the tables of trainings


@dataclass
class Network:
    name: str
    cost: float
    error: float  # V, mean over the seeds
    deviation: float
    words: str = ""

    def __str__(self) -> str:
        return f"{self.error:.4f} ± {self.deviation:.4f}"


def read(file: Path) -> list[dict[str, str]]:
    with file.open() as lines:
        return list(csv.DictReader(lines))


def trainings(file: Path, column: str) -> dict[str, Network]:
    """What retrain prints, a network each."""
    by_name: dict[str, list[dict[str, str]]] = {}
    for row in read(file):
        by_name.setdefault(row["network"], []).append(row)
    networks = {}
    for name, rows in by_name.items():
        errors = [float(row["error"]) for row in rows]
        networks[name] = Network(name, float(rows[0][column]), statistics.mean(errors), statistics.stdev(errors))
    return networks


def shortened(network: str) -> str:
    """ "window 304, conv1d.repeat 2, conv1d.size_1 5, ..." as "304; (5, 10), 21/2/3; 5 x 48"."""
    values = dict(setting.rsplit(" ", 1) for setting in network.split(", "))
    filters = ", ".join(values[f"conv1d.size_{i + 1}"] for i in range(int(values["conv1d.repeat"])))
    steps = "/".join(values[key] for key in ["conv1d.kernel", "conv1d.stride", "conv1d.pool"] if key in values)
    dense = f"{values['dense.repeat']} x {values['dense.size']}" if "dense.size" in values else "none"
    return f"{values['window']}; ({filters}), {steps}; {dense}"


def front(folder: Path) -> list[Network]:
    """By ascending cost."""
    members = [
        Network(f"trial_{row['trial']}", float(row["cost"]), float(row["error"]), float(row["deviation"]), shortened(row["network"]))
        for row in read(folder / "trials.csv")
        if row["on_front"] == "yes"
    ]
    return sorted(members, key=lambda member: member.cost)


def print_retrained(folder: Path) -> None:
    print("## Table III, trained again\n")
    print("| network | multiplies, 256 / 1 outputs | paper | " + " | ".join(RETRAINED.values()) + " |")
    print("|---|--:|--:|" + "--:|" * len(RETRAINED))
    tables = {name: trainings(folder / f"{name}.csv", "multiplies") for name in RETRAINED}
    for row in read(folder / "ntorc_paper.csv"):
        if row["seed"] != "1":
            continue
        cells = [str(table[row["network"]]) for table in tables.values()]
        counts = f"{int(row['multiplies']):,} / {int(row['multiplies_one_output']):,}"
        print(f"| {row['network']} | {counts} | {float(row['published_rmse']):.4f} | " + " | ".join(cells) + " |")
    print()


def print_front(members: list[Network], judged: dict[str, Network], cost: str) -> None:
    print(f"## The front of the search by {cost}\n")
    print(f"| {cost} | error, runs that chose | error, runs that chose nothing | trial | window; filters, kernel/stride/pool; dense |")
    print("|--:|--:|--:|--:|---|")
    for member in members:
        print(f"| {member.cost:,.0f} | {member} | {judged[member.name]} | {member.name.split('_')[1]} | {member.words} |")
    print()


def print_against(peers: dict[str, Network], members: list[Network], judged: dict[str, Network], cost: str) -> None:
    """Each peer and the member of the front of least error that costs no more; judged by other runs than it was chosen by."""
    print(f"## Against Table III at no more {cost}: runs that chose nothing\n")
    print(f"| N-TORC's network | {cost} | error | searched: {cost} | error | of the peer's | as good as the peer from |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    beaten = 0
    for peer in peers.values():
        within = [member for member in members if member.cost <= peer.cost]
        as_good = [member.cost for member in members if judged[member.name].error <= peer.error]
        cheapest = f"{min(as_good):,.0f} (1/{peer.cost / min(as_good):.1f})" if as_good else "none"
        start = f"| {peer.name} | {peer.cost:,.0f} | {peer} | "
        if not within:
            print(start + f"none as cheap | | | {cheapest} |")
            continue
        best = judged[min(within, key=lambda member: member.error).name]
        beaten += best.error < peer.error
        print(start + f"{best.cost:,.0f} | {best} | {100 * best.error / peer.error:.0f} % | {cheapest} |")
    print(f"\n{beaten} of {len(peers)} are beaten by a network that costs no more.\n")


def main() -> None:
    folder = Path(sys.argv[1])
    print_retrained(folder)
    for title, cost, column in SEARCHES:
        members = front(folder / f"search_{cost}")
        judged = trainings(folder / f"judge_{cost}.csv", column)
        print_front(members, judged, title)
        print_against(trainings(folder / "judge_published.csv", column), members, judged, title)


main()
