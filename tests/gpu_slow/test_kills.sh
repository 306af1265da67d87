#!/usr/bin/env bash
# A runner that is killed while trials share GPUs by what was measured of them, and while a GPU that
# failed is put aside: nothing is lost, nothing is given twice.
. "$(dirname "$0")/../gpu/lib.sh"

need sqlite3

# go_on NAME: until it ends well, whatever kills it meanwhile.
go_on() {
    local i
    for ((i = 0; i < 5; i++)); do
        sweep resume "$1" >"$out" 2>"$err" </dev/null && return 0
    done
    fail "$1 does not end: $(tail -n 5 "$out" "$err")"
}

# Attempts but those whose runner died before it let them go.
ran() { query "sweeps/$1" 'SELECT count(*) FROM attempt WHERE outcome <> 4'; }

expect_sound() {
    expect_status 0 sweep doctor --repair "$1"
    expect_output "is sound"
}

# --- gpu_memory: auto -------------------------------------------------------------------------------
export CARD_GB=24
card 24 24
memory_space auto 24 7 0.7 "{gpu_memory: auto}"
seed=${KILLS_SEED:-$RANDOM}
echo "seed $seed"
RANDOM=$seed
sweep run auto.yaml >first.out 2>&1 </dev/null &
runner=$!
wait_until test -e sweeps/auto/sweep.db # before that there is nothing to resume
for ((i = 0; i < 10; i++)); do
    sleep "0.$((RANDOM % 9))$((RANDOM % 10))"
    { kill -9 $runner && wait $runner; } 2>/dev/null || true
    sweep resume auto >"resume$i.out" 2>&1 </dev/null &
    runner=$!
done
{ kill -9 $runner && wait $runner; } 2>/dev/null || true
go_on auto
expect_packed 24000
expect_equal "$(query sweeps/auto 'SELECT count(*), sum(state = 2) FROM trial')" "24|24" "complete trials"
expect_equal "$(ran auto)" 24 "attempts that ran"
expect_equal "$(grep -c '^+' ledger)" 24 "trials that ran"
expect_sound auto

# --- quarantine -------------------------------------------------------------------------------------
cat >"$base/train.sh" <<'END'
#!/bin/sh
echo "+ $CUDA_VISIBLE_DEVICES" >>ledger
sleep 0.05
echo "- $CUDA_VISIBLE_DEVICES" >>ledger
if [ "$CUDA_VISIBLE_DEVICES" = GPU-1 ]; then
    echo 'RuntimeError: CUDA error: uncorrectable ECC error encountered'
    exit 1
fi
echo "acc: 0.$SWEEP_TRIAL"
END
box 3
deaths=0
for point in $(sed -n 's/^ *X(\(runner_[a-z_]*\)).*/\1/p' "$SOURCE_DIR/src/base/crash_point.h"); do
    for nth in 1 2 4; do
        rm -rf ledger sweeps
        gpu_space broken 9
        touch die
        (SWEEP_CRASH_FILE=$work/die SWEEP_CRASH_POINT=$point:$nth exec sweep run broken.yaml) >"$out" 2>"$err" </dev/null &
        { wait $!; } 2>/dev/null || true
        [ -e die ] || deaths=$((deaths + 1))
        go_on broken
        expect_ledger 1
        expect_equal "$(query sweeps/broken 'SELECT count(*), sum(state = 2) FROM trial')" "9|9" "$point:$nth: complete"
        # Each attempt beyond the first of its trial is one that GPU-1 failed; each run may try it once.
        expect_equal "$(query sweeps/broken 'SELECT count(*) - 9 - sum(short_of = 5) FROM attempt WHERE outcome <> 4')" 0 "$point:$nth: attempts"
        expect_equal "$(ran broken)" "$(grep -c '^+' ledger)" "$point:$nth: attempts that ran"
        [ "$(grep -c '+ GPU-1' ledger)" -le 2 ] || fail "$point:$nth: GPU-1 was tried $(grep -c '+ GPU-1' ledger) times in two runs"
        expect_sound broken
    done
done
[ "$deaths" -gt 10 ] || [ "$deaths" = 0 ] || fail "only $deaths runners died"
