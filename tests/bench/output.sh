#!/usr/bin/env bash
# How fast one trial's output goes from its pipe through a pattern to log and journal, against a `cat`
# that does nothing with it; and how much memory its supervisor needs for it. Prints lines; never
# judges.
#     tests/bench/output.sh [BUILD_DIR] [MEBIBYTES]
set -euo pipefail
build=${1:-build/release}
mebibytes=${2:-10240}
sweep=$(realpath "$build/bin/sweep")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# 8 MiB of lines of 80 bytes, one in a thousand with the metric, over and over.
awk 'BEGIN {
    for (i = 0; i < 104858; i++)
        if (i % 1000)
            printf "step %6d of 100000: reading, shuffling, thinking; patience is a virtue ........\n", i
        else
            print "val_acc: 0.93 ................................................................." }' >lines
cat >print.sh <<'SH'
i=0
while [ "$i" -lt "$1" ]; do
    cat lines
    i=$((i + 8))
done
SH
cat >space.yaml <<YAML
name: output
command: [sh, print.sh, "$mebibytes"]
metric: {name: val_acc, goal: maximize, pattern: 'val_acc: (\S+)'}
budget: {trials: 1}
parameters: {x: {values: [1]}}
YAML

rate() { # SECONDS -> MB/s
    awk -v m="$mebibytes" -v s="$1" 'BEGIN { printf "%.0f", m * 1.048576 / s }'
}

start=$EPOCHREALTIME
sh print.sh "$mebibytes" | cat >/dev/null
bare=$(awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }')

start=$EPOCHREALTIME
"$sweep" run space.yaml >out 2>&1 &
runner=$!
peak=0
while kill -0 "$runner" 2>/dev/null; do
    shim=$(pgrep -P "$runner" sweep-shim || true)
    now=$([ -z "$shim" ] || awk '/^VmHWM:/ {print $2}' "/proc/$shim/status" 2>/dev/null || true)
    [ -z "$now" ] || peak=$now
    sleep 0.2
done
wait "$runner" || { cat out >&2; exit 1; }
ours=$(awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }')
reports=$("$sweep" export output | grep -c '"value":0.93')
echo "$mebibytes MiB of lines: into cat $(rate "$bare") MB/s, through sweep $(rate "$ours") MB/s" \
    "(ratio $(awk -v a="$bare" -v b="$ours" 'BEGIN { printf "%.2f", a / b }'));" \
    "supervisor's peak RSS $peak KiB; $(stat -c %s sweeps/output/trials/000001/output*.log | paste -sd+ | bc) bytes kept; metric found: $reports"
