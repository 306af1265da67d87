#!/usr/bin/env bash
# Two sweeps on one box of many GPUs: none is ever given twice, and none is idle for long between two
# trials. For tests/run.sh --full, and for figures on an idle machine.
#
#     tests/gpu/long_sharing.sh [GPUS [TRIALS OF EACH [HOLD US]]]        16, 1000, 300000
#
# With one GPU they take turns.
. "$(dirname "$0")/lib.sh"

gpus=${1:-16} trials=${2:-1000} hold=${3:-300000}
box "$gpus"
for name in left right; do
    cat >"$name.yaml" <<END
command: $BUILD_DIR/bin/gpu_trial $work/ledger $hold
metric: maximize acc
method: grid
parameters: {n: {min: 1, max: $trials, step: 1}}
END
done
# Neither is to hold all of them before the other one is there.
echo 'parallel: '$(((gpus + 1) / 2)) >>left.yaml
echo 'parallel: '$(((gpus + 1) / 2)) >>right.yaml
before=$(date +%s%N)
start sweep run left.yaml
runner=$pid
expect_status 0 sweep run right.yaml
join 0
elapsed=$((($(date +%s%N) - before) / 1000000))
expect_equal "$(grep -c '^+' ledger)" $((2 * trials)) "trials"
awk '
    $1 == "+" && ++count[$2] > 1 { print "over-committed: " $2; bad = 1; exit 1 }
    $1 == "+" && $2 in free { print $3 - free[$2] }
    $1 == "-" { count[$2]--; free[$2] = $3 }
    END { exit bad }' ledger >idle || fail "$(tail -1 idle)"
sort -n idle >sorted
n=$(wc -l <sorted)
printf 'date: %s\n%s GPUs, 2 sweeps, %s trials of %s ms: %s ms in all\n' "$(date -u +%F)" "$gpus" \
    $((2 * trials)) $((hold / 1000)) "$elapsed"
printf 'a GPU was idle between two trials: median %s us, 90%% %s us, most %s us\n' \
    "$(sed -n $(((n + 1) / 2))p sorted)" "$(sed -n $(((n * 9 + 9) / 10))p sorted)" "$(tail -1 sorted)"
