#!/usr/bin/env bash
# Installs what is needed, builds, and runs every test: on a fresh Debian 12, as root, `bash tests/run.sh`.
# NTORC_SKIP_SLURM=1 leaves out the sweep through a real Slurm, which installs Debian's slurm-wlm and munge and takes a minute and a half;
# NTORC_SKIP_POSTGRESQL=1 leaves out the store's tests on a real PostgreSQL, which install Debian's postgresql;
# NTORC_SKIP_INTEROP=1 leaves out the tests against the real hls4ml, which fetch about 1.5 GB from PyPI the first time.
set -euo pipefail
cd "$(dirname "$0")/.."

bash cmake/install-debian-packages.sh python3 python3-venv
cmake --preset release
cmake --build --preset release
ctest --preset release --parallel "$(nproc)"
if [[ ${NTORC_SKIP_SLURM:-0} == 1 ]]; then
  echo "tests with a real Slurm: left out, NTORC_SKIP_SLURM is set"
else
  bash tests/slurm/run.sh build/release
fi
if [[ ${NTORC_SKIP_POSTGRESQL:-0} == 1 ]]; then
  echo "tests with a real PostgreSQL: left out, NTORC_SKIP_POSTGRESQL is set"
else
  bash tests/postgresql/run.sh build/release
fi
if [[ ${NTORC_SKIP_INTEROP:-0} == 1 ]]; then
  echo "tests against the real hls4ml: left out, NTORC_SKIP_INTEROP is set"
else
  bash tests/interop/run.sh build/release
fi
