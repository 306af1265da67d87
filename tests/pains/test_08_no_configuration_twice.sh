#!/usr/bin/env bash
# Pain 8: the same configuration is suggested again and again.
. "$(dirname "$0")/../cli/lib.sh"

for method in grid random sobol; do
    rm -rf sweeps
    run_sweep <<YAML
name: once
command: [sh, -c, 'echo loss=1', _, '\${x}', '\${y}']
metric: minimize loss
method: $method
seed: 3
parallel: 4
budget: {trials: 40}
parameters: {x: {min: 1, max: 5}, y: {values: [a, b, c]}}
YAML
    expect_output "15 points of the space were tried"
    expect_status 0 sweep export once
    expect_json 'map(.params) | [length, (unique | length)]' '[15,15]'
done
