#!/usr/bin/env bash
# What people and machines do to the jobs of a sweep, one thing each, on a real Slurm: jobs that are
# cancelled, requeued, preempted, out of time, on a node that dies; clients that lie; nodes that are out
# of service; what trials are told; what is refused. Nearly all of it is waiting, so the cases run side
# by side, each in a directory and on a node (nodes_of) of its own. ONLY="late time" runs some of them.
export NODE_CPUS=16 KILL_WAIT=2
. "$(dirname "$0")/lib.sh"

# Cases that nothing is done to the node of share n1.
declare -A nodes_of=([cancelled_waiting]=2 [cancel]=3 [preempted]=4 [drained]=5 [repaired]=6 [node_dies]=7
    [node_lives]=8 [pause]=9)

# space NAME TRIALS PARALLEL COMMAND [MORE OF slurm [MORE LINES]]
space() {
    cat >"$1.yaml" <<YAML
name: $1
command: [sh, $PWD/$1.sh]
metric: maximize acc
method: random
seed: 7
parallel: $3
budget: {trials: $2}
trial: {grace: 2s}
backend: slurm
slurm: {partition: only$node, poll: 1s${5:+, $5}}
parameters: {x: {min: 0.0, max: 1.0}}
${6:-}
YAML
    printf '%s\n' "$4" >"$1.sh"
    rm -f "$LEDGER"
}

