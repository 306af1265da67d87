#!/usr/bin/env bash
# SQL is written in store (and in expr): everybody else asks the store.
. "$(dirname "$0")/../support/style.sh"

check_tree() {
    (cd "$1" && source_files . src include strategies | sed 's|^\./||' |
        grep -vE '^src/(store|expr)/' | xargs -r grep -nHE \
        '"[^"]*(SELECT |INSERT |UPDATE |DELETE FROM|CREATE TABLE|ALTER TABLE|DROP TABLE|PRAGMA |BEGIN IMMEDIATE)' \
        || true) | sed 's/$/   <- SQL belongs to store/'
}

put src/store/good.c <<'END'
static const char sql[] = "SELECT number FROM trials";
END
put src/cli/good.c <<'END'
/* "SELECT" in a comment is fine, and so is */ puts("select a sweep");
END
must_pass
put src/cli/bad.c <<'END'
static const char sql[] = "SELECT number FROM trials";
END
must_find 'src/cli/bad.c:1:'
check_sources
