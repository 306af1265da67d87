#!/usr/bin/env bash
# Sweep files as users of Weights & Biases write them, unchanged, to their end. Their script compares
# its command line with what Python itself makes of the parameters (tests/wandb/sweeps/train.py).
. "$(dirname "$0")/lib.sh"

need python3
cp "$SOURCE_DIR"/tests/wandb/sweeps/* .
export DATA_ROOT=/data

# Also where python is called python3 alone.
mkdir bin
ln -s "$(python3 -c "import sys; print(sys.executable)")" bin/python3
ln -s "$(command -v env)" "$(command -v sh)" bin/
alone=$PWD/bin:$BUILD_DIR/bin

count=0
for file in *.yaml; do
    name=${file%.yaml}
    expect_status 0 env PATH="$alone" sweep run "$file"
    count=$((count + 1))
    ! grep -qF '${interpreter}' "$file" || expect_error "'\${interpreter}' is python3 here"
    expect_status 0 sweep list --json
    expect_json "map(select(.sweep == \"$name\") | [.state, .failed])" '[["finished",0]]'
done
[ "$count" -ge 14 ] || fail "only $count files"

# What is only warned about there is a warning here; each is named.
expect_status 0 sweep check launch-args.yaml
expect_error "warning: unknown key 'run_name'" "warning: unknown key 'unit' in a parameter" \
    "warning: 'num_workers' is taken for 'parallel: 2'" "warning: 'cosine' is listed twice" \
    "note: not used here: 'entity'"
expect_status 0 sweep check detection-args.yaml
expect_error "no trial is stopped early yet"
expect_status 0 sweep check lightning-args.yaml
expect_error "'model.init_args.lr' is drawn between 0.000101 and 0.01005" "'goal' takes"

# A grid counts in Weights & Biases' order: by name, the last one fastest.
expect_status 0 sweep export vision-args --format jsonl
expect_json 'map([.params.backbone, .params.weight_decay])' \
    '[["resnet18",0],["resnet18",0.0001],["vit_tiny",0],["vit_tiny",0.0001]]'

# The interpreter that was found is the one that is shown.
expect_status 0 env PATH="$alone" sweep best vision-args --format command
expect_output "/usr/bin/env python3 train.py --backbone="
expect_status 0 env PATH="$alone" sweep best segmentation-args_json_file --format command
expect_output "python3 train.py $PWD/sweeps/segmentation-args_json_file/trials/00000"
expect_status 0 env PATH="$alone" sweep show vision-args/1
expect_output "python3 train.py"
