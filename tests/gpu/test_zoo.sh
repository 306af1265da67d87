#!/usr/bin/env bash
# Trials that misbehave, five times each (test_zoo.sh N: so often); then where there are no
# cgroups, which one of them survives, as README says.
export repeats=${1:-${repeats:-5}}
. "$(dirname "$0")/zoo.sh"

if [ "${ZOO_BARE:-}" = yes ]; then
    visit bare
    survivors >alive
    echo "alive without cgroups: $(paste -sd, alive)"
    awk '{ print $2 }' alive | xargs -r kill -KILL
    expect_equal "$(awk '$1 != "murderer"' alive)" "" "left alive without cgroups"
    exit 0
fi
visit zoo
expect_equal "$(survivors)" "" "left alive"

# A name space without them; only root makes one.
if unshare -m true 2>/dev/null; then
    ZOO_BARE=yes repeats=2 unshare -m sh -c 'umount -R /sys/fs/cgroup && exec "$@"' _ "$SOURCE_DIR/tests/gpu/test_zoo.sh" ||
        fail "see above"
fi
