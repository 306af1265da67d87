#!/usr/bin/env bash
# `sweep run --accept-changes` where parameters come and go: trials keep what they had, and count for
# the strategy where that can be said.
. "$(dirname "$0")/lib.sh"
need sqlite3
. "$SOURCE_DIR/tests/cli/control.sh"

# --- one that had a single value goes ------------------------------------------------------------

cat >grid.yaml <<'YAML'
name: grid
command: [sh, -c, 'echo "$@" >>ran; echo "loss=$${1#--x=}0"', _, '${args}']
metric: minimize loss
method: grid
seed: 7
parallel: 1
parameters:
  x: {values: [4, 1, 3, 2]}
  y: {values: [a, b]}
  k: {value: 1e-3}
YAML
expect_status 0 sweep run grid.yaml
expect_status 0 sweep export grid --format csv
cp "$out" before
sed '/  k:/d' grid.yaml >less.yaml
expect_status 2 sweep run less.yaml
expect_error "parameters.k {value: 1e-3} -> none" "8 finished trials stay valid, 0 fall outside, 0 lost" \
    "k is gone: old trials count as before" "--accept-changes"
! grep -q former sweeps/grid/charter || fail "a refusal changed the charter"
expect_status 0 sweep run less.yaml --accept-changes
expect_output "8 finished trials stay valid, 0 fall outside" "all points of the space (in 8 trials) were tried"
expect_no_output "set, whatever the file says"
expect_equal "$(wc -l <ran)" 8 "trials"
sweep export grid --format csv | cmp - before || fail "a trial is not what it was"
expect_status 0 sweep run less.yaml
expect_no_output changed

# It is looked at, sorted and filtered by as before, and runs again.
expect_status 0 sweep show grid/3
expect_output "k  1e-3" "--x=1 --y=a --k=1e-3"
expect_no_output outside
expect_status 0 sweep show grid/3 --json
expect_json '.[0] | [.outside, .params.k]' '[false,0.001]'
expect_status 0 sweep top grid --where 'k = 1e-3' --sort '-k' -n 2
expect_output "8 of 8 trials match"
for format in yaml json args command hydra lightning env space; do
    expect_status 0 sweep best grid --format $format
    grep -qE 'k[": =]+(\{value: )?(1e-3|0\.001)' "$out" || fail "best --format $format has no k"
done
expect_status 0 sweep replay grid/2
expect_output "the same to the last digit"
expect_equal "$(tail -n 1 ran)" "--x=4 --y=b --k=1e-3" "what was replayed"
expect_status 2 sweep add grid x=1 y=a k=2
expect_error "there is no parameter 'k'; there are x, y"
expect_status 2 sweep run less.yaml --set former=1
expect_error "'former' is kept by sweep itself"

# --- one that had several goes: which of them is meant is not known ------------------------------

: >ran
sed '/  [ky]:/d' grid.yaml >less.yaml
expect_status 2 sweep run less.yaml
expect_error "0 finished trials stay valid, 8 fall outside, 0 lost" "y is gone: old trials with a value are outside" \
    "(to keep those of one value, leave the parameter in with that 'value')"
sed '/  k:/d; s/  y: .*/  y: {value: a}/' grid.yaml >meant.yaml
expect_status 2 sweep run meant.yaml
expect_error "4 finished trials stay valid, 4 fall outside"
expect_status 0 sweep run less.yaml --accept-changes
expect_equal "$(sort ran | tr '\n' ,)" "--x=1,--x=2,--x=3,--x=4," "new trials"
expect_output "all points of the space (in 12 trials) were tried" "best: trial 3, loss 10  x=1 y=a"
sweep export grid --format csv | head -9 | cmp - before || fail "a trial is not what it was"
expect_status 0 sweep show grid/2 --json
expect_json '.[0] | [.outside, .params]' '[true,{"x":4,"y":"b","k":0.001}]'
expect_status 0 sweep show grid/9 --json
expect_json '.[0] | [.outside, .params]' '[false,{"x":4}]'
expect_status 0 sweep best grid
expect_output "# outside of the space, which was changed since" "# trial: 3"
expect_status 0 sweep explain grid
expect_output "left out: 8 trials outside of the space, which was changed since"
expect_status 0 sweep explain grid --json
expect_json '.[0] | .outside' 8
expect_status 0 sweep export grid --format methods
expect_output "from a space of 1 parameter: x" "The space was changed in the course of the search"
expect_status 0 sweep export grid --format bundle -o bundle
grep -q "hyperparameter search" bundle/README.txt || fail "the bundle has no README.txt"
! grep -q former= bundle/README.txt || fail "the bundle says that somebody set it"

