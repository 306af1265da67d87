#!/usr/bin/env bash
# Somebody else begins to compute on a GPU while a sweep runs, and stops again; parts of a GPU (MIG).
. "$(dirname "$0")/../gpu/lib.sh"

# used PIDS: who computes on GPU-0, which is idle for now; and GPU-1 is ours.
used() {
    printf '%s\n' "gpu uuid=GPU-0;name=NVIDIA A100;total=80000000000;used=0;pids=$1" \
        'gpu uuid=GPU-1;name=NVIDIA A100;total=80000000000;used=0;pids=' | nvml
}
cat >"$base/train.sh" <<'END2'
#!/bin/sh
echo "+ $CUDA_VISIBLE_DEVICES" >>ledger
echo "acc: 0.$SWEEP_TRIAL"
while [ ! -e "go.$SWEEP_TRIAL" ] && [ ! -e go ]; do sleep 0.02; done
echo "- $CUDA_VISIBLE_DEVICES" >>ledger
END2
used ''
gpu_space strange 6 '{gpu_ids: [1, 0]}' 'parallel: 1'
start sweep run strange.yaml
wait_until grep -qs '+ GPU-1' ledger
used $$
sleep 6 # the box is looked at every 5 s
expect_status 0 sweep set strange parallel=2
touch go.1 # the next one needs a GPU too, and there is one
wait_until has_lines 3 ledger
sleep 1
expect_equal "$(grep -c '+ GPU-0' ledger)" 0 "trials beside the stranger"
used ''
wait_until grep -qs '+ GPU-0' ledger
touch go
join 0
expect_output "6 complete"

# Parts of a GPU are given out like GPUs, by their own names, and fail together with it.
rm -f ledger go go.1
mig() {
    printf '%s\n' "gpu uuid=GPU-a;name=NVIDIA A100;bus=00000000:01:00.0;total=80000000000;used=0;mig=1;pids=${1:+;xids=$1}" \
        'part uuid=MIG-1;total=10000000000;used=0;pids=;number=1' \
        'part uuid=MIG-2;total=10000000000;used=0;pids=;number=2' \
        'gpu uuid=GPU-b;name=NVIDIA A100;bus=00000000:02:00.0;total=80000000000;used=0;mig=0;pids=' | nvml
}
mig ''
gpu_space parts 8
start sweep run parts.yaml
wait_until grep -qs MIG-1 ledger
touch go.1
wait_until has_lines 5 ledger
expect_equal "$(grep -h + ledger | sort -u | paste -sd' ')" "+ GPU-b + MIG-1 + MIG-2" "who has which part"
wait_until test -e "$FAKE_NVML.events"
sleep 0.5
mig '31@2' # of one part: the other trials have nothing to do with it
wait_until says "MIG-2: Xid 31"
mig '31@2,95'
wait_until says "Xid 95"
touch go
join 0
expect_output "8 complete"
need sqlite3
expect_equal "$(query sweeps/parts "SELECT text FROM event WHERE kind = 'gpu_note'" | cut -c1-14)" "MIG-2: Xid 31:" "whose fault"
expect_equal "$(query sweeps/parts "SELECT substr(text, 1, 13) FROM event WHERE kind = 'gpu_fault' ORDER BY 1" | paste -sd' ')" \
    "MIG-1: Xid 95 MIG-2: Xid 95" "both parts"
