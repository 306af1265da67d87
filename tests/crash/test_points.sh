#!/usr/bin/env bash
# Kill at every numbered point of the protocol (base/crash_point.h), the first and a later time it
# is passed; resume; let the checker read everything.
. "$(dirname "$0")/lib.sh"

seed=20261
trials=8
points=$(sed -n 's/^ *X(\([a-z_]*\)).*/\1/p' "$SOURCE_DIR/src/base/crash_point.h")
[ "$(echo "$points" | wc -l)" -ge 20 ] || { echo "cannot read the list of points"; exit 1; }

# A process that dies at its point dies once: the resumed one runs without it.
one_point() { # NAME[:N]
    local rounds=0
    new_sweep "$seed" "$trials"
    touch "$work/die" # whoever removes it dies: one death a round, runner's or shim's
    SWEEP_CRASH_FILE=$work/die SWEEP_CRASH_POINT=$1 start_runner
    join_runner
    while [ "$status" != 0 ]; do
        rounds=$((rounds + 1))
        [ "$rounds" -le 5 ] || { echo "$1: not finished after $rounds resumes"; tail "$work/run.out"; return 1; }
        remember
        start_runner
        join_runner
    done
    remember
    check --finished "$trials" || { echo "at crash point $1"; return 1; }
    [ -e "$work/die" ] || died="$died $1"
    resumed=$((resumed + (rounds > 0)))
}

resumed=0
died=
new_reference "$seed" "$trials"
for point in $points; do
    case $point in
    runner_before_kill | runner_after_kill) continue ;; # only on stops: test_stops.sh
    runner_before_answer | runner_after_answer) continue ;; # only on requests: test_requests.sh
    slurm_*) continue ;; # tests/slurm/test_slurm_points.sh
    esac
    one_point "$point"
    case " $died " in
    *" $point "*) ;;
    *) echo "$point was never reached"; exit 1 ;;
    esac
    one_point "$point:3"
done
echo "ok: killed at$died; $resumed runners resumed, no violation"
