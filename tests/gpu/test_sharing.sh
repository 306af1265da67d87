#!/usr/bin/env bash
# GPUs that others use: colleagues, other sweeps, trials that outlive their runner.
. "$(dirname "$0")/lib.sh"

need sqlite3

# --- a colleague's process -------------------------------------------------------------------------
nvml <<END
gpu uuid=GPU-0;name=A100;total=80000000000;used=0;pids=$$
gpu uuid=GPU-1;name=A100;total=80000000000;used=70000000000
END
gpu_space waits 3
start sweep run waits.yaml
wait_until says "no GPU is free now"
[ ! -e ledger ] || fail "started on a busy GPU"
box 2
join 0
expect_ledger 1
expect_output "complete" "acc 0.3"

# One of two: it is said at once why only one trial runs, and what a trial of two waits for.
nvml <<END
gpu uuid=GPU-0;name=A100;total=80000000000;used=0;pids=
gpu uuid=GPU-1;name=A100;total=80000000000;used=0;pids=$$
END
gpu_space half 2
expect_status 0 sweep run half.yaml
expect_output "each trial gets 1 of 2 GPUs (A100), of which 1 is in use now"
gpu_space pair 2 "{gpus: 2}"
start sweep run pair.yaml
wait_until says "too few GPUs are free now: trials start when enough are"
box 2
join 0

# ^C while it waits.
nvml <<<"gpu uuid=GPU-0;name=A100;total=80000000000;used=0;pids=$$"
gpu_space never 3
start sweep run never.yaml
wait_until says "no GPU is free now"
kill -INT "$pid"
join 130

# One that turns up later keeps the next trial away, not the running one; one that vanishes too.
rm ledger
box 2
gpu_space later 4
HOLD=$base/later start sweep run later.yaml
wait_until has_lines 1 ledger
nvml <<<"gpu uuid=GPU-1;name=A100;total=80000000000;used=0;pids=$$"
touch "$base/later"
join 0
expect_ledger 1

# --- two sweeps ------------------------------------------------------------------------------------
rm ledger
box 3
gpu_space left 60
gpu_space right 60
start sweep run left.yaml
expect_status 0 sweep run right.yaml
join 0
expect_ledger 1
expect_equal "$(grep -c + ledger)" 120 "trials"

# --- a runner that dies ----------------------------------------------------------------------------
rm ledger
box 1
gpu_space dies 3
HOLD=$base/dies start sweep run dies.yaml
wait_until has_lines 1 ledger
kill -9 "$pid"
wait "$pid" 2>/dev/null || true
gpu_space other 1
start sweep run other.yaml
wait_until says "no GPU is free now"
expect_equal "$(wc -l <ledger)" 1 "the other sweep has the GPU"
kill -INT "$pid"
join 130
HOLD=$base/dies start sweep resume dies
wait_until says "dies"
touch "$base/dies"
join 0
expect_ledger 1
expect_equal "$(sqlite3 sweeps/dies/sweep.db 'SELECT number, state, attempts FROM trial' | paste -sd' ')" \
    "1|2|1 2|2|1 3|2|1" "after the resume"
expect_status 0 sweep resume other
expect_ledger 1

# Where a lease can never be had, that is said instead of waited for; another GPU is enough.
cd "$base/work"
box 2
gpu_space blocked 2
rm -f ledger "$SWEEP_GPU_LEASES"/GPU-*
mkfifo "$SWEEP_GPU_LEASES/GPU-0"
expect_status 0 sweep run blocked.yaml
rm -f "$SWEEP_GPU_LEASES/GPU-1"
mkdir "$SWEEP_GPU_LEASES/GPU-1"
rm -r sweeps/blocked
expect_status 1 timeout 20 sweep run blocked.yaml
expect_error "no trial could ever start, see what is in $SWEEP_GPU_LEASES: the lease of GPU-1 is no plain file"

# The same for processors and memory, and for what is short for now.
cd "$base/work"
rm -rf sweeps "$SWEEP_GPU_LEASES"
for lease in processors memory; do
    mkdir -p -m 1777 "$SWEEP_GPU_LEASES"
    gpu_space "$lease" 1 "{$([ $lease = memory ] && echo 'memory: 1M' || echo 'cpus: 1')}"
    mkdir "$SWEEP_GPU_LEASES/$lease"
    expect_status 1 timeout 20 sweep run $lease.yaml
    expect_error "no trial could ever start, see what is in $SWEEP_GPU_LEASES: the lease of $lease is no plain file"
    rmdir "$SWEEP_GPU_LEASES/$lease"
    ln -s /etc/passwd "$SWEEP_GPU_LEASES/$lease"
    expect_status 1 timeout 20 sweep run $lease.yaml
    expect_error "the lease of $lease"
    rm "$SWEEP_GPU_LEASES/$lease"
    expect_status 0 sweep run $lease.yaml
done
gpu_space few 1
seen=
for limit in 18 19 20 21 22; do
    rm -rf sweeps
    (ulimit -n $limit && timeout 2 sweep run few.yaml) >few.said 2>&1 || true
    ! grep -q "is free now" few.said || fail "$limit open files are taken for a busy GPU: $(cat few.said)"
    seen+=$(grep -o 'cannot open the lease of GPU-0, too many files are open: see `ulimit -n`' few.said || true)
done
[ -n "$seen" ] || fail "no limit of open files was short of a lease"
