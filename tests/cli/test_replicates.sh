#!/usr/bin/env bash
# replicates and start: each configuration with each seed, and given configurations first; through
# check, run, a killed runner, add, retry, repair and best.
. "$(dirname "$0")/lib.sh"

cat >trial <<'SH'
#!/bin/sh
echo "$SWEEP_SEED $*" >>"seen.$SWEEP_NAME"
[ ! -e hold ] || until [ -e "go.$SWEEP_TRIAL" ] || [ -e go ]; do sleep 0.01; done
[ ! -e "fail.$SWEEP_SEED" ] || exit 3
echo "loss: $(echo "$1" | tr -d .)$SWEEP_SEED"
SH
chmod +x trial

# Grid: the space is the strategy's, the seeds are not.
cat >grid.yaml <<'YAML'
command: [./trial, '${x}', '${args}']
metric: minimize loss
method: grid
parallel: 1
parameters: {x: {values: [1, 2, 3]}, y: {value: 0}}
replicates: {seeds: [7, 9]}
YAML
expect_status 0 sweep check grid.yaml
expect_output ", each configuration with "
expect_output "space:   6 points" "SWEEP_SEED  one of    7, 9"
expect_status 0 sweep run grid.yaml
expect_output "grid search, 6 points, each configuration with 2 seeds" \
    "all 6 points of the space were tried" "x=1 SWEEP_SEED=7"
# The script has the seed in its environment, and nothing of it among its parameters.
expect_equal "$(cat seen.grid)" "7 1 --x=1 --y=0
9 1 --x=1 --y=0
7 2 --x=2 --y=0
9 2 --x=2 --y=0
7 3 --x=3 --y=0
9 3 --x=3 --y=0" "what the trials saw"
expect_equal "$(cat sweeps/grid/trials/000002/params.json)" '{"x":1,"y":0}' params.json
expect_status 0 sweep export grid --where 'SWEEP_SEED = 9'
expect_json 'map(.params)' '[{"x":1,"y":0,"SWEEP_SEED":9},{"x":2,"y":0,"SWEEP_SEED":9},{"x":3,"y":0,"SWEEP_SEED":9}]'
expect_status 0 sweep show grid/2
expect_output "seed       9 (SWEEP_SEED)"

# What is for the script leaves such a seed out; a space that runs it once more keeps it.
expect_status 0 sweep best grid
expect_output "# seed: 7" "x: 1"
for format in yaml args env lightning hydra; do
    expect_status 0 sweep best grid --format "$format"
    expect_equal "$(grep -v '^#' "$out" | grep -c SWEEP_SEED)" 0 "SWEEP_SEED in $format"
done
expect_status 0 sweep best grid --format space -o again.yaml
expect_in again.yaml "replicates: {seeds: [7]}"
expect_status 0 sweep run again.yaml
expect_equal "$(cat seen.grid-1)" "7 1 --x=1 --y=0" "the same once more"

# pass_as: a parameter like others, for the script; the first trial's failure takes no seed away.
cat >passed.yaml <<'YAML'
command: ./trial ${x} ${args}
metric: minimize loss
method: random
seed: 4
parallel: 1
budget: {trials: 8}
trial: {max_failures: 99}
parameters: {x: {min: 0.0, max: 1.0}, kind: {values: [a, b]}}
start: [{x: 0.5, kind: b}, {kind: a, x: 1}]
replicates: {count: 2, pass_as: seed}
YAML
touch fail.2
expect_status 0 sweep run passed.yaml
expect_output "4 complete, 4 failed"
rm fail.2
expect_equal "$(sed -n 1,4p seen.passed)" "1 0.5 --x=0.5 --kind=b --seed=1
2 0.5 --x=0.5 --kind=b --seed=2
1 1.0 --x=1.0 --kind=a --seed=1
2 1.0 --x=1.0 --kind=a --seed=2" "what it starts with"
expect_equal "$(cut -d' ' -f2 seen.passed | uniq -c | awk '{print $1}' | tr '\n' ' ')" "2 2 2 2 " \
    "trials of each configuration"
expect_equal "$(cat sweeps/passed/trials/000002/params.json)" '{"x":0.5,"kind":"b","seed":2}' \
    params.json
# A retry has the seed of what it repeats; what is added has its own, and leaves the rest in place.
expect_status 0 sweep retry passed/2
expect_status 0 sweep add passed x=0.25 kind=a seed=2
expect_status 0 sweep set passed budget.trials=11
expect_status 0 sweep resume passed
expect_equal "$(sed -n '9,$p' seen.passed | head -2)" "2 0.5 --x=0.5 --kind=b --seed=2
2 0.25 --x=0.25 --kind=a --seed=2" "a retry, and one that was added"
expect_equal "$(sed -n '11,$p' seen.passed | cut -d' ' -f1 | tr '\n' ' ')" "1 2 " "the next seeds"
expect_equal "$(sed -n '11,$p' seen.passed | cut -d' ' -f2 | sort -u | wc -l)" 1 \
    "the next configuration"

