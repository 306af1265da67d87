#!/usr/bin/env bash
# Pain 20: the pattern silently collects nothing.
. "$(dirname "$0")/../cli/lib.sh"

cat >space.yaml <<'YAML'
name: silent
command: [sh, -c, 'echo accuracy=0.9', _, '${x}']
metric: maximize val_acc
method: grid
parameters: {x: {values: [1, 2, 3, 4, 5, 6, 7, 8, 9]}}
YAML
status=0
sweep run space.yaml >"$out" 2>"$err" || status=$?
[ "$status" != 0 ] || fail "a sweep that found no number calls itself a success"
expect_in "$out" val_acc
echo 'epoch 3 accuracy=0.9' >log
expect_status 2 sweep check space.yaml --log log
expect_output "accuracy"
