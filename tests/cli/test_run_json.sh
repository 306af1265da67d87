#!/usr/bin/env bash
# `sweep run --json`: one event a line, from the first to the last.
. "$(dirname "$0")/lib.sh"
need jq

cat >space.yaml <<'YAML'
name: demo
command: [sh, -c, 'case $SWEEP_TRIAL.$SWEEP_ATTEMPT in 2.1) kill -9 $PPID; sleep 9;; esac; echo "epoch: 1 loss: $1 acc: 0.5"', _, '${x}']
metric: {name: loss, goal: minimize, step: epoch}
capture: {acc: }
method: grid
seed: 7
parallel: 1
parameters:
  x: {values: [1, 2, "\u0007\"nan\" \U0001F600", nan]}
YAML
expect_status 0 sweep run space.yaml --json
expect_quiet
lines=$(wc -l <"$out")
expect_json 'length' "$lines"
expect_json 'map(.event) | unique' '["ended","message","started","trial_ended","trial_retried","trial_started"]'
expect_json 'map(select(.event == "trial_ended") | .row.trial)' '[1,2,3,4]'
expect_json 'map(select(.event == "trial_ended") | .row.state)' '["complete","complete","failed","complete"]'
expect_json 'map(select(.event == "trial_ended"))[3].row.value' '"nan"'
expect_json 'map(select(.event == "trial_ended"))[3].row.captured' '{"acc":0.5,"epoch":1}'
expect_json 'map(select(.event == "trial_started"))[0].row.captured' '{}'
expect_json '.[-1].row.captured' '{"acc":0.5,"epoch":1}'
expect_json 'map(select(.event == "trial_retried"))[0] | [.row.trial, (.text | startswith("lost"))]' '[2,true]'
expect_json '.[-1] | [.event, .text, .finished, .running, .best, .row.value]' \
    '["ended","all 4 points of the space were tried",4,0,1,1]'
expect_json 'map(select(.event == "started"))[0] | [.finished, .running, .budget, .best]' '[0,0,null,null]'
cp "$out" "$base/events"
expect_status 0 sweep export demo
cp "$out" "$base/rows"
expect_equal "$(jq -cS 'select(.event == "trial_ended") | .row' "$base/events")" \
    "$(jq -cS . "$base/rows")" "rows of events and of the export"

expect_status 0 sweep resume demo --json
expect_json 'map(.event) | unique' '["ended","message","started"]'
