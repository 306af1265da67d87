#!/usr/bin/env bash
# Stopping a trial in a container: SIGTERM by its name, and after the grace an end by its name.
. "$(dirname "$0")/lib.sh"

# grace NAME TIME: a client of the engine may need more than a second until SIGTERM is sent.
grace() { sed -i "s/grace: 1s/grace: $2/" "$1.yaml"; }

stops() {
    # It hears SIGTERM once, saves, and exits; its client gets no signal, so its last words come.
    container_space polite 'trap "echo saved; exit 7" TERM; echo "loss: $1"; echo begun >>begun; while :; do sleep 0.05; done' 1
    grace polite 30s
    rm -f begun
    start sweep run polite.yaml
    wait_until has_lines 1 begun
    expect_status 0 sweep cancel polite/1
    join 1
    expect_status 0 sweep log polite/1
    expect_output saved
    expect_none_left

    # One that does not heed it is ended after the grace, and removed.
    container_space stubborn 'trap "" TERM; echo "loss: $1"; echo begun >>begun; while :; do sleep 0.05; done' 1
    grace stubborn 4s
    rm -f begun
    start sweep run stubborn.yaml
    wait_until has_lines 1 begun
    expect_status 0 sweep cancel stubborn/1
    join 1
    expect_none_left

    # Its time is up: the same.
    container_space late 'echo "loss: $1"; while :; do sleep 0.05; done' 1
    grace late '4s, timeout: 1s'
    expect_status 1 sweep run late.yaml
    expect_output 'timeout'
    expect_none_left

    # What it leaves running in there goes with it.
    container_space daemonic 'sleep 1000 & echo "loss: $1"' 1
    expect_status 0 sweep run daemonic.yaml
    expect_none_left
    rm -rf sweeps
}

engine docker
image python:3.12
stops
expect_equal "$(calls kill | jq -r '.[2]' | sort -u)" --signal=TERM "signals"
expect_equal "$(calls kill | wc -l)" 3 "told to end, each once"
[ "$(calls rm | wc -l)" -ge 1 ] || fail "nothing was removed"

# Trials that end by themselves are looked for, and need no removal.
: >"$FAKE_ENGINE/calls"
container_space quick 'echo "loss: $1"' 3
expect_status 0 sweep run quick.yaml
expect_equal "$(calls ps | wc -l) $(calls rm | wc -l)" "3 0" "lists and removals"

stop_daemon
rm -rf "$FAKE_ENGINE"
engine podman
image python:3.12
stops
expect_equal "$(calls run | grep -c -- --stop-timeout=0)" 4 "podman waits for nothing"
