"""SMAC3: bb (Gaussian process, its BlackBox facade) and hpo (random forest)."""
import shutil
import tempfile

import ConfigSpace
import smac
from smac.runhistory.dataclasses import TrialValue
from smac.runhistory.enumerations import StatusType

from engines import native
from space import Choice, Int


def hyperparameter(p):
    if isinstance(p, Choice) and p.ordered:
        return ConfigSpace.OrdinalHyperparameter(p.name, p.values)
    if isinstance(p, Choice):
        return ConfigSpace.CategoricalHyperparameter(p.name, p.values)
    if isinstance(p, Int) and p.step != 1:
        return ConfigSpace.OrdinalHyperparameter(p.name, list(range(p.low, p.high + 1, p.step)))
    if isinstance(p, Int):
        return ConfigSpace.UniformIntegerHyperparameter(p.name, p.low, p.high, log=p.log)
    return ConfigSpace.UniformFloatHyperparameter(p.name, p.low, p.high, log=p.log)


def configuration_space(space, seed):
    made = ConfigSpace.ConfigurationSpace(seed=seed)
    known = {p.name: hyperparameter(p) for p in space.parameters}
    made.add(*known.values())
    for p in space.parameters:
        if p.when:
            made.add(ConfigSpace.InCondition(known[p.name], known[p.when[0]], p.when[1]))
    return made


class Engine:
    def __init__(self, variant, space, seed, budget, _workers, _options):
        self.space = space
        self.folder = tempfile.mkdtemp(prefix="sweep-bench-smac-")
        facade = {"bb": smac.BlackBoxFacade,
                  "hpo": smac.HyperparameterOptimizationFacade}[variant]
        scenario = smac.Scenario(configuration_space(space, seed), output_directory=self.folder,
                                 deterministic=True, n_trials=budget, seed=seed)
        self.facade = facade(scenario, lambda config, seed=0: 0.0, logging_level=False,
                             overwrite=True)

    def ask(self):
        info = self.facade.ask()
        return info, native.params(self.space, dict(info.config))

    def tell(self, handle, _params, value):
        if value is None:
            result = TrialValue(cost=float("inf"), status=StatusType.CRASHED)
        else:
            result = TrialValue(cost=value)
        self.facade.tell(handle, result, save=False)

    def close(self):
        shutil.rmtree(self.folder)
