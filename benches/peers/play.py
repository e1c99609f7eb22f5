"""Plays one peer through a world: what it chose, what it lost, what it cost."""

import time
from dataclasses import dataclass, field
from typing import Protocol

from rows import HORIZONS
from splitmix import SplitMix64
from world import Context, World


class Peer(Protocol):
    """A policy of another library. It is shown `batch` rounds at a time, and then told of them."""

    batch: int

    def prepare(self, contexts: list[Context]) -> None:
        """Reads the contexts into the library's own form."""

    def choose(self, units: list[float]) -> list[int]:
        """The place of the shown candidate in each context, drawn with one uniform a round."""

    def learn(self, accepted: list[bool]) -> None:
        """Learns from the outcomes of what was shown."""


@dataclass(slots=True)
class Result:
    """Sums over the rounds played."""

    rounds: int = 0
    regret: float = 0.0
    accepts: int = 0
    cpu_seconds: float = 0.0
    prepare_seconds: float = 0.0
    regret_at: dict[int, float] = field(default_factory=dict)

    def add(self, response_propensity: list[float], shown: int, accepted: bool) -> None:
        """Counts a round."""
        self.rounds += 1
        self.accepts += accepted
        self.regret += max(response_propensity) - response_propensity[shown]
        if self.rounds in HORIZONS:
            self.regret_at[self.rounds] = self.regret


def play(world: World, peer: Peer, stream: SplitMix64) -> Result:
    """Plays all rounds in order. Every peer meets the same rounds and the same `unit` in each."""
    result = Result()
    for start in range(0, len(world.rounds), peer.batch):
        rounds = world.rounds[start : start + peer.batch]
        contexts = [entry.context for entry in rounds]
        units = [stream.uniform() for _ in rounds]
        began = time.process_time()
        peer.prepare(contexts)
        ready = time.process_time()
        shown = peer.choose(units)
        chosen = time.process_time()
        accepted = [
            entry.unit < entry.response_propensity[place]
            for entry, place in zip(rounds, shown, strict=True)
        ]
        for entry, place, outcome in zip(rounds, shown, accepted, strict=True):
            result.add(entry.response_propensity, place, outcome)
        taught = time.process_time()
        peer.learn(accepted)
        result.prepare_seconds += ready - began
        result.cpu_seconds += chosen - ready + time.process_time() - taught
    return result
