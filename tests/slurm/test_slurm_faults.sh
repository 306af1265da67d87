#!/usr/bin/env bash
# What people and machines do to the jobs of a sweep, one thing at a time, on a real Slurm: jobs that
# are cancelled, requeued, preempted, out of time, on a node that dies; clients that lie; nodes that are
# out of service; what trials are told; what is refused.
export NODE_CPUS=2 KILL_WAIT=2
. "$(dirname "$0")/lib.sh"

cd "$work"
export LEDGER=$work/ledger

# space NAME TRIALS PARALLEL COMMAND, then more lines of YAML on standard input
space() {
    cat >"$1.yaml" <<YAML
name: $1
command: [sh, $work/$1.sh]
metric: maximize acc
method: random
seed: 7
parallel: $3
budget: {trials: $2}
trial: {grace: 2s}
backend: slurm
parameters: {x: {min: 0.0, max: 1.0}}
YAML
    printf '%s\n' "$4" >"$1.sh"
    grep -q . <<<"${5:-}" && printf '%s\n' "$5" >>"$1.yaml" || echo 'slurm: {poll: 1s}' >>"$1.yaml"
    rm -f "$LEDGER"
}

start() { # NAME
    timeout -k 1 200 "$sweep" run "$1.yaml" >"$1.out" 2>&1 &
    runner=$!
}

finish() { # NAME STATUS
    local status=0
    wait "$runner" || status=$?
    [ "$status" = "$2" ] || { cat "$1.out"; fail "$1: status $status, not $2"; }
}

said() { # NAME WORDS
    grep -qF -- "$2" "$1.out" || { cat "$1.out"; fail "$1: it does not say: $2"; }
}

cell() { # NAME SQL: one value of its database
    sqlite3 "sweeps/$1/sweep.db" "$2"
}

is_running() { # COUNT: jobs that have begun
    [ "$(squeue --me -h -r -t R | wc -l)" -ge "$1" ]
}

started() { # LINES in the ledger
    [ "$(wc -l <"$LEDGER" 2>/dev/null || echo 0)" -ge "$1" ]
}

began() { # LINE in the ledger
    grep -qx -- "$1" "$LEDGER" 2>/dev/null
}

expect() { # NAME WHAT GOT WANTED
    [ "$3" = "$4" ] || { cat "$1.out"; fail "$1: $2 is '$3', not '$4'"; }
}

test_refused() {
    space refused 2 1 'echo acc=1' 'slurm: {partition: nope}'
    start refused && finish refused 2
    said refused 'Slurm would refuse every job of this sweep: '
    said refused 'nope'
    space many 2 1 'echo acc=1' 'resources: {gpus: 9}'
    start many && finish many 2
    said many 'Requested node configuration is not available'
    expect many 'the number of jobs' "$(squeue --me -h -t all -o %j | grep -cE '^(many|refused)-' || true)" 0
}

test_told() {
    space told 1 1 'env >"$SWEEP_DIR/told"; echo acc=1' 'slurm: {poll: 1s, time: 10m}
resources: {gpus: 2, cpus: 2, memory: 300M}'
    CUDA_VISIBLE_DEVICES=7 SLURM_FAKE=1 "$sweep" run told.yaml >told.out 2>&1 || fail "told: $(cat told.out)"
    local told=sweeps/told/trials/000001/told
    grep -qx 'CUDA_VISIBLE_DEVICES=0,1' "$told" || fail "it is not told its GPUs: $(grep CUDA "$told")"
    grep -q '^SLURM_JOB_ID=' "$told" || fail 'it is not told its job'
    grep -q '^SWEEP_CHECKPOINT_DIR=' "$told" || fail 'it is not told its checkpoints'
    if grep -q '^SLURM_FAKE' "$told"; then fail "it is told of the runner's job"; fi
    said told 'each trial is a job of Slurm, with 2 GPUs, for at most 10m'
    [ "$(squeue --me -h -t all -o '%j %m %c' | awk '/^told/ {print $2, $3; exit}')" = '300M 2' ] ||
        fail "it did not ask for memory and processors: $(squeue -h -t all -o '%j %m %c')"
}

