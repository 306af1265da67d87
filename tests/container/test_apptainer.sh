#!/usr/bin/env bash
# apptainer has no daemon: what runs in a container is below its client, and ends as outside of one.
. "$(dirname "$0")/lib.sh"
engine apptainer
touch image.sif
image=image.sif
export SECRET_OF_THE_HOST=1
container_space plain 'env | sort >env; pwd >where; echo "loss: $1"' 2
sed -i 's/grace: 1s/grace: 1s, env: {GREETING: "hello, world"}/' plain.yaml
expect_status 0 sweep run plain.yaml
expect_output 'each trial runs in a container of apptainer 1.3.4' '2 complete'
expect_in env 'SWEEP_TRIAL=2' 'GREETING=hello, world'
expect_not_in env SECRET_OF_THE_HOST
expect_equal "$(cat where)" "$work" "the working directory"
expect_equal "$(calls exec | sed -n 1p | jq -r '.[1:5] | join(" ")')" \
    "exec --cleanenv --pwd=$work --bind=$work:$work" "words"

# Its own failures have one exit code, which a script may have too: what it says tells.
container_space missing 'true' 3
sed -i 's/^  - sh$/  - no_such_program/' missing.yaml
expect_status 1 sweep run missing.yaml
expect_output 'the image of trial.container cannot execute the command'
container_space same_code 'echo "loss: $1"; exit 255' 1
expect_status 1 sweep run same_code.yaml
expect_output 'exit code 255'

# Killed with its supervisor, it is gone as any trial.
container_space killed 'echo begun >>begun; [ "$SWEEP_ATTEMPT" -gt 1 ] || sleep 1000; echo "loss: $1"' 1
start sweep run killed.yaml
wait_until has_lines 1 begun
kill -9 $(pids_of sweep-shim)
join 0
expect_equal "$(pids_of 'sleep 1000')" "" "processes that are left"
