#!/usr/bin/env python3
"""Reads what bench.py wrote and prints the comparison as Markdown.

    ./report.py                                  everything of the train half
    ./report.py --engines sweep:bayes,optuna:gp --family mixed --budgets 60
    ./report.py --results a.jsonl b.jsonl --resamples 2000

Regret, intervals and ranks are explained in README.md.
"""
import argparse
import os
import signal
import sys

import metrics
import problems
import results
from metrics import BUDGETS

ROOT = os.path.normpath(os.path.join(problems.HERE, "..", "..", ".."))


def arguments():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--results", nargs="+",
                   default=[os.path.join(ROOT, "build", "optimizers", "results.jsonl")])
    p.add_argument("--engines", default="", help="comma-separated; default: all")
    p.add_argument("--family", default="", help="comma-separated; default: all")
    p.add_argument("--problems", default="*", help="pattern of names")
    p.add_argument("--budgets", default=",".join(map(str, BUDGETS)))
    p.add_argument("--against", default="", metavar="ENGINE",
                   help="whose chances to be better are shown (default: the first sweep engine)")
    p.add_argument("--half", choices=("train", "test"), default="train")
    p.add_argument("--cover", type=float, default=0.8, help="an engine with fewer than this share "
                   "of the runs is compared pair by pair only")
    p.add_argument("--all-versions", action="store_true",
                   help="use runs of an engine's older versions where the newest has none")
    p.add_argument("--resamples", type=int, default=500, help="of the bootstrap; 2000 to publish")
    return p.parse_args()


class Runs:
    """Records of one half, of each engine's newest version: runs[engine][problem, seed]."""

    def __init__(self, args):
        names = set(problems.names(args.half, args.problems))
        families = [f for f in args.family.split(",") if f]
        self.engines = [e for e in args.engines.split(",") if e]
        self.runs, self.medians, self.passed_over = {}, {}, 0
        records = [r for r in results.load(args.results) if r["status"] != "error"]
        self.versions = {r["engine"]: r["version"] for r in records}
        for record in records:
            name = record["problem"]
            if name not in names or families and name.split("/")[0] not in families:
                continue
            if record["engine"] == "baseline":
                self.medians[name, record["instance"]] = record["median"]
            elif not self.engines or record["engine"] in self.engines:
                if args.all_versions or record["version"] == self.versions[record["engine"]]:
                    self.add(record)
                else:
                    self.passed_over += 1
        self.engines = self.engines or sorted(self.runs)
        self.engines = [e for e in self.engines if e in self.runs]

    def add(self, record):
        cells = self.runs.setdefault(record["engine"], {})
        cell = (record["problem"], record["seed"])
        known = cells.get(cell)
        if not known or known["version"] != record["version"] \
                or len(known["gap"]) < len(record["gap"]):
            record["incumbent"] = metrics.incumbent_gaps(record["observed"], record["gap"])
            cells[cell] = record

    def regrets(self, engine, family, budget):
        """{(problem, seed): regret} of the runs that are long enough."""
        decades = problems.FAMILIES[family][1]
        found = {}
        for (name, seed), record in self.runs[engine].items():
            scale = self.medians.get((name, record["instance"]))
            if name.startswith(family + "/") and scale and len(record["gap"]) >= budget:
                gap = record["incumbent"][budget - 1]
                found[name, seed] = metrics.regret(gap, scale[str(budget)], decades)
        return found

    def families(self):
        present = {name.split("/")[0] for cells in self.runs.values() for name, _ in cells}
        return [f for f in problems.FAMILIES if f in present]


def strata(cells, values):
    """Values by problem: what the bootstrap resamples."""
    groups = {}
    for cell in sorted(cells):
        groups.setdefault(cell[0], []).append(values[cell])
    return list(groups.values())


