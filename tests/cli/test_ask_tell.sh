#!/usr/bin/env bash
# `sweep ask-tell`: lines of JSON in, as many out; the same suggestions as `run`; restarts; and what
# hostile lines do: nothing.
. "$(dirname "$0")/lib.sh"

# answers FILE [OPTION...]: one conversation, its lines from standard input, into $out.
answers() {
    local status=0
    command_line="sweep ask-tell $*"
    timeout 60 sweep ask-tell "$@" >"$out" 2>"$err" || status=$?
    [ "$status" -eq 0 ] || fail "exit status $status"
}

# expect_line N TEXT: line N of the answers is exactly TEXT.
expect_line() { expect_equal "$(sed -n "$1p" "$out")" "$2" "answer $1"; }
# expect_refusal N TEXT: line N is an error that has TEXT in it.
expect_refusal() {
    sed -n "$1p" "$out" | grep -q '^{"error":".*"}$' || fail "answer $1 is no error"
    sed -n "$1p" "$out" | grep -qF -e "$2" || fail "answer $1: expected '$2'"
}

cat >talk.yaml <<'YAML'
metric: {name: score, goal: maximize}
parameters:
  x: {min: 0.0, max: 1.0}
  depth: {min: 2, max: 9}
  optimizer: {values: [sgd, adam]}
  epochs: {value: 30}
YAML

# --- a conversation ---------------------------------------------------------------------------
answers talk.yaml --seed 11 <<'JSON'
{"op":"ask"}
{"op":"ask","n":2}
{"op":"report","trial":2,"step":3,"value":0.4}
{"op":"tell","trial":2,"value":0.25}
{"op":"tell","trial":1,"value":0.75}
{"op":"tell","trial":3,"state":"failed"}
{"op":"best"}
{"op":"add","params":{"x":0.5,"depth":4,"optimizer":"adam"}}
{"op":"add","params":{"x":1,"depth":2.0,"optimizer":"sgd","epochs":30},"value":2}
{"op":"ask"}
{"op":"pending"}
{"op":"best"}
JSON
expect_quiet
expect_equal "$(wc -l <"$out")" 12 "answers"
expect_golden ask_tell.txt
expect_json '.[6] | [.trial, .value]' '[1,0.75]'
expect_line 10 '{"trial":4,"params":{"x":0.5,"depth":4,"optimizer":"adam","epochs":30}}'
expect_line 12 '{"trial":5,"value":2.0,"params":{"x":1.0,"depth":2,"optimizer":"sgd","epochs":30}}'
[ ! -e sweeps ] || fail "without --dir something was written"
expect_equal "$(ls)" talk.yaml "files"

# A seed that was drawn is said, and not where the answers are.
answers talk.yaml <<<'{"op":"best"}'
expect_error "sweep: bayes search, seed "
expect_line 1 '{"error":"no trial has a finite value yet"}'

# --- the suggestions of `run` -----------------------------------------------------------------
for method in random sobol; do
    run_sweep <<YAML
name: $method
command: [sh, -c, 'echo "score: \$1"', _, '\${x}']
metric: {name: score, goal: maximize}
method: $method
seed: 3
budget: {trials: 6}
parallel: 1
parameters:
  x: {min: 0.0, max: 1.0}
  k: {min: 1, max: 3}
YAML
    sweep export $method | grep -o '"params":{[^}]*}' >"$base/run"
    for _ in 1 2 3 4 5 6 7; do echo '{"op":"ask"}'; done | answers space.yaml
    expect_line 7 '{"done":true,"reason":"the budget is used up"}'
    grep -o '"params":{[^}]*}' "$out" | diff "$base/run" - || fail "not the suggestions of run"
done

# A finite space ends by itself; failed, told and pending points all count.
cat >grid.yaml <<'YAML'
method: grid
parameters:
  k: {values: [1, 2, 3]}
