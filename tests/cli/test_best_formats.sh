#!/usr/bin/env bash
# `sweep best` for other programs, and the cheapest that is nearly as good.
. "$(dirname "$0")/lib.sh"

run_sweep <<'YAML'
name: demo
command: &run
  - sh
  - -c
  - |
    # Bigger is better, and costs more.
    echo "acc: $1"
    echo "size: $(($2 * 10))"
  - _
  - '${model.acc}'
  - '${model.size}'
  - '${note}'
  - '--lr=${lr}'
metric: {name: acc, goal: maximize, pattern: 'acc: (\S+)'}
capture:
  size: 'size: (\S+)'
trial: {timeout: 60s, env: {MODE: "a: b", MASK: 0x10}}
method: grid
seed: 7
parameters:
  model.acc: {values: [0.90, 0.89, 0.5]}
  model.size: {values: [3, 2]}
  note: {value: "it's, 'odd\\"}
  lr: {value: 1e-5}
  flag: {value: true}
  none: {value: null}
YAML

best() { # ARGUMENT...: trial 1 is the best
    expect_status 0 sweep best demo "$@"
}
best --format lightning
expect_golden best-lightning.yaml
best --format env
expect_golden best.env
(
    . "$out"
    expect_equal "$model_acc|$model_size|$note|$lr|$flag|$none" \
        "0.90|3|it's, 'odd\\|1e-5|True|None" "variables"
)
best --format hydra
expect_equal "$(cat "$out")" \
    "model.acc=0.90 model.size=3 'note='\\''it\\'\\''s, \\'\\''odd\\\\'\\''' lr=1e-5 flag=true none=null" \
    "best --format hydra"

# A space.yaml that runs the same once more: the same words, the same environment.
best --format space
expect_golden best-space.yaml
best --format space -o once.yaml
expect_status 0 sweep run once.yaml
expect_status 0 sweep top demo-1 --json
expect_json 'map([.trial, .value, .captured.size])' '[[1,0.9,30]]'
words() { sweep show "$1" --json | jq -c .command; }
! command -v jq >/dev/null || expect_equal "$(words demo-1/1)" "$(words demo/1)" "command"
expect_status 0 sweep best demo-1 --format space
expect_output "MASK: 0x10" "name: demo-1-1"

# Nearly as good, and cheaper: the header says how much worse.
best --within 0.01 --by model.acc
expect_output "# trial: 3" "model.acc: 0.89" \
    "the cheapest within 0.01 of the best: model.acc 0.89, worse by 0.01 (1.1%); the best, trial 1, has 0.9"
expect_quiet
best --within 2% --by "size * 2" --json
expect_json '.[0].trial' 2
expect_error "within 2% of the best: size * 2 40, as good; the best, trial 1, has 0.9 and size * 2 60"
best --within 0 --by model.size
expect_output "# trial: 2" "model.size: 2"
best --within 0% --by -model.size
expect_output "# trial: 1" "the best is also the cheapest within 0%"
best --within 100% --by duration
best --within 100%
expect_output "duration_s"

expect_status 2 sweep best demo --by size
expect_error "--by needs --within"
for within in -1 % 1%% nan inf 1e999 one; do
    expect_status 2 sweep best demo --within="$within"
    expect_error "'$within' is neither a share of the best value"
done
expect_status 2 sweep best demo --within 1se
expect_error "each configuration ran once"
expect_status 2 sweep best demo --within 1% --by sise
expect_error "--by: there is no name sise; did you mean size?"
expect_status 2 sweep best demo --within 1% --by note
expect_error "and a cost is a number"
expect_status 2 sweep best demo --within 1% --by none
expect_error "no trial within 1% of the best has a 'none'"
expect_status 2 sweep best demo --format toml
expect_error "--format knows no 'toml'; there are yaml, json, args, command, hydra, lightning, env, space"

# What has no form is said.
run_sweep <<'YAML'
name: clash
command: ['sh', '-c', 'echo loss 1', _, '${a}', '${a.b}', '${a_b}']
metric: {name: loss, goal: minimize}
method: grid
parameters:
  a: {values: [1]}
  a.b: {values: [1]}
  a_b: {values: [1]}
YAML
expect_status 2 sweep best clash --format lightning
expect_error "'a.b' cannot be nested"
expect_status 2 sweep best clash --format env
expect_error "'a.b' and 'a_b' would be the same variable"
[ ! -s "$out" ] || fail "expected no output"
