#!/usr/bin/env bash
# Which attempt's numbers count: those of one that began anew replace the earlier ones, those of one
# that went on from a checkpoint follow them.
. "$(dirname "$0")/lib.sh"

# The first attempt of trial 1 reports the best number of all and kills its supervisor.
write_space() { # SAVE
    cat >train.sh <<SH
[ \$SWEEP_ATTEMPT = 2 ] || { $1; echo 'acc=0.9 extra=9'; sleep 0.1; kill -9 \$PPID; sleep 9; }
echo "acc=0.5 extra=5 resume=\${SWEEP_RESUME:-no}"
SH
    cat >space.yaml <<'YAML'
name: anew
command: [sh, train.sh, "${x}"]
metric: maximize acc
capture: {extra: 'extra=(\d+)'}
method: grid
parameters: {x: {values: [1]}}
YAML
    rm -rf sweeps
}

write_space true
expect_status 0 sweep run space.yaml
expect_output "0.5" "lost"
expect_status 0 sweep best --json
expect_json '.[0] | [.value, .last, .captured.extra, .attempts]' '[0.5,0.5,5,2]'
expect_status 0 sweep show 1
expect_output "step 1  0.9  does not count" "step 1  0.5"
expect_status 0 sweep log 1
expect_output "resume=no"

write_space 'echo weights >$SWEEP_CHECKPOINT_DIR/model'
expect_status 0 sweep run space.yaml
expect_status 0 sweep best --json
expect_json '.[0] | [.value, .step, .last, .captured.extra]' '[0.9,1,0.5,9]'
expect_status 0 sweep show 1
expect_output "step 1  0.9" "step 2  0.5"
expect_no_output "does not count"
expect_status 0 sweep log 1
expect_output "resume=1"
