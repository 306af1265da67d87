#!/usr/bin/env bash
# Pain 10: a stopped trial leaves data loaders that hold the GPU's memory.
. "$(dirname "$0")/../cli/lib.sh"

cat >space.yaml <<'YAML'
name: loaders
command:
  - sh
  - -c
  - |
    sleep 301.$2 & setsid sleep 302.$2 & (trap '' TERM HUP INT; exec setsid -f sleep 303.$2)
    echo loss=1
    test $1 = 1 || exec sleep 304.$2
  - _
  - ${x}
  - "MARK"
metric: minimize loss
method: grid
parallel: 2
trial: {timeout: 1s, grace: 100ms}
parameters: {x: {values: [1, 2]}}
YAML
sed -i "s/MARK/$$/" space.yaml # other tests may sleep too
expect_status 0 sweep run space.yaml # one ends by itself, the other one is stopped
expect_output "timeout"
! pgrep -f "sleep 30[1-4]\.$$" || fail "still alive"
