#!/usr/bin/env bash
# `sweep resume --all`: what was interrupted goes on in the background, what people paused, stopped or
# what is finished does not.
. "$(dirname "$0")/lib.sh"
. "$SOURCE_DIR/tests/cli/control.sh"

expect_status 0 sweep resume --all
expect_output "no sweep in ./sweeps was interrupted"

interrupted() { # NAME: its trials have not begun again
    held_sweep "$1"
    start_runner run "$1.yaml"
    wait_for test -e started.1
    kill -KILL "$runner"
    join_runner 137
    touch go
    wait_for test -s "sweeps/$1/trials/000001/1.result"
    rm -f go started.1
}
for name in one two paused stopped broken; do
    interrupted "$name"
done 2>/dev/null
expect_status 0 sweep pause paused
expect_status 0 sweep stop stopped
run_sweep <<'YAML'
name: done
command: ['true', '${x}']
method: grid
parameters:
  x: {values: [1]}
YAML
rm -f sweeps/broken/owner
mkdir sweeps/broken/owner # no runner can be had there

expect_status 2 sweep resume one --all
expect_error "either --all, or one sweep"
expect_status 1 sweep resume --all
expect_output "one: goes on in the background (process " "two: goes on in the background" \
    "sweeps/one/runner.log" "broken: could not be started: "
expect_equal "$(wc -l <"$out")" 3 "lines"
cp "$out" first
expect_status 3 sweep resume one
for name in one two; do
    pid=$(sed -n "s/^$name: .*(process \([0-9]*\)).*/\1/p" first)
    expect_equal "$(sed -n 's/^pid: //p' "sweeps/$name/runner.lock")" "$pid" "the runner of $name"
done
expect_status 1 sweep resume --all --json
expect_json '[.[] | [.sweep, .started]]' '[["broken",false]]'
is_listed_finished() { sweep list | grep -qE "^$1 +finished "; }
touch go
wait_for has_finished one 4
wait_for has_finished two 4
for name in one two; do # the words come when the end is recorded; then its runner has to go, too
    wait_for grep -q "all 4 trials of the budget are finished" "sweeps/$name/runner.log"
    wait_for is_listed_finished "$name"
done
expect_status 0 sweep list
expect_equal "$(awk '$1 != "sweep" { print $1, $2 }' "$out" | sort | tr '\n' ' ')" \
    "broken interrupted done finished one finished paused paused stopped stopped two finished " \
    "the states"
