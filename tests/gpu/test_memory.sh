#!/usr/bin/env bash
# Trials that run out of memory: recognised by their last words, tried alone where they shared a
# GPU, failed for good where they did not.
. "$(dirname "$0")/lib.sh"

need sqlite3
# A trial of size n needs a GPU with at most (6 - n) others; 5 needs more than there is.
cat >"$base/train.sh" <<'END'
#!/bin/sh
echo "+ $CUDA_VISIBLE_DEVICES" >>ledger
touch "here.$SWEEP_TRIAL"
while [ "$SWEEP_ATTEMPT" = 1 ] && [ "$(ls here.* | wc -l)" -lt 2 ] && [ ! -e going ]; do sleep 0.02; done
touch going
[ "$SWEEP_ATTEMPT" = 1 ] || [ "$(ls here.* | wc -l)" = 1 ] || echo "not alone" >>complaints
if [ "$1" = 5 ] || { [ "$1" = 1 ] && [ "$SWEEP_ATTEMPT" = 1 ]; }; then
    echo 'torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB'
    status=1
fi
rm "here.$SWEEP_TRIAL"
echo "- $CUDA_VISIBLE_DEVICES" >>ledger
[ -z "$status" ] || exit 1
echo "acc: 0.$1"
END
box 1
gpu_space crowd 5 '{trials_per_gpu: 2}'
sed -i 's/ ${wait}/ ${n}/' crowd.yaml
touch going
expect_status 0 sweep run crowd.yaml
[ ! -e complaints ] || fail "a trial that was to be alone had company"
expect_ledger 2
expect_equal "$(query sweeps/crowd 'SELECT number, state, reason, attempts FROM trial' | paste -sd' ')" \
    "1|2|0|2 2|2|0|1 3|2|0|1 4|2|0|1 5|4|10|2" "what became of them"
expect_output "out of GPU memory"
expect_status 0 sweep show crowd/5
expect_output "attempt 1  out of GPU memory: tried again, alone on its GPU" \
    "attempt 2  out of GPU memory: not tried again, as it was alone on its GPU"

# Alone from the start: no second attempt, whatever `retries` says.
rm ledger
gpu_space large 5 '{gpus: 1}' 'trial: {retries: 3}'
sed -i 's/ ${wait}/ ${n}/' large.yaml
expect_status 0 sweep run large.yaml
expect_equal "$(query sweeps/large 'SELECT number, reason, attempts FROM trial WHERE state = 4' | paste -sd' ')" \
    "1|10|1 5|10|1" "what failed"
expect_status 0 sweep doctor --repair large
expect_output "is sound"
rm sweeps/large/sweep.db
expect_status 0 sweep doctor --repair large
expect_equal "$(query sweeps/large 'SELECT number, reason, attempts FROM trial WHERE state = 4' | paste -sd' ')" \
    "1|10|1 5|10|1" "what failed, after the repair"

# Memory of the host; the words of a script that went on do not count.
cat >words.yaml <<'END'
command: [sh, -c, 'echo "$1"; [ "$2" = 0 ] && echo "acc: 1"; exit $2', _, '${text}', '${status}']
metric: maximize acc
method: grid
parameters:
  text: {values: ['x MemoryError', "Traceback\nMemoryError", 'CUDA out of memory']}
  status: {values: [0, 1]}
trial: {max_failures: 9}
END
expect_status 0 sweep run words.yaml
expect_equal "$(query sweeps/words 'SELECT reason FROM trial' | paste -sd' ')" "0 1 0 11 0 10" "reasons"
