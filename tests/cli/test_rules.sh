#!/usr/bin/env bash
# when and constraints: from the file to the trials, and in every command that shows or takes params.
. "$(dirname "$0")/lib.sh"

# The 18 trials of the grid: numbers, values and params.
params_of() {
    head -18 "$1" | sed 's/"captured".*//'
}

cat >demo.yaml <<'YAML'
name: demo
command: [sh, -c, 'echo "loss: $1"; shift; echo "got $*"; cat "$SWEEP_PARAMS"', _, '${batch}', '${momentum:-none}', '${args}']
metric: minimize loss
method: grid
seed: 3
parallel: 1
parameters:
  optimizer: {values: [sgd, adam]}
  momentum: {values: [0.0, 0.9], when: {optimizer: sgd}}
  batch: {values: [1, 2, 4]}
  depth: {values: [2, 4, 8], ordered: true}
constraints: [batch * depth <= 8]
YAML

# Six pairs of batch and depth; sgd has two momenta with each, adam none.
expect_status 0 sweep check demo.yaml
expect_output "space:   18 points" "allowed: " "when" "optimizer = 'sgd'" "one of, in order" \
    "_ 1 0.0 --optimizer=sgd --momentum=0.0 --batch=1 --depth=2"
expect_status 0 sweep check demo.yaml --json
expect_json '.[0] | [.points, (.allowed > 0 and .allowed < .draws)]' '[18,true]'
expect_status 0 sweep run demo.yaml
expect_output "grid search, 18 points" "18 complete"

# No point twice, none that is forbidden, and nothing inactive anywhere.
expect_status 0 sweep export demo
expect_json 'length' 18
expect_json '[.[].params] | unique | length' 18
expect_json 'all(.[]; .params.batch * .params.depth <= 8)' true
expect_json 'all(.[]; (.params | has("momentum")) == (.params.optimizer == "sgd"))' true
expect_status 0 sweep log 18
expect_output "got none --optimizer=adam --batch=4 --depth=2" '{"optimizer":"adam","batch":4,"depth":2}'
expect_status 0 sweep top demo --where "momentum is null" --json
expect_json length 6
expect_status 0 sweep export demo --format csv
expect_output "params.momentum"

# The best one, in formats that must say nothing of what it does not have.
expect_status 0 sweep best demo --format space
expect_output "method: grid"
expect_status 0 sweep show 13
expect_output "optimizer" "adam"
grep -q momentum "$out" && fail "show names an inactive parameter" || true

# People cannot add what the rules forbid.
expect_status 2 sweep add batch=4 depth=8
expect_error "no configuration with these values meets the constraints"
expect_status 2 sweep add optimizer=adam momentum=0.9
expect_error "parameter 'momentum' is inactive with the others: optimizer = 'sgd'"
expect_status 2 sweep add optimizer=adan
expect_error "parameter 'optimizer': 'adan' is none of its values"
expect_status 0 sweep add momentum=0.9 depth=8
expect_output "optimizer=sgd momentum=0.9 batch=1 depth=8" "note: trial"

# A changed rule is a changed space.
sed 's/<= 8/<= 16/' demo.yaml >wider.yaml
expect_status 2 sweep run wider.yaml
expect_error "constraints"
sed 's/when: {optimizer: sgd}/when: {optimizer: adam}/' demo.yaml >other.yaml
expect_status 2 sweep run other.yaml
expect_error "parameters"

# A database that is made anew from the files knows what was inactive.
sweep export demo >"$base/before"
rm sweeps/demo/sweep.db*
expect_status 0 sweep doctor --repair demo
sweep export demo >"$base/after"
diff <(params_of "$base/before") <(params_of "$base/after") || fail "rebuilt it is another sweep"

