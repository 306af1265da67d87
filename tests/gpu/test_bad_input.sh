#!/usr/bin/env bash
# What cannot be had or makes no sense is said before anything is started; and drivers that hang.
. "$(dirname "$0")/lib.sh"

# refused STATUS RESOURCES MESSAGE: no sweep is made of it.
refused() {
    gpu_space bad 2 "$2"
    expect_status "$1" sweep run bad.yaml
    expect_error "$3"
    [ ! -e sweeps/bad ] || fail "a sweep was made of it"
}

box 4
while IFS='|' read -r resources message; do
    refused 2 "$resources" "$message"
done <<'END2'
{gpus: 5}|resources.gpus asks for 5 GPUs a trial, and there are 4 that we may use: `sweep doctor --gpus` says more
{gpus: -1}|'gpus' takes a number of GPUs from 0 to 16
{gpus: 1.5}|'gpus' takes a number of GPUs from 0 to 16
{gpu_ids: [GPU-zzz]}|resources.gpu_ids names 'GPU-zzz', and no GPU that we may use is called so
{gpu_ids: [GPU-]}|resources.gpu_ids names 'GPU-', and no GPU
{gpu_ids: [-1]}|resources.gpu_ids names '-1', and no GPU
{gpu_ids: []}|'gpu_ids' names no GPU: with 'gpus: 0' trials get none
{trials_per_gpu: 2, gpu_memory: 100G}|'gpu_memory' and 'trials_per_gpu' both say how many trials share a GPU
{gpu_memory: 100G}|resources.gpu_memory asks for 100 GiB, and the largest GPU that we may use has 74.5 GiB
{gpu_memory: -1G}|'gpu_memory' takes auto, or an amount of memory, such as 6G
{gpu_memory: 0}|'gpu_memory' takes auto, or an amount of memory, such as 6G
{gpu_memory: 6}|with its unit: '6G' or '6M'?
{gpu_memory: 99999999999999T}|'gpu_memory' takes auto, or an amount of memory, such as 6G
{trials_per_gpu: -1}|'trials_per_gpu' takes a number of trials from 1 to 64
{trials_per_gpu: 1000000}|'trials_per_gpu' takes a number of trials from 1 to 64
{leave: -1}|'leave' takes a number of GPUs from 0 to 128
{leave: 99}|resources.leave leaves 99 of 4 GPUs to others, and a trial needs 1
{memory: -5G}|'memory' takes an amount of memory, such as 16G
{cpus: 0}|'cpus' takes a number of processors from 1 to 4096
END2

# --- the directory of the leases ----------------------------------------------------------------------
place=$SWEEP_GPU_LEASES
mkdir -m 1777 -p "$base/real"
NO_PLACE="$place is no place for leases of GPUs, because it is no directory, or a link: remove it, or name another (SWEEP_GPU_LEASES)"
for target in "$base/real" nowhere; do
    rm -rf "$place"
    ln -s "$target" "$place"
    refused 1 '{gpus: 1}' "$NO_PLACE"
done
rm -rf "$place"
echo "a file" >"$place"
refused 1 '{gpus: 1}' "$NO_PLACE"
rm -rf "$place"
mkdir -m 777 "$place"
refused 1 '{gpus: 1}' "because others can remove files there: chmod +t it"
rm -rf "$place"
SWEEP_GPU_LEASES=/proc/leases refused 1 '{gpus: 1}' "cannot make /proc/leases, for leases of GPUs"
if [ "$(id -u)" != 0 ]; then # root may write anywhere
    mkdir -m 555 "$base/closed"
    SWEEP_GPU_LEASES=$base/closed/leases refused 1 '{gpus: 1}' "cannot make $base/closed/leases, for leases of GPUs"
fi

# --- drivers that hang ---------------------------------------------------------------------------------
echo 'init hang' | nvml
refused 1 '{gpus: 1}' "the GPU driver gives no answer within 10 s: a reboot may be needed"