class Comparison:
    """One family at one budget."""

    def __init__(self, runs, family, budget, args):
        self.args = args
        regrets = {e: runs.regrets(e, family, budget) for e in runs.engines}
        self.regrets = {e: found for e, found in regrets.items() if found}
        most = max((len(found) for found in self.regrets.values()), default=0)
        self.whole = [e for e, found in self.regrets.items() if len(found) >= args.cover * most]
        self.common = set.intersection(*(set(self.regrets[e]) for e in self.whole)) \
            if self.whole else set()
        self.ranks = self.mean_ranks()

    def mean_ranks(self):
        total = dict.fromkeys(self.whole, 0.0)
        for cell in self.common:
            places = metrics.ranks([self.regrets[e][cell] for e in self.whole])
            for engine, place in zip(self.whole, places):
                total[engine] += place / len(self.common)
        return total

    def regret(self, engine):
        """The interquartile mean over the common runs with its interval, or None."""
        if engine not in self.whole or not self.common:
            return None
        return self.estimate(self.common, self.regrets[engine], metrics.iqm)

    def estimate(self, cells, values, statistic):
        """(figure, low, high); without an interval where no problem was run twice."""
        groups = strata(cells, values)
        figure = statistic([v for group in groups for v in group])
        if max(map(len, groups)) == 1:
            return (figure,)
        return (figure, *metrics.interval(groups, statistic, self.args.resamples))

    def shared(self, ours, theirs):
        return set(self.regrets.get(ours, {})) & set(self.regrets.get(theirs, {}))

    def chance(self, ours, theirs):
        """How often `ours` has the lower regret on the same problem and seed, or None."""
        shared = self.shared(ours, theirs)
        if not shared:
            return None
        wins = {cell: metrics.win(self.regrets[ours][cell], self.regrets[theirs][cell])
                for cell in shared}
        return self.estimate(shared, wins, metrics.mean)


