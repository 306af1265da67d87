# Shared by the crash tests: one small sweep, its processes, its checker. Sourced, not run.
# Needs BUILD_DIR, SOURCE_DIR; makes $work, a private directory that is removed at the end.
set -euo pipefail

sweep=$BUILD_DIR/bin/sweep
checker=$BUILD_DIR/bin/crash_checker
ledger_trial=$BUILD_DIR/bin/ledger_trial
name=crash
work=$(mktemp -d "${TMPDIR:-/tmp}/sweep-crash.XXXXXX")

# Every process below $work: runners, shims (their descriptor 5 is a trial's directory), trials.
our_pids() { # KIND
    local pid comm
    for pid in $(pgrep -x "$1" || true); do
        case $(readlink "/proc/$pid/cwd" 2>/dev/null)/$(ls -l "/proc/$pid/fd" 2>/dev/null) in
        "$work/"* | *" $work/"*) echo "$pid" ;;
        esac
    done
}

clean_up() {
    local kind
    for kind in sweep sweep-shim ledger_trial; do
        our_pids "$kind" | xargs -r kill -9 2>/dev/null || true
    done
    cd /
    [ -n "${KEEP:-}" ] && echo "kept: $work" || rm -rf "$work"
}
trap clean_up EXIT

# A sweep of TRIALS short trials, PARALLEL at once, with a daemon in every third attempt or so.
new_sweep() { # SEED TRIALS
    cd "$work"
    rm -rf sweeps ledger before.dump hold
    LEDGER=$work/ledger
    HOLD=$work/hold # while it is there no trial ends by itself
    export LEDGER HOLD
    cat >space.yaml <<YAML
name: $name
command: $ledger_trial --epochs 5 --sleep-ms 8 --x \${x} --daemon
metric: {name: val_acc, goal: maximize, pattern: 'val_acc: (\S+)'}
method: random
seed: $1
parallel: 3
budget: {trials: $2}
trial: {grace: 1s}
parameters:
  x: {min: 0.0, max: 1.0}
YAML
}

# The same sweep, never interrupted, once: what the params must be (they depend on seed only).
new_reference() { # SEED TRIALS
    new_sweep "$1" "$2"
    "$sweep" run space.yaml --dir "$work/reference" >"$work/reference.out" 2>&1 ||
        { cat "$work/reference.out"; return 1; }
    rm -f ledger
}

start_runner() { # the environment may hold SWEEP_CRASH_POINT
    "$sweep" run space.yaml >>"$work/run.out" 2>&1 &
    runner=$!
}

# Until so many trials have started, or the runner is dead.
wait_for_trials() { # COUNT
    local deadline=$((SECONDS + 60))
    until [ "$(cat "$LEDGER" 2>/dev/null | grep -c '^start')" -ge "$1" ] || ! kill -0 "$runner" 2>/dev/null; do
        [ "$SECONDS" -lt "$deadline" ] || { echo "no trial started"; tail "$work/run.out"; exit 1; }
        sleep 0.01
    done
}

# Wait for the runner; $status says how it ended. Not in $(...): only the parent can wait.
join_runner() {
    status=0
    wait "$runner" 2>/dev/null || status=$?
}

# What was acknowledged so far must never change.
remember() {
    [ ! -f "sweeps/$name/sweep.db" ] || "$checker" --dir "sweeps/$name" --dump "$work/next.dump" >/dev/null &&
        mv -f "$work/next.dump" "$work/before.dump" 2>/dev/null || true
}

check() { # more options for the checker
    local options=(--dir "sweeps/$name" --ledger "$LEDGER" --reference "$work/reference")
    [ ! -f "$work/before.dump" ] || options+=(--before "$work/before.dump")
    "$checker" "${options[@]}" "$@" || {
        echo "seed $seed: the checker found violations; last output of the runner:"
        tail -20 "$work/run.out"
        return 1
    }
}
