#!/usr/bin/env python3
"""Write what a Gaussian process and its functions come to by arithmetic of 60 digits.

    python3 -m venv venv && venv/bin/pip install mpmath numpy scipy scikit-learn
    for part in functions process; do
        venv/bin/python reference.py $part | clang-format-14 >reference_$part.h
    done

Nothing here is shared with the program: dimensions that are categories or can be absent are turned
into plain coordinates (one axis for each choice, a second axis for "absent"), so that scikit-learn
can say the same of them, and each number is also checked against it, or against scipy, to 1e-9.
Slopes are differences at 60 digits.
"""
import sys

import numpy as np
from mpmath import mp, mpf, matrix, exp, log, sqrt, erfc, npdf, cholesky, lu_solve, diff, pi
from scipy import special, stats
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

mp.dps = 60
INACTIVE = -1.0

# Kinds of the six dimensions: real, real, levels, category of 3, conditional real, conditional
# category of 4.
KINDS = ["real", "real", "levels", "category", "real?", "category?"]
CHOICES = {3: 3, 5: 4}
D = len(KINDS)
# How many are active where each is; the last two are so in 0.6 of the points.
COMPANY = [mpf("5.2")] * 4 + [mpf("5.6")] * 2
N, PENDING, AT, FAILED = 24, 3, 8, 6

LOG_WEIGHT = mpf("-0.75")

rng = np.random.default_rng(20240607)


def draw_points(count):
    x = np.round(rng.random((count, D)), 6)
    x[:, 2] = (np.floor(x[:, 2] * 5) + 0.5) / 5
    for j, choices in CHOICES.items():
        x[:, j] = np.floor(x[:, j] * choices)
    x[rng.random(count) < 0.4, 4] = INACTIVE
    x[rng.random(count) < 0.4, 5] = INACTIVE
    return x


def columns(x):
    """Points as plain coordinates, and which dimension each of those is of."""
    out, of = [], []
    for j, kind in enumerate(KINDS):
        c = x[:, j]
        if kind.startswith("category"):
            for k in range(CHOICES[j]):
                out.append((c == k) / np.sqrt(2))
                of.append(j)
        elif kind == "real?":
            out += [np.where(c == INACTIVE, 0, c - 0.5), np.where(c == INACTIVE, 0.5, 0)]
            of += [j, j]
        else:
            out.append(c)
            of.append(j)
    return np.array(out).T, of


def coordinates(row):
    """The same of one point, at 60 digits; entries may be mpf."""
    out = []
    for j, kind in enumerate(KINDS):
        c = mpf(row[j])
        if kind.startswith("category"):
            out += [(j, (1 / sqrt(mpf(2)) if c == k else mpf(0))) for k in range(CHOICES[j])]
        elif kind == "real?":
            out += [(j, mpf(0)), (j, mpf(1) / 2)] if c == INACTIVE else [(j, c - mpf(1) / 2), (j, mpf(0))]
        else:
            out.append((j, c))
    return out


def squared(a, b, theta):
    return sum(((p - q) / exp(theta[j])) ** 2 for (j, p), (_, q) in zip(coordinates(a), coordinates(b)))


def kernel(a, b, theta):
    r = sqrt(5 * squared(a, b, theta))
    return exp(theta[D]) * (1 + r + r * r / 3) * exp(-r) + 1


def matrix_of(x, theta):
    n = len(x)
    k = matrix(n, n)
    for a in range(n):
        for b in range(a + 1):
            k[a, b] = k[b, a] = kernel(x[a], x[b], theta)
        k[a, a] = kernel(x[a], x[a], theta) + exp(theta[D + 1])
    return k


def log_normal(t, mean, deviation):
    return -((t - mean) / deviation) ** 2 / 2 - log(deviation) - log(2 * pi) / 2


def bent(v, b):
    """Yeo and Johnson 2000, equation 2.1."""
    if v >= 0:
        return ((v + 1) ** b - 1) / b
    return -((1 - v) ** (2 - b) - 1) / (2 - b)


