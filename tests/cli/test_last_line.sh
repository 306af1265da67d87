#!/usr/bin/env bash
# The last line that a failed trial printed stands beside its failure: as it happens, in the ranking
# and in `show`; without colours, cut, and unable to harm a screen.
. "$(dirname "$0")/lib.sh"

run_sweep <<'YAML'
name: demo
command:
  - sh
  - -c
  - |
    case $1 in
    1) printf 'Traceback\nImportWarning: No module named '\''torch'\''\n\n  \n' >&2; exit 1 ;;
    2) printf '\033[1;31mError:\033[0m \033]0;title\007a \033[2Jwipe \342\200\256 \001\r50%%\r  red line \r\n'; exit 2 ;;
    3) exit 3 ;;
    4) printf 'long %s\n' "$(seq -s ' ' 1 3000)"; exit 4 ;;
    5) printf 'no newline'; kill -9 $$$$ ;;
    6) echo 'nothing to see'; exit 0 ;;
    7) [ "$SWEEP_ATTEMPT" = 2 ] || { echo 'out of luck'; exit 5; } ;;
    esac
    echo "acc: 0.$1"
  - _
  - ${x}
metric: {name: acc, goal: maximize}
method: grid
parallel: 1
trial: {max_failures: 6, retries: 1}
parameters:
  x: {values: [7, 6, 1, 2, 3, 4, 5]}
YAML
expect_output "trial 1  will run again: exit code 5: out of luck  x=7" \
    "trial 3  will run again: exit code 1: ImportWarning: No module named 'torch'  x=1" \
    "trial 3  failed: exit code 1: ImportWarning: No module named 'torch'  " \
    "failed: exit code 2: red line  " "failed: signal 9 (killed): no newline  "
expect_equal "$(grep -c 'failed: exit code 3  ' "$out")" 1 "a trial that printed nothing"
grep -qE 'failed: exit code 4: [0-9 ]{97}\.\.\.  ' "$out" || fail "a long line is not cut"

expect_status 0 sweep show demo/3
expect_output "demo/3: failed: exit code 1: ImportWarning: No module named 'torch'; acc -"
expect_status 0 sweep show demo/5
expect_output "demo/5: failed: exit code 3; acc -"
expect_status 0 sweep show demo/1
expect_output "demo/1: complete; acc 0.7"

expect_status 0 sweep top demo
expect_output "last line" "  ImportWarning: No module named 'torch'" "  red line" "  no newline"
expect_no_output "nothing to see" "out of luck"
expect_not_in "$out" $'\e'
expect_status 0 env COLUMNS=80 sweep top demo
expect_output "failed: exit code 1" "  ImportWarning: "
expect_status 0 env COLUMNS=50 sweep top demo
expect_output "failed: exit code 1"

# Where nothing failed there is no such column.
run_sweep <<'YAML'
name: good
command: [sh, -c, 'echo "acc: $1"', _, '${x}']
metric: maximize acc
parameters: {x: {values: [1, 2]}}
YAML
expect_status 0 sweep top good
expect_no_output "last line"
