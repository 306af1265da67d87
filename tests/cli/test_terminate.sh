#!/usr/bin/env bash
# SIGTERM detaches or stops, SIGHUP does nothing, a terminal that is gone is not missed.
. "$(dirname "$0")/lib.sh"

cat >trial <<'SH'
#!/bin/sh
me=$SWEEP_TRIAL.$SWEEP_ATTEMPT
trap 'echo "term $me" >>ran; exit 0' TERM
echo "start $me" >>ran
echo "loss: $1"
until [ -e go ]; do sleep 0.01; done
echo "end $me" >>ran
SH
chmod +x trial
cat >space.yaml <<'YAML'
command: [./trial, '${x}']
metric: {name: loss, goal: minimize}
method: grid
parallel: 2
parameters:
  x: {values: [1, 2, 3]}
YAML

# begin NAME OPTION...: until two trials run.
begin() {
    cp space.yaml "$1.yaml"
    rm -f go
    : >ran
    start sweep run "$1.yaml" "${@:2}"
    wait_until has_lines 2 ran
}

finished() { # NAME EXPECTED-LINES
    expect_equal "$(sort ran | tr '\n' ' ')" "$2" "what the trials saw"
    expect_status 0 sweep export "$1"
    expect_equal "$(grep -c '"state":"complete"' "$out")" 3 "complete trials"
}
undisturbed="end 1.1 end 2.1 end 3.1 start 1.1 start 2.1 start 3.1 "

# Detached, the trials go on; resume adopts what still runs and reads what ended meanwhile.
begin detached --on-term detach
kill -TERM "$pid"
join 75
expect_output "detached: 2 running trials go on" "go on with: sweep resume detached"
start sweep resume detached --on-term detach
wait_until says "going on with what is there: 2 still running"
kill -TERM "$pid"
join 75
touch go
wait_until has_lines 4 ran
expect_status 0 sweep resume detached
finished detached "$undisturbed"

# Stopped, they are asked to end and run again.
begin stopped --on-term stop
kill -TERM "$pid"
join 130
expect_output "stopping 2 running trials"
touch go
expect_status 0 sweep resume stopped
finished stopped "end 1.2 end 2.2 end 3.1 start 1.1 start 1.2 start 2.1 start 2.2 start 3.1 term 1.1 term 2.1 "

# Under Slurm that is the default, unless one says otherwise.
export SLURM_JOB_ID=7
begin slurm
kill -TERM "$pid"
join 130
begin slurm2 --on-term detach
kill -TERM "$pid"
join 75
unset SLURM_JOB_ID
touch go
expect_status 0 sweep resume slurm2
finished slurm2 "$undisturbed"

# A closed SSH session changes nothing: neither the signal nor the lost terminal.
begin hangup
kill -HUP "$pid"
sleep 0.1
touch go
join 0
finished hangup "$undisturbed"
begin lost --on-term detach
kill -TERM "$pid"
join 75
start script -qec "sweep resume lost" /dev/null
wait_until says "2 still running"
kill -KILL "$pid"
join 137
touch go
is_over() { [ "$(sweep export lost | grep -c '"state":"complete"')" = 3 ]; }
wait_until is_over
finished lost "$undisturbed"
expect_status 2 sweep run space.yaml --on-term maybe
