#!/usr/bin/env bash
# Which trial gets which GPU, and that no two have the same.
. "$(dirname "$0")/lib.sh"

# --- one each, by default --------------------------------------------------------------------------
box 3
gpu_space one 12
expect_status 0 sweep run one.yaml
expect_output "each trial gets 1 of 3 GPUs (NVIDIA A100)" "3 at a time"
expect_ledger 1
expect_equal "$(grep -c + ledger)" 12 "GPUs that were given"
expect_equal "$(sort -u ledger | grep + | paste -sd' ')" "+ GPU-0 + GPU-1 + GPU-2" "who was used"
tr '\0' '\n' <sweeps/one/trials/000001/1.spec | grep -aqx ".*CUDA_DEVICE_ORDER=PCI_BUS_ID" ||
    strings sweeps/one/trials/000001/1.spec | grep -q CUDA_DEVICE_ORDER=PCI_BUS_ID ||
    fail "no order of the devices"

# --- several for each, all or nothing --------------------------------------------------------------
rm ledger
box 5
gpu_space two 6 '{gpus: 2}'
expect_status 0 sweep run two.yaml
expect_output "each trial gets 2 of 5 GPUs" "2 at a time"
expect_ledger 1
expect_equal "$(grep -c + ledger)" 12 "GPUs that were given"

# --- several trials on each ------------------------------------------------------------------------
rm ledger
box 2
gpu_space shared 12 '{trials_per_gpu: 3}'
touch "$base/go"
HOLD=$base/go expect_status 0 sweep run shared.yaml
expect_output "3 trials share a GPU; each trial gets 1 of 2 GPUs" "6 at a time"
expect_ledger 3

# --- which of them ---------------------------------------------------------------------------------
rm ledger
box 4
gpu_space named 4 '{gpu_ids: [3, GPU-1]}'
expect_status 0 sweep run named.yaml
expect_equal "$(head -1 ledger)" "+ GPU-3" "the first one"
expect_equal "$(grep + ledger | sort -u | paste -sd' ')" "+ GPU-1 + GPU-3" "those named"
rm ledger
gpu_space left 6 '{leave: 3}'
expect_status 0 sweep run left.yaml
expect_equal "$(grep + ledger | sort -u)" "+ GPU-0" "what is not left"
rm ledger
gpu_space index 2 '{gpu_form: index, gpu_ids: [2]}'
expect_status 0 sweep run index.yaml
expect_equal "$(grep + ledger | sort -u)" "+ 2" "an index"
rm ledger
gpu_space visible 4
CUDA_VISIBLE_DEVICES=2,1 expect_status 0 sweep run visible.yaml
expect_equal "$(head -1 ledger) $(grep + ledger | sort -u | paste -sd' ')" "+ GPU-2 + GPU-1 + GPU-2" "those we may see"

# --- none ------------------------------------------------------------------------------------------
# What the trial's environment has of CUDA: nothing of its own on a box without GPUs.
cat >seen.yaml <<'END'
command: [sh, -c, 'echo "seen: $${CUDA_VISIBLE_DEVICES-unset}"; echo "acc: 1"']
metric: maximize acc
parameters: {n: {value: 1}}
END
seen() { grep -o 'seen: .*' "sweeps/$1/trials/000001/output.log"; }
cp seen.yaml none.yaml
echo 'resources: {gpus: 0}' >>none.yaml
expect_status 0 sweep run none.yaml
expect_equal "$(seen none)" "seen: " "with gpus: 0"
sed 's/^metric/trial: {env: {CUDA_VISIBLE_DEVICES: "3"}}\n&/' seen.yaml >own.yaml
expect_status 0 sweep run own.yaml
expect_equal "$(seen own)" "seen: 3" "with trial.env"
use_nvml ""
expect_status 0 sweep run seen.yaml
expect_equal "$(seen seen)" "seen: unset" "without GPUs"
use_nvml nvml

