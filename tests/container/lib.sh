# Shared by the tests of containers: engines that there are not. Sourced, not run; after it lib.sh of
# tests/cli is there too.
#
#     engine docker                   a fake of that name is on the PATH, with its daemon
#     image python:3.12               it has this image
#     container_space NAME COMMAND    a file NAME.yaml whose trials run in it
#     calls run                       the words of its calls, a JSON list a line

[ -n "${base:-}" ] || . "$(dirname "${BASH_SOURCE[0]}")/../cli/lib.sh"
need python3 jq
export FAKE_ENGINE=$base/engine
daemon=

stop_daemon() {
    [ -z "$daemon" ] || touch "$FAKE_ENGINE/stop"
    [ -z "$daemon" ] || wait "$daemon" 2>/dev/null || true
    daemon=
}
trap 'stop_daemon; clean_up' EXIT

start_daemon() {
    rm -f "$FAKE_ENGINE/stop"
    python3 "$SOURCE_DIR/tests/container/fake_daemon.py" "$FAKE_ENGINE" &
    daemon=$!
    wait_until test -S "$FAKE_ENGINE/socket"
}

engine() {
    engine=$1
    mkdir -p "$FAKE_ENGINE/images" "$base/bin"
    ln -sf "$SOURCE_DIR/tests/container/fake_engine.py" "$base/bin/$engine"
    PATH=$base/bin:$PATH
    touch "$FAKE_ENGINE/ledger"
    [ "$engine" = apptainer ] || start_daemon
}

image() {
    image=$1
    touch "$FAKE_ENGINE/images/$image"
}

# container_space NAME SCRIPT [TRIALS [CONTAINER KEYS [MORE LINES]]]: trials run `sh -c SCRIPT`.
container_space() {
    cat >"$1.yaml" <<YAML
name: $1
command:
  - sh
  - -c
  - '$2'
  - trial
  - \${x}
metric: minimize loss
method: grid
seed: 7
parallel: 1
parameters: {x: {values: [$(seq -s, "${3:-1}")]}}
trial: {grace: 1s, container: {engine: $engine, image: $image${4:-}}}
${5:-}
YAML
}

# calls [VERB]: what was asked of the engine, oldest first.
calls() { cut -f1 "$FAKE_ENGINE/calls" | jq -c "select(.[1] == \"$1\")"; }

# None of the engine's containers is left, and none was started twice.
expect_none_left() {
    awk '$1 == "+" { if ($2 in open) { print "twice: " $2; exit 1 } open[$2] = 1 }
         $1 == "-" { delete open[$2] }
         END { for (name in open) { print "left: " name; exit 1 } }' "$FAKE_ENGINE/ledger" ||
        fail "the ledger: $(cat "$FAKE_ENGINE/ledger")"
}

# started N: so many containers have begun so far.
started() { [ "$(grep -c '^+' "$FAKE_ENGINE/ledger")" -ge "$1" ]; }

# pids NAME TEXT: our processes whose command line has that text, and whose sweep is NAME's.
pids_of() {
    local entry pid
    for entry in /proc/[0-9]*; do
        pid=${entry#/proc/}
        case $(readlink "$entry/cwd" "$entry/fd/5" 2>/dev/null || true) in
        *"$work"*) ;;
        *) continue ;;
        esac
        { tr '\0' ' ' <"$entry/cmdline" | grep -qF -e "$1"; } 2>/dev/null && echo "$pid"
    done
    true
}
