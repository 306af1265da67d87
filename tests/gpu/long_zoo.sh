#!/usr/bin/env bash
# Trials that misbehave, a hundred times each. For tests/run.sh --full.
exec "$(dirname "$0")/test_zoo.sh" "${1:-100}"
