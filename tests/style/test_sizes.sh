#!/usr/bin/env bash
# No function over 60 lines or 6 parameters, no file over 600 lines, each .c begins with its
# comment, nothing is left "to do". Relies on our format: a function's braces stand in column 0.
. "$(dirname "$0")/../support/style.sh"

folders="src include strategies tests examples"

# Functions: reads FILE:LINE:code.
check_functions() {
    awk '
        function parameters(text, i, c, depth, commas, start) {
            # The last group of parentheses at depth 0, and the commas in it.
            for (i = 1; i <= length(text); i++) {
                c = substr(text, i, 1)
                if (c == "(" && depth++ == 0) {
                    commas = 0
                    start = i
                }
                if (c == ")")
                    depth--
                if (c == "," && depth == 1)
                    commas++
            }
            return commas + 1
        }
        {
            place = $0
            code = $0
            sub(/^[^:]*:[^:]*:/, "", code)
            place = substr($0, 1, length($0) - length(code) - 1)
            split(place, at, ":")
            if (at[2] == 1)
                signature = ""
            if (code == "{") {
                start = at[2]
                name = place
                if (signature ~ /\(/ && parameters(signature) > 6)
                    print name ": a function of " parameters(signature) " parameters, at most 6"
            } else if (code == "}" && start) {
                if (at[2] - start + 1 > 60)
                    print name ": a function of " at[2] - start + 1 " lines, at most 60"
                start = 0
                signature = ""
            } else if (code ~ /^[ \t]*$/ || code ~ /[;}]$/ || code ~ /^#/) {
                signature = ""
            } else {
                signature = signature code
            }
        }'
}

check_tree() {
    (
        cd "$1"
        files=$(source_files . $folders | sed 's|^\./||')
        [ -n "$files" ] || exit 0
        awk -f "$support/strip.awk" $files | check_functions
        awk 'FNR == 1 && FILENAME ~ /\.c$/ && !/^\/\*/ {
                 print FILENAME ":1: does not begin with a comment that says what it is for"
             }
             FNR == 601 { print FILENAME ": over 600 lines" }
             /TODO|FIXME|(^|[^X])XXX([^X]|$)/ && FILENAME !~ /^tests\/style\// { print FILENAME ":" FNR ": " $0 }' \
            $files
    )
}

lines() {
    local i
    for ((i = 0; i < $1; i++)); do echo "    x++;"; done
}

{
    echo '/* Long enough. */'
    echo 'int six(int a, int b, int (*c)(int, int), int d, int e, int f)'
    echo '{'
    lines 58
    echo '}'
    lines 538
} | put src/base/good.c
must_pass
{
    echo 'static SWEEP_PRINTF(1, 2) int seven(int a, int b, int (*c)(int), int d,'
    echo '                                    int e, int f, int g)'
    echo '{'
    lines 59
    echo '}'
    echo '// TO''DO: write the rest'
} | put src/base/bad.c
lines 601 | put src/base/long.h
must_find 'bad.c:3: a function of 7 parameters' 'bad.c:3: a function of 61 lines' \
    'bad.c:1: does not begin' 'bad.c:64:' 'long.h: over 600'
check_sources
