#!/usr/bin/env bash
# `sweep set`: budget, parallel and limits of a sweep, while it runs and while it does not; what an
# unedited file does not undo, and an edited one does.
. "$(dirname "$0")/lib.sh"
. "$SOURCE_DIR/tests/cli/control.sh"

held_sweep demo 1
start_runner run demo.yaml
wait_for test -e started.1

# More at a time: the second starts while the first still runs.
expect_status 0 sweep set parallel=2
expect_output "demo: set: parallel 1 -> 2"

expect_quiet
wait_for test -e started.2

# Mistakes change nothing.
while read -r arguments; do
    read -r said
    expect_status "${said%% *}" sweep set $arguments
    expect_error "${said#* }"
done <<'END'
demo
2 KEY=VALUE is missing
demo parallel
2 'parallel' is not KEY=VALUE
demo/1 parallel=2
2 for a sweep, not for one trial
parallel=0
2 'parallel' takes auto, or a number of trials
budget.trails=5
2 did you mean 'trials'?
budget.trials=many
2 'trials' takes a number of trials
method=grid
2 'method' cannot be set
parameters.x.max=2
2 cannot be set, only budget.KEY
parallel=3 trial.timeout=soon
2 'timeout' takes a duration
budget.trials=[5
2 sweep: demo:
END
expect_status 0 sweep set demo budget.trials=5 trial.timeout=1h trial.grace=1s --json
expect_json '.[0] | [.request, .done]' '["set",true]'
expect_output \
    "set: budget.trials 4 -> 5, trial.timeout none -> 1h, trial.grace 5s -> 1s; trials that run now keep theirs"
expect_status 0 sweep top demo
expect_output "0 of 5 trials finished"
expect_status 0 sweep set demo budget.trials=5 parallel=3
expect_output "demo: set: budget.trials=5 as before, parallel 2 -> 3"
expect_status 0 sweep set demo parallel=2
touch go
join_runner 0
expect_output "all 5 trials of the budget are finished"
expect_equal "$(cat sweeps/demo/space.yaml)" "$(cat demo.yaml)" "the file of the sweep"

# The unedited file does not undo it, and it is said.
expect_status 0 sweep run demo.yaml
expect_output "2 at a time" \
    'set, whatever the file says: budget.trials=5, parallel=2, trial.grace=1s'
expect_output "all 5 trials of the budget are finished"

# Finished: with a larger budget it is not, and goes on.
expect_status 0 sweep set budget.trials=6
expect_output "nobody runs the sweep now; go on with: sweep resume demo"
expect_status 0 sweep top demo
expect_output "5 of 6 trials finished" "there is more to do now; go on with: sweep resume demo"
expect_status 0 sweep resume demo
expect_output "all 6 trials of the budget are finished"

# The file says something else of a key: it wins there, and only there.
sed -i 's/trials: 4/trials: 7/' demo.yaml
expect_status 0 sweep run demo.yaml
expect_output "changed in demo.yaml, and applied: budget.trials 6 -> 7" \
    "whatever the file says: parallel=2, trial.grace=1s, trial.timeout=1h" \
    "all 7 trials of the budget are finished"
expect_status 0 sweep run demo.yaml
expect_output "all 7 trials of the budget are finished"

# Another word for the same key.
held_sweep cap 1 'run_cap: 2'
expect_status 0 sweep run cap.yaml
expect_status 0 sweep set cap budget.trials=3
expect_status 0 sweep resume cap
expect_output "all 3 trials of the budget are finished"
