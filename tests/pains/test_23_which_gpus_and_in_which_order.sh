#!/usr/bin/env bash
# Pain 23: one can say how many GPUs to use, not which, nor which first.
. "$(dirname "$0")/../gpu/lib.sh"

box 4
gpu_space chosen 4 '{gpu_ids: [GPU-2, 0]}' 'parallel: 1'
expect_status 0 sweep run chosen.yaml
expect_equal "$(grep + ledger | sort -u)" "+ GPU-2" "the first one, where one is enough"
rm ledger
gpu_space both 4 '{gpu_ids: [GPU-2, 0]}'
expect_status 0 sweep run both.yaml
expect_equal "$(grep + ledger | sort -u | paste -sd' ')" "+ GPU-0 + GPU-2" "both, and no other"
