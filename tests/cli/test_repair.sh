#!/usr/bin/env bash
# `sweep doctor --repair`: a database that is damaged at random bytes, cut, or gone is rebuilt from
# the files of its trials, with the same trials, params, values, reports and outcomes; the old one
# is kept. SEED=N repeats a run, ROUNDS=N makes it longer.
. "$(dirname "$0")/lib.sh"

command -v sqlite3 >/dev/null || {
    echo "sqlite3 is not installed: rebuilt databases cannot be compared"
    exit 77
}
ROUNDS=${ROUNDS:-15}
RANDOM=${SEED:=$((10#$(date +%N) % 32768))}
echo "SEED=$SEED"

# dump NAME: every fact that the files of a sweep tell, a line each.
dump() {
    sqlite3 -readonly "sweeps/$1/sweep.db" "
        SELECT 'sweep', uuid, name, hex(yaml), seed, maximize, objective, method, workdir,
            created_us FROM sweep;
        SELECT 'order', number FROM trial WHERE state >= 2 ORDER BY arrival;
        SELECT 'trial', number, params, state, reason, reason_detail, attempts, objective_kind,
            quote(value), step, quote(last), finished_us, duration_us FROM trial ORDER BY number;
        SELECT 'attempt', trial, number, token, fresh, journal_offset, journal_sequence, outcome,
            detail, stop, started_us, ended_us, duration_us, cpu_us, rss_peak_kb, output_bytes,
            output_dropped, leftovers, short_of FROM attempt ORDER BY trial, number;
        SELECT 'report', trial, attempt, sequence, name, step, elapsed_ms, quote(value)
            FROM report JOIN metric ON metric = id ORDER BY trial, attempt, sequence;
        SELECT 'false arrival', trial, attempt FROM report JOIN attempt USING(trial)
            WHERE attempt.number = attempt AND report.arrival >= attempt.arrival;
        SELECT 'false arrival', trial.number FROM trial JOIN attempt ON trial = trial.number
            AND attempt.number = attempts WHERE trial.arrival <> attempt.arrival"
}

cat >train.sh <<'END'
#!/bin/sh
acc=0.$((50 + $1 * 7 % 31))
for epoch in 1 2 3; do
    echo "epoch $epoch train_loss: $1.5e-$epoch"
    [ "$1" = 3 ] && acc=nan
    [ "$1" = 6 ] && acc=-inf
    [ "$1" = 4 ] || echo "acc: $acc"
    acc="${acc}1"
done
case $1 in
5) exit 3 ;;
7)  # saves itself once
    [ -n "$SWEEP_RESUME" ] && exit 0
    touch "$SWEEP_CHECKPOINT_DIR/state"
    exit 85
    ;;
8) kill -9 $$ ;;
9) sleep 9 ;;
esac
END
chmod +x train.sh
run_sweep <<'YAML'
name: demo
command: ./train.sh ${x} ${lr} ${note}
metric: {name: acc, goal: maximize, step: epoch}
capture: {epoch: 'epoch (\d+)', train_loss: 'train_loss: (\S+)'}
method: grid
parallel: 1
trial: {retries: 1, timeout: 1s, grace: 0s, max_failures: 50}
parameters:
  x: {values: [1, 2, 3, 4, 5, 6, 7, 8, 9]}
  lr: {min: 0.1, max: 0.2, step: 0.1}
  note: {value: "it's: [odd]"}
YAML
dump demo >"$base/facts"
[ "$(grep -c ^report "$base/facts")" -gt 30 ] || fail "too few reports to compare"
grep -q '^order' "$base/facts" && ! grep -q false "$base/facts" || fail "not the facts expected"
expect_status 0 sweep doctor --repair demo
expect_output "is sound"
expect_equal "$(ls sweeps/demo | grep -c damaged || true)" 0 "files set aside"
cp -a sweeps/demo "$base/good"

