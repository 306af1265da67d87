# Shared by the tests of control: trials that run until they are let go, and a runner in the
# background. Sourced after lib.sh.

# held_sweep NAME [PARALLEL [BUDGET LINES]]: write NAME.yaml. Trial N says so in started.N and
# runs until the file go.N or go is there; its loss is N.
held_sweep() {
    local extra=${3:-"budget: {trials: 4}"}
    cat >"$1.yaml" <<YAML
name: $1
command:
  - sh
  - -c
  - |
    trap 'touch "told.\$SWEEP_TRIAL"; exit 1' TERM
    touch "started.\$SWEEP_TRIAL"
    echo "loss: \$SWEEP_TRIAL"
    until [ -e "go.\$SWEEP_TRIAL" ] || [ -e go ]; do sleep 0.02; done
  - _
  - \${x}
metric: minimize loss
method: random
seed: 7
parallel: ${2:-1}
trial: {grace: 5s}
parameters:
  x: {min: 0.0, max: 1.0}
$extra
YAML
}

# wait_for COMMAND...: until it succeeds, 20 s at most.
wait_for() {
    local tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ "$tries" -le 1000 ] || fail "waited in vain for: $*"
        sleep 0.02
    done
}

# start_runner SWEEP-ARGUMENTS...: in the background; $runner, its output in $base/run.
start_runner() {
    command_line="sweep $*"
    setsid sweep "$@" >"$base/run" 2>&1 </dev/null &
    runner=$!
}

# join_runner STATUS: wait for its end.
join_runner() {
    local status=0
    wait "$runner" || status=$?
    cp "$base/run" "$out"
    [ "$status" -eq "$1" ] || fail "the runner ended with $status, expected $1"
}

# finished_trials SWEEP N: whether so many are.
has_finished() {
    [ "$(sweep top "$1" --json 2>/dev/null | grep -cE '"state":"(complete|failed|cancelled)"')" -ge "$2" ]
}
