#!/bin/sh
# Makes all manual pages: the tables' part from the program, prose from the .scd files here.
#
#     make.sh SWEEP SCDOC FOLDER
set -eu
here=$(dirname "$0")
mkdir -p "$3"
for page in $("$1" man); do
    prose=$here/${page%.*}.scd
    [ -e "$prose" ] || prose=/dev/null
    "$1" man "$page" <"$prose" >"$3/$page.source"
    "$2" <"$3/$page.source" >"$3/$page"
    rm "$3/$page.source"
done
