"""One job of bench.py, in a process of its own: `worker.py JSON` prints its record as JSON.

A job has engine, problem, seed, budget, instance, seconds, options. The engine "baseline" is
random search repeated: the median gaps by which regrets are divided.
"""
import json
import os
import sys
import time
import warnings

for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[library + "_NUM_THREADS"] = "1"

import engines
import metrics
import problems
from engines import uniform
from simulator import simulate

REPEATS = 51


def baseline(problem):
    """{budget: median gap of the incumbent over REPEATS random searches}"""
    gaps = {budget: [] for budget in metrics.BUDGETS}
    for repeat in range(REPEATS):
        engine = uniform.Engine("", problem.space, f"baseline{repeat}", None, None, None)
        run = simulate(engine, problem, f"baseline{repeat}", max(metrics.BUDGETS))
        incumbents = metrics.incumbent_gaps(run.observed, run.gaps)
        for budget in gaps:
            gap = incumbents[budget - 1]
            gaps[budget].append(float("inf") if gap is None else gap)
    return {budget: metrics.median(values) for budget, values in gaps.items()}


def play(job, problem):
    engine = engines.create(job["engine"], problem.space, job["seed"], job["budget"],
                            problem.workers, job["options"])
    try:
        return simulate(engine, problem, job["seed"], job["budget"], job["seconds"]).record()
    finally:
        engine.close()


def main():
    warnings.simplefilter("ignore")
    job = json.loads(sys.argv[1])
    start = time.monotonic()
    problem = problems.make(job["problem"], job["instance"])
    if job["engine"] == "baseline":
        record = {"status": "ok", "median": baseline(problem)}
    else:
        record = play(job, problem)
    record["wall_s"] = round(time.monotonic() - start, 2)
    # The last line: what libraries print comes before it.
    print("\n" + json.dumps(record), flush=True)


if __name__ == "__main__":
    main()
