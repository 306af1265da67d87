#!/usr/bin/env bash
# Pain 3: "database is locked" with parallel trials or with a viewer open.
. "$(dirname "$0")/../cli/lib.sh"

cat >space.yaml <<'YAML'
name: shared
command: [sh, -c, 'echo loss=0.5', _, '${x}']
metric: minimize loss
method: grid
parallel: 8
parameters: {x: {min: 1, max: 150}}
YAML
start sweep run space.yaml
wait_until test -e sweeps/shared/sweep.db
for reader in 1 2 3; do
    while kill -0 "$pid" 2>/dev/null; do
        sweep top shared >/dev/null 2>>"$base/reader.err" || echo "$reader" >>"$base/reader.failed"
    done &
done
join 0
wait
expect_in "$out" "150 complete"
[ ! -s "$base/reader.failed" ] || fail "a reader failed: $(cat "$base/reader.err")"
! grep -qi locked "$err" "$out" "$base/reader.err" || fail "somebody was locked out"