# A grid that is stopped in the middle goes on where it was, and a killed one too.
sed 's/^name: .*/name: halves/; s/^seed/budget: {trials: 7}\nseed/' demo.yaml >halves.yaml
expect_status 0 sweep run halves.yaml
sed -i '/^budget/d' halves.yaml
expect_status 0 sweep run halves.yaml
expect_status 0 sweep export halves
cp "$out" "$base/halves"
diff <(params_of "$base/halves") <(params_of "$base/before") ||
    fail "in two parts it is another sweep"

# random and sobol end when all points were tried, whatever share of draws is allowed.
for method in random sobol; do
    sed "s/^name: .*/name: $method/; s/^method: .*/method: $method/" demo.yaml >$method.yaml
    expect_status 0 sweep run $method.yaml
    expect_output "18 complete"
    expect_status 0 sweep export $method
    expect_json '[.[].params] | unique | length' 18
done

# ask-tell: the same rules for programs.
cat >lines <<'END'
{"op":"add","params":{"optimizer":"adam","batch":4,"depth":8}}
{"op":"add","params":{"optimizer":"sgd","batch":1,"depth":8}}
{"op":"add","params":{"optimizer":"adam","momentum":0.9,"batch":1,"depth":8}}
{"op":"ask"}
END
sweep ask-tell demo.yaml <lines >"$out" || fail "ask-tell ended with $?"
expect_output "{\"error\":\"the constraint 'batch * depth <= 8' does not hold\"}" \
    "parameter 'momentum' is missing, and it is active here: optimizer = 'sgd'" \
    '{"trial":1,"params":{"optimizer":"adam","batch":1,"depth":8}}'

# Rules that leave nothing are a mistake of the file; those that leave little are a warning.
sed 's/<= 8/<= 1/' demo.yaml >none.yaml
expect_status 2 sweep run none.yaml
expect_error "none.yaml:12:15: error: no configuration meets the constraints"
cat >rare.yaml <<'YAML'
command: ['true', '${args}']
budget: {trials: 2}
method: random
parameters: {a: {min: 1, max: 60000}, b: {min: 1, max: 60000}}
constraints: [a = b]
YAML
expect_status 0 sweep run rare.yaml
expect_error "warning: hardly any configuration meets the constraints"
expect_output "2 complete"

# Derived values reach the script, and are shown; they are nobody's to search or to record.
cat >derived.yaml <<'YAML'
name: derived
command: [sh, -c, 'echo "loss: $1"; shift; echo "got $*"; cat "$SWEEP_PARAMS"', _, '${batch}', '${half:-none}', '${args}']
metric: minimize loss
method: grid
parallel: 1
parameters:
  opt: {values: [adam, sgd]}
  m: {values: [3], when: {opt: sgd}}
  batch: {values: [16]}
derive: {warmup: ceil(1000 / batch), half: m / 2}
YAML
expect_status 0 sweep run derived.yaml
expect_output "2 complete"
expect_status 0 sweep log derived/1
expect_output "got none --opt=adam --batch=16 --warmup=63" '{"opt":"adam","batch":16,"warmup":63}'
expect_status 0 sweep log derived/2
expect_output "got 1.5 --opt=sgd --m=3 --batch=16 --warmup=63 --half=1.5" '"half":1.5'
expect_status 0 sweep show derived/2
expect_output "63  (derived)" "1.5  (derived)"
expect_status 0 sweep export derived
expect_json '[.[].params | has("warmup")] | any' false
for format in yaml args env; do
    expect_status 0 sweep best derived --format $format
    expect_output warmup
done
expect_status 0 sweep best derived --format space -o fixed.yaml
expect_status 0 sweep run fixed.yaml
expect_status 0 sweep log derived-1/1
expect_output "got none --opt=adam --batch=16 --warmup=63"
sweep export derived | sed 's/"captured".*//' >"$base/derived"
rm sweeps/derived/sweep.db*
expect_status 0 sweep doctor --repair derived
diff "$base/derived" <(sweep export derived | sed 's/"captured".*//') || fail "rebuilt it is another"
sed -i 's/1000/2000/' derived.yaml
expect_status 2 sweep run derived.yaml
expect_error "derive"
