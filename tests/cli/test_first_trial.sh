#!/usr/bin/env bash
# The first trial runs alone until its metric is seen. If it ends without, the sweep pauses; when the
# YAML is mended, what was printed is read again and nothing runs twice, whoever is killed when.
. "$(dirname "$0")/lib.sh"
need sqlite3

cat >trial <<'SH'
#!/bin/sh
echo "$SWEEP_TRIAL.$SWEEP_ATTEMPT" >>ran
i=0
while [ $((i += 1)) -le 3 ]; do echo "epoch $i loss 0.$i accuracy: 0.$i$1"; done
SH
chmod +x trial
cat >original.yaml <<'YAML'
name: demo
command: [./trial, '${x}']
metric: {name: val_acc, goal: maximize, step: epoch}
capture: {epoch: 'epoch (\d+)', loss: null}
method: grid
parallel: 3
parameters: {x: {values: [1, 2, 3, 4]}}
YAML
mended='metric: {name: accuracy, goal: maximize, step: epoch}'

# anew: the sweep as it is after the first, vain run.
anew() {
    rm -rf sweeps ran
    cp original.yaml space.yaml
    expect_status 75 sweep run space.yaml
}

# edit METRIC: change that line.
edit() { sed -i "s|^metric:.*|$1|" space.yaml; }

runs() { sort ran | tr '\n' ' '; }

# complete: all four are, each ran once, each report is there once. An attempt that was killed before
# it was let go does not count.
complete() {
    expect_equal "$(cut -d. -f1 ran | sort | tr '\n' ' ')" "1 2 3 4 " "what ran"
    expect_status 0 sweep export demo
    expect_json '[.[] | [.trial, .state, .value, .step, .captured.loss]]' \
        '[[1,"complete",0.31,3,0.3],[2,"complete",0.32,3,0.3],[3,"complete",0.33,3,0.3],[4,"complete",0.34,3,0.3]]'
    expect_json '.[0].attempts' 1
    expect_equal "$(query sweeps/demo 'SELECT count(*), count(DISTINCT arrival) FROM report')" \
        "36|36" "reports, and their places in the order"
    expect_equal "$(query sweeps/demo "SELECT count(*) FROM report a JOIN trial t
        ON t.number = a.trial WHERE a.arrival > t.arrival")" 0 "reports after their trial"
    expect_equal "$(query sweeps/demo 'PRAGMA integrity_check')" ok
}

anew
proposal="'val_acc' not found in 3 lines. Seen: accuracy (3x, 0.11..0.31), loss (3x, 0.1..0.3).\
 Try metric.name: accuracy"
expect_output "trial 1 runs alone until val_acc is seen" "trial 1: $proposal" \
    "paused: val_acc was not found in what trial 1 printed" "see its output: sweep log demo/1" \
    "if you mend the script instead: sweep resume demo --rerun"
expect_equal "$(runs)" "1.1 " "what ran"
expect_status 0 sweep top demo
expect_output "paused: val_acc was not found in what trial 1 printed"

# What waits for its metric has not failed; asking changes nothing.
expect_status 1 sweep retry demo/1
expect_error "\`sweep resume --rerun\` runs it again instead"
expect_status 0 sweep top demo
expect_output "paused: val_acc was not found in what trial 1 printed"

# Nothing was mended: the same at once, and nothing runs.
expect_status 75 sweep run space.yaml
expect_output "trial 1: $proposal" "1 ended without the metric"
expect_status 75 sweep resume demo
expect_output "trial 1: $proposal"
expect_status 75 sweep run space.yaml --json
expect_json '[.[] | select(.event == "message" or .event == "ended") | .text] | .[-2:]' \
    "[\"trial 1: $proposal\",\"paused: val_acc was not found in what trial 1 printed\"]"
edit 'metric: {name: f1, goal: maximize, step: epoch}'
expect_status 75 sweep run space.yaml
expect_output "changed in space.yaml, and applied: metric.name val_acc -> f1" "'f1' not found in 3 lines."
expect_equal "$(runs)" "1.1 " "what ran"

# Mended: trial 1 is complete without running again, the others run.
edit "$mended"
expect_status 0 sweep run space.yaml
expect_output "changed in space.yaml, and applied: metric" \
    "trial 1: 3 numbers of accuracy found in the output of before" "trial 1  0.31 (best, epoch 3)" \
    "best: trial 4, accuracy 0.34"
complete
expect_status 0 sweep show 1
expect_output "3 numbers of accuracy found in the output of before"

# Now values compare, and the metric stays.
edit 'metric: {name: accuracy, goal: minimize, step: epoch}'
expect_status 2 sweep run space.yaml
expect_error "metric has changed, and its trials would no longer compare"

# Killed before the mended run has recorded anything, and when it is about to end.
for point in runner_before_commit:1 runner_after_commit:1 runner_before_commit:2 \
    runner_before_ingest:1 runner_before_finish:1; do
    anew
    edit "$mended"
    expect_status 137 env SWEEP_CRASH_POINT=$point sweep run space.yaml
    expect_status 0 sweep run space.yaml
    complete
done
# Killed when the first trial has ended and nobody was told.
for point in runner_after_ingest:1 runner_before_finish:1; do
    rm -rf sweeps ran
    cp original.yaml space.yaml
    expect_status 137 env SWEEP_CRASH_POINT=$point sweep run space.yaml
    expect_status 75 sweep resume demo
    edit "$mended"
    expect_status 0 sweep run space.yaml
    complete
done

# The metric was captured all along: nothing needs to be read.
rm -rf sweeps ran
sed 's/loss: null/loss: null, accuracy: null/' original.yaml >space.yaml
expect_status 75 sweep run space.yaml
rm sweeps/demo/trials/000001/output.log
edit "$mended"
sed -i 's/, accuracy: null//' space.yaml
expect_status 0 sweep run space.yaml
complete

# No metric is wanted after all.
anew
sed -i '/^metric/d; /^capture/d' space.yaml
expect_status 0 sweep run space.yaml
expect_equal "$(runs)" "1.1 2.1 3.1 4.1 " "what ran"

# The output is gone: said, and with --rerun the trial runs again.
anew
rm sweeps/demo/trials/000001/output.log
edit "$mended"
expect_status 75 sweep run space.yaml
expect_output "trial 1: the output is not there"
expect_status 0 sweep resume demo --rerun
expect_equal "$(runs)" "1.1 1.2 2.1 3.1 4.1 " "what ran"

# It is the script that was mended.
anew
sed -i 's/accuracy:/val_acc:/' trial
expect_status 75 sweep run space.yaml
expect_status 0 sweep run space.yaml --rerun
expect_equal "$(runs)" "1.1 1.2 2.1 3.1 4.1 " "what ran"
expect_status 0 sweep best demo
sed -i 's/val_acc:/accuracy:/' trial

# Only what is missing is looked for: a person may give the trial up instead.
anew
expect_status 0 sweep cancel demo/1
sed -i 's/accuracy:/val_acc:/' trial
expect_status 0 sweep run space.yaml
expect_equal "$(runs)" "1.1 2.1 3.1 4.1 " "what ran"
expect_status 0 sweep show 1
expect_output "demo/1: cancelled"

# A later trial without the metric has failed.
cat >trial <<'SH'
#!/bin/sh
[ "$1" -eq 2 ] || echo "val_acc: 0.$1"
SH
rm -rf sweeps
cp original.yaml space.yaml
expect_status 0 sweep run space.yaml
expect_output "failed: exit code 0, but no metric was seen" "best: trial 4"
