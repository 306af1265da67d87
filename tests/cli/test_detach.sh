#!/usr/bin/env bash
# `run --detach` and `resume --detach`: the runner goes on without us, and says what it says in a file.
. "$(dirname "$0")/lib.sh"

cat >space.yaml <<'YAML'
name: away
command: [sh, -c, 'echo loss=$1; until test -e go; do sleep 0.01; done', _, '${x}']
metric: minimize loss
method: grid
parallel: 1
parameters: {x: {values: [1, 2]}}
YAML
is_over() { grep -q "all 2 points" sweeps/away/runner.log; }

expect_status 0 sweep run space.yaml --detach
expect_output "away: goes on in the background (process "
expect_status 0 sweep top away
expect_output "running now"
expect_status 3 sweep run space.yaml --detach # there is one already
touch go
wait_until is_over
expect_status 0 sweep best away

rm -rf sweeps go
start sweep run space.yaml --on-term detach
wait_until test -s sweeps/away/trials/000001/output.log
kill "$pid"
join 75
expect_status 0 sweep resume away --detach --json
expect_json '.[0] | [.sweep, .started]' '["away",true]'
expect_status 0 sweep pause away
touch go
expect_status 0 sweep resume away # the one in the background wakes up
wait_until is_over
