"""MABWiser as a peer: one arm an offer, nothing shared between arms.

A contextual policy sees the guest's vector (times the root of its axes), the phase, the daypart and
the day type as indicators, and a constant. It learns after every batch of rounds, for its cost of
one call is that of a hundred updates.
"""

import math
from dataclasses import dataclass, field
from importlib.metadata import version

import mabwiser.mab
import numpy

from splitmix import draw
from world import DAY_TYPES, DAYPARTS, PHASES, Context

VERSION = version("mabwiser")
BATCH = 10


@dataclass(frozen=True, slots=True)
class MabSettings:
    """A learning policy of MABWiser by name, and its parameters; defaults where none is given."""

    policy: str
    parameters: dict[str, float] = field(default_factory=dict)

    def text(self) -> str:
        """The settings on one line, for the table."""
        parameters = ",".join(f"{name}={value}" for name, value in self.parameters.items())
        return f"{self.policy}({parameters}) batch={BATCH}"


class MabPeer:
    """Shows the candidate of the highest expectation; ties are drawn uniformly."""

    def __init__(self, settings: MabSettings, offers: int, seed: int, batch: int = BATCH) -> None:
        self.batch = batch
        self.contextual = settings.policy.startswith("Lin")
        policy = getattr(mabwiser.mab.LearningPolicy, settings.policy)(**settings.parameters)
        self.model = mabwiser.mab.MAB(list(range(offers)), policy, seed=seed)
        self.trained = False
        self.candidates: list[list[int]] = []
        self.features = numpy.empty((0, 0))
        self.shown: list[int] = []

    def prepare(self, contexts: list[Context]) -> None:
        """Writes the contexts as rows."""
        self.candidates = [context.candidates for context in contexts]
        if self.contextual:
            self.features = numpy.array([features(context) for context in contexts])

    def choose(self, units: list[float]) -> list[int]:
        """The best candidate of each row."""
        places = []
        for expectation, candidates, unit in zip(
            self.expectations(), self.candidates, units, strict=True
        ):
            of_candidates = [expectation[offer] for offer in candidates]
            best = max(of_candidates)
            ties = [float(value == best) for value in of_candidates]
            places.append(draw([tie / sum(ties) for tie in ties], unit))
        self.shown = [
            candidates[place] for candidates, place in zip(self.candidates, places, strict=True)
        ]
        return places

    def expectations(self) -> list[dict[int, float]]:
        """MABWiser's expectation of every arm, one dictionary a row."""
        rows = len(self.candidates)
        if not self.trained:
            return [dict.fromkeys(self.model.arms, 0.0)] * rows
        if not self.contextual:
            return [self.model.predict_expectations() for _ in range(rows)]
        answer = self.model.predict_expectations(self.features)
        return answer if isinstance(answer, list) else [answer]

    def learn(self, accepted: list[bool]) -> None:
        """Learns the batch."""
        rewards = [int(outcome) for outcome in accepted]
        learn = self.model.partial_fit if self.trained else self.model.fit
        if self.contextual:
            learn(self.shown, rewards, self.features)
        else:
            learn(self.shown, rewards)
        self.trained = True


def features(context: Context) -> list[float]:
    """A context as MABWiser sees it."""
    scale = math.sqrt(len(context.guest))
    row = [scale * axis for axis in context.guest]
    for count, value in (
        (PHASES, context.phase),
        (DAYPARTS, context.daypart),
        (DAY_TYPES, context.day_type),
    ):
        row.extend(float(place == value) for place in range(count))
    row.append(1.0)
    return row