test_cancelled() {
    space cancelled 3 1 'echo acc=1; echo "$SWEEP_TRIAL" >>"$LEDGER"; [ "$SWEEP_TRIAL" != 2 ] || sleep 300'
    start cancelled
    within 30 began 2
    scancel "$(squeue --me -h -r -t R -o %A)"
    finish cancelled 0
    said cancelled 'trial 2: somebody cancelled its job (scancel), so it does not run again'
    expect cancelled 'the state of trial 2' "$(cell cancelled 'select state from trial where number = 2')" 5
    expect cancelled 'the number of attempts' "$(cell cancelled 'select count(*) from attempt')" 3
}

# There is one place: the one that waits is cancelled.
test_cancelled_waiting() {
    space waiting 3 4 'echo acc=1; echo "$SWEEP_TRIAL" >>"$LEDGER"; [ "$SWEEP_TRIAL" = 1 ] || sleep 4' \
        'slurm: {poll: 1s, options: ["--nodelist=n1", "--exclusive"]}'
    start waiting
    within 30 started 2
    scancel "$(squeue --me -h -r -t PD -o %A | head -n 1)"
    finish waiting 0
    said waiting 'somebody cancelled its job (scancel), so it does not run again'
    expect waiting 'the number that ran' "$(sort -u "$LEDGER" | wc -l)" 2
}

# `sweep cancel` leaves nothing in the queue, whether it runs or waits.
test_cancel() {
    space cancel 4 4 'echo acc=1; echo "$SWEEP_TRIAL" >>"$LEDGER"; [ "$SWEEP_TRIAL" = 1 ] || exec sleep 300' \
        'slurm: {poll: 1s, options: ["--nodelist=n1", "--exclusive"]}'
    start cancel
    within 30 started 2
    "$sweep" cancel cancel >cancel.said 2>&1 || fail "cancel: $(cat cancel.said)"
    finish cancel 0
    within 10 sh -c '[ -z "$(squeue --me -h)" ]' || fail "jobs are left: $(squeue --me)"
    expect cancel 'the number of cancelled trials' "$(cell cancel 'select count(*) from trial where state = 5')" 3
}

# The same job is put back into the queue by an administrator: its second run may not do anything.
test_requeued() {
    space requeued 2 1 'echo "$SWEEP_TRIAL.$SWEEP_ATTEMPT" >>"$LEDGER"; echo acc=1
[ "$SWEEP_TRIAL.$SWEEP_ATTEMPT" != 2.1 ] || sleep 300'
    start requeued
    within 30 began 2.1
    local job
    job=$(squeue --me -h -t R -o %A)
    scontrol update JobId="$job" Requeue=1
    scontrol requeue "$job"
    finish requeued 0
    expect requeued 'what was started' "$(tr '\n' ' ' <"$LEDGER")" '1.1 2.1 2.2 '
    expect requeued 'how attempt 1 was stopped' \
        "$(cell requeued 'select stop from attempt where trial = 2 and number = 1')" 4
}

test_preempted() {
    space preempted 2 1 'echo "$SWEEP_TRIAL.$SWEEP_ATTEMPT" >>"$LEDGER"; echo acc=1
[ "$SWEEP_TRIAL.$SWEEP_ATTEMPT" != 2.1 ] || sleep 300' 'slurm: {poll: 1s, options: ["--exclusive", "--nodelist=n1"]}'
    start preempted
    within 30 began 2.1
    sbatch --partition=urgent --nodelist=n1 --exclusive --output=/dev/null --wrap='sleep 1' >/dev/null
    finish preempted 0
    expect preempted 'what was started' "$(tr '\n' ' ' <"$LEDGER")" '1.1 2.1 2.2 '
    expect preempted 'its state' "$(cell preempted 'select state from trial where number = 2')" 2
}

# A node dies with all that runs on it.
test_node_dies() {
    space dies 2 1 'echo "$SWEEP_TRIAL.$SWEEP_ATTEMPT" >>"$LEDGER"; echo acc=1
[ "$SWEEP_TRIAL.$SWEEP_ATTEMPT" != 2.1 ] || sleep 300'
    start dies
    within 30 began 2.1
    local node
    node=$(squeue --me -h -t R -o %N)
    slurm_kill "slurmd-$node"
    for pid in $(pgrep -x 'slurmstepd|sweep-shim' || true); do
        tr '\0' '\n' 2>/dev/null <"/proc/$pid/environ" | grep -qx "SLURM_CONF=$SLURM_CONF" && kill -9 "$pid"
    done
    pkill -9 -f "^sh $work/dies.sh" || true
    finish dies 0
    slurm_up "slurmd-$node"
    expect dies 'what was started' "$(tr '\n' ' ' <"$LEDGER")" '1.1 2.1 2.2 '
    expect dies 'how attempt 1 ended' "$(cell dies 'select outcome from attempt where trial = 2 and number = 1')" 4
    within 40 all_idle
}

