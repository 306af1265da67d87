#!/usr/bin/env bash
# `sweep run --accept-changes`: a sweep goes on in another space than it was started with. Trials
# stay as they are; those outside are shown and ranked, but no strategy builds on them.
. "$(dirname "$0")/lib.sh"
. "$SOURCE_DIR/tests/cli/control.sh"

cat >grid.yaml <<'YAML'
name: grid
command: [sh, -c, 'echo "$1 $2" >>ran; echo "loss: $1"', _, '${x}', '${y}']
metric: minimize loss
method: grid
seed: 7
parallel: 1
parameters:
  x: {values: [4, 1, 3, 2]}
  y: {values: [a, b]}
  k: {value: 1}
YAML
expect_status 0 sweep run grid.yaml --accept-changes # of a new sweep there is nothing to accept
sweep export grid --format csv >before

# Unasked, the difference is shown with what it comes to, and nothing is changed.
sed -i 's/4, 1, 3, 2/1, 5, 3/; s/a, b/b, a, c/' grid.yaml
expect_status 2 sweep run grid.yaml
expect_error "parameters.x.values [4, 1, 3, 2] -> [1, 5, 3]" \
    "parameters.y.values [a, b] -> [b, a, c]" \
    "4 finished trials stay valid, 4 fall outside, 0 lost." "--accept-changes"
sweep export grid --format csv | cmp - before || fail "a refusal changed something"
! grep -q 5 sweeps/grid/space.yaml || fail "a refusal changed the file of the sweep"

# Accepted: what is new of the space is tried, each point once, and nothing twice.
expect_status 0 sweep run grid.yaml --accept-changes
expect_output "-> [b, a, c]; 4 finished trials stay valid, 4 fall outside, 0 lost" \
    "all points of the space (in 13 trials) were tried"
cmp grid.yaml sweeps/grid/space.yaml || fail "the sweep's file is not the new one"
expect_equal "$(sort ran | uniq -d)" "" "points that were tried twice"
expect_equal "$(tail -n +9 ran | sort | tr '\n' ,)" "1 c,3 c,5 a,5 b,5 c," "new points"
sweep export grid --format csv | head -9 | cmp - before || fail "an old trial is not what it was"

# It is the sweep's space from now on.
expect_status 0 sweep run grid.yaml
expect_no_output changed
expect_status 0 sweep resume grid
expect_equal "$(wc -l <ran)" 13 "trials"

# Those outside can be looked at, and be best.
expect_status 0 sweep show grid/1
expect_output "outside of the space, which was changed since" "x  4"
expect_status 0 sweep show grid/3
expect_no_output outside
expect_status 0 sweep top grid -n 20
expect_output "    1  4  "
sed -i 's/1, 5, 3/5, 3/' grid.yaml
expect_status 0 sweep run grid.yaml --accept-changes
expect_output "6 finished trials stay valid, 7 fall outside" "best: trial 3, loss 1  x=1 y=a"
expect_status 0 sweep best grid --format json
expect_output '"x":1'

# So that they are found by values that the space has no more.
expect_status 0 sweep top grid --where "x = 4 and k = 1"
expect_output "2 of 13 trials match"
expect_status 2 sweep top grid --where "xx = 4"

# The files of the trials tell as much: a database that is gone is made anew.
sweep export grid --format csv | cut -d, -f-8 >before
rm sweeps/grid/sweep.db*
expect_status 0 sweep doctor --repair grid
sweep export grid --format csv | cut -d, -f-8 | cmp - before || fail "something was lost"
expect_status 0 sweep run grid.yaml
expect_equal "$(wc -l <ran)" 13 "trials after the repair"

# What cannot be accepted: a space that the strategy cannot search; nor does a changed metric become
# acceptable. For parameters that come and go see test_accept_parameters.sh.
sed 's/method: grid/method: auto/; s/{values: \[5, 3\]}/{min: 1.0, max: 5.0}/' grid.yaml >reals.yaml
expect_status 2 sweep run reals.yaml --accept-changes
expect_error method
sed 's/\[5, 3\]/[5]/; s/minimize/maximize/' grid.yaml >metric.yaml
expect_status 2 sweep run metric.yaml --accept-changes
expect_error "metric has changed" "metric minimize loss -> maximize loss"
sweep export grid --format csv | cut -d, -f-8 | cmp - before || fail "a refusal changed something"

# A rule that is new, by --set, which holds until the file says something else.
expect_status 2 sweep run grid.yaml --set 'constraints=["x > 3"]'
expect_error "constraints none -> [x > 3]" "with --set"
expect_status 0 sweep run grid.yaml --set 'constraints=["x > 3"]' --accept-changes
expect_output "3 finished trials stay valid, 10 fall outside"
expect_status 0 sweep resume grid
expect_equal "$(wc -l <ran)" 13 "trials under the rule"

# What waits to be started is started if it fits, else cancelled; what runs goes on. The change holds
# although the runner is killed at once.
kill_runner() {
    kill -KILL "$(sed -n 's/^pid: //p' sweeps/held/runner.lock)"
    wait "$pid" 2>/dev/null || true
}

# number_of X: of the trial that was added with it.
number_of() { sweep export held --format csv | awk -F, -v x="$1" '$7 == x { print $1 }'; }

held_sweep held 1 'budget: {trials: 6}'
start sweep run held.yaml
wait_for test -e started.1
expect_status 0 sweep add held x=0.1
expect_status 0 sweep add held x=0.9
kill_runner
inside=$(number_of 0.1) outside=$(number_of 0.9)
waiting=$(sweep export held --format csv | awk -F, '$2 == "waiting" && $7 > 0.5' | wc -l)
sed -i 's/max: 1.0/max: 0.5/' held.yaml
expect_status 2 sweep run held.yaml
expect_error "0 finished trials stay valid, 0 fall outside, 0 lost; $waiting that waited"
start sweep run held.yaml --accept-changes
wait_until says "0 lost; $waiting that waited"
kill_runner
touch go
expect_status 0 sweep resume held
expect_status 0 sweep show "held/$outside"
expect_output "held/$outside: cancelled" "outside of the space as it was changed"
[ ! -e "started.$outside" ] || fail "a trial outside of the space was started"
expect_status 0 sweep show "held/$inside"
expect_output "held/$inside: complete" "x  0.1"
expect_status 0 sweep export held --format csv
expect_equal "$(awk -F, '$1 > 1 && $2 == "complete" && $7 > 0.5' "$out")" "" "trials outside"
expect_equal "$(grep -c ,cancelled, "$out")" "$waiting" "cancelled trials"
