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

retrain() {
  local name=$1
  shift
  [[ -s $out/$name.csv ]] && return
  "$build/benchmarks/retrain" "$here/$name.yaml" --seeds 3 --workers "$workers" "$@" >"$out/$name.part"
  mv "$out/$name.part" "$out/$name.csv"
}

retrain ntorc_paper --split-by-seed  # a seed is of the split, the first weights and the order, as when N-TORC is run anew
retrain recipe --split-by-seed
retrain strict_ntorc
retrain strict_recipe
for search in search_multiplies search_lut; do
  "$build/apps/ntorc-search" "$here/$search.yaml" --out "$out/$search" --workers "$workers" >"$out/$search.txt"
  cp "$out/$search/trials.csv" "$out/$search.csv"
done
python3 "$here/tables.py" "$out"