# With the controller's word alone the trial would be lost: its slurmd is gone, and it runs on.
test_node_lives() {
    space lives 2 1 'echo "$SWEEP_TRIAL.$SWEEP_ATTEMPT" >>"$LEDGER"; echo acc=1
[ "$SWEEP_TRIAL.$SWEEP_ATTEMPT" != 2.1 ] || { sleep 25; echo acc=2; }'
    start lives
    within 30 began 2.1
    local node
    node=$(squeue --me -h -t R -o %N)
    slurm_kill "slurmd-$node"
    finish lives 0
    slurm_up "slurmd-$node"
    expect lives 'what was started' "$(tr '\n' ' ' <"$LEDGER")" '1.1 2.1 '
    expect lives 'its value' "$(cell lives 'select value from trial where number = 2')" 2.0
    within 40 all_idle
}

# One saves itself when it is asked to, the other does not care. Slurm's shortest time is a minute.
test_time() {
    space time 3 3 'echo "$SWEEP_TRIAL.$SWEEP_ATTEMPT" >>"$LEDGER"; echo acc=1
case $SWEEP_TRIAL.$SWEEP_ATTEMPT in
2.1) trap "echo saved >$SWEEP_CHECKPOINT_DIR/saved; exit 85" TERM; sleep 100 & wait $! ;;
2.2) [ "$SWEEP_RESUME" = 1 ] && echo acc=3 ;;
3.1) sleep 100 ;;
esac' 'slurm: {poll: 1s, time: 1m}'
    start time
    finish time 0
    expect time 'what was started' "$(sort "$LEDGER" | tr '\n' ' ')" '1.1 2.1 2.2 3.1 '
    expect time 'the value of trial 2' "$(cell time 'select value from trial where number = 2')" 3.0
    expect time 'the reason of trial 3' "$(cell time 'select reason from trial where number = 3')" 3
}

# A program of Slurm's that is in front of the real one: $real is that. Of our environment it has no
# more than the clients have.
fake() { # NAME, its text on standard input
    mkdir -p "$work/fake"
    { echo '#!/bin/bash'; echo "real=$(command -v "$1") work=$work"; cat; } >"$work/fake/$1"
    chmod +x "$work/fake/$1"
}

# sbatch says that it failed, although Slurm has the jobs: each trial runs once, in one job.
test_lost_answer() {
    space answer 6 3 'echo "$SWEEP_TRIAL.$SWEEP_ATTEMPT" >>"$LEDGER"; echo acc=1'
    fake sbatch <<'SH'
case "$*" in *--test-only*) exec "$real" "$@" ;; esac
"$real" "$@" >/dev/null
echo 'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation' >&2
exit 1
SH
    PATH=$work/fake:$PATH start answer
    finish answer 0
    said answer 'Slurm may have the job all the same, it is looked for'
    expect answer 'what was started' "$(sort -n "$LEDGER" | tr '\n' ' ')" '1.1 2.1 3.1 4.1 5.1 6.1 '
    expect answer 'the number of jobs' "$(squeue --me -h -r -t all -o %j | grep -c '^answer-')" 6
    rm -r fake
}

# sbatch never answers, although Slurm has the job: it is ended after a minute, and the loop goes on.
test_late() {
    space late 2 1 'echo "$SWEEP_TRIAL.$SWEEP_ATTEMPT" >>"$LEDGER"; echo acc=1'
    fake sbatch <<'SH'
case "$*" in *--test-only*) exec "$real" "$@" ;; esac
[ ! -e "$work/once" ] || exec "$real" "$@"
touch "$work/once"
"$real" "$@" >/dev/null
sleep 1000
SH
    PATH=$work/fake:$PATH start late
    within 20 began 1.1
    finish late 0
    said late 'sbatch gave no answer: Slurm may have the job all the same, it is looked for'
    expect late 'what was started' "$(tr '\n' ' ' <"$LEDGER")" '1.1 2.1 '
    rm -r fake once
}

