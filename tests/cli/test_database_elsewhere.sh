#!/usr/bin/env bash
# A sweep on a network file system: its database is on a local disk of the machine that runs it, and
# `sweep.db` leads there.
. "$(dirname "$0")/lib.sh"

if grep -q __asan_init "$(command -v sweep)"; then
    echo "skipped: the sanitizer has to be loaded before anything else"
    exit 77
fi
FAKE_NFS=$(pwd -P)
export FAKE_NFS LD_PRELOAD=$BUILD_DIR/fake/fake_nfs.so
made=
trap 'unset LD_PRELOAD; [ -z "$made" ] || rm -rf "$(dirname "$made")"; clean_up 2>/dev/null || true' EXIT

expect_status 0 sweep doctor
expect_output "./sweeps is not on a local disk: databases are kept in /var/tmp, sweep.db is a link to them"
run_sweep 0 <<'YAML'
name: far
command: [sh, -c, 'echo loss=$1', _, '${x}']
metric: minimize loss
method: grid
parameters: {x: {values: [3, 1, 2]}}
YAML
made=$(readlink sweeps/far/sweep.db) || fail "sweep.db is no link"
case $made in
/var/tmp/sweep-*/sweep.db) ;;
*) fail "the database is in $made" ;;
esac
[ "$(stat -c %a "$(dirname "$made")")" = 700 ] || fail "others can read the database"
expect_status 0 sweep best far
expect_output "x: 1"
expect_status 0 sweep run space.yaml --set budget.trials=2
expect_status 0 sweep doctor --repair far
expect_output "sound"

# Gone, as on another machine: what it says, and what helps.
rm "$made"
expect_status 4 sweep best far
expect_error "the sweep's database is '$made' on the machine that runs it" "sweep doctor --repair"
expect_status 0 sweep doctor --repair far
rm -rf "$(dirname "$made")"
made=$(readlink sweeps/far/sweep.db)
expect_status 0 sweep best far
expect_output "x: 1"

# A disk with no room for it: nothing of it stays behind.
sed 's/far/full/' space.yaml >full.yaml
tried=$( (ulimit -f 40; sweep run full.yaml 2>&1 || true) | sed -n "s|.*'\(/var/tmp/sweep-[^/]*\)/.*|\1|p")
[ -n "$tried" ] || fail "no database was begun in /var/tmp"
[ ! -e "$tried" ] || fail "$tried stays behind"
[ ! -L sweeps/full/sweep.db ] || fail "sweep.db leads nowhere"
