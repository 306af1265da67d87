#!/usr/bin/env bash
# `sweep show`: a trial in words and as JSON, whatever became of it.
. "$(dirname "$0")/lib.sh"

# Trial 1 is complete; 2 fails and says why; 3 loses its supervisor once; 4 tells its seed; 5 has no program.
run_sweep <<'YAML'
name: demo
command:
  - ${program}
  - -c
  - |
    for e in 1 2 3 4 5 6 7; do
        printf 'epoch %d\nval_loss: %s\nacc: 0.%s\n' $e 0.$((9 - e)) $e
    done
    case $SWEEP_TRIAL.$SWEEP_ATTEMPT in
    2.*) printf 'Traceback\033[2J\ralready 50%%\rValueError: x\n'; exit 3 ;;
    3.1) kill -9 $PPID ;;
    4.*) echo "$SWEEP_SEED" ;;
    esac
  - _
metric: {name: acc, goal: maximize, step: epoch}
capture: {epoch: 'epoch (\d+)', val_loss: 'val_loss: (\S+)'}
method: grid
seed: 7
parallel: 1
parameters:
  program: {values: [sh, /bin/sh, /usr/bin/sh, bash, ./no-such-program]}
  lr: {value: 1.0e-5}
YAML

# The peak of memory differs from run to run, and so does the width of its column.
mask_memory() {
    sed -i -E 's/[0-9]+\.[0-9] [KM]iB  /0 MiB  /; s/memory +output/memory  output/' "$out"
}

expect_status 0 sweep show 1
expect_quiet
mask_memory
expect_golden show-complete.txt
expect_status 0 sweep show demo/2
mask_memory
expect_golden show-failed.txt

expect_status 0 sweep show sweeps/demo/3
expect_output "demo/3: complete; acc 0.7 (best, epoch 7)" \
    "lost: its supervisor died and left no result" "exit code 0" "trials/000003/output.2.log"
expect_status 0 sweep show 5
expect_output "demo/5: failed: command not found; acc -"
expect_no_output reports

expect_status 0 sweep show 3 --json
expect_json 'length' 1
expect_json '.[0] | [.sweep, .trial, .state, .value, .attempts, .sweep_seed]' \
    '["demo",3,"complete",0.7,2,7]'
expect_json '.[0].attempt_list | map([.attempt, .end, .output])' \
    '[[1,"lost","output.log"],[2,"exited","output.2.log"]]'
expect_json '.[0].attempt_list | map(has("output_bytes"))' '[false,true]'
expect_json '.[0].reports | map(select(.attempt == 2)) | [length, .[-1].step, .[-1].value]' \
    '[7,7,0.7]'
expect_json '.[0].command | [length, .[0], .[-1]]' '[4,"/usr/bin/sh","_"]'
expect_json '.[0] | [.directory, .captured.epoch == 7, .params.lr == 0.00001]' \
    '["sweeps/demo/trials/000003",true,true]'
expect_status 0 sweep show 4 --json
expect_json '.[0].seed' "$(tail -n 1 sweeps/demo/trials/000004/output.log)"
expect_status 0 sweep show 2 --json
expect_json '.[0] | [.state, .reason, .attempt_list[0].detail]' '["failed","exit_code",3]'

expect_status 4 sweep show 6
expect_error "sweep: demo: there is no trial 6; the last one is 5"
expect_status 2 sweep show
expect_status 2 sweep show demo/first
expect_error "expected a number such as 12, or digits/12"
expect_status 4 sweep show other/1

# What runs, from inside.
run_sweep <<'YAML'
name: inside
command: [sh, -c, 'echo "loss: $1"; sweep show inside/1 >seen 2>&1', _, '${x}']
metric: {name: loss, goal: minimize}
method: grid
parallel: 1
parameters:
  x: {values: [9]}
YAML
expect_in seen "inside/1: running" "attempt  started" "  running"
expect_not_in seen "exit code"

# Of a sweep that has just begun nothing can be shown yet.
printf 'metric: minimize loss\nparameters: {x: {min: 0.0, max: 1.0}}\n' >new.yaml
expect_status 0 sweep ask-tell new.yaml --dir new </dev/null
expect_status 4 sweep show new/1
expect_error "there is no trial 1; none was started yet"
