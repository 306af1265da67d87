#!/usr/bin/env bash
# Help: few commands at first, all on request, each by itself, and the word that was meant.
. "$(dirname "$0")/lib.sh"

expect_status 0 sweep
expect_quiet
cp "$out" overview
expect_output "sweep run space.yaml" "init [-- COMMAND ...]" "check FILE" "run FILE" "best [SWEEP]" \
    "sweep help --all"
expect_no_output "export" "resume"
[ "$(wc -l <overview)" -le 24 ] || fail "the first help does not fit a screen"
for arguments in --help -h help "help --help"; do
    expect_status 0 sweep $arguments
    [ "$arguments" = "help --help" ] || cmp "$out" overview || fail "sweep $arguments is another text"
done

expect_status 0 sweep help --all
cp "$out" all
expect_output "SWEEP is a name"
commands=$(sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p' all)
[ "$(wc -w <<<"$commands")" -ge 10 ] || fail "too few commands: $commands"
for command in $commands; do
    expect_status 0 sweep "$command" --help
    expect_output "sweep $command [OPTIONS]" "--help"
    cp "$out" one
    expect_status 0 sweep help "$command"
    cmp "$out" one || fail "sweep help $command is another text"
    awk 'length > 95 { exit 1 }' one || fail "lines that are too long"
done
awk 'length > 95 { exit 1 }' all overview || fail "lines that are too long"

expect_status 2 sweep chekc
expect_error "did you mean 'check'?"
expect_status 2 sweep help bset
expect_error "did you mean 'best'?"
expect_status 2 sweep xyzzy
expect_error "there is no command 'xyzzy'; \`sweep help --all\` lists them"
expect_status 2 sweep best --jsno
expect_error "did you mean --json?" "sweep best --help"
expect_status 0 sweep --version
expect_output "sweep 0."
