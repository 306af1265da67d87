#!/usr/bin/env bash
# No mutable state at file scope: the rooms' object files have nothing in .data and .bss. Constant
# tables of pointers are in .data.rel.ro, which is read-only when the program runs.
. "$(dirname "$0")/../support/style.sh"

# The signal flag, and the count of a build for crash tests.
allowed='signal_flag|passed'

check_tree() {
    local object
    find "$1" -path '*/room_*.dir/*' -name '*.o' | LC_ALL=C sort | while read -r object; do
        objdump -t "$object" | awk -v object="${object#"$1"/}" -v allowed="^($allowed)(\\\\.[0-9]+)?$" '
            /[lg] +O? *\.(data|bss|tdata|tbss)[ \t]/ && $NF !~ allowed {
                print object ": mutable state: " $NF
            }'
    done
}

build=${BUILD_DIR:-$root/build/dev}
if ! grep -q '^SWEEP_SANITIZE:[A-Z]*=$' "$build/CMakeCache.txt" 2>/dev/null; then
    echo "sanitizers add state of their own: not checked in $build"
    exit 77
fi

mkdir -p "$sample/room_good.dir" "$sample/room_bad.dir"
echo 'static const char *const names[] = {"a", "b"};
      const char *name(int i) { static unsigned passed; passed++; return names[i]; }' |
    cc -fPIC -x c -c -o "$sample/room_good.dir/good.o" -
must_pass
echo 'static int count; static int limit = 7; static _Thread_local int here;
      int *next(void) { count++; here++; return count < limit++ ? &here : &count; }' |
    cc -fPIC -x c -c -o "$sample/room_bad.dir/bad.o" -
must_find 'state: count' 'state: limit' 'state: here'
root=$build
check_sources
