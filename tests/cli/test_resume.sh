#!/usr/bin/env bash
# `sweep resume`: which sweep is meant, and that its end is its end.
. "$(dirname "$0")/lib.sh"

expect_status 4 sweep resume
expect_error "there is no sweep in ./sweeps; start one with: sweep run FILE.yaml"

# The file has no name of its own: the sweep is called like the file, today and when it is resumed.
run_sweep_as() { # FILE: interrupted after its first trial
    cat >"$1"
    rm -f ran
    start sweep run "$1"
    wait_until test -s ran
    kill -INT "$pid"
    wait_until says "press ^C again"
    touch go
    join 130
    rm go
}
run_sweep_as digits.yaml <<'YAML'
command: [sh, -c, 'echo $SWEEP_NAME.$SWEEP_TRIAL.$SWEEP_ATTEMPT >>ran; until [ -e go ]; do sleep 0.01; done', _, '${x}']
method: grid
seed: 1
parallel: 1
parameters:
  x: {values: [1, 2, 3]}
YAML
touch go

# The only one, from here; then by name, folder and file, with nothing left to do.
expect_status 0 sweep resume
expect_output "sweep digits: grid search" "going on with what is there: 1 finished" "3 complete"
expect_equal "$(tr '\n' ' ' <ran)" "digits.1.1 digits.2.1 digits.3.1 " attempts
for operand in digits sweeps/digits sweeps/digits/ "$work/sweeps/digits" digits.yaml sweeps/digits/space.yaml; do
    expect_status 0 sweep resume "$operand"
    expect_output "sweep digits: " "going on with what is there: 3 finished" "all 3 points of the space were tried"
done
(cd / && expect_status 0 sweep resume "$work/sweeps/digits")
(cd sweeps/digits && expect_status 0 sweep resume space.yaml)
expect_equal "$(wc -l <ran)" 3 attempts

# Resumed from anywhere, its trials run where they always ran.
rm go
run_sweep_as letters.yaml <digits.yaml
touch go
(cd / && expect_status 0 sweep resume "$work/sweeps/letters")
expect_equal "$(tr '\n' ' ' <ran)" "letters.1.1 letters.2.1 letters.3.1 " attempts

# None is guessed among several, and mistakes are answered.
expect_status 2 sweep resume
expect_error "there are 2 sweeps in ./sweeps; say which one, such as the latest: sweep resume letters"
expect_status 4 sweep resume digit
expect_error "there is no sweep 'digit' in ./sweeps; did you mean 'digits'?"
expect_status 4 sweep resume zebra
expect_error "there is no sweep 'zebra'"
sed 's/seed: 1/seed: 2/' digits.yaml >new.yaml
expect_status 4 sweep resume new.yaml
expect_error "new.yaml was not run yet" "sweep run new.yaml"
mkdir empty
expect_status 4 sweep resume empty
expect_status 2 sweep resume digits letters
expect_status 4 sweep resume missing.yaml

# It goes on as recorded, whatever became of the file.
rm digits.yaml
expect_status 0 sweep resume digits
echo "not: yaml: at all" >sweeps/digits/space.yaml
expect_status 0 sweep resume digits
expect_equal "$(sweep resume digits --json | grep -c '"event":"ended"')" 1 "last events"
