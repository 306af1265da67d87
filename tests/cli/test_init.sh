#!/usr/bin/env bash
# `sweep init`: what it writes passes `sweep check`, and passes on what the command had.
. "$(dirname "$0")/lib.sh"

mkdir bin # programs that check finds
install -m 755 /dev/null bin/python
install -m 755 /dev/null bin/torchrun
for script in show train.sh; do
    install -m 755 /dev/null "$script"
done
PATH=$work/bin:$PATH

# init_command WORD...: write space.yaml for a command; check must find nothing to say.
init_command() {
    rm -f space.yaml
    expect_status 0 sweep init -- "$@"
    expect_quiet
    expect_status 0 sweep check space.yaml --json
    expect_quiet
}

init_command python train.py --lr 0.001 --batch-size 64 --epochs 30 --nesterov --dropout=0.1 \
    --data /data/x.csv --amp True --opt adam --wd 0
expect_json '.[] | [.parameters, .points]' \
    '[["lr","batch-size","epochs","dropout","data","amp","opt","wd"],null]'
expect_in space.yaml "command: python train.py --lr \${lr} --batch-size \${batch-size}" \
    "lr: {min: 0.0001, max: 0.01, log: true}" "# yours: 0.001" "epochs: {value: 30}" \
    "reduce: last" "honest"

# Hydra, a launcher with options of its own, and variables that only a shell would take.
init_command OMP_NUM_THREADS=2 torchrun --nproc_per_node 4 train.py model.lr=1e-4 \
    +model.width=256 seed=7
expect_json '.[] | [.parameters, .commands[0][0:4]]' \
    '[["model.lr","model.width","seed"],["torchrun","--nproc_per_node","4","train.py"]]'
expect_in space.yaml 'OMP_NUM_THREADS: "2"' '+model.width=${model.width}'

# Words that YAML, a shell or the template would spoil reach the trial as they are.
words=("a b" 'cost $5 ${x}' "it's" '"quoted"' '- dash' 'a: b' '#hash' '*star' '|' '{x}' $'two\nlines'
    '' 'yes' '~' "back\\slash" $'gr\xc3\xbc\xc3\x9f' '--empty=' 'a=b=c' '--note=yes: [no]' '--args=1')
init_command ./show "${words[@]}"
expected=$({ printf ./show && printf '\0%s' "${words[@]}"; } |
    jq -Rsc 'split("\u0000")' 2>/dev/null || true)
expect_json '.[].commands[0]' "$expected"

# What is passed twice, and what looks like an option of another program, stays literal.
init_command nice -n 10 python -u train.py -b 32 -c adam --lr 0.1 --lr 0.2 --last
expect_in space.yaml 'command: nice -n 10 python -u train.py -b ${b} -c adam --lr ${lr} --lr 0.2 --last'

# Only constants: there is nothing to search, and that is said.
rm space.yaml
expect_status 0 sweep init -- python train.py --epochs 3
expect_output "to search: nothing yet" "the same in each trial: epochs"
expect_status 0 sweep check space.yaml
expect_quiet

# A script without arguments: in Python these lines work with and without sweep.
rm space.yaml
expect_status 0 sweep init -- python train.py
expect_output "train.py takes no arguments here" 'import json, os'
sed -n 's/^    //p' "$out" >lines.py
expect_equal "$(wc -l <lines.py)" 3 "lines of Python"
expect_status 0 sweep check space.yaml
expect_error "note: the command passes no parameter on"
! grep -q warning "$err" || fail "expected no warning"
if command -v python3 >/dev/null; then
    echo 'print(lr)' >>lines.py
    expect_equal "$(env -u SWEEP_PARAMS python3 lines.py)" 0.001 "without sweep"
    echo '{"lr": 0.5}' >params.json
    expect_equal "$(SWEEP_PARAMS=params.json python3 lines.py)" 0.5 "with SWEEP_PARAMS"
fi
init_command ./train.sh
expect_in space.yaml 'command: ./train.sh ${args}'

# Without a command, to standard output, and for programs.
rm space.yaml
expect_status 0 sweep init -o -
cp "$out" piped.yaml
expect_status 0 sweep check piped.yaml
expect_quiet
[ ! -e space.yaml ] || fail "-o - wrote a file"
expect_status 0 sweep init --json -o other.yaml -- ./train --lr 1 --seed 2
expect_json '.' '[{"file":"other.yaml","searched":["lr"],"constant":["seed"]}]'

# The command is never run, and nothing is overwritten.
expect_status 0 sweep init -o touch.yaml -- touch ran
[ ! -e ran ] || fail "the command was run"
echo mine >space.yaml
expect_status 2 sweep init
expect_error "space.yaml is there already"
ln -s nowhere.yaml link.yaml
expect_status 2 sweep init -o link.yaml
expect_equal "$(cat space.yaml)" mine "the file that was there"
[ ! -e nowhere.yaml ] || fail "wrote through a link"
expect_equal "$(umask 027 && sweep init -o mode.yaml >/dev/null && stat -c %a mode.yaml)" 640 mode

expect_status 2 sweep init --
expect_error "no command behind '--'"
expect_status 2 sweep init python train.py --lr 1
expect_error "write '--' before the command"
expect_status 2 sweep init -o bad.yaml -- ./train $'\xff'
expect_error "nothing was written"
[ ! -e bad.yaml ] || fail "wrote what cannot be read"
expect_status 4 sweep init -o no/such/place.yaml
expect_error "cannot write"
