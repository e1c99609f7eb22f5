"""The one table of all results: a row a run, tab-separated, the same columns for every policy."""

import csv
from dataclasses import asdict, dataclass, fields
from pathlib import Path

HOTEL_WORLD = "standard"
HORIZONS = (1_000, 2_000, 5_000, 10_000)


@dataclass(slots=True)
class Row:
    """A run. Numbers are text as printed; empty where they do not apply.

    `part`: hotel or bakeoff. `dataset`: the kind of world or the data set. `seed`: of the world, or
    the shuffle's number. `setting`: default, tuned or reference. `regret_or_loss`: cumulative
    regret of all rounds of a hotel world; progressive 0/1 loss of a bake-off set.
    `cpu_s_per_1000_rounds`: predict and learn. `prepare_cpu_s_per_1000_rounds`: reading the peer's
    input format, apart.
    """

    part: str
    dataset: str
    seed: str
    peer: str
    algorithm: str
    version: str
    flags: str
    setting: str
    rounds: str
    regret_or_loss: str
    accept_rate: str
    regret_1000: str = ""
    regret_2000: str = ""
    regret_5000: str = ""
    regret_10000: str = ""
    cpu_s_per_1000_rounds: str = ""
    prepare_cpu_s_per_1000_rounds: str = ""


COLUMNS = [field.name for field in fields(Row)]


def append(path: Path, row: Row) -> None:
    """Adds a row, and the header before the first."""
    fresh = not path.exists() or path.stat().st_size == 0
    with path.open("a", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, delimiter="\t", lineterminator="\n")
        if fresh:
            writer.writeheader()
        writer.writerow(asdict(row))


def read(path: Path) -> list[Row]:
    """The rows of a file. Of rows of one run, the last counts."""
    latest: dict[tuple[str, ...], Row] = {}
    with path.open(newline="") as lines:
        for entry in csv.DictReader(lines, delimiter="\t"):
            unknown = set(COLUMNS) ^ set(entry)
            if unknown:
                raise SystemExit(f"{path}: columns missing or unknown: {sorted(map(str, unknown))}")
            row = Row(**entry)
            run = (row.part, row.dataset, row.seed, row.peer, row.algorithm, row.setting)
            latest[run] = row
    return list(latest.values())
