"""The peers in the hotel world: which there are, with which settings, and a run of one as a row."""

import functools
import json
from pathlib import Path

import world
from mab import VERSION as MAB_VERSION
from mab import MabPeer, MabSettings
from play import play
from rows import HOTEL_WORLD, Row
from splitmix import policy_stream
from vw import VERSION as VW_VERSION
from vw import VwPeer, VwSettings

LIBRARIES = {
    "mabwiser": (MabSettings, MAB_VERSION),
    "vowpalwabbit": (VwSettings, VW_VERSION),
}

Contender = tuple[str, str, str, VwSettings | MabSettings]
"""Library, algorithm, default or tuned, settings."""


def contenders(tuned: Path) -> list[Contender]:
    """All peers of `tuned.json`, each as it comes and, where it was, as tuned; slow ones first."""
    document = json.loads(tuned.read_text())
    return [
        (library, algorithm, setting, settings_of(**entry[setting]["settings"]))
        for library, (settings_of, _) in LIBRARIES.items()
        for algorithm, entry in document[library].items()
        for setting in ("default", "tuned")
        if setting in entry
    ]


@functools.lru_cache(maxsize=1)
def read(folder: Path, limit: int | None) -> world.World:
    """A world, kept while a process plays its peers."""
    return world.read(folder, limit)


def run(folder: Path, limit: int | None, contender: Contender) -> Row:
    """Plays one peer through one world."""
    library, algorithm, setting, settings = contender
    place = read(folder, limit)
    if isinstance(settings, VwSettings):
        result = play(place, VwPeer(settings), policy_stream(place.seed))
    else:
        peer = MabPeer(settings, place.offers, place.seed)
        result = play(place, peer, policy_stream(place.seed))
    at = {f"regret_{horizon}": f"{regret:.4f}" for horizon, regret in result.regret_at.items()}
    thousands = result.rounds / 1000.0
    return Row(
        part="hotel",
        dataset=HOTEL_WORLD,
        seed=str(place.seed),
        peer=library,
        algorithm=algorithm,
        version=LIBRARIES[library][1],
        flags=settings.text(),
        setting=setting,
        rounds=str(result.rounds),
        regret_or_loss=f"{result.regret:.4f}",
        accept_rate=f"{result.accepts / result.rounds:.6f}",
        cpu_s_per_1000_rounds=f"{result.cpu_seconds / thousands:.4f}",
        prepare_cpu_s_per_1000_rounds=f"{result.prepare_seconds / thousands:.4f}",
        **at,
    )
