#!/usr/bin/env bash
# Pain 6: combinations that cannot work are launched, fail, and count as evidence.
. "$(dirname "$0")/../cli/lib.sh"

for method in grid random sobol; do
    rm -rf sweeps
    run_sweep <<YAML
name: forbidden
command: [sh, -c, 'echo loss=1; [ \$((\$1 * \$2)) -le 8 ]', _, '\${batch}', '\${depth}']
metric: minimize loss
method: $method
seed: 1
parameters: {batch: {values: [1, 2, 4, 8]}, depth: {values: [1, 2, 4]}}
constraints: ["batch * depth <= 8"]
YAML
    expect_status 0 sweep export forbidden
    expect_json '[length, (map(.state) | unique)]' '[9,["complete"]]'
done
