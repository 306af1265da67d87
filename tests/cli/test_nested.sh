#!/usr/bin/env bash
# Nested parameters, and values that are lists and maps: on the command line, in params.json, in every
# view and export, and back from the database.
. "$(dirname "$0")/lib.sh"

run_sweep <<'YAML'
name: demo
command:
  - sh
  - -c
  - |
    for word; do echo "word: $word"; done
    echo "loss: $beta"
  - _
  - ${args}
  - ${optimizer.nadam.beta}
trial: {env: {beta: 0.5}}
metric: minimize loss
method: grid
seed: 3
parameters:
  sizes: {values: [[55, 110], [32, 96]]}
  warmup: {values: [null, {kind: linear, steps: 1e3}]}
  optimizer:
    parameters:
      nadam: {parameters: {beta: {values: [0.9, 0.99]}}}
      lr: {value: 0.001}
YAML
expect_equal "$(cat sweeps/demo/trials/000003/params.json)" \
    '{"sizes":[55,110],"warmup":{"kind":"linear","steps":1e3},"optimizer":{"lr":0.001,"nadam":{"beta":0.9}}}' \
    "params.json"

expect_status 0 sweep log demo/3
expect_output "word: --sizes=[55, 110]" "word: --warmup={'kind': 'linear', 'steps': 1e3}" \
    "word: --optimizer={'lr': 0.001, 'nadam': {'beta': 0.9}}" "word: 0.9"
expect_no_output "optimizer.lr"

# The database gives back what it got.
expect_status 0 sweep top demo -n 2 --where "sizes = '[32, 96]' and \"optimizer.nadam.beta\" > 0.95"
expect_output "[32, 96]" "0.99" "{'kind': 'linear', 'steps': 1e3}"
expect_no_output "[55, 110]"
expect_status 0 sweep export demo --format jsonl --where 'trial = 8'
expect_json '.[0].params' \
    '{"sizes":[32,96],"warmup":{"kind":"linear","steps":1000},"optimizer":{"lr":0.001,"nadam":{"beta":0.99}}}'
expect_status 0 sweep export demo --format csv --where 'trial = 8'
expect_output "params.optimizer.nadam.beta" '"[32,96]"' '"{""kind"":""linear"",""steps"":1e3}"'
expect_status 0 sweep show demo/8
expect_output "optimizer.nadam.beta" "0.99"

best() { expect_status 0 sweep best demo --format "$1"; }
best yaml
expect_output "sizes: [55, 110]" "warmup: null" "optimizer:
  lr: 0.001
  nadam:
    beta: 0.9"
best args
expect_output "'--optimizer={'\\''lr'\\'': 0.001"
best hydra
expect_output "'sizes=[55,110]' warmup=null optimizer.lr=0.001 optimizer.nadam.beta=0.9"
best env
expect_output "sizes='[55, 110]'" "optimizer_nadam_beta=0.9"
best lightning
expect_output "optimizer:
  lr: 0.001
  nadam:
    beta: 0.9"

# A space.yaml with the best params runs the same words.
expect_status 0 sweep best demo --format space -o once.yaml
expect_in once.yaml "optimizer: {parameters: {lr: {value: 0.001}, nadam: {parameters: {beta: {value: 0.9}}}}}"
expect_status 0 sweep run once.yaml
expect_status 0 sweep log demo-1/1
expect_output "word: --optimizer={'lr': 0.001, 'nadam': {'beta': 0.9}}"

# People and programs give them in either way.
cat >more.yaml <<'YAML'
name: more
command: echo loss 0.5 ${args}
metric: minimize loss
nested: dotted
method: random
budget: {trials: 3}
parameters:
  sizes: {values: [[55, 110], [32, 96]]}
  map: {values: [{a: 1.0}, {b: [x]}]}
  optimizer: {parameters: {lr: {min: 0.0, max: 1.0}}}
YAML
cat >lines <<'JSON'
{"op":"add","params":{"sizes":[32,96.0],"map":{"b":["x"]},"optimizer":{"lr":0.25}}}
{"op":"add","params":{"sizes":[55,110],"map":{"a":1},"optimizer.lr":0.5}}
{"op":"ask","n":2}
{"op":"add","params":{"sizes":[32],"map":{"a":1},"optimizer.lr":0.5}}
{"op":"add","params":{"sizes":[55,110],"map":{"a":1},"optimizer":{"wd":0.5}}}
{"op":"add","params":{"sizes":[55,110],"map":{"a":1},"optimizer":0.5}}
JSON
command_line="sweep ask-tell more.yaml"
sweep ask-tell more.yaml <lines >"$out" 2>"$err"
expect_output '{"sizes":[32,96],"map":{"b":["x"]},"optimizer":{"lr":0.25}}' \
    '{"sizes":[55,110],"map":{"a":1.0},"optimizer":{"lr":0.5}}' \
    "parameter 'sizes': [32] is none of its values" "there is no parameter 'wd'" \
    "there is no parameter 'optimizer'"
expect_status 0 sweep check more.yaml
expect_output "optimizer.lr" "'--sizes=[" "--optimizer.lr="

# `add` takes JSON, or what the command line shows.
expect_status 0 sweep run more.yaml
expect_status 0 sweep add more 'sizes=[32, 96]' "map={'b': ['x']}" optimizer.lr=0.125
expect_status 2 sweep add more 'sizes=[1]'
expect_error "parameter 'sizes': '[1]' is none of its values"
