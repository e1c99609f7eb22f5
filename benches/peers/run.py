"""Runs all peers on dumped hotel worlds and on the bake-off sets, and appends a row a run."""

import argparse
import multiprocessing
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import threadpoolctl

import bakeoff
import hotel
import rows

Task = Callable[[], rows.Row]


def hotel_tasks(folders: list[Path], tuned: Path, limit: int | None) -> list[Task]:
    """All peers, world by world, so that a process reads a world once."""
    contenders = hotel.contenders(tuned) if folders else []
    return [partial(hotel.run, folder, limit, one) for folder in folders for one in contenders]


def bakeoff_tasks(folder: Path, shuffles: int) -> list[Task]:
    """The reference's figures, and all algorithms on all shuffles."""
    entries = bakeoff.entries(folder)
    tasks: list[Task] = [partial(bakeoff.reference_row, entry) for entry in entries if entry.loss]
    tasks += [
        partial(bakeoff.run, folder, entry, shuffle)
        for entry in entries
        for shuffle in range(1, shuffles + 1)
    ]
    return tasks


def call(task: Task) -> rows.Row:
    """Runs a task in a worker."""
    return task()


def main() -> None:
    """Reads the options, runs, appends."""
    here = Path(__file__).parent
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--world-folder", type=Path, nargs="*", default=[], help="dumped worlds")
    parser.add_argument("--bakeoff-folder", type=Path, help="folder of vw/ and the reference file")
    parser.add_argument("--out", type=Path, required=True, help="table to append to")
    parser.add_argument("--tuned", type=Path, default=here / "tuned.json", help="settings of peers")
    parser.add_argument("--rounds", type=int, help="rounds of a world to play; all without it")
    parser.add_argument("--shuffles", type=int, default=5, help="orders of a bake-off set")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    options = parser.parse_args()
    tasks = hotel_tasks(options.world_folder, options.tuned, options.rounds)
    if options.bakeoff_folder:
        tasks += bakeoff_tasks(options.bakeoff_folder, options.shuffles)
    if not tasks:
        parser.error("nothing to run: give --world-folder or --bakeoff-folder")
    one_thread = partial(threadpoolctl.threadpool_limits, 1)
    with multiprocessing.Pool(options.jobs, one_thread) as pool:
        for number, row in enumerate(pool.imap(call, tasks, chunksize=1), 1):
            rows.append(options.out, row)
            if number % 20 == 0 or number == len(tasks):
                print(f"peers: {number} of {len(tasks)} runs", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
