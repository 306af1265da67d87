#!/usr/bin/env bash
# Pain 22: booleans, numbers and texts with blanks or quotes come out wrong on the command line.
. "$(dirname "$0")/../cli/lib.sh"

cat >space.yaml <<'YAML'
name: values
command: [sh, -c, 'shift; printf "%s\n" "$@" >"args.$SWEEP_TRIAL"; echo loss=1', _, _, '${args}', 'v=${v}']
metric: minimize loss
method: grid
parallel: 1
parameters:
  v: {values: [true, null, 1e-5, 64, "it's \"a\" b; $HOME `x` *", '']}
YAML
expect_status 0 sweep run space.yaml
check_args() { expect_equal "$(cat "args.$1")" "$(printf -- '--v=%s\nv=%s' "$2" "$2")" "trial $1"; }
check_args 1 True
check_args 2 None
check_args 3 1e-5
check_args 4 64
check_args 5 'it'\''s "a" b; $HOME `x` *'
check_args 6 ''
