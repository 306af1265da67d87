#!/usr/bin/env bash
# Scripts that call wandb, offline: what they are told, and what is read from the files of their
# runs while they run and afterwards. The files are those that the real client wrote (tests/wandb);
# the client itself is in tests/cli_slow/test_wandb_client.sh.
. "$(dirname "$0")/lib.sh"
need sqlite3
cp "$SOURCE_DIR/tests/wandb/0.16.6.wandb" "$SOURCE_DIR/tests/wandb/0.31.0.wandb" .

# `begin_run [ID]` does what wandb.init() does; then the run's file is written as $run.
cat >client.sh <<'SH'
begin_run() {
    set -- "${1:-$WANDB_RUN_ID}"
    folder=$WANDB_DIR/wandb/offline-run-20260102_030405-$1
    mkdir -p "$folder"
    run=$folder/run-$1.wandb
    : >"$run"
}
SH
write_space() { # NAME, with the script on standard input
    { echo '. ./client.sh'; cat; } >"$1.sh"
    cat >"$1.yaml" <<YAML
command: [sh, $1.sh, '\${x}']
metric: maximize ${metric:-val_acc}
method: grid
trial: {retries: 1}
parameters: {x: {values: [1]}}
YAML
}
reports() { query "sweeps/$1" "SELECT $2 FROM report"; }

# --- while it runs: a beginning of the file, torn within a message, then all of it
write_space live <<'SH'
begin_run
head -c 1500 0.16.6.wandb >"$run"
touch begun
until [ -e go ]; do sleep 0.02; done
tail -c +1501 0.16.6.wandb >>"$run"
SH
start sweep run live.yaml
wait_until test -e sweeps/live/sweep.db
has_five() { [ "$(reports live 'count(*)' 2>/dev/null)" = 5 ]; }
wait_until has_five
touch go
join 0
expect_equal "$(reports live 'count(*), min(step), max(step), max(value)')" "40|0|39|0.975" "reports"
expect_status 0 sweep best live --json
expect_json '.[0] | [.value, .step, .last]' '[0.975,39,0.975]'

# --- what is printed of the metric while a run is open does not count too
write_space both <<'SH'
begin_run
echo 'wandb: val_acc 0.99'
cat 0.31.0.wandb >"$run"
echo 'val_acc: 0.98'
SH
expect_status 0 sweep run both.yaml
expect_equal "$(reports both 'count(*), max(value)')" "40|0.975" "reports of both"

# --- it does where wandb has nothing of it, in the order in which it came
metric=other write_space printed <<'SH'
begin_run
cat 0.31.0.wandb >"$run"
echo 'other: 0.5'
echo 'other: 0.25'
SH
expect_status 0 sweep run printed.yaml
expect_equal "$(reports printed "group_concat(value || '@' || coalesce(step, ''), ' ')")" \
    "0.5@ 0.25@" "reports of what is printed"

# --- a number that only the summary has counts once
metric=best write_space summary <<'SH'
begin_run
cat 0.31.0.wandb >"$run"
SH
expect_status 0 sweep run summary.yaml
expect_equal "$(reports summary 'count(*), value, step')" "1|0.75|" "reports of the summary"

# --- nested names are dotted
metric=a.b write_space nested <<'SH'
begin_run
cat 0.16.6.wandb >"$run"
SH
expect_status 0 sweep run nested.yaml
expect_equal "$(reports nested 'count(*), max(value)')" "40|39.0" "reports of a nested name"

# --- runs with another ID are the script's own affair, unless there is no other
write_space own <<'SH'
begin_run
head -c 1000 0.16.6.wandb >"$run"
begin_run other
cat 0.16.6.wandb >"$run"
SH
expect_status 0 sweep run own.yaml
expect_equal "$(reports own 'count(*)')" 3 "reports beside another run"
write_space others <<'SH'
begin_run 'm-1'
mv "$folder" "$folder-1"
cat 0.16.6.wandb >"$folder-1/run-m-1.wandb"
SH
expect_status 0 sweep run others.yaml
expect_equal "$(reports others 'count(*)')" 40 "reports of a run with an ID of its own"

