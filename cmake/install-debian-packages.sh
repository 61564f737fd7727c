#!/usr/bin/env bash
# Installs what ntorc is built with on Debian 12; a package that is there already costs nothing. Run as root.
#   cmake/install-debian-packages.sh [MORE_PACKAGE...]
set -euo pipefail

packages=(
  cmake g++ ninja-build
  libbenchmark-dev libcli11-dev libeigen3-dev libglpk-dev libgmock-dev libgtest-dev libhdf5-dev libpq-dev
  libpugixml-dev libspdlog-dev libsqlite3-dev libyaml-cpp-dev libzip-dev nlohmann-json3-dev zlib1g-dev
  "$@"
)

missing=()
for package in "${packages[@]}"; do
  if ! dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$'; then missing+=("$package"); fi
done
if ((${#missing[@]} == 0)); then exit 0; fi

if ((EUID != 0)); then
  echo "install-debian-packages.sh: expected to run as root; missing: ${missing[*]}" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
