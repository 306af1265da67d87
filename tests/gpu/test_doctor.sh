#!/usr/bin/env bash
# What `doctor --gpus` says of GPUs that trials have: those of our sweeps and of another user.
. "$(dirname "$0")/lib.sh"

# shown PATTERN...: `doctor --gpus` says that.
shown() {
    expect_status 0 sweep doctor --gpus
    expect_output "$@"
}
states() {
    expect_status 0 sweep doctor --gpus --json
    expect_json '.[0] | [.gpus[] | [.state, .leased_percent]]' "$1"
}
has_trials() { [ "$(cat ledger 2>/dev/null | wc -l)" -ge "$1" ]; }

box 2
states '[["free",0],["free",0]]'
shown "2 GPUs, 2 free" "a trial would get it"
gpu_space mine 1 '{gpu_ids: [1]}'
HOLD=$base/hold start sweep run mine.yaml
mine=$pid
wait_until has_trials 1
sweep doctor --gpus >said
grep -q "2 GPUs, 1 free" said || fail "one is free: $(cat said)"
sweep doctor | grep -q "2, 1 of them free" || fail "doctor counts one free"
grep -q "a trial of $(id -un) has it" said || fail "who has it: $(cat said)"
sweep doctor --gpus --json >said
expect_equal "$(jq -c '[.gpus[] | [.state, .leased_percent]]' said)" '[["free",0],["leased",100]]' "the states"
touch "$base/hold"
pid=$mine
join 0
states '[["free",0],["free",0]]'
rm -f "$base/hold"
gpu_space part 1 '{gpu_ids: [0], trials_per_gpu: 4}'
rm -f ledger
HOLD=$base/hold start sweep run part.yaml
wait_until has_trials 1
sweep doctor --gpus >said
grep -q "25% of it is leased to trials of $(id -un), and another would get a part" said || fail "a part: $(cat said)"
touch "$base/hold"
join 0

# Another user's: neither taken from him nor waited for without a word. Only root can play both.
[ "$(id -u)" = 0 ] && command -v setpriv >/dev/null && [ -x /usr/bin/python3 ] || exit 0
chmod 755 "$base"
cat >"$base/hold.py" <<'END2'
import fcntl, os, struct, sys, time

fd = os.open(sys.argv[1], os.O_RDONLY)
fcntl.fcntl(fd, 37, struct.pack("hhqqi4x", fcntl.F_RDLCK, 0, 0, 720720, 0))  # F_OFD_SETLK
print("held", flush=True)
time.sleep(60)
END2
rm -rf sweeps ledger "$base/hold"
# Who waits for a lease or looks at it has its file open too, and is not named for it: this one
# comes first in /proc, and has a claim, behind the units.
sed 's/F_RDLCK, 0, 0, 720720/F_RDLCK, 0, 1 << 32, 1/' "$base/hold.py" >"$base/wait.py"
setpriv --reuid 1 --regid 1 --clear-groups /usr/bin/python3 "$base/wait.py" \
    "$SWEEP_GPU_LEASES/GPU-1" >"$base/looks" &
looker=$!
wait_until has_lines 1 "$base/looks"
for gpu in 0 1; do
    setpriv --reuid 65534 --regid 65534 --clear-groups /usr/bin/python3 "$base/hold.py" \
        "$SWEEP_GPU_LEASES/GPU-$gpu" >>"$base/held" &
    holders+=("$!")
done
wait_until has_lines 2 "$base/held"
shown "2 GPUs, 0 free"
expect_equal "$(grep -c "a trial of nobody has it" "$out")" 2 "GPUs of nobody"
kill "$looker"
gpu_space waits 2
start sweep run waits.yaml
waits=$pid
wait_until says "no GPU is free now: trials start when one is"
kill "${holders[@]}"
pid=$waits
join 0
expect_output "2 complete"
