#!/usr/bin/env bash
# Damaged files in a sweep's directory: said, never made worse; what is only a copy is not missed.
. "$(dirname "$0")/lib.sh"

run_sweep <<'YAML'
name: demo
command: [sh, -c, 'echo "loss: 0.$1"; echo $1 >>ran', _, '${x}']
metric: {name: loss, goal: minimize}
method: random
seed: 1
budget: {trials: 60}
parallel: 4
parameters:
  x: {min: 1, max: 1000}
YAML
database=sweeps/demo/sweep.db
[ ! -e "$database-wal" ] || fail "a log of the database was left behind"
cp "$database" "$base/good"

# refuse STATUS WORDS...: for those who write and those who read, and the file stays as it is.
refuse() {
    local status=$1 command
    shift
    cp "$database" "$base/bad"
    for command in "run space.yaml" "resume demo" "top demo" "export demo"; do
        expect_status "$status" sweep $command
        expect_error "sweep.db" "$@"
    done
    cmp "$database" "$base/bad" || fail "a damaged database was changed"
    cp "$base/good" "$database"
}

printf 'this is no database at all, but a note of somebody' >"$database"
refuse 1 "sweep doctor --repair"
: >"$database"
refuse 1 "nothing is in it" "sweep doctor --repair"
dd if=/dev/urandom of="$database" bs=4096 seek=1 count=6 conv=notrunc status=none
refuse 1 "sweep doctor --repair"
truncate -s 8192 "$database"
refuse 1 "sweep doctor --repair"
rm "$database"
sqlite_made() { sqlite3 "$database" 'CREATE TABLE t(x)'; }
if command -v sqlite3 >/dev/null; then
    sqlite_made
    refuse 1 "but not one of sweep's"
fi
cp "$base/good" "$database"

# The copies and notes beside the database are not needed.
rm -rf sweeps/demo/space.yaml sweeps/demo/control sweeps/demo/runner.lock
printf '\0\377garbage' >sweeps/demo/trials/000001/1.result
printf garbage >sweeps/demo/trials/000002/1.journal
rm -r sweeps/demo/trials/000003
sed -i 's/trials: 60/trials: 61/' space.yaml
expect_status 0 sweep run space.yaml
expect_output "applied: budget" "61 complete"
cmp space.yaml sweeps/demo/space.yaml || fail "space.yaml was not written again"
expect_equal "$(wc -l <ran)" 61 "attempts"
