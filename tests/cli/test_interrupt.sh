#!/usr/bin/env bash
# ^C once, twice and three times, and what `sweep resume` makes of it.
. "$(dirname "$0")/lib.sh"

# A trial tells when it starts, when it is asked to end and when it has ended, which it does as soon
# as there is a file ./go. It is deaf to SIGTERM where there is a file ./deaf.
cat >trial <<'SH'
#!/bin/sh
me=$SWEEP_TRIAL.$SWEEP_ATTEMPT
if [ -e deaf ]; then trap '' TERM; else trap 'echo "term $me" >>ran; exit 0' TERM; fi
echo "start $me" >>ran
until [ -e go ]; do sleep 0.01; done
echo "loss: $1"
echo "end $me" >>ran
SH
chmod +x trial
cat >space.yaml <<'YAML'
command: [./trial, '${x}']
metric: {name: loss, goal: minimize}
method: grid
parallel: 1
trial: {grace: 1h}
parameters:
  x: {values: [1, 2]}
YAML

# begin NAME: until its first trial runs.
begin() {
    cp space.yaml "$1.yaml"
    rm -f ran go
    start sweep run "$1.yaml"
    wait_until test -s ran
}

interrupt() { # TEXT: that answers it
    kill -INT "$pid"
    wait_until says "$1"
}

finish() { # NAME EXPECTED-LINES: resume to the end
    touch go
    expect_status 0 sweep resume "$1"
    expect_equal "$(tr '\n' ' ' <ran)" "$2" "what the trials saw"
    expect_status 0 sweep export "$1"
    expect_equal "$(grep -c '"state":"complete"' "$out")" 2 "complete trials"
}

# Once: the running trial may end.
begin once
interrupt "waiting for 1 running trial (trial 1 has run "
expect_output "press ^C again to stop it"
touch go
join 130
expect_output "interrupted: 1 trial finished, 1 waiting to be run" "go on with: sweep resume once"
finish once "start 1.1 end 1.1 start 2.1 end 2.1 "

# Twice: it is asked to end, and runs again later.
begin twice
interrupt "press ^C again to stop it"
kill -INT "$pid"
join 130
expect_output "stopping 1 running trial; press ^C again to kill it" \
    "interrupted: 0 trials finished, 2 waiting to be run"
finish twice "start 1.1 term 1.1 start 1.2 end 1.2 start 2.1 end 2.1 "

# Three times: killed at once, however long its grace.
touch deaf
begin thrice
interrupt "press ^C again to stop it"
interrupt "press ^C again to kill it"
kill -INT "$pid"
join 130
expect_output "killing 1 running trial"
rm deaf
finish thrice "start 1.1 start 1.2 end 1.2 start 2.1 end 2.1 "

# On a terminal ^C goes to everything in the foreground: trials are not there.
mkfifo keys
cp space.yaml terminal.yaml
rm -f ran go
exec 8<>keys
input=keys start script -qec "sweep run terminal.yaml" /dev/null
wait_until test -s ran
printf '\003' >&8
wait_until says "waiting for 1 running trial"
touch go
join 130
exec 8>&-
finish terminal "start 1.1 end 1.1 start 2.1 end 2.1 "

# Nothing runs: it ends at once.
cp space.yaml idle.yaml
sed -i 's/parallel: 1/parallel: 1\nbudget: {trials: 1}/' idle.yaml
expect_status 0 sweep run idle.yaml
expect_status 0 sweep resume idle
