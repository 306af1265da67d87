#!/usr/bin/env bash
# Kill the runner, a shim, a trial, or all of them with SIGKILL at random moments; resume; let the
# checker read database, files and the trials' own ledger. KILLS (default 200) and SEED are settable;
# the seed is printed.
. "$(dirname "$0")/lib.sh"

kills=${KILLS:-200}
seed=${SEED:-$((SRANDOM % 100000))}
trials=24
done_kills=0
sweeps=0
RANDOM=$seed
echo "seed $seed, $kills kills"

kill_somebody() {
    local victims
    case $((RANDOM % 6)) in
    0 | 1) victims=$runner ;;
    2) victims=$(our_pids sweep-shim | shuf -n 1 --random-source=<(yes $RANDOM)) ;;
    3) victims=$(our_pids ledger_trial | shuf -n 1 --random-source=<(yes $RANDOM)) ;;
    4) victims="$runner $(our_pids sweep-shim)" ;;
    5) victims="$runner $(our_pids sweep-shim) $(our_pids ledger_trial)" ;;
    esac
    [ -n "${victims// /}" ] || return 0
    # shellcheck disable=SC2086
    kill -9 $victims 2>/dev/null || true
    done_kills=$((done_kills + 1))
}

# One sweep from its start to its end under fire.
one_sweep() {
    new_sweep "$seed" "$trials"
    start_runner
    while :; do
        sleep "0.$(printf '%03d' $((RANDOM % 250)))"
        [ "$done_kills" -ge "$kills" ] || kill_somebody
        if ! kill -0 "$runner" 2>/dev/null; then
            join_runner
            [ "$status" != 0 ] || break
            remember
            start_runner
        fi
    done
    remember
    check --finished "$trials"
}

new_reference "$seed" "$trials" # for every round: params depend on the sweep's seed alone
while [ "$done_kills" -lt "$kills" ]; do
    one_sweep
    sweeps=$((sweeps + 1))
done
echo "ok: $done_kills kills over $sweeps sweeps of $trials trials, seed $seed, no violation"
