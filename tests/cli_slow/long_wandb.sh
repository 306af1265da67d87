#!/usr/bin/env bash
# Scripts that call wandb, unedited, with the real client, without an account and without a network:
# the values arrive, what they log is recorded while they run, and however they are stopped nothing
# is left running.
#     tests/cli_slow/long_wandb.sh [VERSION...]       of the client (default 0.31.0 0.16.6)
# Needs pip and a network to install the client, once, into build/wandb-VERSION; then none.
. "$(dirname "$0")/../cli/lib.sh"
need sqlite3
[ $# -gt 0 ] || set -- 0.31.0 0.16.6

skip() {
    echo "skipped: $1"
    exit 0
}

# client VERSION: a Python that has it, as $python.
client() {
    local folder=$SOURCE_DIR/build/wandb-$1
    python=$folder/bin/python
    "$python" -c 'import wandb' 2>/dev/null && return
    python3 -m venv "$folder" >/dev/null 2>&1 || skip "python3 makes no virtual environment"
    "$python" -m pip install -q "wandb==$1" 'setuptools<80' || skip "pip cannot install wandb $1"
}

# Where there is no network at all, nobody can have used it. Old clients speak with their own
# service by the loopback.
alone=(sh -c 'ip link set lo up; exec "$@"' alone)
if unshare -n true 2>/dev/null; then
    isolated=(unshare -n "${alone[@]}")
elif unshare -rn true 2>/dev/null; then
    isolated=(unshare -rn "${alone[@]}")
else
    skip "this user may not make a network of its own"
fi

cat >train.py <<'PY'
import os, sys, time
import wandb

wandb.init(project="demo", config={"lr": 1.0, "batch": 3})
config = wandb.config
assert config.batch == 3 and isinstance(config.lr, float) and config.lr < 0.2, dict(config)
assert config.small == 1e-5 and config.name == 'a "b" \u00fc' and config.flag is True, dict(config)
assert config.optimizer in ("sgd", "adam")
for epoch in range(6):
    if epoch == 3 and os.path.exists("wait"):
        while not os.path.exists("go"):
            time.sleep(0.05)
    wandb.log({"val_acc": 1 - config.lr - 0.5 / (epoch + 1), "train": {"loss": 1 / (epoch + 1)}})
    if os.path.exists("slowly"):
        time.sleep(0.5)
PY

space() { # METRIC
    cat >space.yaml <<YAML
name: demo
command: [$python, train.py]
method: random
seed: 3
parallel: 2
budget: {trials: 3}
metric: {name: $1, goal: maximize}
capture: {train.loss: null}
parameters:
  lr: {min: 0.00001, max: 0.1, distribution: log_uniform_values}
  optimizer: {values: [sgd, adam]}
  small: {value: 1e-5}
  name: {value: 'a "b" ü'}
  flag: {value: true}
YAML
    rm -rf sweeps
}

nobody_left() { # of the sweep: this script and its subshells are there too
    local pid
    for pid in $(our_pids); do
        case $(cat "/proc/$pid/comm" 2>/dev/null) in
        python* | wandb* | gpu_stats | sweep*) return 1 ;;
        esac
    done
}

check_complete() {
    expect_status 0 sweep export demo
    expect_json '[.[] | [.trial, .state, .step, (.captured["train.loss"] * 6 | round)]]' \
        '[[1,"complete",5,1],[2,"complete",5,1],[3,"complete",5,1]]'
    wait_until nobody_left
}

for version; do
    client "$version"
    echo "wandb $version"

    space val_acc
    touch wait
    start "${isolated[@]}" sweep run space.yaml
    case $version in
    0.[0-9].* | 0.[12][0-9].* | 0.30.*) ;; # these write their files when the run is over
    *)
        three_seen() {
            [ -e sweeps/demo/sweep.db ] &&
                [ "$(query sweeps/demo 'SELECT count(*) >= 3 FROM report' 2>/dev/null)" = 1 ]
        }
        wait_until three_seen
        ;;
    esac
    touch go
    join 0
    check_complete
    expect_status 0 sweep show demo/1
    expect_output "step 5"
    expect_status 0 sweep log demo/1
    expect_no_output "Error" "rror:" "Traceback"
    rm wait go

    # A name that is not there is proposed, and what was logged is read again.
    space accuracy
    expect_status 75 "${isolated[@]}" sweep run space.yaml
    expect_output "calls of wandb.log(). Seen:" "val_acc (6x"
    sed -i 's/accuracy/val_acc/' space.yaml
    expect_status 0 "${isolated[@]}" sweep run space.yaml
    check_complete

    # Stopped by ^C, twice; on resume it is all there.
    space val_acc
    touch slowly
    start "${isolated[@]}" sweep run space.yaml
    running() { [ -n "$(find sweeps/demo/trials/*/wandb -name '*.wandb' -size +0 2>/dev/null)" ]; }
    wait_until running
    kill -INT "$pid"
    wait_until says "waiting for"
    kill -INT "$pid"
    join 130
    wait_until nobody_left
    rm slowly
    expect_status 0 "${isolated[@]}" sweep resume demo
    check_complete

    # Cancelled: SIGTERM, and nothing is left.
    space val_acc
    touch slowly
    start "${isolated[@]}" sweep run space.yaml
    wait_until running
    expect_status 0 sweep cancel demo
    wait "$pid" || true
    wait_until nobody_left
    rm slowly
done
echo "passed"
