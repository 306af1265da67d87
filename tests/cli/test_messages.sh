#!/usr/bin/env bash
# What the program says to people, word by word: errors, warnings and notes of every command.
#
#     tests/cli/test_messages.sh [GROUP...]        messages/GROUP.txt; none given: all of them
#     UPDATE_GOLDEN=1 tests/cli/test_messages.sh   what is said now becomes what is expected
#
# To add a message, write the command into the file of its group (or a new one: each *.txt is
# found), renew, and read the difference aloud as somebody who has never seen the code.
#
#     # a comment; also an empty line
#     % run_sweep <<'YAML'         preparation: any shell, also the functions of lib.sh and
#     > command: ...               control.sh; must succeed; nothing of it is shown
#     > YAML                       lines that begin with "> " belong to the line above
#     $ sweep top --sort wrong     what is looked at, then what is expected of it:
#     | standard output, a line    (nothing where it is empty)
#     ! standard error, a line
#     [2]                          the exit status, where it is not 0
#
# Each file begins in an empty directory of its own. Moments, durations, directories, processes and
# the host are masked (see mask). tests/style/test_messages.sh counts the messages of the sources
# that occur in none of these files.
. "$(dirname "$0")/lib.sh"
. "$SOURCE_DIR/tests/cli/control.sh"

folder=$SOURCE_DIR/tests/cli/messages

# The prepared sweep: four trials of one parameter, of which the third fails. $1: its name.
prepare() {
    cat >"$1.yaml" <<YAML
name: $1
command:
  - sh
  - -c
  - 'echo "loss: \$1"; echo "epoch: 3"; [ "\$1" != 3 ]'
  - train
  - \${x}
metric: {name: loss, goal: minimize}
capture: {epoch: 'epoch: (\d+)'}
method: grid
seed: 7
parallel: 1
parameters:
  x: {values: [4, 1, 3, 2]}
YAML
    sweep run "$1.yaml" >/dev/null
}

# What differs from run to run and from machine to machine.
mask() {
    sed -E -e "s#$BUILD_DIR/bin#BIN#g" -e "s#$work/[a-z_]+#HERE#g" -e "s/\\b$(hostname)\\b/HOST/g" \
        -e 's/process(es)? [0-9]+/process\1 PID/g' \
        -e 's/[0-9]+\.[0-9] [KMG]iB/0.0 KiB/g' -e "s/(SWEEP_TOKEN=)[0-9a-f]+/\1TOKEN/" \
        -e 's/(has run|took|for) [0-9]+(\.[0-9]+)? ?(ms|s)\b/\1 0 s/g' "$@" | masked
}

# perform FILE: do its commands, in this shell, and keep what each says in $said/N.*.
perform() {
    local line kind='' command='' number=0 status
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in
        '> '* | '>') line=${line#>} command+=$'\n'${line# } ;;
        *)
            finish_command
            case $line in
            '$ '* | '% '*) kind=${line%% *} command=${line#? } ;;
            esac
            ;;
        esac
    done <"$1"
    finish_command
}

# Do the command that has been read, if there is one.
finish_command() {
    [ -n "$kind" ] || return 0
    status=0
    command_line=$command
    if [ "$kind" = % ]; then
        eval "$command" >"$out" 2>"$err" </dev/null || status=$?
        [ "$status" = 0 ] || fail "preparation in $group: exit status $status"
    else
        number=$((number + 1))
        eval "$command" >"$said/$number.out" 2>"$said/$number.err" </dev/null || status=$?
        echo "$status" >"$said/$number.status"
    fi
    kind='' command=''
}

# render FILE: the file again, with what was said instead of what was expected.
render() {
    awk -v said="$said" '
        function show(file, mark, line) {
            while ((getline line <file) > 0)
                print line == "" ? mark : mark " " line
            close(file)
        }
        function finish(status) {
            if (!open)
                return
            show(said "/" number ".out", "|")
            show(said "/" number ".err", "!")
            getline status <(said "/" number ".status")
            if (status != 0)
                print "[" status "]"
            open = 0
        }
        /^> / || /^>$/ { print; next }
        /^\| / || /^\|$/ || /^! / || /^!$/ || /^\[[0-9]+\]$/ { next }
        { finish() }
        /^\$ / { number++; open = 1 }
        { print }
        END { finish() }' "$1"
}

# check_group NAME, in a shell of its own: what fail says within a preparation is in $out.
check_group() {
    local group=$1
    out=$base/$group.out err=$base/$group.err said=$base/$group.said
    mkdir "$said" "$work/$group"
    cd "$work/$group"
    perform "$folder/$group.txt"
    render "$folder/$group.txt" >"$said/rendered"
    mask "$said/rendered" >"$said/masked"
    if [ -n "${UPDATE_GOLDEN:-}" ]; then
        cp "$said/masked" "$folder/$group.txt"
    else
        diff -u "$folder/$group.txt" "$said/masked" >&3
    fi
}

exec 3>&1
[ $# -gt 0 ] || set -- $(cd "$folder" && basename -s .txt -- *.txt)
pids=()
for group in "$@"; do
    (check_group "$group") &
    pids+=($!)
done
failed=
for group in "$@"; do
    wait "${pids[0]}" || {
        failed+=" $group"
        sed -n '/^FAILED/,$p' "$base/$group.out"
    }
    pids=("${pids[@]:1}")
done
[ -z "$failed" ] || fail "not as expected in tests/cli/messages:$failed (UPDATE_GOLDEN=1 renews)"
