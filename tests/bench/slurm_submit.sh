#!/usr/bin/env bash
# How fast trials get into the queue of Slurm: a sweep of /bin/true with COUNT at a time, until Slurm
# has COUNT jobs of it, against one bare `sbatch --array` of the same size in the same run. Nothing
# runs meanwhile: the partition is down. Prints a line per round; never judges. On a Slurm of its own
# (tests/slurm/lib.sh), below TMPDIR: on ext4 where much was removed a moment ago, that is what is
# measured.
#     tests/bench/slurm_submit.sh [BUILD_DIR] [COUNT] [ROUNDS]
BUILD_DIR=$(realpath "${1:-build/release}")
SOURCE_DIR=$(realpath "$(dirname "$0")/../..")
count=${2:-1000}
rounds=${3:-3}
. "$SOURCE_DIR/tests/slurm/lib.sh"

elapsed() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN {printf "%.3f", b - a}'; }

queued() { # NAME: how many jobs of that name's start there are
    squeue --noheader --array --format=%j | grep -c "^$1" || true
}

slurm_start 1
cd "$work"
scontrol update PartitionName=main State=DOWN
printf '#!/bin/sh\nexec true\n' >bare.sh
for round in $(seq "$rounds"); do
    start=$EPOCHREALTIME
    sbatch --job-name=bare --array="0-$((count - 1))" --output=/dev/null bare.sh >/dev/null
    bare=$(elapsed "$start")
    scancel --name=bare
    mkdir "round$round" && cd "round$round"
    printf '%s\n' 'name: ours' 'command: /bin/true' 'method: grid' "parallel: $count" 'backend: slurm' \
        'parameters:' "  i: {min: 1, max: $((2 * count))}" >space.yaml
    start=$EPOCHREALTIME
    "$sweep" run space.yaml >run.out 2>&1 &
    runner=$!
    until [ "$(queued ours-)" -ge "$count" ]; do
        kill -0 "$runner" || fail "the runner has ended: $(tail -n 1 run.out)"
        sleep 0.1
    done
    ours=$(elapsed "$start")
    ticks=$(awk '{print $14 + $15}' "/proc/$runner/stat")
    kill -KILL "$runner"
    wait "$runner" 2>/dev/null || true
    arrays=$(find sweeps/ours/slurm -name '*.batch' | wc -l)
    awk -v r="$round" -v n="$count" -v b="$bare" -v o="$ours" -v a="$arrays" -v t="$ticks" \
        -v hz="$(getconf CLK_TCK)" 'BEGIN {
        printf "round %d: sweep %.0f/s (%.2f s in %d submissions, %.2f s of processor time), bare array %.3f s\n",
            r, n / o, o, a, t / hz, b
        printf "ratio: sweep / bare array %.0f\n", o / b }'
    cd ..
    scancel --user=root
    within 60 sh -c '[ -z "$(squeue --noheader)" ]'
done
