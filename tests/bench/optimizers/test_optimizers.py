"""Tests of the harness itself: known minima, figures of the report, the simulator, the split.

Needs Python 3 and nothing else: `python3 test_optimizers.py`. With the peers' Python, bbob too.
"""
import importlib.util
import random
import unittest

import metrics
import problems
from functions import TABLE, Function
from instances import Instance, orthogonal
from simulator import simulate
from space import Choice, Float, Int, Space

# What is published for them (Surjanovic and Bingham), by function and dimensions.
PUBLISHED = {
    ("branin", 2): 0.397887, ("camel", 2): -1.031628, ("goldstein", 2): 1.098612,
    ("hartmann3", 3): -3.86278, ("hartmann6", 6): -3.32237, ("hartmann6", 20): -3.32237,
    ("ackley", 5): 0, ("levy", 5): 0, ("rosenbrock", 5): 0, ("rastrigin", 10): 0,
    ("griewank", 5): 0, ("styblinski", 5): -39.16617 * 5, ("michalewicz", 2): -1.8013,
    ("michalewicz", 5): -4.687658, ("michalewicz", 10): -9.66015, ("shekel", 4): -10.5364,
    ("schwefel", 5): 0, ("dixon", 10): 0, ("powell", 8): 0, ("eggholder", 2): -959.6407,
    ("dropwave", 2): -1, ("bukin", 2): 0, ("cosine8", 8): -0.8,
}


def near(x, low, high, step, rng):
    return [min(max(v + rng.gauss(0, step) * (h - l), l), h) for v, l, h in zip(x, low, high)]


class Functions(unittest.TestCase):
    def test_every_function_is_held_against_a_published_minimum(self):
        self.assertEqual({name for name, _ in PUBLISHED}, set(TABLE))
        for (name, d), value in PUBLISHED.items():
            self.assertAlmostEqual(Function(name, d).minimum, value, msg=name,
                                   delta=6e-5 * max(1, abs(value)))

    def test_nothing_near_or_far_is_lower(self):
        rng = random.Random(1)
        for name, d in PUBLISHED:
            f = Function(name, d)
            for step in (1e-7, 1e-5, 1e-3, 0.1, 1.0):
                for _ in range(40):
                    x = near(f.minimiser, f.low, f.high, step, rng)
                    self.assertGreaterEqual(f.value(x), f.minimum - 1e-9, (name, x))

    def test_movable_ones_have_nothing_lower_outside_their_box(self):
        rng = random.Random(2)
        for name, d in PUBLISHED:
            f = Function(name, d)
            for _ in range(200 if f.movable else 0):
                x = [l + (h - l) * rng.uniform(-0.6, 1.6) for l, h in zip(f.low, f.high)]
                self.assertGreaterEqual(f.value(x), f.minimum - 1e-9, (name, x))

    def test_a_rotation_keeps_lengths(self):
        rows = orthogonal(7, random.Random(3))
        for i, a in enumerate(rows):
            for j, b in enumerate(rows):
                self.assertAlmostEqual(sum(x * y for x, y in zip(a, b)), float(i == j))

    def test_the_minimum_is_off_centre(self):
        for seed in range(20):
            box = Instance(Function("ackley", 5), random.Random(seed))
            self.assertTrue(all(abs(u - 0.5) > 0.09 for u in box.best))


