#!/usr/bin/env bash
# The disk of the leases is full: that is said, or other GPUs are enough; and nothing of ours needs
# /dev/shm.
if [ "${IN_NAMESPACE:-}" != yes ]; then
    unshare -m true 2>/dev/null || {
        echo "skipped: only root can mount a small disk"
        exit 77
    }
    IN_NAMESPACE=yes exec unshare -m --propagation private "$0"
fi
. "$(dirname "$0")/../gpu/lib.sh"

trap 'umount -l "$SWEEP_GPU_LEASES" 2>/dev/null; clean_up' EXIT

# place N: a disk for the leases with room for so many files.
place() {
    umount -l "$SWEEP_GPU_LEASES" 2>/dev/null || mkdir "$SWEEP_GPU_LEASES"
    mount -t tmpfs -o "nr_inodes=$(($1 + 1)),mode=1777" none "$SWEEP_GPU_LEASES"
    rm -rf sweeps
}

box 2
gpu_space all 4 "{gpus: 1, cpus: 1, memory: 1M}"
gpu_space other 4
place 0
expect_status 75 timeout 20 sweep run all.yaml
expect_error "no trial could ever start, see what is in $SWEEP_GPU_LEASES: cannot open the lease of GPU-" \
    "No space left on device"
place 2
expect_status 75 timeout 20 sweep run all.yaml
expect_error "cannot open the lease of memory"

# One of two GPUs, and no file for tickets: both sweeps get on.
place 1
start sweep run other.yaml
gpu_space left 4
expect_status 0 timeout 60 sweep run left.yaml
join 0
expect_ledger 1
place 5
expect_status 0 timeout 60 sweep run all.yaml

mount -t tmpfs -o size=4k none /dev/shm
cat /dev/zero >/dev/shm/full 2>/dev/null || true
rm -rf sweeps
expect_status 0 timeout 60 sweep run all.yaml
umount -l /dev/shm