# repaired WHAT: the sweep has the facts again, and what was in the way was kept, byte by byte.
repaired() {
    expect_status 0 sweep doctor --repair demo
    dump demo >"$base/now" || fail "$1: the database cannot be read"
    diff "$base/facts" "$base/now" >"$base/diff" || fail "$1: $(head -5 "$base/diff")"
    if [ -e "$base/bad" ] && ! cmp -s sweeps/demo/sweep.db "$base/bad"; then
        cmp sweeps/demo/sweep.db.damaged "$base/bad" || fail "$1: what was there is not kept"
        rebuilt=$((rebuilt + 1))
    fi
    expect_status 0 sweep doctor --repair demo
    expect_output "is sound"
}

# A fresh copy, in which the database is then damaged.
fresh() {
    rm -rf sweeps/demo "$base/bad"
    cp -a "$base/good" sweeps/demo
}

rebuilt=0
size=$(stat -c %s sweeps/demo/sweep.db)
for round in $(seq $ROUNDS); do
    fresh
    for i in $(seq $((1 + RANDOM % 8))); do
        offset=$(((RANDOM * 32768 + RANDOM) % size))
        printf "\\x$(printf %02x $((RANDOM % 256)))" |
            dd of=sweeps/demo/sweep.db bs=1 seek=$offset conv=notrunc 2>/dev/null
    done
    cp sweeps/demo/sweep.db "$base/bad"
    repaired "round $round"
done
[ "$rebuilt" -gt $((ROUNDS / 5)) ] || fail "only $rebuilt of the damaged databases were rebuilt"

fresh && rm sweeps/demo/sweep.db
expect_status 1 sweep run space.yaml
expect_error "sweep doctor --repair"
repaired "removed"
fresh && : >sweeps/demo/sweep.db && : >"$base/bad" && repaired "emptied"
fresh && truncate -s $((size / 2)) sweeps/demo/sweep.db && cp sweeps/demo/sweep.db "$base/bad" &&
    repaired "cut"
fresh && echo "not a database" | tee sweeps/demo/sweep.db >"$base/bad" && repaired "another file"
fresh && rm sweeps/demo/sweep.db && echo "a stale log" >sweeps/demo/sweep.db-wal && repaired "a stale log"
expect_equal "$(cat sweeps/demo/sweep.db.damaged-wal)" "a stale log" "the log that was kept"

# One value changed behind SQLite's back: the database is sound, and does not say what the files say.
fresh
sqlite3 sweeps/demo/sweep.db "DROP TRIGGER report_final;
    UPDATE report SET value = value + 1 WHERE rowid IN (SELECT rowid FROM report LIMIT 1)" 2>/dev/null ||
    sqlite3 sweeps/demo/sweep.db "UPDATE report SET value = value + 1
        WHERE trial = 1 AND sequence = (SELECT max(sequence) FROM report WHERE trial = 1)"
expect_status 0 sweep doctor --repair demo --json
expect_json '.[] | [.sweep, .sound, .rebuilt, .trials, .kept]' \
    '["demo",false,true,18,"sweeps/demo/sweep.db.damaged"]'
dump demo | diff "$base/facts" - || fail "a changed report was not repaired"

# So with what a trial had reached that failed, and one that was stopped by its time limit.
for trial in 10 17; do
    fresh
    guard=$(sqlite3 sweeps/demo/sweep.db "SELECT sql FROM sqlite_schema WHERE name = 'trial_final'")
    for column in value last; do
        sqlite3 sweeps/demo/sweep.db "DROP TRIGGER trial_final;
            UPDATE trial SET $column = $column + 1e-9 WHERE number = $trial; $guard"
        repaired "the $column of failed trial $trial"
    done
done

# An infinity whose bits became those of a nan reads as NULL, which SQLite's own check lets pass.
fresh
places=$(LC_ALL=C grep -obUaP '\xff\xf0\x00{6}' sweeps/demo/sweep.db | cut -d: -f1)
[ "$(echo "$places" | wc -l)" -ge 3 ] || fail "value, last and report are not infinite: $places"
for place in $places; do
    fresh
    printf '\xf1' | dd of=sweeps/demo/sweep.db bs=1 seek=$((place + 1)) conv=notrunc 2>/dev/null
    cp sweeps/demo/sweep.db "$base/bad"
    repaired "an infinity at $place"
done