# A runner that is killed in the middle of a configuration changes nothing: the trials are those of
# a sweep that nobody disturbed.
cp passed.yaml killed.yaml
touch hold go.1 go.2 go.3 go.4
start sweep run killed.yaml
wait_until has_lines 5 seen.killed
kill -KILL "$pid"
wait "$pid" 2>/dev/null || true
touch go
expect_status 0 sweep resume killed
rm hold go go.?
expect_equal "$(sort -u seen.killed)" "$(sed -n 1,8p seen.passed | sort)" "trials after a kill"

# Seeds that are in no params.json are found again when the database is lost.
expect_status 0 sweep doctor --repair grid
expect_output "the database is sound"
sweep export grid | jq -c '[.trial,.params]' >before 2>/dev/null || true
mv sweeps/grid/sweep.db lost.db
expect_status 0 sweep doctor --repair grid
sweep export grid | jq -c '[.trial,.params]' >after 2>/dev/null || true
expect_equal "$(cat after)" "$(cat before)" "the trials of a rebuilt database"

# What people change of it later would mix up the trials.
sed 's/count: 2/count: 3/' passed.yaml >edited.yaml
sed -i 's/^command/name: passed\ncommand/' edited.yaml
expect_status 2 sweep run edited.yaml
expect_error "replicates has changed"
sed -i 's/count: 3/count: 2/; s/x: 0.5, kind/x: 0.75, kind/' edited.yaml
expect_status 2 sweep run edited.yaml
expect_error "start has changed"

# auto counts configurations; a budget that breaks one off is warned about.
sed 's/method: grid/budget: {trials: 6}/' grid.yaml >auto.yaml
expect_status 0 sweep check auto.yaml
expect_output "grid (auto: the budget covers every point"
sed -i 's/trials: 6/trials: 5/' auto.yaml
expect_status 0 sweep check auto.yaml
expect_output "sobol (auto"
expect_error "5 trials is no multiple of 2 seeds: the last configuration runs with 1 of them"

# ask-tell says the seed among the params.
printf 'metric: minimize loss\nmethod: grid\nparameters:\n  x: {values: [1, 2]}\nreplicates: {count: 2}\n' >ask.yaml
printf '{"op":"ask","n":3}\n' | sweep ask-tell ask.yaml >"$out" 2>/dev/null
expect_output '"params":{"x":1,"SWEEP_SEED":1}' '"params":{"x":1,"SWEEP_SEED":2}' \
    '"params":{"x":2,"SWEEP_SEED":1}'

# Mistakes, each with its place.
mistake() { # YAML-LINE TEXT...
    printf 'command: ./trial ${x} ${args}\nmetric: minimize loss\nparameters: {x: {values: [1, 2]}}\n%s\n' \
        "$1" >wrong.yaml
    shift
    expect_status 2 sweep check wrong.yaml
    expect_error "wrong.yaml:4:" "$@"
}
mistake 'replicates: 3' "'replicates' takes a map, as in {count: 3}"
mistake 'replicates: {}' "'replicates' needs 'seeds' or 'count'"
mistake 'replicates: {seeds: 3}' "'seeds' takes a list" "'count: 3' is so many of them"
mistake 'replicates: {seeds: []}' "'seeds' lists 1 to 1000 of them"
mistake 'replicates: {seeds: [1, x]}' "a seed is a whole number from 0 to 4294967295"
mistake 'replicates: {seeds: [1, -2]}' "a seed is a whole number"
mistake 'replicates: {seeds: [4294967296]}' "a seed is a whole number"
mistake 'replicates: {seeds: [3, 4, 3]}' "seed 3 is listed twice"
mistake 'replicates: {seeds: [1], count: 2}' "give one"
mistake 'replicates: {count: 0}' "'count' takes a number of seeds from 1 to 1000"
mistake 'replicates: {count: 2, pass_as: x}' "'x' is a parameter already" "take it out"
mistake 'replicates: {count: 2, pass_as: a b}' "'a b' is no name for a parameter"
mistake 'replicates: {count: 2, pas_as: s}' "did you mean 'pass_as'?"
mistake 'start: {x: 1}' "'start' takes a list"
mistake 'start: [1]' "a configuration to start with is a map"
mistake 'start: [{x: 1}, {}]' "parameter 'x' has no value here"
mistake 'start: [{z: 1}]' "there is no parameter 'z' to start with"
mistake 'start: [{x: 3}]' "parameter 'x': 3 is none of its values"
mistake 'start: [{x: [1]}]' "parameter 'x': [1]"
printf 'command: ./trial\nmetric: minimize loss\nmethod: [./mine]\nparameters: {x: {values: [1]}}\nreplicates: {count: 2}\n' >own.yaml
expect_status 2 sweep check own.yaml
expect_error "'replicates' does not go with a method of your own"
printf 'command: ./trial ${x}\nmetric: minimize loss\nparameters: {x: {values: [1]}}\nreplicates: {count: 2, pass_as: seed}\n' >deaf.yaml
expect_status 0 sweep check deaf.yaml
expect_error "the seed does not reach the command as 'seed'"
