#!/usr/bin/env python3
"""Runs engines on problems and appends one line of JSON for each run; `report.py` reads them.

    ./bench.py --engines sweep:bayes,sweep:sobol,optuna:tpe --family mixed --seeds 5 --budget 60 -j2

Runs that are in the results are not run again; --budget may be raised. See README.md.
"""
import argparse
import concurrent.futures
import fnmatch
import json
import os
import subprocess
import sys
import threading
import time

import engines
import problems
from results import Store

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "..", "..", ".."))
INSTANCES = 4


def arguments():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--engines", default="", help="comma-separated, as in engines/__init__.py; "
                   "sweep:METHOD@TAG names a variant of your own")
    p.add_argument("--family", default="", help=f"comma-separated: {', '.join(problems.FAMILIES)}")
    p.add_argument("--problems", default="*", help="pattern of names, such as 'bbob/*-5'")
    p.add_argument("--seeds", default="5", help="5 means 1 to 5; 6-20 means those")
    p.add_argument("--budget", type=int, default=60, help="trials of a run")
    p.add_argument("-j", "--jobs", type=int, default=1, help="processes at a time")
    p.add_argument("--test-half", action="store_true",
                   help="the problems kept for the one look of a release, instead of the others")
    p.add_argument("--results", default=os.path.join(ROOT, "build", "optimizers", "results.jsonl"))
    p.add_argument("--known", action="append", default=[],
                   help="another results file whose runs are not repeated")
    p.add_argument("--sweep", default=os.path.join(ROOT, "build", "release", "bin", "sweep"))
    p.add_argument("--yaml", default="", help="more keys for the space's file, as JSON members")
    p.add_argument("--peers", default=os.path.join(ROOT, "build", "peers"),
                   help="the environment that peers.sh made")
    p.add_argument("--seconds", type=float, default=900, help="longest run")
    p.add_argument("--nice", type=int, default=10)
    p.add_argument("--list", action="store_true", help="show the problems and run nothing")
    return p.parse_args()


def numbers(text):
    first, _, last = text.partition("-")
    return range(int(first), int(last) + 1) if last else range(1, int(first) + 1)


def chosen_problems(args):
    """Names of one half; a pattern that means the other half is an error, not silence."""
    wanted = [f for f in args.family.split(",") if f]
    for family in wanted:
        if family not in problems.FAMILIES:
            sys.exit(f"no family '{family}'; there are: {', '.join(problems.FAMILIES)}")
    half = "test" if args.test_half else "train"
    matching = [n for n in problems.split() if fnmatch.fnmatch(n, args.problems)
                and (not wanted or n.split("/")[0] in wanted)]
    found = [n for n in matching if problems.split()[n] == half]
    if matching and not found and not args.test_half:
        sys.exit("these problems are in the test half, which is looked at once for a release; "
                 "give --test-half to run it")
    if not found:
        sys.exit("no problem has such a name; --list shows them")
    return found


class Runner:
    def __init__(self, args):
        self.args = args
        self.options = {"sweep": os.path.abspath(args.sweep), "yaml": args.yaml}
        self.peers = os.path.join(os.path.abspath(args.peers), "bin", "python")
        os.makedirs(os.path.dirname(os.path.abspath(args.results)), exist_ok=True)
        self.store = Store(args.results, args.known)
        self.lock = threading.Lock()
        self.versions = {}

    def interpreter(self, engine, problem):
        plain = engine == "baseline" or engines.is_plain(engine)
        if plain and not problem.startswith("bbob/"):
            return sys.executable
        if not os.path.exists(self.peers):
            sys.exit(f"{engine} on {problem} needs the peers' environment; make it with "
                     f"{os.path.join(HERE, 'peers.sh')}")
        return self.peers

    def version(self, engine):
        """Of an engine, asked in the interpreter that has it; None where it is not installed."""
        if engine == "baseline":
            return "random"
        if engine not in self.versions:
            code = ("import sys, json, engines; "
                    "print(engines.version(sys.argv[1], json.loads(sys.argv[2])))")
            said = subprocess.run([self.interpreter(engine, ""), "-c", code, engine,
                                   json.dumps(self.options)],
                                  cwd=HERE, capture_output=True, text=True)
            self.versions[engine] = (said.stdout.split() or [None])[-1]
            if said.returncode:
                self.versions[engine] = None
                print(f"{engine} is left out: {said.stderr.strip().splitlines()[-1]}")
        return self.versions[engine]

    def jobs(self):
        """What is not there yet: seed by seed, so that a run cut short has every problem."""
        names = chosen_problems(self.args)
        seeds = numbers(self.args.seeds)
        wanted = [e for e in self.args.engines.split(",") if e]
        wanted = [e for e in wanted if self.version(e) is not None]
        instances = sorted({1 + (seed - 1) % INSTANCES for seed in seeds})
        jobs = [self.job("baseline", name, i, i, 200) for name in names for i in instances]
        for seed in seeds:
            for engine in wanted:
                for name in names:
                    jobs.append(self.job(engine, name, seed, 1 + (seed - 1) % INSTANCES,
                                         self.args.budget))
        return [job for job in jobs if not self.store.has(job)]

    def job(self, engine, problem, seed, instance, budget):
        return {"engine": engine, "version": self.version(engine), "problem": problem,
                "seed": seed, "instance": instance, "budget": budget}

    def run(self, job):
        task = {**job, "seconds": self.args.seconds, "options": self.options}
        command = [self.interpreter(job["engine"], job["problem"]),
                   os.path.join(HERE, "worker.py"), json.dumps(task)]
        try:
            done = subprocess.run(command, capture_output=True, text=True,
                                  timeout=2 * self.args.seconds)
            record = json.loads(done.stdout.strip().splitlines()[-1])
        except subprocess.TimeoutExpired:
            record = {"status": "error", "error": f"over {2 * self.args.seconds} s"}
        except (IndexError, ValueError):
            record = {"status": "error", "error": done.stderr.strip()[-600:]}
        with self.lock:
            self.store.append({**job, **record})
        return job, record


def main():
    args = arguments()
    if args.list:
        print("\n".join(chosen_problems(args)))
        return
    os.nice(args.nice)
    runner = Runner(args)
    jobs = runner.jobs()
    print(f"{len(jobs)} runs to do, results in {args.results}", flush=True)
    start, failed = time.monotonic(), 0
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for count, (job, record) in enumerate(pool.map(runner.run, jobs), 1):
            if record["status"] == "error":
                failed += 1
                print(f"{job['engine']} on {job['problem']}, seed {job['seed']}: "
                      f"{record['error'].splitlines()[-1:]}", flush=True)
            if count % 50 == 0:
                print(f"{count} of {len(jobs)} in {time.monotonic() - start:.0f} s", flush=True)
    print(f"{len(jobs) - failed} done, {failed} failed, {time.monotonic() - start:.0f} s")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
