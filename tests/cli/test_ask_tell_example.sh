#!/usr/bin/env bash
# examples/ask_tell.py: finds the valley of its toy function, and goes on where it is recorded.
. "$(dirname "$0")/lib.sh"

command -v python3 >/dev/null || {
    echo "python3 is not installed: the example is not run"
    exit 77
}
expect_status 0 timeout 60 python3 "$SOURCE_DIR/examples/ask_tell.py"
expect_quiet
expect_output "the budget is used up" "'shape': 'round'"
value=$(sed -n "s/.*'value': \([0-9.]*\).*/\1/p" "$out")
awk -v value="$value" 'BEGIN { exit !(value < 0.2) }' || fail "the best value is $value"
cp "$out" "$base/first"

expect_status 0 timeout 60 python3 "$SOURCE_DIR/examples/ask_tell.py" toy
diff "$base/first" "$out" || fail "recorded it is another sweep"
expect_status 0 sweep best toy
expect_output "# loss: $value (minimize)"
expect_status 0 timeout 60 python3 "$SOURCE_DIR/examples/ask_tell.py" toy
diff "$base/first" "$out" || fail "the second time it does not end where it was"
