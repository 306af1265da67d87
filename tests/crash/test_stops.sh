#!/usr/bin/env bash
# Crashes around a stop: the runner is told twice to stop (^C, ^C) and dies just before or just after
# it signals the trials; resume; let the checker read everything.
. "$(dirname "$0")/lib.sh"

seed=4711
trials=12

wait_for_trials() { # until some trial has started
    local tries=0
    until [ -s "$LEDGER" ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 1000 ] || { echo "no trial started"; tail "$work/run.out"; exit 1; }
        sleep 0.01
    done
}

one_stop() { # POINT
    new_sweep "$seed" "$trials"
    touch "$work/die"
    SWEEP_CRASH_FILE=$work/die SWEEP_CRASH_POINT=$1 start_runner
    wait_for_trials
    kill -INT "$runner"
    kill -INT "$runner" 2>/dev/null || true
    status=$(join_runner)
    [ "$status" = 137 ] || { echo "$1: the runner ended with $status, not by its crash point"; exit 1; }
    remember
    start_runner
    status=$(join_runner)
    [ "$status" = 0 ] || { echo "$1: resumed runner ended with $status"; tail "$work/run.out"; exit 1; }
    check --finished "$trials"
}

new_reference "$seed" "$trials"
one_stop runner_before_kill
one_stop runner_after_kill
echo "ok: stops survive a crash"
