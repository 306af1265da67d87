#!/usr/bin/env bash
# The process that looks at what trials take: it dies, hangs, outlives nobody; and a runner that comes
# later goes on from what was recorded.
. "$(dirname "$0")/../gpu/lib.sh"

echo "gpu uuid=GPU-0;name=NVIDIA A100;total=80000000000;used=500000000;pids=;busy=40;meter=250000" | nvml
cat >one.yaml <<END
command: python3 $base/take.py 7 0.1
metric: maximize acc
method: grid
parameters: {n: {values: [1]}}
END

# took FILTER EXPECTED: of the only trial.
took() {
    expect_status 0 sweep show one/1 --json
    expect_json ".[0] | $1" "$2"
}

# gone PID: it runs no more, whether somebody has waited for it or not.
gone() { case $(cut -d' ' -f3 "/proc/$1/stat" 2>/dev/null) in '' | Z) ;; *) return 1 ;; esac }
# has_sampler OTHER: there is one, not this one; it is $found.
has_sampler() { found=$(sampler) && [ -n "$found" ] && [ "$found" != "$1" ]; }
HOLD=$base/hold start sweep run one.yaml
wait_until has_sampler none
first=$found
kill -9 "$first"
wait_until has_sampler "$first"
second=$found
kill -STOP "$second" # as one that hangs in the driver
wait_until has_sampler "$second"
gone "$second" || fail "the one that hangs was left"
sleep 1
third=$found
touch "$base/hold"
join 0
took '[.gpu_memory_bytes, (.energy_j > 0)]' '[7000000000,true]'
wait_until gone "$third"

# A runner that is killed takes its sampler along; the next one goes on from what was recorded.
rm -rf sweeps/one "$base/hold"
HOLD=$base/hold start sweep run one.yaml
wait_until has_sampler none
recorded() { [ "$(query sweeps/one 'SELECT count(*) FROM usage')" = 1 ]; }
wait_until recorded
before=$(query sweeps/one 'SELECT energy_mj FROM usage')
third=$found
kill -9 "$pid"
wait "$pid" 2>/dev/null || true
wait_until gone "$third"
sleep 3
start sweep resume one
wait_until has_sampler none
sleep 1.2
touch "$base/hold"
join 0
took ".energy_j * 1000 > $before + 100000" true
expect_status 0 sweep show one/1
expect_output "as far as it was watched"
