#!/usr/bin/env bash
# The directory of a running sweep is deleted, moved, or gets another database.
. "$(dirname "$0")/lib.sh"

cat >trial <<'SH'
#!/bin/sh
me=$SWEEP_NAME.$SWEEP_ATTEMPT
trap 'echo "term $me" >>ran; exit 0' TERM
echo "start $me" >>ran
until [ -e go ]; do sleep 0.01; done
echo "end $me" >>ran
SH
chmod +x trial
for name in deleted moved replaced; do
    cat >$name.yaml <<'YAML'
command: [./trial, '${x}']
method: grid
parameters:
  x: {values: [1]}
YAML
done

# All three at once, since it takes a runner up to two seconds to notice.
declare -A runners
for name in deleted moved replaced; do
    out=$base/out.$name err=$base/err.$name start sweep run $name.yaml
    runners[$name]=$pid
done
wait_until has_lines 3 ran
rm -rf sweeps/deleted
mv sweeps/moved sweeps/elsewhere
cp sweeps/replaced/sweep.db copy
mv sweeps/replaced/sweep.db original
cp copy sweeps/replaced/sweep.db

# ended NAME WORDS...: with an error that says so.
ended() {
    pid=${runners[$1]} out=$base/out.$1 err=$base/err.$1
    command_line="sweep run $1.yaml"
    shift
    join 1
    expect_error "$@"
}
ended deleted "sweeps/deleted was deleted while its sweep was running" "told to stop"
wait_until grep -q "term deleted.1" ran
ended moved "sweeps/moved was moved or replaced while its sweep was running" "resume finds them"
ended replaced "sweeps/replaced/sweep.db was removed or replaced while its sweep was running"
out=$base/out err=$base/err
mv original sweeps/replaced/sweep.db
touch go

expect_status 0 sweep resume replaced
expect_status 0 sweep resume elsewhere
expect_equal "$(sort ran | tr '\n' ' ')" "end moved.1 end replaced.1 start deleted.1 start moved.1 \
start replaced.1 term deleted.1 " "what the trials saw"
expect_status 4 sweep resume deleted