def table(head, rows):
    print("| " + " | ".join(head) + " |")
    print("|" + "|".join(" --- " if i == 0 else " ---: " for i in range(len(head))) + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def shown(estimate):
    if estimate is None:
        return "-"
    figure, *interval = (f"{v:.3g}" for v in estimate)
    return f"{figure} [{', '.join(interval)}]" if interval else figure


def print_chances(found, peers, against):
    """`found`: the Comparison of each budget."""
    rows = []
    for peer in peers:
        cells = [shown(c.chance(against, peer)) for c in found.values()]
        if set(cells) != {"-"}:
            pairs = max(len(c.shared(against, peer)) for c in found.values())
            rows.append([f"{peer} ({pairs} pairs of runs)", *cells])
    if rows:
        print(f"Probability that {against} is better than the peer:\n")
        table(["peer", *(f"{b} trials" for b in found)], rows)


def print_family(runs, family, budgets, args, against):
    found = {b: Comparison(runs, family, b, args) for b in budgets}
    found = {b: c for b, c in found.items() if c.common}
    if not found:
        return {}
    tasks = len({name for c in found.values() for name, _ in c.common})
    counts = ", ".join(f"{len(c.common)} at {b}" for b, c in found.items())
    unit = "log10 of regret" if problems.FAMILIES[family][1] else "regret"
    print(f"### {family}\n\n{tasks} problems; runs: {counts}. Interquartile mean of {unit} "
          "(random search's median is "
          f"{0 if unit != 'regret' else 1}), mean rank after the slash; lower is better.\n")
    order = sorted(runs.engines, key=lambda e: [-len(found), *(
        c.ranks.get(e, 99) for c in reversed(found.values()))])
    rows = []
    for engine in order:
        cells = []
        for c in found.values():
            rank = f" / {c.ranks[engine]:.2f}" if engine in c.ranks else ""
            cells.append(shown(c.regret(engine)) + rank)
        if set(cells) != {"-"}:
            rows.append([engine, *cells])
    table([family, *(f"{b} trials" for b in found)], rows)
    print_chances(found, [e for e in order if e != against], against)
    return {b: c.ranks for b, c in found.items()}


def print_ranks(runs, ranks):
    """The mean ranks of all families at the largest budget that each has."""
    columns = {family: places[max(places)] for family, places in ranks.items() if places}
    if len(columns) < 2:
        return
    print("### Mean ranks\n")
    rows = []
    for engine in runs.engines:
        own = [places.get(engine) for places in columns.values()]
        known = [place for place in own if place is not None]
        mean = metrics.mean(known) if len(known) == len(own) else None
        cells = ["-" if place is None else f"{place:.2f}" for place in [*own, mean]]
        rows.append((mean or 99, [engine, *cells]))
    heads = [f"{family} ({max(ranks[family])})" for family in columns]
    table(["engine", *heads, "all"], [row for _, row in sorted(rows)])


def print_ecdf(runs):
    """bbob: the share of function-target pairs that are reached, at budgets of 5 to 100 per
    dimension, over the runs that are so long."""
    steps = (5, 10, 25, 50, 100)
    rows = []
    for engine in runs.engines:
        for d in (2, 3, 5, 10, 20):
            cells = [r for (name, _), r in runs.runs[engine].items()
                     if name.startswith("bbob/") and name.endswith(f"-{d}")]
            shares = []
            for step in steps:
                long = [r["incumbent"][step * d - 1] for r in cells if len(r["gap"]) >= step * d]
                shares.append(f"{metrics.mean([metrics.reached(g) for g in long]):.3f}"
                              if long else "-")
            if set(shares) != {"-"}:
                rows.append((d, [f"{d} dimensions, {engine}", *shares]))
    if rows:
        print("### bbob: share of 51 targets (1e2 to 1e-8) reached; higher is better\n")
        table(["", *(f"{s}d trials" for s in steps)],
              [row for _, row in sorted(rows, key=lambda pair: pair[0])])


def print_latency(runs, budgets):
    """Of one ask near the given number of trials, over all problems, with one worker."""
    rows = []
    for engine in runs.engines:
        cells = []
        for b in budgets:
            asks = [ms for r in runs.runs[engine].values() if len(r["gap"]) >= b
                    for ms in r["ask_ms"][b - 5:b]]
            cells.append("{:.3g} / {:.3g}".format(
                metrics.percentile(asks, 50), metrics.percentile(asks, 95)) if asks else "-")
        rows.append([f"{engine} {runs.versions[engine]}", *cells])
    print("### Latency of one ask, ms: median / 95th percentile\n")
    table(["engine", *(f"{b} trials" for b in budgets)], rows)


def trials_to_reach(curves, gap):
    """The trials after which the median run has such a regret; None: it has not at the end."""
    length = min(len(curve) for curve in curves)
    worst = float("inf")
    for n in range(length):
        if metrics.median([worst if c[n] is None else c[n] for c in curves]) <= gap:
            return n + 1
    return None


def delay_alone(start, workers):
    """What is lost where each result comes W - 1 trials later and nothing else changes: a trial
    among W is chosen without those that run beside it, however cleverly it is."""
    return 1 - start / (start + workers - 1)


def print_async(runs):
    """What workers cost: 1 - (trials of one worker) / (trials of W) to the same median regret.
    Regret, since a task's instances are other ones with other workers."""
    groups = {}
    for engine in runs.engines:
        for (name, _), record in runs.runs[engine].items():
            scale = runs.medians.get((name, record["instance"]))
            if name.startswith("async/") and scale:
                task, workers = name.rsplit("-w", 1)
                groups.setdefault((engine, int(workers)), {}).setdefault(task, []).append(
                    [None if gap is None else gap / scale["60"] for gap in record["incumbent"]])
    rows = []
    for (engine, workers), tasks in sorted(groups.items()):
        alone = groups.get((engine, 1), {})
        losses, start = [], 0
        for task, curves in tasks.items():
            if workers > 1 and task in alone:
                start = min(len(c) for c in alone[task]) // 2
                goal = metrics.median([c[start - 1] for c in alone[task]])
                needed = trials_to_reach(curves, goal)
                losses.append("never" if needed is None else f"{1 - start / needed:.0%}")
        if losses:
            rows.append([engine, str(workers), f"{delay_alone(start, workers):.0%}",
                         ", ".join(losses)])
    if rows:
        print("### Sample efficiency lost to asynchronous workers, by problem\n")
        table(["engine", "workers", "by the delay of results alone", "lost"], rows)


def main():
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `| head` ends it quietly
    args = arguments()
    runs = Runs(args)
    if not runs.engines:
        sys.exit("no results of these engines and problems; bench.py makes some")
    if not runs.medians:
        sys.exit("no baseline among the results: bench.py runs it first, give its file too")
    budgets = [int(b) for b in args.budgets.split(",")]
    against = args.against or next((e for e in runs.engines if e.startswith("sweep:")), "")
    print("Engines: " + ", ".join(f"{e} {runs.versions[e]}" for e in runs.engines) + "\n")
    if runs.passed_over:
        print(f"Passed over: {runs.passed_over} runs of older versions (see --all-versions).\n")
    ranks = {}
    for family in runs.families():
        ranks[family] = print_family(runs, family, budgets, args, against)
    print_ranks(runs, ranks)
    print_ecdf(runs)
    print_async(runs)
    print_latency(runs, budgets)


if __name__ == "__main__":
    main()
