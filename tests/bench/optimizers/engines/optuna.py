"""Optuna: tpe, gp, cmaes, random, with its defaults; groups for conditional spaces (tpe) and
margins for whole numbers (cmaes), as its manual advises."""
import contextlib

import optuna

from engines import native
from space import Choice, Int


class OldTorch:
    """A torch before 2.0, whose devices are no context managers. GPSampler says "on the CPU" by
    one, which is where all is done anyhow."""

    def __init__(self, torch):
        self.torch = torch

    def __getattr__(self, name):
        return getattr(self.torch, name)

    def device(self, _name):
        return contextlib.nullcontext()


def gp_sampler(seed):
    import torch
    from optuna.samplers._gp import sampler as module

    if int(torch.__version__.split(".")[0]) < 2:
        module.torch = OldTorch(torch)
    return optuna.samplers.GPSampler(seed=seed, warn_independent_sampling=False)


def sampler(variant, space, seed):
    if variant == "tpe":
        # Without conditions a group is the whole space: nothing changes.
        return optuna.samplers.TPESampler(seed=seed, group=space.has_conditions(),
                                          multivariate=True)
    if variant == "gp":
        return gp_sampler(seed)
    if variant == "cmaes":
        margin = any(isinstance(p, Int) for p in space.parameters)
        return optuna.samplers.CmaEsSampler(seed=seed, with_margin=margin,
                                            warn_independent_sampling=False)
    if variant == "random":
        return optuna.samplers.RandomSampler(seed=seed)
    raise ValueError(f"no sampler '{variant}'")


def distribution(p):
    if isinstance(p, Choice):
        return optuna.distributions.CategoricalDistribution(p.values)
    if isinstance(p, Int):
        return optuna.distributions.IntDistribution(p.low, p.high, log=p.log, step=p.step)
    return optuna.distributions.FloatDistribution(p.low, p.high, log=p.log)


def suggest(trial, p):
    if isinstance(p, Choice):
        return trial.suggest_categorical(p.name, p.values)
    if isinstance(p, Int):
        return trial.suggest_int(p.name, p.low, p.high, log=p.log, step=p.step)
    return trial.suggest_float(p.name, p.low, p.high, log=p.log)


class Engine:
    def __init__(self, variant, space, seed, _budget, _workers, _options):
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self.space = space
        self.study = optuna.create_study(sampler=sampler(variant, space, seed))

    def ask(self):
        trial = self.study.ask()
        found = {}
        for p in self.space.parameters:
            if self.space.is_active(p, found):
                found[p.name] = suggest(trial, p)
        return trial, native.params(self.space, found)

    def preload(self, rows):
        for params, value in rows:
            self.study.add_trial(optuna.trial.create_trial(
                params=params, value=value,
                distributions={p.name: distribution(p) for p in self.space.parameters}))

    def tell(self, handle, _params, value):
        if value is None:
            self.study.tell(handle, state=optuna.trial.TrialState.FAIL)
        else:
            self.study.tell(handle, value)

    def close(self):
        pass
