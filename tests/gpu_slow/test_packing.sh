#!/usr/bin/env bash
# Several trials on one GPU by the memory that they need, of one sweep and of two.
. "$(dirname "$0")/../gpu/lib.sh"

need sqlite3

# --- one sweep --------------------------------------------------------------------------------------
card 24
memory_space one 9 6 0.3 '{gpu_memory: 6GB}'
expect_status 0 sweep run one.yaml
expect_output "trials share a GPU by its memory, 5.6 GiB each; each trial gets 1 of 1 GPU" "4 at a time"
expect_packed 24000

# Large and small cards: what is too small for it is not used.
rm ledger
card 4 16
memory_space mixed 6 6 0.2 '{gpu_memory: 6GB}'
expect_status 0 sweep run mixed.yaml
expect_packed 12000
expect_equal "$(grep + ledger | cut -d' ' -f2 | sort -u)" GPU-1 "who was used"

# --- two sweeps, that need different amounts --------------------------------------------------------
rm ledger
card 24 24
memory_space left 20 7 0.15 '{gpu_memory: 7GB}'
memory_space right 20 10 0.15 '{gpu_memory: 10GB}'
start sweep run left.yaml
expect_status 0 sweep run right.yaml
join 0
expect_packed 24000
expect_equal "$(grep -c + ledger)" 40 "trials"

# With one that has whole GPUs, and one that counts its trials.
rm ledger
memory_space whole 4 24 0.15 '{gpus: 1}'
memory_space half 8 12 0.15 '{trials_per_gpu: 2}'
rm -rf sweeps/left
start sweep run left.yaml
runner=$pid
(HOLD='' timeout 60 sweep run whole.yaml >whole.out 2>&1) &
whole=$!
expect_status 0 sweep run half.yaml
wait "$whole" || fail "$(cat whole.out)"
pid=$runner
join 0
expect_packed 24000

# --- a runner that dies frees nothing that still runs -----------------------------------------------
rm ledger
card 24
memory_space dies 3 10 0 '{gpu_memory: 10GB}'
HOLD=$base/dies start sweep run dies.yaml
wait_until has_lines 1 ledger
kill -9 "$pid"
wait "$pid" 2>/dev/null || true
memory_space other 2 12 0 '{gpu_memory: 12GB}'
start sweep run other.yaml
wait_until has_lines 2 ledger
memory_space third 1 4 0 '{gpu_memory: 4GB}'
expect_equal "$(grep -c '+ GPU-0 10000' ledger)" 1 "the trial of the dead runner"
wait_until says "2 complete"
join 0
HOLD=$base/dies start sweep resume dies
wait_until says "dies"
touch "$base/dies"
join 0
expect_packed 24000

# --- out of memory: once more, alone ----------------------------------------------------------------
rm ledger
cat >"$base/hungry.sh" <<'END'
#!/bin/sh
if [ "$1" = 3 ] && [ "$SWEEP_ATTEMPT" = 2 ] && ls here.* 2>/dev/null; then echo "not alone" >>complaints; fi
[ ! -e here.3.2 ] || echo "came to the one that was to be alone" >>complaints
touch "here.$1.$SWEEP_ATTEMPT"
sleep 0.3
rm "here.$1.$SWEEP_ATTEMPT"
if [ "$1" = 3 ] && [ "$SWEEP_ATTEMPT" = 1 ]; then
    echo 'torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB'
    exit 1
fi
echo "acc: 0.$1"
END
chmod +x "$base/hungry.sh"
cat >hungry.yaml <<END
command: $base/hungry.sh \${n}
metric: maximize acc
method: grid
parameters: {n: {values: [1, 2, 3, 4, 5]}}
resources: {gpu_memory: 6GB}
END
expect_status 0 sweep run hungry.yaml
expect_equal "$(query sweeps/hungry 'SELECT number, state, attempts FROM trial' | paste -sd' ')" \
    "1|2|1 2|2|1 3|2|2 4|2|1 5|2|1" "what became of them"

[ ! -e complaints ] || fail "$(cat complaints)"

# --- what cannot be had -----------------------------------------------------------------------------
# refused RESOURCES MESSAGE: before anything is started.
refused() {
    memory_space bad 2 1 0 "$1"
    rm -rf sweeps/bad
    expect_status 2 sweep run bad.yaml
    expect_error "$2"
    [ ! -e sweeps/bad ] || fail "a sweep was made of it"
}
card 24 16
refused '{gpu_memory: 30GB}' "resources.gpu_memory asks for 27.9 GiB, and the largest GPU that we may use has 22.4 GiB"
refused '{gpus: 2, gpu_memory: 20GB}' "resources asks for 2 GPUs with 18.6 GiB each, and we may use 1 so large"
nvml <<<"gpu uuid=GPU-0"
refused '{gpu_memory: 6GB}' "needs to know how much memory the GPUs have, and their driver does not tell"
use_nvml ""
refused '{gpu_memory: 6GB}' "resources.gpu_memory is about GPUs, and there is none that we may use"
