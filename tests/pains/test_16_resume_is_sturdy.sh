#!/usr/bin/env bash
# Pain 16: resume is fragile or impossible. (tests/crash does it 200 times, and at every point.)
. "$(dirname "$0")/../cli/lib.sh"

cat >space.yaml <<'YAML'
name: sturdy
command: [sh, -c, 'echo $SWEEP_TRIAL >>ran; sleep 0.05; echo loss=$1', _, '${x}']
metric: minimize loss
method: random
seed: 5
parallel: 2
budget: {trials: 12}
parameters: {x: {min: 0.0, max: 1.0}}
YAML
has_run() { [ "$(wc -l <ran)" -ge "$1" ]; } # so many trials have begun
touch ran
expect_status 0 sweep run space.yaml --dir reference
: >ran
for kill in 1 2 3; do
    start sweep run space.yaml
    wait_until has_run $((kill * 2))
    kill -9 "$pid"
    wait "$pid" 2>/dev/null || true
done
expect_status 0 sweep run space.yaml
expect_equal "$(sort -n ran | uniq -d)" "" "trials that ran twice"
sweep export sturdy | jq -c '[.trial, .params, .value]' >"$base/resumed" 2>/dev/null || true
sweep export reference | jq -c '[.trial, .params, .value]' >"$base/undisturbed" 2>/dev/null || true
cmp "$base/resumed" "$base/undisturbed" || fail "not what an undisturbed sweep gives"
