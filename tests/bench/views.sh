#!/usr/bin/env bash
# How long the commands that only look take on sweeps of 10 000 and 100 000 trials, beside --version,
# which does nothing. Prints lines; never judges.
#     tests/bench/views.sh [BUILD_DIR] [ROUNDS]
set -euo pipefail
build=${1:-build/release}
rounds=${2:-20}
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

measure() { # COMMAND...
    local wall cpu rss
    read -r _ wall _ cpu rss <<<"$("$tools/bench_measure" "$rounds" "$sweep" "$@")"
    printf '%-58s %8.1f ms, %8.1f ms CPU, %6d KiB\n' "sweep $*" "$wall" "$cpu" "$rss"
}

measure --version
for trials in 10000 100000; do
    "$tools/bench_fill" "sweeps/$trials" "$trials" <space.yaml
    measure show "$trials/5"
    measure best "$trials"
    measure top "$trials" -n 20
    measure top "$trials" -n 20 --where "lr < 0.001 and optimizer = 'sgd'"
    measure top "$trials" -n 20 --sort -val_loss
    measure export "$trials" --format csv
done
