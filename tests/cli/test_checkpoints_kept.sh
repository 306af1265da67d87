#!/usr/bin/env bash
# Checkpoints of finished trials go when they are not to be kept, and nothing else goes.
. "$(dirname "$0")/lib.sh"

# write_space KEEP: trial N has the value of its place in 3 1 4 2; trial 3 then fails.
write_space() {
    cat >space.yaml <<YAML
name: kept
command:
  - sh
  - -c
  - |
    mkdir -p \$SWEEP_CHECKPOINT_DIR/deep/er
    echo weights >\$SWEEP_CHECKPOINT_DIR/deep/er/model
    ln -s \$PWD/outside \$SWEEP_CHECKPOINT_DIR/link
    echo acc=\$1
    test \$1 != 4
  - _
  - \${x}
metric: maximize acc
method: grid
parallel: 1
trial: {keep_checkpoints: $1}
parameters: {x: {values: [3, 1, 4, 2]}}
YAML
    rm -rf sweeps
}
kept() { (cd sweeps/kept/trials && ls -d ./*/checkpoints/deep 2>/dev/null | cut -c 5-8 | paste -sd ' '); }

mkdir outside
echo precious >outside/file

write_space all
expect_status 0 sweep run space.yaml
expect_equal "$(kept)" "0001 0002 0003 0004" all
expect_status 0 sweep clean --dry-run
expect_output "would remove the checkpoints of 3 finished trials"
expect_equal "$(kept)" "0001 0002 0003 0004" "after a dry run"
expect_status 0 sweep clean kept --keep 2 --json
expect_json '.[0] | [.sweep, .trials, .removed]' '["kept",2,true]'
expect_equal "$(kept)" "0001 0004" "the best two"
expect_status 0 sweep clean
expect_output "removed the checkpoints of 1 finished trial"
expect_equal "$(kept)" "0001" "the best one"
expect_status 0 sweep clean --all
expect_equal "$(kept)" "" none
expect_status 0 sweep clean
expect_output "kept: there is nothing to remove"
expect_equal "$(cat outside/file)" precious "what a link led to"
expect_status 0 sweep log 1
expect_output "acc=3"

write_space 'best 1'
expect_status 0 sweep run space.yaml
expect_equal "$(kept)" "0001" "best 1"
write_space 'best 2'
expect_status 0 sweep run space.yaml
expect_equal "$(kept)" "0001 0004" "best 2"
write_space none
expect_status 0 sweep run space.yaml
expect_equal "$(kept)" "" "none"

expect_status 2 sweep clean kept/1
write_space 'worst 2'
expect_status 2 sweep check space.yaml
expect_error "'keep_checkpoints' takes all, none or 'best N'"
