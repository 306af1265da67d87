#!/usr/bin/env bash
# Pain 2: after a kill trials stay RUNNING for ever and poison the sampler.
. "$(dirname "$0")/../cli/lib.sh"

cat >space.yaml <<'YAML'
name: killed
command: [sh, -c, 'echo $SWEEP_TRIAL >>begun; test -e go || sleep 60; echo loss=1', _, '${x}']
metric: minimize loss
method: random
seed: 1
parallel: 2
budget: {trials: 3}
parameters: {x: {min: 0.0, max: 1.0}}
YAML
start sweep run space.yaml
wait_until test -s begun
our_pids >"$base/pids"
xargs kill -9 <"$base/pids" 2>/dev/null || true # the machine might as well have been switched off
wait "$pid" 2>/dev/null || true
expect_status 0 sweep top killed
expect_no_output "running now"
touch go
expect_status 0 sweep resume killed
expect_status 0 sweep export killed
expect_json 'map(.state) | unique' '["complete"]'
expect_json 'length' 3