start() { # NAME
    timeout -k 1 300 "$sweep" run "$1.yaml" >"$1.out" 2>&1 &
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

jobs_of() { # NAME STATES FORMAT: a line for each job of its sweep
    squeue --me -h -r -t "$2" -o "%j $3" | sed -n "s/^$1-[^ ]* //p"
}

has_ended() { # NAME TRIAL
    [ "$(cell "$1" "select state from trial where number = $2")" -ge 2 ]
}

has_no_jobs() { # NAME
    [ -z "$(jobs_of "$1" PD,R,CG %i)" ]
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
    space refused 2 1 'echo acc=1'
    sed -i 's/partition: only[0-9]*/partition: nope/' refused.yaml
    start refused && finish refused 2
    said refused 'Slurm would refuse every job of this sweep: '
    said refused 'nope'
    space many 2 1 'echo acc=1' '' 'resources: {gpus: 9}'
    start many && finish many 2
    said many 'Requested node configuration is not available'
    expect many 'what became a job' "$(jobs_of many all %i)$(jobs_of refused all %i)" ''
}

# A copy of the supervisor that cannot be made leaves nothing: where the disk is full, it is in the way.
test_not_copied() {
    space notcopied 1 1 'echo acc=1'
    start notcopied
    finish notcopied 0
    rm sweeps/notcopied/slurm/sweep-shim
    mkdir sweeps/notcopied/slurm/sweep-shim
    sed -i 's/trials: 1/trials: 2/' notcopied.yaml
    start notcopied
    finish notcopied 1
    said notcopied "cannot copy sweep-shim to the sweep's directory"
    [ ! -e sweeps/notcopied/slurm/sweep-shim.tmp ] || fail 'a part of the copy is left'
}

test_told() {
    space told 1 1 'env >"$SWEEP_DIR/told"; echo acc=1' 'time: 10m' \
        'resources: {gpus: 2, cpus: 2, memory: 300M}'
    CUDA_VISIBLE_DEVICES=7 SLURM_FAKE=1 "$sweep" run told.yaml >told.out 2>&1 || fail "told: $(cat told.out)"
    local told=sweeps/told/trials/000001/told
    grep -qx 'CUDA_VISIBLE_DEVICES=0,1' "$told" || fail "it is not told its GPUs: $(grep CUDA "$told")"
    grep -q '^SLURM_JOB_ID=' "$told" || fail 'it is not told its job'
    grep -q '^SWEEP_CHECKPOINT_DIR=' "$told" || fail 'it is not told its checkpoints'
    if grep -q '^SLURM_FAKE' "$told"; then fail "it is told of the runner's job"; fi
    said told "each trial is a job of Slurm, in the partition only$node, with 2 GPUs, for at most 10m"
    expect told 'what it asked for of memory and processors' "$(jobs_of told all '%m %c')" '300M 2'
}

test_cancelled() {
    space cancelled 3 1 'echo acc=1; echo "$SWEEP_TRIAL" >>"$LEDGER"; [ "$SWEEP_TRIAL" != 2 ] || sleep 300'
    start cancelled
    within 60 began 2
    scancel "$(jobs_of cancelled R %i)"
    finish cancelled 0
    said cancelled 'trial 2: somebody cancelled its job (scancel), so it does not run again'
    expect cancelled 'the state of trial 2' "$(cell cancelled 'select state from trial where number = 2')" 5
    expect cancelled 'the number of attempts' "$(cell cancelled 'select count(*) from attempt')" 3
}

# There is one place: the one that waits is cancelled.
test_cancelled_waiting() {
    space waiting 3 4 'echo acc=1; echo "$SWEEP_TRIAL" >>"$LEDGER"; [ "$SWEEP_TRIAL" = 1 ] || sleep 4' \
        'options: ["--exclusive"]'
    start waiting
    within 60 started 2
    scancel "$(jobs_of waiting PD %i | head -n 1)"
    finish waiting 0
    said waiting 'somebody cancelled its job (scancel), so it does not run again'
    expect waiting 'the number that ran' "$(sort -u "$LEDGER" | wc -l)" 2
}

# `sweep cancel` leaves nothing in the queue, whether it runs or waits.
test_cancel() {
    space cancel 4 4 'echo acc=1; echo "$SWEEP_TRIAL" >>"$LEDGER"; [ "$SWEEP_TRIAL" = 1 ] || exec sleep 300' \
        'options: ["--exclusive"]'
    start cancel
    within 60 started 2
    "$sweep" cancel cancel >cancel.said 2>&1 || fail "cancel: $(cat cancel.said)"
    finish cancel 0
    within 20 has_no_jobs cancel || fail "jobs are left: $(squeue --me)"
    expect cancel 'the number of cancelled trials' "$(cell cancel 'select count(*) from trial where state = 5')" 3
}

waits() { # NAME TRIALS: so many wait, for the runner and for Slurm
    [ "$(cell "$1" 'select count(*) from trial where state = 0')" = "$2" ] &&
        [ -z "$(jobs_of "$1" PD %i)$(ls "sweeps/$1/slurm/waiting" 2>/dev/null)" ]
}

reported() { # NAME TRIAL
    [ -s "sweeps/$1/sweep.db" ] && [ "$(cell "$1" "select count(*) from report where trial = $2")" -gt 0 ]
}

handed_out() { # NAME TRIALS
    [ "$(cell "$1" 'select count(*) from trial where state = 1')" = "$2" ]
}

# There is one place. What waits for it is taken back, runs when the sweep goes on, and never where it
# is stopped.
pause_and_stop() { # NAME MORE OF slurm
    space "$1" 4 3 'echo acc=1; echo "$SWEEP_TRIAL" >>"$LEDGER"
        while [ "$SWEEP_TRIAL" != 1 ] && [ ! -e "$LEDGER.$SWEEP_TRIAL" ]; do sleep 0.1; done' "$2"
    start "$1"
    within 60 reported "$1" 2 || fail "the second trial does not run: $(cat "$1.out")"
    "$sweep" pause "$1" >said 2>&1 || fail "pause: $(cat said)"
    grep -q '; 1 running goes on; 2 that had not begun are taken back$' said || fail "pause says: $(cat said)"
    within 20 waits "$1" 2 || fail "something waits in Slurm: $(squeue --me; "$sweep" top "$1")"
    touch "$LEDGER.2"
    within 20 has_ended "$1" 2
    "$sweep" resume "$1" >said 2>&1 || fail "resume: $(cat said)"
    within 60 started 3 || fail "it does not go on: $(cat "$1.out")"
    "$sweep" stop "$1" >said 2>&1 || fail "stop: $(cat said)"
    touch "$LEDGER.3" "$LEDGER.4"
    finish "$1" 0
    waits "$1" 1 || fail "something waits in Slurm: $(squeue --me)"
    expect "$1" 'the number that ran' "$(sort -u "$LEDGER" | wc -l)" 3
}

test_pause() {
    pause_and_stop pause 'options: ["--exclusive"]'
}

test_pause_pilots() {
    pause_and_stop pausepilots 'pilots: 1'
}

# What waits does not begin when there is nothing to gain any more, but for what a pilot took before
# that was known.
test_target() {
    space target 6 4 'echo acc=1; echo "$SWEEP_TRIAL" >>"$LEDGER"
        while [ ! -e "$LEDGER.1" ]; do sleep 0.1; done; [ "$SWEEP_TRIAL" = 1 ] || sleep 2' 'pilots: 1'
    sed -i 's/^metric:.*/metric: {name: acc, goal: maximize, target: 0.5}/' target.yaml
    start target
    within 60 reported target 1
    within 20 handed_out target 4 || fail "no trials are handed out: $("$sweep" top target)"
    touch "$LEDGER.1"
    finish target 0
    said target 'trial 1 has reached the target'
    [ "$(wc -l <"$LEDGER")" -le 2 ] || fail "what waited began: $(cat target.out)"
}

# The same job is put back into the queue by an administrator: its second run may not do anything.
test_requeued() {
    space requeued 2 1 'echo "$SWEEP_TRIAL.$SWEEP_ATTEMPT" >>"$LEDGER"; echo acc=1
[ "$SWEEP_TRIAL.$SWEEP_ATTEMPT" != 2.1 ] || sleep 300'
    start requeued
    within 60 began 2.1
    local job
    job=$(jobs_of requeued R %i)
    scontrol update JobId="$job" Requeue=1
    scontrol requeue "$job"
    finish requeued 0
    expect requeued 'what was started' "$(tr '\n' ' ' <"$LEDGER")" '1.1 2.1 2.2 '
    expect requeued 'how attempt 1 was stopped' \
        "$(cell requeued 'select stop from attempt where trial = 2 and number = 1')" 4
}

test_preempted() {
    space preempted 2 1 'echo "$SWEEP_TRIAL.$SWEEP_ATTEMPT" >>"$LEDGER"; echo acc=1
[ "$SWEEP_TRIAL.$SWEEP_ATTEMPT" != 2.1 ] || sleep 300' 'options: ["--exclusive"]'
    start preempted
    within 60 began 2.1
    sbatch --partition=urgent --nodelist="n$node" --exclusive --output=/dev/null --wrap='sleep 1' >/dev/null
    finish preempted 0
    expect preempted 'what was started' "$(tr '\n' ' ' <"$LEDGER")" '1.1 2.1 2.2 '
    expect preempted 'its state' "$(cell preempted 'select state from trial where number = 2')" 2
}

# All processes of a job: the shim has taken the place of the job's script, so that Slurm's own is its
# parent.
kill_job() { # NUMBER
    local pid killed=0
    for pid in $(pgrep -x 'sweep-shim' || true); do
        if tr '\0' '\n' 2>/dev/null <"/proc/$pid/environ" | grep -cx -e "SLURM_CONF=$SLURM_CONF" \
            -e "SLURM_JOB_ID=$1" | grep -qx 2; then
            # shellcheck disable=SC2046
            kill -9 "$(ps -o ppid= -p "$pid" | tr -d ' ')" $(pgrep -P "$pid") "$pid"
            killed=$((killed + 1))
        fi
    done
    [ "$killed" = 1 ] || fail "job $1 has $killed supervisors"
}

# A node dies with all that runs on it.
test_node_dies() {
    after drained
    space dies 2 1 'echo "$SWEEP_TRIAL.$SWEEP_ATTEMPT" >>"$LEDGER"; echo acc=1
[ "$SWEEP_TRIAL.$SWEEP_ATTEMPT" != 2.1 ] || sleep 300'
    start dies
    within 60 began 2.1
    slurm_kill "slurmd-n$node"
    kill_job "$(jobs_of dies R %A)"
    within 120 grep -q 'its job lost its node' dies.out || { cat dies.out; fail 'its node is not missed'; }
    slurm_up "slurmd-n$node"
    finish dies 0
    expect dies 'what was started' "$(tr '\n' ' ' <"$LEDGER")" '1.1 2.1 2.2 '
    expect dies 'how attempt 1 ended' "$(cell dies 'select outcome from attempt where trial = 2 and number = 1')" 4
}

# With the controller's word alone the trial would be lost: its slurmd is gone, and it runs on.
test_node_lives() {
    after drained
    space lives 2 1 'echo "$SWEEP_TRIAL.$SWEEP_ATTEMPT" >>"$LEDGER"; echo acc=1
[ "$SWEEP_TRIAL.$SWEEP_ATTEMPT" != 2.1 ] || { sleep 25; echo acc=2; }'
    start lives
    within 60 began 2.1
    slurm_kill "slurmd-n$node"
    finish lives 0
    expect lives 'what was started' "$(tr '\n' ' ' <"$LEDGER")" '1.1 2.1 '
    expect lives 'its value' "$(cell lives 'select value from trial where number = 2')" 2.0
}

# One saves itself when it is asked to, the other does not care. Slurm's shortest time is a minute.
test_time() {
    space time 3 3 'echo "$SWEEP_TRIAL.$SWEEP_ATTEMPT" >>"$LEDGER"; echo acc=1
case $SWEEP_TRIAL.$SWEEP_ATTEMPT in
2.1) trap "echo saved >$SWEEP_CHECKPOINT_DIR/saved; exit 85" TERM; sleep 100 & wait $! ;;
2.2) [ "$SWEEP_RESUME" = 1 ] && echo acc=3 ;;
3.1) sleep 100 ;;
esac' 'time: 1m'
    start time
    finish time 0
    expect time 'what was started' "$(sort "$LEDGER" | tr '\n' ' ')" '1.1 2.1 2.2 3.1 '
    expect time 'the value of trial 2' "$(cell time 'select value from trial where number = 2')" 3.0
    expect time 'the reason of trial 3' "$(cell time 'select reason from trial where number = 3')" 3
}

