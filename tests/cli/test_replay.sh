#!/usr/bin/env bash
# `sweep replay TRIAL`: the same command, params, environment and seed again, and whether it comes
# out the same.
. "$(dirname "$0")/lib.sh"

# Deterministic by its seed, unless ./drift is there: then its second number is another each time.
mkdir home
cat >home/trial <<'SH'
#!/bin/sh
echo "$SWEEP_SEED $FLAVOUR $PWD $*" >>"$LOG"
echo "step 1 loss: $1.${SWEEP_SEED}25 acc: 1"
[ ! -e drift ] || echo x >>drift
[ ! -e drift ] && n=0 || n=$(wc -l <drift)
echo "step 2 loss: 0.000000$n$SWEEP_SEED acc: 2"
[ "$1" != 3 ] || exit 5
SH
chmod +x home/trial
export LOG=$work/seen FLAVOUR=plain
cat >demo.yaml <<'YAML'
command: [./trial, '${x}', '${args}']
metric: {name: loss, goal: minimize, step: step, target: -1}
capture: {acc: 'acc: (\S+)'}
method: grid
seed: 11
parallel: 1
trial: {workdir: home, env: {FLAVOUR: sour}}
parameters: {x: {values: [1, 2, 3]}, rate: {min: 1.0e-5, max: 2.0e-5, step: 1.0e-5}}
budget: {trials: 6}
YAML
expect_status 0 sweep run demo.yaml
expect_output "4 complete, 2 failed"

# From elsewhere: it runs where the sweep ran, with its environment, and the seed it had.
mkdir elsewhere
cd elsewhere
expect_status 0 sweep replay ../sweeps/demo/4
cd ..
expect_output "sweep demo-replay-4: 1 given configuration, 1 trial" \
    "trial 4 of demo, again as ../sweeps/demo-replay-4/1 with SWEEP_SEED=" \
    ": the same to the last digit" "  loss: the same in all 2 reports" "  acc: the same in all 2 reports"
expect_no_output "best: trial"
expect_equal "$(sed -n 7p seen)" "$(sed -n 4p seen)" "what the trial saw"
expect_equal "$(cut -d' ' -f2,3 seen | sort -u)" "sour $work/home" "environment and directory"
expect_equal "$(cat sweeps/demo-replay-4/trials/000001/params.json)" \
    "$(cat sweeps/demo/trials/000004/params.json)" params.json
expect_status 0 sweep top demo --json
expect_json length 6

# Said again, it says the result and runs nothing; a sweep that is named by nobody is the first one.
expect_status 0 sweep replay 4
expect_equal "$(head -c 17 "$out")" "trial 4 of demo, " "the first words"
expect_equal "$(wc -l <seen)" 7 "trials so far"
expect_status 0 sweep replay 4 --json
expect_json 'map([.event,.sweep,.replay,.complete,.same,.difference,.now.trial,.then.trial])' \
    '[["replay","demo","demo-replay-4",true,true,0,1,4]]'
expect_json '.[0].reports' \
    '[{"metric":"loss","then":2,"now":2,"same":2},{"metric":"acc","then":2,"now":2,"same":2}]'

# Once more, and now it is not the same: in its last digits.
touch home/drift
expect_status 0 sweep replay 4 --again
expect_output "again as demo-replay-4-2/1" "difference " ": not the same" \
    "  loss: differs from report 2 on (step 2): " "  acc: the same in all 2 reports"
expect_status 0 sweep replay 4 --again --json
expect_json 'map(select(.event == "replay")) | .[0] | [.replay, .same, .difference > 0, .reports[0].same]' \
    '["demo-replay-4-3",false,true,1]'
rm home/drift

# One that failed: does it fail again?
expect_status 1 sweep replay 5
expect_output "it ended the same: failed: exit code 5"
sed -i 's/exit 5/exit 0/' home/trial
expect_status 0 sweep replay demo/6
expect_output "it ended otherwise: failed: exit code 5 then, complete now"

# What people set holds for the replay too.
expect_status 0 sweep set demo trial.timeout=77s
expect_status 0 sweep replay 1 --dry-run
expect_output "# sweep replay: of the sweep demo, trial 1" "name: demo-replay-1" "timeout: 77s" \
    "budget: {trials: 1}" "  - x: 1" "    rate: 1e-05" "replicates: {seeds: ["
expect_no_output target:
[ ! -e sweeps/demo-replay-1 ] || fail "a dry run made something"

# In the background; the same command says its result then.
expect_status 75 sweep replay 2 --detach
expect_output "demo-replay-2: goes on in the background"
finished() { sweep top demo-replay-2 2>/dev/null | grep -qF "1 of 1 trial finished"; }
wait_until finished
expect_status 0 sweep replay 2
expect_output "the same to the last digit"

# Without a metric it is about how it ends.
printf 'name: bare\ncommand: [sh, -c, "exit $x", "${n}"]\nmethod: grid\nparameters: {n: {values: [1]}}\n' >bare.yaml
expect_status 0 sweep run bare.yaml
expect_status 0 sweep replay bare/1
expect_output "trial 1 of bare, again as bare-replay-1/1" "it ended the same: complete"

# A replicate has its seed again, by the same name.
cat >seeded.yaml <<'YAML'
command: [sh, -c, 'echo "loss: $2.$1"', _, '${s}', '${x}']
metric: minimize loss
method: grid
parameters: {x: {values: [1, 2]}}
replicates: {seeds: [5, 6], pass_as: s}
YAML
expect_status 0 sweep run seeded.yaml
expect_status 0 sweep replay seeded/4
expect_output "with SWEEP_SEED=6" "loss: 2.6 then, 2.6 now: the same to the last digit"
