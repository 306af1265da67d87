#!/usr/bin/env bash
# `sweep replay --top N --seeds N`: winners with fresh seeds, common to all; the numbers, the
# sentences, and a runner that is killed in the middle.
. "$(dirname "$0")/lib.sh"

# In the sweep, whose seeds are large, x is its own loss; with small seeds see the table.
cat >trial <<'SH'
#!/bin/sh
echo "$SWEEP_SEED $*" >>"seen.$SWEEP_NAME"
[ ! -e hold ] || until [ -e "go.$SWEEP_TRIAL" ] || [ -e go ]; do sleep 0.01; done
[ ! -e "fail.$SWEEP_SEED.$1" ] || exit 3
case $1-${SWEEP_SEED} in
1-[1-9]) echo "loss: 1.0$SWEEP_SEED" ;;
2-1) echo "loss: 1.3" ;;
2-2) echo "loss: 1.1" ;;
2-3) echo "loss: 0.9" ;;
2-4) echo "loss: 1" ;;
3-[1-9]) echo "loss: 0.5" ;;
*) echo "loss: 0.$1" ;;
esac
SH
chmod +x trial
cat >demo.yaml <<'YAML'
command: ./trial ${x} ${args}
metric: minimize loss
method: grid
seed: 5
parallel: 2
parameters: {x: {values: [1, 2, 3, 4]}, c: {value: on}}
YAML
expect_status 0 sweep run demo.yaml

# Of x=1 the values are 1.01, 1.02, 1.03, 1.04: mean 1.025, sd 0.012910, and t(0.975, 3) is 3.18245;
# of x=2 they are 1.3, 1.1, 0.9, 1: mean 1.075, sd 0.170783. x=3 does not vary.
expect_status 0 sweep replay --top 3 --seeds 1,2,3,4 demo
expect_output "3 given configurations, 12 trials, each configuration with 4 seeds" \
    "demo-replay-top3: 3 configurations of demo with seeds 1, 2, 3, 4, the same for all"
grep -A3 '^rank' "$out" | tr -s ' ' >table
expect_equal "$(cat table)" "rank trial in sweep mean 95% interval sd n failed x
 1 3 0.3 0.5 0.5 .. 0.5 0 4 0 3
 2 1 0.1 1.025 1.0045 .. 1.0455 0.01291 4 0 1
 3 2 0.2 1.075 0.80325 .. 1.3468 0.17078 4 0 2" "the table"
expect_output "the best of the sweep, trial 1, is number 2 here" \
    "trial 3: all 4 values are the same, whatever the seed" \
    "trial 3 is better than trial 1: by 0.525, 95% interval 0.50446 .. 0.54554 (4 differences, seed by seed)" \
    "trial 1: its value in the sweep, 0.1, is better than the interval: winner's luck" \
    "trial 2: its value in the sweep, 0.2, is better" "only SWEEP_SEED changed" \
    "mean -+ t sd/sqrt(n)" "Student's"
expect_status 0 sweep replay demo --top 3 --seeds 1,2,3,4 --json
expect_json '.[0] | [.event,.complete,.seeds,.pass_as,.ignores_seed,.lead.told_apart]' \
    '["replay",true,[1,2,3,4],null,false,true]'
expect_json '.[0].configurations | map([.rank,.trial,.value,.n,.failed,.lucky])' \
    '[[1,3,0.3,4,0,true],[2,1,0.1,4,0,true],[3,2,0.2,4,0,true]]'
expect_json '.[0].configurations[1] | [.low,.high] | map(. * 100000 | round)' '[100446,104554]'
expect_json '.[0].configurations[2].values | map([.seed,.value])' '[[1,1.3],[2,1.1],[3,0.9],[4,1]]'
expect_equal "$(wc -l <seen.demo-replay-top3)" 12 "trials of the replay"
expect_status 0 sweep best demo --json
expect_json '.[0].trial' 1

# Too near to tell: by -0.05 on average, and that is nothing beside how it scatters.
expect_status 0 sweep replay demo --top 2 --seeds 1,2,3,4
expect_output "trial 1 cannot be told from trial 2: it is better by 0.05, 95% interval -0.2"

# Fresh seeds: as many as were asked for, the same for each, the same again, and none that the sweep
# used.
expect_status 0 sweep replay demo --top 2 --seeds 5 --dry-run
seeds=$(sed -n 's/^replicates: {seeds: \[\(.*\)\]}/\1/p' "$out" | tr -d ,)
expect_equal "$(tr ' ' '\n' <<<"$seeds" | sort -u | wc -l)" 5 "different seeds"
for seed in $seeds; do
    ! grep -q "^$seed " seen.demo || fail "seed $seed is one of the sweep's"
done
expect_status 0 sweep replay demo --top 2 # five seeds, where nobody says; another place, as other seeds
expect_output "demo-replay-top2-2: 2 configurations" "whatever the seed" "seems to ignore SWEEP_SEED"
expect_no_output "winner's luck" "better than"
expect_equal "$(cut -d' ' -f1 seen.demo-replay-top2-2 | sort -n | uniq -c | awk '{print $1}' | tr '\n' ' ')" \
    "2 2 2 2 2 " "trials with each seed"
