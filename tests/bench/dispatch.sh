#!/usr/bin/env bash
# How fast trials are dispatched: TRIALS runs of /bin/true, two at a time, in fresh directories,
# against xargs -P2 and GNU parallel -j2 in turn. Prints a line per round and the medians; never
# judges. Every outcome of sweep is durable (WAL, synchronous=FULL, result files fsynced); xargs and
# parallel record nothing.
#     tests/bench/dispatch.sh [BUILD_DIR] [TRIALS] [ROUNDS]
set -euo pipefail
build=${1:-build/release}
trials=${2:-2000}
rounds=${3:-3}
sweep=$(realpath "$build/bin/sweep")
tools=$(realpath "$build/bin")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

seconds() { # COMMAND... -> wall seconds
    local start=$EPOCHREALTIME
    "$@" >"$work/out" 2>&1 || { tail -5 "$work/out" >&2; exit 1; }
    awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN {printf "%.3f", b - a}'
}

median() { sort -g | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }

with_xargs() { seq "$trials" | xargs -P2 -n1 /bin/true; }
with_parallel() { seq "$trials" | parallel -j2 /bin/true; }
# Nothing is removed between rounds: for a minute after that ext4 looks for inodes that were not
# freed lately, which takes longer than all the rest.
with_sweep() {
    cd "$(mktemp -d "$work/sweep.XXXXXX")"
    printf '%s\n' 'command: /bin/true' 'method: grid' 'parallel: 2' 'parameters:' \
        "  i: {min: 1, max: $trials}" >space.yaml
    "$sweep" run space.yaml
}

read -r fsync_us fsync_p95 <<<"$("$tools/bench_fsync" "$work")"
echo "fsync of 4 KiB: median $fsync_us us, p95 $fsync_p95 us"
have_parallel=$(command -v parallel || true)
for round in $(seq "$rounds"); do
    x=$(seconds with_xargs)
    s=$(seconds with_sweep)
    p=nan
    [ -z "$have_parallel" ] || p=$(seconds with_parallel)
    echo "$x $s $p" >>"$work/times"
    awk -v n="$trials" -v r="$round" -v x="$x" -v s="$s" -v p="$p" 'BEGIN {
        printf "round %d: xargs %.0f/s, sweep %.0f/s, parallel %.0f/s\n", r, n/x, n/s, n/p }'
done
x=$(cut -d' ' -f1 "$work/times" | median)
s=$(cut -d' ' -f2 "$work/times" | median)
p=$(cut -d' ' -f3 "$work/times" | median)
awk -v n="$trials" -v x="$x" -v s="$s" -v p="$p" 'BEGIN {
    printf "medians: xargs %.0f/s, sweep %.0f/s, GNU parallel %.0f/s\n", n/x, n/s, n/p
    printf "ratios: sweep / xargs %.2f, sweep / GNU parallel %.2f\n", x/s, p/s }'
