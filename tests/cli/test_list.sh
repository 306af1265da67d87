#!/usr/bin/env bash
# `sweep list`: all sweeps and how they stand, for people and for programs.
. "$(dirname "$0")/lib.sh"
. "$SOURCE_DIR/tests/cli/control.sh"

expect_status 0 sweep list
expect_output "there is no sweep in ./sweeps; start one with: sweep run FILE.yaml"
expect_status 0 sweep list --json
expect_equal "$(cat "$out")" "" "no lines"

run_sweep <<'YAML'
name: done
command: ["sh", "-c", 'echo "acc: $1"; exit $2', "_", '${x}', '${code}']
metric: maximize acc
method: grid
parameters:
  x: {values: [0.25, 0.5]}
  code: {values: [0, 1]}
YAML
run_sweep <<'YAML'
name: bare
command: ['true', '${x}']
method: grid
parameters:
  x: {values: [1]}
YAML
expect_status 0 sweep list
expect_no_output note # a column only where there are some

held_sweep paused
start_runner run paused.yaml
wait_for test -e started.1
expect_status 0 sweep pause paused
expect_status 0 sweep note paused 'after the holidays'
mkdir sweeps/torn sweeps/empty
head -c 5000 /dev/urandom >sweeps/torn/sweep.db

expect_status 0 sweep list
expect_output "after the holidays" "unreadable"
expect_equal "$(awk '$1 != "torn" { print $1, $2, $3 }' "$out" | sort)" "bare finished 1/1
done finished 4/4
paused paused 0/4
sweep state trials" "the table"
expect_output "acc 0.5"
expect_no_output empty

expect_status 0 sweep list --json
expect_json '[.[] | select(.sweep == "done")][0] |
    [.state, .finished, .expected, .failed, .metric, .goal, .best.value]' \
    '["finished",4,4,2,"acc","maximize",0.5]'
expect_json '[.[] | select(.sweep == "paused")][0] | [.state, .running, .best, .note]' \
    '["paused",1,null,"after the holidays"]'
expect_json '[.[] | select(.sweep == "torn")][0] | (.error | length) > 0' 'true'
expect_json '[.[] | select(.sweep == "bare")][0] | [.metric, .best]' '[null,null]'

# A note is no run: the latest is still the one that was run last.
expect_status 0 sweep note bare 'no run'
expect_status 0 sweep top
expect_error "sweep: paused, the latest of"

expect_status 0 sweep stop paused
touch go
join_runner 0
expect_status 0 sweep list
expect_output "stopped"
expect_status 2 sweep list done
expect_error "unexpected argument"
expect_status 2 sweep lsit
expect_error "did you mean 'list'?"
expect_status 0 env COLUMNS=40 sweep list
expect_no_output "after the holidays"

# Moments are those of the person's clock, with its zone; for programs they are UTC.
created=$(sweep list --json | sed -n 's/.*"sweep":"done".*"created":"\([^"]*\)".*/\1/p')
zone='<+0330>-3:30'
local_time=$(TZ=$zone date -d "$created" '+%Y-%m-%d %H:%M:%S')
expect_status 0 env TZ="$zone" COLUMNS=200 sweep list
expect_output "  $local_time +0330"
expect_status 0 env TZ="$zone" sweep list --json
expect_output "\"created\":\"$created\""
started=$(sweep show done/1 --json | sed -n 's/.*"attempt_list":\[{"attempt":1,"started":"\([^"]*\)".*/\1/p')
expect_status 0 env TZ="$zone" sweep show done/1
expect_output "$(TZ=$zone date -d "$started" '+%Y-%m-%d %H:%M:%S') +0330"