# --- each attempt has its own runs; one that goes on does not count its steps anew
write_space again <<'SH'
begin_run
echo "$WANDB_DIR" >>directories
[ "$SWEEP_ATTEMPT" = 2 ] || {
    head -c 1000 0.16.6.wandb >"$run"
    touch "$SWEEP_CHECKPOINT_DIR/state"
    exit 1
}
head -c 600 0.16.6.wandb >"$run"
SH
expect_status 0 sweep run again.yaml
expect_equal "$(reports again "group_concat(attempt || ':' || coalesce(step, '-'), ' ')")" \
    "1:0 1:1 1:2 2:-" "reports of two attempts"
trial=$work/sweeps/again/trials/000001
expect_equal "$(tr '\n' ' ' <directories)" "$trial $trial/wandb.2 " directories

# --- a damaged file is said; what is whole counts
write_space damaged <<'SH'
begin_run
{ head -c 1100 0.16.6.wandb; printf XYZ; tail -c +1104 0.16.6.wandb; } >"$run"
SH
expect_status 0 sweep run damaged.yaml
expect_equal "$(reports damaged 'count(*)')" 3 "reports of a damaged file"
expect_status 0 sweep log damaged/1
expect_output "a file of wandb is damaged, some of what it logged is not recorded"

# --- a name that is not there is proposed, and what was logged is read again
write_space renamed <<'SH'
begin_run
echo 'val_acc 3'
cat 0.31.0.wandb >"$run"
SH
sed -i 's/maximize val_acc/maximize val_accuracy/' renamed.yaml
expect_status 75 sweep run renamed.yaml
expect_output "'val_accuracy' not found in 1 line and 41 calls of wandb.log(). Seen: val_acc (40x, 0..0.975)" \
    "Try metric.name: val_acc"
sed -i 's/maximize val_accuracy/maximize val_acc/' renamed.yaml
expect_status 0 sweep run renamed.yaml
expect_output "40 numbers of val_acc found in the output of before"
expect_equal "$(reports renamed 'count(*), min(step), max(step), max(value)')" "40|0|39|0.975" "reread"
expect_status 0 sweep check live.yaml --log 0.16.6.wandb
expect_output "In 0.16.6.wandb, 41 calls of wandb.log():" "val_acc    40x  0 (step 0)  0.975 (step 39)" \
    "This trial would have val_acc 0.975"
expect_status 0 sweep check live.yaml --log 0.31.0.wandb --json
expect_json '.[0].log | [.wandb_rows, .result.value, .result.step]' '[41,0.975,39]'

# --- what the script is told; the user's own words win, but not an outer agent's
write_space told <<'SH'
env | grep ^WANDB_ | sort >"$SWEEP_DIR/told"
echo 'val_acc: 1'
SH
sed -i 's/trial:.*/trial: {env: {WANDB_DIR: \/elsewhere}}/; s/parameters:.*/parameters:/' told.yaml
cat >>told.yaml <<'YAML'
  x: {values: [1]}
  lr: {value: 1e-5}
  big: {value: 3e+20}
  text: {value: "a \"b\" 1e5 ü\u0085"}
  flag: {value: true}
  none: {value: null}
YAML
WANDB_RUN_ID=outer WANDB_SWEEP_ID=outer WANDB_SWEEP_PARAM_PATH=/outer WANDB_MODE=disabled \
    WANDB_PROJECT=mine expect_status 0 sweep run told.yaml
trial=$work/sweeps/told/trials/000001
expect_equal "$(grep -v RUN_ID "$trial/told")" "WANDB_DIR=/elsewhere
WANDB_MODE=disabled
WANDB_PROJECT=mine
WANDB_SWEEP_PARAM_PATH=$trial/wandb.yaml
WANDB_X_TRANSACTION_LOG_FLUSH_INTERVAL=0.1" "the environment"
grep -qE '^WANDB_RUN_ID=[0-9a-f]{8}$' "$trial/told" || fail "no WANDB_RUN_ID"
expect_equal "$(cat "$trial/wandb.yaml")" \
    '{"wandb_version":1,"x":{"value":1},"lr":{"value":1.0e-5},"big":{"value":3.0e+20},"text":{"value":"a \"b\" 1e5 ü\u0085"},"flag":{"value":true},"none":{"value":null}}' wandb.yaml
expect_equal "$(stat -c %a "$trial/wandb.yaml")" 600 mode
