#!/usr/bin/env bash
# How long the commands that only look take on sweeps of 10 000 and 100 000 trials, from start to end
# of the process: the least and the median of ROUNDS runs, and the median of the processor's time,
# which says most on a busy machine; and how many times those of /bin/true, which does nothing, in
# the same run. Beside them the sqlite3 shell counting the trials. Prints lines; never judges.
#     tests/bench/views.sh [BUILD_DIR] [ROUNDS]
set -euo pipefail
build=${1:-build/release}
rounds=${2:-100}
sweep=$(realpath "$build/bin/sweep")
tools=$(realpath "$build/bin")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >space.yaml <<'YAML'
name: many
command: /bin/true ${args}
metric: {name: val_acc, goal: maximize, step: epoch}
capture: {epoch: 'epoch (\d+)', val_loss: 'val_loss (\S+)'}
method: random
budget: {trials: 100000}
parameters:
  lr: {min: 1.0e-5, max: 1.0e-1, log: true}
  momentum: {min: 0.0, max: 0.99}
  batch: {min: 16, max: 256, step: 16}
  optimizer: {values: [sgd, adam, rmsprop]}
  depth: {min: 1, max: 9}
  dropout: {min: 0.0, max: 0.5}
YAML

base=(1 1)
measure() { # COMMAND...
    local least median cpu rss
    read -r least median _ cpu rss <<<"$("$tools/bench_measure" "$rounds" "$@")"
    [ "$1" != /bin/true ] || base=("$least" "$cpu")
    awk -v what="${*##*/bin/}" -v least="$least" -v median="$median" -v cpu="$cpu" -v rss="$rss" \
        -v base="${base[0]}" -v base_cpu="${base[1]}" 'BEGIN {
        printf "%-66s least %.2f ms (x %.1f), median %.2f ms, CPU %.2f ms (x %.1f), %d KiB\n",
            what, least, least / base, median, cpu, cpu / base_cpu, rss }'
}

measure /bin/true
measure "$sweep" --version
for trials in 10000 100000; do
    "$tools/bench_fill" "sweeps/$trials" "$trials" <space.yaml
    mkdir -p "sweeps/$trials/trials/000200"
    echo "epoch 1" >"sweeps/$trials/trials/000200/output.log"
    [ -z "$(command -v sqlite3)" ] ||
        measure sqlite3 "sweeps/$trials/sweep.db" 'SELECT count(*) FROM trial'
    measure "$sweep" show "$trials/200"
    measure "$sweep" log "$trials/200"
    measure "$sweep" best "$trials"
    measure "$sweep" best "$trials" --format args
    measure "$sweep" top "$trials" -n 20
    measure "$sweep" top "$trials" -n 20 --json
    measure "$sweep" export "$trials" -n 20
    measure "$sweep" list
    measure "$sweep" top "$trials" -n 20 --where "state = 'failed'"
    measure "$sweep" top "$trials" -n 20 --where "lr < 0.001 and optimizer = 'sgd'"
    measure "$sweep" top "$trials" -n 20 --sort -lr
    rounds=$((rounds < 10 ? rounds : 10))
    measure "$sweep" top "$trials" -n 20 --sort -val_loss
    measure "$sweep" export "$trials" --format csv
done
