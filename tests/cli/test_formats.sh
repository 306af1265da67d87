#!/usr/bin/env bash
# Files of a newer version are named and left alone; with the right version everything goes on.
. "$(dirname "$0")/lib.sh"
need sqlite3

cat >demo.yaml <<'YAML'
command: [sh, -c, 'echo $SWEEP_TRIAL.$SWEEP_ATTEMPT >>ran; until [ -e go ]; do sleep 0.01; done; echo "loss: 1"', _, '${x}']
metric: {name: loss, goal: minimize}
method: grid
parallel: 1
parameters:
  x: {values: [1]}
YAML
start sweep run demo.yaml --on-term detach
wait_until test -s ran
kill -TERM "$pid"
join 75

# checksum FILE: CRC-32C, as the four bytes that end a frame.
checksum() {
    local crc=$((0xffffffff)) byte bit
    for byte in $(od -An -v -tu1 "$1"); do
        crc=$((crc ^ byte))
        for bit in 0 1 2 3 4 5 6 7; do
            crc=$((crc & 1 ? (crc >> 1) ^ 0x82f63b78 : crc >> 1))
        done
    done
    crc=$((crc ^ 0xffffffff))
    for bit in 0 8 16 24; do
        printf "\\x$(printf %02x $((crc >> bit & 255)))"
    done
}

# make_newer FILE SIZE: its first SIZE bytes, checksum included, become those of format 99.
make_newer() {
    {
        head -c 8 "$1"
        printf '\143\0\0\0'
        head -c $(($2 - 4)) "$1" | tail -c +13
    } >"$base/newer"
    checksum "$base/newer" >>"$base/newer"
    tail -c +$(($2 + 1)) "$1" >>"$base/newer"
    cat "$base/newer" >"$1"
}

trial=sweeps/demo/trials/000001
touch go
wait_until test -e "$trial/1.result"
for file in "1.journal 16 journal of metrics" "1.result $(stat -c %s "$trial/1.result") result"; do
    set -- $file
    cp "$trial/$1" "$base/copy"
    make_newer "$trial/$1" "$2"
    expect_status 1 sweep resume demo
    expect_error "the ${*:3} of trial 1 was written by a newer version of sweep"
    expect_equal "$(query sweeps/demo 'SELECT count(*) FROM attempt WHERE outcome IS NOT NULL')" 0 \
        "attempts that ended"
    cp "$base/copy" "$trial/$1"
done

# The database: for every command.
query sweeps/demo 'PRAGMA user_version = 99'
for command in "run demo.yaml" "resume demo" "top demo" "best demo" "show demo/1" "export demo"; do
    expect_status 1 sweep $command
    expect_error "sweeps/demo/sweep.db' has format 99" "use the newer version that wrote it"
done
query sweeps/demo 'PRAGMA user_version = 1'

expect_status 0 sweep resume demo
expect_equal "$(cat ran)" 1.1 attempts
expect_status 0 sweep export demo
expect_json 'map([.state, .value])' '[["complete",1]]'
