#!/usr/bin/env bash
# Outputs of a gigabyte: one line of it, lines of it, and the last number of each.
. "$(dirname "$0")/lib.sh"

run_sweep <<'YAML'
name: flood
command:
  - sh
  - -c
  - |
    echo "loss: 9"
    case $1 in
    line) head -c 1073741824 /dev/zero | tr '\0' x ;;
    lines) yes 'epoch 3 of 300, loss improves slowly' | head -c 1073741824 ;;
    numbers) yes 'loss: 0.5' | head -c 134217728 ;;
    esac
    printf '\nloss: 0.25'
  - _
  - ${kind}
metric: {name: loss, goal: minimize, reduce: last}
method: grid
parallel: 2
parameters:
  kind: {values: [line, lines]}
YAML
expect_status 0 sweep export flood
expect_json 'map(.value)' '[0.25,0.25]'
du -k --apparent-size sweeps/flood/trials/*/output.log | while read -r size log; do
    [ "$size" -le 82000 ] || fail "$log has $size KiB"
done
