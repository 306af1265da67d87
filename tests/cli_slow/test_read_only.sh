#!/usr/bin/env bash
# A sweep on a disk that cannot be written: said at once, and readers do not mind.
. "$(dirname "$0")/lib.sh"
in_namespace

cat >demo.yaml <<'YAML'
command: [sh, -c, 'echo "loss: $1"', _, '${x}']
metric: {name: loss, goal: minimize}
method: grid
parameters:
  x: {values: [1, 2]}
YAML
new_disk sweeps 4m
expect_status 0 sweep run demo.yaml
mount -o remount,ro sweeps

for command in "run demo.yaml" "resume demo"; do
    expect_status 1 sweep $command
    expect_error "Read-only file system" "$work/sweeps/demo"
done
sed 's/loss/cost/' demo.yaml >new.yaml
expect_status 1 sweep run new.yaml
expect_error "sweeps/new" "Read-only file system"
for command in top best export "show 1" "log 1"; do
    expect_status 0 sweep $command
done
