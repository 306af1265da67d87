#!/usr/bin/env bash
# `sweep run` of a file whose sweep is there: goes on, applies what may change, refuses the rest.
. "$(dirname "$0")/lib.sh"

# write TRIALS PARALLEL: the file; each trial leaves a line in ./ran.
write() {
    cat >space.yaml <<YAML
name: digits
command: [sh, -c, 'echo "\$SWEEP_TRIAL.\$SWEEP_ATTEMPT" >>ran; echo "loss: 0.\$1"', _, '\${x}']
metric: {name: loss, goal: minimize}
method: random
seed: 7
parallel: $2
budget: {trials: $1}
parameters:
  x: {min: 1, max: 1000}
YAML
}

write 2 1
expect_status 0 sweep run space.yaml
expect_status 0 sweep run space.yaml
expect_output "going on with what is there: 2 finished" "all 2 trials of the budget are finished"
expect_equal "$(cat ran)" "1.1
2.1" "attempts after the second run"

# A larger budget and more at once: applied, said, recorded in both places, nothing twice.
write 5 2
echo "# a remark" >>space.yaml
expect_status 0 sweep run space.yaml
expect_output "changed in space.yaml, and applied: budget.trials 2 -> 5, parallel 1 -> 2" "5 trials, 2 at a time"
expect_equal "$(sort ran | tr '\n' ' ')" "1.1 2.1 3.1 4.1 5.1 " attempts
cmp space.yaml sweeps/digits/space.yaml || fail "the copy beside the database is the old one"
expect_status 0 sweep run space.yaml
expect_not_in "$out" changed
expect_status 0 sweep resume digits
expect_output "5 trials, 2 at a time"

# Settings of trials may change, as may the name; a smaller budget runs nothing and loses nothing.
write 3 2
echo "trial: {timeout: 1h, env: {A: b}}" >>space.yaml
expect_status 0 sweep run space.yaml
expect_output "applied: budget.trials 5 -> 3, trial.timeout none -> 1h, trial.env none -> {A: b}" "5 complete"
cp space.yaml good.yaml

# What would make trials that do not compare is refused, and changes nothing.
refuse() { # KEY SED-EXPRESSION WHAT...
    local before text
    before=$(cat sweeps/digits/space.yaml && ls sweeps/digits/trials && sweep export digits)
    sed "$2" good.yaml >space.yaml
    ! cmp -s good.yaml space.yaml || fail "$2 changes nothing"
    expect_status 2 sweep run space.yaml
    case $1 in
    space:*) expect_error "space.yaml${1#space:}" ;; # see test_accept_changes.sh
    *) expect_error "space.yaml is not what the sweep in digits was started with: $1 changed" \
        "sweep resume digits" "What changed:" ;;
    esac
    for text in "${@:3}"; do
        expect_error "  $text"
    done
    expect_equal "$(cat sweeps/digits/space.yaml && ls sweeps/digits/trials && sweep export digits)" \
        "$before" "what is on disk after a refusal"
}
refuse "command has" 's/loss: 0/loss: 1/' \
    'command ... 0.$1", _, ${x}] -> ... 1.$1", _, ${x}]'
refuse "metric has" 's/minimize/maximize/' \
    'metric.goal minimize -> maximize'
refuse "metric has" 's/name: loss,/name: loss, pattern: "loss: (.*)",/' \
    'metric.pattern none -> loss: (.*)'
refuse "method has" 's/method: random/method: grid/' \
    'method random -> grid'
refuse "space: has another space than the sweep in digits:" 's/max: 1000/max: 999/' \
    'parameters.x.max 1000 -> 999'
refuse "space: has another space than the sweep in digits:" 's/^parameters:/&\n  y: {value: 3}/' \
    'parameters.y none -> {value: 3}'
refuse "seed has" 's/seed: 7/seed: 8/' \
    'seed 7 -> 8'
refuse "metric, parameters have" 's/minimize/maximize/; s/max: 1000/max: 999/' \
    'metric.goal minimize -> maximize' 'parameters.x.max 1000 -> 999'
expect_equal "$(sort ran | tr '\n' ' ')" "1.1 2.1 3.1 4.1 5.1 " attempts

# The layout and the order of keys are nothing; nor is a seed left out.
sed '/^seed/d; s/  x: {min: 1, max: 1000}/  x:\n    max: 1000\n    min: 1/' good.yaml >space.yaml
expect_status 0 sweep run space.yaml
expect_output "seed 7"
expect_not_in "$out" changed
