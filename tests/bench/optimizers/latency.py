#!/usr/bin/env python3
"""How long one ask takes with so many finished trials, in 6 dimensions, and the memory it needs.

    ./latency.py --engines sweep:bayes,optuna:gp,optuna:tpe --told 50,200,1000,2000

Each figure is a process of its own: the trials are given as finished evidence, then one ask that
does not count (libraries load, the first fit), then ask and tell in turn, so that each of the
counted asks has a result more to fit. Printed: the median, the slowest, the largest resident set.
"""
import argparse
import json
import os
import random
import subprocess
import sys
import time

import engines
import metrics
import problems
from bench import ROOT, Runner

PROBLEM = "synthetic/hartmann6-6"


def arguments():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--engines", default="sweep:bayes")
    p.add_argument("--told", default="50,200,1000,2000", help="numbers of finished trials")
    p.add_argument("--asks", type=int, default=5, help="that are counted")
    p.add_argument("--sweep", default=os.path.join(ROOT, "build", "release", "bin", "sweep"))
    p.add_argument("--yaml", default="")
    p.add_argument("--peers", default=os.path.join(ROOT, "build", "peers"))
    p.add_argument("--seconds", type=float, default=600, help="given up after")
    p.add_argument("--job", help=argparse.SUPPRESS)
    return p.parse_args()


def resident_kib(engine):
    """Of the engine's process: its own child, or this one."""
    if hasattr(engine, "resident_kib"):
        return engine.resident_kib()
    with open("/proc/self/status", encoding="ascii") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def measure(job):
    """Runs in a process of its own."""
    problem = problems.make(PROBLEM, 1)
    rng = random.Random(1)
    engine = engines.create(job["engine"], problem.space, 1, job["told"] + job["asks"] + 1, 1,
                            job["options"])
    points = [problem.space.sample(rng) for _ in range(job["told"])]
    engine.preload([(params, problem.value(params)) for params in points])
    asks = []
    for _ in range(job["asks"] + 1):
        start = time.perf_counter()
        handle, params = engine.ask()
        asks.append((time.perf_counter() - start) * 1000)
        engine.tell(handle, params, problem.value(params))
    memory = resident_kib(engine)
    engine.close()
    print("\n" + json.dumps({"ms": asks[1:], "mib": memory / 1024}))


def figures(args, runner, engine, told):
    job = {"engine": engine, "told": told, "asks": args.asks, "options": runner.options}
    environment = {**os.environ, **{f"{library}_NUM_THREADS": "1"
                                    for library in ("OMP", "OPENBLAS", "MKL")}}
    try:
        done = subprocess.run([runner.interpreter(engine, PROBLEM), __file__, "--job",
                               json.dumps(job)], capture_output=True, text=True,
                              timeout=args.seconds, env=environment)
    except subprocess.TimeoutExpired:
        return f"over {args.seconds:.0f} s"
    if done.returncode:
        return done.stderr.strip().splitlines()[-1]
    found = json.loads(done.stdout.strip().splitlines()[-1])
    return f"{metrics.median(found['ms']):.3g} / {max(found['ms']):.3g} ms, {found['mib']:.0f} MiB"


def main():
    args = arguments()
    if args.job:
        measure(json.loads(args.job))
        return
    args.results, args.known = os.devnull, []
    runner = Runner(args)
    told = [int(n) for n in args.told.split(",")]
    print("| engine | " + " | ".join(f"{n} trials" for n in told) + " |")
    print("| --- |" + " ---: |" * len(told))
    for engine in args.engines.split(","):
        if runner.version(engine) is None:
            continue
        cells = [figures(args, runner, engine, n) for n in told]
        print(f"| {engine} {runner.version(engine)} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