YAML
answers grid.yaml --seed 1 <<'JSON'
{"op":"add","params":{"k":2}}
{"op":"ask","n":10}
{"op":"tell","trial":1,"state":"failed"}
{"op":"ask"}
JSON
expect_line 2 '{"trials":[{"trial":1,"params":{"k":2}},{"trial":2,"params":{"k":3}},{"trial":3,"params":{"k":1}}]}'
expect_line 4 '{"done":true,"reason":"every point of the space was tried"}'

# --- recorded ---------------------------------------------------------------------------------
cat >kept.yaml <<'YAML'
metric: minimize loss
seed: 5
budget: {trials: 4}
parameters:
  x: {min: 0.0, max: 1.0}
YAML
answers kept.yaml --seed 5 <<'JSON'
{"op":"ask","n":3}
{"op":"ask"}
JSON
cp "$out" "$base/whole"
answers kept.yaml --dir kept <<'JSON'
{"op":"ask","n":3}
{"op":"report","trial":2,"value":0.5}
{"op":"tell","trial":1,"value":0.5}
JSON
expect_line 1 "$(sed -n 1p "$base/whole")"
expect_status 0 sweep show kept/2
expect_output "running" "reported 0.5"
expect_no_output "command"
expect_status 0 sweep best kept
expect_output "# trial: 1" "the program that asked has ended"
answers kept.yaml --dir kept <<'JSON'
{"op":"pending"}
{"op":"tell","trial":2,"value":0.25}
{"op":"tell","trial":2,"value":0.125}
{"op":"ask"}
{"op":"tell","trial":3,"value":"nan"}
{"op":"tell","trial":4,"value":1}
{"op":"best"}
{"op":"ask"}
JSON
expect_json '.[0].trials | map(.trial)' '[2,3]'
expect_refusal 3 "trial 2 is finished already: complete"
expect_line 4 "$(sed -n 2p "$base/whole")"
expect_json '.[6] | [.trial, .value]' '[2,0.25]'
expect_line 8 '{"done":true,"reason":"the budget is used up"}'
expect_status 0 sweep top kept --json
expect_json 'map([.trial, .state, .value == 1])' \
    '[[2,"complete",false],[1,"complete",false],[4,"complete",true],[3,"complete",false]]'

# Only one at a time, with one seed, and a changed space is another sweep.
command_line="sweep ask-tell kept.yaml --seed 6 --dir kept"
expect_status 2 sweep ask-tell kept.yaml --seed 6 --dir kept
expect_error "the sweep in kept has seed 5, and --seed says 6"
mkfifo fifo
sweep ask-tell kept.yaml --dir kept <fifo >/dev/null &
asker=$!
exec 9>fifo
for _ in $(seq 100); do
    [ "$(sweep best kept | grep -c 'running now')" = 0 ] || break
    sleep 0.1
done
expect_status 3 sweep ask-tell kept.yaml --dir kept
exec 9>&-
wait "$asker"
sed 's/max: 1.0/max: 2.0/' kept.yaml >changed.yaml
expect_status 2 sweep ask-tell changed.yaml --dir kept
expect_error "parameters"

# With a command, what was left pending is run by the runner; without one there is nothing to run.
expect_status 2 sweep resume kept
expect_error "'command' is missing"
cat >both.yaml <<'YAML'
command: [sh, -c, 'echo "loss: $1"', _, '${x}']
metric: minimize loss
method: grid
seed: 1
parameters:
  x: {values: [3, 1, 2]}
YAML
answers both.yaml --dir both <<<'{"op":"ask","n":2}'
expect_status 0 sweep run both.yaml --dir both
expect_status 0 sweep export both
expect_json 'map([.state, .value == .params.x, .attempts])' \
    '[["complete",true,1],["complete",true,1],["complete",true,1]]'

