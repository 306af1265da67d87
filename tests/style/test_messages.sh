#!/usr/bin/env bash
# Every text of the sources that people can see occurs in a golden file, or stands in messages.txt
# with the reason why not. A new message fails this until a file of tests/cli/messages shows it.
. "$(dirname "$0")/../support/style.sh"

command -v perl >/dev/null || {
    echo "skipped: perl is not installed"
    exit 77
}

check_tree() { perl "$root/tests/style/messages.pl" "$1"; }

put src/base/sample.c <<'C'
/* "in a comment it is no text" */
const char *const seen = "cannot open '%s' of %" PRIu64 " trials";
const char *const two_lines = "this is seen\nand so is this";
const char *const unseen = "this was never "
                           "seen by anybody";
const char *const excused = "nobody can make it say this";
const char *const expected = "only a test expects these words";
const char *const forgotten = "these ones nobody ever asked for";
C
put tests/cli/messages/sample.txt <<'TXT'
# this was never seen by anybody
$ this was never seen by anybody
! sweep: cannot open 'a.yaml' of 3 trials; and more
| this is seen
| and so is this
TXT
put tests/cli/test_sample.sh <<'SH'
expect_error "a test expects these words"
SH
put tests/style/messages.txt <<'TXT'
system src/base/sample.c: nobody can make it say this
tested src/base/sample.c: only a test expects these words
tested src/base/sample.c: these ones nobody ever asked for
sql src/base/gone.c
bug src/base/sample.c: cannot open '%s' of %u trials
because src/base/sample.c: it is so
TXT
must_find 'sample.c:4: no golden file has: this was never seen by anybody' \
    'sample.c:8: no test expects: these ones nobody ever asked for' \
    'sample.c:2: is in a golden file, and in messages.txt too' \
    'there is no such text: src/base/gone.c' "'because' is no reason"
found=$(check_tree "$sample" | wc -l)
[ "$found" -eq 6 ] || {
    echo "self-check: expected 6 offences, found $found:"
    check_tree "$sample"
    exit 1
}
check_sources
