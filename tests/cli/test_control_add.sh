#!/usr/bin/env bash
# add, retry and note: with a runner at work and without one; values are checked like the YAML's.
. "$(dirname "$0")/lib.sh"
. "$SOURCE_DIR/tests/cli/control.sh"

# Trials 1, 2, 3 have the kinds bad, good, "3"; the bad ones fail.
cat >demo.yaml <<'YAML'
name: demo
command: [sh, -c, 'echo "loss: $1"; [ "$2" != bad ]', _, '${x}', '${kind}', '${n}', '${c}']
metric: minimize loss
method: grid
parallel: 1
budget: {trials: 3}
parameters:
  x: {min: 0.25, max: 0.75, step: 0.25}
  n: {min: 1, max: 8}
  c: {value: 7}
  kind: {values: [bad, good, "3"]}
YAML
expect_status 0 sweep run demo.yaml
expect_output "2 complete, 1 failed"

# Mistakes are told and change nothing.
while read -r arguments; do
    read -r said
    expect_status 2 sweep add $arguments
    expect_error "$said"
done <<'END'
demo
NAME=VALUE is missing
x=0.3
parameter 'x': 0.3 is not min plus a whole number of steps
x=1
is not between 0.25 and 0.75
n=2.5
parameter 'n': 2.5 is not a whole number
n=many
parameter 'n': 'many' is not a number
kind=worse
parameter 'kind': 'worse' is none of its values
kinds=good
there is no parameter 'kinds'; did you mean 'kind'?
c=8
parameter 'c': 8 is not its value
x=0.5 x=0.25
parameter 'x' is given twice
demo x=0.5 more
'more' is not NAME=VALUE
END
expect_status 0 sweep top demo --json
expect_json length 3

# Added while nobody runs it: it waits, and the finished sweep is not finished any more.
expect_status 0 sweep add kind=3 x=0.75 n=0x5 c=7
expect_output "demo: added as trial 4, which is next" "x=0.75 n=5 kind=3" \
    "nobody runs the sweep now; go on with: sweep resume demo"
expect_status 0 sweep add demo x=0.25 n=1 kind=good --json
expect_json '.[0] | [.request, .trial, .done]' '["add",5,true]'
expect_status 0 sweep add x=0.25 n=1 kind=good
expect_output "note: trial 2 has the same parameters"
expect_status 0 sweep add x=0.5 # the others are drawn
expect_output "trial 7" "x=0.5 n=" "kind="
expect_status 0 sweep top demo
expect_output "3 of 7 trials finished" "4 waiting" "go on with: sweep resume demo"

# The failed one again; asked twice it is run again once.
expect_status 0 sweep retry
expect_output "demo: run again: trial 1 as 8"
expect_status 1 sweep retry demo
expect_error "no trial has failed that was not run again"
expect_status 1 sweep retry 1
expect_error "trial 1 is being run again already, as trial 8"
expect_status 1 sweep retry 2
expect_error "trial 2 is complete"
expect_status 1 sweep retry 4
expect_error "trial 4 is waiting to be run"
expect_status 4 sweep retry 99

expect_status 0 sweep resume demo
expect_output "all 8 trials are finished" "/8] trial 8  failed: exit code 1"
expect_status 0 sweep show 4
expect_output "added by a person" "kind  3"
expect_status 0 sweep show 1
expect_output "demo/1: failed: exit code 1" "run again as trial 8"
expect_status 0 sweep show 8 --json
expect_json '.[0] | [.origin, .retry_of, .retried_as, .params.kind]' '["retry",1,null,"bad"]'
expect_status 0 sweep retry 1 # by name again and again
expect_output "runs again: trial 1 as 9"

# Notes, on a sweep and on a trial.
expect_status 0 sweep note 2 'diverged "late"'
expect_output "demo: noted"
expect_status 0 sweep note demo 'for the paper'
expect_status 2 sweep note 2 two words
expect_error "put it in quotes"
expect_status 2 sweep note demo "$(printf '%01001d' 0)"
expect_status 4 sweep note demo/99 nobody
expect_status 0 sweep show 2
expect_output 'note: diverged "late"'
expect_status 0 sweep note 2 'no, it is fine'
expect_status 0 sweep top demo
expect_output "note: for the paper" "no, it is fine" "failed: exit code 1, again as 9" \
    "failed: exit code 1, retry of 1"
expect_no_output diverged

# With a runner: what is added is asked next, before what was suggested ahead.
held_sweep live 1 'budget: {trials: 8}'
start_runner run live.yaml
wait_for test -e started.1
expect_status 0 sweep add live x=0.5
expect_quiet
expect_no_output "nobody runs"
added=$(sed -n 's/.*added as trial \([0-9]*\),.*/\1/p' "$out")
[ "$added" -gt 2 ] || fail "nothing was suggested ahead"
touch go.1
wait_for test -e "started.$added"
[ ! -e started.2 ] || fail "trial 2 came before the added one"
expect_status 0 sweep cancel "live/$added"
wait_for has_finished live 2
expect_status 0 sweep retry "live/$added"
again=$(sed -n "s/.*trial $added as \([0-9]*\).*/\1/p" "$out")
touch go
join_runner 0
# Eight in all, one of them added, and the retry on top.
expect_output "all 9 trials are finished" "8 complete, 1 stopped early or cancelled"
expect_equal "$(cat "sweeps/live/trials/$(printf %06d "$added")/params.json")" \
    "$(cat "sweeps/live/trials/$(printf %06d "$again")/params.json")" "the params of the retry"

# A sweep whose trials somebody else runs takes requests too, while nobody talks to it.
printf 'name: talk\nmetric: minimize loss\nmethod: random\nparameters:\n  x: {min: 0.0, max: 1.0}\n' >talk.yaml
echo '{"op":"ask"}' | sweep ask-tell talk.yaml --dir sweeps/talk >/dev/null 2>&1
expect_status 0 sweep note talk 'by hand'
expect_status 0 sweep add talk x=0.5
expect_output "added as trial 2"
echo '{"op":"ask"}' | sweep ask-tell talk.yaml --dir sweeps/talk >"$out" 2>/dev/null
expect_output '{"trial":2,"params":{"x":0.5}}'
