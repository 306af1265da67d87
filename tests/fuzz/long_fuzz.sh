#!/usr/bin/env bash
# Fuzz every target for MINUTES (default 10) each, one after another; leaves a dated log and, where
# something was found, the input.
#     tests/fuzz/long_fuzz.sh [MINUTES] [TARGET...]
set -euo pipefail
cd "$(dirname "$0")/../.."
minutes=${1:-10}
shift || true
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz >/dev/null
log=build/fuzz/fuzz-$(date -u +%Y%m%dT%H%M%SZ).log
echo "log: $log"
if [ $# -gt 0 ]; then targets=("$@"); else targets=(tests/fuzz/corpus/*); fi
failed=0
for target in "${targets[@]##*/}"; do
    found=build/fuzz/found-$target
    options=(-max_total_time=$((minutes * 60)) -rss_limit_mb=1024 -timeout=10 -print_final_stats=1)
    [ ! -f "tests/fuzz/dict/$target.dict" ] || options+=("-dict=tests/fuzz/dict/$target.dict")
    mkdir -p "$found"
    echo "== $target" | tee -a "$log"
    build/fuzz/bin/fuzz_"$target" "${options[@]}" "-artifact_prefix=$found/crash-" "$found" \
        "tests/fuzz/corpus/$target" >>"$log" 2>&1 || { failed=1; echo "$target: see $log"; }
    grep -E 'stat::number_of_executed_units|ERROR|SUMMARY' "$log" | tail -1
done
exit "$failed"
