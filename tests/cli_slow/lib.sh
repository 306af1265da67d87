# Shared by the slow tests of the command line: everything of tests/cli, and small disks.
#
#     in_namespace            first of all: what is mounted is seen and unmounted by nobody else
#     new_disk disk 2m        mount a disk of that size; the test is skipped where that is forbidden
. "$(dirname "$0")/../cli/lib.sh"

in_namespace() {
    [ -z "${IN_NAMESPACE:-}" ] || return 0
    unshare --mount true 2>/dev/null || {
        echo "skipped: this user may not mount"
        exit 77
    }
    clean_up
    IN_NAMESPACE=yes exec unshare --mount --propagation private \
        "$SOURCE_DIR/tests/cli_slow/$(basename "$0")"
}

new_disk() { # FOLDER SIZE
    mkdir -p "$1"
    mount -t tmpfs -o "size=$2" tmpfs "$1" || {
        echo "skipped: no disk can be mounted"
        exit 77
    }
}

remove_disks() {
    cd /
    our_pids | xargs -r kill -9 2>/dev/null || true
    sed -n "s|^[^ ]* \($work[^ ]*\) .*|\1|p" /proc/mounts | xargs -r umount -l
    clean_up
}
trap remove_disks EXIT