# --- others come ---------------------------------------------------------------------------------

: >ran
{ cat less.yaml; echo '  c: {value: 5}'; } >more.yaml
expect_status 2 sweep run more.yaml
expect_error "4 finished trials stay valid, 8 fall outside" "c is new: old trials count as having had that value"
expect_status 0 sweep run more.yaml --accept-changes
expect_equal "$(cat ran)" "" "trials for a parameter of one value"
expect_status 0 sweep show grid/9
expect_no_output outside " c "
echo '  z: {values: [1, 2]}' >>more.yaml
expect_status 0 sweep run more.yaml --accept-changes
expect_output "0 finished trials stay valid, 12 fall outside, 0 lost; z is new: old trials without a value are outside"
expect_equal "$(sort -u ran | wc -l)" 8 "points"
expect_equal "$(head -n 1 ran)" "--x=3 --c=5 --z=1" "a new trial"

# One that went comes again; renaming is both at once.
: >ran
sed 's/  x:/  w:/; /  z:/d; /  c:/d' more.yaml >renamed.yaml
expect_status 2 sweep run renamed.yaml
expect_error "x, z are gone: old trials with a value are outside" "w is new" "c is gone"
sed '/  z:/d; /  c:/d' more.yaml >again.yaml
echo '  k: {values: [1e-3, 1.0]}' >>again.yaml
echo '  y: {value: b}' >>again.yaml
expect_status 0 sweep run again.yaml --accept-changes
expect_output "4 finished trials stay valid, 16 fall outside"
expect_equal "$(sort ran | tr '\n' ,)" \
    "--x=1 --k=1.0 --y=b,--x=2 --k=1.0 --y=b,--x=3 --k=1.0 --y=b,--x=4 --k=1.0 --y=b," "new trials"

# --- the files of the trials tell as much --------------------------------------------------------

sweep export grid --format csv >before
expect_status 0 sweep doctor --repair grid
expect_output "the database is sound"
rm sweeps/grid/sweep.db*
expect_status 0 sweep doctor --repair grid
sweep export grid --format csv | cut -d, -f-9 | cmp - <(cut -d, -f-9 before) || fail "something was lost"
expect_status 0 sweep run again.yaml
expect_equal "$(wc -l <ran)" 4 "trials after the repair"

# As if we were killed between the files and the database: the next run asks again, and a database
# that is made anew loses nothing.
mkdir killed
cp -a sweeps/grid/sweep.db* killed/
sed '/  y:/d' again.yaml >killed.yaml
expect_status 0 sweep run killed.yaml --set budget.trials=24 --accept-changes
cp -a killed/* sweeps/grid/
expect_status 2 sweep run killed.yaml --set budget.trials=24
expect_error "y is gone: old trials count as before"
expect_status 0 sweep doctor --repair grid
sweep export grid --format csv | cut -d, -f-4 | cmp - <(cut -d, -f-4 before) || fail "something was lost"
expect_status 0 sweep show grid/2
expect_output "y  b"

# --- a command that names what goes --------------------------------------------------------------

cat >named.yaml <<'YAML'
name: named
command: [sh, -c, 'echo "$1 $2" >>named; echo "loss: $1"; [ "$1" != 2 ]', _, '${opt.lr}', '${opt.beta}']
metric: minimize loss
method: grid
parallel: 1
parameters:
  opt: {parameters: {lr: {values: [1, 2]}, beta: {values: [7]}}}
YAML
expect_status 0 sweep run named.yaml
sed "s/, '\${opt.beta}'/, '9'/; s/, beta: {values: \[7\]}//" named.yaml >literal.yaml
expect_status 2 sweep run literal.yaml
expect_error "opt.beta is gone" "command ... \${opt.beta}] -> ... 9]" "2 finished trials stay valid"
expect_status 0 sweep run literal.yaml --accept-changes
expect_status 0 sweep show named/1 --json
expect_json '.[0] | [.params, .command[-1]]' '[{"opt":{"lr":1,"beta":7}},"7"]'
expect_status 0 sweep best named --format command
grep -q ' 7$' "$out" || fail "the command is not as it was run"
expect_status 2 sweep best named --format space
expect_error "cannot be written as a space.yaml that runs the same"
expect_status 1 sweep retry named/2
expect_error "trial 2 has parameters that are gone from the space"
sed 's/sh, -c/sh, -ec/' literal.yaml >other.yaml
expect_status 2 sweep run other.yaml --accept-changes
expect_error "command has changed"
sed 's/opt: .*/opt: {values: [1, 2]}/; s/opt.lr/opt/' literal.yaml >other.yaml
expect_status 2 sweep run other.yaml --accept-changes
expect_error "'opt.lr' is in other groups"

