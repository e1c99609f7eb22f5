"""Tunes the peers on worlds that are not measured, by successive halving over worlds.

All choices are played on the first world, the better third of them on two more, the better third
of those on three more, the rest on the other worlds. Then the same with the neighbours of the best.
The lowest mean over all worlds wins.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path

import threadpoolctl

import grid
import mab
import side_by_side
import world
from mab import MabPeer, MabSettings
from play import play
from splitmix import SplitMix64, policy_stream
from vw import VERSION

TUNING_BATCH = 50
FINALISTS = 4
KEEP = 3
RUNGS = (1, 2, 3)

Regrets = Callable[[world.World, list], list[float]]


def mean(values: list[float]) -> float:
    """The mean; of no values, infinity."""
    return sum(values) / len(values) if values else float("inf")


def mab_regrets(place: world.World, contenders: list[MabSettings]) -> list[float]:
    """Regrets of MABWiser on one world."""
    return [
        play(
            place,
            MabPeer(settings, place.offers, place.seed, TUNING_BATCH),
            policy_stream(place.seed),
        ).regret
        for settings in contenders
    ]


def rungs(worlds: list[world.World]) -> list[list[world.World]]:
    """The worlds of each rung; the last holds all that are left."""
    found = []
    for size in RUNGS:
        found.append(worlds[:size])
        worlds = worlds[size:]
    return [rung for rung in [*found, worlds] if rung]


def halve(worlds: list[world.World], contenders: list, regrets: Regrets) -> list[tuple[float, int]]:
    """Mean regret and place of those that reach the last rung, best first."""
    standing = list(range(len(contenders)))
    history: dict[int, list[float]] = {place: [] for place in standing}
    for number, rung in enumerate(rungs(worlds)):
        if number > 0:
            standing = standing[: max(FINALISTS, len(standing) // KEEP)]
        for entry in rung:
            found = regrets(entry, [contenders[place] for place in standing])
            for place, regret in zip(standing, found, strict=True):
                # A learner that diverges to not-a-number must not win.
                history[place].append(regret if regret == regret else float("inf"))
        standing.sort(key=lambda place: mean(history[place]))
    return [(mean(history[place]), place) for place in standing]


def best_of(worlds: list[world.World], contenders: list, regrets: Regrets) -> dict:
    """The settings of the lowest mean over all worlds, with that mean."""
    by_world = [regrets(entry, contenders) for entry in worlds]
    means = [mean(list(of_one)) for of_one in zip(*by_world, strict=True)]
    best = min(range(len(contenders)), key=lambda place: means[place])
    return {"settings": asdict(contenders[best]), "mean_regret": means[best]}


def tune_vw(worlds: list[world.World], name: str, count: int, seed: int) -> dict:
    """The entry of one algorithm of Vowpal Wabbit."""
    algorithm = grid.ALGORITHMS[name]
    space = algorithm.space()
    choices = grid.sample(space, count, SplitMix64(seed))
    settings = [grid.settings(algorithm, choice) for choice in choices]
    first = halve(worlds, settings, side_by_side.regrets)
    nearby = grid.neighbours(space, choices[first[0][1]])
    tried = len(settings) + len(nearby)
    settings += [grid.settings(algorithm, choice) for choice in nearby]
    second = halve(worlds, settings[len(choices) :], side_by_side.regrets)
    regret, best = min(first[0], (second[0][0], second[0][1] + len(choices)))
    return {
        "default": best_of(worlds, grid.defaults(algorithm), side_by_side.regrets),
        "tuned": {"settings": asdict(settings[best]), "mean_regret": regret},
        "tried": tried,
    }


def tune_mab(worlds: list[world.World], policy: str) -> dict:
    """The entry of one policy of MABWiser: its whole grid."""
    parameters: list[dict[str, float]] = [{}]
    for name, values in grid.MABWISER[policy].items():
        parameters = [chosen | {name: value} for chosen in parameters for value in values]
    contenders = [MabSettings(policy, chosen) for chosen in parameters]
    regret, best = halve(worlds, contenders, mab_regrets)[0]
    return {
        "default": {"settings": asdict(MabSettings(policy))},
        "tuned": {"settings": asdict(contenders[best]), "mean_regret": regret},
        "tried": len(contenders),
    }


def main() -> None:
    """Reads the worlds, tunes, writes after every algorithm."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--world-folder", type=Path, nargs="+", required=True, help="dumped worlds")
    parser.add_argument("--out", type=Path, required=True, help="tuned.json, written or added to")
    parser.add_argument("--rounds", type=int, default=10_000, help="rounds of a world to play")
    parser.add_argument("--choices", type=int, default=80, help="choices at random an algorithm")
    parser.add_argument("--only", nargs="*", help="algorithms to tune; all without it")
    parser.add_argument("--seed", type=int, default=1, help="seed of the choices at random")
    options = parser.parse_args()
    threadpoolctl.threadpool_limits(1)
    worlds = [world.read(folder, options.rounds) for folder in options.world_folder]
    document = json.loads(options.out.read_text()) if options.out.exists() else {}
    document["versions"] = {"vowpalwabbit": VERSION, "mabwiser": mab.VERSION}
    document["worlds"] = [entry.seed for entry in worlds]
    document["rounds"] = options.rounds
    document["grid"] = {
        "vowpalwabbit": {name: entry.space() for name, entry in grid.ALGORITHMS.items()},
        "mabwiser": grid.MABWISER,
    }
    tuners: dict[tuple[str, str], Callable[[], dict]] = {
        ("vowpalwabbit", name): partial(tune_vw, worlds, name, options.choices, options.seed)
        for name in grid.ALGORITHMS
    }
    tuners |= {("mabwiser", name): partial(tune_mab, worlds, name) for name in grid.MABWISER}
    for (library, name), tune in tuners.items():
        if options.only and name not in options.only:
            continue
        began = time.monotonic()
        entry = tune()
        document.setdefault(library, {})[name] = entry
        options.out.write_text(json.dumps(document, indent=2) + "\n")
        print(f"{name}: {entry}, {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
