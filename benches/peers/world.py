"""A simulated hotel world as the product dumps it, and its features as Vowpal Wabbit reads them.

An action has the 23 features of the product: a bias (Vowpal Wabbit's own constant), the products of
the guest's and the offer's vector axis by axis (times the root of the number of axes), their dot
product, category, category x phase, category x daypart, category x daypart x day type, offer.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PHASES, DAYPARTS, DAY_TYPES = 4, 4, 3


@dataclass(frozen=True, slots=True)
class Context:
    """What a peer may see of a round. `actions`: one line of Vowpal Wabbit's text a candidate."""

    guest: list[float]
    phase: int
    daypart: int
    day_type: int
    candidates: list[int]
    actions: list[str]


@dataclass(frozen=True, slots=True)
class Round:
    """A round: what is seen, and what decides: accepted iff `unit` < response propensity."""

    context: Context
    response_propensity: list[float]
    unit: float


@dataclass(frozen=True, slots=True)
class World:
    """A whole world, read from its folder."""

    seed: int
    axes: int
    offers: int
    rounds: list[Round]


def read(folder: Path, limit: int | None = None) -> World:
    """Reads `world.json` and the first `limit` lines of `rounds.jsonl`."""
    document = json.loads((folder / "world.json").read_text())
    offers = [(offer["category"], offer["vector"]) for offer in document["offers"]]
    actions = Actions(document["axes"], document["categories"], offers)
    rounds = []
    with (folder / "rounds.jsonl").open() as lines:
        for line in lines:
            if limit is not None and len(rounds) == limit:
                break
            entry = json.loads(line)
            guest = document["guests"][entry["guest"]]
            when = (entry["phase"], entry["daypart"], entry["day_type"])
            text = list(actions.lines(guest, when, entry["candidates"]))
            context = Context(guest, *when, entry["candidates"], text)
            rounds.append(Round(context, entry["response_propensity"], entry["unit"]))
    return World(document["seed"], document["axes"], len(offers), rounds)


class Actions:
    """Writes actions as text. Features are integers, so that no two of them share a weight."""

    def __init__(self, axes: int, categories: int, offers: list[tuple[int, list[float]]]) -> None:
        self.scale = math.sqrt(axes)
        self.offers = offers
        self.category = axes + 1
        self.phase = self.category + categories
        self.daypart = self.phase + categories * PHASES
        self.day_type = self.daypart + categories * DAYPARTS
        self.offer = self.day_type + categories * DAYPARTS * DAY_TYPES
        # Seven digits are all that Vowpal Wabbit's 32-bit numbers hold.
        self.dense = "| " + " ".join(f"{feature}:%.7g" for feature in range(axes + 1))

    def lines(
        self, guest: list[float], when: tuple[int, int, int], candidates: list[int]
    ) -> Iterator[str]:
        """A line a candidate."""
        phase, daypart, day_type = when
        for offer in candidates:
            category, vector = self.offers[offer]
            products = [g * o for g, o in zip(guest, vector, strict=True)]
            dense = self.dense % (*(self.scale * product for product in products), sum(products))
            at_daypart = category * DAYPARTS + daypart
            yield (
                f"{dense} {self.category + category} {self.phase + category * PHASES + phase}"
                f" {self.daypart + at_daypart} {self.day_type + at_daypart * DAY_TYPES + day_type}"
                f" {self.offer + offer}"
            )
