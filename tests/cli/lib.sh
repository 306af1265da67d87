# Shared by the tests of the command line: the real program in a private directory. Sourced, not
# run. ctest gives BUILD_DIR and SOURCE_DIR; by hand: BUILD_DIR=build/dev tests/cli/test_best.sh
#
#     . "$(dirname "$0")/lib.sh"
#     run_sweep <<'YAML'                      a whole sweep, quietly; it must end well
#     expect_status 0 sweep best --json       run a command; its status must be 0
#     expect_output '"trial":3'               each text occurs in its standard output
#     expect_error "no trial 9"               the same for standard error
#     expect_golden best.txt                  standard output is golden/best.txt, times masked
#     start sweep run space.yaml              run it in the background, as $pid
#     wait_until test -e started              look again and again, for at most 30 s
#     join 130                                wait for $pid; its status must be 130
#
# UPDATE_GOLDEN=1 writes the golden files anew: review them like code. KEEP=1 keeps the directory.
set -euo pipefail

SOURCE_DIR=${SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
BUILD_DIR=$(cd "${BUILD_DIR:-$SOURCE_DIR/build/dev}" && pwd)
golden=$SOURCE_DIR/tests/cli/golden
base=$(mktemp -d "${TMPDIR:-/tmp}/sweep-cli.XXXXXX")
work=$base/work # the working directory of the test
out=$base/out   # what the last command wrote
err=$base/err
command_line= # the last command, for messages

export PATH="$BUILD_DIR/bin:$PATH" LC_ALL=C TZ=UTC TERM=xterm
unset CI COLUMNS NO_COLOR SLURM_JOB_ID INVOCATION_ID container

# Runners, shims and trials that a failed test left behind: they are in $work, or their descriptor
# 5, a shim's directory, is.
our_pids() {
    local entry pid
    for entry in /proc/[0-9]*; do
        pid=${entry#/proc/}
        [ "$pid" != $$ ] || continue
        case $(readlink "$entry/cwd" "$entry/fd/5" 2>/dev/null || true) in
        *"$work"*) echo "$pid" ;;
        esac
    done
}

clean_up() {
    cd /
    our_pids | xargs -r kill -9 2>/dev/null || true
    [ -n "${KEEP:-}" ] && echo "kept: $base" || rm -rf "$base"
}
trap clean_up EXIT
mkdir "$work"
cd "$work"

# Say what is wrong, and with what command, and end the test.
fail() {
    printf 'FAILED: %s\n' "$1"
    [ -z "$command_line" ] || printf '%s\n' "after: $command_line" "--- standard output" \
        "$(head -c 4000 "$out")" "--- standard error" "$(head -c 4000 "$err")"
    exit 1
}

# expect_status N COMMAND...: run it.
expect_status() {
    local expected=$1 status=0
    shift
    command_line=$*
    "$@" >"$out" 2>"$err" </dev/null || status=$?
    [ "$status" -eq "$expected" ] || fail "exit status $status, expected $expected"
}

# start COMMAND...: run it in the background, in a session of its own; $input is its standard input.
start() {
    command_line=$*
    setsid "$@" >"$out" 2>"$err" <"${input:-/dev/null}" &
    pid=$!
}

# join N: wait for what start() started; its status must be N.
join() {
    local status=0
    wait "$pid" || status=$?
    [ "$status" -eq "$1" ] || fail "exit status $status, expected $1"
}

# wait_until COMMAND...: until it succeeds.
wait_until() {
    local deadline=$(($(date +%s) + 30))
    until "$@"; do
        [ "$(date +%s)" -lt "$deadline" ] || fail "waited in vain until: $*"
        sleep 0.01
    done
}

# The command in the background has said it.
says() { grep -qsF -e "$1" "$out"; }

# has_lines N FILE: at least so many.
has_lines() { [ "$(cat "$2" 2>/dev/null | wc -l)" -ge "$1" ]; }

# No such process.
is_gone() { ! kill -0 "$1" 2>/dev/null; }

# query DIR SQL, after need sqlite3.
query() { sqlite3 "$1/sweep.db" "$2"; }

# need TOOL...: without one the test is skipped.
need() {
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null && continue
        echo "skipped: $tool is not installed"
        exit 77
    done
}

# expect_in FILE TEXT...: each occurs.
expect_in() {
    local file=$1 text
    shift
    for text in "$@"; do
        grep -qF -e "$text" "$file" || fail "expected '$text' in $file"
    done
}

# expect_not_in FILE TEXT...: none occurs.
expect_not_in() {
    local file=$1 text
    shift
    for text in "$@"; do
        ! grep -qF -e "$text" "$file" || fail "did not expect '$text' in $file"
    done
}

expect_output() { expect_in "$out" "$@"; }
expect_no_output() { expect_not_in "$out" "$@"; }
expect_error() { expect_in "$err" "$@"; }

# Nothing at all on standard error.
expect_quiet() { [ ! -s "$err" ] || fail "expected nothing on standard error"; }

# expect_equal ACTUAL EXPECTED [WHAT]
expect_equal() { [ "$1" = "$2" ] || fail "${3:-value}: got '$1', expected '$2'"; }

# expect_json FILTER VALUE: standard output is JSON, and jq's FILTER over all its values, as one
# array, gives VALUE.
expect_json() {
    local value
    command -v jq >/dev/null || {
        echo "jq is not installed: JSON is not checked"
        return 0
    }
    value=$(jq -c -s "$1" "$out" 2>&1) || fail "jq '$1': $value"
    expect_equal "$value" "$2" "jq '$1'"
}

# Standard output with what differs from run to run replaced: moments, durations, the directory.
# What is replaced keeps its width, for tables.
masked() {
    sed -E -e "s|$base|BASE|g" \
        -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z/2000-01-01T00:00:00Z/g' \
        -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} UTC/2000-01-01 00:00:00 UTC/g' \
        -e 's/"duration_s":[0-9.e-]+/"duration_s":0/g' \
        -e 's/"cpu_s":[0-9.e-]+/"cpu_s":0/g' -e 's/"memory_bytes":[0-9]+/"memory_bytes":0/g' \
        -e 's/(T00:00:00Z),[0-9.e-]+,/\1,0,/' \
        -e 's/(Z,0,([^,]*,){5})[0-9.e-]+,[0-9]+,/\10,0,/' \
        -e 's/\b[0-9]\.[0-9]{2}s\b/0.00s/g' "$@"
}

# expect_golden NAME: the masked standard output is golden/NAME.
expect_golden() {
    masked "$out" >"$base/masked"
    if [ -n "${UPDATE_GOLDEN:-}" ]; then
        mkdir -p "$golden"
        cp "$base/masked" "$golden/$1"
        return 0
    fi
    diff -u "$golden/$1" "$base/masked" >"$base/diff" ||
        fail "not as in golden/$1 (UPDATE_GOLDEN=1 renews it):
$(cat "$base/diff")"
}

# run_sweep [STATUS]: run the sweep whose YAML is standard input. Its file is space.yaml.
run_sweep() {
    cat >space.yaml
    expect_status "${1:-0}" sweep run space.yaml
}

# on_terminal COMMAND...: run it with its output on a terminal of 80 columns.
on_terminal() {
    script -qec "stty cols 80 -onlcr; $(printf '%q ' "$@")" /dev/null </dev/null
}
