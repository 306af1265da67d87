"""What peers answer, as plain Python values that are exactly in the space."""
from space import Choice, Int


def value(parameter, found):
    if isinstance(parameter, Choice):
        return next(v for v in parameter.values if v == found)
    inside = min(max(found, parameter.low), parameter.high)
    return int(round(inside)) if isinstance(parameter, Int) else float(inside)


def params(space, found):
    """Active parameters only: bounds that were missed by rounding are mended, nothing else is."""
    return space.restrict({p.name: value(p, found[p.name]) for p in space.parameters
                           if p.name in found})
