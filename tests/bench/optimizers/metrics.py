"""Figures of the report, in plain Python: regret, interquartile mean, bootstrap, ranks, ECDF.

A run is a record of bench.py: `observed` values and noiseless `gap`s to the minimum, in order.
Its regret at n trials is the gap of the trial that looked best among the first n, which is the
one a user would take; failed trials are never it.
"""
import random
from math import log10

FLOOR = 1e-8
BUDGETS = (20, 40, 60, 100, 200)


def incumbent_gaps(observed, gaps):
    """After each trial the gap of the best so far; None before the first success."""
    best, gap, out = None, None, []
    for value, own in zip(observed, gaps):
        if value is not None and (best is None or value < best):
            best, gap = value, own
        out.append(gap)
    return out


def regret(gap, scale, decades):
    """`scale`: the median gap of random search at this budget. No success counts as random's 10."""
    ratio = 10.0 if gap is None else gap / scale if scale > 0 else float(gap > 0)
    return log10(max(ratio, FLOOR)) if decades else ratio


def median(values):
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def mean(values):
    return sum(values) / len(values)


def iqm(values):
    """Mean of the middle half; with weights at its ends where the count is no multiple of four."""
    ordered = sorted(values)
    n = len(ordered)
    cut = n / 4
    total = 0.0
    for i, value in enumerate(ordered):
        weight = min(i + 1, n - cut) - max(i, cut)
        if weight > 0:
            total += weight * value
    return total / (n - 2 * cut)


def percentile(values, p):
    """By linear interpolation between order statistics."""
    ordered = sorted(values)
    place = p / 100 * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def interval(strata, statistic, resamples, seed=1):
    """Stratified bootstrap 95% interval: strata is a list of lists, each resampled in itself."""
    rng = random.Random(seed)
    found = []
    for _ in range(resamples):
        sample = []
        for stratum in strata:
            sample += rng.choices(stratum, k=len(stratum))
        found.append(statistic(sample))
    return percentile(found, 2.5), percentile(found, 97.5)


def win(ours, theirs):
    """1, 0 or a half for a tie, lower being better."""
    return 0.5 if ours == theirs else float(ours < theirs)


def ranks(values):
    """From 1; equal values share the mean of their places."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    out = [0.0] * len(values)
    i = 0
    while i < len(order):
        j = i
        while j + 1 < len(order) and values[order[j + 1]] == values[order[i]]:
            j += 1
        for k in order[i:j + 1]:
            out[k] = (i + j) / 2 + 1
        i = j + 1
    return out


def targets():
    """COCO's 51 targets: precisions from 1e2 to 1e-8, evenly in decades."""
    return [10 ** (2 - k / 5) for k in range(51)]


def reached(gap):
    """The share of the targets that a gap has reached."""
    return 0.0 if gap is None else mean([float(gap <= t) for t in targets()])
