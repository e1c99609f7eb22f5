"""SplitMix64, the one source of randomness: draws of an action, and shuffles.

Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014).
"""

from collections.abc import Sequence

MASK = (1 << 64) - 1


class SplitMix64:
    """The generator of the product's simulator, bit for bit."""

    def __init__(self, state: int) -> None:
        self.state = state & MASK

    def next(self) -> int:
        """The next 64 bits."""
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def uniform(self) -> float:
        """The next number in [0, 1), a multiple of 2^-53."""
        return (self.next() >> 11) * 2.0**-53


def policy_stream(seed: int) -> SplitMix64:
    """The stream a policy's own choices are drawn from, apart from those of the world."""
    return SplitMix64(seed * 1000 + 3)


def draw(selection_probabilities: Sequence[float], unit: float) -> int:
    """The first place where the cumulative sum exceeds `unit`.

    Where rounding keeps the whole sum at or below `unit`: the last place that can be chosen.
    """
    cumulative = 0.0
    last = 0
    for place, probability in enumerate(selection_probabilities):
        cumulative += probability
        if cumulative > unit:
            return place
        if probability > 0.0:
            last = place
    return last


def shuffled(count: int, state: int) -> list[int]:
    """The numbers 0..count in an order of Fisher and Yates, from the end to the beginning."""
    stream = SplitMix64(state)
    order = list(range(count))
    for i in range(count - 1, 0, -1):
        j = int(stream.uniform() * (i + 1))
        order[i], order[j] = order[j], order[i]
    return order
