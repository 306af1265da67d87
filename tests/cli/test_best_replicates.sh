#!/usr/bin/env bash
# best of a sweep with replicates: the best mean, not the luckiest trial; --within 1se.
. "$(dirname "$0")/lib.sh"

# x=1 has the best trial, x=2 the best mean of three (0.41, sd 0.01, standard error 0.0058), x=3 is
# within that (0.415) and cheaper, x=4 is good twice and fails once.
cat >trial <<'SH'
#!/bin/sh
echo "cost: $((6 - $1 - 2 * ($1 / 3)))"
case $1-$SWEEP_SEED in
1-1) echo "loss: 0.9" ;; 1-2) echo "loss: 0.5" ;; 1-3) echo "loss: 0.1" ;;
2-1) echo "loss: 0.4" ;; 2-2) echo "loss: 0.41" ;; 2-3) echo "loss: 0.42" ;;
3-1) echo "loss: 0.405" ;; 3-2) echo "loss: 0.425" ;; 3-3) echo "loss: 0.415" ;;
4-1) echo "loss: 0.2" ;; 4-2) echo "loss: 0.3" ;; 4-3) exit 1 ;;
esac
SH
chmod +x trial
run_sweep 0 <<'YAML'
name: demo
command: ./trial ${x}
metric: minimize loss
capture: {cost: 'cost: (\S+)'}
method: grid
parallel: 1
parameters: {x: {values: [1, 2, 3, 4]}}
replicates: {count: 3}
YAML
expect_output "11 complete, 1 failed" "best: trial 3, loss 0.1"
expect_status 0 sweep best
expect_output "# mean over 3 seeds: 0.41, 95% interval 0.38516 .. 0.43484; trial 4 is the best of them" \
    "# trial: 4" "x: 2"
expect_status 0 sweep best --json
expect_json '.[0] | [.trial, .params.x]' '[4,2]'
expect_error "sweep: mean over 3 seeds: 0.41"
expect_status 0 sweep best --within 1se --by cost
expect_output "# the cheapest within 1se of the best: cost 1, worse by 0.005 (1.2%); the best, trial 4, has 0.41 and cost 4; mean over 3 seeds: 0.415" \
    "x: 3"
# By means for the other measures too: 0.001 is nearer than any other.
expect_status 0 sweep best --within 0.001 --by cost
expect_output "the best is also the cheapest within 0.001: cost 4" "x: 2"
expect_status 0 sweep best --within 30% --by cost
expect_output "x: 3"

# Of one value each nothing is known.
sed 's/name: demo/name: one/; s/^replicates.*/budget: {trials: 3}/' space.yaml >one.yaml
sed -i 's/^case.*/case $1-1 in/' trial
expect_status 0 sweep run one.yaml
expect_status 2 sweep best one --within 1se
expect_error "--within 1se needs replicates"
sed 's/name: demo/name: few/; s/^method/budget: {trials: 1}\nmethod/' space.yaml >few.yaml
expect_status 0 sweep run few.yaml
expect_status 2 sweep best few --within 1se
expect_error "no configuration has values for two seeds yet"
expect_status 0 sweep best few
expect_output "# mean over 1 seed: 0.9"
