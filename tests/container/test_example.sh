#!/usr/bin/env bash
# examples/container, with a fake docker: /data of its trials is not there, so the script is told where.
. "$(dirname "$0")/lib.sh"
engine docker
image python:3.12-slim
mkdir -p examples
cp -r "$SOURCE_DIR/examples/container" "$SOURCE_DIR/examples/digits" examples
expect_status 0 sweep check examples/container/space.yaml
expect_quiet
sed -i "s|^trial:|trial:\\n  env: {DATA: $work/examples/digits}|" examples/container/space.yaml
expect_status 0 sweep run examples/container/space.yaml
expect_output '8 complete'
expect_none_left
calls run | sed -n 1p | grep -qF "source=$work/examples/digits,target=/data,readonly" ||
    fail "the data is not mounted: $(calls run | sed -n 1p)"
test -s sweeps/space/trials/000001/checkpoints/guess || fail "nothing was saved"
