#!/usr/bin/env bash
# From nothing to an hls4ml configuration: installs Debian packages, builds, plans a real network, shows and writes the result.
# On a fresh Debian 12, as root: bash examples/quickstart.sh
set -euo pipefail
cd "$(dirname "$0")/.."

bash cmake/install-debian-packages.sh
cmake --preset release -DNTORC_BUILD_TESTS=OFF -DNTORC_BUILD_BENCHMARKS=OFF -DNTORC_BUILD_EXAMPLES=OFF -B build/quickstart >/dev/null
cmake --build build/quickstart

apps=build/quickstart/apps
out=build/quickstart/out
mkdir -p "$out"
run() {
  echo
  echo "\$ $*"
  "$@"
}
export PATH="$PWD/$apps:$PATH"
run ntorc-opt examples/dropbear_like.json --show network
run ntorc-opt examples/dropbear_like.json --latency 200us --out "$out/plan.json"
run ntorc-emit "$out/plan.json" --to table
run ntorc-emit "$out/plan.json" --to hls4ml --keras-model examples/dropbear_like.keras --out "$out/myproject.yaml"
run cat "$out/myproject.yaml"
