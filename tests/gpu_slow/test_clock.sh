#!/usr/bin/env bash
# A wall clock that is set to and fro: what waits, ends; what is to be stopped, is, and not before.
. "$(dirname "$0")/../gpu/lib.sh"

need sqlite3
! grep -q __asan "$BUILD_DIR/bin/sweep" || {
    echo "skipped: a sanitizer wants to be loaded first"
    exit 77
}
# Of the program and of all that it starts, not of this script.
mkdir "$base/bin"
printf '#!/bin/sh\nLD_PRELOAD=%s exec %s "$@"\n' "$BUILD_DIR/fake/clock.so" "$BUILD_DIR/bin/sweep" >"$base/bin/sweep"
chmod +x "$base/bin/sweep"
PATH=$base/bin:$PATH
[ "$(for i in 1 2 3 4 5 6; do LD_PRELOAD=$BUILD_DIR/fake/clock.so date +%F; sleep 0.11; done | sort -u | wc -l)" -ge 2 ] ||
    fail "the clock stands"

# Two sweeps and one GPU, the second of which waits.
box 1
gpu_space first 2 "{gpus: 1}"
gpu_space second 3
start sweep run first.yaml
wait_until has_lines 1 ledger
expect_status 0 timeout 20 sweep run second.yaml
join 0
expect_ledger 1

# limited NAME WHAT: a trial that says one thing and sleeps.
limited() {
    cat >"$1.yaml" <<END
command: [sh, -c, 'echo acc 0.1; sleep 30']
metric: maximize acc
method: grid
parameters: {n: {values: [1]}}
trial: {$2, grace: 200ms}
END
}
limited stall "stall: 2s"
limited timeout "timeout: 2s"
for name in stall timeout; do
    expect_status 1 timeout 20 sweep run $name.yaml
    expect_equal "$(query sweeps/$name 'SELECT duration_us BETWEEN 1900000 AND 15000000 FROM attempt')" 1 "$name came in time"
    expect_status 0 sweep doctor --repair $name
    expect_output "is sound"
done

# The budget counts by a clock that does not jump, and so does a trial's duration.
cat >budget.yaml <<END
command: [sh, -c, 'echo acc 0.1; sleep 0.2']
metric: maximize acc
method: random
budget: {time: 2s}
parameters: {x: {min: 0.0, max: 1.0}}
END
expect_status 0 timeout 20 sweep run budget.yaml
expect_output "the time of the budget (2.00s) is used up"
expect_equal "$(query sweeps/budget 'SELECT count(*) > 1, min(duration_us) >= 200000, max(duration_us) < 15000000 FROM trial WHERE state = 2')" \
    "1|1|1" "trials"
expect_status 0 sweep top budget
expect_status 0 sweep list