class Problems(unittest.TestCase):
    def plain(self):
        """Every problem that needs no package, in an instance of each kind."""
        for name in problems.split():
            if not name.startswith("bbob/"):
                for instance in (1, 2):
                    yield problems.make(name, instance)

    def test_each_has_its_minimum_at_its_best_and_nowhere_less(self):
        rng = random.Random(4)
        for problem in self.plain():
            problem.space.check(problem.best)
            self.assertAlmostEqual(problem.value(problem.best), problem.minimum, delta=1e-9,
                                   msg=problem.name)
            if problem.hidden:
                self.assertFalse(problem.hidden.holds(problem.space.unit(problem.best)))
            for _ in range(30):
                params = problem.space.sample(rng)
                problem.space.check(params)
                self.assertGreaterEqual(problem.value(params), problem.minimum - 1e-9, problem.name)

    def test_a_problem_is_the_same_each_time_and_instances_differ(self):
        for name in ("mixed/hartmann6-6", "conditional/nested", "failing/branin-2-region"):
            a, b, c = (problems.make(name, i) for i in (1, 1, 2))
            self.assertEqual(a.best, b.best)
            self.assertNotEqual(a.best, c.best)
            self.assertEqual(a.slope, b.slope)

    def test_a_fifth_fails_where_a_region_does_and_a_tenth_by_chance(self):
        for name, share in (("failing/hartmann6-6-region", 0.2), ("failing/ackley-5-random", 0.1)):
            problem, rng = problems.make(name, 1), random.Random(5)
            failed = sum(problem.observe(problem.space.sample(rng), rng) is None
                         for _ in range(3000))
            self.assertAlmostEqual(failed / 3000, share, delta=0.04, msg=name)

    def test_halves_share_no_function_and_no_data(self):
        def subjects(half):
            found = set()
            for name in problems.names(half):
                family, rest = name.split("/")
                if family == "conditional":
                    import conditional
                    found |= {function for function, _ in conditional.TREES[rest][1].values()}
                elif family in ("real", "pipeline"):
                    found.add(rest.split("-")[-1])
                else:
                    found.add(rest.split("-")[0])
            return found
        self.assertFalse(subjects("train") & subjects("test"))

    def test_both_halves_have_every_family_that_there_is(self):
        for half in ("train", "test"):
            self.assertEqual({n.split("/")[0] for n in problems.names(half)},
                             {n.split("/")[0] for n in problems.split()})


    @unittest.skipUnless(importlib.util.find_spec("cocoex"), "coco-experiment is not installed")
    def test_nothing_of_bbob_is_less_than_its_minimum(self):
        rng = random.Random(7)
        for name in problems.split():
            if name.startswith("bbob/"):
                problem = problems.make(name, 3)
                for _ in range(50):
                    self.assertGreater(problem.value(problem.space.sample(rng)), problem.minimum)


class Spaces(unittest.TestCase):
    space = Space([Choice("opt", ["sgd", "adam"]), Float("lr", 1e-5, 1e-1, log=True),
                   Float("momentum", 0.0, 0.99, when=("opt", ["sgd"])),
                   Int("batch", 16, 64, step=16)])

    def test_inactive_parameters_are_absent(self):
        self.assertEqual(set(self.space.at([0.9, 0.5, 0.5, 0.5])), {"opt", "lr", "batch"})
        with self.assertRaises(ValueError):
            self.space.check({"opt": "adam", "lr": 1e-3, "batch": 16, "momentum": 0.5})

    def test_values_off_the_grid_or_out_of_bounds_are_refused(self):
        for wrong in ({"batch": 17}, {"batch": 80}, {"lr": 1.0}, {"opt": "lion"}):
            with self.assertRaises(ValueError):
                self.space.check({"opt": "adam", "lr": 1e-3, "batch": 16, **wrong})

    def test_unit_and_back(self):
        params = self.space.at([0.1, 0.25, 0.75, 0.6])
        self.assertAlmostEqual(params["lr"], 1e-4)
        self.assertEqual(params["batch"], 48)
        self.assertAlmostEqual(self.space.unit(params)[1], 0.25)


class Recorder:
    """An engine that asks for random points and keeps what it was told."""

    def __init__(self, space, seed):
        self.space, self.rng = space, random.Random(seed)
        self.asked, self.told, self.busiest = 0, [], 0

    def ask(self):
        self.asked += 1
        self.busiest = max(self.busiest, self.asked - len(self.told))
        return self.asked, self.space.sample(self.rng)

    def tell(self, handle, _params, value):
        self.told.append((handle, value))