# A program of Slurm's that is in front of the real one: $real is that. Of our environment it has no
# more than the clients have.
fake() { # NAME, its text on standard input
    mkdir -p fake
    { echo '#!/bin/bash'; echo "real=$(command -v "$1") here=$PWD"; cat; } >"fake/$1"
    chmod +x "fake/$1"
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
    PATH=$PWD/fake:$PATH start answer
    finish answer 0
    said answer 'Slurm may have the job all the same, it is looked for'
    expect answer 'what was started' "$(sort -n "$LEDGER" | tr '\n' ' ')" '1.1 2.1 3.1 4.1 5.1 6.1 '
    expect answer 'the number of jobs' "$(jobs_of answer all %i | wc -l)" 6
}

# sbatch never answers, although Slurm has the job: it is ended after a minute, and the loop goes on.
test_late() {
    space late 2 1 'echo "$SWEEP_TRIAL.$SWEEP_ATTEMPT" >>"$LEDGER"; echo acc=1'
    fake sbatch <<'SH'
case "$*" in *--test-only*) exec "$real" "$@" ;; esac
[ ! -e "$here/once" ] || exec "$real" "$@"
touch "$here/once"
"$real" "$@" >/dev/null
sleep 1000
SH
    PATH=$PWD/fake:$PATH start late
    within 60 began 1.1
    finish late 0
    said late 'sbatch gave no answer: Slurm may have the job all the same, it is looked for'
    expect late 'what was started' "$(tr '\n' ' ' <"$LEDGER")" '1.1 2.1 '
}

