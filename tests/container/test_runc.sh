#!/usr/bin/env bash
# Trials in real containers: runc, with a root file system of busybox alone.
. "$(dirname "$0")/lib.sh"
for tool in runc busybox; do
    command -v $tool >/dev/null || {
        echo "skipped: $tool is not installed (Debian: runc, busybox-static)"
        exit 77
    }
done
mkdir -p box/rootfs/bin box/rootfs/{proc,dev,sys,etc,tmp}
cp "$(command -v busybox)" box/rootfs/bin/busybox
box/rootfs/bin/busybox true 2>/dev/null || true
for applet in sh sleep id env sort cat touch test; do
    ln -s busybox "box/rootfs/bin/$applet"
done
(cd box && runc spec)
# Neither limits nor control groups, which not every machine lets us set.
jq 'del(.process.rlimits) | del(.linux.resources)' box/config.json >box/new
mv box/new box/config.json
jq '.process.args = ["true"] | .process.terminal = false' box/config.json >probe.json
mkdir probe && jq ".root.path = \"$work/box/rootfs\" | .process.args = [\"/bin/test\", \"x\"]" probe.json >probe/config.json
runc run --bundle probe "sweep-probe-$$" >probe.out 2>&1 </dev/null || {
    echo "skipped: runc cannot run a container here: $(tail -1 probe.out)"
    exit 77
}
engine=runc
image=box

export SECRET_OF_THE_HOST=1
container_space plain 'env | sort >env; pwd >where; test -e /work_of_the_host || echo "loss: $1"; id >id; touch "$SWEEP_CHECKPOINT_DIR/saved"' 3
sed -i 's/parallel: 1/parallel: 3/' plain.yaml
expect_status 0 sweep run plain.yaml
expect_output 'each trial runs in a container of runc' '3 complete'
expect_in env "SWEEP_DIR=$work/sweeps/plain/trials/" 'SWEEP_NAME=plain'
expect_not_in env SECRET_OF_THE_HOST
expect_equal "$(cat where)" "$work" "the working directory"
expect_equal "$(stat -c %u sweeps/plain/trials/000001/checkpoints/saved)" "$(id -u)" "the owner"

no_container_left() { ! runc list --quiet | grep -q sweep-trial-; }
ours() { runc list --quiet | grep sweep-trial- || true; }
wait_until no_container_left

# Exit codes are the script's; what the image lacks is said.
container_space codes 'echo "loss: $1"; exit 3' 1
expect_status 1 sweep run codes.yaml
expect_output 'exit code 3'
container_space missing 'true' 3
sed -i 's/^  - sh$/  - no_such_program/' missing.yaml
expect_status 1 sweep run missing.yaml
expect_output 'the image of trial.container cannot execute the command'

# SIGTERM and the end after the grace, by name.
container_space polite 'trap "echo saved; exit 7" TERM; echo begun >>begun; while :; do sleep 0.1; done' 1
sed -i 's/grace: 1s/grace: 30s/' polite.yaml
start sweep run polite.yaml
wait_until has_lines 1 begun
expect_status 0 sweep cancel polite/1
join 1
expect_status 0 sweep log polite/1
expect_output saved
rm begun
container_space stubborn 'trap "" TERM; echo begun >>begun; while :; do sleep 0.1; done' 1
start sweep run stubborn.yaml
wait_until has_lines 1 begun
expect_status 0 sweep cancel stubborn/1
join 1
wait_until no_container_left

# Killed: the supervisor, the client, all with the runner. The container is none of what was killed.
trial='echo "$SWEEP_ATTEMPT" >>begun; [ "$SWEEP_ATTEMPT" -gt 1 ] || while :; do sleep 0.1; done; echo "loss: $1"'
for victims in 'sweep-shim' 'runc run' 'sweep-shim runc_run' 'sweep_run sweep-shim runc_run'; do
    rm -rf begun sweeps/killed
    container_space killed "$trial" 1
    start sweep run killed.yaml
    wait_until has_lines 1 begun
    name=$(ours)
    [ -n "$name" ] || fail "runc does not know the container"
    set --
    for victim in $([ "$victims" = 'runc run' ] && echo runc_run || echo "$victims"); do
        set -- "$@" $(pids_of "${victim//_/ }" | sed -n 1p)
    done
    kill -9 "$@"
    case $victims in
    sweep_run*)
        join 137
        wait_until no_container_left # by the keeper, without a runner
        expect_status 0 sweep resume killed
        ;;
    *) join 0 ;;
    esac
    expect_equal "$(tr '\n' ' ' <begun)" "1 2 " "attempts"
    wait_until no_container_left
done
