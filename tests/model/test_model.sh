#!/usr/bin/env bash
# Check the models of the attempt protocol exhaustively, that of this box and that of Slurm: our design
# must have no error, the designs that are known to be wrong must have one (a check that cannot fail
# is no check).
#     LONG=1 tests/model/test_model.sh     also two shim kills, and pilots with four shims (21 and 15 million
#                                          states, 1.1 GB, minutes)
set -euo pipefail
models=${SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/model
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failed=0

# Explore all states of $model. Prints `errors: N` and `N states, stored`.
explore() { # DEFINITIONS
    spin -a "$@" "$model" >spin.out || { cat spin.out; exit 1; }
    gcc -O2 -w -DSAFETY -DCOLLAPSE -o pan pan.c
    ./pan -m1000000 >pan.out 2>&1 || true
    grep -q 'error: max search depth too small' pan.out && { echo "search too shallow"; exit 1; }
    sed -n 's/.*\(errors: [0-9]*\).*/\1/p; s/^ *\([0-9e+.]* states\), stored.*/\1/p' pan.out | paste -sd' '
}

expect() { # right|wrong DEFINITIONS
    local want=$1 got
    shift
    got=$(explore "$@")
    echo "$(basename "$model") $*: $got (expected to be $want)"
    case $want:$got in
    right:"errors: 0 "* | wrong:"errors: 1 "*) ;;
    *) failed=1 ;;
    esac
}

model=$models/attempt.pml
expect right -DSHIM_KILLS=0 -DSTOPS=1
expect right -DSHIM_KILLS=1 -DSTOPS=0
expect right -DSHIM_KILLS=1 -DSTOPS=1
expect wrong -DVARIANT=1 -DSHIM_KILLS=1
expect wrong -DVARIANT=2 -DSHIM_KILLS=0
[ -z "${LONG:-}" ] || expect right -DSHIM_KILLS=2 -DSTOPS=1

model=$models/slurm.pml
expect right -DRUNNER_KILLS=2 -DLIES=0
expect right -DRUNNER_KILLS=2 -DLIES=2
expect wrong -DVARIANT=1
expect wrong -DVARIANT=2
expect wrong -DVARIANT=3
expect right -DPILOTS=1 -DJOBS=3 -DRUNNER_KILLS=1 -DLIES=1
[ -z "${LONG:-}" ] || expect right -DPILOTS=1 -DRUNNER_KILLS=1 -DLIES=1
expect wrong -DPILOTS=1 -DVARIANT=1
expect wrong -DPILOTS=1 -DVARIANT=4
expect wrong -DPILOTS=1 -DVARIANT=5
exit "$failed"
