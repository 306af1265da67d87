#!/usr/bin/env bash
# Pain 14: the objective is noisy, and nothing runs a configuration with several seeds and takes the
# mean.
. "$(dirname "$0")/../cli/lib.sh"

# The best single value is x=2's, the best mean x=1's.
run_sweep <<'YAML'
name: noisy
command: [sh, -c, 'case $1$2 in 21) echo acc=0.9 ;; 2*) echo acc=0.1 ;; *) echo acc=0.6 ;; esac', _, '${x}', '${seed}']
metric: maximize acc
method: grid
parameters: {x: {values: [1, 2]}}
replicates: {seeds: [1, 2, 3], pass_as: seed}
YAML
expect_status 0 sweep export noisy
expect_json 'length' 6
expect_status 0 sweep best noisy --format args
expect_output "--x=1"
