#!/usr/bin/env bash
# A runner that is a job of Slurm itself: told that its time is nearly over it leaves its trials alone,
# the next job goes on with them, and so it does after a runner that was killed. What people ask for
# reaches it from within its job.
export NODE_CPUS=4 KILL_WAIT=2
. "$(dirname "$0")/lib.sh"

cd "$work"
export LEDGER=$work/ledger

cat >space.yaml <<YAML
name: moving
command: [sh, $work/trial.sh]
metric: maximize acc
method: random
seed: 7
parallel: 2
budget: {trials: 6}
backend: slurm
slurm: {poll: 1s}
parameters: {x: {min: 0.0, max: 1.0}}
YAML
cat >trial.sh <<'SH'
trap 'echo "$SWEEP_TRIAL.$SWEEP_ATTEMPT asked to end" >>"$LEDGER"; exit 1' TERM
echo "$SWEEP_TRIAL.$SWEEP_ATTEMPT" >>"$LEDGER"
echo acc=1
until [ -e "go$SWEEP_TRIAL" ]; do sleep 0.1; done
SH

began() { # LINE
    grep -qx -- "$1" "$LEDGER" 2>/dev/null
}

state_is() { # JOB STATE
    [ "$(squeue --noheader --states=all --job="$1" --format=%T)" = "$2" ]
}

finish_with() { # FILE WORDS
    cat "$1"
    fail "$2"
}

slurm_start 2
jobs=()
for i in 1 2 3; do
    jobs+=("$(sbatch --parsable --job-name=runner --dependency=singleton --nodelist=n1 --output="runner$i" \
        --signal=B:TERM@60 --wrap "exec $sweep run space.yaml")")
done
within 30 began 1.1 && within 30 began 2.1 || finish_with runner1 'no trial begins'

# As Slurm does when the time is nearly over.
scancel --batch --signal=TERM "${jobs[0]}"
within 30 state_is "${jobs[1]}" RUNNING || finish_with runner1 'the second runner does not begin'
grep -q 'detached: 2 running trials go on' runner1 || finish_with runner1 'the first did not leave its trials alone'
touch go1
within 30 began 3.1 || finish_with runner2 'the second runner does not go on'

# What people ask for, where they ask: in the runner's job.
srun --overlap --jobid="${jobs[1]}" "$sweep" pause moving >pause.out 2>&1 || finish_with pause.out 'it cannot be paused'
srun --overlap --jobid="${jobs[1]}" "$sweep" top moving >top.out 2>&1 || finish_with top.out 'it cannot be looked at'
grep -q paused top.out || finish_with top.out 'top does not show that it is paused'
srun --overlap --jobid="${jobs[1]}" "$sweep" resume moving >resume.out 2>&1 || true
touch go2
within 30 began 4.1 || finish_with resume.out 'it does not go on when it may'

# The runner is killed, with all of its job.
scancel --signal=KILL "${jobs[1]}"
touch go3 go4 go5 go6
within 60 state_is "${jobs[2]}" COMPLETED || finish_with runner3 'the third runner does not finish'
grep -q '6 complete' runner3 || finish_with runner3 'not all trials are complete'
[ "$(sort "$LEDGER" | tr '\n' ' ')" = '1.1 2.1 3.1 4.1 5.1 6.1 ' ] || finish_with "$LEDGER" 'a trial ran twice, or was disturbed'
echo 'ok: three runners, each a job, ran one sweep'
