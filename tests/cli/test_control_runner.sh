#!/usr/bin/env bash
# pause, resume, stop and cancel of a sweep whose runner is at work: done by the runner, answered at
# once.
. "$(dirname "$0")/lib.sh"
. "$SOURCE_DIR/tests/cli/control.sh"

held_sweep demo 2 'budget: {trials: 6}'
start_runner run demo.yaml
wait_for test -e started.2

expect_status 0 sweep pause
expect_output "demo: paused: no new trials are started; 2 running go on" \
    "go on with: sweep resume demo"
expect_quiet
touch go.1 go.2
wait_for has_finished demo 2
expect_status 0 sweep top demo
expect_output "paused; go on with: sweep resume demo"
expect_status 0 sweep pause demo
expect_output "was paused already; none is running"
[ ! -e started.3 ] || fail "a paused sweep started a trial"
kill -0 "$runner" || fail "a paused runner did not stay"

expect_status 0 sweep resume
expect_output "demo: no longer paused"
wait_for test -e started.4
expect_status 3 sweep resume demo # neither paused nor interrupted: busy

# One trial: told to stop, and cancelled whatever its exit code.
expect_status 0 sweep cancel demo/3 --json
expect_json '.[0] | [.sweep, .request, .trial, .answered, .done]' \
    '["demo","cancel",3,true,true]'
wait_for test -e told.3
wait_for has_finished demo 3
expect_status 0 sweep show demo/3
expect_output "demo/3: cancelled"

# What cannot be done is said, and is not done.
expect_status 1 sweep cancel 1
expect_error "sweep: demo: trial 1 is finished already"
expect_status 1 sweep cancel 1 --json
expect_json '.[0] | [.answered, .done]' '[true,false]'
expect_status 4 sweep cancel 99
expect_error "there is no trial 99"
expect_status 2 sweep pause 3
expect_error "is for a sweep, not for one trial"
expect_status 4 sweep stop dmo
expect_error "did you mean 'demo'?"

# Stop: the running ones finish, then the sweep is finished.
wait_for test -e started.5
expect_status 0 sweep stop demo
expect_output "stopped: no new trials are started; 2 running may finish"
expect_status 0 sweep top demo
expect_output "stopping: no new trials are started"
expect_status 1 sweep pause demo
expect_error "stopping already"
touch go.4 go.5
join_runner 0
expect_output "paused, no new trials are started" "no longer paused" \
    "trial 3  cancelled" "stopped by a person: 5 trials finished, 1 not run"

# Cancel: all that run are told; here the finished sweep is there again with more to do.
held_sweep all 2
start_runner run all.yaml
rm -f go.* started.*
wait_for test -e started.2
expect_status 2 sweep cancel
expect_error "there are 2 sweeps in ./sweeps; say which one, such as the latest: sweep cancel all"
expect_status 2 sweep cancel 1
expect_error "sweep cancel all/1"
expect_status 0 sweep cancel all
expect_output "all: cancelled: 2 running trials are told to stop"
join_runner 1
expect_output "stopping 2 running trials for good" "stopped by a person: 2 trials finished"
expect_status 0 sweep top all
expect_output "2 of 4 trials finished: 2 cancelled" "stopped by a person: 2 trials finished" \
    "go on with: sweep resume all"
