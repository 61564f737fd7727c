#!/usr/bin/env bash
# Runs the store's tests on a real PostgreSQL, and restarts the server in the middle of them: bash tests/postgresql/run.sh BUILD_DIR
# As root, for Debian's postgresql, which is installed if it is not there. The server is this test's own: a scratch folder, a socket in
# it, no port. Takes less than a minute.
set -euo pipefail

die() {
  echo "tests/postgresql: $*" >&2
  exit 1
}

[[ $# == 1 ]] || die "usage: run.sh BUILD_DIR"
build=$(cd "$1" 2>/dev/null && pwd) || die "$1: expected a build folder"
tests=$build/tests/search/ntorc_search_tests
[[ -x $tests ]] || die "$tests: is not there; build first"
# Debian's package would start a server of its own on the usual port.
if ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
  mkdir -p /etc/postgresql-common
  [[ -e /etc/postgresql-common/createcluster.conf ]] || echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
fi
bash "$(dirname "$0")/../../cmake/install-debian-packages.sh" postgresql
programs=$(dirname "$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1)")

work=$(mktemp -d "${TMPDIR:-/tmp}/ntorc-pg-XXXXXX")
as_postgres() { (cd "$work" && runuser -u postgres -- "$@"); }
server() { as_postgres "$programs/pg_ctl" --pgdata="$work/data" --log="$work/log" --wait --silent "$@"; }
said() { grep -v 'trying again$' "$work/said" >&2 || true; }
finish() {
  local code=$?
  set +e
  if ((code != 0)); then
    echo "tests/postgresql: failed, exit $code" >&2
    tail -n 40 "$work/log" >&2
  fi
  if [[ -e $work/data/postmaster.pid ]]; then server stop --mode=immediate; fi
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

chown postgres "$work"
as_postgres "$programs/initdb" --pgdata="$work/data" --auth=trust --encoding=UTF8 --locale=C >/dev/null
options="-c listen_addresses= -c unix_socket_directories=$work"
server start --options="$options"
export NTORC_TEST_POSTGRESQL="postgresql://postgres@/postgres?host=$work"
"$tests" --gtest_filter='*Postgresql*' --gtest_brief=1 >"$work/said" 2>&1 || { said; die "a test failed"; }

# The server goes away at once, as in a crash, and comes back, while processes work and are killed.
"$tests" --gtest_filter='*NothingIsLost*/Postgresql' --gtest_repeat=6 --gtest_brief=1 >"$work/said" 2>&1 &
running=$!
restarts=0
while sleep 1.5 && kill -0 "$running" 2>/dev/null; do
  server restart --mode=immediate
  restarts=$((restarts + 1))
done
wait "$running" || { said; die "a test failed while the server was restarted"; }
((restarts > 0)) || die "expected the tests to take longer than a second"
echo "tests/postgresql: all passed, with $restarts crashes of the server"
