#!/usr/bin/env bash
# Trials of several nodes on a real Slurm: what their command is told, that it may start tasks on all
# of them by srun, and that a stop reaches each task, also one that nobody on the first node could
# find: all nodes are this machine, so that such a task hides what it is.
export NODE_CPUS=4 KILL_WAIT=8
. "$(dirname "$0")/lib.sh"

cd "$work"

# space NAME COMMAND...: a sweep of trials of two nodes
space() {
    cat >"$1.yaml" <<YAML
name: $1
command: [sh, $PWD/$1.sh]
metric: maximize acc
method: random
seed: 7
parallel: 1
budget: {trials: ${trials:-1}}
trial: {grace: ${grace:-20s}}
backend: slurm
slurm: {poll: 1s, nodes: 2, tasks_per_node: ${tasks:-1}}
parameters: {x: {min: 0.0, max: 1.0}}
YAML
    cat >"$1.sh"
    rm -f log
}

start() { # NAME
    timeout -k 1 150 "$sweep" run "$1.yaml" >"$1.out" 2>&1 &
    runner=$!
}

finish() { # NAME STATUS
    local status=0
    wait "$runner" || status=$?
    [ "$status" = "$2" ] || { cat "$1.out"; fail "$1: status $status, not $2"; }
}

logged() { # LINE COUNT
    [ "$(grep -cx -- "$1" log 2>/dev/null)" = "$2" ]
}

told() { # LINE of what the command is told
    grep -qx -- "$1" told || fail "it is not told $1: $(grep -E '^(MASTER|WORLD|NNODES|SRUN|SLURM_N)' told)"
}

# The names under which torch.distributed, Lightning and Accelerate look, and what srun needs.
test_told() {
    trials=2 tasks=2 space told <<'SH'
env >told
scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1 >first
echo "$MASTER_PORT" >>ports
srun sh -c 'echo "$SLURM_PROCID of $WORLD_SIZE at $MASTER_ADDR:$MASTER_PORT on $SLURMD_NODENAME" >>log'
echo acc=1
SH
    sed -i 's/^parallel.*/parallel: 1\nresources: {cpus: 1}/' told.yaml
    start told && finish told 0
    told "MASTER_ADDR=$(cat first)"
    told NNODES=2
    told WORLD_SIZE=4
    told SRUN_CPUS_PER_TASK=1
    logged "3 of 4 at n1:$(tail -n 1 ports) on n2" 1 || fail "not all tasks were there: $(cat log)"
    [ "$(sort -u ports | wc -l)" = 2 ] || fail "two jobs have one port: $(cat ports)"
    grep -q 'each trial is a job of Slurm, on 2 nodes, with 2 tasks on each' told.out || fail "$(cat told.out)"
}

# What the user says of the meeting place is left alone.
test_own() {
    space own <<'SH'
env >told
echo acc=1
SH
    sed -i 's/^trial: {/&env: {MASTER_PORT: 4711, WORLD_SIZE: 8}, /' own.yaml
    start own && finish own 0
    told MASTER_PORT=4711
    told WORLD_SIZE=8
    told MASTER_ADDR=n1
}

# The ports of the numbers that the job may have are in use; asking Slurm takes a number, too.
test_taken_port() {
    command -v python3 >/dev/null || return 0
    local port
    port=$((10001 + $(sbatch --parsable --output=/dev/null --wrap true)))
    python3 -c "import socket, time
listeners = [socket.create_server(('', $port + i)) for i in range(8)]
open('listens', 'w').close()
time.sleep(60)" &
    local listener=$!
    within 10 test -e listens || fail "port $port cannot be taken"
    space taken <<'SH'
env >told
echo acc=1
SH
    start taken && finish taken 0
    kill "$listener"
    told "MASTER_PORT=$((10000 + 997 + $(sed -n 's/^SLURM_JOB_ID=//p' told)))"
}

