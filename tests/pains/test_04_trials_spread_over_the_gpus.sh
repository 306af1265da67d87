#!/usr/bin/env bash
# Pain 4: nothing spreads the trials over the GPUs of one box.
. "$(dirname "$0")/../gpu/lib.sh"

box 4
gpu_space spread 12
expect_status 0 sweep run spread.yaml
expect_output "4 at a time"
expect_ledger 1
expect_equal "$(grep + ledger | sort -u | wc -l)" 4 "GPUs that were used"
