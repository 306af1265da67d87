#!/usr/bin/env bash
# Pain 21: slots idle while the slowest trial of a batch runs.
. "$(dirname "$0")/../cli/lib.sh"

# Trial 1 waits until all others, which only the second slot can run, have ended.
cat >space.yaml <<'YAML'
name: flowing
command:
  - sh
  - -c
  - |
    if [ $SWEEP_TRIAL = 1 ]; then until [ "$(wc -l <ended)" -ge 7 ]; do sleep 0.01; done; fi
    echo $SWEEP_TRIAL >>ended
    echo loss=1
  - _
  - ${x}
metric: minimize loss
method: grid
parallel: 2
trial: {timeout: 20s}
parameters: {x: {min: 1, max: 8}}
YAML
touch ended
mkdir -p metric # the first trial would run alone until its metric is seen
sed -i 's/    if \[ \$SWEEP_TRIAL/    echo loss=2\n    if [ $SWEEP_TRIAL/' space.yaml
expect_status 0 sweep run space.yaml
expect_output "8 complete"
expect_equal "$(tail -n 1 ended)" 1 "the last to end"