# --- hostile lines ----------------------------------------------------------------------------
{
    echo '{"op":"ask","n":2}'
    echo 'hello'
    echo ''
    echo '[1]'
    echo '{"op":"fly"}'
    echo '{"ask":1}'
    echo '{"op":7}'
    echo '{"op":"ask","m":2}'
    echo '{"op":"ask","n":0}'
    echo '{"op":"ask","n":-1}'
    echo '{"op":"ask","n":1.5}'
    echo '{"op":"ask","n":"2"}'
    echo '{"op":"ask","n":99999999}'
    echo '{"op":"tell","value":1}'
    echo '{"op":"tell","trial":"1","value":1}'
    echo '{"op":"tell","trial":3,"value":1}'
    echo '{"op":"tell","trial":1}'
    echo '{"op":"tell","trial":1,"value":NaN}'
    echo '{"op":"tell","trial":1,"value":"1"}'
    echo '{"op":"tell","trial":1,"value":1e999}'
    echo '{"op":"tell","trial":1,"value":[1]}'
    echo '{"op":"tell","trial":1,"values":[1,2]}'
    echo '{"op":"tell","trial":1,"value":1,"state":"failed"}'
    echo '{"op":"tell","trial":1,"state":"great","value":1}'
    echo '{"op":"tell","trial":1,"value":1,"value":2}'
    echo '{"op":"report","trial":1,"step":1.5,"value":1}'
    echo '{"op":"report","trial":1,"step":1}'
    echo '{"op":"add"}'
    echo '{"op":"add","params":[]}'
    echo '{"op":"add","params":{"x":0.5,"depth":4}}'
    echo '{"op":"add","params":{"x":7,"depth":4,"optimizer":"sgd"}}'
    echo '{"op":"add","params":{"x":0.5,"depth":4.5,"optimizer":"sgd"}}'
    echo '{"op":"add","params":{"x":0.5,"depth":4,"optimizer":"SGD"}}'
    echo '{"op":"add","params":{"x":0.5,"depth":4,"optimizer":"sgd","epochs":31}}'
    echo '{"op":"add","params":{"x":0.5,"depth":4,"optimizer":"sgd","y":1}}'
    printf '{"op":"ask"\0}\n'
    printf '{"op":"\\u0000"}\n'
    printf '{"op":"\xff"}\n'
    head -c 3000000 /dev/zero | tr '\0' '['
    echo
    head -c 3000000 /dev/zero | tr '\0' ' '
    echo '{"op":"ask"}'
    head -c 200000 /dev/zero | tr '\0' '['
    echo
    printf '{"op":"pending"}'
} | answers talk.yaml --seed 11
expect_equal "$(wc -l <"$out")" 42 "answers"
for number in $(seq 2 41); do
    expect_refusal "$number" ""
done
expect_refusal 5 "there is no op 'fly'; there are ask, tell, report, best, add, pending"
expect_refusal 8 "'ask' knows no 'm'"
expect_refusal 13 "from 1 to 10000"
expect_refusal 16 "there is no trial 3"
expect_refusal 18 'write \"nan\"'
expect_refusal 30 "parameter 'optimizer' is missing"
expect_refusal 31 "parameter 'x': 7.0 is not between 0.0 and 1.0"
expect_refusal 35 "there is no parameter 'y'"
expect_refusal 39 "longer than 1 MiB"
expect_refusal 40 "longer than 1 MiB"
expect_json '.[41].trials | map(.trial)' '[1,2]'

# Whoever reads the answers may go away.
for _ in $(seq 2000); do echo '{"op":"ask","n":20}'; done >many
{
    timeout 60 sweep ask-tell talk.yaml --seed 1 <many 2>"$err" || echo "status $?" >>"$err"
} | head -n 1 >"$out"
expect_quiet
expect_status 2 sweep ask-tell talk.yaml --seed -1
expect_status 4 sweep ask-tell nothing.yaml
sed "s/^  x: .*/  x: {min: 3.0, max: 1.0}/" talk.yaml >wrong.yaml
expect_status 2 sweep ask-tell wrong.yaml
expect_error "wrong.yaml:3:"
