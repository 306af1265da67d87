#!/usr/bin/env bash
# How trials end: by themselves, by a signal, by timeout, and not at all because they cannot start.
. "$(dirname "$0")/lib.sh"

cat >trial <<'SH'
#!/bin/sh
echo "loss: 1"
case $1 in
exit) exit 3 ;;
signal) kill -SEGV $$ ;;
ends) trap 'echo saved >>saved; exit 0' TERM; until false; do sleep 0.01; done ;;
deaf) trap '' TERM; until false; do sleep 0.01; done ;;
closed) exec >&- 2>&-; sleep 0.1; exit 0 ;;
esac
SH
chmod +x trial
run_sweep <<'YAML'
name: demo
command: [./trial, '${how}']
metric: {name: loss, goal: minimize}
method: grid
parallel: 5
trial: {timeout: 1500ms, grace: 200ms}
parameters:
  how: {values: [exit, signal, ends, deaf, closed]}
YAML
expect_output "failed: exit code 3" "failed: signal 11 (segmentation fault)" "failed: timeout" \
    "1 complete, 4 failed" "see its output: sweep log demo/"
expect_in saved saved
expect_status 0 sweep export demo
expect_json 'map([.state, .reason, .value])' \
    '[["failed","exit_code",1],["failed","signal",1],["failed","timeout",1],["failed","timeout",1],["complete",null,1]]'
expect_json '.[3].duration_s | . >= 1.7' true
expect_json '.[2].duration_s < .[3].duration_s' true

# A command that cannot be started ends the sweep at the third.
run_sweep 1 <<'YAML'
name: missing
command: [./no-such-program, '${x}']
method: random
seed: 1
parallel: 1
budget: {trials: 50}
parameters:
  x: {min: 0.0, max: 1.0}
YAML
expect_output "failed: command not found" "no trial could be started, 3 in a row: command not found"
expect_equal "$(sweep export missing | grep -c '"attempts":1')" 3 "trials tried"
expect_status 0 sweep log missing/1
expect_output "./no-such-program" "No such file or directory"
expect_status 1 sweep resume missing

run_sweep 1 <<'YAML'
name: forbidden
command: [./space.yaml, '${x}']
method: random
seed: 1
budget: {trials: 3}
parameters:
  x: {min: 0.0, max: 1.0}
YAML
expect_output "3 in a row: command not executable"
run_sweep 1 <<'YAML'
name: script
command: [./bad-interpreter, '${x}']
method: random
seed: 1
budget: {trials: 3}
parameters:
  x: {min: 0.0, max: 1.0}
YAML
printf '#!/no/such/python\n' >bad-interpreter
chmod +x bad-interpreter
expect_status 1 sweep resume script
expect_status 0 sweep log script/1
expect_output "bad-interpreter"
