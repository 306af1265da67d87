# A Slurm of its own for a test: real munged, slurmctld and slurmd on the loopback address, several
# virtual nodes with fake GPUs, everything below $work. Sourced, not run.
#
#     . "$(dirname "$0")/lib.sh"
#     slurm_start 4              nodes n1..n4, each with 4 processors and 4 GPUs; partition main
#                                has all of them, only2 has n2, and so on
#     slurm_kill slurmd-n2       SIGKILL for one daemon; slurm_up slurmd-n2 starts it again
#
# Needs BUILD_DIR, SOURCE_DIR. Jobs run as root, since slurmd can only change to another user as
# root, and the fake GPUs have to be character devices. Where that cannot be had the test is skipped.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin
sweep=$BUILD_DIR/bin/sweep
work=$(mktemp -d "${TMPDIR:-/tmp}/sweep-slurm.XXXXXX")
run=$work/slurm
export SLURM_CONF=$run/etc/slurm.conf
export LC_ALL=C

skip() {
    echo "skipped: $1"
    exit 77
}

for program in munged slurmctld slurmd sbatch; do
    command -v "$program" >/dev/null || skip "$program is not installed (slurm-wlm, munge)"
done
[ "$(id -u)" = 0 ] || skip "only root can run slurmd for this"
mknod "$work/probe" c 1 3 2>/dev/null || skip "no device file can be made here"

# A pid that is used again belongs to somebody else: the start time tells.
birth_of() {
    sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20
}

note_daemon() { # NAME PID
    echo "$2 $(birth_of "$2")" >"$run/pids/$1"
}

daemon_pid() { # NAME: prints the pid while it lives
    local pid birth
    [ -s "$run/pids/$1" ] || return 1
    read -r pid birth <"$run/pids/$1"
    [ "$(birth_of "$pid")" = "$birth" ] || return 1
    grep -q '^State:.Z' "/proc/$pid/status" 2>/dev/null && return 1
    echo "$pid"
}

within() { # SECONDS COMMAND...: until it succeeds
    local tries=$(($1 * 20))
    shift
    until "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 0.05
    done
}

configure_slurm() { # NODES
    local host node
    host=$(hostname -s)
    mkdir -p "$run"/{etc,state,log,pids,dev}
    (umask 077 && head -c 64 /dev/urandom >"$run/etc/munge.key")
    for gpu in 0 1 2 3; do mknod "$run/dev/gpu$gpu" c 1 3; done
    echo "CgroupPlugin=cgroup/v1" >"$run/etc/cgroup.conf"
    echo "Name=gpu File=$run/dev/gpu[0-3]" >"$run/etc/gres.conf"
    cat >"$SLURM_CONF" <<CONF
ClusterName=loop
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$run/munge.sock
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation=$run/state
SlurmdSpoolDir=$run/state/%n
SlurmctldPidFile=$run/slurmctld.pid
SlurmdPidFile=$run/slurmd-%n.pid
SlurmctldLogFile=$run/log/slurmctld.log
SlurmdLogFile=$run/log/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SwitchType=switch/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
DefMemPerCPU=50
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,sched_min_interval=20000,bf_interval=1,batch_sched_delay=0
ReturnToService=2
SlurmdTimeout=${SLURMD_TIMEOUT:-10}
SlurmctldTimeout=10
MinJobAge=${MIN_JOB_AGE:-300}
KillWait=${KILL_WAIT:-3}
MaxArraySize=20001
MaxJobCount=50000
JobRequeue=1
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
SlurmdParameters=config_overrides
GresTypes=gpu
CONF
    for node in $(seq "$1"); do
        echo "NodeName=n$node NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 10 + node))" \
            "CPUs=${NODE_CPUS:-4} RealMemory=4000 Gres=gpu:4 State=UNKNOWN"
    done >>"$SLURM_CONF"
    for node in $(seq "$1"); do
        echo "PartitionName=only$node Nodes=n$node MaxTime=INFINITE DefaultTime=60 PriorityTier=1 State=UP"
    done >>"$SLURM_CONF"
    cat >>"$SLURM_CONF" <<CONF
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE DefaultTime=60 PriorityTier=1 State=UP
PartitionName=urgent Nodes=ALL MaxTime=INFINITE DefaultTime=60 PriorityTier=10 PreemptMode=OFF State=UP
CONF
}

