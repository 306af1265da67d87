#!/usr/bin/env bash
# Time over resumes, patience, target and failures: what ends a sweep, what it says, what follows.
. "$(dirname "$0")/lib.sh"

# A trial that needs two attempts: the first saves and sleeps, the second finishes.
cat >long.sh <<'SH'
[ -e "$SWEEP_CHECKPOINT_DIR/saved" ] && { echo "acc: 0.75"; exit 0; }
: >"$SWEEP_CHECKPOINT_DIR/saved"
sleep 1000
SH
cat >time.yaml <<'YAML'
command: sh long.sh ${lr}
metric: maximize acc
budget: {trials: 2, time: 700ms}
parallel: 1
parameters:
  lr: {min: 0.1, max: 1.0}
YAML
expect_status 1 sweep run time.yaml
expect_output "for at most 0.70s" "the time of the budget (0.70s) is used up" "waiting to be run"
expect_status 1 sweep resume time # nothing is left of it
expect_output "the time of the budget (0.70s) is used up"
expect_status 0 sweep show time/1 --json
expect_json '.[0].state' '"waiting"'
sed -i 's/time: 700ms/time: 1h, finish: 1m/' time.yaml
timeout 60 sed -i 's/^sleep 1000$/exit 85/' long.sh
expect_status 0 sweep run time.yaml
expect_output "changed in time.yaml, and applied: budget" "all 2 trials of the budget are finished"

cat >values.sh <<'SH'
case $SWEEP_TRIAL in
1) echo "acc: 0.5" ;;
2) echo "acc: 0.6" ;;
9) echo "acc: 0.9" ;;
*) echo "acc: 0.6" ;;
esac
SH
cat >patience.yaml <<'YAML'
command: sh values.sh ${lr}
metric: {name: acc, goal: maximize}
budget: {patience: 3}
parallel: 1
parameters:
  lr: {min: 0.1, max: 1.0}
YAML
expect_status 0 sweep run patience.yaml
expect_output "the last 3 trials brought nothing better: 5 trials finished"
expect_status 0 sweep resume patience # counted from the record
expect_output "the last 3 trials brought nothing better: 5 trials finished"
sed -i -e 's/maximize}/maximize, target: 0.8}/' -e 's/patience: 3/patience: 30/' patience.yaml
expect_status 0 sweep run patience.yaml
expect_output "applied: budget.patience 3 -> 30, metric.target none -> 0.8" "trial 9 has reached the target: 9 trials finished"

cat >failures.yaml <<'YAML'
command: sh -c 'exit 7' sh ${lr}
metric: maximize acc
budget: {trials: 100}
parallel: 1
trial: {max_failures: 4}
parameters:
  lr: {min: 0.1, max: 1.0}
YAML
expect_status 1 sweep run failures.yaml
expect_output "4 trials have failed (trial.max_failures: 4): 4 trials finished"
expect_no_output "when it is mended"
expect_status 1 sweep resume failures
expect_output "4 trials have failed (trial.max_failures: 4): 4 trials finished"
sed -i 's/max_failures: 4/max_failures: 6/' failures.yaml
expect_status 1 sweep run failures.yaml
expect_output "applied: trial" "6 trials have failed (trial.max_failures: 6): 6 trials finished"
