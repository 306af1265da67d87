#!/usr/bin/env bash
# Who includes whom: quoted includes by layers.txt, libraries by the table below.
. "$(dirname "$0")/../support/style.sh"

# header: the rooms that may include it, as an expression (tests may include everything)
libraries='
yaml.h config
pcre2.h metrics
sqlite3.h store|expr
jansson.h json
pthread.h asker
threads.h asker
stdatomic.h asker
cmocka.h -
'

# includes ROOT: "file line kind header", kind being the opening character.
includes() {
    (cd "$1" && source_files . src include strategies | xargs -r awk '
        match($0, /^[ \t]*#[ \t]*include[ \t]*["<][^">]*/) {
            header = substr($0, RSTART, RLENGTH)
            sub(/^[^"<]*/, "", header)
            print FILENAME, FNR, substr(header, 1, 1), substr(header, 2)
        }')
}

check_tree() {
    includes "$1" | awk -v rooms="$root/tests/style/layers.txt" -v libraries="$libraries" \
        -v base="$1" '
        function room_of(path, parts) {
            sub(/^\.\//, "", path)
            split(path, parts, "/")
            return parts[1] == "src" ? parts[2] : parts[1]
        }
        function exists(path, line, status) {
            status = (getline line < path) >= 0
            close(path)
            return status
        }
        BEGIN {
            while ((getline line < rooms) > 0) {
                if (line ~ /^#/ || line !~ /:/)
                    continue
                count = split(line, words, /[: ]+/)
                known[words[1]] = 1
                for (i = 2; i <= count; i++)
                    allowed[words[1], words[i]] = 1
            }
            count = split(libraries, words)
            for (i = 1; i < count; i += 2)
                owner[words[i]] = words[i + 1]
        }
        {
            room = room_of($1)
            sub(/^\.\//, "", $1)
            if (!(room in known)) {
                print $1 ": room \"" room "\" is not in tests/style/layers.txt"
            } else if ($3 == "<") {
                if (($4 in owner) && room !~ "^(" owner[$4] ")$")
                    print $1 ":" $2 ": <" $4 "> belongs to " owner[$4] " alone"
            } else if ($4 !~ /^sweep\//) {
                folder = $1
                sub(/[^\/]*$/, "", folder)
                target = exists(base "/" folder $4) ? room_of(folder $4) : room_of("src/" $4)
                if (target != room && !((room, target) in allowed))
                    print $1 ":" $2 ": " room " may not include \"" $4 "\""
            }
        }'
}

put src/base/array.h </dev/null
put src/json/json.c <<'END'
#include "json/json.h"
#include "base/array.h"
#include "sweep/error.h"
#include <jansson.h>
END
put strategies/search/random.c <<'END'
#include "sweep/strategy.h"
#include "random.h"
END
put strategies/search/random.h </dev/null
must_pass
put src/base/bad.c <<'END'
#include "json/json.h"
  #  include "../json/json.h"
#include <sqlite3.h>
END
put strategies/search/grid.c <<'END'
#include "base/array.h"
END
put src/cellar/wine.c <<'END'
#include "base/array.h"
END
must_find 'bad.c:1: base may not' 'bad.c:2: base may not' 'bad.c:3: <sqlite3.h>' \
    'grid.c:1: strategies may not' 'room "cellar"'
check_sources
