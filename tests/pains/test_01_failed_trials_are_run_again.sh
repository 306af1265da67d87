#!/usr/bin/env bash
# Pain 1: failed or crashed runs are not run again; deleting them by hand works only sometimes.
. "$(dirname "$0")/../cli/lib.sh"

run_sweep <<'YAML'
name: again
command: [sh, -c, 'test -e mended || test $1 != 2 && echo loss=$1', _, '${x}']
metric: minimize loss
method: grid
parallel: 1
parameters: {x: {values: [1, 2, 3]}}
YAML
expect_output "2 complete, 1 failed"
touch mended
expect_status 0 sweep retry again
expect_status 0 sweep resume again
expect_status 0 sweep top again --json
expect_json '[.[] | select(.state == "complete") | .params.x] | sort' '[1,2,3]'
expect_json '[.[] | select(.state == "failed") | .trial]' '[2]' # the record is not rewritten
