#!/usr/bin/env bash
# Thousands of random kills (default 2,000); leaves a dated log beside the build.
#     BUILD_DIR=build/dev tests/crash/long_kills.sh [KILLS]
set -euo pipefail
SOURCE_DIR=$(cd "$(dirname "$0")/../.." && pwd)
BUILD_DIR=$(realpath "${BUILD_DIR:-$SOURCE_DIR/build/dev}")
export SOURCE_DIR BUILD_DIR
log=$BUILD_DIR/kills-$(date -u +%Y%m%dT%H%M%SZ).log
echo "log: $log"
KILLS=${1:-2000} "$SOURCE_DIR/tests/crash/test_kills.sh" 2>&1 | tee "$log"
