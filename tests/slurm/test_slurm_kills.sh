#!/usr/bin/env bash
# A sweep on a real Slurm of four nodes under fire: its runner is killed with SIGKILL and resumed, and
# so are shims, trials, slurmctld and a node's slurmd; jobs are cancelled, put back into the queue and
# preempted. Then the checker reads database, files and the trials' own ledger. TRIALS (default 500),
# KILLS of the runner (default 50) and SEED are settable; the seed is printed.
. "$(dirname "$0")/lib.sh"

kills=${KILLS:-50}
trials=${TRIALS:-500}
seed=${SEED:-$((SRANDOM % 100000))}
checker=$BUILD_DIR/bin/crash_checker
export LEDGER=$work/ledger
RANDOM=$seed
echo "seed $seed: $trials trials, $kills kills of the runner"

write_space() { # BACKEND
    cat >"$work/space.yaml" <<YAML
name: fire
command: $BUILD_DIR/bin/ledger_trial --epochs 5 --sleep-ms 20 --x \${x}
metric: {name: val_acc, goal: maximize, pattern: 'val_acc: (\S+)'}
method: random
seed: $seed
parallel: 16
budget: {trials: $trials}
trial: {grace: 1s}
backend: $1
parameters:
  x: {min: 0.0, max: 1.0}
YAML
    [ "$1" = local ] || echo "slurm: {poll: 1s, time: 10m}" >>"$work/space.yaml"
}

start_runner() {
    "$sweep" run "$work/space.yaml" >>"$work/run.out" 2>&1 &
    runner=$!
}

ours() { # NAME: pids of jobs' processes of this test
    local pid
    for pid in $(pgrep -x "$1" || true); do
        if tr '\0' '\n' 2>/dev/null <"/proc/$pid/environ" | grep -qx "SLURM_CONF=$SLURM_CONF"; then
            echo "$pid"
        fi
    done
}

one_of() {
    shuf -n 1 --random-source=<(yes $RANDOM)
}

kill_one() { # NAME
    local pid
    pid=$(ours "$1" | one_of)
    [ -z "$pid" ] || kill -9 "$pid" 2>/dev/null || true
}

# `17`, or `17_3`: the number alone of a task of an array may stand for all of them. Nothing where
# there is none, or the controller does not answer.
random_job() { # STATE
    timeout 5 squeue --me -h -r -t "$1" -o '%i' 2>/dev/null | one_of || true
}

# The number of its own that a task has, which those that have not begun get when they are cancelled.
note_cancelled() { # JOB
    local said
    said=$(timeout 5 squeue -h -r -t all -j "$1" -o '%A' 2>&1) && echo "$said" >>"$work/cancelled" ||
        grep -q 'Invalid job id' <<<"$said"
}

cancel_one() { # STATE
    local job
    job=$(random_job "$1")
    [ -n "$job" ] || return 0
    timeout 5 scancel "$job" 2>/dev/null || true
    within 30 note_cancelled "$job" || fail "Slurm does not say which job $job was"
}

requeue_one() {
    local job
    job=$(random_job R)
    [ -n "$job" ] || return 0
    timeout 5 scontrol update JobId="$job" Requeue=1 2>/dev/null || true
    timeout 5 scontrol requeue "$job" 2>/dev/null || true
}

# A job of another user's that is more urgent takes a node for a second.
preempt_some() {
    timeout 5 sbatch --partition=urgent --exclusive --nodes=1 --output=/dev/null --wrap='sleep 1' \
        --job-name=urgent >/dev/null 2>&1 || true
}

restart_controller() {
    slurm_kill slurmctld
    sleep "0.$((RANDOM % 9))"
    slurm_up slurmctld || fail "slurmctld does not come up: $(tail -n 1 "$run/log/slurmctld.log")"
}

# What there is to know of a sweep that does not end.
tell() {
    tail -n 20 run.out
    timeout 5 sinfo -N -o '%N %T %E' || true
    timeout 5 squeue --me -r -t all -o '%i %j %T %r %N' | grep -vw COMPLETED | tail -n 40 || true
}

declare -A done_faults
fault() {
    local name
    case $((RANDOM % 16)) in
    0 | 1) name=shim && kill_one sweep-shim ;;
    2 | 3) name=trial && kill_one ledger_trial ;;
    4) name=stepd && kill_one slurmstepd ;;
    5) name=controller && restart_controller ;;
    6) name=cancelled && cancel_one R ;;
    7) name=cancelled-pending && cancel_one PD ;;
    8) name=requeued && requeue_one ;;
    9) name=preempted && preempt_some ;;
    10) name=node && slurm_kill slurmd-n4 && slurm_up slurmd-n4 ;;
    *) name=none ;;
    esac
    done_faults[$name]=$((${done_faults[$name]:-0} + 1))
}

cd "$work"
write_space local
(unset LEDGER && cd "$work" && "$sweep" run space.yaml --dir "$work/reference" >reference.out 2>&1) ||
    { tail "$work/reference.out"; fail "the reference does not run"; }
slurm_start 4
write_space slurm
: >cancelled

began=$SECONDS
done_kills=0
start_runner
while :; do
    sleep "0.$(printf '%03d' $((RANDOM % 700 + 200)))"
    [ $((SECONDS - began)) -lt "${LIMIT:-600}" ] || { tell; fail "seed $seed: it is not finished after ${LIMIT:-600} s"; }
    daemon_pid slurmd-n4 >/dev/null || slurm_up slurmd-n4
    resume_nodes
    if [ "$done_kills" -lt "$kills" ]; then
        kill -9 "$runner" 2>/dev/null || true
        done_kills=$((done_kills + 1))
        fault
    fi
    if ! kill -0 "$runner" 2>/dev/null; then
        status=0
        wait "$runner" 2>/dev/null || status=$?
        [ "$status" != 0 ] || break
        [ "$status" -ge 128 ] || { tell; fail "seed $seed: the runner ends with $status"; }
        [ ! -f sweeps/fire/sweep.db ] ||
            "$checker" --dir sweeps/fire --dump next.dump >/dev/null && mv -f next.dump before.dump 2>/dev/null || true
        start_runner
    fi
done
options=()
[ ! -f before.dump ] || options=(--before before.dump)
"$checker" --dir sweeps/fire --ledger "$LEDGER" --reference "$work/reference" \
    --finished "$trials" --cancelled cancelled "${options[@]}" || { tell; fail "seed $seed: the checker found violations"; }
[ -z "$(ls sweeps/fire/slurm | grep -v -e '^jobs.log$' -e '^sweep-shim$')" ] ||
    fail "seed $seed: manifests are left: $(ls sweeps/fire/slurm)"
for name in "${!done_faults[@]}"; do printf '%s %s, ' "$name" "${done_faults[$name]}"; done
echo "and $done_kills kills of the runner in $((SECONDS - began)) s, seed $seed: no violation"
