#!/usr/bin/env bash
# Attempts of one trial: retries, saved and started again, stalls; and the breaker with its last
# lines.
. "$(dirname "$0")/lib.sh"

cat >flaky.sh <<'SH'
echo "acc: 0.$SWEEP_ATTEMPT"
[ "$SWEEP_ATTEMPT" = 3 ] || exit 4
SH
cat >flaky.yaml <<'YAML'
command: sh flaky.sh ${lr}
metric: maximize acc
budget: {trials: 1}
trial: {retries: 2}
parameters:
  lr: {min: 0.1, max: 1.0}
YAML
expect_status 0 sweep run flaky.yaml
expect_output "will run again: exit code 4"
expect_status 0 sweep show flaky/1 --json
expect_json '[.[0].state, .[0].value, (.[0].attempts | length)]' '["complete",0.3,3]'

# Three epochs an attempt, from the checkpoint.
cat >saves.sh <<'SH'
epoch=$(cat "$SWEEP_CHECKPOINT_DIR/epoch" 2>/dev/null || echo 0)
for i in 1 2 3; do
    epoch=$((epoch + 1))
    echo "epoch $epoch acc: 0.5"
done
echo $epoch >"$SWEEP_CHECKPOINT_DIR/epoch"
[ $epoch -ge 12 ] || exit 85
SH
cat >saves.yaml <<'YAML'
command: sh saves.sh ${lr}
metric: {name: acc, goal: maximize, step: epoch, reduce: last}
budget: {trials: 1}
parameters:
  lr: {min: 0.1, max: 1.0}
YAML
expect_status 0 sweep run saves.yaml
expect_status 0 sweep show saves/1 --json
expect_json '[.[0].state, .[0].step, (.[0].attempts | length)]' '["complete",12,4]'

# It saves, and never looks for what it saved.
sed -i 's/^epoch=.*/epoch=0/' saves.sh
expect_status 1 sweep run saves.yaml --dir sweeps/futile
expect_output "your script does not load SWEEP_CHECKPOINT_DIR"
expect_status 0 sweep show futile/1 --json
expect_json '[.[0].state, .[0].reason, (.[0].attempts | length)]' '["failed","no_progress",3]'

cat >stall.yaml <<'YAML'
command: [sh, -c, "echo begin; exec sleep 1000", sh, "${lr}"]
metric: maximize acc
budget: {trials: 1}
trial: {stall: 500ms, retries: 1}
parameters:
  lr: {min: 0.1, max: 1.0}
YAML
expect_status 1 sweep run stall.yaml
expect_output "will run again: stalled: no output for too long"
expect_status 0 sweep show stall/1 --json
expect_json '[.[0].state, .[0].reason, (.[0].attempts | length)]' '["failed","stall",2]'

cat >broken.sh <<'SH'
for i in $(seq 20); do echo "line $i"; done
printf 'NameError: \033[31mx'
exit 1
SH
cat >broken.yaml <<'YAML'
command: sh broken.sh ${lr}
metric: maximize acc
budget: {trials: 10}
parallel: 1
parameters:
  lr: {min: 0.1, max: 1.0}
YAML
expect_status 1 sweep run broken.yaml
expect_output "3 trials failed in the first minute: 3 trials finished" \
    "the last lines of trial 3 (sweep log broken/3 shows all):" "    line 12" "    line 20" \
    '    NameError: \x1b[31mx' "when it is mended, go on with: sweep resume broken" \
    "trial.max_failures"
expect_no_output "line 11"
echo 'echo acc: 0.5' >broken.sh
expect_status 0 sweep resume broken
expect_output "all 10 trials of the budget are finished" "7 complete, 3 failed"
