#!/usr/bin/env bash
# Trials that run: `show` and `top` say how far they are, also behind a ranking that is longer than
# the screen; where their runner is gone, they say that.
. "$(dirname "$0")/lib.sh"
need jq

cat >space.yaml <<'YAML'
name: demo
command:
  - sh
  - -c
  - |
    [ "$1" -gt 25 ] || { echo "epoch 1 acc: 0.$1"; exit; }
    [ "$1" = 27 ] || printf 'epoch %d acc: %s loss: %s\n' 1 0.5 9 2 0.9 8 3 0.7 7
    while [ ! -e go ]; do sleep 0.05; done
    echo "epoch 4 acc: 0.95"
  - _
  - ${x}
metric: {name: acc, goal: maximize, step: epoch}
capture: {epoch: 'epoch (\d+)', loss: }
method: grid
parallel: 2
parameters:
  x: {min: 1, max: 27, step: 1}
YAML
start sweep run space.yaml
runner=$pid
wait_until test -e sweeps/demo/sweep.db
# The last two run, and what the one printed is recorded.
wait_until sh -c 'sweep show demo/26 2>/dev/null | grep -q "reports: 3"'
wait_until sh -c 'sweep show demo/27 2>/dev/null | grep -q "^demo/27: running"'

expect_status 0 sweep show demo/26
grep -qE '^demo/26: running for [0-9.ms]+, epoch 3, acc 0\.9 so far, the last 0\.7$' "$out" ||
    fail "not how far the trial is"
grep -qE '^ +1  .*  [0-9.ms]+ +running$' "$out" || fail "the attempt's time is not there"
grep -qE '^  loss +8$' "$out" || fail "captured numbers are not those of the best report"
expect_status 0 sweep show demo/27
grep -qE '^demo/27: running for [0-9.ms]+, no acc yet$' "$out" || fail "not that there is no value"
expect_status 0 sweep show demo/26 --json
expect_json '.[0] | [.state, .value]' '["running",null]'

# On a screen of 20 rows they come after the best ones; where all are shown, each once.
script -qec "stty rows 24 cols 80 -onlcr; NO_COLOR=1 sweep top demo" /dev/null </dev/null >"$base/screen"
grep -qE '^ +26 +0\.9 .*running' "$base/screen" || fail "no running trial with its value"
grep -qE '^ +27 +- .*running' "$base/screen" || fail "no running trial without a value"
expect_in "$base/screen" "22 of 27 are shown; -n N shows more"
expect_status 0 sweep top demo
expect_equal "$(grep -cE '^ +2[67] .*running' "$out")" 2 "running trials"
grep -qE '^ +26  0\.9 \(best, epoch 2; last 0\.7\) +running +[0-9.ms]+ ' "$out" ||
    fail "the value so far does not say what it is"
expect_output "best acc 0.9 in trial 9"
expect_status 0 sweep top demo -n 2
expect_no_output "running  "
expect_status 0 sweep top demo --where "state = 'running'"
expect_equal "$(grep -cE '^ +2[67] .*running' "$out")" 2 "running trials that were asked for"
expect_status 0 sweep top demo --json
expect_json 'map(select(.state == "running") | .value)' '[null,null]'

# Nobody watches them any more.
kill -KILL "$runner"
wait "$runner" 2>/dev/null || true
expect_status 0 sweep show demo/26
expect_output "demo/26: left running, when its runner ended, epoch 3, acc 0.9 so far, the last 0.7"
expect_status 0 sweep top demo
expect_output "left running"
touch go
expect_status 0 sweep resume demo
expect_status 0 sweep show demo/26
expect_output "demo/26: complete; acc 0.95 (best, epoch 4)"