# --- trials that run and wait, and a runner that is killed ---------------------------------------

kill_runner() {
    kill -KILL "$(sed -n 's/^pid: //p' sweeps/held/runner.lock)"
    wait "$pid" 2>/dev/null || true
}

held_sweep held 1 '  k: {value: 1}
budget: {trials: 7}'
start sweep run held.yaml
wait_for test -e started.1
expect_status 0 sweep add held x=0.25
kill_runner
waiting=$(sweep export held --format csv | grep -c ,waiting,)
sed -i '/  k:/d; s/^parameters:/&\n  c: {value: 2}/' held.yaml
expect_status 2 sweep run held.yaml
expect_error "0 lost; $waiting that waited"
start sweep run held.yaml --accept-changes
wait_until says "0 lost; $waiting that waited"
kill_runner
touch go
expect_status 0 sweep resume held
expect_status 0 sweep export held --format jsonl
expect_equal "$(grep -c '"state":"complete".*"params":{"c":2,"x":[0-9.]*}' "$out")" \
    "$(($(wc -l <"$out") - waiting - 1))" "trials of today"
expect_equal "$(grep -c '"state":"cancelled".*"k":1' "$out")" "$waiting" "cancelled trials"
expect_status 0 sweep show held/1 --json
expect_json '.[0] | [.state, .params.k, .outside]' '["complete",1,false]'
expect_status 0 sweep doctor --repair held
expect_output "the database is sound"

# --- every strategy goes on ----------------------------------------------------------------------

for method in random sobol tpe cmaes bayes; do
    cat >any.yaml <<YAML
name: $method
command: [sh, -c, 'echo loss=0.\$SWEEP_TRIAL', _, '\${args}']
metric: minimize loss
method: $method
seed: 1
parallel: 2
budget: {trials: 4}
parameters:
  x: {min: 0.0, max: 1.0}
  k: {value: 1}
YAML
    sweep check any.yaml >/dev/null 2>&1 || continue # not every version has them all
    expect_status 0 sweep run any.yaml
    sed -i '/  k:/d; s/trials: 4/trials: 8/' any.yaml
    echo '  c: {value: 3}' >>any.yaml
    expect_status 0 sweep run any.yaml --accept-changes
    expect_output "4 finished trials stay valid" "8 complete"
    sed -i 's/trials: 8/trials: 12/' any.yaml
    echo '  z: {min: 0, max: 9}' >>any.yaml
    expect_status 0 sweep run any.yaml --accept-changes
    expect_output "8 fall outside" "12 complete"
done

# --- nothing has come out yet: nobody need accept that -------------------------------------------

cat >early.yaml <<'YAML'
name: early
command: [sh, -c, 'until [ -e go ]; do sleep 0.02; done; echo "$@" >>early; case $* in *--n=*) echo loss=1;; esac', _, '${args}']
metric: minimize loss
method: random
seed: 7
parallel: 1
budget: {trials: 3}
parameters:
  x: {min: 0.0, max: 1.0}
  m: {values: [1, 2]}
YAML
start sweep run early.yaml # trial 1 runs until all three are there
all_asked() { [ "$(sqlite3 -readonly sweeps/early/sweep.db 'SELECT count(*) FROM trial' 2>/dev/null)" = 3 ]; }
wait_until all_asked
touch go
join 75
sed -i 's/  m:/  n:/; s/max: 1.0/max: 2.0/' early.yaml
expect_status 0 sweep run early.yaml
expect_output "parameters.m {values: [1, 2]} -> none" "0 fall outside, 0 lost; 3 that waited are cancelled" \
    "3 complete, 3 stopped early or cancelled"
expect_equal "$(grep -c -- --m early) $(grep -c -- --n early)" "1 3" "trials"
expect_status 0 sweep top early
expect_output "6 of 6 trials finished"
expect_status 0 sweep show early/1
expect_output "early/1: cancelled" "outside of the space as it was changed"
sed -i 's/max: 2.0/max: 3.0/' early.yaml
expect_status 2 sweep run early.yaml # now there are trials to compare with
