#!/usr/bin/env bash
# `sweep check FILE --log LOG`: what a log would yield is what a trial with that output has.
. "$(dirname "$0")/lib.sh"

cat >space.yaml <<'YAML'
name: demo
command: sh -c "cat log" ${args}
metric: {name: val_acc, goal: maximize, step: epoch}
capture: {epoch: 'epoch (\d+)', val_loss: 'val_loss (\S+)'}
method: grid
parameters: {x: {values: [1]}}
YAML
cat >log <<'LOG'
loading 60000 images
epoch 1 val_loss 0.9 val_acc: 0.5
epoch 2 val_loss 0.7 val_acc: 0.75
epoch 3 val_loss 0.8 val_acc: 0.625
LOG

expect_status 0 sweep check space.yaml --log log
expect_quiet
expect_output "--x=1" "In log, 4 lines:" \
    "This trial would have val_acc 0.75 (best, epoch 2; last 0.625)"
grep -Eq '^val_acc +3x +0\.5 \(epoch 1\) +0\.625 \(epoch 3\) +0\.5 +0\.75$' "$out" ||
    fail "no row of val_acc"
grep -Eq '^val_loss +3x +0\.9 \(epoch 1\) +0\.8 \(epoch 3\) +0\.7 +0\.9$' "$out" ||
    fail "no row of val_loss"

# The same numbers as a trial's.
expect_status 0 sweep run space.yaml
expect_status 0 sweep top --json
expect_json '.[0] | [.value, .step, .last]' '[0.75,2,0.625]'
expect_status 0 sweep check space.yaml --log log --json
expect_json '.[0].log | [.result.value, .result.step, .lines]' '[0.75,2,4]'
expect_json '.[0].log.numbers[2] | [.name, .count, .min, .max, .first.step, .last.value]' \
    '["val_loss",3,0.7,0.9,1,0.8]'
expect_json '[.[0].log.seen[].name]' '["val_acc","val_loss","epoch","loading"]'
cp "$out" "$base/from_file"
expect_status 0 sh -c 'cat log | sweep check space.yaml --log - --json'
sed -i 's|"file":"-"|"file":"log"|' "$out"
cmp "$base/from_file" "$out" || fail "a pipe yields something else"
expect_status 0 sweep check space.yaml --json
expect_json '.[0].log' null

# not_found YAML-LINE EXPECTED: with another metric the log lacks it, and this is said.
not_found() {
    sed "s|^metric:.*|metric: $1|" space.yaml >other.yaml
    expect_status 2 sweep check other.yaml --log log
    tail -n 1 "$out" >"$base/last"
    expect_equal "$(cat "$base/last")" "$2" "metric: $1"
}
not_found 'maximize accuracy' "'accuracy' not found in 4 lines. Seen: val_acc (3x, 0.5..0.75),\
 val_loss (3x, 0.7..0.9), epoch (3x, 1..3), loading (1x, 60000). Try metric.name: val_acc"
not_found 'maximize f1' "'f1' not found in 4 lines. Seen: val_acc (3x, 0.5..0.75),\
 val_loss (3x, 0.7..0.9), epoch (3x, 1..3), loading (1x, 60000).\
 Set metric.name to the one that is meant, or metric.pattern"
not_found '{name: val_acc, goal: maximize, pattern: "VAL (.+)"}' "'val_acc' not found by its\
 pattern in 4 lines. Seen: val_acc (3x, 0.5..0.75), val_loss (3x, 0.7..0.9), epoch (3x, 1..3),\
 loading (1x, 60000). Try without metric.pattern"
not_found '{name: acc, goal: maximize, pattern: "ACC (.+)"}' "'acc' not found by its\
 pattern in 4 lines. Seen: val_acc (3x, 0.5..0.75), val_loss (3x, 0.7..0.9), epoch (3x, 1..3),\
 loading (1x, 60000). Try metric.name: val_acc, without metric.pattern"
expect_status 2 sweep check other.yaml --log log --json
expect_json '.[0].log | [.result, (.seen | length)]' '[null,4]'

# What is proposed works.
printf 'Val Acc: 50%%\nVal Acc: 62.5%%\n' >log
not_found 'maximize val_acc' "'val_acc' not found in 2 lines. Seen: Acc (2x, 50%..62.5%).\
 Try metric.pattern: '\\bAcc\\W+?([-+.\\deE]+)%'"
sed "s|^metric:.*|metric: {name: val_acc, goal: maximize, pattern: '\\\\bAcc\\\\W+?([-+.\\\\deE]+)%'}|" \
    space.yaml >other.yaml
expect_status 0 sweep check other.yaml --log log
expect_output "This trial would have val_acc 62.5"
: >log
not_found 'maximize val_acc' "'val_acc' not found: nothing was printed. No other named number was\
 seen: print one, such as 'val_acc: 0.93'"

# Captures are not found, and are no numbers: said, and no mistake of the file.
printf 'val_acc: 0.5\nval_loss many\nval_loss 1,5\nvalid_loss: 0.25\n' >log
expect_status 0 sweep check space.yaml --log log
expect_output "'val_loss' not found by its pattern in 4 lines. Like it: valid_loss (1x, 0.25)" \
    "val_loss: 2x what stands there is no number, first 'many'" "'epoch' not found by its pattern" \
    "This trial would have val_acc 0.5"

# Nothing in a log does anything to the terminal.
printf 'val_acc: 0.5\nval_loss \033[2J\001x\302\233\n' >log
on_terminal sweep check space.yaml --log log >"$out"
expect_no_output "$(printf '\001')" "$(printf '\302\233')"
expect_output "'\\x01x\\x9b'"

sed '/^metric:/d' space.yaml >other.yaml
expect_status 0 sweep check other.yaml --log log
expect_output "There is no metric to look for."

expect_status 4 sweep check space.yaml --log missing
expect_error "cannot open 'missing'"
expect_status 2 sweep check space.yaml --log .
expect_error "'.' is a directory"
expect_status 2 sweep check space.yaml --log
