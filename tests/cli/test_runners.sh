#!/usr/bin/env bash
# One runner at a time, of one host.
. "$(dirname "$0")/lib.sh"

cat >demo.yaml <<'YAML'
command: [sh, -c, 'echo $SWEEP_TRIAL.$SWEEP_ATTEMPT >>ran; until [ -e go ]; do sleep 0.01; done', _, '${x}']
method: grid
parallel: 1
parameters:
  x: {values: [1, 2]}
YAML
start sweep run demo.yaml
wait_until test -s ran
for command in "run demo.yaml" "resume demo" "resume" "run demo.yaml --dir sweeps/demo"; do
    command_line=
    status=0
    sweep $command >"$base/second" 2>&1 || status=$?
    expect_equal "$status" 3 "status of sweep $command"
    expect_in "$base/second" "another runner is at work in $work/sweeps/demo: process $pid on $(uname -n), started 2"
done
touch go
join 0
expect_equal "$(tr '\n' ' ' <ran)" "1.1 2.1 " attempts

# Several start the same sweep at the same moment: one makes it, the others find it busy or done.
sed 's/until.*done/true/' demo.yaml >race.yaml
rm ran
pids=
for i in 1 2 3 4 5 6; do
    sweep run race.yaml >"$base/race.$i" 2>&1 &
    pids="$pids $!"
done
done_by=0
for pid in $pids; do
    status=0
    wait "$pid" || status=$?
    case $status in
    0) done_by=$((done_by + 1)) ;;
    3) ;;
    *) fail "status $status: $(cat "$base"/race.*)" ;;
    esac
done
[ "$done_by" -ge 1 ] || fail "nobody ran it"
expect_equal "$(tr '\n' ' ' <ran)" "1.1 2.1 " attempts

# Of another host, or of nobody any more.
sed -i 's/^host: .*/host: elsewhere/' sweeps/demo/owner
for command in "run demo.yaml" "resume demo"; do
    expect_status 3 sweep $command
    expect_error "sweeps/demo belongs to the host elsewhere and this is $(uname -n)" \
        "remove $work/sweeps/demo/owner"
done
expect_status 0 sweep top demo
rm sweeps/demo/owner
expect_status 0 sweep resume demo
expect_in sweeps/demo/owner "host: $(uname -n)" "database: $work/sweeps/demo/sweep.db"
