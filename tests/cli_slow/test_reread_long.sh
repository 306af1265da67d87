#!/usr/bin/env bash
# A long output that is read again: what was in its middle is not there, and this is said.
. "$(dirname "$0")/lib.sh"

cat >trial <<'SH'
#!/bin/sh
echo "accuracy: 0.5"
yes "$(printf %4000d 0)" | head -c 90000000
echo
echo "accuracy: 0.25"
SH
chmod +x trial
cat >space.yaml <<'YAML'
name: demo
command: [./trial, '${x}']
metric: maximize val_acc
method: grid
parameters: {x: {values: [1]}}
YAML
expect_status 75 sweep run space.yaml
expect_output "Seen: accuracy (2x, 0.25..0.5). Try metric.name: accuracy; " \
    "in the middle of the output were not kept"
sed -i 's/val_acc/accuracy/' space.yaml
expect_status 0 sweep run space.yaml
expect_output "2 numbers of accuracy found in the output of before;" \
    "in the middle of the output were not kept"
