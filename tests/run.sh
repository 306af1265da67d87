#!/usr/bin/env bash
# Builds sweep and runs its tests; on Debian and Ubuntu it installs what is missing first.
#
#     tests/run.sh            what CI runs: at most 25 minutes on 2 cores
#     tests/run.sh --quick    one minute: build, unit, style and short command line tests
#     tests/run.sh --full     the default and then the scripts that take hours, each with a log
#     --no-install            install nothing; checks whose tools are missing are skipped, and said
#
# Exit status 0: everything that was run passed. Else the last lines are the ends of the outputs of
# the tests that failed, and the steps that did. Logs are kept in build/log.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
export LC_ALL=C SOURCE_DIR=$PWD
. tests/support/install.sh

tier=default
install=yes
for argument in "$@"; do
    case $argument in
    --quick) tier=quick ;;
    --full) tier=full ;;
    --no-install) install=no ;;
    -h | --help)
        sed -n '2,/^set /s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
    *)
        echo "unknown option $argument; see $0 --help" >&2
        exit 2
        ;;
    esac
done

jobs=$(nproc)
logs=build/log
failed=""
skipped=""
tested="" # presets

# step NAME COMMAND...: run a step into its log; if it fails show the log's end, and go on.
step() {
    local name=$1 began=$SECONDS
    shift
    printf '%-34s' "$name"
    if "$@" >"$logs/${name// /-}.log" 2>&1 </dev/null; then
        printf 'ok %5d s\n' $((SECONDS - began))
    else
        printf 'FAILED %d s\n' $((SECONDS - began))
        tail -n 40 "$logs/${name// /-}.log" | sed 's/^/    /'
        failed="$failed
    $name: $logs/${name// /-}.log"
        return 1
    fi
}

# step_with TOOL NAME COMMAND...: a step that needs a tool.
step_with() {
    local tool=$1
    shift
    if command -v "$tool" >/dev/null; then
        step "$@"
    else
        printf '%-34sskipped: %s is not installed\n' "$1" "$tool"
        skipped="$skipped $1;"
        return 1
    fi
}

build() {
    cmake --preset "$1" && cmake --build --preset "$1" -j "$jobs"
}

# run_ctest PRESET LABELS: ctest counts halves of a processor, see tests/CMakeLists.txt.
run_ctest() {
    tested="$tested $1"
    rm -f "build/$1/Testing/Temporary/LastTestsFailed.log"
    ctest --test-dir "build/$1" -L "^($2)\$" -j $((2 * jobs)) --output-on-failure --no-tests=error
}

# show_failed PRESET: how the outputs of its failed tests end, from ctest's own logs.
show_failed() {
    local logs=build/$1/Testing/Temporary name
    [ -e "$logs/LastTestsFailed.log" ] || return 0
    while IFS=: read -r _ name; do
        printf '%s\n' "--- the output of $name ($1) ends:"
        sed -n "\\|^[0-9]*/[0-9]* Testing: $name\$|,/^Test time =/p" "$logs/LastTest.log" |
            tail -n 30 | cut -c -500
    done <"$logs/LastTestsFailed.log"
}

# One pass of valgrind over the unit tests.
run_valgrind() {
    basename -a -s .c tests/unit/test_*.c | xargs -P "$jobs" -I TEST sh -c '
        valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite \
            --suppressions=tests/support/valgrind.supp --log-file=build/log/valgrind-TEST.log \
            build/dev/bin/TEST && exit 0
        echo "valgrind: TEST"
        cat build/log/valgrind-TEST.log
        exit 1'
}

# One file at a time: clang-tidy 14 mistakes va_start() in the second file of a run.
run_clang_tidy() {
    sed -n 's/.*"file": "\(.*\)".*/\1/p' build/dev/compile_commands.json |
        grep -E '/(src|strategies)/' | LC_ALL=C sort -u |
        xargs -P "$jobs" -n 1 clang-tidy -p build/dev --quiet
}

# The fuzz targets as they will be fuzzed, over their corpora only; the sanitizer presets replay the
# same corpora as ordinary tests.
run_fuzz() {
    local target name status=0
    for target in tests/fuzz/fuzz_*.c; do
        name=$(basename "$target" .c)
        "build/fuzz/bin/$name" -runs=0 "tests/fuzz/corpus/${name#fuzz_}" || status=1
    done
    return $status
}

# The scripts that take hours; each leaves a log with the day in its name.
run_long_scripts() {
    local script name
    for script in tests/*/long_*.sh; do
        [ -e "$script" ] || continue
        name=$(basename "$script" .sh)
        BUILD_DIR=$PWD/build/dev step "$name $(date -u +%Y-%m-%d)" bash "$script"
    done
}

mkdir -p "$logs"
packages="$build_packages libcmocka-dev clang-format-14"
[ "$tier" = quick ] || packages="$build_packages $test_packages"
install_packages "$install" $packages || failed="$failed
    packages: apt-get could not install them"

step "build dev" build dev || {
    echo "nothing can be tested without a build"
    exit 1
}
if [ "$tier" = quick ]; then
    labels=quick
else
    labels='quick|ci'
    step "build release" build release
    step "build asan" build asan && step "tests asan" run_ctest asan quick
    step_with clang "build fuzz" build fuzz && step "replay fuzz corpora" run_fuzz
    step_with clang-tidy "clang-tidy" run_clang_tidy
    step_with valgrind "valgrind unit tests" run_valgrind
    [ "$tier" = default ] || run_long_scripts
fi

[ -z "$skipped" ] || echo "skipped:$skipped"
[ -z "$failed" ] || echo "failed so far:$failed"
run_ctest dev "$labels" </dev/null || failed="$failed
    tests dev (above)"
[ -z "$failed" ] || {
    for preset in $tested; do show_failed "$preset"; done
    echo "FAILED:$failed"
    exit 1
}
