#!/usr/bin/env bash
# Kill the runner at each point of the protocol that it passes under Slurm, and a shim at each of its
# own; resume; let the checker read everything.
. "$(dirname "$0")/lib.sh"

checker=$BUILD_DIR/bin/crash_checker
trials=6
export LEDGER=$work/ledger
points=$(sed -n 's/^ *X(\([a-z_]*\)).*/\1/p' "$SOURCE_DIR/src/base/crash_point.h")

write_space() { # BACKEND
    cat >"$work/space.yaml" <<YAML
name: points
command: $BUILD_DIR/bin/ledger_trial --epochs 3 --sleep-ms 5 --x \${x}
metric: {name: val_acc, goal: maximize, pattern: 'val_acc: (\S+)'}
method: random
seed: 11
parallel: 3
budget: {trials: $trials}
trial: {grace: 1s}
backend: $1
parameters:
  x: {min: 0.0, max: 1.0}
YAML
    [ "$1" = local ] || echo "slurm: {poll: 1s, time: 10m}" >>"$work/space.yaml"
}

# A runner that dies at its point dies once: the resumed one runs without it.
one_point() { # NAME
    local rounds=0 status=0
    rm -rf sweeps "$LEDGER"
    SWEEP_CRASH_POINT=$1 timeout -k 1 100 "$sweep" run space.yaml >run.out 2>&1 || status=$?
    [ "$status" = 137 ] && died="$died $1"
    while [ "$status" != 0 ]; do
        rounds=$((rounds + 1))
        [ "$rounds" -le 3 ] || { tail run.out; fail "$1: not finished after $rounds resumes"; }
        status=0
        timeout -k 1 100 "$sweep" run space.yaml >>run.out 2>&1 || status=$?
    done
    "$checker" --dir sweeps/points --ledger "$LEDGER" --reference reference --finished "$trials" ||
        { tail run.out; fail "the checker found violations after $1"; }
}

cd "$work"
write_space local
(unset LEDGER && "$sweep" run space.yaml --dir reference >/dev/null 2>&1) || fail 'the reference does not run'
slurm_start 2
write_space slurm
died=
for point in $points; do
    case $point in
    runner_after_spec | runner_before_spec | runner_after_spawn) continue ;; # of shims that it starts itself
    runner_before_kill | runner_after_kill) continue ;;
    runner_before_answer | runner_after_answer) continue ;; # only on requests
    slurm_after_claim) continue ;; # only when it gives a trial up: below
    slurm_after_revoke) continue ;; # only where a claimed one is silent: test_slurm_kills.sh
    slurm_after_cancel) continue ;; # only when a job is of no use any more: below
    shim_*) continue ;; # jobs have an environment of their own: test_slurm_kills.sh
    esac
    one_point "$point"
    case " $died " in
    *" $point "*) ;;
    *) fail "$point was never reached" ;;
    esac
done

# A trial that is told to stop before its job has begun is claimed by the runner, which dies then.
rm -rf sweeps "$LEDGER"
cat >wait.yaml <<YAML
name: wait
command: [sh, -c, 'echo val=1; echo "\$SWEEP_TRIAL" >>$LEDGER; [ "\$SWEEP_TRIAL" = 1 ] || sleep 2', '\${x}']
metric: maximize val
method: random
seed: 11
parallel: 3
budget: {trials: 3}
trial: {grace: 1s}
backend: slurm
slurm: {poll: 1s, options: ['--nodelist=n1', '--exclusive']}
parameters: {x: {min: 0.0, max: 1.0}}
YAML
SWEEP_CRASH_POINT=slurm_after_claim "$sweep" run wait.yaml >wait.out 2>&1 &
runner=$!
within 30 sh -c "[ \"\$(wc -l <$LEDGER)\" -ge 2 ]" || fail 'nothing runs'
"$sweep" cancel wait >cancel.out 2>&1 || true
status=0
wait "$runner" || status=$?
[ "$status" = 137 ] || { cat wait.out; fail "slurm_after_claim was never reached: status $status"; }
status=0
timeout -k 1 60 "$sweep" run wait.yaml >>wait.out 2>&1 || status=$?
[ "$status" = 0 ] || { cat wait.out; fail "it is not finished after slurm_after_claim: status $status"; }
"$checker" --dir sweeps/wait --finished 3 || { tail wait.out; fail 'violations after slurm_after_claim'; }

# A job is put back into the queue, which is of no use to us: the runner cancels it and dies. That was
# nobody else's wish, so the trial runs again.
cat >again.yaml <<YAML
name: again
command: [sh, -c, 'echo val=1; echo "\$SWEEP_ATTEMPT" >>again.ledger; [ "\$SWEEP_ATTEMPT" = 2 ] || sleep 100', '\${x}']
metric: maximize val
method: random
seed: 11
budget: {trials: 1}
trial: {grace: 1s, workdir: $work}
backend: slurm
slurm: {poll: 1s}
parameters: {x: {min: 0.0, max: 1.0}}
YAML
SWEEP_CRASH_POINT=slurm_after_cancel "$sweep" run again.yaml >again.out 2>&1 &
runner=$!
within 30 grep -qx 1 again.ledger || fail 'nothing runs'
job=$(squeue --me -h -t R -o %A)
scontrol update JobId="$job" Requeue=1
scontrol requeue "$job"
status=0
wait "$runner" || status=$?
[ "$status" = 137 ] || { cat again.out; fail "slurm_after_cancel was never reached: status $status"; }
status=0
timeout -k 1 60 "$sweep" run again.yaml >>again.out 2>&1 || status=$?
[ "$status" = 0 ] || { cat again.out; fail "it is not finished after slurm_after_cancel: status $status"; }
[ "$(tr '\n' ' ' <again.ledger)" = '1 2 ' ] || { cat again.out; fail "it did not run again: $(cat again.ledger)"; }
"$checker" --dir sweeps/again --finished 1 || { tail again.out; fail 'violations after slurm_after_cancel'; }
echo "ok: killed at$died slurm_after_claim slurm_after_cancel; no violation"
