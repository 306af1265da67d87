#!/usr/bin/env bash
# Every C file is as clang-format 14 writes it. Other versions differ, so they are not asked.
. "$(dirname "$0")/../support/style.sh"

formatter=
for name in clang-format-14 clang-format; do
    if "$name" --version 2>/dev/null | grep -q 'version 14\.'; then
        formatter=$name
        break
    fi
done
[ -n "$formatter" ] || {
    echo "clang-format 14 is not installed: formatting is not checked"
    exit 77
}

# One file at a time: aligning arrays, version 14 remembers something of the file before.
check_tree() {
    (cd "$1" && source_files . src include strategies tests examples |
        xargs -r -n 1 "$formatter" --style=file --dry-run -Werror 2>&1 || true)
}

cp "$root/.clang-format" "$sample"
put src/base/good.c <<'END'
int main(void)
{
    return 0;
}
END
must_pass
put src/base/bad.c <<'END'
int main(void) { return  0; }
END
must_find bad.c:1:
check_sources
