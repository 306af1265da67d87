#!/usr/bin/env bash
# What follows from the end of each attempt, as `sweep show` says it.
. "$(dirname "$0")/lib.sh"

cat >ends.sh <<'END2'
case $1.$SWEEP_ATTEMPT in
fail.*) exit 4 ;;
late.1 | late.2) exit 4 ;;
save.1) exit 85 ;;
slow.*) sleep 60 ;;
full.1) echo "OSError: [Errno 28] No space left on device"; exit 1 ;;
memory.*) echo "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 9 GiB"; exit 1 ;;
lost.1) kill -9 $PPID; sleep 1 ;;
none.*) exit 0 ;;
esac
echo "acc: 0.5"
END2
cat >ends.yaml <<'END2'
command: [sh, ends.sh, '${how}']
metric: maximize acc
method: grid
parallel: 1
parameters: {how: {values: [well, fail, late, save, slow, full, memory, lost, none]}}
trial: {retries: 2, timeout: 2s, max_failures: 100}
END2
expect_status 0 sweep run ends.yaml

# follows TRIAL LINE...: these lines of `show`, and no others.
follows() {
    local trial=$1
    shift
    expect_status 0 sweep show "ends/$trial"
    expect_equal "$(sed -n '/^what follows$/,/^$/p' "$out" | grep attempt)" "$(printf '  attempt %s\n' "$@")" "trial $trial"
}
AWAY='; methods that learn keep away from its parameters'
expect_status 0 sweep show ends/1
expect_no_output "what follows"
follows 2 "1  exit code 4: tried again, retry 1 of 2" "2  exit code 4: tried again, retry 2 of 2" \
    "3  exit code 4: not tried again, as trial.retries is 2$AWAY"
follows 3 "1  exit code 4: tried again, retry 1 of 2" "2  exit code 4: tried again, retry 2 of 2"
follows 4 "1  exit code 85: saved, to be started again: started again where it left off, free of charge"
follows 5 "1  timeout: it has failed; another attempt would take as long$AWAY"
follows 6 "1  the disk is full: tried again at the machine's expense, 1 of 5"
follows 7 "1  out of GPU memory: not tried again, as it had its GPU to itself$AWAY"
follows 8 "1  lost: its supervisor died and left no result: tried again at the machine's expense, 1 of 5"
expect_status 0 sweep show ends/9
expect_output "attempt 1  exit code 0, but no metric was seen: "
expect_status 0 sweep show ends/2 --json
expect_json '.[0].attempt_list[0].follows' '"tried again, retry 1 of 2"'
expect_status 0 sweep show ends/1 --json
expect_json '.[0].attempt_list[0].follows' 'null'

# One that waits when its runner ends.
cat >left.yaml <<'END2'
command: [sh, -c, 'touch running; sleep 60', _]
metric: maximize acc
parameters: {x: {min: 0, max: 1}}
budget: {trials: 1}
trial: {grace: 100ms}
END2
start sweep run left.yaml
wait_until test -e running
kill -INT "$pid"
sleep 0.2
kill -INT "$pid"
join 130
expect_status 0 sweep show left/1
expect_output "what follows" "to be started again when the sweep goes on, free of charge"

# One whose metric was not found.
cat >silent.yaml <<'END2'
command: [sh, -c, 'true', _]
metric: maximize acc
parameters: {x: {min: 0, max: 1}}
budget: {trials: 1}
END2
sweep run silent.yaml >/dev/null 2>&1 || true
expect_status 0 sweep show silent/1
expect_output "attempt 1  exit code 0, but no metric was seen: it waits until that is found in what it printed"
