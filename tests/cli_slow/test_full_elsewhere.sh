#!/usr/bin/env bash
# A sweep on a network file system with room, whose database is on a local disk that fills up: that
# is seen while nothing has to be written, and it goes on when there is room on both.
. "$(dirname "$0")/lib.sh"
if nm -D "$(command -v sweep)" 2>/dev/null | grep -q __asan_init; then
    echo "skipped: the sanitizer has to be loaded before anything else"
    exit 77
fi
case $base in
/var/tmp/*)
    echo "skipped: the test itself is in /var/tmp"
    exit 77
    ;;
esac
in_namespace
new_disk /var/tmp 16m

cat >demo.yaml <<'YAML'
command: [sh, -c, 'echo loss: $1; echo >>began; until [ -e go ]; do sleep 0.01; done', _, '${x}']
metric: minimize loss
method: grid
parallel: 1
parameters: {x: {values: [3, 1, 2]}}
YAML
FAKE_NFS=$(pwd -P) LD_PRELOAD=$BUILD_DIR/fake/fake_nfs.so start sweep run demo.yaml
wait_until has_lines 1 began
[ -L sweeps/demo/sweep.db ] || fail "the database is not in /var/tmp"
cat /dev/zero >/var/tmp/filler 2>/dev/null || true
wait_until says "paused, no new trials are started: the disk or quota is full (0 KiB free)"
sleep 5 # it tries more than once
! says "no longer paused" || fail "it goes on with a full disk"
rm /var/tmp/filler
wait_until says "no longer paused"
touch go
join 0
expect_output "3 complete"
