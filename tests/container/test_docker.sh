#!/usr/bin/env bash
# Trials in containers of a fake docker: what it is told, what they get, and what comes of it.
. "$(dirname "$0")/lib.sh"
engine docker
image python:3.12

# Everything that a trial is told is true inside, and nothing of the host's environment is there.
export SECRET_OF_THE_HOST=1
mkdir data
container_space plain 'env | sort >env; pwd >where; test -w "$SWEEP_CHECKPOINT_DIR" && cat "$SWEEP_PARAMS"; echo "loss: $1"' 2 \
    ', mounts: [data, "./data:/data:ro"], options: [--network=host]' \
    'resources: {memory: 1G, cpus: 1}'
sed -i 's/grace: 1s/grace: 1s, env: {GREETING: "hello world", PATH: "\/opt\/bin:\/usr\/bin:\/bin"}/' plain.yaml
expect_status 0 sweep run plain.yaml
expect_output 'each trial runs in a container of docker 27.0.1' '2 complete'
expect_none_left
expect_in env 'SWEEP_TRIAL=2' "SWEEP_DIR=$work/sweeps/plain/trials/000002" 'GREETING=hello world' \
    'PATH=/opt/bin:/usr/bin:/bin' 'OMP_NUM_THREADS=1' 'WANDB_MODE=offline'
expect_not_in env SECRET_OF_THE_HOST
expect_equal "$(cat where)" "$work" "the working directory"
expect_status 0 sweep log plain/1
expect_output '{"x":1}' 'loss: 1'

# The words, in their order; the name is the attempt's token, recorded before it starts.
words=$(calls run | sed -n 1p)
name=$(jq -r '.[] | select(startswith("--name="))' <<<"$words")
[[ $name =~ ^--name=sweep-trial-[0-9a-f]{32}$ ]] || fail "the name is $name"
has_word() { jq -e --arg word "$1" 'index([$word]) != null' <<<"$words" >/dev/null || fail "no $1 in $words"; }
for word in --rm --init --pull=never --log-driver=none --label=sweep.name=plain \
    --label=sweep.trial=1 "--user=$(id -u):$(id -g)" "--workdir=$work" --memory=1073741824b \
    "--mount=type=bind,source=$work,target=$work" "--mount=type=bind,source=$work/data,target=$work/data" \
    "--mount=type=bind,source=$work/data,target=/data,readonly" --env=SWEEP_TRIAL --env=GREETING \
    --env=PATH=/opt/bin:/usr/bin:/bin --network=host; do
    has_word "$word"
done
expect_equal "$(jq -r '.[-6:-2] | join(" ")' <<<"$words" | sed -n 1p)" "python:3.12 sh -c $(sed -n 's/^  - .\(env .*\).$/\1/p' plain.yaml)" \
    "image and command"
[[ $words =~ --cpuset-cpus=[0-9]+ ]] || fail "no processors in $words"
if command -v sqlite3 >/dev/null; then
    expect_equal "--name=sweep-trial-$(query sweeps/plain 'SELECT token FROM attempt WHERE trial = 1')" \
        "$name" "the recorded token"
fi

# What is not passed on costs nothing: the values are not on the command line.
expect_equal "$(jq -r '.[]' <<<"$words" | grep -c 'hello world')" 0 "values for all to see"

# The exit code is the script's, 85 is saved, and a failure is its own.
container_space codes 'echo "loss: $1"; [ -e saved ] || { touch saved; exit 85; }; exit "$(($1 - 1))"' 3
expect_status 0 sweep run codes.yaml
expect_status 0 sweep export codes --format jsonl
expect_json '[.[] | [.state, .reason, .attempts]]' \
    '[["complete",null,2],["failed","exit_code",1],["failed","exit_code",1]]'
expect_none_left

# 127 and 126: what is not in the image, no trial has. 125: the engine's, tried again.
container_space missing 'true' 3
sed -i 's/^  - sh$/  - no_such_program/' missing.yaml
expect_status 1 sweep run missing.yaml
expect_output "the container's image cannot execute the command" \
    'the image of trial.container cannot execute the command'
expect_status 0 sweep export missing --format jsonl
expect_json '[.[] | [.state, .reason]]' '[["failed","image"],["waiting",null],["waiting",null]]'
echo 125 >"$FAKE_ENGINE/code"
container_space engine_fails 'true' 1
expect_status 1 sweep run engine_fails.yaml
expect_output "the container's engine failed, not the command" 'something is wrong'
expect_equal "$(calls run | grep -c engine_fails)" 6 "tries"
rm "$FAKE_ENGINE/code"
