#!/usr/bin/env bash
# Whoever dies, a container lives on: it is ended by its name and waited for before its trial is
# run again, or its GPU given to anybody. The fake's containers are the children of its daemon and
# carry no mark: nothing but their name finds them.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../gpu/lib.sh"
. "$here/lib.sh"
box 1

# The first attempt of a trial goes on until there is a file `release`.
trial='echo "$SWEEP_TRIAL.$SWEEP_ATTEMPT" >>begun;
    until [ "$SWEEP_ATTEMPT" -gt 1 ] || [ -e release ]; do sleep 0.05; done; echo "loss: $1"'

# The shims; their keepers, copies of them, lead sessions of their own and are no children of runners.
supervisors() {
    local pid
    for pid in $(pids_of sweep-shim); do
        if grep -qx sweep-shim "/proc/$pid/comm" 2>/dev/null; then echo "$pid"; fi
    done
}

# scene ENGINE NAME: a sweep whose first attempt is at work, and another that waits for its GPU.
scene() {
    stop_daemon
    rm -rf "$FAKE_ENGINE" begun release "$base/bin"
    engine "$1"
    image python:3.12
    echo 0.3 >"$FAKE_ENGINE/slow_remove" # long enough for whoever is too early
    container_space "$2" "${trial//$'\n'/ }" 1 '' 'resources: {gpus: 1}'
    container_space "other_$2" 'echo "loss: 1"' 1 '' 'resources: {gpus: 1}'
    start sweep run "$2.yaml"
    runner=$pid
    wait_until has_lines 1 begun
    shim=$(supervisors)
    client=$(pids_of "$1 run")
    setsid sweep run "other_$2.yaml" >"$base/other" 2>&1 </dev/null &
    other=$!
    wait_until grep -q 'no GPU is free' "$base/other"
}

# Killed is not yet dead, least of all on a busy machine; what is dead has no command line any more.
are_dead() {
    local pid
    for pid in "$@"; do [ -z "$(tr -d '\0' 2>/dev/null <"/proc/$pid/cmdline")" ] || return 1; done
}

none_of_ours_left() { [ -z "$(pids_of sweep-shim)$(pids_of ' run --rm')" ]; }

# verdict ATTEMPTS: all came out; there is one GPU, and never were two containers at a time.
verdict() {
    wait "$other" || fail "the other sweep: $(cat "$base/other")"
    expect_none_left
    awk '$1 == "+" && ++open > 1 { exit 1 } $1 == "-" { open-- }' "$FAKE_ENGINE/ledger" ||
        fail "two had the GPU at a time: $(cat "$FAKE_ENGINE/ledger")"
    expect_equal "$(tr '\n' ' ' <begun)" "$1" "attempts"
    wait_until none_of_ours_left
}

for engine in docker podman; do
    # Its client: the container is ended by the shim, and that was no failure of the script.
    scene $engine client
    kill -9 "$client"
    join 0
    verdict '1.1 1.2 '
    expect_status 0 sweep export client --format jsonl
    expect_json '[.[] | [.state, .attempts]]' '[["complete",2]]'

    # Runner and shim: the client goes on, and holds the GPU. The next runner ends all.
    scene $engine above
    kill -9 "$runner" "$shim"
    join 137
    expect_status 0 sweep resume above
    verdict '1.1 1.2 '
    [ $engine = docker ] || continue

    # Its shim: by the runner. The client too, at once or not.
    scene $engine shim
    kill -9 "$shim"
    join 0
    verdict '1.1 1.2 '

    scene $engine both
    kill -9 "$shim" "$client"
    join 0
    verdict '1.1 1.2 '

    # Its runner: nothing of it is changed, and the next runner finds it.
    scene $engine runner
    kill -9 "$runner"
    join 137
    start sweep resume runner
    touch release
    join 0
    verdict '1.1 '

    # All three: the keeper ends the container though no runner comes, and holds the GPU until then.
    scene $engine all
    kill -9 "$runner" "$shim" "$client"
    join 137
    wait_until none_of_ours_left
    expect_none_left
    expect_status 0 sweep resume all
    verdict '1.1 1.2 '

    # Only a list of its engine says that it is gone: until then nobody rebuilds what it writes.
    scene $engine repair
    touch "$FAKE_ENGINE/down"
    kill -9 "$runner" "$shim" "$client"
    join 137
    wait_until are_dead "$shim" "$client"
    mkdir aside
    mv sweeps/repair/sweep.db* aside
    expect_status 3 sweep doctor --repair repair
    expect_error 'may still run in a container of docker' 'docker rm --force --volumes sweep-trial-'
    mv aside/* sweeps/repair
    rm "$FAKE_ENGINE/down"
    expect_status 0 sweep resume repair
    verdict '1.1 1.2 '

    # The keeper too: the next runner ends the container, whose files are gone: the token of the
    # attempt is in the database. The other sweep was stopped: nobody was left to hold the GPU.
    scene $engine files
    kill -9 "$other"
    kill -9 "$runner" $(pids_of sweep-shim) "$client"
    join 137
    rm sweeps/files/trials/000001/1.*
    expect_status 0 sweep resume files
    setsid sweep run other_files.yaml >"$base/other" 2>&1 </dev/null &
    other=$!
    verdict '1.1 1.2 '
    rm -rf sweeps
done

# While its client has not started it, it is not there, and never will be.
scene docker early
touch release
join 0
verdict '1.1 '
rm -rf sweeps release begun
echo 60 >"$FAKE_ENGINE/slow_create"
: >"$FAKE_ENGINE/calls"
start sweep run early.yaml

wait_until grep -q '"run"' "$FAKE_ENGINE/calls"
shim=$(supervisors)
client=$(pids_of 'docker run')
kill -9 "$shim" "$client"
wait_until are_dead "$shim" "$client"
rm "$FAKE_ENGINE/slow_create"
join 0
expect_none_left
expect_equal "$(tr '\n' ' ' <begun)" '1.2 ' "attempts"

# A daemon that does not answer is no proof: the attempt is not over until it is back. Its shim says
# so where the output is.
scene docker down
touch "$FAKE_ENGINE/down"
kill -9 "$client"
wait_until grep -q 'it is not known whether container' sweeps/down/trials/000001/output.log
kill -9 "$shim"
sleep 1
expect_not_in begun 1.2
! grep -q complete "$base/other" || fail "the GPU was given away"
rm "$FAKE_ENGINE/down"
join 0
verdict '1.1 1.2 '
