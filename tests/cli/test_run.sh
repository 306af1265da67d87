#!/usr/bin/env bash
# `sweep run`: what it says, where it records, and how it ends.
. "$(dirname "$0")/lib.sh"

run_sweep <<'YAML'
name: digits
command: [sh, -c, 'echo "acc: 0.$1"; exit $(($1 == 2 ? 3 : 0))', _, '${x}']
metric: {name: acc, goal: maximize}
method: grid
seed: 7
parallel: 1
budget: {trials: 3}
parameters:
  x: {values: [1, 2, 3, 4]}
YAML
expect_quiet
expect_golden run.txt
expect_equal "$(stat -c %a sweeps/digits sweeps/digits/sweep.db | tr '\n' ' ')" "700 600 " modes
cmp space.yaml sweeps/digits/space.yaml || fail "not the exact bytes of the YAML"
expect_equal "$(cat sweeps/digits/trials/000003/params.json)" '{"x":3}' params.json

# Trials that start are said where that is wanted, and names come from the file.
sed /^name/d space.yaml >other.yml
expect_status 0 sweep run other.yml --verbose
expect_output "[0/3] trial 1  started" "recorded in $work/sweeps/other"

# Nothing is made, and the commands are those that would come.
sed 's/^name.*/name: dry/' space.yaml >dry.yaml
expect_status 0 sweep run dry.yaml --dry-run
expect_output "dry would run commands such as" \
    "sh -c 'echo \"acc: 0.\$1\"; exit \$((\$1 == 2 ? 3 : 0))' _ 1"
[ ! -e sweeps/dry ] || fail "--dry-run made a sweep"

# Anywhere else, but not among somebody's files.
expect_status 0 sweep run dry.yaml --dir "$work/else where/deep"
expect_output "recorded in $work/else where/deep" "sweep best '$work/else where/deep'"
[ -e "else where/deep/sweep.db" ] && [ ! -e sweeps/dry ] || fail "--dir was not obeyed"
mkdir photos
echo >photos/holiday.jpg
expect_status 2 sweep run dry.yaml --dir photos
expect_error "photos is not empty and holds no sweep"
expect_equal "$(ls -A photos)" holiday.jpg "what is in photos"

# Without a metric a trial is complete when it exits with 0.
run_sweep <<'YAML'
name: bare
command: ['true', '${x}']
method: random
seed: 1
budget: {trials: 2}
parameters:
  x: {min: 0.0, max: 1.0}
YAML
expect_output "no metric; seed 1" "complete  " "2 complete"
run_sweep 1 <<'YAML'
name: hopeless
command: ['false', '${x}']
method: random
seed: 1
budget: {trials: 2}
parameters:
  x: {min: 0.0, max: 1.0}
YAML
expect_output "failed: exit code 1" "see its output: sweep log hopeless/" "0 complete, 2 failed"

# An endless one says so; a drawn seed is said and recorded.
cat >endless.yaml <<'YAML'
command: [sh, -c, 'sleep 100; echo $1', _, '${x}']
parameters:
  x: {min: 0.0, max: 1.0}
YAML
start sweep run endless.yaml --on-term stop
wait_until says "no budget: it goes on until you press ^C"
wait_until says "seed "
kill -TERM "$pid"
join 130

# Faster than anybody can read, only some lines are shown.
run_sweep <<'YAML'
name: fast
command: ['true', '${x}']
method: random
seed: 1
parallel: 4
budget: {trials: 60}
parameters:
  x: {min: 0.0, max: 1.0}
YAML
expect_output "60 complete"
[ "$(grep -c '^\[' "$out")" -lt 60 ] || ! grep -q 'more trials)' "$out" || fail "counted twice"
