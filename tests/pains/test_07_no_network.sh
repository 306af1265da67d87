#!/usr/bin/env bash
# Pain 7: a sweep without internet, on a machine that has none.
. "$(dirname "$0")/../cli/lib.sh"

unshare -n true 2>/dev/null || { echo "no right to make a network namespace"; exit 77; }
cat >space.yaml <<'YAML'
name: offline
command: [sh, -c, 'echo loss=0.5', _, '${x}']
metric: minimize loss
method: grid
parameters: {x: {values: [1, 2]}}
YAML
expect_status 0 unshare -n sweep run space.yaml
expect_status 0 unshare -n sweep best offline
if command -v strace >/dev/null; then # it does not even try
    rm -rf sweeps
    expect_status 0 env ASAN_OPTIONS=detect_leaks=0 strace -f -qq -e trace=socket,connect -o "$base/calls" sweep run space.yaml
    ! grep -E 'AF_INET' "$base/calls" || fail "it opened a network socket"
fi