def log_prior(theta):
    total = (log_normal(theta[D], 0, 1) + log_normal(theta[D + 1], -4, mpf(3) / 2)
             + log_normal(theta[D + 2], 1, mpf(1) / 2))
    for j, kind in enumerate(KINDS):
        if kind.startswith("category"):
            total += log_normal(theta[j], 0, 1)
        else:
            total += log_normal(theta[j], log(sqrt(COMPANY[j]) / 5), mpf(1) / 2)
    return total


def log_likelihood(x, y, theta):
    l = cholesky(matrix_of(x, theta))
    w = lu_solve(l, y)
    return -(w.T * w)[0] / 2 - sum(log(l[i, i]) for i in range(len(x))) - len(x) * log(2 * pi) / 2


def log_density(x, y, theta):
    b = theta[D + 2]
    slopes = sum(log(diff(lambda v: bent(v, b), v)) for v in y)
    return log_likelihood(x, matrix([bent(v, b) for v in y]), theta) + slopes + log_prior(theta)


class Process:
    def __init__(self, x, y, theta):
        self.x, self.theta = x, theta
        self.inverse = matrix_of(x, theta) ** -1
        self.alpha = self.inverse * matrix(y)

    def covariances(self, point):
        return matrix([kernel(point, a, self.theta) for a in self.x])

    def mean(self, point):
        return (self.covariances(point).T * self.alpha)[0]

    def covariance(self, a, b):
        s, t = self.covariances(a), self.covariances(b)
        return kernel(a, b, self.theta) - (s.T * self.inverse * t)[0]


def log_improvement(z):
    """Phi by erfc, at so many digits that nothing is lost."""
    with mp.workdps(60 + int(z * z / 4 + 1) if abs(z) < 60 else 60):
        z = mpf(z)
        return log(npdf(z) + z * erfc(-z / sqrt(2)) / 2)


def near(a, b, tolerance=1e-9):
    assert abs(float(a) - float(b)) <= tolerance * max(1, abs(float(b))), (float(a), float(b))


def c_double(v):
    return repr(float(v)).removesuffix(".0")


def show(name, values, comment):
    values = np.array([float(v) for v in np.array(values, dtype=object).ravel()])
    print(f"/* {comment} */")
    print(f"static const double {name}[] = {{{', '.join(c_double(v) for v in values)}}};\n")