# --- what cannot be had ----------------------------------------------------------------------------
# refused RESOURCES MESSAGE [MORE]: before anything is started.
refused() {
    gpu_space bad 2 "$1" "${3:-}"
    rm -rf sweeps/bad
    expect_status 2 sweep run bad.yaml
    expect_error "$2"
    [ ! -e sweeps/bad ] || fail "a sweep was made of it"
}
refused '{gpus: 5}' "resources.gpus asks for 5 GPUs a trial, and there are 4 that we may use"
refused '{gpu_ids: [7]}' "resources.gpu_ids names '7', and no GPU"
refused '{gpu_ids: [GPU-zzz]}' "resources.gpu_ids names 'GPU-zzz'"
refused '{gpu_ids: [1, GPU-1]}' "resources.gpu_ids names GPU 1 twice"
refused '{leave: 4}' "resources.leave leaves 4 of 4 GPUs to others, and a trial needs 1"
refused '{gpus: 1}' "trial.env sets CUDA_VISIBLE_DEVICES" 'trial: {env: {CUDA_VISIBLE_DEVICES: "1"}}'
refused '{gpus: 17}' "bad.yaml:5:"
refused '{trials_per_gpu: 0}' "bad.yaml:5:"
refused '{gpu_ids: 3}' "bad.yaml:5:"
refused '{gpu_form: name}' "bad.yaml:5:"
CUDA_VISIBLE_DEVICES='' refused '{gpus: 1}' "there are 0 that we may use"
nvml <<<"init 9"
gpu_space bad 1 '{gpus: 1}'
expect_status 1 sweep run bad.yaml
expect_error "Driver Not Loaded"
gpu_space undemanding 1
expect_status 0 sweep run undemanding.yaml
expect_output "no trial gets a GPU of its own, as there are GPUs that do not work: libnvidia-ml.so.1: it does not start: Driver Not Loaded (9)"
gpu_space needless 1 '{gpus: 0}'
expect_status 0 sweep run needless.yaml
expect_no_output "that do not work"
echo 'gpu uuid=GPU-0;lost=15' | nvml
gpu_space lost 1
expect_status 0 sweep run lost.yaml
expect_output "as there are GPUs that do not work: none of the 1 can be used"
mkdir -m 777 "$base/open"
box 1
SWEEP_GPU_LEASES=$base/open expect_status 1 sweep run bad.yaml
expect_error "others can remove files there"

# --- what is recorded of it ------------------------------------------------------------------------
box 3
gpu_space facts 2 '{gpus: 2, gpu_ids: [2, 0, 1]}'
expect_status 0 sweep run facts.yaml --json
grep '"event":"trial_ended"' "$out" | grep -q '"gpus":\["GPU-2","GPU-0"\]' || fail "no GPUs in the events"
expect_status 0 sweep export facts --format jsonl
expect_json '[.[].gpus]' '[["GPU-2","GPU-0"],["GPU-2","GPU-0"]]'
expect_status 0 sweep export facts --format csv
expect_output ",GPU-2 GPU-0,"
expect_status 0 sweep show facts/1
expect_output "gpus       NVIDIA A100 GPU-2" "           NVIDIA A100 GPU-0"
rm sweeps/facts/sweep.db
expect_status 0 sweep doctor --repair facts
expect_status 0 sweep doctor --repair facts
expect_output "is sound"
expect_status 0 sweep top facts --json
expect_json '.[0].gpus' '["GPU-2","GPU-0"]'
expect_status 0 sweep add facts n=1 # no file tells the models: the next trial brings them back
expect_status 0 sweep resume facts
expect_status 0 sweep show facts/1
expect_output "gpus       NVIDIA A100 GPU-2" "           NVIDIA A100 GPU-0"
need sqlite3
sqlite3 sweeps/facts/sweep.db "PRAGMA foreign_keys = OFF; UPDATE attempt_gpu SET place = place + 1 WHERE place = 1"
sqlite3 sweeps/facts/sweep.db "DELETE FROM attempt_gpu WHERE place = 2 AND trial = 1"
expect_status 0 sweep doctor --repair facts
expect_output "the GPUs of trial 1 in the database are not what its files say"

# --- what they are ------------------------------------------------------------------------------------
expect_status 0 sweep top two --json
expect_json '.[0].gpu_models' '["NVIDIA A100","NVIDIA A100"]'
expect_status 0 sweep top two
expect_no_output "A100"
printf '%s\n' 'gpu uuid=GPU-0;name=NVIDIA A100;total=80000000000;used=0;pids=' \
    'gpu uuid=GPU-1;name=NVIDIA L4;total=24000000000;used=0;pids=' | nvml
gpu_space both 3
sed -i 's/ ${wait}/ 1/' both.yaml
expect_status 0 sweep run both.yaml
expect_status 0 sweep top both
expect_output "GPU" "NVIDIA A100" "NVIDIA L4"
expect_status 0 sweep export both --format csv
expect_output ",gpus,gpu_models," ",GPU-1,NVIDIA L4,"
