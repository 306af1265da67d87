# Sourced by the style tests. Each defines check_tree ROOT, which prints one line for each offence
# in the tree at ROOT; first it must find what is wrong with a sample, then nothing in the sources.
set -eu

root=${SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
support=$root/tests/support
sample=$(mktemp -d)
trap 'rm -rf "$sample"' EXIT

# source_files ROOT FOLDER...: all C files in these folders of ROOT, relative to it.
source_files() {
    local base=$1 folder
    shift
    for folder in "$@"; do
        [ ! -d "$base/$folder" ] || (cd "$base" && find "$folder" -name '*.[ch]')
    done | LC_ALL=C sort
}

# put FILE: make standard input a file of the sample tree.
put() {
    mkdir -p "$(dirname "$sample/$1")"
    cat >"$sample/$1"
}

# must_find TEXT...: the check prints each TEXT about the sample.
must_find() {
    local found text
    found=$(check_tree "$sample")
    for text in "$@"; do
        case $found in
        *"$text"*) ;;
        *)
            printf 'self-check: expected "%s" among:\n%s\n' "$text" "$found"
            exit 1
            ;;
        esac
    done
}

# must_pass: the check has nothing to say about the sample.
must_pass() {
    local found
    found=$(check_tree "$sample")
    [ -z "$found" ] || {
        printf 'self-check: expected no offence, found:\n%s\n' "$found"
        exit 1
    }
}

# Check the sources themselves; the last line of each test.
check_sources() {
    local found
    found=$(check_tree "$root")
    [ -z "$found" ] || {
        printf '%s\n' "$found"
        exit 1
    }
}