def process():
    x, pending, at = draw_points(N), draw_points(PENDING), draw_points(AT)
    y = np.round(np.sin(5 * x[:, 0]) + x[:, 1] ** 2 + 0.3 * x[:, 3] + 0.2 * (x[:, 4] - 0.3) ** 2, 6)
    y = np.round((y - y.mean()) / y.std(), 6)
    theta = np.array([-0.7, 0.1, 0.3, -0.2, 0.4, 0.15, 0.25, -3.5, 0.6])
    exact = [mpf(t) for t in theta]
    exact_y = matrix([mpf(v) for v in y])
    likelihood = log_likelihood(x, exact_y, exact)
    density = log_density(x, exact_y, exact)
    h = mpf(10) ** -20
    slopes = []
    plain = []
    for t in range(D + 3):
        up, down = list(exact), list(exact)
        up[t] += h
        down[t] -= h
        slopes.append((log_density(x, exact_y, up) - log_density(x, exact_y, down)) / (2 * h))
        plain.append((log_likelihood(x, exact_y, up) - log_likelihood(x, exact_y, down)) / (2 * h))

    flat, of = columns(x)
    lengths = np.exp(theta[of])
    k = (ConstantKernel(np.exp(theta[D])) * Matern(lengths, nu=2.5) + ConstantKernel(1.0)
         + WhiteKernel(np.exp(theta[D + 1])))
    model = GaussianProcessRegressor(k, alpha=0, optimizer=None).fit(flat, y)
    value, gradient = model.log_marginal_likelihood(model.kernel_.theta, eval_gradient=True)
    near(value, likelihood)
    for j in range(D):
        near(sum(g for g, o in zip(gradient[1:], of) if o == j), plain[j])
    near(gradient[0], plain[D])
    near(gradient[-1], plain[D + 1])
    for v, b in zip(y, np.linspace(-1, 3, N)):
        near(stats.yeojohnson(np.array([v]), b)[0], bent(mpf(v), mpf(b)) if b not in (0, 2) else
             stats.yeojohnson(np.array([v]), b)[0])
    near(stats.yeojohnson_llf(0.6, y) + N / 2 * np.log(np.var(stats.yeojohnson(y, 0.6))),
         sum(log(diff(lambda v: bent(v, exact[D + 2]), v)) for v in exact_y))

    known = Process(x, exact_y, exact)
    means = [known.mean(a) for a in at]
    variances = [known.covariance(a, a) for a in at]
    m, s = model.predict(columns(at)[0], return_std=True)
    for i in range(AT):
        near(m[i], means[i])
        near(s[i] ** 2 - np.exp(theta[D + 1]), variances[i], 1e-7)

    # two models, to which the pending points come to their means
    other = np.array([-0.2, -0.3, 0.1, 0.2, 0.1, -0.1, -0.2, -2.5, 0.6])
    shares = [1 / (1 + exp(LOG_WEIGHT)), exp(LOG_WEIGHT) / (1 + exp(LOG_WEIGHT))]
    everything = np.vstack([x, pending])
    models = []
    expected = []
    for t in (exact, [mpf(t) for t in other]):
        before = Process(x, exact_y, t)
        means_of_pending = [before.mean(p) for p in pending]
        models.append(Process(everything, list(exact_y) + means_of_pending, t))
        expected += means_of_pending
        for a in at:
            near(models[-1].mean(a), before.mean(a), 1e-40)
    lowest = [min(p.mean(a) for a in everything) for p in models]
    m, s = GaussianProcessRegressor(k, alpha=0, optimizer=None).fit(
        columns(everything)[0], np.array([float(v) for v in list(y) + expected[:PENDING]])
    ).predict(columns(at)[0], return_std=True)
    for i in range(AT):
        near(m[i], means[i])
        near(s[i] ** 2 - np.exp(theta[D + 1]), models[0].covariance(at[i], at[i]), 1e-7)

    # failures: a regression on labels, of other points
    failed = draw_points(FAILED)
    judged = np.vstack([x, failed])
    labels = [1] * N + [-1] * FAILED
    theta_f = np.array([-0.5, 0.3, 0.3, 0.0, 0.4, 0.15, 0.0, np.log(0.25)])
    failing = Process(judged, matrix(labels), [mpf(t) for t in theta_f])

    def log_success(a):
        z = failing.mean(a) / sqrt(1 + failing.covariance(a, a))
        return log(erfc(-z / sqrt(2)) / 2)

    def log_hope(a):
        total = mpf(0)
        for p, best, share in zip(models, lowest, shares):
            deviation = sqrt(p.covariance(a, a))
            z = (best - p.mean(a)) / deviation
            total += share * deviation * (npdf(z) + z * erfc(-z / sqrt(2)) / 2)
        return log(total)

    def slopes_of(f):
        out = []
        for row in at:
            for j in range(D):
                if not KINDS[j].startswith("real") or row[j] == INACTIVE:
                    out.append(mpf(0))
                    continue
                up, down = [mpf(v) for v in row], [mpf(v) for v in row]
                up[j] += h
                down[j] -= h
                out.append((f(up) - f(down)) / (2 * h))
        return out

    for a in at:
        z = float(failing.mean(a) / sqrt(1 + failing.covariance(a, a)))
        near(special.log_ndtr(z), log_success(a))
        hope = 0
        for p, best, share in zip(models, lowest, shares):
            d = float(sqrt(p.covariance(a, a)))
            gain = float(best - p.mean(a))
            hope += float(share) * (gain * stats.norm.cdf(gain / d) + d * stats.norm.pdf(gain / d))
        near(np.log(hope), log_hope(a), 1e-6)

    print(f"enum {{ REFERENCE_DIMENSIONS = {D}, REFERENCE_KNOWN = {N}, REFERENCE_PENDING = {PENDING}, "
          f"REFERENCE_AT = {AT}, REFERENCE_MODELS = {len(models)}, REFERENCE_FAILED = {FAILED} }};\n")
    show("reference_x", x, "[known x dimensions]: two reals, five levels, a category of 3, a real and a "
         "category of 4 that can be absent")
    show("reference_y", y, "[known]")
    show("reference_theta", theta, "lengthscales, signal, noise, as logarithms; bend")
    show("reference_density", [density], "of theta: log likelihood of the bent values, log slope of the bend, log prior")
    show("reference_slopes", slopes, "[dimensions + 3] of the density by theta")
    show("reference_at", at, "[at x dimensions] where predictions are made")
    show("reference_mean", means, "[at]")
    show("reference_variance", variances, "[at] without noise")
    show("reference_pending", pending, "[pending x dimensions]")
    show("reference_other_theta", other, "of a second model")
    show("reference_log_weight", [LOG_WEIGHT], "of the second model; that of the first is 0")
    show("reference_expected", expected, "[models x pending] what the pending ones are taken to come to")
    show("reference_model_mean", [p.mean(a) for p in models for a in at], "[models x at] with the pending ones")
    show("reference_model_variance", [p.covariance(a, a) for p in models for a in at],
         "[models x at] with the pending ones")
    show("reference_lowest", lowest, "[models] the lowest mean among all points")
    show("reference_failed", failed, "[failed x dimensions]")
    show("reference_failed_theta", theta_f, "of the model of failures: labels 1 of the known, -1 of these")
    show("reference_success", [log_success(a) for a in at], "[at] log P(no failure)")
    show("reference_success_slopes", slopes_of(log_success), "[at x dimensions]")
    show("reference_hope", [log_hope(a) for a in at], "[at] log mean EI over the models, by weight")
    show("reference_hope_slopes", slopes_of(log_hope), "[at x dimensions]")


