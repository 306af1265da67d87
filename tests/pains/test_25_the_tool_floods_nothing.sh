#!/usr/bin/env bash
# Pain 25: limits, caps and floods from the tool itself: files by the dozen for each trial, a screen
# that scrolls away.
. "$(dirname "$0")/../cli/lib.sh"

began=$SECONDS
run_sweep <<'YAML'
name: calm
command: [sh, -c, 'echo loss=1', _, '${x}']
metric: minimize loss
method: grid
parallel: 4
parameters: {x: {min: 1, max: 200}}
YAML
took=$((SECONDS - began))
lines=$(wc -l <"$out")
allowed=$((20 * (took + 2) + 40)) # 20 a second, the best ones, and the end
[ "$lines" -le "$allowed" ] || fail "$lines lines in $took s"
[ "$lines" -lt 200 ] || [ "$took" -ge 8 ] || fail "$lines lines for 200 quick trials"
expect_output "200 complete"
files=$(find sweeps/calm/trials | wc -l)
[ "$files" -le $((200 * 9 + 1)) ] || fail "$files files and directories for 200 trials"
