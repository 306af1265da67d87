#!/usr/bin/env bash
# What NVIDIA's driver complains of (Xid) while trials run: whose fault it is, and what follows.
. "$(dirname "$0")/../gpu/lib.sh"

need sqlite3

# xids NUMBERS [GPU]: the faults so far of GPU-1, or another, of a box of three.
xids() {
    local i
    for i in 0 1 2; do
        echo "gpu uuid=GPU-$i;name=NVIDIA A100;bus=00000000:0$i:00.0;total=80000000000;used=0;pids=$([ "GPU-$i" != "${2:-GPU-1}" ] || echo ";${1:+xids=$1}")"
    done | nvml
}

# A trial that on GPU-1 runs until $HOLD is there and ends with $CODE then.
cat >"$base/train.sh" <<'END2'
#!/bin/sh
echo "+ $CUDA_VISIBLE_DEVICES" >>ledger
[ "$CUDA_VISIBLE_DEVICES" != GPU-1 ] || while [ ! -e "$HOLD" ]; do sleep 0.02; done
echo "- $CUDA_VISIBLE_DEVICES" >>ledger
[ "$CUDA_VISIBLE_DEVICES" != GPU-1 ] || [ "$CODE" = 0 ] || exit "$CODE"
echo "acc: 0.$SWEEP_TRIAL"
END2
export HOLD=$base/hold CODE=1

# begin NAME TRIALS [RESOURCES [MORE]]: run until a trial is on GPU-1 and is watched.
begin() {
    rm -f ledger "$HOLD" "$FAKE_NVML.events"
    xids ''
    gpu_space "$1" "$2" "${3:-}" "${4:-}"
    start sweep run "$1.yaml"
    wait_until grep -qs '+ GPU-1' ledger
    wait_until test -e "$FAKE_NVML.events" # of GPU-0, the first one
    sleep 0.3
}
events() { query "sweeps/$1" "SELECT kind || ' ' || text FROM event WHERE kind LIKE 'gpu_%' ORDER BY id"; }

# --- a GPU that falls off the bus --------------------------------------------------------------------
begin lost 5
xids 79
wait_until says "Xid 79"
touch "$HOLD"
join 0
expect_output "GPU-1: Xid 79: it has fallen off the bus. It is not used again in this run" \
    "will run again: its GPU is broken or gone" "5 complete"
expect_equal "$(grep -c '+ GPU-1' ledger)" 1 "trials on the broken GPU"
expect_equal "$(events lost)" "gpu_fault GPU-1: Xid 79: it has fallen off the bus" "the events"
broken=$(query sweeps/lost "SELECT trial FROM event WHERE kind = 'gpu_fault'")
expect_status 0 sweep show "lost/$broken"
expect_output "GPU-1: Xid 79: it has fallen off the bus"
expect_status 0 sweep doctor --repair lost
expect_output "is sound"

# What doctor says of it while the sweep runs, and after that.
begin aside 3
xids 79
wait_until says "Xid 79"
expect_doctor() {
    sweep doctor --gpus >"$base/doctor" || fail "doctor fails"
    grep -qF -e "$1" "$base/doctor" || fail "expected '$1' in: $(cat "$base/doctor")"
}
expect_doctor "sweep aside gives it to no trial since"
expect_doctor ": Xid 79: it has fallen off the bus; \`sweep stop aside\` and \`sweep resume aside\` try it again"
sweep doctor --gpus --json >"$base/doctor"
expect_equal "$(jq -c '[.gpus[].put_aside | length]' "$base/doctor")" '[0,1,0]' "who is put aside"
expect_equal "$(jq -c '.gpus[1].put_aside[0] | [.sweep, .reason]' "$base/doctor")" \
    '["aside","Xid 79: it has fallen off the bus"]' "why"
touch "$HOLD"
join 0
sweep doctor --gpus >"$base/doctor"
grep -q "gives it to no trial" "$base/doctor" && fail "it is not given back: $(cat "$base/doctor")"

# A trial that comes through all the same counts; its GPU is not given out again.
CODE=0 begin through 5
xids 95
wait_until says "Xid 95"
touch "$HOLD"
join 0
expect_output "GPU-1: Xid 95: an error of its memory ended all programs on it" "5 complete"
expect_equal "$(grep -c '+ GPU-1' ledger)" 1 "trials on the broken GPU"
expect_equal "$(query sweeps/through 'SELECT max(attempts) FROM trial')" 1 "attempts"

# The last moment of a trial: the outcome waits for what the driver says of it.
begin late 4
xids 48
touch "$HOLD"
join 0
expect_output "Xid 48" "4 complete"
expect_equal "$(query sweeps/late 'SELECT sum(short_of = 5) FROM attempt')" 1 "attempts that the GPU failed"

# --- the program's own fault ------------------------------------------------------------------------
begin own 5 '' 'trial: {retries: 0}'
xids 31,45
touch "$HOLD"
join 0
expect_output "GPU-1: Xid 31: the program used an address of the GPU's memory that is not its own (the program's fault, not the GPU's)"
expect_no_output "Xid 45" "not used again"
expect_equal "$(events own | sort -u)" "gpu_note GPU-1: Xid 31: the program used an address of the GPU's memory that is not its own" "the events"
failed=$(query sweeps/own "SELECT trial FROM event WHERE kind = 'gpu_note' LIMIT 1")
expect_equal "$(query sweeps/own "SELECT reason FROM trial WHERE number = $failed")" 1 "an exit code"
expect_status 0 sweep show "own/$failed"
expect_output "failed: exit code 1" "GPU-1: Xid 31: the program used"

# What only follows from something else is shown where nothing else is known, and never said.
begin echo 4 '' 'trial: {retries: 0}'
xids 45
touch "$HOLD"
join 0
expect_no_output "Xid 45"
expect_equal "$(events echo)" "gpu_note GPU-1: Xid 45: the driver cleaned up after a program that ended or was killed" "the events"

# --- what should be known ---------------------------------------------------------------------------
CODE=0 begin warned 3
printf '%s\n' 'gpu uuid=GPU-0;name=NVIDIA A100;total=80000000000;used=0;pids=' \
    'gpu uuid=GPU-1;name=NVIDIA A100;total=80000000000;used=0;pids=;slowed=72;xids=63,999' | nvml
wait_until says "too hot"
touch "$HOLD"
join 0
expect_output "GPU-1: it is too hot and slows down" "GPU-1: Xid 63: a bad part of its memory is replaced" \
    "GPU-1: Xid 999: see NVIDIA's list of Xid errors" "3 complete"
expect_no_output "not used again"

# --- a process that looks and hangs: an outcome waits for it no longer than 2 s ------------------------
CODE=1 begin stuck 3 '' 'trial: {retries: 0}'
for child in $(cat "/proc/$pid/task/$pid/children"); do
    [ "$(tr '\0' ' ' <"/proc/$child/cmdline")" != "sweep sampler " ] || kill -STOP "$child"
done
touch "$HOLD"
since=$(date +%s%N)
join 0
took=$((($(date +%s%N) - since) / 1000000))
expect_output "failed: exit code 1"
[ "$took" -gt 1000 ] && [ "$took" -lt 15000 ] || fail "the outcome waited, all in all, $took ms"
