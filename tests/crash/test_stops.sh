#!/usr/bin/env bash
# Crashes around killing and stopping: a shim is killed and the runner dies while it clears up after
# it; a runner is killed after ^C ^C while its trials are ending. Resume; let the checker read
# everything.
. "$(dirname "$0")/lib.sh"

seed=4711
trials=12

finish() { # WHAT
    rm -f "$HOLD"
    remember
    start_runner
    join_runner
    [ "$status" = 0 ] || { echo "$1: resumed runner ended with $status"; tail "$work/run.out"; exit 1; }
    check --finished "$trials" || { echo "after $1"; exit 1; }
}

dies_while_clearing_up() { # POINT
    new_sweep "$seed" "$trials"
    touch "$work/die" "$HOLD"
    SWEEP_CRASH_FILE=$work/die SWEEP_CRASH_POINT=$1 start_runner
    wait_for_trials 3 # all at a time, or the shim may not have begun yet
    shims=$(our_pids sweep-shim)
    kill -9 "${shims%%$'\n'*}"
    join_runner
    [ "$status" = 137 ] || { echo "$1: the runner ended with $status, not by its crash point"; exit 1; }
    finish "$1"
}

dies_while_stopping() { # SECONDS
    new_sweep "$seed" "$trials"
    touch "$HOLD"
    start_runner
    wait_for_trials 1
    kill -INT "$runner"
    sleep 0.02
    kill -INT "$runner" 2>/dev/null || true
    sleep "$1"
    kill -KILL "$runner" 2>/dev/null || true
    join_runner
    finish "a kill $1 s after ^C ^C"
}

new_reference "$seed" "$trials"
dies_while_clearing_up runner_before_kill
dies_while_clearing_up runner_after_kill
for delay in 0 0.002 0.01 0.05; do
    dies_while_stopping "$delay"
done
echo "ok: crashes around killing and stopping, no violation"
