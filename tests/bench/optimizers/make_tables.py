#!/usr/bin/env python3
"""Makes tables/: trains scikit-learn models on small data sets over whole grids, once.

    build/peers/bin/python tests/bench/optimizers/make_tables.py [MODEL-DATA ...]

Takes about 15 minutes of one core for all. Error: the misclassified share, for regression the
squared error over the variance; loss: mean log loss with probabilities kept from 0 and 1 by 0.001.
Both over 3 stratified folds of at most 240 rows; a fit that fails counts as the worst value.
"""
import itertools
import json
import os
import sys
import time
import warnings

for library in ("OMP", "OPENBLAS"):
    os.environ[library + "_NUM_THREADS"] = "1"

import numpy as np
from sklearn import datasets
from sklearn.decomposition import PCA
from sklearn.ensemble import (GradientBoostingClassifier, GradientBoostingRegressor,
                              RandomForestClassifier, RandomForestRegressor)
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC, SVR

ROWS = 240
REGRESSION = ("diabetes",)


def powers(base, first, last, step=1):
    return [float(base) ** k for k in range(first, last + 1, step)]


def axis(name, kind, grid, log=False):
    return {"name": name, "kind": kind, "grid": grid, **({"log": True} if log else {})}


GRIDS = {
    "svm": [axis("C", "float", powers(2, -5, 10), True),
            axis("gamma", "float", powers(2, -12, 3), True),
            axis("kernel", "choice", ["rbf", "sigmoid", "poly"])],
    "knn": [axis("neighbors", "ordered", [1, 2, 3, 5, 8, 12, 18, 25, 40]),
            axis("weights", "choice", ["uniform", "distance"]),
            axis("p", "ordered", [1.0, 1.5, 2.0, 4.0]),
            axis("scaler", "choice", ["none", "standard", "minmax"]),
            axis("components", "ordered", [2, 3, 4, 8])],
    "forest": [axis("trees", "ordered", [4, 8, 16]),
               axis("depth", "int", [1, 2, 3, 4, 5, 6, 7, 8]),
               axis("features", "float", [0.1, 0.3, 0.5, 0.75, 1.0]),
               axis("leaf", "ordered", [1, 2, 4, 8, 16]),
               axis("bootstrap", "choice", ["yes", "no"])],
    "boosting": [axis("rate", "float", [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0],
                      True),
                 axis("depth", "int", [1, 2, 3, 4]),
                 axis("subsample", "float", [0.4, 0.7, 1.0]),
                 axis("leaf", "ordered", [1, 5, 20]),
                 axis("trees", "ordered", [5, 10, 20, 40])],
    "mlp": [axis("rate", "float", [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1], True),
            axis("alpha", "float", powers(10, -6, 0, 2), True),
            axis("hidden", "ordered", [4, 8, 16, 32]),
            axis("activation", "choice", ["relu", "tanh"]),
            axis("batch", "ordered", [16, 32, 64])],
}


def svm(p, regression):
    model = SVR if regression else SVC
    return make_pipeline(StandardScaler(), model(
        C=p["C"], gamma=p["gamma"], kernel=p["kernel"], max_iter=20000))


def knn(p, regression):
    scaler = {"none": [], "standard": [StandardScaler()], "minmax": [MinMaxScaler()]}[p["scaler"]]
    model = KNeighborsRegressor if regression else KNeighborsClassifier
    return make_pipeline(*scaler, PCA(p["components"], random_state=0), model(
        p["neighbors"], weights=p["weights"], p=p["p"]))


def forest(p, regression):
    model = RandomForestRegressor if regression else RandomForestClassifier
    return model(p["trees"], max_depth=p["depth"], max_features=p["features"],
                 min_samples_leaf=p["leaf"], bootstrap=p["bootstrap"] == "yes", random_state=0)


def boosting(p, regression):
    model = GradientBoostingRegressor if regression else GradientBoostingClassifier
    return model(learning_rate=p["rate"], max_depth=p["depth"], subsample=p["subsample"],
                 min_samples_leaf=p["leaf"], n_estimators=p["trees"], random_state=0)


def mlp(p, regression):
    model = MLPRegressor if regression else MLPClassifier
    return make_pipeline(StandardScaler(), model(
        hidden_layer_sizes=(p["hidden"],), learning_rate_init=p["rate"], alpha=p["alpha"],
        activation=p["activation"], batch_size=p["batch"], max_iter=15, random_state=0))


