#!/usr/bin/env bash
# examples/conditional: its script asserts that it gets what belongs together.
. "$(dirname "$0")/lib.sh"

command -v python3 >/dev/null || {
    echo "python3 is not installed: the example is not run"
    exit 77
}
cp "$SOURCE_DIR"/examples/conditional/* .
expect_status 0 sweep check space.yaml
expect_output "warmup     derived           ceil(1000 / batch)"
expect_output "infinitely many points" "of all draws meet the constraints" "optimizer = 'sgd'" \
    "train.py --optimizer=adam --lr=0.001 --beta=0.99 --batch=64 --depth=4 --warmup=16"
expect_status 0 sweep run space.yaml
expect_output "24 complete"
expect_status 0 sweep top space --where "momentum is null and optimizer = 'sgd'" --json
expect_quiet
