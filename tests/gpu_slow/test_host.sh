#!/usr/bin/env bash
# Processors and memory as resources: who has which, of one sweep and of two.
. "$(dirname "$0")/../gpu/lib.sh"

use_nvml ""
cpus=$(python3 -c 'import os; print(len(os.sched_getaffinity(0)))')
total=$(awk '$1 == "MemTotal:" { print $2 }' /proc/meminfo)
[ "$cpus" -ge 2 ] || { echo "skipped: there is one processor only"; exit 77; }
unset OMP_NUM_THREADS MKL_NUM_THREADS OPENBLAS_NUM_THREADS NUMEXPR_NUM_THREADS

# A trial that writes down on which processors it may run, as GPUs in lib.sh.
cat >"$base/where.py" <<'END'
import os, sys, time

cpus = sorted(os.sched_getaffinity(0))


def note(sign):
    ledger = os.open("ledger", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for name in [f"cpu{cpu}" for cpu in cpus] if sys.argv[1] == "cpus" else ["box"]:
        os.write(ledger, f"{sign} {name} 1\n".encode())
    os.close(ledger)


note("+")
print("threads:", os.environ.get("OMP_NUM_THREADS"), os.environ.get("MKL_NUM_THREADS"), "cpus:", len(cpus))
time.sleep(0.2)
note("-")
print("acc: 0.5")
END

# host_space NAME TRIALS WHAT RESOURCES [MORE LINES]
host_space() {
    cat >"$1.yaml" <<END
command: python3 $base/where.py $3
metric: maximize acc
method: grid
parameters: {n: {values: [$(seq -s, "$2")]}}
resources: $4
${5:-}
END
}
threads() { grep -h threads "sweeps/$1/trials/000001/output.log"; }

# --- processors -------------------------------------------------------------------------------------
host_space one 8 cpus '{cpus: 1}'
expect_status 0 sweep run one.yaml
expect_output "$cpus at a time"
expect_ledger 1
expect_equal "$(grep -c '^+' ledger)" 8 "processors that were given"
expect_equal "$(threads one)" "threads: 1 1 cpus: 1" "what the trial was told"

rm ledger
host_space two 4 cpus '{cpus: 2}'
expect_status 0 sweep run two.yaml
expect_output "$((cpus / 2)) at a time"
expect_ledger 1
expect_equal "$(threads two)" "threads: 2 2 cpus: 2" "what the trial was told"

# What the user says of threads stays, and what trials do not reserve they share.
host_space own 1 cpus '{cpus: 1}' 'trial: {env: {OMP_NUM_THREADS: 7}}'
expect_status 0 sweep run own.yaml
expect_equal "$(threads own)" "threads: 7 None cpus: 1" "what the trial was told"
host_space shared 1 cpus '{gpus: 0}'
expect_status 0 sweep run shared.yaml
expect_equal "$(threads shared)" "threads: None None cpus: $cpus" "what the trial was told"

# Two sweeps; the one that finds nothing free says so and waits.
rm ledger
host_space left 6 cpus '{cpus: 1}'
host_space right 3 cpus "{cpus: $cpus}"
start sweep run left.yaml
wait_until has_lines 1 ledger
expect_status 0 sweep run right.yaml
join 0
expect_ledger 1
rm ledger
host_space holds 1 cpus "{cpus: $cpus}"
sed -i "s|^command: .*|command: [sh, -c, 'touch holding; while [ ! -e go ]; do sleep 0.02; done; echo \"acc: 1\"', _]|" holds.yaml
start sweep run holds.yaml
wait_until test -e holding
holds=$pid
host_space waits 1 cpus '{cpus: 1}'
start sweep run waits.yaml
wait_until says "other sweeps have reserved the processors or the memory of this box"
touch go
join 0
pid=$holds
wait "$pid"

# --- memory -----------------------------------------------------------------------------------------
rm -f ledger
host_space memory 4 box "{memory: $((total * 6 / 10))K}"
expect_status 0 sweep run memory.yaml
expect_output "1 at a time"
expect_ledger 1
rm -f ledger
host_space most 4 box "{memory: $((total * 6 / 10))K, cpus: 1}" 'parallel: 2'
expect_status 0 sweep run most.yaml
expect_ledger 1

# --- what cannot be had -----------------------------------------------------------------------------
host_space bad 1 cpus "{cpus: $((cpus + 1))}"
expect_status 2 sweep run bad.yaml
expect_error "resources.cpus asks for $((cpus + 1)) processors a trial, and there are $cpus that we may use"
host_space bad 1 cpus "{memory: 4000T}"
expect_status 2 sweep run bad.yaml
expect_error "resources.memory asks for 4000 TiB a trial, and this box has"
[ ! -e sweeps/bad ] || fail "a sweep was made of it"
