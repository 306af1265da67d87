#!/usr/bin/env bash
# What trials take of the machine: memory of GPUs, their energy and time.
. "$(dirname "$0")/../gpu/lib.sh"

# gpu [KEYS]: one GPU that computes 40% of the time and takes 250 W by its counter.
gpu() { echo "gpu uuid=GPU-0;name=NVIDIA A100;total=80000000000;used=500000000;pids=$1" | nvml; }
MEASURED='busy=40;meter=250000'

# usage_space NAME TRIALS GB SECONDS [RESOURCES]
usage_space() {
    cat >"$1.yaml" <<END
command: python3 $base/take.py $3 $4
metric: maximize acc
method: grid
parameters: {n: {values: [$(seq -s, "$2")]}}
${5:+resources: $5}
END
}

# took SWEEP/TRIAL FILTER EXPECTED
took() {
    expect_status 0 sweep show "$1" --json
    expect_json ".[0] | $2" "$3"
}

# --- one that has its GPU alone ---------------------------------------------------------------------
gpu ";$MEASURED"
usage_space one 1 6 1.3
expect_status 0 sweep run one.yaml
took one/1 '[.gpu_memory_bytes, .gpu_shared]' '[6000000000,false]'
took one/1 '.gpu_busy_percent | . > 35 and . < 45' true
took one/1 '.energy_j / .duration_s | . > 175 and . < 275' true
took one/1 '.cpu_s > 0 and .memory_bytes > 1000000' true
expect_status 0 sweep show one/1
expect_output "took" "memory on one GPU  5.6 GiB at most" "GPU busy           40% of the whole time" "energy" "processor"
expect_status 0 sweep export one --format csv
expect_output ",energy_j,gpu_memory_bytes,gpu_busy_percent,cpu_s,memory_bytes,gpu_shared,seed" ",6000000000,"

# Every form of the driver's list of processes; one that does not tell their memory.
for form in 'stride 32' 'records 2' 'records 1'; do
    rm -rf sweeps/one
    { echo "$form"; echo "gpu uuid=GPU-0;name=NVIDIA A100;total=80000000000;used=500000000;pids=;$MEASURED"; } | nvml
    expect_status 0 sweep run one.yaml
    took one/1 .gpu_memory_bytes 6000000000
done
rm -rf sweeps/one
echo "gpu uuid=GPU-0;name=NVIDIA A100;total=80000000000;used=500000000;$MEASURED" | nvml
expect_status 0 sweep run one.yaml
took one/1 .gpu_memory_bytes 6000000000

# What the driver does not tell is not known: never 0.
rm -rf sweeps/one
echo "gpu uuid=GPU-0" | nvml
expect_status 0 sweep run one.yaml
took one/1 '[.gpu_memory_bytes, .gpu_busy_percent, .energy_j]' '[null,null,null]'
took one/1 '.cpu_s > 0' true
expect_status 0 sweep show one/1
expect_no_output "memory on one GPU" "energy"

# Energy by the power, where there is no counter.
rm -rf sweeps/one
gpu ";power=100000"
expect_status 0 sweep run one.yaml
took one/1 '.energy_j / .duration_s | . > 70 and . < 110' true

# --- several on one GPU -----------------------------------------------------------------------------
# They run long beside the time in which they start one after the other, and the first has it alone.
gpu ";$MEASURED"
usage_space shared 4 6 4 '{trials_per_gpu: 3}'
expect_status 0 sweep run shared.yaml
took shared/2 '[.gpu_memory_bytes, .gpu_shared]' '[6000000000,true]'
took shared/2 '.energy_j / .duration_s | . > 50 and . < 140' true
expect_status 0 sweep show shared/2
expect_output "its share of what the GPU took" "by all that had the GPU"

# --- the ranking by it ------------------------------------------------------------------------------
cat >sizes.yaml <<END
command: python3 $base/take.py \${gb} 1.5
metric: maximize acc
method: grid
parameters: {gb: {values: [5, 2, 9]}}
resources: {trials_per_gpu: 3}
END
expect_status 0 sweep run sizes.yaml
expect_status 0 sweep top sizes --sort gpu_memory --json
expect_json '[.[].trial]' '[2,1,3]'
expect_status 0 sweep top sizes --sort '-(gpu_memory_bytes)' --where 'energy > 0 and gpu_busy > 10 and memory > 0 and cpu > 0' --json
expect_json '[.[].trial]' '[3,1,2]'
