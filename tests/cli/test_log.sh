#!/usr/bin/env bash
# `sweep log`: the bytes of an attempt's output, and never anything else.
. "$(dirname "$0")/lib.sh"

# Trial 1 writes all kinds of bytes, 2 nothing, 3 has two attempts, 4 and 5 put a link and a pipe in
# place of their log, 6 a link in place of their directory.
run_sweep <<'YAML'
name: demo
command:
  - sh
  - -c
  - |
    case $SWEEP_TRIAL.$SWEEP_ATTEMPT in
    1.*) printf 'a\0\377\r\n\033]0;title\007\033[2J50%%\r\303\274 no newline' ;;
    3.1) echo first; until grep -q first "$SWEEP_DIR/output.log"; do :; done; kill -9 $PPID ;;
    3.2) echo second ;;
    4.*) rm "$SWEEP_DIR/output.log"; ln -s "$PWD/secret" "$SWEEP_DIR/output.log" ;;
    5.*) rm "$SWEEP_DIR/output.log"; mkfifo "$SWEEP_DIR/output.log" ;;
    6.*) mv "$SWEEP_DIR" "$SWEEP_DIR.moved"; ln -s "$SWEEP_DIR.moved" "$SWEEP_DIR" ;;
    esac
  - _
  - ${x}
method: grid
parallel: 1
parameters:
  x: {values: [1, 2, 3, 4, 5, 6]}
YAML
echo secret >secret

expect_status 0 sweep log 1
expect_quiet
printf 'a\0\377\r\n\033]0;title\007\033[2J50%%\r\303\274 no newline' | cmp - "$out" ||
    fail "not the bytes that were written"

# On a terminal it must not do anything to the terminal.
on_terminal sweep log demo/1 >"$base/screen"
printf 'a\\x00\\xff\n\\x1b]0;title\\x07\\x1b[2J50%%\n\303\274 no newline' | cmp - "$base/screen" ||
    fail "not safe on a terminal: $(cat -v "$base/screen")"

expect_status 0 sweep log demo/2
expect_error "sweep: attempt 1 of trial 2 has written nothing"
[ ! -s "$out" ] || fail "expected no output"

expect_status 0 sweep log 3
expect_equal "$(cat "$out")" second "the newest attempt"
expect_error "the newest of 2 attempts"
expect_status 0 sweep log 3 --attempt 1
expect_equal "$(cat "$out")" first "the first attempt"
expect_quiet
expect_status 4 sweep log 3 --attempt 3
expect_error "trial 3 has no attempt 3, only 2"

# Whoever reads a log reads that log.
expect_status 1 sweep log 4
expect_no_output secret
expect_status 1 sweep log 5
expect_error "is not a regular file"
expect_status 1 sweep log 6

expect_status 4 sweep log 7
expect_status 2 sweep log

# The parts that a shim keeps beside the log while it works: in order, the lost ones said.
dir=sweeps/demo/trials/000001
printf 'head\n' >"$dir/output.log"
printf 'nine\n' >"$dir/output.log.000009"
printf 'ten\n' >"$dir/output.log.000010"
echo other >"$dir/output.log.txt"
echo other >"$dir/output.log.7"
expect_status 0 sweep log 1
expect_equal "$(cat "$out")" "head

[sweep: some of the output not kept]
nine
ten" "log and segments"
rm "$dir"/output.log.00*
printf 'zero\n' >"$dir/output.log.000000"
printf 'one\n' >"$dir/output.log.000001"
expect_status 0 sweep log 1
expect_equal "$(cat "$out")" "head
zero
one" "log and all segments"

# A character that lies across two blocks is one character.
rm "$dir"/output.log.00*
{
    head -c 65535 /dev/zero | tr '\0' a
    printf '\303\274\n'
} >"$dir/output.log"
on_terminal sweep log 1 >"$base/screen"
cmp "$dir/output.log" "$base/screen" || fail "a character was cut in two"

# Following ends with the attempt, whoever else reads.
cat >follow.yaml <<'YAML'
name: follow
command: [sh, -c, 'echo one; until test -e go; do sleep 0.01; done; printf two; exit ${x}']
method: grid
parameters: {x: {values: [3]}}
YAML
sweep run follow.yaml >"$base/run.out" 2>&1 &
runner=$!
wait_until test -s sweeps/follow/trials/000001/output.log
start sweep log follow/1 -f
wait_until grep -q one "$out"
touch go
join 0
expect_equal "$(cat "$out")" "$(printf 'one\ntwo')" "what was followed"
wait "$runner" || true
expect_status 0 sweep log follow/1 -f
expect_equal "$(cat "$out")" "$(printf 'one\ntwo')" "an attempt that has ended"