def improvement():
    zs = sorted(set([-1e5, -33333.25, -1e4, -1234.5, -300.0, -100.0, -60.0, -38.6, -38.0, -37.5, -30.0, -25.1,
                     -20.0, -12.0, -10.0 - 2**-40, -10.0, -10.0 + 2**-40, -9.5, -8.0, -6.0, -5.0, -4.0, -3.0,
                     -2.0, -1.5, -1.0 - 2**-50, -1.0, -1.0 + 2**-50, -0.5, -1e-8, 0.0, 1e-8, 0.3, 0.7, 1.0, 2.0,
                     3.0, 5.0, 6.5, 8.0, 8.5, 10.0, 20.0, 37.0, 38.7, 40.0]
                    + [float(v) for v in np.round(-10 ** rng.uniform(-2, 5, 40), 9)]
                    + [float(v) for v in np.round(rng.uniform(-12, 12, 30), 9)]))
    print("/* z, log h(z), phi/h, Phi/h, log Phi, phi/Phi */")
    print("static const double reference_improvement[][6] = {")
    for z in zs:
        with mp.workdps(60 + (int(z * z / 2) + 10 if abs(z) < 45 else 0)):
            e = mpf(z)
            if abs(z) < 45:
                phi, Phi = npdf(e), erfc(-e / sqrt(mpf(2))) / 2
                h = phi + e * Phi
                near(special.log_ndtr(z), log(Phi), 1e-12)
                row = [log(h), phi / h, Phi / h, log(Phi), phi / Phi]
            else:  # phi itself is divided out: Mills's ratio by its continued fraction
                mills = mpf(0)
                for k in range(4000, 0, -1):
                    mills = k / (-e + mills)
                mills = 1 / (-e + mills)
                near(mp.sqrt(pi / 2) * special.erfcx(-z / np.sqrt(2)), mills, 1e-12)
                h = 1 + e * mills
                log_phi = -e * e / 2 - log(2 * pi) / 2
                row = [log_phi + log(h), 1 / h, mills / h, log_phi + log(mills), 1 / mills]
        print("{" + ", ".join(c_double(v) for v in [z] + row) + "},")
    print("};\n")


