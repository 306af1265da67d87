#!/usr/bin/env python3
"""Stands for a training script: it checks what it was given, and its loss is a formula."""
import argparse
import math

parser = argparse.ArgumentParser()
parser.add_argument("--optimizer", choices=["sgd", "adam"], required=True)
parser.add_argument("--lr", type=float, required=True)
parser.add_argument("--momentum", type=float)
parser.add_argument("--beta", type=float)
parser.add_argument("--batch", type=int, required=True)
parser.add_argument("--depth", type=int, required=True)
parser.add_argument("--warmup", type=int, required=True)
args = parser.parse_args()

assert (args.momentum is not None) == (args.optimizer == "sgd")
assert (args.beta is not None) == (args.optimizer == "adam")
assert args.batch * args.depth <= 1024
assert args.warmup == math.ceil(1000 / args.batch)

best = -1.5 if args.optimizer == "sgd" else -2.5
loss = (math.log10(args.lr) - best) ** 2 + 1 / args.depth
loss += abs((args.momentum or args.beta) - 0.9)
print(f"loss: {loss:.4f}")