expect_equal "$(cut -d' ' -f1 seen.demo-replay-top2-2 | sort -u)" \
    "$(tr ' ' '\n' <<<"$seeds" | sort)" "seeds"

# One seed makes a mean and no interval; more than there are configurations are all.
expect_status 0 sweep replay demo --top 9 --seeds 2,
expect_output "4 configurations of demo with seed 2, the same for all" \
    "have only one value with the same seed: nobody can tell which is better"
expect_status 0 sweep replay demo --top 9 --seeds 2, --json
expect_json '.[0].configurations[0] | [.mean, .low, .sd, .n]' '[0.4,null,null,1]'

# Failures: named, counted, and the mean is that of the others.
touch fail.2.1 fail.3.1
expect_status 0 sweep replay demo --top 2 --seeds 3,2,1 # another order: another replay
expect_output "trial 1: 2 of 3 came to no value; the mean is that of the others" \
    "have only one value with the same seed"
rm fail.*
touch fail.7.1 fail.8.1
expect_status 1 sweep replay demo/1 --seeds 7,8
expect_output "demo-replay-1-seeds: 1 configuration" "trial 1: 2 of 2 came to no value"
rm fail.*
expect_status 0 sweep retry demo-replay-1-seeds
expect_status 0 sweep replay demo/1 --seeds 7,8 # goes on with what was asked for
expect_output " 1.0115 .. 1.1385 "

# A killed runner: the same command goes on, nothing runs twice.
touch hold go.1 go.2 go.3
start sweep replay demo --top 3 --seeds 2
wait_until has_lines 5 seen.demo-replay-top3-2
expect_equal "$(sweep replay demo --top 3 --seeds 2 2>&1 | grep -c 'is being run\|has it\|at work\|runs it\|process')" 1 \
    "words about the other runner"
kill -KILL "$pid"
wait "$pid" 2>/dev/null || true
expect_status 0 sweep top demo-replay-top3-2
touch go
expect_status 0 sweep replay demo --top 3 --seeds 2
expect_output "demo-replay-top3-2: 3 configurations"
rm hold go go.?
expect_equal "$(sort seen.demo-replay-top3-2 | uniq -c | awk '{print $1}' | tr '\n' ' ')" \
    "1 1 1 1 1 1 " "how often each trial ran"

# How the script gets its seed: by the space's own parameter, by one that is named, or only so.
cat >takes.yaml <<'YAML'
command: ./trial ${x} ${args}
metric: minimize loss
method: grid
parameters: {x: {values: [1, 2]}, seed: {value: 1000}, lr: {value: 1}}
YAML
expect_status 0 sweep run takes.yaml
expect_status 0 sweep replay takes --top 2 --seeds 1,2
expect_output "the parameter 'seed' was given the seed, as SWEEP_SEED was"
expect_equal "$(sort seen.takes-replay-top2 | head -2)" "1 1 --x=1 --lr=1 --seed=1
1 2 --x=2 --lr=1 --seed=1" "what the script saw"
expect_status 0 sweep replay takes --top 1 --seeds 1,2 --pass-as rnd
expect_equal "$(sort seen.takes-replay-top1 | head -1)" "1 1 --x=1 --seed=1000 --lr=1 --rnd=1" \
    "what the script saw"
expect_no_output "only SWEEP_SEED" "was given the seed"
expect_status 0 sweep replay demo --top 1 --seeds 8,9 --pass-as s
expect_equal "$(sort seen.demo-replay-top1 | head -1)" "8 1 --x=1 --c=True --s=8" "what the script saw"
printf 'command: ./trial ${x}\nmetric: minimize loss\nmethod: grid\nparameters: {x: {values: [1]}}\n' >deaf.yaml
expect_status 0 sweep run deaf.yaml
expect_status 0 sweep replay deaf --top 1 --seeds 8,9 --pass-as s
expect_error "the seed does not reach the command as 's'"
expect_status 2 sweep replay deaf --top 1 --pass-as x
expect_error "deaf has no parameter but 'x'"

# Configurations, not trials: the seeds of one are one, by whatever trial it is best.
cat >twice.yaml <<'YAML'
command: ./trial ${x} ${args}
metric: minimize loss
method: grid
parameters: {x: {values: [1, 2]}}
replicates: {seeds: [2, 3], pass_as: s}
YAML
expect_status 0 sweep run twice.yaml
expect_status 0 sweep replay twice --top 2 --seeds 1,4
expect_output "2 configurations of twice"
grep -A2 '^rank' "$out" | tr -s ' ' >table
expect_equal "$(cut -d' ' -f3,4 table | tail -2 | sort | tr '\n' ',')" "1 1.02,4 0.9," "winners"
expect_equal "$(cut -d' ' -f1 seen.twice-replay-top2 | sort | uniq -c | awk '{print $1}' | tr '\n' ' ')" \
    "2 2 " "seeds"
