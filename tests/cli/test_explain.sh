#!/usr/bin/env bash
# `sweep explain`: what it says is true. The trainer's own formula is known here: one parameter has
# no effect, one is best at the end of its log scale, one is a choice, one depends on that, and one
# corner fails.
. "$(dirname "$0")/lib.sh"
need jq

# acc = 0.95 + 0.05 log10(lr) for lr up to 0.1, less 0.2 with rmsprop; with sgd 0.02 more, less
# 0.32 (momentum - 0.9)^2; noise of 0.001.
cat >train <<'SH'
#!/bin/sh
exec awk -v lr="$1" -v opt="$2" -v m="$3" -v batch="$4" -v depth="$5" -v seed="$SWEEP_SEED" 'BEGIN {
    if (batch >= 192 && depth >= 6) exit 1
    acc = 0.95 + 0.05 * log(lr) / log(10) + 0.001 * sin(seed % 1000)
    if (opt == "rmsprop") acc -= 0.2
    if (opt == "sgd") acc += 0.02 - 0.32 * (m - 0.9) ^ 2
    printf "acc: %.9f\n", acc }'
SH
chmod +x train
sweep_file() {
    cat <<YAML
name: $1
command: ./train \${lr} \${optimizer} \${momentum:-0} \${batch} \${depth}
metric: {name: acc, goal: maximize, reduce: last}
method: $2
seed: 3
parallel: 1
budget: {trials: $3}
trial: {max_failures: 1000}
parameters:
  lr: {min: 1.0e-5, max: 1.0e-1, log: true}
  optimizer: {values: [adam, sgd, rmsprop]}
  momentum: {min: 0.0, max: 0.99, when: "optimizer = 'sgd'"}
  batch: {min: 16, max: 256, step: 16}
  depth: {min: 1, max: 8}
  useless: {min: 0.0, max: 1.0}
YAML
}

# of PARAMETER: that parameter's object.
of() { echo "(.[0].parameters[] | select(.parameter == \"$1\"))"; }

# --- a random sweep: everything can be told ---------------------------------------------------------

sweep_file random random 60 | run_sweep
expect_status 0 sweep explain random --json
expect_json '.[0] | [.sweep, .method, .model.basis, .model.skill > 0.9]' '["random","random","model",true]'
# Over the space: variances of lr 0.05^2 16/12, of the optimizer 0.0095 (means 0.75, 0.70 and 0.55).
expect_json "$(of lr) | [.verdict, .share > 0.15, .share < 0.4]" '["matters",true,true]'
expect_json "$(of lr) | .levels | [.[].value] | . == sort" true
expect_json "$(of optimizer) | [.verdict, .share > 0.4, .share < 0.75]" '["matters",true,true]'
expect_json "$(of optimizer) | .levels | sort_by(-.value) | [.[].at]" '["adam","sgd","rmsprop"]'
expect_json "$(of momentum) | [.verdict, .total > .share]" '["matters",true]'
expect_json '[.[0].parameters[] | select(.verdict == "idle").parameter]' '["batch","depth","useless"]'
expect_json '.[0].predicted | [.params.lr > 0.05, .params.optimizer, .params.momentum > 0.75, .trial]' \
    '[true,"sgd",true,null]'
# The formula at the predicted best, within its interval.
expect_json '.[0].predicted | (.params | 0.97 + 0.05 * (.lr | log10) - 0.32 * ((.momentum - 0.9) | . * .)) as $truth
    | [.forecast.low < $truth, $truth < .forecast.high]' '[true,true]'
expect_json '.[0].poor | map([.parameter, .choice])' '[["optimizer","rmsprop"]]'
expect_json '.[0].failures | [.failed == .failed_inside, .trials_inside == .failed_inside,
    (.rules | sort_by(.parameter) | map([.parameter, .relation, .value]))]' \
    '[true,true,[["batch",">=",192],["depth",">=",6]]]'
