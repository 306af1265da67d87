#!/usr/bin/env bash
# What a trial gets: its environment, its parameters, its place, its descriptors and signals.
. "$(dirname "$0")/lib.sh"

cat >trial <<'SH'
#!/bin/sh
exec >"$SWEEP_DIR/seen" 2>&1
env | sort
echo "workdir $(pwd -P)"
echo "stdin $(readlink /proc/self/fd/0)"
ls -l /proc/self/fd | sed -n 's/.* \([0-9]*\) -> /descriptor \1 /p'
grep -E 'Sig(Blk|Ign)' /proc/self/status
echo "words $# $2"
[ -d "$SWEEP_CHECKPOINT_DIR" ] && echo "a checkpoint directory"
[ "$SWEEP_TRIAL.$SWEEP_ATTEMPT" = 2.1 ] || exit 0
echo state >"$SWEEP_CHECKPOINT_DIR/state"
mv "$SWEEP_DIR/seen" "$SWEEP_DIR/seen.1"
kill -KILL $PPID
SH
chmod +x trial
mkdir -p deep/er
cat >demo.yaml <<'YAML'
command: [../../trial, '--x=${x}', '${args}']
method: grid
seed: 7
parallel: 1
trial: {workdir: deep/er, timeout: 1h, env: {COLOUR: 'a b=c', HOME: /nowhere, EMPTY: }}
parameters:
  x: {values: [1, 2.50]}
  text: {value: "a \"b\" $HOME\nc ü"}
  flag: {value: true}
  none: {value: null}
  whole: {value: 1.0e-5}
YAML
before=$(date +%s)
export SWEEP_NAME=outer SWEEP_OUTER=1 SWEEP_RESUME=1 INHERITED=yes
unset PYTHONUNBUFFERED
expect_status 0 sweep run demo.yaml
trials=$work/sweeps/demo/trials
seen=$trials/000001/seen

expect_in "$seen" SWEEP_NAME=demo SWEEP_TRIAL=1 SWEEP_ATTEMPT=1 "SWEEP_DIR=$trials/000001" \
    "SWEEP_PARAMS=$trials/000001/params.json" "SWEEP_CHECKPOINT_DIR=$trials/000001/checkpoints" \
    PYTHONUNBUFFERED=1 INHERITED=yes "COLOUR=a b=c" HOME=/nowhere EMPTY= \
    "workdir $work/deep/er" "stdin /dev/null" "a checkpoint directory" "words 6 --x=1"
expect_not_in "$seen" SWEEP_OUTER SWEEP_RESUME
grep -qE '^SWEEP_SEED=[0-9]+$' "$seen" || fail "no SWEEP_SEED"
deadline=$(sed -n 's/^SWEEP_DEADLINE=//p' "$seen")
[ "$deadline" -ge $((before + 3600)) ] && [ "$deadline" -le $((before + 3660)) ] ||
    fail "SWEEP_DEADLINE=$deadline, the time is $before"
grep -qE 'SigBlk:\s*0+$' "$seen" || fail "signals are blocked"
grep -qE 'SigIgn:\s*0+$' "$seen" || fail "signals are ignored"
expect_equal "$(grep ^descriptor "$seen" | grep -vE 'descriptor ([0-2]|3 /proc|64) ' | grep -v /proc/)" "" \
    "descriptors that a trial should not have"

expect_equal "$(cat "$trials/000001/params.json")" \
    '{"x":1,"text":"a \"b\" $HOME\nc ü","flag":true,"none":null,"whole":1.0e-5}' params.json
expect_equal "$(stat -c %a "$trials/000001" "$trials/000001/params.json" | tr '\n' ' ')" \
    "700 600 " modes

# A second attempt finds what the first one saved, and has the same seed.
expect_not_in "$trials/000002/seen.1" SWEEP_RESUME
expect_in "$trials/000002/seen" SWEEP_RESUME=1 SWEEP_ATTEMPT=2
expect_equal "$(grep SWEEP_SEED "$trials/000002/seen")" "$(grep SWEEP_SEED "$trials/000002/seen.1")" seed
[ "$(grep SWEEP_SEED "$seen")" != "$(grep SWEEP_SEED "$trials/000002/seen")" ] ||
    fail "two trials have the same seed"

# Without a timeout there is no deadline; what Python was told is left as it is.
sed 's/timeout: 1h, //' demo.yaml >plain.yaml
PYTHONUNBUFFERED= expect_status 0 sweep run plain.yaml
expect_not_in "$work/sweeps/plain/trials/000001/seen" SWEEP_DEADLINE PYTHONUNBUFFERED=1

# A place that is not there is told before anything is started.
sed 's/deep.er/no where/' demo.yaml >nowhere.yaml
expect_status 2 sweep run nowhere.yaml
expect_error "$work/no where (trial.workdir), and there is no such directory"

# However a number is written, the file of parameters is JSON.
run_sweep <<'YAML'
name: odd
command: [sh, -c, 'cp "$SWEEP_PARAMS" params.$SWEEP_TRIAL; echo "$1" >word.$SWEEP_TRIAL', _, '${x}']
method: grid
parameters:
  x: {values: [.5, +1, 0x10, 1., 0o17, 007, 9223372036854775807, 1e300, ~, 2026-01-01, "\x01"]}
YAML
cat params.? params.?? >"$out"
expect_json 'map(.x) | .[:6] + .[7:]' '[0.5,1,16,1,15,7,1e+300,null,"2026-01-01","\u0001"]'
