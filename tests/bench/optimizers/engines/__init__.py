"""The engines by name: FAMILY:VARIANT. Each is a class that is asked and told.

    engine = create("optuna:tpe", space, seed=1, budget=60, workers=1, options={})
    handle, params = engine.ask()
    engine.tell(handle, params, 0.3)          # None: the trial failed
    engine.close()

An engine that knows no conditions is given all parameters at once and its inactive answers are
dropped; one that knows no failures is told the worst value so far. Both are what a user does.
"""
import importlib
import importlib.metadata

# The peers' modules import what only their environment has; sweep and random need nothing.
MODULES = {"sweep": "sweep", "random": "uniform", "optuna": "optuna", "hebo": "hebo",
           "smac": "smac", "skopt": "skopt", "wandb": "wandb", "ax": "ax"}
PLAIN = {"sweep", "random"}
# What must be installed; the versions of all but torch are the engine's.
PACKAGES = {"optuna": ["optuna"], "optuna:gp": ["optuna", "torch"], "hebo": ["HEBO", "torch"],
            "smac": ["smac"], "skopt": ["scikit-optimize"], "wandb": ["sweeps"],
            "ax": ["ax-platform", "botorch", "torch"]}


def family(name):
    found = name.split("@")[0].split(":")[0]
    if found not in MODULES:
        raise SystemExit(f"no engine '{name}'; there are: {', '.join(MODULES)}")
    return found


def is_plain(name):
    return family(name) in PLAIN


def module(name):
    return importlib.import_module("engines." + MODULES[family(name)])


def create(name, space, seed, budget, workers, options):
    variant = name.split("@")[0].partition(":")[2]
    return module(name).Engine(variant, space, seed, budget, workers, options)


def version(name, options):
    """Of the engine, without loading it; ImportError where a package of it is not installed."""
    if is_plain(name):
        return module(name).version(options)
    packages = PACKAGES.get(name.split("@")[0], PACKAGES.get(family(name)))
    found = {package: importlib.metadata.version(package) for package in packages}
    return "+".join(number for package, number in found.items() if package != "torch")
