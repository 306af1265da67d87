"""The search space of a problem: parameters, which of them are active, random points, the YAML.

    space = Space([Float("lr", 1e-5, 1e-1, log=True), Choice("opt", ["sgd", "adam"]),
                   Float("momentum", 0.0, 0.99, when=("opt", ["sgd"]))])
    params = space.sample(random.Random(1))

Parents come before their children. An inactive parameter is absent from params.
"""
import json
from math import exp, log


class Parameter:
    """What all kinds share: `when` is (parent, values that activate) or None."""

    def __init__(self, name, when=None):
        self.name = name
        self.when = when

    def unit(self, value):
        """Where a value lies in [0, 1]."""
        raise NotImplementedError

    def at(self, u):
        """The value at u of [0, 1), each equally likely for a uniform u."""
        raise NotImplementedError


class Float(Parameter):
    def __init__(self, name, low, high, log=False, when=None):
        super().__init__(name, when)
        self.low, self.high, self.log = low, high, log

    def unit(self, value):
        if self.log:
            return log(value / self.low) / log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def at(self, u):
        if self.log:
            value = self.low * exp(u * log(self.high / self.low))
        else:
            value = self.low + u * (self.high - self.low)
        return min(max(value, self.low), self.high)

    def yaml(self):
        return {"min": self.low, "max": self.high, **({"log": True} if self.log else {})}


class Int(Parameter):
    """Whole numbers; with `step` every step-th of them, `high` being one."""

    def __init__(self, name, low, high, log=False, step=1, when=None):
        super().__init__(name, when)
        self.low, self.high, self.log, self.step = low, high, log, step

    def unit(self, value):
        if self.high == self.low:
            return 0.5
        if self.log:
            return log(value / self.low) / log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def at(self, u):
        if self.log:
            low, high = self.low - 0.5, self.high + 0.5
            return min(max(round(low * exp(u * log(high / low))), self.low), self.high)
        count = (self.high - self.low) // self.step + 1
        return self.low + self.step * min(int(u * count), count - 1)

    def yaml(self):
        keys = {"min": self.low, "max": self.high}
        if self.log:
            keys["log"] = True
        if self.step != 1:
            keys["step"] = self.step
        return keys


class Choice(Parameter):
    """One of `values`; `ordered` ones have neighbours."""

    def __init__(self, name, values, ordered=False, when=None):
        super().__init__(name, when)
        self.values, self.ordered = list(values), ordered

    def unit(self, value):
        return (self.values.index(value) + 0.5) / len(self.values)

    def at(self, u):
        return self.values[min(int(u * len(self.values)), len(self.values) - 1)]

    def yaml(self):
        return {"values": self.values, **({"ordered": True} if self.ordered else {})}


class Space:
    def __init__(self, parameters):
        self.parameters = list(parameters)
        self.by_name = {p.name: p for p in self.parameters}

    def is_active(self, parameter, params):
        """Given the values of all parameters before it."""
        if parameter.when is None:
            return True
        parent, values = parameter.when
        return parent in params and params[parent] in values

    def at(self, units):
        """The params at a point of the unit cube; coordinates of inactive parameters are unused."""
        params = {}
        for parameter, u in zip(self.parameters, units):
            if self.is_active(parameter, params):
                params[parameter.name] = parameter.at(u)
        return params

    def sample(self, rng):
        return self.at([rng.random() for _ in self.parameters])

    def unit(self, params):
        """Coordinates in the unit cube, 0.5 for inactive parameters."""
        return [p.unit(params[p.name]) if p.name in params else 0.5 for p in self.parameters]

    def has_conditions(self):
        return any(p.when for p in self.parameters)

    def complete(self, params):
        """With values for inactive parameters, for engines that know no conditions."""
        return {**{p.name: p.at(0.5) for p in self.parameters}, **params}

    def restrict(self, params):
        """Without the inactive ones: the answer of an engine that knows no conditions."""
        kept = {}
        for p in self.parameters:
            if self.is_active(p, kept):
                kept[p.name] = params[p.name]
        return kept

    def check(self, params):
        """Raise unless params is a point of the space: exact bounds, grids and conditions."""
        kept = {}
        for p in self.parameters:
            if not self.is_active(p, kept):
                continue
            value = kept[p.name] = params[p.name]
            if isinstance(p, Choice):
                good = value in p.values
            else:
                good = p.low <= value <= p.high
                if isinstance(p, Int):
                    good = good and value == int(value) and (value - p.low) % p.step == 0
            if not good:
                raise ValueError(f"{p.name} = {value!r} is outside the space")
        extra = set(params) - set(kept)
        if extra:
            raise ValueError(f"inactive or unknown: {sorted(extra)}")

    def yaml(self, method, seed, trials):
        """The file for `sweep ask-tell`; JSON is YAML."""
        parameters = {}
        for p in self.parameters:
            keys = p.yaml()
            if p.when:
                keys["when"] = {p.when[0]: p.when[1]}
            parameters[p.name] = keys
        return json.dumps({"metric": "minimize value", "method": method, "seed": seed,
                           "budget": {"trials": trials}, "parameters": parameters}, indent=1)