# Nothing is set aside twice under one name.
rm sweeps/demo/sweep.db
echo first >sweeps/demo/sweep.db
expect_status 0 sweep doctor --repair demo
expect_output "sweep.db.damaged.2"
expect_equal "$(cat sweeps/demo/sweep.db.damaged.2)" first "the second one that was kept"

# What the files do not tell is not made up: no parameters, no result.
fresh
rm -r sweeps/demo/trials/000002 sweeps/demo/sweep.db
echo '{"x":' >sweeps/demo/trials/000004/params.json
expect_status 0 sweep doctor --repair demo
expect_output "18 trials" "2 without parameters"
expect_equal "$(sqlite3 sweeps/demo/sweep.db "SELECT number, params, state, reason FROM trial
    WHERE number IN (2, 4)" | paste -sd' ')" "2|{}|4|6 4|{}|4|6" "lost trials"
expect_status 0 sweep top demo

# Nothing to rebuild from; no sweep at all.
fresh
rm -r sweeps/demo/trials/* sweeps/demo/sweep.db
expect_status 1 sweep doctor --repair demo
expect_error "no files of trials"
expect_status 4 sweep doctor --repair nothing
rm -r sweeps/demo

# --- beside a runner, and beside a trial that outlived it -----------------------------------------
cat >slow.yaml <<'YAML'
name: slow
command: [sh, -c, 'echo "acc: 0.$1"; [ "$1" = 1 ] || exit 0; touch up; until [ -e go ]; do sleep 0.05; done; echo "acc: 0.9"', _, '${x}']
metric: {name: acc, goal: maximize}
method: grid
parallel: 1
parameters:
  x: {values: [1, 2]}
YAML
sweep run slow.yaml >"$base/run" 2>&1 &
runner=$!
timeout 30 sh -c 'until [ -e up ]; do sleep 0.05; done'
expect_status 3 sweep doctor --repair slow
expect_error "another runner is at work"
kill -9 "$runner"
wait "$runner" 2>/dev/null || true
rm sweeps/slow/sweep.db*
expect_status 3 sweep doctor --repair slow
expect_error "trial 1 still runs"
[ ! -e sweeps/slow/sweep.db ] || fail "rebuilt beside a running trial"
touch go
timeout 30 sh -c 'until [ -e sweeps/slow/trials/000001/1.result ]; do sleep 0.05; done'
expect_status 0 sweep doctor --repair slow
expect_status 0 sweep resume slow
expect_equal "$(sqlite3 sweeps/slow/sweep.db 'SELECT number, state, attempts, value FROM trial' |
    paste -sd' ')" "1|2|1|0.9 2|2|1|0.2" "after resume"

# A trial whose supervisor died without a word is lost, and runs again.
rm sweeps/slow/sweep.db sweeps/slow/trials/000002/1.result
expect_status 0 sweep doctor --repair slow
expect_status 0 sweep resume slow
expect_equal "$(sqlite3 sweeps/slow/sweep.db 'SELECT number, state, attempts, value FROM trial' |
    paste -sd' ')" "1|2|1|0.9 2|2|2|0.2" "after the second resume"

# --- numbers that were found when the output was read again ---------------------------------------
# values: of all trials, in one line.
values() { sqlite3 sweeps/typo/sweep.db 'SELECT number, state, value FROM trial' | paste -sd' '; }

cat >typo.yaml <<'YAML'
name: typo
command: [sh, -c, 'echo "acc: 0.$1"', _, '${x}']
metric: {name: acc, goal: maximize}
method: grid
parallel: 1
parameters:
  x: {values: [1, 2]}
YAML
sed 's/name: acc/name: acuracy/' typo.yaml >mistyped.yaml
expect_status 75 sweep run mistyped.yaml
expect_status 0 sweep doctor --repair typo
expect_output "is sound"
rm sweeps/typo/sweep.db
expect_status 0 sweep doctor --repair typo
expect_status 0 sweep run typo.yaml
expect_equal "$(values)" "1|2|0.1 2|2|0.2" "after the metric was mended"
expect_status 0 sweep doctor --repair typo
expect_output "is sound"
rm sweeps/typo/sweep.db
expect_status 0 sweep doctor --repair typo
expect_status 0 sweep resume typo
expect_equal "$(values)" "1|2|0.1 2|2|0.2" "after the repair"
