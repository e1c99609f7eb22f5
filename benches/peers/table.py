"""Prints the comparison as Markdown and writes the figures that gates read."""

import argparse
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import rows
from rows import Row

PEERS = ("vowpalwabbit", "mabwiser")


@dataclass(frozen=True, slots=True)
class Policy:
    """All runs of one policy in one part and data set."""

    peer: str
    algorithm: str
    setting: str
    runs: list[Row]

    def mean(self, column: str = "regret_or_loss") -> float:
        """The mean over seeds or shuffles; not a number where a run lacks it."""
        values = self.values(column)
        return sum(values) / len(values) if len(values) == len(self.runs) else math.nan

    def error(self) -> float:
        """The standard error of the mean; not a number for one run."""
        values = self.values("regret_or_loss")
        if len(values) < 2:
            return math.nan
        mean = self.mean()
        variance = sum((value - mean) ** 2 for value in values) / (len(values) - 1)
        return math.sqrt(variance / len(values))

    def values(self, column: str) -> list[float]:
        """The numbers of a column."""
        return [float(text) for run in self.runs if (text := getattr(run, column))]


def policies(table: Iterable[Row], part: str, dataset: str) -> list[Policy]:
    """Policies of a data set, the lowest mean first."""
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in table:
        if (row.part, row.dataset) == (part, dataset):
            groups.setdefault((row.peer, row.algorithm, row.setting), []).append(row)
    found = [Policy(*key, runs) for key, runs in groups.items()]
    return sorted(found, key=lambda policy: policy.mean())


def best(found: list[Policy], setting: str, peers: tuple[str, ...] = PEERS) -> Policy | None:
    """The peers' best policy of a setting."""
    return next((one for one in found if one.peer in peers and one.setting == setting), None)


def number(value: float, digits: int) -> str:
    """A number, or nothing."""
    return "" if math.isnan(value) else f"{value:.{digits}f}"


def hotel_table(found: list[Policy]) -> list[str]:
    """The hotel world: regret at each horizon."""
    lines = [
        "| policy | setting | @1k | @2k | @5k | @10k | regret, mean ± s.e. | accept rate |"
        " CPU s per 1000 rounds (reading apart) | flags |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for one in found:
        at = " | ".join(number(one.mean(f"regret_{horizon}"), 1) for horizon in rows.HORIZONS)
        cpu = number(one.mean("cpu_s_per_1000_rounds"), 3)
        prepare = number(one.mean("prepare_cpu_s_per_1000_rounds"), 3)
        lines.append(
            f"| {one.peer} {one.algorithm} | {one.setting} | {at}"
            f" | {number(one.mean(), 1)} ± {number(one.error(), 1)}"
            f" | {number(one.mean('accept_rate'), 4)} | {cpu} ({prepare}) | `{one.runs[0].flags}` |"
        )
    return lines


def bakeoff_table(sets: dict[str, list[Policy]]) -> list[str]:
    """The bake-off: a column a data set, mean loss over shuffles; Vowpal Wabbit's best in bold."""
    keys: dict[tuple[str, str, str], None] = {}
    for found in sets.values():
        keys |= dict.fromkeys((one.peer, one.algorithm, one.setting) for one in found)
    lines = ["| policy | " + " | ".join(sets) + " |", "|---" * (len(sets) + 1) + "|"]
    for key in sorted(keys, key=lambda key: (key[2], key[0], key[1])):
        cells = []
        for found in sets.values():
            one = next((p for p in found if (p.peer, p.algorithm, p.setting) == key), None)
            if one is None:
                cells.append("")
                continue
            error = number(one.error(), 4)
            cell = number(one.mean(), 4) + (f" ± {error}" if error else "")
            top = best(found, key[2], ("vowpalwabbit",))
            cells.append(f"**{cell}**" if one is top else cell)
        lines.append(f"| {key[0]} {key[1]}, {key[2]} | " + " | ".join(cells) + " |")
    return lines


def of_product(found: list[Policy], product: list[Row]) -> float:
    """The mean of the first policy of the product that has runs here; not a number without one."""
    for row in product:
        for one in found:
            if (one.peer, one.algorithm, one.setting) == (row.peer, row.algorithm, row.setting):
                return one.mean()
    return math.nan


def ratio(mine: float, theirs: Policy | None) -> float:
    """My figure over a peer's; not a number without the peer."""
    return mine / theirs.mean() if theirs else math.nan


def summary(
    hotel: list[Policy], sets: dict[str, list[Policy]], product: list[Row], train_time: Path | None
) -> dict[str, float]:
    """The figures that gates read: the product's first policy against the peers' best."""
    figures: dict[str, float] = {}
    for setting in ("tuned", "default"):
        name = f"regret_ratio_best_{setting}_peer"
        figures[name] = ratio(of_product(hotel, product), best(hotel, setting))
    ratios = [ratio(of_product(found, product), best(found, "tuned")) for found in sets.values()]
    figures["bakeoff_loss_ratio_vw"] = sum(ratios) / len(ratios) if ratios else math.nan
    if train_time is not None:
        name = "train_time_ratio_implicit"
        found = dict(line.split("\t")[:2] for line in train_time.read_text().splitlines() if "\t" in line)
        if name in found:
            figures[name] = float(found[name])
    return figures


def main() -> None:
    """Reads the tables, prints, writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", type=Path, required=True, help="table that run.py wrote")
    parser.add_argument("--product", type=Path, help="the product's table; its first policy counts")
    parser.add_argument("--train-time", type=Path, help="summary of the bench's part train")
    parser.add_argument("--summary", type=Path, required=True, help="peers-summary.tsv to write")
    options = parser.parse_args()
    product = rows.read(options.product) if options.product else []
    table = [*product, *rows.read(options.peers)]
    datasets = {row.dataset: None for row in table if row.part == "bakeoff"}
    hotel = policies(table, "hotel", rows.HOTEL_WORLD)
    sets = {dataset: policies(table, "bakeoff", dataset) for dataset in datasets}
    print("\n".join([*hotel_table(hotel), "", *bakeoff_table(sets)]))
    figures = summary(hotel, sets, product, options.train_time)
    lines = [f"{name}\t{value:.4f}\tratio" for name, value in figures.items() if value == value]
    options.summary.write_text("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    main()
