#!/usr/bin/env bash
# pause, stop and cancel of a sweep that nobody runs: the command does it itself; what it said counts
# for the runners to come.
. "$(dirname "$0")/lib.sh"
. "$SOURCE_DIR/tests/cli/control.sh"

# Two trials go on without a runner.
held_sweep demo 2
start_runner run demo.yaml --on-term detach
wait_for test -e started.2
kill -TERM "$runner"
join_runner 75

expect_status 0 sweep pause demo
expect_output "demo: paused: no new trials are started; 2 running go on"
expect_status 0 sweep top demo
expect_output "paused, as asked; go on with: sweep resume demo"
expect_status 75 sweep run demo.yaml
expect_output "sweep demo is paused, as asked: nothing is started; go on with: sweep resume demo"

# One of them is cancelled: told by its supervisor, recorded at once.
expect_status 0 sweep cancel 1
expect_output "trial 1 is told to stop; it has 5.00s for that"
test -e told.1 || fail "trial 1 was not told"
expect_status 0 sweep show 1
expect_output "demo/1: cancelled"
expect_status 0 sweep top demo
expect_output "1 of 4 trials finished: 1 cancelled, 1 left running"

# ^C on a paused runner: the sweep stays paused.
touch go
start_runner resume demo
join_runner 0
expect_output "all 4 trials of the budget are finished"
expect_status 1 sweep stop demo
expect_error "the sweep is finished already"
expect_status 1 sweep pause demo
expect_error "the sweep is finished already"

# Stopped while nobody runs it: finished. `run` keeps it so, `resume` takes it up.
rm -f go go.* started.*
held_sweep later 1
start_runner run later.yaml
wait_for test -e started.1
kill -INT "$runner"
touch go.1
join_runner 130
expect_status 0 sweep stop later --json
expect_json '.[0] | [.sweep, .request, .trial, .done]' '["later","stop",null,true]'
expect_status 0 sweep top later
expect_output "stopped by a person: 1 trial finished" "go on with: sweep resume later"
expect_status 0 sweep run later.yaml
expect_output "stopped by a person: 1 trial finished"
[ ! -e started.2 ] || fail "a stopped sweep started a trial"
touch go
expect_status 0 sweep resume later
expect_output "all 4 trials of the budget are finished"

# A paused runner that is killed: the next one knows.
rm -f go go.* started.*
held_sweep killed 1
start_runner run killed.yaml
wait_for test -e started.1
expect_status 0 sweep pause killed
kill -KILL "$runner"
join_runner 137
expect_status 75 sweep run killed.yaml
# and ^C on a paused one leaves it paused
start_runner resume killed
wait_for grep -q "still running" "$base/run"
expect_status 0 sweep pause killed
touch go.1
wait_for has_finished killed 1
kill -INT "$runner"
join_runner 130
[ ! -e started.2 ] || fail "a paused sweep started a trial"
expect_status 75 sweep run killed.yaml
