#!/usr/bin/env bash
# Builds every fuzzer and runs each for SECONDS, two at a time: `bash tests/fuzz/run.sh SECONDS [BUILD_DIR]`.
# Needs clang (Debian: clang). Starts from tests/data/fuzz/<name>/ and adds nothing there; what it finds on top lies in
# BUILD_DIR/corpus/<name>/, an input that broke a reader in BUILD_DIR/found/<name>/. Exit code 1 if there is one.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [[ $# -lt 1 || ! $1 =~ ^[1-9][0-9]*$ ]]; then
  echo "usage: tests/fuzz/run.sh SECONDS [BUILD_DIR]" >&2
  exit 2
fi
seconds=$1
build=${2:-build/fuzz}

launcher=()
if command -v ccache >/dev/null; then launcher=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_FLAGS="-O1 -gline-tables-only" -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ \
  -DNTORC_BUILD_FUZZERS=ON -DNTORC_BUILD_TESTS=OFF -DNTORC_BUILD_APPS=OFF "${launcher[@]}" >/dev/null
cmake --build "$build" --target fuzzers

run_one() {
  local name=$1 seconds=$2 build=$3
  mkdir -p "$build/corpus/$name" "$build/found/$name"
  local log=$build/$name.log
  # Half a megabyte an input, ten seconds and two gigabytes: a reader that needs more of one has a fault.
  if "$build/tests/fuzz/ntorc_${name}_fuzzer" -max_total_time="$seconds" -max_len=524288 -timeout=10 -rss_limit_mb=2048 \
    -print_final_stats=1 -artifact_prefix="$build/found/$name/" "$build/corpus/$name" "tests/data/fuzz/$name" \
    >"$log" 2>&1; then
    echo "$name: $(grep -o 'number_of_executed_units: [0-9]*' "$log" | grep -o '[0-9]*$') inputs, none broke the reader"
  else
    echo "$name: an input broke the reader: $(ls "$build/found/$name" | tail -1); see $log" >&2
    return 1
  fi
}
export -f run_one
for fuzzer in "$build"/tests/fuzz/ntorc_*_fuzzer; do
  name=${fuzzer##*/ntorc_}
  echo "${name%_fuzzer}"
done | xargs -P 2 -I {} bash -c 'run_one "$@"' run {} "$seconds" "$build" || exit 1
