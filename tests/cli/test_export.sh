#!/usr/bin/env bash
# `sweep export`: every trial as a row, in the order of their numbers, as JSONL and CSV.
. "$(dirname "$0")/lib.sh"

run_sweep <<'YAML'
name: demo
command:
  - sh
  - -c
  - |
    echo "$SWEEP_SEED" >"seed.$SWEEP_TRIAL"
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
expect_json 'map(.seed)' "[$(cat seed.1),$(cat seed.2),$(cat seed.3),$(cat seed.4),$(cat seed.5)]"
cp "$out" rows
expect_status 0 sweep export demo --format jsonl -o file
cmp rows file || fail "-o wrote something else"

expect_status 0 sweep export demo --format csv
expect_golden export.csv
expect_status 2 sweep export demo --format xml
expect_error "--format knows no 'xml'; there are jsonl, json, csv, latex, md, methods"

# One JSON value; chosen rows; nothing chosen.
expect_status 0 sweep export demo --format json
expect_json '.[0] | [length, .[0].trial, .[4].trial]' '[5,1,5]'
expect_status 0 sweep export demo --where "captured.val is null or value > 0.1" -n 2
expect_json 'map(.trial)' '[1,5]'
expect_status 0 sweep export demo --format json --where "x > 99"
expect_json '.' '[[]]'
expect_status 2 sweep export demo --where "x >"
expect_error "--where: a value is missing at the end"

# The file's ending says the format, where nothing else does.
for pair in jsonl=jsonl ndjson=jsonl json=json csv=csv CSV=csv tex=latex md=md markdown=md; do
    expect_status 0 sweep export demo -o "out.${pair%%=*}"
    expect_status 0 sweep export demo --format "${pair#*=}" -o expected
    cmp "out.${pair%%=*}" expected || fail "-o out.${pair%%=*} is not in the format ${pair#*=}"
done
expect_status 0 sweep export demo --format csv -o rows.json
cmp rows.json out.csv || fail "the ending counted more than --format"
for name in rows .rows ./dir.csv/rows; do
    mkdir -p dir.csv
    expect_status 0 sweep export demo -o "$name"
    cmp "$name" out.jsonl || fail "-o $name is not in the format jsonl"
done
for name in rows.xlsx rows. out.csv.gz; do
    expect_status 2 sweep export demo -o "$name"
    expect_error "-o: '$name' says no format by its ending" ".jsonl (jsonl)" ".tex (latex)" "/ (bundle)"
    [ ! -e "$name" ] || fail "$name was written"
done
expect_status 0 sweep export demo -o kept/
expect_in kept/README.txt "hyperparameter search 'demo'"

# For papers.
expect_status 0 sweep export demo --format methods
sed -E -i 's/, [0-9.]+s in all/, 0s in all/' "$out"
expect_golden export-methods.txt
run_sweep <<'YAML'
name: paper
command:
  - sh
  - -c
  - 'printf "epoch 1 acc: $1\nepoch 2 acc: 0.5\n"; [ "$2" != "b|c" ] || exit 9'
  - _
  - ${lr}
  - ${kind_of}
metric: {name: acc, goal: maximize, step: epoch}
capture: {epoch: 'epoch (\d+)'}
method: grid
parameters:
  lr: {values: [1e-5, 0.75]}
  kind_of: {values: ["a_b & 50% \\x", "b|c", "--{}", '$x<"y">']}
YAML
for format in latex md; do
    expect_status 0 sweep export paper --format $format
    expect_golden export-paper.$format
done
expect_status 0 sweep export paper --format md --where "state = 'failed'" -n 1
expect_output "| state |" "failed: exit code 9"
expect_equal "$(wc -l <"$out")" 3 "lines of a table with one row"

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
