#!/usr/bin/env bash
# A flood of output: bounded on disk, its beginning and its end kept, its last number found.
. "$(dirname "$0")/lib.sh"

# Trial 1 prints lines, trial 2 one line that is never ended but by the last number.
cat >trial <<'SH'
#!/bin/sh
echo "loss: 9"
echo first
case $1 in
lines) yes 'this line fills the log: it is sixty-four bytes long, all of it' | head -c 83886080 ;;
bytes) head -c 83886080 /dev/zero ;;
esac
printf '\nlast\nloss: 0.25'
SH
chmod +x trial
run_sweep <<'YAML'
name: demo
command: [./trial, '${kind}']
metric: {name: loss, goal: minimize, reduce: last}
method: grid
parallel: 2
parameters:
  kind: {values: [lines, bytes]}
YAML
expect_status 0 sweep export demo
expect_json 'map(.value)' '[0.25,0.25]'
MiB=1048576
for trial in 1 2; do
    log=sweeps/demo/trials/00000$trial/output.log
    size=$(stat -c %s "$log")
    [ "$size" -ge $((60 * MiB)) ] && [ "$size" -le $((80 * MiB)) ] || fail "$log has $size bytes"
    expect_equal "$(head -n 2 "$log" | tr '\n' ' ')" "loss: 9 first " "the beginning of $log"
    expect_equal "$(tail -n 2 "$log" | tr '\n' ' ')" "last loss: 0.25" "the end of $log"
    expect_equal "$(ls "$(dirname "$log")" | grep -c 'output.log')" 1 "parts of the log"
    expect_equal "$(grep -ac '^\[sweep: .* of output not kept\]$' "$log")" 1 "lines that say what is missing"
done
expect_equal "$(grep -avxc -e 'this line fills the log: it is sixty-four bytes long, all of it' \
    -e 'loss: .*' -e first -e last -e '' -e '\[sweep: .*' sweeps/demo/trials/000001/output.log || true)" \
    0 "lines that were cut"