expect_json '.[0].next | [.chosen_by, .aim]' '["strategy",null]'
expect_status 0 sweep explain random
expect_output "higher is better" "no effect to speak of: " "on average adam 0." "; with others " \
    "all of them have " "; no trial there came out" "the next point of random, whatever came out" \
    "  the predicted best would be, with " "%: to go on is worth it; to try it: sweep add"

# --- a bayes sweep: its end binds, and every ask can be made again -------------------------------------

sweep_file model bayes 30 | sed 's/^trial:/start: [{lr: 0.001, optimizer: adam, batch: 64, depth: 2, useless: 0.5}]\n&/' |
    run_sweep
expect_status 0 sweep add model lr=0.0001
sed -i 's/trials: 30/trials: 32/' space.yaml
expect_status 0 sweep run space.yaml
expect_status 0 sweep explain model --json
expect_json '.[0].edges' '[{"parameter":"lr","end":"upper","bound":0.1}]'
expect_json "$(of useless) | .total < 0.05" true
expect_json '.[0] | [.observed.trial > 0, .predicted.params.lr > 0.05]' '[true,true]'
expect_json '.[0].observed | [.forecast.low, .value, .forecast.high] | all(. > 0.85)' true
expect_status 0 sweep explain model
expect_output "lr: the best 3 trials have it at its upper end, 0.1: widen it with another max" "going on"
for number in $(seq 1 32); do
    sweep explain "model/$number" --json
done >"$out"
expect_json 'map(.asked_again) | group_by(.) | map([.[0], length])' '[[null,1],["same",31]]'
expect_json '.[0] | [.chosen_by, .seen, .aim]' '["start",0,null]'
expect_json '.[1] | [.chosen_by, .seen, .model.basis, .aim]' '["strategy",1,"none",null]'
expect_json 'map(select(.chosen_by == "person")) | length' 1
expect_json '[.[10:][] | select(.chosen_by == "strategy") | .aim] | all(. != null)' true
# What was expected of complete trials was seldom wrong.
expect_json 'map(select(.outcome != null)) | length > 15' true
expect_json 'map(select(.outcome == "better" or .outcome == "worse")) | length <= 6' true
expect_status 0 sweep explain model/1
expect_output "model/1: complete" "the file lists it under 'start'" "nothing: too little was known then"

# --- with little, or nothing, to learn from ---------------------------------------------------------

sweep_file few random 6 | run_sweep
expect_status 0 sweep explain few --json
expect_json '[.[0].parameters[].verdict] | unique' '["unknown"]'
expect_json '.[0] | [.edges, .poor, .untried, .progress]' '[[],[],[],null]'
expect_status 0 sweep explain few
expect_output "It cannot be told yet"

run_sweep <<'YAML'
name: luck
command: [sh, -c, 'echo "loss: $(printf %s "$1" | cksum | cut -c 1-4)"', _, '${x}']
metric: minimize loss
method: random
seed: 5
parallel: 1
budget: {trials: 40}
parameters:
  x: {min: 0.0, max: 1.0}
  rare: {min: 0.0, max: 1.0, when: "x > 0.999"}
YAML
expect_status 0 sweep explain luck --json
expect_json '[.[0].parameters[].verdict] | unique' '["unknown"]'
expect_json '.[0] | [.model.skill < 0.15, .edges, .untried]' \
    '[true,[],[{"parameter":"rare","trials":0}]]'
expect_status 0 sweep explain luck
expect_output "rare was never active; it needs x > 0.999" "What follows is a guess"

run_sweep <<'YAML'
name: none
command: 'true ${x}'
method: grid
parameters: {x: {values: [1, 2, 3]}}
YAML
expect_status 0 sweep explain none
expect_output "It cannot be told: the sweep has no metric." "nothing: every configuration was tried"
expect_status 0 sweep explain none --json
expect_json '.[0] | [.model.basis, .parameters, .next, .observed, .predicted]' '["none",[],null,null,null]'

expect_status 4 sweep explain none/4
expect_error "sweep: none: there is no trial 4"
expect_status 4 sweep explain nowhere
expect_error "there is no sweep 'nowhere'"
