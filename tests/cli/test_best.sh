#!/usr/bin/env bash
# `sweep best`: four formats of the same trial, and a reason where there is none.
. "$(dirname "$0")/lib.sh"

# Values that a careless YAML writer would spoil, and a last epoch that is worse than the first.
run_sweep <<'YAML'
name: demo
command: [sh, -c, 'for e in 1 2; do echo "epoch $e"; echo "acc: 0.$1$((9 - e))"; done', _, '${x}', '${note}', '--lr=${lr}']
metric: {name: acc, goal: maximize, step: epoch}
capture: {epoch: 'epoch (\d+)'}
method: grid
seed: 7
parameters:
  x: {values: [1, 3, 2]}
  note: {value: 'yes: it''s $1'}
  lr: {value: 1.0e-5}
  nesterov: {value: true}
YAML

expect_status 0 sweep best demo
expect_quiet
expect_golden best.yaml
expect_status 0 sweep best demo --format args
expect_equal "$(cat "$out")" \
    "--x=3 '--note=yes: it'\\''s \$1' --lr=1.0e-5 --nesterov=True" "best --format args"

# The whole command means to a shell what the trial was started with.
expect_status 0 sweep best demo --format command
eval "set -- $(cat "$out")"
expect_equal "$#" 7 "words of the command"
expect_equal "$5|$6|$7" "3|yes: it's \$1|--lr=1.0e-5" "the last words"

expect_status 0 sweep best demo --json
expect_json '.[] | [.trial, .value, .step, .last, .params.x, .captured.epoch == 1, .state]' \
    '[2,0.38,1,0.37,3,true,"complete"]'
cp "$out" "$base/json"
expect_status 0 sweep best demo --format json
cmp "$out" "$base/json" || fail "--json and --format json differ"
expect_status 2 sweep best demo --json --format yaml
expect_error "exclude each other"

# Into a file: as open as the person's umask says, through links, and never instead of a device.
(umask 027 && sweep best demo -o best.yaml)
expect_equal "$(stat -c %a best.yaml)" 640 "mode of best.yaml"
diff <(masked best.yaml) "$golden/best.yaml" || fail "-o wrote something else"
ln -s linked.yaml link.yaml
touch linked.yaml
expect_status 0 sweep best demo --output link.yaml
[ -L link.yaml ] || fail "-o replaced a link"
cmp linked.yaml best.yaml || fail "-o did not write through a link"
mkfifo pipe
cat pipe >"$base/piped" &
reader=$!
expect_status 0 sweep best demo -o pipe
[ -p pipe ] || fail "-o replaced a pipe"
wait "$reader"
cmp "$base/piped" best.yaml || fail "-o did not write to the pipe"
expect_status 2 sweep best demo -o sweeps
expect_error "'sweeps' is a directory"

# Only the sweep that runs: from inside it, then without its runner.
run_sweep 137 <<'YAML'
name: early
command:
  - sh
  - -c
  - |
    sweep best early >inside 2>&1
    echo "status $?" >>inside
    kill -9 $(sed -n 's/^pid: //p' sweeps/early/runner.lock)
metric: {name: loss, goal: minimize}
method: random
seed: 1
budget: {trials: 4}
parallel: 1
parameters:
  x: {min: 0.0, max: 1.0}
YAML
expect_in inside "early has no best trial: no trial is complete yet:" "0 of 4 trials finished" \
    "1 running" "; running now" "status 1"
expect_status 1 sweep best early
expect_error "interrupted" "go on with: sweep resume early"

# Left out it is the latest, and that is said.
expect_status 1 sweep best
expect_error "sweep: early, the latest of 2 in ./sweeps"
expect_status 4 sweep best dmo
expect_error "did you mean 'demo'?"
expect_no_output acc

run_sweep 1 <<'YAML'
name: broken
command: [sh, -c, 'echo "acc: 0.9"; exit 3', _]
metric: {name: acc, goal: maximize}
method: grid
parameters:
  x: {values: [1, 2]}
YAML
expect_status 1 sweep best broken
expect_error "all its finished trials failed; trial 1 failed: exit code 3" "sweep log broken/1"
expect_no_output acc

run_sweep 1 <<'YAML'
name: nowhere
command: [sh, -c, 'echo "loss: nan"', _]
metric: {name: loss, goal: minimize}
method: grid
parameters:
  x: {values: [1, 2]}
YAML
expect_status 1 sweep best nowhere --json
expect_error "no complete trial has a finite loss; look at: sweep show nowhere/1"
[ ! -s "$out" ] || fail "expected no output"

run_sweep <<'YAML'
name: bare
command: ['true', '${x}']
method: grid
parameters:
  x: {values: [1, 2]}
YAML
expect_status 1 sweep best bare
expect_error "it has no metric" '`sweep export bare`'