# sbatch fails and Slurm has nothing: it is submitted again when that is sure.
test_not_accepted() {
    space again 2 1 'echo "$SWEEP_TRIAL.$SWEEP_ATTEMPT" >>"$LEDGER"; echo acc=1'
    fake sbatch <<'SH'
case "$*" in *--test-only*) exec "$real" "$@" ;; esac
[ ! -e "$here/once" ] || exec "$real" "$@"
touch "$here/once"
echo 'sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)' >&2
exit 1
SH
    PATH=$PWD/fake:$PATH start again
    finish again 0
    said again 'Slurm has no job for trial 1: it is submitted again'
    expect again 'what was started' "$(tr '\n' ' ' <"$LEDGER")" '1.1 2.1 '
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
    PATH=$PWD/fake:$PATH start lies
    finish lies 0
    expect lies 'what was started' "$(sort -n "$LEDGER" | tr '\n' ' ')" '1.1 2.1 3.1 4.1 5.1 6.1 7.1 8.1 '
}

# Of nodes that are out of service the reason of the first is told, and while there are any nothing is
# refused that another node might do.
after() { # NAME: that case must be over, if it is to run at all
    case " $cases " in
    *" $1 "*) within 200 test -e "$work/$1.done" || fail "$1 does not end" ;;
    esac
}