def load(data):
    """(X, y): the rows that are used, always the same."""
    name = {"cancer": "breast_cancer"}.get(data, data)
    X, y = getattr(datasets, "load_" + name)(return_X_y=True)
    if data == "digits":  # the three that are hardest to tell apart
        keep = np.isin(y, (3, 8, 9))
        X, y = X[keep], y[keep]
    if data == "diabetes":
        y = (y - y.mean()) / y.std()
    chosen = np.random.RandomState(0).permutation(len(y))[:ROWS]
    return X[chosen], y[chosen]


def scores(prediction, probability, y, regression, classes):
    """(error, loss or None)"""
    if regression:
        return float(np.mean((prediction - y) ** 2) / np.var(y)), None
    error = float(np.mean(prediction != y))
    if probability is None:
        return error, None
    own = probability[np.arange(len(y)), np.searchsorted(classes, y)]
    return error, float(-np.mean(np.log(np.clip(own, 1e-3, 1 - 1e-3))))


def fold_scores(model, fitted, X, y, regression):
    probability = None
    if not regression and hasattr(fitted, "predict_proba"):
        probability = fitted.predict_proba(X)
    return scores(fitted.predict(X), probability, y, regression, None if regression else
                  fitted.classes_)


def evaluate(model, params, X, y, regression):
    """Mean scores over the folds."""
    folds = KFold if regression else StratifiedKFold
    found = []
    for train, test in folds(3, shuffle=True, random_state=0).split(X, y):
        fitted = globals()[model](params, regression).fit(X[train], y[train])
        found.append(fold_scores(model, fitted, X[test], y[test], regression))
    return means(found)


def means(found):
    return [None if column[0] is None else float(np.mean(column)) for column in zip(*found)]


def evaluate_stages(params, counts, X, y, regression):
    """Boosting's scores for several numbers of trees from one fit."""
    folds = KFold if regression else StratifiedKFold
    found = {count: [] for count in counts}
    for train, test in folds(3, shuffle=True, random_state=0).split(X, y):
        fitted = boosting({**params, "trees": max(counts)}, regression).fit(X[train], y[train])
        predict = fitted.staged_predict if regression else fitted.staged_predict_proba
        stages = list(predict(X[test]))
        for count in counts:
            stage = stages[count - 1]
            guess = stage if regression else fitted.classes_[stage.argmax(axis=1)]
            found[count].append(scores(guess, None if regression else stage, y[test], regression,
                                       None if regression else fitted.classes_))
    return [means(found[count]) for count in counts]


def rows(model, data):
    """Scores over the whole grid, the last axis fastest."""
    X, y = load(data)
    regression = data in REGRESSION
    grid = GRIDS[model]
    names = [a["name"] for a in grid]
    if model == "boosting":  # trees are its last axis
        for point in itertools.product(*[a["grid"] for a in grid[:-1]]):
            yield from evaluate_stages(dict(zip(names, point)), grid[-1]["grid"], X, y, regression)
        return
    for point in itertools.product(*[a["grid"] for a in grid]):
        try:
            yield evaluate(model, dict(zip(names, point)), X, y, regression)
        except (ValueError, FloatingPointError):
            yield [float("nan")] * 2


def tidy(values):
    """Four digits; not finite, or worse than ten times the median, counts as that."""
    known = sorted(v for v in values if np.isfinite(v))
    if len(known) < len(values) / 2:
        raise ValueError("most fits failed: something is wrong with all of them")
    worst = min(known[-1], 10 * known[len(known) // 2])
    return [float(f"{min(v, worst) if np.isfinite(v) else worst:.4g}") for v in values]


def main():
    warnings.simplefilter("ignore")
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tables")
    os.makedirs(folder, exist_ok=True)
    wanted = sys.argv[1:] or [f"{model}-{data}" for data in (
        "digits", "wine", "diabetes", "cancer", "iris") for model in GRIDS]
    for task in wanted:
        model, data = task.split("-")
        start = time.process_time()
        errors, losses = zip(*rows(model, data))
        columns = {"error": tidy(errors)}
        if any(loss is not None for loss in losses) and model in ("forest", "boosting", "mlp"):
            columns["loss"] = tidy(losses)
        with open(os.path.join(folder, task + ".txt"), "w", encoding="ascii") as file:
            file.write(json.dumps({"task": task, "axes": GRIDS[model],
                                   "columns": list(columns)}) + "\n")
            for values in columns.values():
                file.write(" ".join(f"{v:g}" for v in values) + "\n")
        print(f"{task}: {len(errors)} points, best {min(errors):.4g}, median "
              f"{np.median(errors):.4g}, {time.process_time() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
