#!/usr/bin/env bash
# Nothing of a trial outlives it: daemons, workers of a killed parent, processes that hold its output.
. "$(dirname "$0")/lib.sh"

# Each process that is meant to be left behind sleeps for a number of seconds of its own.
cat >trial <<'SH'
#!/bin/sh
echo "loss: 1"
case $1 in
daemon) (setsid sh -c 'sleep 7001 & exec sleep 7002' >/dev/null 2>&1 &) ;;
holder) setsid sleep 7003 & ;;
deaf) sh -c 'trap "" TERM HUP INT; sleep 7004; sleep 7004' & ;;
worker) sh -c 'echo $$ >parent; sleep 7005' & kill -KILL $$ ;;
clean) env -i setsid sleep 7006 & ;;
helper) (sleep 0.1; echo "loss: 0.5") & ;;
esac
sleep 0.05
SH
chmod +x trial
run_sweep <<'YAML'
name: demo
command: [./trial, '${how}']
metric: {name: loss, goal: minimize, reduce: last}
method: grid
parallel: 3
parameters:
  how: {values: [daemon, holder, deaf, worker, clean, helper]}
YAML
expect_equal "$(pgrep -xaf 'sleep 700[1-6]' || true)" "" "left behind"
expect_status 0 sweep export demo
expect_json 'map([.state, .value])' \
    '[["complete",1],["complete",1],["complete",1],["failed",1],["complete",1],["complete",0.5]]'
expect_status 0 sweep show demo/1
expect_output "2 processes"

# cgroups NAME: those of its trials that are there still.
cgroups() {
    query "sweeps/$1" 'SELECT token FROM attempt' >tokens
    find /sys/fs/cgroup -type d -name 'sweep-*' 2>/dev/null | grep -F -f tokens || true
}
expect_equal "$(cgroups demo)" "" "cgroups left behind"

# The same when the supervisor itself is killed: lost, cleared away, and run again.
run_sweep <<'YAML'
name: lost
command: [sh, -c, 'if [ $SWEEP_ATTEMPT = 1 ]; then (setsid sleep 7007 &) ; sleep 7008 & kill -KILL $PPID; sleep 7009; fi', _, '${x}']
method: grid
parameters:
  x: {values: [1]}
YAML
expect_output "will run again: lost" "1 complete"
expect_equal "$(pgrep -xaf 'sleep 700[7-9]' || true)" "" "left behind"
expect_equal "$(cgroups lost)" "" "cgroups left behind"
expect_status 0 sweep export lost
expect_json '.[0] | [.state, .attempts]' '["complete",2]'
