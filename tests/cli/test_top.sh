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

# --- which, in which order ---------------------------------------------------------------------

run_sweep <<'YAML'
name: many
command:
  - sh
  - -c
  - 'echo "epoch 3 loss $1 size $(($2 * 10))"; [ "$1$2" != 12 ] || exit 7'
  - _
  - ${x}
  - ${model.depth}
  - ${optimizer}
metric: {name: loss, goal: minimize, step: epoch, pattern: 'loss (\S+)'}
capture: {epoch: 'epoch (\d+)', size: 'size (\S+)'}
method: grid
parameters:
  x: {values: [1, 2, 3]}
  model.depth: {values: [1, 2]}
  optimizer: {values: [sgd, adam]}
YAML

numbers() { # ARGUMENT...: the trials that top shows, in order
    expect_status 0 sweep top many --json "$@"
    expect_quiet
    sed -E 's/^\{"trial":([0-9]+),.*/\1/' "$out" | paste -sd' '
}
expect_numbers() { # NUMBERS ARGUMENT...
    local expected=$1
    shift
    expect_equal "$(numbers "$@")" "$expected" "top $*"
}
all=$(numbers)
expect_equal "$(wc -w <<<"$all")" 12 "trials"
trials() { # JQ's condition: the numbers for which it holds
    sweep export many | jq -r "select($1) | .trial" | paste -sd' '
}
if command -v jq >/dev/null; then
    expect_numbers "$(trials '.params.x > 2')" --where 'x > 2'
    expect_numbers "$(trials '.params.x == 2 and .params.optimizer == "sgd"')" \
        --where "x = 2 and optimizer = 'sgd'"
    expect_numbers "$(trials '.captured.size == 20 and .params.x == 3')" \
        --where 'size / 3 > 6.6 and "x" = 3 and captured.size is not null'
    expect_numbers "$(trials '.params["model.depth"] == 2 and .value == 2')" \
        --where 'model.depth = 2 and loss = 2'
    expect_numbers "$(trials '.state == "failed"')" --where "state = 'failed' and reason = 'exit_code'"
    expect_numbers "$(trials '.trial > 9')" --where 'trial > 9' --sort trial
    expect_numbers "$(trials '.trial > 9' | tac -s' ' | xargs)" --where 'trial > 9' --sort -trial
fi
expect_numbers "" --where 'reason = '\''timeout'\'''
expect_numbers "12 11" --sort '-row.trial' -n 2
expect_numbers "$all" --where 'step = 3 and last = value and attempts = 1 and duration_s > 0' 

# What they are sorted by is shown, once.
expect_status 0 sweep top many --sort -size -n 1
grep -qE '^trial +loss .* size +time +x ' "$out" && grep -qE '^ +[0-9]+ .* 20 +[0-9.]+s ' "$out" ||
    fail "the sizes are not shown: $(cat "$out")"
expect_status 0 sweep top many --sort -memory -n 1
grep -qE ' memory +time ' "$out" && grep -qE ' [0-9.]+ [KM]iB +[0-9.]+s ' "$out" ||
    fail "the memory is not shown with its unit: $(cat "$out")"
for sort in x -x trial duration_s loss; do
    expect_status 0 sweep top many --sort "$sort" -n 1
    grep -qE '^trial +loss +state +time +x +model.depth +optimizer' "$out" ||
        fail "--sort $sort adds a column: $(cat "$out")"
done
expect_status 0 sweep top many --where 'x = 1' -n 1
expect_output "4 of 12 trials match; 1 of 4 are shown; -n N shows more"

# Mistakes have a place.
expect_status 2 sweep top many --where 'x = 1 and optimizer = adam'
expect_error "--where: there is no name adam; a text stands in single quotes: 'adam'" \
    "    x = 1 and optimizer = adam" "                          ^^^^"
[ ! -s "$out" ] || fail "expected no output"
expect_status 2 sweep top many --sort 'optimzer'
expect_error "--sort: there is no name optimzer; did you mean optimizer?"
expect_status 2 sweep top many --where "state = 'finished'"
expect_error "state is never 'finished'; it is one of 'waiting', 'running', 'complete'"
expect_status 2 sweep top many --where '1 <= x <= 2'
expect_error "write 1 <= x and x <= 2"
expect_status 2 sweep top many --where 'x like model.depth || 1'
expect_error "for alternatives write or"
expect_status 2 sweep top many --where optimizer
expect_error "gives the text 'sgd', neither true nor false"

# A name that could be several things.
expect_status 2 sweep top demo --where 'trial > 2'
expect_error "trial could be several things; write params.trial or row.trial"
expect_status 0 sweep top demo --json --where 'row.trial > 2 and params.trial > 2'
expect_json '[.[].trial]' '[3,4]'

# Several sweeps: one ranking where they have one objective.
run_sweep <<'YAML'
name: other
command: [sh, -c, 'echo "loss $1"', _, '${y}']
metric: {name: loss, goal: minimize, pattern: 'loss (\S+)', reduce: last}
method: grid
parallel: 1
parameters:
  y: {values: [1.5, 0.5]}
YAML
expect_status 0 sweep top many other --where "optimizer = 'sgd' and model.depth = 1 or y is not null"
expect_golden top-two.txt
expect_status 0 sweep top many other --json -n 1
expect_json '.[0] | [.sweep, .trial, .value, .params.y]' '["other",2,0.5,0.5]'
expect_status 0 sweep top demo other -n 5
expect_output "Their objectives differ, so each is ranked by itself."
expect_equal "$(awk '$1 == "demo" || $1 == "other" { print $1 $2 }' "$out" | paste -sd' ')" \
    "demo1 demo2 demo3 demo4 other2" "the order"
expect_status 0 sweep top many other --sort "sweep" --where "loss <= 1"
expect_equal "$(awk '/complete  / { print $1 }' "$out" | uniq | paste -sd' ')" "many other" "by name"
expect_status 4 sweep top many nothing
expect_status 2 sweep best many other
expect_error "unexpected argument 'other' after 'many'"

# A screen gets the first twenty.
run_sweep <<'YAML'
name: long
command: [sh, -c, 'echo "loss $1"', _, '${i}']
metric: {name: loss, goal: minimize, pattern: 'loss (\S+)', reduce: last}
method: grid
parameters:
  i: {min: 1, max: 23}
YAML
expect_status 0 sweep top long
expect_no_output "are shown"
expect_equal "$(grep -c complete "$out")" 24 "lines with the word complete"
script -qec "stty rows 24 cols 80 -onlcr; sweep top long" /dev/null </dev/null >"$base/screen"
expect_in "$base/screen" "20 of 23 are shown; -n N shows more"
expect_equal "$(grep -c complete "$base/screen")" 21 "lines of a screen with the word complete"