class Simulation(unittest.TestCase):
    def run_with(self, name, engine_seed=1, seed=1):
        problem = problems.make(name, 1)
        engine = Recorder(problem.space, engine_seed)
        return engine, simulate(engine, problem, seed, 40)

    def test_one_worker_is_a_sequence(self):
        engine, run = self.run_with("async/branin-2-w1")
        self.assertEqual([handle for handle, _ in engine.told], list(range(1, 41)))
        self.assertEqual(engine.busiest, 1)
        self.assertEqual([value for _, value in engine.told], run.observed)

    def test_workers_are_kept_busy_and_each_trial_is_told_once(self):
        engine, _ = self.run_with("async/branin-2-w16")
        self.assertEqual(sorted(handle for handle, _ in engine.told), list(range(1, 41)))
        self.assertNotEqual([handle for handle, _ in engine.told], list(range(1, 41)))
        self.assertEqual(engine.busiest, 16)

    def test_luck_belongs_to_the_trial_not_to_the_engine(self):
        first, _ = self.run_with("failing/ackley-5-random", engine_seed=1)
        second, _ = self.run_with("failing/ackley-5-random", engine_seed=2)
        failures = [[h for h, v in e.told if v is None] for e in (first, second)]
        self.assertEqual(*failures)
        self.assertTrue(failures[0])

    def test_the_incumbent_is_who_looked_best(self):
        self.assertEqual(metrics.incumbent_gaps([None, 3.0, 1.0, 2.0], [9.0, 5.0, 7.0, 1.0]),
                         [None, 5.0, 7.0, 7.0])


class Metrics(unittest.TestCase):
    def test_interquartile_mean(self):
        self.assertAlmostEqual(metrics.iqm([8, 1, 2, 3, 4, 5, 6, 7]), 4.5)
        self.assertAlmostEqual(metrics.iqm([1, 2, 3, 4, 100]), 3.0)
        self.assertAlmostEqual(metrics.iqm([5, 3, 6, 7, 9, 13]), (0.5 * 5 + 6 + 7 + 0.5 * 9) / 3)
        self.assertAlmostEqual(metrics.iqm([2.5]), 2.5)

    def test_ranks_share_ties(self):
        self.assertEqual(metrics.ranks([3.0, 1.0, 3.0, 2.0]), [3.5, 1.0, 3.5, 2.0])

    def test_percentiles(self):
        self.assertEqual(metrics.percentile([4, 1, 3, 2], 50), 2.5)
        self.assertAlmostEqual(metrics.percentile(range(101), 95), 95)
        self.assertEqual(metrics.median([3, 1, 2]), 2)

    def test_intervals_stay_within_their_strata(self):
        low, high = metrics.interval([[1.0] * 5, [3.0] * 5], metrics.mean, 100)
        self.assertEqual((low, high), (2.0, 2.0))
        rng = random.Random(6)
        low, high = metrics.interval([[rng.gauss(0, 1) for _ in range(400)]], metrics.mean, 500)
        self.assertAlmostEqual(high - low, 2 * 1.96 / 20, delta=0.05)

    def test_regret(self):
        self.assertEqual(metrics.regret(0.5, 2.0, False), 0.25)
        self.assertAlmostEqual(metrics.regret(0.02, 2.0, True), -2)
        self.assertAlmostEqual(metrics.regret(0.0, 2.0, True), -8)
        self.assertEqual(metrics.regret(None, 2.0, False), 10)

    def test_targets(self):
        self.assertEqual(len(metrics.targets()), 51)
        self.assertEqual(metrics.reached(0.0), 1.0)
        self.assertAlmostEqual(metrics.reached(1.001e-3), 25 / 51)
        self.assertEqual(metrics.win(1.0, 2.0) + metrics.win(1.0, 1.0), 1.5)


if __name__ == "__main__":
    unittest.main()
