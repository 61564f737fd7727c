#!/usr/bin/env bash
# From nothing to an hls4ml configuration: installs Debian packages, builds, plans a real network, shows the result and writes it,
# with a report.
# On a fresh Debian 12, as root: bash examples/quickstart.sh
set -euo pipefail
cd "$(dirname "$0")/.."

bash cmake/install-debian-packages.sh
cmake --preset release >/dev/null
cmake --build --preset release --target ntorc-opt ntorc-emit

out=build/quickstart
mkdir -p "$out"
run() {
  echo
  echo "\$ $*"
  "$@"
}
export PATH="$PWD/build/release/apps:$PATH"
run ntorc-opt examples/dropbear_like.json --show network
run ntorc-opt examples/dropbear_like.json --latency 200us --out "$out/plan.json"
run ntorc-emit "$out/plan.json" --to table
run ntorc-emit "$out/plan.json" --to html --out "$out/report.html"
run ntorc-emit "$out/plan.json" --to hls4ml --out "$out/myproject.yaml"
run cat "$out/myproject.yaml"
