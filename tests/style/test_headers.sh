#!/usr/bin/env bash
# Each header compiles by itself, and twice, under the warnings of the build.
. "$(dirname "$0")/../support/style.sh"

compiler=${CC:-cc}
commands=${BUILD_DIR:-}/compile_commands.json
if [ -r "$commands" ]; then
    flags=$(grep -m 1 '"command":' "$commands" | tr ' ' '\n' | grep -E '^-(W[^l]|std=)' | sort -u)
else
    flags="-std=c17 -Wall -Wextra -Wpedantic -Wconversion -Wstrict-prototypes"
fi

check_tree() {
    local header units=$sample/units
    rm -rf "$units"
    mkdir -p "$units"
    (cd "$1" && source_files . src include strategies | sed -n 's|^\./||; /\.h$/p') |
        while read -r header; do
            printf '#include "%s"\n#include "%s"\ntypedef int not_empty;\n' "$1/$header" \
                "$1/$header" >"$units/${header//\//-}.c"
        done
    set -- "$1" "$units"/*.c
    [ -e "$2" ] || return 0
    # The flags come from the compiler that built this tree, which may not be this one.
    "$compiler" -fsyntax-only -D_GNU_SOURCE $flags -Wno-unknown-warning-option -Werror \
        -I "$1/include" -I "$1/src" "${@:2}" 2>&1 || true
}

put src/base/good.h <<'END'
#ifndef GOOD_H
#define GOOD_H
#include <stddef.h>
struct good { size_t size; };
int good(struct good *good);
#endif
END
must_pass
put src/base/incomplete.h <<'END'
#ifndef INCOMPLETE_H
#define INCOMPLETE_H
int incomplete(uint64_t x);
#endif
END
put src/base/unguarded.h <<'END'
struct unguarded { int x; };
END
must_find incomplete.h:3 unguarded.h:1
check_sources
