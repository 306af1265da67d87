#!/usr/bin/env bash
# Sweeps that wait for each other's GPUs: first come, first served, and nobody waits for ever.
. "$(dirname "$0")/lib.sh"

# NAME's trials, each of so many seconds, or until `go` is there: `+ NAME` and `- NAME` lines, each
# written at once.
cat >"$base/turn.sh" <<'END'
#!/bin/sh
echo "+ $1" >>"$LEDGER"
if [ "$2" = go ]; then
    while [ ! -e "$LEDGER.go" ]; do sleep 0.02; done
else
    sleep "$2"
fi
echo "- $1" >>"$LEDGER"
echo "acc: 0.5"
END
chmod +x "$base/turn.sh"
export LEDGER=$base/turns

# turns NAME TRIALS SECONDS [RESOURCES [MORE LINES]]
turns() {
    cat >"$1.yaml" <<END
command: $base/turn.sh $1 $3
metric: maximize acc
method: grid
parameters: {n: {min: 1, max: $2, step: 1}}
${4:+resources: $4}
${5:-}
END
}

# A new box with so many GPUs, and nobody on it.
new_box() {
    box "$1"
    rm -rf sweeps "$LEDGER" "$LEDGER.go" ./*.yaml
    : >"$LEDGER"
}

# background NAME: run it, quietly; its process is in $pids.
pids=()
background() {
    sweep run "$1.yaml" >"$1.out" 2>&1 </dev/null &
    pids+=($!)
}

finish() {
    local pid
    for pid in "${pids[@]}"; do wait "$pid" || fail "a sweep ended badly: $(tail -n 3 ./*.out)"; done
    pids=()
}

# longest_run FROM NAMES...: trials in a row of one of them, from the first of FROM on, for as long as
# trials of all of them come.
longest_run() {
    local from=$1
    shift
    grep '^+' "$LEDGER" | awk -v from="$from" -v names="$*" '
        BEGIN { n = split(names, wanted, " ") }
        { who[NR] = $2; last[$2] = NR }
        $2 == from && !first { first = NR }
        END {
            end = NR
            for (i = 1; i <= n; i++) if (last[wanted[i]] < end) end = last[wanted[i]]
            for (i = first; i <= end; i++) {
                run = who[i] == who[i - 1] ? run + 1 : 1
                if (run > most) most = run
            }
            print most + 0
        }'
}

# expect_turns MOST FROM NAMES...
expect_turns() {
    local longest most=$1
    shift
    longest=$(longest_run "$@")
    [ "$longest" -ge 1 ] && [ "$longest" -le "$most" ] ||
        fail "$longest trials in a row of one sweep: $(grep '^+' "$LEDGER" | uniq -c | awk '{ print $3 $1 }' | paste -sd' ')"
}

# --- two, and three, want the only GPU -------------------------------------------------------------
new_box 1
turns a 100 0.05
turns b 100 0.05
background a
wait_until has_lines 3 "$LEDGER"
background b
finish
expect_turns 2 b a b
expect_equal "$(grep -c '^+' "$LEDGER")" 200 "trials"

new_box 1
for name in a b c; do turns $name 30 0.05; done
background a
wait_until has_lines 3 "$LEDGER"
background b
background c
finish
expect_turns 2 c a b c
expect_equal "$(grep -c '^+' "$LEDGER")" 90 "trials"

# --- trials of several GPUs beside trials of one ---------------------------------------------------
new_box 4
turns small 60 0.1
turns large 4 0.05 "{gpus: 4}"
background small
wait_until has_lines 5 "$LEDGER"
background large
finish
grep -n . "$LEDGER" | awk -F: '$2 == "+ large" { large = $1 } $2 == "- small" { small = $1 }
    END { exit !(large < small) }' || fail "the trials of four GPUs were the last ones"

# Two of them, neither of which gets what it needs while the other has a part of it.
new_box 3
turns left 10 0.05 "{gpus: 2}"
turns right 10 0.05 "{gpus: 2}"
turns small 40 0.05
background left
wait_until has_lines 1 "$LEDGER"
background right
background small
finish
expect_equal "$(grep -c '^+' "$LEDGER")" 60 "trials"
expect_turns 4 right left right # small has three at a time

# A GPU that is full of small trials, and needed whole.
new_box 2
turns small 60 0.1 "{trials_per_gpu: 3}"
turns whole 4 0.05
background small
wait_until has_lines 8 "$LEDGER"
background whole
finish
grep -n . "$LEDGER" | awk -F: '$2 == "+ whole" { whole = $1 } $2 == "- small" { small = $1 }
    END { exit !(whole < small) }' || fail "the trials of a whole GPU were the last ones"

# --- processors ------------------------------------------------------------------------------------
new_box 0
turns one 40 0.05 "{cpus: 1}"
turns all 4 0.05 "{cpus: $(nproc)}"
background one
wait_until has_lines 2 "$LEDGER"
background all
finish
expect_equal "$(grep -c '^+' "$LEDGER")" 44 "trials"
[ "$(nproc)" = 1 ] || grep -n . "$LEDGER" | awk -F: '$2 == "+ all" { all = $1 } $2 == "- one" { one = $1 }
    END { exit !(all < one) }' || fail "the trials of all processors were the last ones"

# --- who waits and is killed, or sleeps ------------------------------------------------------------
waits() { wait_until grep -q "no GPU is free now" "$1.out"; }

new_box 1
turns a 3 go
turns b 3 0.05
turns c 3 0.05
background a
wait_until has_lines 1 "$LEDGER"
background b
waits b
background c
waits c
{
    kill -9 "${pids[1]}"
    wait "${pids[1]}"
} 2>/dev/null || true
unset 'pids[1]'
touch "$LEDGER.go"
finish
expect_equal "$(awk '$1 == "+" { count[$2]++ } END { print count["a"] + 0, count["b"] + 0, count["c"] + 0 }' "$LEDGER")" \
    "3 0 3" "trials of a, b and c"
expect_turns 2 c a c

new_box 1
turns a 3 go
turns b 3 0.05
turns c 3 0.05
background a
wait_until has_lines 1 "$LEDGER"
background b
waits b
kill -STOP "${pids[1]}"
background c
waits c
touch "$LEDGER.go"
wait "${pids[0]}" "${pids[2]}" || fail "a sweep waited for one that is suspended: $(tail -n 3 ./*.out)"
! grep -q '+ b' "$LEDGER" || fail "b was not suspended"
kill -CONT "${pids[1]}"
pids=("${pids[1]}")
finish
expect_equal "$(grep -c '^+' "$LEDGER")" 9 "trials"

# --- two users -------------------------------------------------------------------------------------
as_nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
chmod 755 "$base"
if as_nobody test -x "$BUILD_DIR/bin/sweep" -a -x "$base/turn.sh" 2>/dev/null; then
    new_box 1
    chmod 666 "$LEDGER"
    turns a 40 0.05
    turns b 40 0.05
    mkdir theirs
    mv b.yaml theirs
    chown -R 65534:65534 theirs
    background a
    wait_until has_lines 3 "$LEDGER"
    (cd theirs && HOME=$PWD expect_status 0 as_nobody sweep run b.yaml)
    finish
    expect_turns 2 b a b
    expect_equal "$(grep -c '^+' "$LEDGER")" 80 "trials"
fi
