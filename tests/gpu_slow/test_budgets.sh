#!/usr/bin/env bash
# Budgets of what GPUs take: hours, cost and energy, over interruptions.
. "$(dirname "$0")/../gpu/lib.sh"

need sqlite3

# budget_space NAME BUDGET [SECONDS]: trials without end.
budget_space() {
    cat >"$1.yaml" <<END
command: python3 $base/take.py 1 ${3:-0.5}
metric: maximize acc
method: random
parameters: {x: {min: 0.0, max: 1.0}}
budget: $2
trial: {grace: 2s}
END
}
two() {
    for i in 0 1; do
        echo "gpu uuid=GPU-$i;name=NVIDIA A100;total=80000000000;used=0;busy=40;meter=250000;pids="
    done | nvml
}

# --- GPU hours --------------------------------------------------------------------------------------
# 0.002 hours are 7.2 seconds: of two GPUs, half of that.
two
budget_space hours '{gpu_hours: 0.002, finish: 5s}'
start sweep run hours.yaml
wait_until has_lines 4 ledger
kill -INT "$pid"
join 130
expect_output "of GPU time"
before=$(query sweeps/hours 'SELECT count(*) FROM trial WHERE state = 2')
expect_status 0 sweep resume hours
expect_output "the GPU hours of the budget (0.002) are used up"
took=$(query sweeps/hours 'SELECT sum(duration_us) / 1000 FROM attempt')
[ "$took" -ge 5000 ] && [ "$took" -le 12000 ] || fail "it took $took ms, of 7200"
[ "$(query sweeps/hours 'SELECT count(*) FROM trial WHERE state = 2')" -gt "$before" ] || fail "nothing was done after the interruption"
expect_status 0 sweep top hours
expect_output "of GPU time"
expect_status 0 sweep set hours budget.gpu_hours=1
expect_status 0 sweep set hours budget.trials=3
expect_status 0 sweep resume hours
expect_no_output "used up"

# Trials that several share a GPU count once, and those that ran without a runner count too.
rm -f ledger
cat >shared.yaml <<END
command: python3 $base/take.py 1 0.2
metric: maximize acc
method: random
parameters: {x: {min: 0.0, max: 1.0}}
budget: {gpu_hours: 0.0015, finish: 1m}
resources: {trials_per_gpu: 4, gpu_ids: [0]}
END
HOLD=$base/hold start sweep run shared.yaml
wait_until has_lines 1 ledger
kill -9 "$pid"
wait "$pid" 2>/dev/null || true
sleep 6
touch "$base/hold"
expect_status 0 sweep resume shared
expect_output "the GPU hours of the budget (0.0015) are used up"
expect_equal "$(query sweeps/shared 'SELECT count(*) FROM attempt')" 1 "attempts"

# --- cost -------------------------------------------------------------------------------------------
rm -f ledger
budget_space cost '{cost: 1.5, cost_per_gpu_hour: 2700}' 0.3
expect_status 0 sweep run cost.yaml
expect_output "the cost of the budget (1.5) is reached" ", cost 1."
took=$(query sweeps/cost 'SELECT sum(duration_us) / 1000 FROM attempt')
[ "$took" -ge 1000 ] && [ "$took" -le 4000 ] || fail "it took $took ms, of 2000"
expect_status 0 sweep show cost/1 --json
expect_status 0 sweep top cost
expect_output ", cost "

# --- energy -----------------------------------------------------------------------------------------
# 250 W each: 750 J are 3 seconds of one.
budget_space energy '{energy: 750 J}' 1
expect_status 0 sweep run energy.yaml
expect_output "the energy of the budget (750 J) is used up"
took=$(query sweeps/energy 'SELECT sum(energy_mj) / 1000 FROM usage')
[ "$took" -ge 600 ] && [ "$took" -le 1500 ] || fail "it took $took J"

# --- what nothing can count -------------------------------------------------------------------------
# refused BUDGET MESSAGE
refused() {
    budget_space bad "$1"
    rm -rf sweeps/bad
    expect_status 2 sweep run bad.yaml
    expect_error "$2"
    [ ! -e sweeps/bad ] || fail "a sweep was made of it"
}
box 1
refused '{energy: 5kWh}' "budget.energy needs a driver that tells what GPUs take, and this one does not"
use_nvml ""
refused '{gpu_hours: 40}' "budget.gpu_hours counts what GPUs take, and trials get none: leave it out"
refused '{energy: 5kWh}' "budget.energy counts what GPUs take"