test_drained() {
    after refused
    space drained 1 1 'echo acc=1'
    scontrol update NodeName="n$node" State=DRAIN Reason='the fan is broken'
    start drained
    within 60 grep -q 'the fan is broken' drained.out || { cat drained.out; fail 'the reason is not shown'; }
    scontrol update NodeName="n$node" State=RESUME
    finish drained 0
    said drained '1 job waits in Slurm: '
}

# The database is lost while a job runs and another waits: the one that runs is waited for, and the one
# that waits shall never begin, since nobody would know of it.
test_repaired() {
    space repaired 3 3 'echo "$SWEEP_TRIAL.$SWEEP_ATTEMPT" >>"$LEDGER"; echo acc=1; [ "$SWEEP_TRIAL" = 1 ] || sleep 6' \
        'options: ["--exclusive"]'
    start repaired
    within 60 started 2
    pkill -9 -P "$runner"
    wait "$runner" || true
    rm sweeps/repaired/sweep.db*
    local status=0
    "$sweep" doctor --repair repaired >repaired.out 2>&1 || status=$?
    expect repaired 'the status of the first repair' "$status" 3
    said repaired 'may still run as a job of Slurm'
    within 60 has_no_jobs repaired || fail "jobs are left: $(squeue --me)"
    "$sweep" doctor --repair repaired >repaired.out 2>&1 || { cat repaired.out; fail 'it is not repaired'; }
    "$sweep" run repaired.yaml >repaired.out 2>&1 || { cat repaired.out; fail 'it does not go on'; }
    expect repaired 'the number of complete trials' "$(cell repaired 'select count(*) from trial where state = 2')" 3
    expect repaired 'what began twice' "$(sort "$LEDGER" | uniq -d)" ''
}

test_example() {
    command -v python3 >/dev/null || return 0
    cp "$SOURCE_DIR"/examples/slurm/* .
    timeout -k 1 200 "$sweep" run space.yaml --set slurm.partition="only$node" --set slurm.poll=1s \
        >example.out 2>&1 || { cat example.out; fail 'the example does not run'; }
    said example "in the partition only$node, with 1 GPU, for at most 1h"
    said example '8 complete'
}

# A case in its own shell.
run_case() { # NAME
    local name=$1 began=$SECONDS
    node=${nodes_of[$name]:-1}
    mkdir "$work/$name"
    cd "$work/$name"
    export LEDGER=$PWD/ledger
    shell_level=$BASH_SUBSHELL
    trap 'touch "$work/$name.done"' EXIT
    "test_$name"
    echo "ok: $name, $((SECONDS - began)) s"
}

slurm_start 9
command -v sqlite3 >/dev/null || skip 'sqlite3 is not installed'
at_once=7
cases=${ONLY:-late time refused drained node_dies node_lives requeued repaired example lies cancelled_waiting \
    not_copied not_accepted cancelled cancel pause pause_pilots target preempted lost_answer told}
running=0
for name in $cases; do
    [ "$running" -lt "$at_once" ] || { wait -n || true; running=$((running - 1)); }
    (run_case "$name") >"$work/$name.log" 2>&1 &
    running=$((running + 1))
done
wait
failed=
for name in $cases; do
    grep -q "^ok: $name, " "$work/$name.log" || failed="$failed $name"
    cat "$work/$name.log"
done
[ -z "$failed" ] || fail "these cases:$failed"
