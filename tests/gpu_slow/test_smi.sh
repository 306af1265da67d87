#!/usr/bin/env bash
# What trials take where there is nvidia-smi and no library: memory of each process, energy by the
# power. It is run seldom, by what it costs.
. "$(dirname "$0")/../gpu/lib.sh"

use_nvml ""
mkdir "$base/tools"
cat >"$base/tools/nvidia-smi" <<'END2'
#!/bin/sh
# Two GPUs; what trials that run take.py have of them is theirs.
echo "$1" >>"$ASKED"
case $1 in
--query-gpu=*)
    for gpu in 0 1; do
        echo "$gpu, GPU-$gpu, 00000000:0$gpu:00.0, NVIDIA GeForce RTX 3090, 24576, 300, 40, 44, 200.00, [N/A], [N/A]"
    done ;;
--query-compute-apps=*)
    for gpu in 0 1; do
        for file in "$FAKE_NVML_CLAIMS/GPU-$gpu"/[0-9]*; do
            pid=${file##*/}
            [ ! -e "/proc/$pid" ] || [ ! -s "$file" ] || echo "GPU-$gpu, $pid, $((($(cat "$file") + 1048575) / 1048576))"
        done
    done ;;
esac
END2
chmod +x "$base/tools/nvidia-smi"
export PATH="$base/tools:$PATH" ASKED=$base/asked
memory_space one 2 6 6 '{}'
expect_status 0 sweep run one.yaml
expect_output "each trial gets 1 of 2 GPUs (NVIDIA GeForce RTX 3090)"
# The looks come ever later: the next trial may end between two of them.
for trial in 1 2; do
    expect_status 0 sweep show "one/$trial" --json
    expect_json '.[0] | .gpu_busy_percent | . > 30 and . < 45' true
    expect_json '.[0] | .energy_j / .duration_s | . > 100 and . < 220' true
done
expect_status 0 sweep show one/1 --json
expect_json '.[0] | .gpu_memory_bytes | . > 5999000000 and . < 6002000000' true
expect_status 0 sweep show one/1
expect_output "memory on one GPU  5.6 GiB at most" "energy"

# One that hangs from now on is asked once, and the sweep does not notice.
cat >"$base/tools/nvidia-smi.hangs" <<'END2'
#!/bin/sh
echo hang >>"$ASKED"
exec sleep 1000
END2
chmod +x "$base/tools/nvidia-smi.hangs"
memory_space hang 2 6 6 '{}'
rm ledger
start sweep run hang.yaml
wait_until grep -qs '^+' ledger
mv "$base/tools/nvidia-smi.hangs" "$base/tools/nvidia-smi"
join 0
expect_output "2 complete"
