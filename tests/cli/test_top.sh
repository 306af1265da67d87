#!/usr/bin/env bash
# `sweep top`: the ranking for people, for narrow screens and for programs.
. "$(dirname "$0")/lib.sh"

# Trial 1 is first by its best report and not by its last; 4 fails; 3 has no number.
run_sweep <<'YAML'
name: demo
command:
  - sh
  - -c
  - |
    case $1 in
    1) set -- 0.9 0.4 0 ;;
    2) set -- 0.7 0.8 0 ;;
    3) set -- nan nan 0 ;;
    4) set -- 0.99 0.99 3 ;;
    esac
    printf 'epoch %d\nacc: %s\n' 1 "$1" 2 "$2"
    exit "$3"
  - _
  - ${trial}
metric: {name: acc, goal: maximize, step: epoch}
capture: {epoch: 'epoch (\d+)'}
method: grid
seed: 7
parameters:
  trial: {values: [1, 2, 3, 4]}
  text: {values: ["\e[31mred\u202e"]}
  constant: {value: never shown}
YAML

expect_status 0 sweep top
expect_quiet
expect_golden top.txt
expect_no_output constant
expect_status 0 sweep top demo -n 2
expect_output "4 of 4 trials finished: 3 complete, 1 failed; best acc 0.9 in trial 1"
expect_equal "$(grep -c complete "$out")" 3 "-n 2: the heading and two rows"

# Narrower: the numbers in columns of their own, then fewer parameters, said below.
expect_status 0 env COLUMNS=70 sweep top demo
expect_golden top-70.txt
expect_status 0 env COLUMNS=44 sweep top demo
expect_golden top-44.txt

# Colours only on a terminal, and not where the person does not want them.
esc=$(printf '\033')
expect_no_output "$esc"
on_terminal sweep top demo >"$base/colour"
expect_in "$base/colour" "$esc[1m"
expect_not_in "$base/colour" "$esc[31mred"
on_terminal env NO_COLOR=1 sweep top demo >"$base/plain"
expect_not_in "$base/plain" "$esc"

expect_status 0 sweep top demo --json
expect_json '[.[].trial]' '[1,2,3,4]'
expect_json '.[0] | [.value, .step, .last, .captured.epoch == 1, .attempts]' '[0.9,1,0.4,true,1]'
expect_json '.[2] | [.value, .state]' '["nan","complete"]'
expect_json '.[3] | [.state, .reason]' '["failed","exit_code"]'
expect_status 0 sweep top demo -n1 --json
expect_json '[.[].trial]' '[1]'

# A running sweep, from inside it: what is first is what is known by then.
run_sweep <<'YAML'
name: inside
command: [sh, -c, 'echo "loss: $1"; [ "$1" != 5 ] || sweep top inside >seen 2>&1', _, '${x}']
metric: {name: loss, goal: minimize, reduce: last}
method: grid
parallel: 1
parameters:
  x: {values: [9, 3, 5]}
YAML
expect_in seen "inside: 2 of 3 trials finished: 2 complete, 1 running; best loss 3 in trial 2" \
    "running now"
expect_not_in seen "would be first"
expect_equal "$(awk 'NR > 4 { print $1 }' seen | tr '\n' ' ')" "2 1 3 " "the order"

# Without a metric: by number, without a column for it.
run_sweep <<'YAML'
name: bare
command: ['true', '${x}']
method: grid
parameters:
  x: {values: [2, 1]}
YAML
expect_status 0 sweep top bare
expect_output "bare: 2 of 2 trials finished: 2 complete" "trial  state"
expect_no_output best

# One that was interrupted tells how to go on; one that was given up, why.
run_sweep 130 <<'YAML'
name: stopped
command:
  - sh
  - -c
  - 'kill -INT $(sed -n "s/^pid: //p" sweeps/stopped/runner.lock); echo "loss: 1"'
metric: {name: loss, goal: minimize}
method: grid
parallel: 1
parameters:
  x: {values: [1, 2, 3]}
YAML
expect_status 0 sweep top stopped
expect_output "stopped: 1 of 3 trials finished: 1 complete" "best loss 1 in trial 1" \
    "go on with: sweep resume stopped"
expect_equal "$(grep -o interrupted "$out")" interrupted "the state, once"

run_sweep 1 <<'YAML'
name: hopeless
command: ./no-such-program ${x}
metric: {name: loss, goal: minimize}
method: grid
parallel: 1
parameters:
  x: {values: [1, 2, 3]}
YAML
expect_status 0 sweep top hopeless
expect_output "no trial could be started, 3 in a row: command not found"
expect_no_output "go on with"
