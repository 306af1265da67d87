#!/usr/bin/env bash
# A command, or a metric, that was wrong is mended in the file while no trial has come out; once one
# has, it stays. What failed before stays recorded, and the files still tell what the database says.
. "$(dirname "$0")/lib.sh"

# write COMMAND METRIC
write() {
    cat >space.yaml <<YAML
name: demo
command: [sh, -c, 'echo "\$SWEEP_TRIAL.\$SWEEP_ATTEMPT" >>ran; $1', _, '\${x}']
metric: {name: $2}
method: grid
parallel: 1
budget: {trials: 8}
trial: {max_failures: ${3:-3}}
parameters:
  x: {values: [1, 2, 3, 4, 5, 6, 7, 8]}
YAML
}

# Three trials fail with the wrong command, one of them with a number of the metric.
write 'echo "loss: 9"; exit 3' loss
expect_status 1 sweep run space.yaml
expect_output "3 failed" "see its output"
write 'echo "loss: $1 acc: 0.$1"' 'loss, goal: maximize, target: 99' 9
expect_status 0 sweep run space.yaml
expect_equal "$(grep -o 'metric.target none -> 99' "$out" | wc -l)" 1 "how often the target is said"
expect_output 'command ... 9"; exit 3, _, ${x}] -> ... $1 acc: 0.$1", _, ${x}], metric.goal' \
    "metric.goal minimize -> maximize" "trial.max_failures 3 -> 9" \
    "no trial has come out yet, so the command may change" \
    "what failed with the old one stays as it is; run it again, too, with: sweep retry demo" \
    "going on with what is there: 3 finished" "5 complete, 3 failed" "best: trial 8, loss 8"
expect_equal "$(tr '\n' ' ' <ran)" "1.1 2.1 3.1 4.1 5.1 6.1 7.1 8.1 " "what ran"
sweep export demo >rows
expect_status 0 sweep doctor --repair demo
expect_output "is sound"
sweep export demo | cmp - rows || fail "the repair changed something"

# The failed ones again, with the command of today.
expect_status 0 sweep retry demo
expect_status 0 sweep resume demo
expect_output "8 complete, 3 failed"

# Now trials have values: it is refused.
write 'echo "loss: 0.$1"' 'loss, goal: maximize' 9
expect_status 2 sweep run space.yaml
expect_error "command has changed, and its trials would no longer compare"
write 'echo "loss: $1 acc: 0.$1"' 'acc, goal: maximize' 9
expect_status 2 sweep run space.yaml
expect_error "metric has changed, and its trials would no longer compare" "metric.name loss -> acc"

# A trial that ended without the metric waits; with another command it runs again.
rm -rf sweeps ran
write 'echo "los: $1"' loss
expect_status 75 sweep run space.yaml
expect_output "'loss' not found in 1 line"
write 'echo "loss: $1"' loss
expect_status 0 sweep run space.yaml
expect_output "no trial has come out yet" "8 complete"
expect_not_in "$out" "sweep retry"
expect_equal "$(head -n 2 ran | tr '\n' ' ')" "1.1 1.2 " "attempts of the first trial"

# Not while a trial runs with the old one, nor when one that is to go on has numbers of it.
for on_term in "detach 75" "stop 130"; do
    rm -rf sweeps ran started go
    write 'echo "loss: $1"; touch started; while [ ! -e go ]; do sleep 0.05; done' loss
    start sweep run space.yaml --on-term="${on_term% *}"
    wait_until test -e started
    wait_until sh -c 'sweep show demo/1 | grep -q "reports: 1"'
    kill -TERM "$pid"
    join "${on_term#* }"
    write 'echo "loss: 0.$1"' loss
    expect_status 2 sweep run space.yaml
    expect_error "command has changed" "No trial has come out yet: when those that have begun are" \
        "may change: sweep cancel demo/1"
    expect_status 0 sweep cancel demo/1
    touch go
    expect_status 0 sweep run space.yaml
    expect_output "no trial has come out yet, so the command may change" "7 complete, 1 stopped"
done

# Where every trial failed there is nothing to go on with: what is said then works.
cat >unborn.yaml <<'YAML'
command: [./unborn, '${x}']
metric: minimize loss
method: grid
parameters: {x: {values: [1, 2]}}
YAML
expect_status 1 sweep run unborn.yaml
expect_output 'when it is mended: sweep retry unborn, and `sweep run` with the YAML again'
printf '#!/bin/sh\necho loss: $1\n' >unborn
chmod +x unborn
expect_status 0 sweep retry unborn
expect_status 0 sweep run unborn.yaml
expect_output "2 complete, 2 failed" "best: trial 3"

# What only was left out before, and is written as it is anyway, is not told as a change.
printf 'trial: {retries: 1, grace: 30s}\n' >>unborn.yaml
expect_status 0 sweep run unborn.yaml
expect_output "trial.retries 0 -> 1"
expect_no_output "trial.grace"

# With a metric of another name: what failed has a value of the old one, and the repair lets it be.
rm -rf sweeps ran
write 'echo "los: 9 loss: 0.$1"; exit 3' los
expect_status 1 sweep run space.yaml
write 'echo "los: 9 loss: 0.$1"' loss 9
expect_status 0 sweep run space.yaml
expect_output "metric.name los -> loss" "5 complete, 3 failed"
expect_status 0 sweep doctor --repair demo
expect_output "is sound"
