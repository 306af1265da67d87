"""For engines that know no failures: what they are told instead."""


class Worst:
    """The worst value so far in place of a failure; before any value, a failure is not told."""

    def __init__(self):
        self.value = None

    def stand_in(self, value):
        """The value to tell, or None: tell nothing."""
        if value is not None:
            self.value = value if self.value is None else max(self.value, value)
        return self.value if value is None else value
