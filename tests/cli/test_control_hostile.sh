#!/usr/bin/env bash
# What may lie in control/ besides requests: the runner removes it or leaves it, and goes on; and a
# runner that does not answer.
. "$(dirname "$0")/lib.sh"
. "$SOURCE_DIR/tests/cli/control.sh"

name() { printf '%032x.request' "$1"; }
count() { find sweeps/demo/control -name '*.request' | wc -l; }

held_sweep demo
start_runner run demo.yaml
wait_for test -e started.1
cd sweeps/demo/control
mkfifo "$(name 1)"
ln -s ../owner "$(name 2)"
ln -s /dev/zero "$(name 3)"
truncate -s 1T "$(name 4)"
head -c 300 /dev/urandom >"$(name 5)"
printf 'sweep request 2\nverb: fly\n' >"$(name 6)"
: >"$(name 7)"
ln -s nowhere "$(name 8)"
mkdir "$(name 9)"
touch unrelated
cd "$work"
expect_status 0 sweep pause demo
expect_output "paused: no new trials are started; 1 running goes on"
wait_for test "$(count)" -eq 1 # the directory is left
test -e sweeps/demo/owner -a -e sweeps/demo/control/unrelated || fail "somebody's file is gone"
expect_status 0 sweep resume demo

# Suspended: the request stays, and is done when the runner wakes.
kill -STOP "$runner"
expect_status 75 sweep cancel demo/1
expect_error "its runner (process $runner) is suspended" "kill -CONT $runner" "stays in control/"
[ ! -e told.1 ] || fail "somebody told the trial"
kill -CONT "$runner"
wait_for test -e told.1
touch go
join_runner 0
expect_output "removed control/$(name 1): it is not a regular file" \
    "removed control/$(name 2): it is a link" "removed control/$(name 4): it is too long" \
    "removed control/$(name 6): it is of a newer version of sweep" "trial 1  cancelled"
expect_equal "$(count)" 1 "files left in control/"
