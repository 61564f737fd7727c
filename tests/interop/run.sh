#!/usr/bin/env bash
# Converts plans with the real hls4ml, 1.3 and 1.2, and checks what it makes of them: bash tests/interop/run.sh BUILD_DIR [WORDS]
# With WORDS only the cases that have them in their titles, as in "nodes" or "driver  residual".
# Needs python3 and python3-venv. The first run fetches both releases from PyPI, with TensorFlow about 1.5 GB installed, into
# ${NTORC_CACHE:-$HOME/.cache/ntorc}; later runs use what is there. Logs and projects stay in BUILD_DIR/interop.
set -euo pipefail

die() {
  echo "tests/interop: $*" >&2
  exit 1
}

[[ $# == 1 || $# == 2 ]] || die "usage: run.sh BUILD_DIR [WORDS]"
build=$(cd "$1" 2>/dev/null && pwd) || die "$1: expected a build folder"
here=$(cd "$(dirname "$0")" && pwd)
cache=${NTORC_CACHE:-${HOME:-/root}/.cache/ntorc}
work=$build/interop

# Prints the folder of a Python environment with the packages of requirements-RELEASE.txt. It is made under another name and then
# renamed, so that one that stands under its own name is whole; a change of the list makes another.
environment() {
  local release=$1 list=$here/requirements-$1.txt version folder log
  version=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  folder=$cache/hls4ml-$release-python$version-$(sha256sum "$list" | cut -c1-12)
  if [[ ! -d $folder ]]; then
    echo "tests/interop: installing hls4ml $release in $folder" >&2
    mkdir -p "$cache"
    made=$(mktemp -d "$folder.XXXXXX")
    trap 'rm -rf "$made"' EXIT  # of the subshell that every caller has it run in
    log=$work/install-$release.log
    if ! { python3 -m venv "$made" &&
      "$made/bin/python" -m pip install --disable-pip-version-check --compile --no-deps -r "$list" &&
      "$made/bin/hls4ml" --version; } >"$log" 2>&1; then
      tail -n 15 "$log" >&2
      die "could not install hls4ml $release (python3-venv and a way to PyPI are needed); the whole log: $log"
    fi
    grep -rlIZ -- "$made" "$made/bin" "$made/pyvenv.cfg" | xargs -0 sed -i "s|$made|$folder|g"
    chmod 755 "$made"
    mv -T "$made" "$folder" 2>/dev/null || [[ -d $folder ]] || die "$folder: could not be made"  # or another run was faster
  fi
  echo "$folder"
}

for app in ntorc-opt ntorc-emit ntorc-search ntorc-train; do
  [[ -x $build/apps/$app ]] || die "$build/apps/$app: is not there; build first"
done
command -v python3 >/dev/null || die "python3: is not there"
rm -rf "$work"
mkdir -p "$work"

environment 1.2 >"$work/env-1.2" &  # beside the other: installing takes one core for minutes
env_1_3=$(environment 1.3)
wait $!
env_1_2=$(<"$work/env-1.2")
exec python3 "$here/check_hls4ml.py" --apps "$build/apps" --work "$work" --hls4ml-1.3 "$env_1_3" --hls4ml-1.2 "$env_1_2" --only "${2:-}"
