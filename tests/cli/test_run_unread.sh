#!/usr/bin/env bash
# `sweep run` whose output nobody takes: closed, a full pipe, a full disk, a terminal that stands still.
. "$(dirname "$0")/lib.sh"

cat >space.yaml <<'YAML'
command: ['true', '${x}', '${long}']
method: random
seed: 1
parallel: 4
budget: {trials: 12}
parameters:
  x: {min: 0.0, max: 1.0}
  long: {values: [LONG]}
YAML
sed -i "s/LONG/$(head -c 20000 /dev/zero | tr '\0' y)/" space.yaml

# finished NAME: all of its trials, whatever became of the lines.
finished() {
    sweep export "$1" >"$out" || fail "export $1"
    expect_equal "$(grep -c '"state":"complete"' "$out")" 12 "complete trials of $1"
}

run() { # NAME: its name is that of its file
    cp space.yaml "$1.yaml"
    command_line="sweep run $1.yaml"
    timeout 60 sweep run "$1.yaml" --verbose
}

run closed >&- || fail "status $?, standard output closed"
finished closed
run gone 2>"$err" > >(exec head -c 1 >/dev/null) || fail "status $?, the reader is gone"
finished gone

# The last words are offered for two seconds, all others are not waited for.
mkfifo pipe
exec 8<>pipe
run full >pipe || fail "status $?, nobody reads the pipe"
finished full
exec 8>&-

# A shell on another machine whose connection stands still: script takes no more from the terminal.
exec 8<>pipe
cp space.yaml still.yaml
command_line="sweep run still.yaml on a terminal"
COLUMNS=9000 script -qec "sweep run still.yaml --verbose" /dev/null >pipe </dev/null 2>"$err" &
disown
all_recorded() { sweep export still 2>/dev/null | grep -c '"state":"complete"' | grep -qx 12; }
wait_until all_recorded
exec 8>&-

run device >/dev/full || fail "status $?, the disk is full"
finished device
