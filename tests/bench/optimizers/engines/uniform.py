"""Uniform random search, without any library: the baseline of every normalised regret."""
import random


def version(_options):
    return "1"


class Engine:
    def __init__(self, _variant, space, seed, _budget, _workers, _options):
        self.space = space
        self.rng = random.Random(f"uniform:{seed}")

    def ask(self):
        return None, self.space.sample(self.rng)

    def preload(self, rows):
        pass

    def tell(self, _handle, _params, _value):
        pass

    def close(self):
        pass
