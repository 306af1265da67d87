#!/usr/bin/env bash
# Pain 19: a sweep cannot be repeated, because there is no seed.
. "$(dirname "$0")/../cli/lib.sh"

# write_space SEED_LINE PARALLEL
write_space() {
    printf '%s\n' 'name: seeded' "command: [sh, -c, 'echo loss=1 seed=\$SWEEP_SEED', _, '\${x}']" \
        'metric: minimize loss' "capture: {seed: 'seed=(\\d+)'}" 'method: random' "$1" "parallel: $2" \
        'budget: {trials: 6}' 'parameters: {x: {min: 0.0, max: 1.0}}' >space.yaml
}
rows() { sweep export "$1" | sed 's/"started.*//; s/"attempts.*//'; }

write_space '' 1 # no seed is given: it is drawn, said and recorded
expect_status 0 sweep run space.yaml --dir drawn
seed=$(sed -n 's/.*seed \([0-9]*\);.*/\1/p' "$out")
[ -n "$seed" ] || fail "the seed is not said"
write_space "seed: $seed" 3 # the same seed, and three at a time
expect_status 0 sweep run space.yaml --dir repeated
expect_equal "$(rows repeated)" "$(rows drawn)" "the trials of the same seed"
