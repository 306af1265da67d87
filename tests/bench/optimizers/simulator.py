"""One run in virtual time: W workers, each given a trial when it is free, each told when it ends.

    record = simulate(engine, problem, seed=1, budget=60)

Trials are recorded in the order in which they end, which with one worker is the order of asking.
"""
import heapq
import random
import time


def fingerprint(params):
    return tuple(sorted(params.items()))


class Run:
    """What is recorded of one run; lists in order of ending, `ask_ms` in order of asking."""

    def __init__(self):
        self.observed, self.gaps, self.ask_ms = [], [], []
        self.tell_s = 0.0
        self.clock = 0.0
        self.seen = set()
        self.status = "ok"

    def record(self):
        return {
            "status": self.status,
            "observed": [None if v is None else short(v) for v in self.observed],
            "gap": [short(g) for g in self.gaps],
            "ask_ms": [round(ms, 3) for ms in self.ask_ms],
            "tell_s": round(self.tell_s, 3),
            "virtual_s": round(self.clock, 3),
            "distinct": len(self.seen),
        }


def short(value):
    return float(f"{value:.9g}")


def simulate(engine, problem, seed, budget, seconds=float("inf")):
    """`seconds`: of real time, after which the run ends with what it has and says "slow"."""
    run = Run()
    busy = []
    deadline = time.monotonic() + seconds
    asked = 0
    while True:
        while asked < budget and len(busy) < problem.workers:
            asked += 1
            launch(engine, problem, run, busy, (seed, asked))
        if not busy:
            return run
        finish(engine, problem, run, busy)
        if time.monotonic() > deadline:
            run.status = "slow"
            return run


def launch(engine, problem, run, busy, key):
    start = time.perf_counter()
    handle, params = engine.ask()
    run.ask_ms.append((time.perf_counter() - start) * 1000)
    problem.space.check(params)
    run.seen.add(fingerprint(params))
    rng = random.Random(f"{problem.name}:{key[0]}:{key[1]}")
    value = problem.observe(params, rng)
    end = run.clock + problem.duration(params, rng)
    heapq.heappush(busy, (end, key[1], handle, params, value))


def finish(engine, problem, run, busy):
    run.clock, _, handle, params, value = heapq.heappop(busy)
    run.observed.append(value)
    run.gaps.append(problem.gap(params))
    start = time.perf_counter()
    engine.tell(handle, params, value)
    run.tell_s += time.perf_counter() - start
