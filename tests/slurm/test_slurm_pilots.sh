#!/usr/bin/env bash
# A sweep in pilots on a real Slurm of four nodes under fire: its runner is killed with SIGKILL and
# resumed, and so are shims, trials and pilots; pilots are cancelled, put back into the queue and
# preempted, and a node is lost with all that runs on it. Then the checker reads database, files and
# the trials' own ledger. TRIALS, KILLS of the runner and SEED are settable; the seed is printed.
SLURMD_TIMEOUT=${SLURMD_TIMEOUT:-5}
. "$(dirname "$0")/lib.sh"

kills=${KILLS:-10}
trials=${TRIALS:-200}
seed=${SEED:-$((SRANDOM % 100000))}
checker=$BUILD_DIR/bin/crash_checker
export LEDGER=$work/ledger
RANDOM=$seed
echo "seed $seed: $trials trials, $kills kills of the runner"

write_space() { # BACKEND
    cat >"$work/space.yaml" <<YAML
name: pilots
command: $BUILD_DIR/bin/ledger_trial --epochs 5 --sleep-ms 20 --x \${x}
metric: {name: val_acc, goal: maximize, pattern: 'val_acc: (\S+)'}
method: random
seed: $seed
parallel: 12
budget: {trials: $trials}
trial: {grace: 1s}
backend: $1
parameters:
  x: {min: 0.0, max: 1.0}
YAML
    [ "$1" = local ] || echo "slurm: {poll: 1s, time: 10m, pilots: 4, slots: 2}" >>"$work/space.yaml"
}

start_runner() {
    "$sweep" run "$work/space.yaml" >>"$work/run.out" 2>&1 &
    runner=$!
}

# Pids of this test's processes; WORD is the first argument, `pilot` or `ticket` of a shim.
ours() { # NAME [WORD [NODE]]
    local pid
    for pid in $(pgrep -x "$1" || true); do
        tr '\0' '\n' 2>/dev/null <"/proc/$pid/environ" | grep -qx "SLURM_CONF=$SLURM_CONF" || continue
        [ -z "${2:-}" ] || tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | sed -n 2p | grep -qx "$2" || continue
        [ -z "${3:-}" ] || tr '\0' '\n' 2>/dev/null <"/proc/$pid/environ" | grep -qx "SLURMD_NODENAME=$3" || continue
        echo "$pid"
    done
}

one_of() {
    shuf -n 1 --random-source=<(yes $RANDOM)
}

kill_one() { # NAME [WORD]
    local pid
    pid=$(ours "$@" | one_of)
    [ -z "$pid" ] || kill -9 "$pid" 2>/dev/null || true
}

running_job() {
    timeout 5 squeue --me -h -r -t R -o '%A' 2>/dev/null | one_of
}

requeue_one() {
    local job
    job=$(running_job)
    [ -n "$job" ] || return 0
    timeout 5 scontrol update JobId="$job" Requeue=1 2>/dev/null || true
    timeout 5 scontrol requeue "$job" 2>/dev/null || true
}

preempt_some() {
    timeout 5 sbatch --partition=urgent --exclusive --nodes=1 --output=/dev/null --wrap='sleep 1' \
        --job-name=urgent >/dev/null 2>&1 || true
}

# All at once, as when its power fails; of what Slurm hears it is only that the node is silent.
lose_node() { # NODE
    slurm_kill "slurmd-$1"
    kill -9 $(ours sweep-shim '' "$1") $(ours ledger_trial '' "$1") 2>/dev/null || true
}

fault() {
    case $((done_kills % 6)) in
    1) kill_one sweep-shim ticket ;;
    2) kill_one sweep-shim pilot ;;
    3) kill_one ledger_trial ;;
    4) scancel "$(running_job)" 2>/dev/null || true ;;
    5) requeue_one ;;
    0) preempt_some ;;
    esac
}

cd "$work"
write_space local
(unset LEDGER && "$sweep" run space.yaml --dir "$work/reference" >reference.out 2>&1) ||
    { tail "$work/reference.out"; fail "the reference does not run"; }
slurm_start 4
write_space slurm

began=$SECONDS
done_kills=0
start_runner
within 30 test -s "$LEDGER" || fail "no trial runs: $(tail -n 5 run.out)"
lost=$(squeue --me -h -r -t R -o '%N' | one_of)
[ -z "$lost" ] || lose_node "$lost"
while :; do
    sleep "0.$(printf '%03d' $((RANDOM % 500 + 400)))"
    [ $((SECONDS - began)) -lt "${LIMIT:-300}" ] || fail "it is not finished after ${LIMIT:-300} s: $(tail -n 5 "$work/run.out")"
    if [ "$done_kills" -lt "$kills" ]; then
        kill -9 "$runner" 2>/dev/null || true
        done_kills=$((done_kills + 1))
        fault
    fi
    if ! kill -0 "$runner" 2>/dev/null; then
        status=0
        wait "$runner" 2>/dev/null || status=$?
        [ "$status" != 0 ] || break
        [ "$status" -ge 128 ] || fail "the runner ends with $status: $(tail -n 5 "$work/run.out")"
        start_runner
    fi
done
"$checker" --dir sweeps/pilots --ledger "$LEDGER" --reference "$work/reference" \
    --finished "$trials" || { tail -n 20 run.out; fail "seed $seed: the checker found violations"; }
[ -z "$(find sweeps/pilots/slurm -type f | grep -v -e '/jobs.log$' -e '/sweep-shim$')" ] ||
    fail "files are left: $(find sweeps/pilots/slurm -type f)"
within 20 sh -c '[ -z "$(squeue -h --me -t PD,R)" ]' || fail "pilots are left: $(squeue)"
echo "$done_kills kills of the runner in $((SECONDS - began)) s, node $lost lost, seed $seed: no violation"
