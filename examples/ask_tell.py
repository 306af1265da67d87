#!/usr/bin/env python3
"""Optimises a toy function with the engine of sweep, from plain Python: no packages.

    python3 examples/ask_tell.py [DIR]      with DIR everything is recorded there
"""
import json
import math
import os
import subprocess
import sys


def loss(x, y, shape):
    distance = (x - 0.5) ** 2 + math.log10(y) ** 2
    if shape == "square":
        distance += 0.1
    return distance


space = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ask_tell.yaml")
command = ["sweep", "ask-tell", space]
if len(sys.argv) > 1:
    command += ["--dir", sys.argv[1]]
sweep = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def call(op, **members):
    print(json.dumps({"op": op, **members}), file=sweep.stdin, flush=True)
    answer = json.loads(sweep.stdout.readline() or '{"error": "it has ended"}')
    if "error" in answer:
        sys.exit("sweep: " + answer["error"])
    return answer


while "params" in (trial := call("ask")):
    value = loss(**trial["params"])
    call("tell", trial=trial["trial"], value=value)
print(trial["reason"])
print("best:", call("best"))
