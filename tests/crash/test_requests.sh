#!/usr/bin/env bash
# Kill the runner around a request: before and after it is recorded, before and after it is
# acknowledged. The command that asked finds the runner dead and does it itself, or finds it done;
# nothing is done twice. Then go on; let the checker read everything.
. "$(dirname "$0")/lib.sh"

seed=77
trials=10

sql() { sqlite3 -cmd '.timeout 20000' "sweeps/$name/sweep.db" "$1"; }

# Ask, and see that what was acknowledged is recorded. 1: refused, as when the trial has just ended.
asked() { # VERB OPERAND ...
    local before after rc=0
    before=$(sql "SELECT count(*) FROM request WHERE verb = '$1' AND done = 1")
    timeout 60 "$sweep" "$@" >"$work/asked" 2>&1 || rc=$?
    after=$(sql "SELECT count(*) FROM request WHERE verb = '$1' AND done = 1")
    case $rc in
    0) [ "$after" -eq $((before + 1)) ] || { echo "$*: said done, recorded $after times after $before"; exit 1; } ;;
    1) [ "$after" -eq "$before" ] || { echo "$*: refused and recorded as done"; exit 1; } ;;
    *) echo "$*: exit status $rc"; cat "$work/asked"; exit 1 ;;
    esac
}

one_point() { # NAME[:N]
    local rounds=0 state trial count
    new_sweep "$seed" "$trials"
    touch "$work/die"
    SWEEP_CRASH_FILE=$work/die SWEEP_CRASH_POINT=$1 start_runner
    wait_for_trials 1
    for state in 1 0; do # one that runs, one that waits
        trial=$(sql "SELECT max(number) FROM trial WHERE state = $state")
        [ -z "$trial" ] || asked cancel "$name/$trial"
    done
    asked note "$name" "at $1"
    asked add "$name" x=0.5
    asked set "$name" trial.timeout=1h
    asked pause "$name"
    remember
    kill -0 "$runner" 2>/dev/null && kill -INT "$runner"
    join_runner
    until [ "$status" = 0 ]; do
        rounds=$((rounds + 1))
        [ "$rounds" -le 5 ] || { echo "$1: not finished after $rounds resumes"; tail "$work/run.out"; exit 1; }
        remember
        status=0
        timeout 60 "$sweep" resume "$name" >>"$work/run.out" 2>&1 || status=$?
    done
    count=$(sql "SELECT count(*) FROM trial") # one more where the budget was given out
    [ "$count" -eq "$trials" ] || [ "$count" -eq $((trials + 1)) ] || { echo "$1: $count trials"; exit 1; }
    check --finished "$count" || { echo "at crash point $1"; exit 1; }
    [ -e "$work/die" ] || died=$((died + 1))
}

died=0
new_reference "$seed" "$trials"
for point in runner_before_answer runner_after_answer runner_before_answer:2 runner_after_answer:2; do
    one_point "$point"
    [ ! -e "$work/die" ] || { echo "$point was never reached"; exit 1; }
done
for passed in 1 2 3 4 5 6 7 8 9 10 11 12; do
    one_point "runner_before_commit:$passed"
    one_point "runner_after_commit:$passed"
done
[ "$died" -ge 20 ] || { echo "only $died runners died"; exit 1; }
echo "ok: $died runners killed around requests, no violation"