def exponential():
    xs = sorted(set([0.0, 2.0**-60, 1e-9, 0.34657359, 0.34657360, 0.5, 1.0, 1.0397, 1.0398, 699.0, 699.99, 700.0]
                    + [float(v) for v in np.round(rng.uniform(0, 700, 40), 9)]
                    + [float(v) for v in np.round(10 ** rng.uniform(-6, 1, 20), 12)]))
    print("/* x, exp(-x) */")
    print("static const double reference_exp[][2] = {")
    for x in xs:
        print(f"{{{c_double(x)}, {c_double(exp(-mpf(x)))}}},")
    print("};\n")
    print("/* r2, Matern 5/2, -2 times its slope */")
    print("static const double reference_matern[][3] = {")
    for r2 in sorted([0.0, 1e-300, 1e-20, 1e-9, 1e-4] + [float(v) for v in np.round(10 ** rng.uniform(-3, 4, 25), 9)]):
        f = lambda s: (1 + sqrt(5 * s) + 5 * s / 3) * exp(-sqrt(5 * s))
        r = sqrt(5 * mpf(r2))
        slope = mpf(5) / 3 * (1 + r) * exp(-r)
        if r2 > 1e-9:
            near(-2 * diff(f, mpf(r2), h=mpf(10) ** -30), slope)
        print(f"{{{c_double(r2)}, {c_double(f(mpf(r2)))}, {c_double(slope)}}},")
    print("};\n")


def bend():
    """b next to 0 and 2 are where the formula cancels."""
    print("/* value, bend, bent, its slope by the bend, log slope by the value, its slope by the bend */")
    print("static const double reference_bend[][6] = {")
    bends = [-1.0, -0.3, -1e-3, -1e-5, -1e-9, 0.0, 1e-12, 1e-7, 3e-6, 1e-4, 0.02, 0.5, 1.0, 1.7, 1.999, 2 - 2**-40,
             2.0, 2 + 2**-30, 3.0]
    for k, b in enumerate(bends):
        for v in (-3.5, -0.4, 1e-9, 0.0, 0.25, 2.75)[k % 2::2]:
            def f(v, b):
                p = b if v >= 0 else 2 - b
                u = log(1 + abs(v))
                return (u if p == 0 else mp.expm1(p * u) / p) * (1 if v >= 0 else -1)
            row = [f(mpf(v), mpf(b)), diff(lambda b: f(mpf(v), b), mpf(b), h=mpf(10) ** -20),
                   (mpf(b) - 1) * (log(1 + mpf(abs(v)))) * (1 if v >= 0 else -1),
                   log(1 + mpf(abs(v))) * (1 if v >= 0 else -1)]
            near(stats.yeojohnson(np.array([v]), b)[0], row[0], 1e-6)
            print("{" + ", ".join(c_double(x) for x in [v, b] + row) + "},")
    print("};\n")


def functions():
    exponential()
    improvement()
    bend()


PARTS = {
    "functions": (functions, "the kernel and of expected improvement"),
    "process": (process, "a Gaussian process"),
}

run, noun = PARTS[sys.argv[1]]
print(f"""/*
 * Written by reference.py: values of {noun} by arithmetic of 60 digits, agreed
 * to by scikit-learn and scipy. Not for changing by hand.
 */
#ifndef NUMERIC_REFERENCE_{sys.argv[1].upper()}_H
#define NUMERIC_REFERENCE_{sys.argv[1].upper()}_H
""")
run()
print("#endif")
