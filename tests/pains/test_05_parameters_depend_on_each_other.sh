#!/usr/bin/env bash
# Pain 5: a parameter that only matters with another one's value is searched and passed all the same.
. "$(dirname "$0")/../cli/lib.sh"

run_sweep <<'YAML'
name: depend
command: [sh, -c, 'echo "loss=1"; case "$*" in *adam*momentum*) exit 1 ;; esac', _, '${args}']
metric: minimize loss
method: random
seed: 5
budget: {trials: 40}
parameters:
  optimizer: {values: [sgd, adam]}
  momentum: {min: 0.0, max: 1.0, when: {optimizer: sgd}}
YAML
expect_status 0 sweep export depend
expect_json '[(map(.state) | unique), (map(select(.params.optimizer == "adam") | .params | has("momentum")) | any),
    (map(select(.params.optimizer == "sgd") | .params | has("momentum")) | all)]' '[["complete"],false,true]'