slurm_up() { # NAME: slurmctld, or slurmd-n1 and so on
    case $1 in
    munged)
        munged --foreground --force --key-file="$run/etc/munge.key" --socket="$run/munge.sock" \
            --pid-file="$run/munged.pid" --log-file="$run/log/munged.log" \
            --seed-file="$run/munge.seed" >"$run/log/munged.out" 2>&1 </dev/null &
        ;;
    slurmctld) slurmctld -D >"$run/log/slurmctld.out" 2>&1 </dev/null & ;;
    slurmd-*)
        mkdir -p "$run/state/${1#slurmd-}"
        slurmd -D -N "${1#slurmd-}" >"$run/log/$1.out" 2>&1 </dev/null &
        ;;
    esac
    note_daemon "$1" $!
    disown
    [ "$1" != slurmctld ] || within 20 scontrol ping
}

# What an administrator does: a controller that was killed has forgotten its last jobs, gives their
# numbers out again, and takes a node for broken where such a job still runs.
resume_nodes() {
    local node
    for node in $(timeout 5 sinfo -h -N -p main -t drain -o %N 2>/dev/null | sort -u || true); do
        timeout 5 scontrol update NodeName="$node" State=RESUME 2>/dev/null || true
    done
}

slurm_kill() { # NAME [SIGNAL]
    local pid
    pid=$(daemon_pid "$1") || return 0
    kill -"${2:-KILL}" "$pid" 2>/dev/null || true
    while daemon_pid "$1" >/dev/null; do sleep 0.05; done
}

all_idle() {
    [ "$(sinfo -h -N -p main -o %T | grep -c '^idle$')" = "$slurm_nodes" ]
}

# Ports that nobody uses: another test may have a Slurm of its own at the same time.
choose_port() {
    local try
    for try in $(seq 50); do
        port=$((20000 + (SRANDOM % 400) * 30))
        ss -Hltn "( sport >= :$port and sport <= :$((port + 29)) )" 2>/dev/null | grep -q . || return 0
    done
    skip "no free ports"
}

slurm_start() { # NODES
    slurm_nodes=$1
    choose_port
    configure_slurm "$1"
    slurm_up munged
    within 10 test -S "$run/munge.sock" || skip "munged does not start: $(tail -n 1 "$run/log/munged.out")"
    slurm_up slurmctld || skip "slurmctld does not start: $(tail -n 1 "$run/log/slurmctld.log")"
    local node
    for node in $(seq "$1"); do slurm_up "slurmd-n$node"; done
    within 30 all_idle || skip "the nodes do not come up: $(tail -n 1 "$run/log/n1.log")"
}

# What Slurm started first: it outlives its slurmd by design.
slurm_stop() {
    local name pid
    [ -d "$run/pids" ] || return 0
    if daemon_pid slurmctld >/dev/null; then
        scancel -u root 2>/dev/null || true
        within 10 sh -c '[ -z "$(squeue -h)" ]' || true
    fi
    for pid in $(grep -lzxF "SLURM_CONF=$SLURM_CONF" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3); do
        case $(cat "/proc/$pid/comm" 2>/dev/null) in
        slurmstepd | sweep | sweep-shim) kill -9 "$pid" 2>/dev/null || true ;;
        *) grep -qz '^SLURM_JOB_ID=' "/proc/$pid/environ" 2>/dev/null && kill -9 "$pid" 2>/dev/null || true ;;
        esac
    done
    for name in $(ls "$run/pids" | sort -r); do slurm_kill "$name"; done
}

clean_up() {
    slurm_stop 2>/dev/null || true
    cd /
    [ -n "${KEEP:-}" ] && echo "kept: $work" || rm -rf "$work"
}
trap clean_up EXIT

fail() {
    echo "FAILED: $*"
    exit 1
}

# No test ends without a word.
set -E
trap '[ "$BASH_SUBSHELL" -gt "${shell_level:-0}" ] || echo "FAILED: line $LINENO: $BASH_COMMAND" >&2' ERR
