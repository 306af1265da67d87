#!/usr/bin/env bash
# `sweep export --format bundle`: a directory for an archive that explains and checks itself.
. "$(dirname "$0")/lib.sh"

run_sweep <<'YAML'
name: demo
command:
  - sh
  - -c
  - 'for e in 1 2; do echo "epoch $e acc: 0.$1$e val,loss: $e"; done; [ "$1" != 4 ] || exit 3'
  - _
  - ${x}
metric: {name: acc, goal: maximize, step: epoch}
capture: {epoch: 'epoch (\d+)', "val,loss": 'val,loss: (\S+)'}
method: grid
parameters:
  x: {values: [1, 2, 3, 4, 5]}
YAML

(umask 027 && sweep export demo --format bundle -o old/bundle)
expect_equal "$(find old/bundle -type f -printf '%P\n' | LC_ALL=C sort | xargs)" \
    "README.txt SHA256SUMS best.yaml methods.txt reports.csv space.yaml sweep.db \
trials.csv trials.jsonl trials/000002/output.log trials/000002/params.json \
trials/000003/output.log trials/000003/params.json trials/000005/output.log \
trials/000005/params.json" "files"
expect_equal "$(stat -c %a old/bundle/README.txt) $(stat -c %a old/bundle)" "640 750" "modes"
(cd old/bundle && sha256sum --quiet -c SHA256SUMS) || fail "digests"
expect_equal "$(wc -l <old/bundle/SHA256SUMS)" 14 "digests"
cmp old/bundle/space.yaml sweeps/demo/space.yaml || fail "space.yaml"
cmp old/bundle/trials/000005/output.log sweeps/demo/trials/000005/output.log || fail "output.log"
cmp old/bundle/trials.jsonl <(sweep export demo) || fail "trials.jsonl"
cmp old/bundle/trials.csv <(sweep export demo --format csv) || fail "trials.csv"
cmp old/bundle/best.yaml <(sweep best demo) || fail "best.yaml"
expect_equal "$(wc -l <old/bundle/reports.csv)" 31 "lines of reports.csv"
expect_in old/bundle/reports.csv "trial,attempt,metric,step,elapsed_s,value" '1,1,"val,loss",2,' \
    "5,1,acc,1,"
expect_in old/bundle/README.txt "search 'demo'" "4 complete, 1 failed (1: exit code 3)"
for file in $(sed 's/^[0-9a-f]*  //' old/bundle/SHA256SUMS); do
    case $file in trials/*) file=trials/N/ ;; README.txt) continue ;; esac
    expect_in old/bundle/README.txt "$file"
done

# The original may go: the bundle is a sweep that can be looked at.
mkdir gone
mv sweeps gone
expect_status 0 sweep top old/bundle --json
expect_json 'map(.trial)' '[5,3,2,1,4]'
expect_status 0 sweep show old/bundle/4
expect_output "exit code 3"
expect_status 0 sweep log old/bundle/5
expect_output "epoch 2 acc: 0.52"
if command -v sqlite3 >/dev/null; then
    expect_equal "$(sqlite3 old/bundle/sweep.db 'PRAGMA integrity_check; PRAGMA journal_mode')" \
        "$(printf 'ok\ndelete')" "the database"
fi
(cd old/bundle && sha256sum --quiet -c SHA256SUMS) || fail "looking has changed something"
mv gone/sweeps .

# Never into something that is there.
expect_status 2 sweep export demo --format bundle -o old
expect_error "'old' has something in it already"
mkdir empty
expect_status 0 sweep export demo --format bundle -o empty -n 1
expect_equal "$(ls empty/trials)" 000005 "output of the best"
touch file
expect_status 2 sweep export demo --format bundle -o file
expect_status 2 sweep export demo --format bundle
expect_error "--format bundle -o DIR"
expect_status 2 sweep export demo --format bundle -o new --where 'x = 1'
[ ! -e new ] || fail "made a directory all the same"

# From inside a running sweep, without a best trial; a link of a trial is not followed.
run_sweep <<'YAML'
name: inside
command: [sh, -c, 'ln -s /etc/passwd "$SWEEP_DIR/output.9.log"; sweep export inside --format bundle -o made || exit 1; echo "loss: 1"', _]
metric: {name: loss, goal: minimize}
method: grid
parameters:
  x: {values: [1]}
YAML
[ ! -e made/best.yaml ] || fail "there was no best trial"
expect_in made/trials.jsonl '"state":"running"'
expect_status 1 sweep best made
expect_error "no trial is complete yet"
expect_status 0 sweep export inside --format bundle -o again
expect_equal "$(ls again/trials/000001 | xargs)" "output.log params.json" "what is kept of a trial"
