#!/usr/bin/env bash
# Limits of the system and of people: said in words, at once, by an ordinary end.
. "$(dirname "$0")/lib.sh"

cat >demo.yaml <<'YAML'
command: [sh, -c, 'echo "loss: $1"', _, '${x}']
metric: minimize loss
method: grid
seed: 1
parallel: 2
parameters: {x: {values: [1, 2]}}
YAML

# limited LIMIT VALUE COMMAND...: in a shell of its own, since limits do not go up again.
limited() { (ulimit "$1" "$2" && exec "${@:3}"); }

expect_status 1 limited -f 20 sweep run demo.yaml
expect_error "demo/sweep.db"
expect_status 0 sweep run demo.yaml
expect_status 1 limited -f 1 sweep run demo.yaml
expect_error "File too large"
sed 's/seed: 1/seed: 2/' demo.yaml >few.yaml
expect_status 1 limited -n 16 sweep run few.yaml
expect_error "Too many open files"
expect_status 0 sweep run few.yaml
expect_output "2 complete"
sed 's/seed: 1/seed: 3/' demo.yaml >some.yaml
expect_status 0 limited -n 64 sweep run some.yaml
expect_output "2 complete"

# Places where nothing can be made.
echo >file
expect_status 2 sweep run demo.yaml --dir file/below
expect_error "file"
mkdir -m 777 open
expect_status 1 sweep run demo.yaml --dir open/sweep
expect_error "anybody may rename or replace $work/open/sweep" "chmod o-w"

# A command that is too long for the kernel.
{
    printf 'command: [true, "${x}"]\nmethod: grid\nparameters: {x: {values: ["'
    head -c 200000 /dev/zero | tr '\0' y
    printf '"]}}\n'
} >long.yaml
expect_status 1 sweep run long.yaml
expect_output "failed: command line and environment too long to execute"

# A trial that removes its own directory leaves no result: lost, and not for ten seconds each time.
cat >removes.yaml <<'YAML'
command: [sh, -c, 'echo "loss: $1"; rm -rf "$SWEEP_DIR"', _, '${x}']
metric: minimize loss
method: grid
parameters: {x: {values: [1]}}
YAML
expect_status 1 timeout 40 sweep run removes.yaml
expect_output "failed: lost" \
    "trial 1: its directory (SWEEP_DIR) was removed or cleared while it ran; does its script do that?"
