"""Stands in for a training script: holds its command line against the file that SWEEP_PARAMS names.

Whatever form the command passes parameters in, all of them must be there as Python would write
them, and nothing else. Prints a metric under the names that the sweeps beside it look for.
"""
import json
import os
import sys

NAMES = ["loss", "val/acc", "val_acc", "eval/f1", "episode_return", "test_auc", "valid.loss"]

with open(os.environ["SWEEP_PARAMS"]) as file:
    params = json.load(file)


def is_same(word, value):
    """A number that the YAML spells may be spelled otherwise by Python."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return type(value)(word) == value
        except ValueError:
            return False
    return word == str(value)


def is_pair(word, prefix, name, value):
    start = prefix + name + "="
    return word.startswith(start) and is_same(word[len(start):], value)


def pairs(prefix):
    def check(words):
        return len(words) == len(params) and all(
            is_pair(word, prefix, *item) for word, item in zip(words, sorted(params.items())))
    return check


def separate(words):
    items = sorted(params.items())
    return len(words) == 2 * len(items) and all(
        words[2 * i] == "--" + name and is_same(words[2 * i + 1], value)
        for i, (name, value) in enumerate(items))


def flags(words):
    items = [item for item in sorted(params.items()) if item[1] is not False]
    return len(words) == len(items) and all(
        word == "--" + name if value is True else is_pair(word, "--", name, value)
        for word, (name, value) in zip(words, items))


def as_json(words):
    try:
        return len(words) == 1 and json.loads(words[0]) == params
    except ValueError:
        return False


def as_file(words):
    if len(words) != 1 or not os.path.isabs(words[0]):
        return False
    with open(words[0]) as file:
        return json.load(file) == params


FORMS = {
    "args": pairs("--"),
    "args_no_hyphens": pairs(""),
    "args_append_hydra": pairs("+"),
    "args_override_hydra": pairs("++"),
    "args_no_equals": separate,
    "args_no_boolean_flags": flags,
    "args_json": as_json,
    "args_json_file": as_file,
}

# What stands before the macro is the sweep's own; the file's name says which macro it is.
form = os.environ["SWEEP_NAME"].rsplit("-", 1)[-1]
before = int(os.environ.get("WORDS_BEFORE", "0"))
if not FORMS[form](sys.argv[1 + before:]):
    sys.exit("not all of %s as %s: %s" % (params, form, sys.argv))
for epoch in range(3):
    for name in NAMES:
        print("epoch %d %s: %g" % (epoch, name, 1 / (epoch + 1)))
