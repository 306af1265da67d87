# Shared by the tests of GPUs: boxes that there are not. Sourced after tests/cli/lib.sh.
#
#     nvml <<'END'                   what the stand-in for NVIDIA's library tells from now on
#     driver 535.104.05
#     gpu uuid=GPU-a;name=NVIDIA A100;total=85899345920;used=0
#     END
. "$(dirname "${BASH_SOURCE[0]}")/../cli/lib.sh"

export FAKE_NVML=$base/nvml
library_path=${LD_LIBRARY_PATH:-}
unset CUDA_VISIBLE_DEVICES ROCR_VISIBLE_DEVICES HIP_VISIBLE_DEVICES CUDA_DEVICE_ORDER

# use_nvml NAME: the stand-in of this name is the box's library; "" for a box without.
use_nvml() { export LD_LIBRARY_PATH=${1:+$BUILD_DIR/fake/$1:}$library_path; }

# A whole change at once: whoever reads meanwhile sees the box before or after.
nvml() {
    cat >"$FAKE_NVML.new"
    mv "$FAKE_NVML.new" "$FAKE_NVML"
}
use_nvml nvml

export SWEEP_GPU_LEASES=$base/leases

# What trials that run take.py have of GPUs: see fake_nvml.c.
export FAKE_NVML_CLAIMS=$base/claims

# box N: so many GPUs that nobody uses, GPU-0 and so on.
box() {
    local i
    for ((i = 0; i < $1; i++)); do
        echo "gpu uuid=GPU-$i;name=NVIDIA A100;total=80000000000;used=0;pids="
    done | nvml
}

# A trial that writes down when it has which GPUs: `+ GPU` and `- GPU` lines, each written at once.
cat >"$base/train.sh" <<'END'
#!/bin/sh
for gpu in $(echo "$CUDA_VISIBLE_DEVICES" | tr , ' '); do echo "+ $gpu" >>ledger; done
while [ -n "$HOLD" ] && [ ! -e "$HOLD" ]; do sleep 0.02; done
sleep "${1:-0}"
for gpu in $(echo "$CUDA_VISIBLE_DEVICES" | tr , ' '); do echo "- $gpu" >>ledger; done
echo "acc: 0.$SWEEP_TRIAL"
END
chmod +x "$base/train.sh"

# expect_ledger MOST: no GPU had more than so many trials at a time; nothing is left open.
expect_ledger() {
    awk -v most="$1" '
        $1 == "+" && ++count[$2] > most { print "over-committed: " $2; exit 1 }
        $1 == "-" { count[$2]-- }
        END { for (gpu in count) if (count[gpu] != 0) { print "left open: " gpu; exit 1 } }' ledger ||
        fail "the ledger: $(cat ledger)"
}

# gpu_space NAME TRIALS [RESOURCES [MORE LINES]]: a file NAME.yaml whose trials are train.sh.
gpu_space() {
    cat >"$1.yaml" <<END
command: $base/train.sh \${wait}
metric: maximize acc
method: grid
parameters: {n: {values: [$(seq -s, $2)]}, wait: {value: 0}}
${3:+resources: $3}
${4:-}
END
}

# The process beside the runner that looks at trials: its number, if it is there.
sampler() {
    local child
    for child in $(cat "/proc/$pid/task/$pid/children" 2>/dev/null); do
        [ "$(tr '\0' ' ' 2>/dev/null <"/proc/$child/cmdline")" = "sweep sampler " ] && echo "$child"
    done
    return 0
}

# A trial that has so many GB of each of its GPUs for so many seconds, and writes that down:
# `+ GPU MB` and `- GPU MB` lines. Beyond $CARD_GB of one GPU it ends as PyTorch does.
cat >"$base/take.py" <<'END'
import fcntl, os, sys, time

claims = os.environ["FAKE_NVML_CLAIMS"]
gigabytes, seconds = float(sys.argv[1]), float(sys.argv[2])
gpus = os.environ["CUDA_VISIBLE_DEVICES"].split(",")


def note(sign):
    ledger = os.open("ledger", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for gpu in gpus:
        os.write(ledger, f"{sign} {gpu} {gigabytes * 1000:.0f}\n".encode())
    os.close(ledger)


def taken(gpu):
    names = [name for name in os.listdir(f"{claims}/{gpu}") if name.isdigit()]
    return sum(int(open(f"{claims}/{gpu}/{name}").read()) for name in names if os.path.exists(f"/proc/{name}"))


def claim(gpu):
    os.makedirs(f"{claims}/{gpu}", exist_ok=True)
    if taken(gpu) + gigabytes * 1e9 > float(os.environ.get("CARD_GB", "1000")) * 1e9:
        sys.exit(f"torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate {gigabytes} GB")
    path = f"{claims}/{gpu}/{os.getpid()}"
    with open(path + ".new", "w") as file:
        file.write(f"{gigabytes * 1e9:.0f}")
    os.rename(path + ".new", path)


os.makedirs(claims, exist_ok=True)
with open(f"{claims}/lock", "w") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    for gpu in gpus:
        claim(gpu)
    note("+")
end = time.monotonic() + seconds
while time.monotonic() < end or (os.environ.get("HOLD") and not os.path.exists(os.environ["HOLD"])):
    time.sleep(0.02)
with open(f"{claims}/lock", "w") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    note("-")
    for gpu in gpus:
        os.unlink(f"{claims}/{gpu}/{os.getpid()}")
print("acc: 0.5")
END

# memory_space NAME TRIALS GB SECONDS RESOURCES [MORE LINES]
memory_space() {
    cat >"$1.yaml" <<END
command: python3 $base/take.py $3 $4
metric: maximize acc
method: grid
parameters: {n: {values: [$(seq -s, "$2")]}}
resources: $5
${6:-}
END
}

# expect_packed MOST_MB: trials never had more than so much of a GPU together, but nearly so much.
expect_packed() {
    awk -v most="$1" '
        $1 == "+" { sum[$2] += $3; if (sum[$2] > peak) peak = sum[$2] }
        $1 == "-" { sum[$2] -= $3 }
        END {
            if (peak > most) { print "over-committed: " peak; exit 1 }
            if (peak < most / 2) { print "hardly used: " peak; exit 1 }
            for (gpu in sum) if (sum[gpu] != 0) { print "left open: " gpu; exit 1 }
        }' ledger >"$base/packed" || fail "$(cat "$base/packed"): $(cat ledger)"
}

# card TOTAL_GB...: GPUs of which nobody has anything.
card() {
    local i=0 gb
    for gb in "$@"; do
        echo "gpu uuid=GPU-$i;name=NVIDIA A100;total=${gb}000000000;used=0;pids="
        i=$((i + 1))
    done | nvml
}
