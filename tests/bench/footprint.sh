#!/usr/bin/env bash
# Start-up, resume and memory: --version, one more trial on a sweep of TRIALS, against /bin/true.
# Prints lines; never judges.
#     tests/bench/footprint.sh [BUILD_DIR] [TRIALS]
set -euo pipefail
build=${1:-build/release}
trials=${2:-10000}
sweep=$(realpath "$build/bin/sweep")
measure=$(realpath "$build/bin/bench_measure")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

write_space() { # BUDGET
    printf '%s\n' 'name: many' 'command: /bin/true ${args}' 'method: random' 'seed: 7' \
        'parallel: 2' "budget: {trials: $1}" 'parameters:' '  lr: {min: 1e-5, max: 1e-1, log: true}' \
        '  momentum: {min: 0.0, max: 0.99}' '  batch: {min: 16, max: 256, step: 16}' \
        '  optimizer: {values: [sgd, adam, rmsprop]}' '  depth: {min: 1, max: 9}' \
        '  dropout: {min: 0.0, max: 0.5}' >space.yaml
}

read -r _ base _ _ base_rss <<<"$("$measure" 50 /bin/true)"
read -r _ version _ _ version_rss <<<"$("$measure" 50 "$sweep" --version)"
echo "/bin/true: $base ms, $base_rss KiB; sweep --version: $version ms, $version_rss KiB (medians of 50)"

write_space "$trials"
read -r wall _ _ cpu rss <<<"$("$measure" 1 "$sweep" run space.yaml)"
echo "sweep of $trials trials: $wall ms, runner's CPU $cpu ms, runner's peak RSS $rss KiB"
read -r wall _ _ cpu rss <<<"$("$measure" 5 "$sweep" resume many || true)"
echo "resume when nothing is left to do: $wall ms, peak RSS $rss KiB"
write_space $((trials + 1))
read -r wall _ _ cpu rss <<<"$("$measure" 1 "$sweep" run space.yaml)"
echo "resume of $trials trials, asking for and running one more: $wall ms, CPU $cpu ms, RSS $rss KiB"
read -r _ wall _ _ rss <<<"$("$measure" 5 "$sweep" top many -n 10)"
echo "top of $trials trials: $wall ms, RSS $rss KiB"
