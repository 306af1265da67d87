#!/usr/bin/env bash
# Builds sweep and runs a real sweep on real data: sixteen settings of a small neural network that
# learns to read handwritten digits. Ends with the ranking and the best configuration as YAML.
#
#     examples/quickstart.sh
#     --no-install     install nothing: the packages are there
#
# It installs, with apt-get and only what is missing, a C compiler, cmake, ninja and the headers of
# libyaml, SQLite, PCRE2, jansson, GSL and OpenBLAS; it builds in build/quickstart and records in
# sweeps/digits. The second time it takes a moment: what was built and run is not built and run again.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/support/install.sh

install=yes
for argument in "$@"; do
    case $argument in
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

install_packages "$install" $build_packages

build=build/quickstart
echo "building sweep in $build"
mkdir -p "$build"
{
    cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release &&
        cmake --build "$build"
} >"$build/build.log" 2>&1 || {
    tail -n 30 "$build/build.log"
    echo "the build failed; the whole log is $build/build.log" >&2
    exit 1
}
[ examples/digits/train -nt examples/digits/train.c ] ||
    cc -O3 -o examples/digits/train examples/digits/train.c -lm
PATH=$PWD/$build/bin:$PATH

# show COMMAND...: as a person would type it, then what it prints.
show() {
    printf '\n$ %s\n' "$*"
    "$@"
}
show sweep run examples/digits/space.yaml
show sweep top digits -n 5
show sweep best digits
printf '\nThe program is %s\n' "$build/bin/sweep"
