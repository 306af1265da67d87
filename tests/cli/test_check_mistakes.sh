#!/usr/bin/env bash
# `sweep check` and `sweep run` of files with mistakes: where, what, how else, and status 2.
. "$(dirname "$0")/lib.sh"

# Every kind of mistake that the config knows, as the person sees it: the same text, then status 2.
cd "$SOURCE_DIR/tests/unit/config"
for file in bad_*.yaml; do
    status=0
    sweep check "$file" >"$out" 2>&1 || status=$?
    [ "$status" = 2 ] || fail "sweep check $file: status $status"
    { cat "${file%.yaml}.txt" && echo "sweep: $file has"; } >>"$base/expected"
    cat "$out" >>"$base/actual"
done
sed -i -E 's/^(sweep: .* has) [0-9]+ mistakes?$/\1/' "$base/actual"
diff -u "$base/expected" "$base/actual" || fail "not as the config's own tests expect"
cd "$work"

# mistake LINE:COLUMN MESSAGE <YAML: a mistake that only the whole program can see.
mistake() {
    cat >bad.yaml
    local place=$1 column=${1#*:}
    shift
    expect_status 2 sweep check bad.yaml
    expect_error "bad.yaml:$place: error: " "$@"
    grep -qE "^ +\| {$column}\^" "$err" || fail "no caret below column $column"
    expect_status 2 sweep run bad.yaml
    expect_error "bad.yaml:$place: error: " "$@" "sweep: bad.yaml has 1 mistake"
    [ ! -e sweeps ] || fail "run made ./sweeps"
}

mistake 2:9 "there is no method 'gird'" "did you mean 'grid'?" <<'YAML'
command: x ${args}
method: gird
parameters: {a: {values: [1]}}
YAML
mistake 2:9 "there is no method 'annealing'" "there are: auto, " <<'YAML'
command: x ${args}
method: annealing
parameters: {a: {values: [1]}}
YAML
mistake 2:9 "grid" "'lr'" <<'YAML'
command: x ${args}
method: grid
parameters: {lr: {min: 0.0, max: 1.0}}
YAML
mistake 2:31 "pattern of 'loss'" "missing closing parenthesis" <<'YAML'
command: x ${args}
metric: {name: loss, pattern: 'loss=('}
parameters: {a: {values: [1]}}
YAML
mistake 3:18 "epoch" <<'YAML'
command: x ${args}
metric: minimize loss
capture: {epoch: '[0-9'}
parameters: {a: {values: [1]}}
YAML

# Several at once, in the order of the file.
cat >bad.yaml <<'YAML'
command: x ${args}
metod: grid
budget: {trials: -1}
parameters: {a: {min: 2, max: 1}}
YAML
expect_status 2 sweep check bad.yaml --json
[ ! -s "$out" ] || fail "something on standard output"
expect_equal "$(grep -c ': error: ' "$err")" 3 "mistakes shown"
expect_error "did you mean 'method'?" "bad.yaml has 3 mistakes"

# What is no YAML file at all.
expect_status 4 sweep check missing.yaml
expect_error "cannot open 'missing.yaml'"
mkdir directory
for command in check run; do
    expect_status 2 sweep $command directory
    expect_error "'directory' is a directory"
done
: >empty.yaml
expect_status 2 sweep check empty.yaml
expect_error "empty.yaml: error: the file is empty"
head -c 100000 "$BUILD_DIR/bin/sweep" >binary.yaml
expect_status 2 sweep check binary.yaml
expect_error "binary.yaml:1:1: error: " "has 1 mistake"
truncate -s 1G huge.yaml
expect_status 2 sweep check huge.yaml
expect_error "'huge.yaml' is longer than the 1048576 bytes allowed"
mkfifo pipe
expect_status 2 timeout 5 sweep check pipe
expect_error "'pipe' is not a regular file"
echo "command: x" | expect_status 2 sweep check /dev/fd/0
expect_status 2 sweep check
expect_status 2 sweep check a b
expect_status 2 sweep chekc a
expect_error "did you mean 'check'?"
