#!/usr/bin/env bash
# Short trials under Slurm: in pilots, and each as a job of its own. TRIALS trials of SECONDS on 4
# nodes of 2 processors each (real slurmctld and slurmd on the loopback address), 8 at a time, in the
# same run. Prints trials per second of both, their ratio, and how long a slot of a pilot is idle
# between the end of a trial's command and the start of the next one's; never judges.
#     tests/bench/pilots.sh [BUILD_DIR] [TRIALS] [SECONDS] [TRIALS_AS_JOBS]
BUILD_DIR=$(realpath "${1:-build/release}")
SOURCE_DIR=$(realpath "$(dirname "$0")/../..")
NODE_CPUS=2
. "$SOURCE_DIR/tests/slurm/lib.sh"
trials=${2:-1000}
seconds=${3:-0.2}
jobs=${4:-100}

write_space() { # NAME TRIALS SLURM
    cat >"$work/$1.yaml" <<YAML
name: $1
command: [bash, -c, 'a=\$EPOCHREALTIME; sleep $seconds; echo loss=1; echo "\$SLURM_JOB_ID \$a \$EPOCHREALTIME" >>$work/$1.ledger', '\${x}']
metric: minimize loss
method: random
seed: 1
parallel: 16
budget: {trials: $2}
backend: slurm
slurm: {poll: 1s, time: 60m$3}
parameters: {x: {min: 0.0, max: 1.0}}
YAML
}

# From the start of the first trial to the end of the last, which leaves out what the queue takes
# until the first one runs.
rate() { # NAME
    awk '{ if (NR == 1 || $2 < first) first = $2; if ($3 > last) last = $3 }
         END { printf "%.3f", NR / (last - first) }' "$work/$1.ledger"
}

run_one() { # NAME
    "$sweep" run "$1.yaml" >"$1.out" 2>&1 || { tail "$1.out"; exit 1; }
}

cd "$work"
slurm_start 4
write_space pilots "$trials" ', pilots: 8'
write_space jobs "$jobs" ''
run_one pilots
within 60 all_idle || true
run_one jobs
p=$(rate pilots)
j=$(rate jobs)
sort -k1,1 -k2,2n pilots.ledger | awk '$1 == job { printf "%.1f\n", ($2 - end) * 1000 } { job = $1; end = $3 }' |
    sort -g >idle
awk -v p="$p" -v j="$j" -v n="$trials" -v m="$jobs" -v s="$seconds" 'BEGIN {
    printf "%d trials of %s s in 8 pilots: %.2f/s, %.0f %% of 8 processors that never wait\n", n, s, p, 100 * p * s / 8
    printf "%d trials of %s s as jobs: %.2f/s\nratio: %.1f\n", m, s, j, p / j }'
awk '{ v[NR] = $1 } END { printf "a slot is idle between two trials: median %s ms, p95 %s ms, most %s ms\n",
    v[int((NR + 1) / 2)], v[int(NR * 0.95)], v[NR] }' idle
