#!/usr/bin/env bash
# Live lines: on a screen while a sweep runs, gone when it ends, and nowhere else.
. "$(dirname "$0")/lib.sh"

cat >space.yaml <<'YAML'
name: live
command: [sh, -c, 'echo loss: 0.5; sleep 0.6', _, "${x}"]
metric: minimize loss
method: grid
parallel: 2
parameters: {x: {values: [1, 2, 3]}}
YAML
marker=$(printf '\033[?2026h')

# on_screen VARIABLE=VALUE...: a whole run on a screen; what was sent there is in $out.
on_screen() {
    rm -rf sweeps
    expect_status 0 on_terminal env "$@" sweep run space.yaml
}

on_screen TERM=xterm
expect_output "$marker" "2 running" "loss 0.5 report 1" "best: trial 1, loss 0.5"
# What stands last is the end, not a live line.
tail -n 4 "$out" >"$base/tail"
grep -qF "all 3 points" "$base/tail" || fail "the end is not at the end"
tr '\n' ' ' <"$out" | sed 's/.*\x1b\[?2026l//' >"$base/after" # behind the last picture
grep -qF "$(printf '\033[J')" "$base/after" || fail "live lines are left on the screen"

on_screen TERM=dumb
expect_no_output "$marker"
on_screen TERM=xterm CI=1
expect_no_output "$marker"

rm -rf sweeps
expect_status 0 sweep run space.yaml
expect_no_output "$marker" "$(printf '\033')"

# Gone on with, the name is the sweep's own, not that of the copy of its file.
grep -v '^name:' space.yaml >unnamed.yaml
expect_status 0 sweep run unnamed.yaml --set budget.trials=1
expect_status 0 sweep set unnamed budget.trials=3
expect_status 0 on_terminal env TERM=xterm sweep resume unnamed
grep -qE 'unnamed  .*[0-9]+ running' "$out" || fail "live lines have another name"
