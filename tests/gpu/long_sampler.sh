#!/usr/bin/env bash
# What the process takes that watches trials. For figures.
#
#     tests/gpu/long_sampler.sh [TRIALS [SECONDS]]        8, 20
. "$(dirname "$0")/lib.sh"

trials=${1:-8} seconds=${2:-20}
for ((i = 0; i < trials; i++)); do
    echo "gpu uuid=GPU-$i;name=NVIDIA A100;total=80000000000;used=0;busy=40;meter=250000;pids="
done | nvml
# Three processes each.
cat >watched.yaml <<END
command: [sh, -c, 'python3 $base/take.py 1 600 & python3 -c "import time; time.sleep(600)"; wait', _]
method: grid
parameters: {n: {values: [$(seq -s, "$trials")]}}
END
start sweep run watched.yaml
wait_until has_lines "$trials" ledger
sleep 3
for child in $(cat "/proc/$pid/task/$pid/children"); do
    [ "$(tr '\0' ' ' <"/proc/$child/cmdline")" != "sweep sampler " ] || sampler=$child
done
ran() { cut -d' ' -f1 "/proc/$1/schedstat"; }
before=$(ran "$sampler") runner=$(ran "$pid") at=$(date +%s%N)
sleep "$seconds"
awk -v sampler=$(($(ran "$sampler") - before)) -v runner=$(($(ran "$pid") - runner)) \
    -v time=$(($(date +%s%N) - at)) -v trials="$trials" -v date="$(date -u +%F)" 'BEGIN {
    printf "date: %s\n%d trials of three processes on %d GPUs (stand-ins)\n", date, trials, trials
    printf "the sampler took %.3f%% of one processor, the runner %.3f%%\n", 100 * sampler / time, 100 * runner / time }'
kill -INT "$pid"
sleep 0.2
kill -INT "$pid"
join 130
