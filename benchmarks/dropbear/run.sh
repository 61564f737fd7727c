#!/usr/bin/env bash
# The experiments of docs/dropbear.md, on the DROPBEAR runs beside the repository: bash benchmarks/dropbear/run.sh BUILD_DIR OUT_DIR
# Some three hours of one core. What is done is not done again; searches go on where they were stopped.
set -euo pipefail

[[ $# == 2 ]] || { echo "usage: run.sh BUILD_DIR OUT_DIR" >&2; exit 2; }
build=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
workers=$(nproc)

retrain() {  # NAME CONFIG [OPTION...]
  local name=$1 config=$2
  shift 2
  [[ -s $out/$name.csv ]] && return
  "$build/benchmarks/retrain" "$here/$config.yaml" --workers "$workers" "$@" >"$out/$name.part"
  mv "$out/$name.part" "$out/$name.csv"
}

# ---- Table III. A seed is of the split, the first weights and the order, as when N-TORC is run anew; whole runs are the same for all.
retrain ntorc_paper ntorc_paper --split-by-seed
retrain recipe recipe --split-by-seed
retrain strict_recipe strict_recipe
# ---- The searches, then both sides again, by runs and seeds that chose nothing.
retrain judge_published judge --first-seed 11
for cost in multiplies lut; do
  "$build/apps/ntorc-search" "$here/search_$cost.yaml" --out "$out/search_$cost" --workers "$workers" >"$out/search_$cost.txt"
  retrain "judge_$cost" judge --first-seed 11 --front "$out/search_$cost"
done
python3 "$here/tables.py" "$out"
