#!/usr/bin/env bash
# `sweep export`: every trial as a row, in the order of their numbers, as JSONL and CSV.
. "$(dirname "$0")/lib.sh"

run_sweep <<'YAML'
name: demo
command:
  - sh
  - -c
  - |
    case $1 in
    1) set -- 0.5 0.25 0 ;;
    2) set -- nan nan 0 ;;
    3) set -- -inf inf 0 ;;
    4) set -- 0.125 0.0625 3 ;;
    5) exit 0 ;;
    esac
    printf 'epoch %d\nval: %s\nloss: %s\n' 1 0.75 "$1" 2 inf "$2"
    exit "$3"
  - _
  - ${x}
metric: {name: loss, goal: minimize, step: epoch}
capture: {epoch: 'epoch (\d+)', val: 'val: (\S+)'}
method: grid
seed: 9223372036854775807
parallel: 3
parameters:
  x: {values: [1, 2, 3, 4, 5]}
  text: {value: "a,\"b\"\nc"}
  rate: {value: 1e-5}
  flag: {value: false}
  nothing: {value: null}
YAML

expect_status 0 sweep export
expect_quiet
expect_golden export.jsonl
expect_json 'map(.trial)' '[1,2,3,4,5]'
expect_json 'map(.captured | keys) | unique' '[[],["epoch","val"]]'
expect_json '.[0].params | [.text, .flag, .nothing]' '["a,\"b\"\nc",false,null]'
cp "$out" rows
expect_status 0 sweep export demo --format jsonl -o file
cmp rows file || fail "-o wrote something else"

expect_status 0 sweep export demo --format csv
expect_golden export.csv
expect_status 2 sweep export demo --format xml
expect_error "--format: 'xml' is none of jsonl, csv"

# A running trial is a row too.
run_sweep <<'YAML'
name: inside
command: [sh, -c, 'sweep export inside >seen 2>&1; echo "loss: 1"', _]
metric: {name: loss, goal: minimize}
method: grid
parameters:
  x: {values: [1]}
YAML
expect_in seen '{"trial":1,"state":"running","reason":null,"value":null,"step":null,"last":null,' \
    '"params":{"x":1},"captured":{},"attempts":1,'

# Without a reader.
set +o pipefail
sweep export demo | head -c 1 >/dev/null || fail "head failed"
