#!/usr/bin/env bash
# Kinds of failure that are known by their last words, and what the sweep does about each.
. "$(dirname "$0")/lib.sh"
need sqlite3

# outcome WORDS: a sweep of up to 100 trials that all fail with these last words, as `out`.
outcome() {
    rm -rf sweeps
    printf '%b' "$1" >words
    cat >demo.yaml <<YAML
command: [sh, -c, 'cat words; exit 1']
method: grid
parallel: 1
trial: {retries: 2}
parameters: {n: {min: 1, max: 100, step: 1}}
YAML
    expect_status 1 sweep run demo.yaml
}

# What the first one lacks no other has, however often it is tried.
outcome "import torch\nModuleNotFoundError: No module named 'torch'\n"
expect_output "trial 1  failed: something that it needs is not installed: ModuleNotFoundError: No module named 'torch'" \
    "the first trial needs something that is not installed, and so would every other"
expect_equal "$(query sweeps/demo 'SELECT count(*) FROM attempt')" 1 "attempts"

# The same words as a warning, before something else goes wrong: a failure of the script.
outcome "libcudart.so: cannot open shared object file\nepoch 1\nepoch 2\nepoch 3\nValueError: no data\n"
expect_output "trial 1  failed: exit code 1: ValueError: no data" \
    "3 trials failed in the first minute"

# A broken GPU is charged to the machine: six attempts, whatever trial.retries says.
outcome "RuntimeError: CUDA error: uncorrectable ECC error encountered\n"
expect_output "trial 1  will run again: its GPU is broken or gone" "trial 1  failed: its GPU is broken or gone"
expect_equal "$(query sweeps/demo 'SELECT attempts FROM trial WHERE number = 1')" 6 "attempts"

# A full disk, by a device that always is: nothing is started for a while.
rm -rf sweeps
cat >demo.yaml <<'YAML'
command: [sh, -c, 'cat words >/dev/full']
method: grid
parameters: {n: {min: 1, max: 2, step: 1}}
YAML
start sweep run demo.yaml
wait_until grep -q "trial 1  will run again: the disk is full" "$out"
expect_equal "$(query sweeps/demo 'SELECT max(number) FROM attempt')" 1 "attempts"
kill -INT "$pid"
join 130
