#!/usr/bin/env bash
# A disk that is full: the sweep pauses, says what it needs, goes on by itself, and nothing is lost.
. "$(dirname "$0")/lib.sh"
in_namespace

# Each trial prints forty numbers and leaves a line in ./ran, on another disk. The fifth may fill the
# disk: whoever looks from outside comes too late on a busy machine.
cat >trial <<'SH'
#!/bin/sh
echo "$SWEEP_NAME.$SWEEP_TRIAL.$SWEEP_ATTEMPT" >>ran
[ ! -e fills ] || [ "$SWEEP_TRIAL" != 5 ] || cat /dev/zero >sweeps/filler 2>/dev/null
i=0
while [ $((i += 1)) -le 40 ]; do echo "loss: 0.$i"; done
[ -e slow ] || exit 0
echo >>waiting
until [ -e go ]; do sleep 0.01; done
SH
chmod +x trial
cat >demo.yaml <<'YAML'
command: [./trial, '${x}']
metric: {name: loss, goal: minimize, reduce: last}
method: random
seed: 1
budget: {trials: 30}
parallel: 2
parameters:
  x: {min: 0.0, max: 1.0}
YAML
new_disk sweeps 16m

fill() { cat /dev/zero >sweeps/filler 2>/dev/null || true; }

whole() { # NAME: each trial once, with all of its numbers
    expect_equal "$(grep -c "^$1\." ran)" 30 "attempts of $1"
    expect_status 0 sweep export "$1"
    expect_equal "$(grep -c '"state":"complete".*"value":0.4,"step":40,' "$out")" 30 \
        "complete trials of $1"
}

# It fills up after some trials, and again while trials run.
touch fills
start sweep run demo.yaml
wait_until says "paused, no new trials are started: the disk or quota is full ("
expect_output "KiB free). Free at least 1 MiB and it goes on by itself"
sweep top demo >/dev/null || fail "nobody can read while the disk is full"
rm fills
touch slow
rm sweeps/filler
wait_until says "no longer paused"
wait_until test -s waiting
fill
rm slow
touch go
sleep 0.5
rm sweeps/filler
join 0
whole demo

# A runner that is told to end meanwhile says that it could not record that.
rm go waiting
touch slow
sed 's/seed: 1/seed: 2/' demo.yaml >told.yaml
start sweep run told.yaml --on-term detach
wait_until has_lines 2 waiting
fill
rm slow
touch go
wait_until says "paused, no new trials are started"
kill -TERM "$pid"
join 75
expect_error "could not be recorded" "resume finds the rest"
# Full from the start: a new sweep is not begun, an old one may begin and pause.
fill
sed 's/seed: 1/seed: 9/' demo.yaml >new.yaml
expect_status 75 sweep run new.yaml
expect_error "No space left on device"
start sweep resume told
is_waiting() { says "paused, no new trials are started" || is_gone "$pid"; }
wait_until is_waiting
rm sweeps/filler
wait "$pid" || expect_equal $? 75 "status of resume"
expect_status 0 sweep resume told
expect_status 0 sweep run new.yaml
whole new
whole told

# Journals of trials that ended while nothing could be written, and no runner was there.
rm go waiting
touch slow
sed 's/seed: 1/seed: 3/' demo.yaml >alone.yaml
start sweep run alone.yaml --on-term detach
wait_until has_lines 2 waiting
kill -TERM "$pid"
join 75
fill
touch go
rm slow
sleep 0.5
rm sweeps/filler
expect_status 0 sweep resume alone
whole alone
