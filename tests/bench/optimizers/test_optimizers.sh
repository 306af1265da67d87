#!/usr/bin/env bash
# The harness that compares optimisers: its known minima and figures, and one run of it with the
# program that was built. Needs Python 3 and none of the peers.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
command -v python3 >/dev/null || {
    echo "python3 is not installed: the harness is not tested"
    exit 77
}
export PYTHONDONTWRITEBYTECODE=1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
    echo "$1"
    exit 1
}

python3 "$here/test_optimizers.py"

bench() {
    "$here/bench.py" --sweep "$BUILD_DIR/bin/sweep" --results "$scratch/runs.jsonl" --nice 0 \
        --peers "$scratch/none" "$@" >"$scratch/out" 2>&1
}

# A run is made once, then known; a raised budget makes it anew.
bench --engines sweep:sobol,random --problems conditional/pair --seeds 2 --budget 20 ||
    fail "$(cat "$scratch/out")"
grep -q '^6 done, 0 failed' "$scratch/out" || fail "$(cat "$scratch/out")"
bench --engines sweep:sobol --problems conditional/pair --seeds 2 --budget 20
grep -q '^0 runs to do' "$scratch/out" || fail "$(cat "$scratch/out")"
bench --engines sweep:sobol --problems conditional/pair --seeds 1 --budget 21
grep -q '^1 runs to do' "$scratch/out" || fail "$(cat "$scratch/out")"

"$here/report.py" --results "$scratch/runs.jsonl" >"$scratch/report"
grep -q '^| sweep:sobol | [0-9.]* \[[0-9.]*, [0-9.]*\] / [12.50]* |$' "$scratch/report" ||
    fail "$(cat "$scratch/report")"

# The test half is not looked at by accident.
! bench --engines random --problems conditional/couple --seeds 1 || fail "the test half ran"
grep -q 'test half, which is looked at once' "$scratch/out" || fail "$(cat "$scratch/out")"
! bench --engines random --family real --problems nothing || fail "no such problem, and no error"
