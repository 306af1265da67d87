#!/usr/bin/env bash
# Somebody removes the leases while sweeps run: those go on, and still have each GPU to themselves.
. "$(dirname "$0")/../gpu/lib.sh"

box 1
export HOLD=$base/go
for what in "$SWEEP_GPU_LEASES/GPU-0" "$SWEEP_GPU_LEASES/queue" "$SWEEP_GPU_LEASES"; do
    rm -rf sweeps ledger "$HOLD"
    gpu_space first 3 "" "parallel: 2"
    gpu_space second 3
    sweep run first.yaml >first.out 2>&1 </dev/null &
    first=$!
    wait_until has_lines 1 ledger
    start sweep run second.yaml
    wait_until says "no GPU is free now"
    rm -r "$what"
    sleep 6 # longer than the time after which they look again
    touch "$HOLD"
    join 0
    wait "$first" || fail "$(cat first.out)"
    expect_ledger 1
    expect_equal "$(grep -c '^+' ledger)" 6 "trials"
done
