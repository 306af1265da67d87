#!/usr/bin/env bash
# `sweep check`: what a good file would run, for people and for programs.
. "$(dirname "$0")/lib.sh"

install -m 755 /dev/null train

cat >space.yaml <<'YAML'
name: digits
command: ./train ${args} --tag 'it''s ${note}' --epochs ${epochs}
metric: {name: val_acc, goal: maximize, pattern: 'val_acc=(\S+)', step: epoch}
capture: {epoch: 'epoch (\d+)'}
method: random
seed: 7
parallel: 3
budget: {trials: 20}
parameters:
  lr:        {min: 1.0e-5, max: 0.1, log: true}
  batch:     {min: 16, max: 256, step: 16}
  optimizer: {values: [sgd, adam]}
  epochs:    {value: 5}
  note:      {values: ["a b", "\e[31mred"]}
YAML
expect_status 0 sweep check space.yaml
expect_quiet
expect_golden check.txt
[ ! -e sweeps ] || fail "check made ./sweeps"

expect_status 0 sweep check space.yaml --json
expect_json 'length' 1
expect_json '.[0] | [.name, .method, .metric, .goal, .points, .budget, .parallel]' \
    '["digits","random","val_acc","maximize",null,20,3]'
expect_json '.[0].parameters' '["lr","batch","optimizer","epochs","note"]'
expect_json '.[0].commands | [length, (map(length) | unique), .[0][0]]' '[3,[10],"./train"]'

# However the file is named.
ln -s space.yaml link.yaml
expect_status 0 sweep check link.yaml
expect_status 0 sweep check --json -- space.yaml
expect_status 0 sweep check "$work/space.yaml" --json

# The grid is counted, the budget limits it, and what is only suspicious is no mistake.
cat >grid.yml <<'YAML'
command: ./train ${args}
metric: {name: accuracy}
method: grid
parameters:
  a: {values: [1, 2, 3]}
  b: {min: 1, max: 4}
YAML
expect_status 0 sweep check grid.yml --json
expect_json '.[0] | [.name, .points, .budget]' '["grid",12,null]'
expect_error "grid.yml:2:16: warning:" "maximize"
expect_status 0 sweep check grid.yml
expect_output "sweep:   grid" "space:   12 points"

# A pattern with several groups says which one is taken; one that names it, or does not count the
# others, needs no remark.
check_groups() { # METRIC-PATTERN CAPTURE-PATTERN
    cat >groups.yaml <<YAML
command: true \${args}
metric: {name: loss, goal: minimize, pattern: '$1'}
capture: {epoch: '$2'}
parameters: {a: {values: [1]}}
YAML
    expect_status 0 sweep check groups.yaml
}
check_groups '(train|val) loss (\S+)' 'epoch (\d+)/(\d+)'
expect_error "groups.yaml:2:47: warning: the pattern has 2 groups, of which the first is taken" \
    "name the one that is: (?<value>...); the others may be (?:...)" \
    "groups.yaml:3:18: warning: the pattern has 2 groups"
check_groups '(train|val) loss (?<value>\S+)' '(?:epoch|step) (\d+)'
expect_quiet
check_groups '(?|loss (\S+)|perte (\S+))' 'epoch (?<value>\d+)/(\d+)'
expect_quiet

# A point is counted without comparing all values of its parameters once more: it would take minutes.
cat >many.yaml <<YAML
command: 'true \${args}'
method: random
budget: {trials: 1}
parameters:
  a: {values: [$(seq -s, 0 299)]}
  b: {values: [$(seq -s, 0 99)]}
  y: {values: [$(seq -s, 0 499)], when: "a + b > 3"}
YAML
expect_status 0 timeout 30 sweep check many.yaml
expect_output "14995010 points"

# How many run at a time is found out when they run, by GPUs, processors and memory.
expect_output "budget:  1 trial, as many at a time as the machine has room for"