# Each task saves what it has, though srun would kill it at once for a SIGTERM of its own.
test_stopped() {
    space stopped <<'SH'
echo acc=1
exec srun sh -c 'trap "sleep 1; echo saved >>log; exit 3" TERM
    echo up >>log
    while :; do sleep 0.1; done'
SH
    start stopped
    within 30 logged up 2 || fail "the tasks do not start: $(cat stopped.out)"
    "$sweep" cancel stopped >cancel.out 2>&1 || fail "$(cat cancel.out)"
    finish stopped 1
    logged saved 2 || fail "not each task could save: $(cat log sweeps/stopped/trials/000001/output.log)"
}

# A script that does not wait for its srun: the tasks have the grace all the same.
test_not_waited() {
    space notwaited <<'SH'
echo acc=1
srun sh -c 'trap "sleep 1; echo saved >>log; exit 3" TERM
    echo up >>log
    while :; do sleep 0.1; done'
SH
    start notwaited
    within 30 logged up 2 || fail "the tasks do not start: $(cat notwaited.out)"
    "$sweep" cancel notwaited >cancel.out 2>&1 || fail "$(cat cancel.out)"
    finish notwaited 1
    logged saved 2 || fail "not each task could save: $(cat log)"
}

# Tasks that ignore SIGTERM, with an environment of their own: none is left when there is a result.
# Slurm itself would give them eight seconds (KillWait).
test_killed() {
    grace=1s space killed <<'SH'
echo acc=1
exec srun env -i sh -c 'trap "" TERM; echo $$ >>log; while :; do sleep 0.1; done'
SH
    start killed
    within 30 sh -c '[ "$(wc -l <log)" = 2 ]' || fail "the tasks do not start: $(cat killed.out)"
    "$sweep" cancel killed >cancel.out 2>&1 || fail "$(cat cancel.out)"
    within 60 test -e sweeps/killed/trials/000001/1.result || fail 'there is no result'
    for task in $(cat log); do
        if [ -n "$(birth_of "$task")" ] && ! grep -q '^State:.Z' "/proc/$task/status"; then
            fail "task $task is alive, and there is a result"
        fi
    done
    finish killed 1
}

# The command ends and leaves its tasks behind.
test_left() {
    space left <<'SH'
echo acc=1
srun env -i sh -c 'echo $$ >>log; while :; do sleep 0.1; done' &
until [ "$(wc -l <log)" = 2 ]; do sleep 0.1; done
kill -9 $!
SH
    start left && finish left 0
    for task in $(cat log); do
        if [ -n "$(birth_of "$task")" ] && ! grep -q '^State:.Z' "/proc/$task/status"; then
            fail "task $task is alive, and its trial has ended"
        fi
    done
}

# The supervisor is killed with all that Slurm has on the first node for it: the trial runs again, and
# then no task of its first attempt is alive.
test_supervisor_dies() {
    space dies <<'SH'
echo acc=1
[ "$SWEEP_ATTEMPT" = 1 ] &&
    exec srun env -i sh -c 'trap "" TERM; echo $$ >>log; while :; do sleep 0.1; done'
for task in $(cat log); do
    grep -q '^State:.[^Z]' "/proc/$task/status" && echo "$task" >>twins
done
exit 0
SH
    start dies
    within 30 sh -c '[ "$(wc -l <log)" = 2 ]' || fail "the tasks do not start: $(cat dies.out)"
    pkill -9 -f "sweep-shim slurm $PWD/sweeps/dies" || fail 'there is no supervisor'
    finish dies 0
    [ ! -e twins ] || fail "tasks of the first attempt were alive: $(cat twins)"
    grep -q '1 complete' dies.out || { cat dies.out; fail 'it did not run again'; }
}

slurm_start 2
# It mostly waits: beside the others.
mkdir apart
(cd apart && test_supervisor_dies) >apart.out 2>&1 &
apart=$!
for name in ${ONLY:-told own taken_port stopped not_waited killed left}; do
    began=$SECONDS
    "test_$name"
    echo "ok: $name, $((SECONDS - began)) s"
done
wait "$apart" || { cat apart.out; exit 1; }
echo "ok: supervisor_dies, $SECONDS s"
