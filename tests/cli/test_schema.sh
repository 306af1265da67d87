#!/usr/bin/env bash
# The JSON Schema: takes every good file that there is, and refuses bad ones, by another program's
# judgement.
. "$(dirname "$0")/lib.sh"

expect_status 0 sweep schema -o schema.json
expect_status 0 sweep schema
cmp "$out" schema.json || fail "-o wrote something else"
expect_json '.[] | .properties.metric.anyOf[1].properties.goal.anyOf' \
    '[{"enum":["minimize","maximize"]}]'
expect_json '.[] | .properties.parallel.anyOf[1]' \
    '{"type":"integer","minimum":1,"maximum":10000}'
expect_json '.[] | [.properties.method.anyOf[0].enum | index("auto", "grid", "random") != null]' \
    '[true,true,true]'
expect_status 2 sweep schema space.yaml
expect_error "unexpected argument 'space.yaml'"

python=
for candidate in /usr/bin/python3 python3; do
    "$candidate" -c 'import jsonschema, yaml' 2>/dev/null && python=$candidate && break
done
[ -n "$python" ] || {
    echo "python3-jsonschema or python3-yaml is not installed: the schema is not tried"
    exit 77
}

count=0
for words in "python train.py --lr 0.001 --epochs 30 --amp yes --note=1e5" "python train.py" "./train a=b"; do
    expect_status 0 sweep init -o "init$((++count)).yaml" -- $words
done

# Numbers as in YAML 1.2: PyYAML takes 1e-5 for a text.
cat >validate.py <<'END'
import json, re, sys, yaml
import jsonschema

class Loader(yaml.SafeLoader):
    pass

Loader.add_implicit_resolver("tag:yaml.org,2002:float",
                             re.compile(r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)[eE][-+]?[0-9]+$"), "-+.0123456789")
schema = json.load(open("schema.json"))
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
for path in sys.argv[1:]:
    document = yaml.load(open(path, "rb"), Loader)
    error = jsonschema.exceptions.best_match(validator.iter_errors(document))
    print(path, "valid" if error is None else "invalid: " + error.message)
END

# verdicts FILE...: standard output has a line for each.
verdicts() { expect_status 0 "$python" -W ignore validate.py "$@"; }

verdicts init*.yaml "$SOURCE_DIR"/examples/*/*.yaml "$SOURCE_DIR"/tests/unit/config/good_*.yaml
[ "$(wc -l <"$out")" -gt 20 ] || fail "too few files"
expect_no_output invalid
for fault in unknown_keys goal seed_text distribution list missing_parameters parameter_keys; do
    verdicts "$SOURCE_DIR/tests/unit/config/bad_$fault.yaml"
    expect_output invalid
done
