# Trials that misbehave, each so often: nothing of them lives on, their GPUs are free, and what is
# recorded is right. Sourced by test_zoo.sh and long_zoo.sh with `repeats` set.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need sqlite3 flock
export ZOO=$base/zoo

# KIND|STATE|REASON|ATTEMPTS, numbers as in the database: state 2 complete, 4 failed; reason 3
# timeout, 6 lost
kinds='daemon|2|0|1
session|2|0|1
deaf|4|3|1
trap|4|3|1
hopper|2|0|1
bomb|2|0|1
holder|2|0|1
escaper|2|0|1
naked|2|0|1
closer|2|0|1
stopped|4|3|1
secret|2|0|1
tracer|2|0|1
laggard|2|0|1
flood|2|0|1
remover|4|6|6
killer|2|0|2
murderer|2|0|2'

# Those of the notes that live: KIND each.
survivors() {
    local kind pid start stat
    while read -r kind pid start; do
        stat=$(cat "/proc/$pid/stat" 2>/dev/null) || continue
        set -- ${stat##*) }
        [ "${20}" = "$start" ] && [ "$1" != Z ] && [ "$1" != X ] && echo "$kind $pid"
    done <"$ZOO"
    return 0
}

# visit NAME: a sweep of all kinds.
visit() {
    : >"$ZOO"
    box 4
    cat >"$1.yaml" <<END
command: [$BUILD_DIR/bin/zoo_trial, '\${kind}']
metric: maximize acc
method: grid
parameters:
  kind: {values: [$(cut -d'|' -f1 <<<"$kinds" | paste -sd,)]}
  repeat: {min: 1, max: $repeats, step: 1}
trial: {timeout: 1s, grace: 100ms, max_failures: 100000}
END
    expect_status 0 sweep run "$1.yaml"
    query "sweeps/$1" "SELECT json_extract(params, '\$.kind'), state, reason, attempts FROM trial" |
        sort | uniq -c | awk '{ print $2 "|" $1 }' >"$1.seen"
    sed "s/\$/|$repeats/" <<<"$kinds" | sort >"$1.wanted"
    diff "$1.wanted" "$1.seen" >"$1.diff" || fail "what is recorded of $1: $(cat "$1.diff")"
    local lease
    for lease in "$SWEEP_GPU_LEASES"/GPU-*; do
        flock -n "$lease" true || fail "$1: the lease ${lease##*/} is held still"
    done
}
