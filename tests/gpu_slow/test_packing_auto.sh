#!/usr/bin/env bash
# Several trials on one GPU by what others of the sweep were seen to need.
. "$(dirname "$0")/../gpu/lib.sh"

need sqlite3
export CARD_GB=24

# measured_space NAME GB_VALUES N SECONDS
measured_space() {
    cat >"$1.yaml" <<END
command: python3 $base/take.py \${gb} $4
metric: maximize acc
method: grid
parameters: {gb: {values: [$2]}, n: {values: [$(seq -s, "$3")]}}
resources: {gpu_memory: auto}
END
}

# --- all the same -----------------------------------------------------------------------------------
card 24
measured_space same 7 7 1
expect_status 0 sweep run same.yaml
expect_output "trials share a GPU when it is measured what they need" "as many at a time as fit together" \
    "trial 1 took 6.5 GiB of its GPU at most: from now on as many share one as fit, with a tenth to spare"
expect_packed 24000
expect_equal "$(head -2 ledger | cut -c1 | paste -sd' ')" "+ -" "the first one runs alone"
expect_equal "$(query sweeps/same 'SELECT count(*) FROM attempt')" 7 "attempts"

# --- by a parameter ---------------------------------------------------------------------------------
# The first large ones do not fit among small ones, are tried again alone, and are known from then on.
rm ledger
cat >sizes.yaml <<END
command: python3 $base/take.py \${gb} 1
metric: maximize acc
method: grid
parameters: {n: {values: [1, 2, 3, 4, 5, 6]}, gb: {values: [3, 11]}}
resources: {gpu_memory: auto}
END
expect_status 0 sweep run sizes.yaml
expect_packed 24000
expect_output "what trials take of a GPU depends on gb: 2.8 GiB to 10.2 GiB so far" "12 complete"
lost=$(query sweeps/sizes 'SELECT count(*) FROM attempt WHERE short_of = 1')
[ "$lost" -le 6 ] || fail "$lost attempts ran out of memory"
# A runner that comes later knows it.
expect_status 0 sweep add sizes n=1 gb=3
expect_status 0 sweep add sizes n=2 gb=3
rm ledger
expect_status 0 sweep resume sizes
expect_equal "$(head -2 ledger | cut -c1 | paste -sd' ')" "+ +" "side by side at once"

# --- where the driver does not tell -----------------------------------------------------------------
rm ledger
nvml <<<"gpu uuid=GPU-0;total=24000000000;hides=1"
measured_space untold 5 3 0.3
expect_status 0 sweep run untold.yaml
expect_output "it was not seen how much memory of its GPU trial 1 took: until that is known each trial has a GPU to itself"
expect_ledger 1
