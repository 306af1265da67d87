#!/usr/bin/env bash
# Broken GPUs: their trials run elsewhere at the machine's expense, and they are not used again; a
# library that crashes takes nothing with it.
. "$(dirname "$0")/lib.sh"

need sqlite3
# A trial on GPU-1 that fails with the words of $base/words, if there are any.
cat >"$base/train.sh" <<'END'
#!/bin/sh
echo "+ $CUDA_VISIBLE_DEVICES" >>ledger
echo "- $CUDA_VISIBLE_DEVICES" >>ledger
while [ -n "$HOLD" ] && [ ! -e "$HOLD" ]; do sleep 0.02; done
if [ "$CUDA_VISIBLE_DEVICES" = GPU-1 ]; then cat "$WORDS"; exit 1; fi
echo "acc: 0.$SWEEP_TRIAL"
END
export WORDS=$base/words
echo 'RuntimeError: CUDA error: uncorrectable ECC error encountered' >"$WORDS"

# By its words: the trial fails once, on GPU-1, and nothing else ever gets that one.
box 3
gpu_space ecc 9
expect_status 0 sweep run ecc.yaml
expect_output "will run again: its GPU is broken or gone" \
    "failed because of GPU-1, which is not used again in this run" \
    "not used any more after they failed: GPU-1" "9 complete"
expect_equal "$(grep -c '+ GPU-1' ledger)" 1 "trials on the broken GPU"
expect_equal "$(query sweeps/ecc 'SELECT count(*), sum(short_of = 5) FROM attempt')" "10|1" "attempts"
expect_equal "$(query sweeps/ecc "SELECT text FROM event WHERE kind = 'gpu_fault'")" \
    "GPU-1: trial 2 failed because of it" "the event"
expect_status 0 sweep doctor --repair ecc
expect_output "is sound"

# By the driver alone: new memory errors while the trial ran, which says nothing of them.
rm ledger
echo 'Segmentation fault' >"$WORDS"
gpu_space driver 4 '{gpu_ids: [1, 0]}'
export HOLD=$base/hold
# errors N: so many of GPU-1's memory that could not be corrected.
errors() {
    printf '%s\n' 'gpu uuid=GPU-0;name=NVIDIA A100;total=80000000000;used=0;ecc=0;pids=' \
        "gpu uuid=GPU-1;name=NVIDIA A100;total=80000000000;used=0;ecc=$1;pids=" \
        'gpu uuid=GPU-2;name=NVIDIA A100;total=80000000000;used=0;ecc=0;pids=' | nvml
}
errors 0
start sweep run driver.yaml
wait_until has_lines 2 ledger
sleep 0.5
errors 1
sleep 6 # the box is looked at every 5 s
touch "$HOLD"
join 0
expect_output "failed because of GPU-1" "4 complete" \
    "GPU-1: its memory has new errors, which could not be corrected"

# Gone while its trial runs: the process that looks at trials sees it at once.
rm -f ledger "$HOLD"
box 3
gpu_space gone 4 '{gpu_ids: [1, 0]}'
start sweep run gone.yaml
wait_until has_lines 2 ledger
printf '%s\n' 'gpu uuid=GPU-0;name=NVIDIA A100;total=80000000000;used=0;pids=' \
    'gpu uuid=GPU-1;name=NVIDIA A100;total=80000000000;used=0;lost=15' | nvml
wait_until says "GPU-1: the driver has lost it. It is not used again in this run"
touch "$HOLD"
join 0
expect_output "will run again: its GPU is broken or gone" "4 complete"

# Gone before the process that looks at trials has seen it even once: so it finds one that is lost.
rm -f ledger "$HOLD"
box 3
gpu_space late 4 '{gpu_ids: [1, 0]}'
start sweep run late.yaml
wait_until has_lines 2 ledger
is_looked_at() { first=$(sampler) && [ -n "$first" ]; }
wait_until is_looked_at
kill -STOP "$first"
printf '%s\n' 'gpu uuid=GPU-0;name=NVIDIA A100;total=80000000000;used=0;pids=' \
    'gpu uuid=GPU-1;name=NVIDIA A100;total=80000000000;used=0;lost=15' \
    'gpu uuid=GPU-2;name=NVIDIA A100;total=80000000000;used=0;pids=' | nvml
kill -KILL "$first"
wait_until says "GPU-1: the driver has lost it. It is not used again in this run"
touch "$HOLD"
join 0
expect_output "4 complete"

# All of them: the sweep ends instead of waiting for ever, and goes on when it is asked to.
unset HOLD
rm ledger
echo 'RuntimeError: CUDA error: uncorrectable ECC error encountered' >"$WORDS"
echo 'gpu uuid=GPU-1;name=NVIDIA A100;total=80000000000;used=0;pids=' | nvml
gpu_space last 2
expect_status 130 timeout 20 sweep run last.yaml
expect_output "too few GPUs are left for a trial"
box 1
expect_status 0 sweep resume last
expect_output "2 complete"

# A library that crashes: said so, and nvidia-smi is asked.
echo 'init crash' | nvml
expect_status 1 sweep doctor --gpus
expect_error "libnvidia-ml.so.1 crashed: signal 11 (Segmentation fault)"
mkdir "$base/tools"
cat >"$base/tools/nvidia-smi" <<'END'
#!/bin/sh
case $1 in
--query-gpu=*) echo '0, GPU-aaa, 00000000:01:00.0, NVIDIA GeForce RTX 3090, 24576, 4, 0, 44, 31.42, [N/A], [N/A]' ;;
esac
END
chmod +x "$base/tools/nvidia-smi"
PATH="$base/tools:$PATH" expect_status 0 sweep doctor --gpus
expect_output "GPU-aaa"