# sbatch fails and Slurm has nothing: it is submitted again when that is sure.
test_not_accepted() {
    space again 2 1 'echo "$SWEEP_TRIAL.$SWEEP_ATTEMPT" >>"$LEDGER"; echo acc=1'
    fake sbatch <<'SH'
case "$*" in *--test-only*) exec "$real" "$@" ;; esac
[ ! -e "$work/once" ] || exec "$real" "$@"
touch "$work/once"
echo 'sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)' >&2
exit 1
SH
    PATH=$work/fake:$PATH start again
    finish again 0
    said again 'Slurm has no job for trial 1: it is submitted again'
    expect again 'what was started' "$(tr '\n' ' ' <"$LEDGER")" '1.1 2.1 '
    rm -r fake once
}

# squeue says nothing, rubbish, or that it cannot: no trial is given up for that.
test_lies() {
    space lies 8 4 'echo "$SWEEP_TRIAL.$SWEEP_ATTEMPT" >>"$LEDGER"; echo acc=1; sleep 3'
    fake squeue <<'SH'
case $((SRANDOM % 4)) in
0) exit 0 ;;
1) echo 'slurm_load_jobs error: Unable to contact slurm controller' >&2; exit 1 ;;
2) echo '1|N/A|RUN'; exit 0 ;;
3) exec "$real" "$@" ;;
esac
SH
    PATH=$work/fake:$PATH start lies
    finish lies 0
    expect lies 'what was started' "$(sort -n "$LEDGER" | tr '\n' ' ')" '1.1 2.1 3.1 4.1 5.1 6.1 7.1 8.1 '
    rm -r fake
}

test_drained() {
    space drained 1 1 'echo acc=1' 'slurm: {poll: 1s, options: ["--nodelist=n1"]}'
    scontrol update NodeName=n1 State=DRAIN Reason='the fan is broken'
    start drained
    within 40 grep -q 'the fan is broken' drained.out || { cat drained.out; fail 'the reason is not shown'; }
    scontrol update NodeName=n1 State=RESUME
    finish drained 0
    said drained '1 job waits in Slurm: '
}

# The database is lost while a job runs and another waits: the one that runs is waited for, and the one
# that waits shall never begin, since nobody would know of it.
test_repaired() {
    space repaired 3 3 'echo "$SWEEP_TRIAL.$SWEEP_ATTEMPT" >>"$LEDGER"; echo acc=1; [ "$SWEEP_TRIAL" = 1 ] || sleep 6' \
        'slurm: {poll: 1s, options: ["--nodelist=n1", "--exclusive"]}'
    start repaired
    within 30 started 2
    pkill -9 -P "$runner"
    wait "$runner" || true
    rm sweeps/repaired/sweep.db*
    local status=0
    "$sweep" doctor --repair repaired >repaired.out 2>&1 || status=$?
    expect repaired 'the status of the first repair' "$status" 3
    said repaired 'may still run as a job of Slurm'
    within 60 sh -c '[ -z "$(squeue --me -h)" ]' || fail "jobs are left: $(squeue --me)"
    "$sweep" doctor --repair repaired >repaired.out 2>&1 || { cat repaired.out; fail 'it is not repaired'; }
    "$sweep" run repaired.yaml >repaired.out 2>&1 || { cat repaired.out; fail 'it does not go on'; }
    expect repaired 'the number of complete trials' "$(cell repaired 'select count(*) from trial where state = 2')" 3
    expect repaired 'what began twice' "$(sort "$LEDGER" | uniq -d)" ''
}

test_example() {
    command -v python3 >/dev/null || return 0
    mkdir example
    cp "$SOURCE_DIR"/examples/slurm/* example
    (cd example && timeout -k 1 100 "$sweep" run space.yaml --set slurm.partition=main --set slurm.poll=1s \
        >../example.out 2>&1) || { cat example.out; fail 'the example does not run'; }
    said example 'in the partition main, with 1 GPU, for at most 1h'
    said example '8 complete'
}

slurm_start 2
command -v sqlite3 >/dev/null || skip 'sqlite3 is not installed'
for name in ${ONLY:-example refused told cancelled cancelled_waiting cancel requeued preempted lost_answer \
    late not_accepted lies drained repaired node_lives node_dies time}; do
    began=$SECONDS
    "test_$name"
    echo "ok: $name, $((SECONDS - began)) s"
done
