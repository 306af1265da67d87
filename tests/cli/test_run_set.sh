#!/usr/bin/env bash
# `sweep run --set`: a new sweep is run by what is set whatever the file says, and so it is when it
# goes on, is exported, or is rebuilt from its files; of one that is there only some may change.
. "$(dirname "$0")/lib.sh"

cat >space.yaml <<'YAML'
command: [sh, -c, 'echo "$SWEEP_TRIAL $1 $2" >>ran; echo "acc: $1"', _, '${lr}', '${model.dim}']
metric: maximize acc
method: random
budget: {trials: 3}
seed: 7
parallel: 1
parameters:
  lr: {min: 0.5, max: 1.0}
  model.dim: {values: [2, 4]}
YAML

# Mistakes: all at once, each with its place; nothing is begun.
expect_status 2 sweep run space.yaml --set parameters.lr.maxx=1 --set budgt.trials=1 \
    --set 'budget.trials=[1' --set parallel=0
expect_error "--set parameters.lr.maxx=1: error: unknown key 'maxx' in a parameter" \
    "  did you mean 'max'?" "--set budgt.trials=1: error: unknown key 'budgt'" \
    "  did you mean 'budget'?" "--set budget.trials=[1: error: '[1' is no YAML value" \
    "--set parallel=0: error: 'parallel' takes auto" "space.yaml with what is set has 4 mistakes"
expect_status 2 sweep run space.yaml --set parallel
expect_error "--set: 'parallel' is not KEY=VALUE"
expect_status 2 sweep run space.yaml --set
expect_error "--set needs a value: --set KEY=VALUE"
expect_status 2 sweep run space.yaml --set $'parallel=1\nbudget.trials=9'
expect_error "--set takes one line"
expect_status 2 sweep run space.yaml --set $'parallel=\e[31m'
expect_not_in "$err" $'\e'
[ ! -e sweeps ] || fail "something was begun"

# The first commands are those of what is set. A later value of a key wins over an earlier one.
set_keys=(--set name=x --set metric.goal=minimize --set parallel=3 --set budget.trials=5
    --set parameters.lr.max=0.6 --set 'parameters.model.dim.values=[8, 9]' --set=parallel=2
    --set 'metric.target=0.0')
expect_status 0 sweep run space.yaml --dry-run "${set_keys[@]}"
expect_output "x would run" " 0.5"
expect_equal "$(grep -cE ' 0\.5[0-9]+ [89]$' "$out")" 3 "commands of the narrowed space"
[ ! -e sweeps ] || fail "a dry run began something"

# Run so, from the file as it is.
expect_status 0 sweep run space.yaml "${set_keys[@]}"
expect_output "sweep x: random search, 5 trials, 2 at a time" "minimizes acc" \
    "set, whatever the file says: name=x, metric.goal=minimize, budget.trials=5"
cmp space.yaml sweeps/x/space.yaml || fail "the file of the sweep is not the one that was given"
expect_equal "$(grep -cE '^[1-5] 0\.5[0-9]* [89]$' ran)" 5 "trials in the narrowed space"
expect_status 0 sweep best x --format space
expect_output "goal: minimize" "acc"
expect_status 0 sweep export x --format bundle -o bundle
expect_in bundle/README.txt "  metric.goal=minimize" "  parameters.lr.max=0.6"

# It goes on by what was set, which need not be said again; what may change is applied and said.
expect_status 0 sweep run space.yaml --set name=x
expect_output "all 5 trials of the budget are finished"
expect_not_in "$out" changed
expect_status 0 sweep run space.yaml --set name=x --set budget.trials=6 --set trial.grace=2s
expect_output "changed by --set, and applied: budget.trials 5 -> 6, trial.grace 30s -> 2s" \
    "all 6 trials of the budget are finished"
expect_status 0 sweep set x budget.trials=7
expect_output "set: budget.trials 6 -> 7"
expect_status 0 sweep resume x
expect_output "all 7 trials of the budget are finished"
expect_equal "$(grep -cE ' 0\.5[0-9]* [89]$' ran)" 7 "trials in the narrowed space"

# What would make trials that do not compare is refused, set or not, and changes nothing.
sweep export x >rows
expect_status 2 sweep run space.yaml --set name=x --set parameters.lr.max=0.7
expect_error "space.yaml with --set has another space than the sweep in x:" \
    "parameters.lr.max 0.6 -> 0.7"
expect_status 2 sweep run space.yaml --set name=x --set metric.goal=maximize --set seed=8
expect_error "metric.goal minimize -> maximize" "seed 7 -> 8"
sed 's/max: 1.0/max: 0.9/' space.yaml >edited.yaml
expect_status 2 sweep run edited.yaml --set name=x
expect_error "parameters.lr.max 0.6 -> 0.9"
sweep export x | cmp - rows || fail "a refusal changed something"

# A database that is gone is made anew with all that was set, first and later.
rm sweeps/x/sweep.db*
expect_status 0 sweep doctor --repair x
sweep export x | masked | diff <(masked rows) - || fail "the rebuilt sweep says something else"
expect_status 0 sweep resume x
expect_output "minimizes acc" "trial.grace=2s" "budget.trials=7" "parameters.lr.max=0.6" \
    "all 7 trials of the budget are finished"
expect_status 0 sweep best x
expect_output "(minimize)"

# In the background it is the same sweep.
expect_status 0 sweep run space.yaml --detach --set name=y --set parameters.lr.max=0.55
wait_until sh -c 'sweep list --json | grep -q "\"sweep\":\"y\",\"state\":\"finished\""'
expect_status 0 sweep top y --json
expect_json 'map(.value <= 0.55) | all' true

# While another runner is at work, it is to be asked.
cat >held.yaml <<'YAML'
command: [sh, -c, 'touch started; while [ ! -e go ]; do sleep 0.05; done; echo "acc: $1"', _, '${x}']
metric: maximize acc
parallel: 1
parameters: {x: {values: [1, 2]}}
YAML
start sweep run held.yaml
wait_until test -e started
expect_status 3 sweep run held.yaml --set parallel=2
expect_error "another runner is at work" "; of a sweep that runs: sweep set held KEY=VALUE"
expect_status 0 sweep set held parallel=2
expect_output "set: parallel 1 -> 2"
touch go
join 0
