#!/usr/bin/env bash
# What counts as a number in a trial's output, and what becomes of a trial without one.
. "$(dirname "$0")/lib.sh"

# Each trial prints one of these lines, and nothing else.
run_sweep <<'YAML'
name: demo
command: [printf, '${line}']
metric: {name: loss, goal: minimize}
method: grid
parallel: 2
trial: {max_failures: 100}
parameters:
  line: {values: ['loss: nan\n', 'loss: inf\n', 'loss: -Infinity\n', 'loss: 1e999\n', 'loss: 1,5\n', 'nothing\n', ' ', 'loss: 2', 'loss: 1e-400\n', 'loss: 0x1p3\n', 'loss: .5e1\n']}
YAML
expect_output "trial 4: '1e999' printed for loss is too large a number" \
    "trial 5: '1,5' printed for loss is not a number" "failed: exit code 0, but no metric was seen"
expect_status 0 sweep export demo
expect_json 'map(.value)' '["nan","inf","-inf",null,null,null,null,2,0,null,5]'
expect_json 'map(.state)[3:7] | unique' '["failed"]'
expect_json 'map(.reason)[3:7] | unique' '["metric_missing"]'
expect_json 'map(.state)[:3] + [map(.state)[7]] | unique' '["complete"]'
expect_status 0 sweep best demo --json
expect_json '.[0] | [.trial, .value]' '[9,0]'

# What a terminal would show is what counts: bars that go back, colours, bytes that are no text.
run_sweep <<'YAML'
name: noise
command:
  - sh
  - -c
  - |
    case $1 in
    1) printf '\r 10%%|#   | acc=0.1\r 50%%|##  | acc=0.5\r100%%|####| acc=0.9' ;;
    2) printf 'x\0y\0\nacc: 0.8\n\0\0' ;;
    3) printf '\033[1m\033[32macc\033[0m: \033[31m0.7\033[0m\n' ;;
    4) printf 'acc: 0.6\r\nacc\r\n' ;;
    5) head -c 3000000 /dev/urandom; printf '\nacc: 0.5\n' ;;
    6) head -c 3000000 /dev/zero | tr '\0' x; printf '\nacc: 0.4\n' ;;
    7) printf 'acc: 0.' ; sleep 0.1; printf '3\nacc: 0.2 0.1\n' ;;
    esac
  - _
  - ${x}
metric: {name: acc, goal: maximize, reduce: last}
method: grid
parallel: 2
parameters:
  x: {values: [1, 2, 3, 4, 5, 6, 7]}
YAML
expect_status 0 sweep export noise
expect_json 'map(.value)' '[0.9,0.8,0.7,0.6,0.5,0.4,0.2]'
