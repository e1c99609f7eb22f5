"""Multi-class rows as a bandit: the context is the row, loss 0 for its class and 1 for any other.

The sets are shuffled as the product shuffles them. The reference file's figures are those of
`--cbify K` with the same flags over the file's own order, with Vowpal Wabbit's own draws (its
bagging apart). Here it is `--cb_explore K`, the same algorithms with the draw left to the caller.
"""

import csv
import time
from dataclasses import dataclass
from pathlib import Path

import vowpalwabbit

from rows import Row
from splitmix import draw, policy_stream, shuffled
from vw import VERSION

REFERENCE = "bakeoff_vw_reference_share.csv"

FLAGS = {
    "eps 0.02": "--epsilon 0.02",
    "eps 0.05": "--epsilon 0.05",
    "bag4 greedify": "--bag 4 --greedify",
    "cover4 nounif": "--cover 4 --nounif",
    "squarecb": "--squarecb",
    "regcb": "--regcb --mellowness 0.001",
}
"""The reference file's names, and the flags that give its figures."""

GREEDY, GREEDY_RATE_OF = "greedy", "eps 0.02"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the reference file."""

    dataset: str
    rows: int
    classes: int
    algorithm: str
    loss: str
    learning_rate: str

    def flags(self) -> str:
        """The command line, without the number of actions."""
        explore = "--epsilon 0" if self.algorithm == GREEDY else FLAGS[self.algorithm]
        return f"{explore} --learning_rate {self.learning_rate}"


def entries(folder: Path) -> list[Entry]:
    """The bandit algorithms of the reference file, and greedy at a learning rate of theirs."""
    found = []
    with (folder / REFERENCE).open(newline="") as lines:
        for line in csv.DictReader(lines):
            name, loss, rate = line["algorithm"], line["progressive_01_loss"], line["learning_rate"]
            size = (line["dataset"], int(line["rows"]), int(line["classes"]))
            if name in FLAGS:
                found.append(Entry(*size, name, loss, rate))
            if name == GREEDY_RATE_OF:
                found.append(Entry(*size, GREEDY, "", rate))
    return found


def reference_row(entry: Entry) -> Row:
    """A figure of the reference file: one run over the file's own order."""
    return Row(
        part="bakeoff",
        dataset=entry.dataset,
        seed="file order",
        peer="vowpalwabbit",
        algorithm=entry.algorithm,
        version=VERSION,
        flags=f"--cbify {entry.classes} {entry.flags()}",
        setting="reference",
        rounds=str(entry.rows),
        regret_or_loss=entry.loss,
        accept_rate=f"{1.0 - float(entry.loss):.4f}",
    )


def run(folder: Path, entry: Entry, shuffle: int) -> Row:
    """One pass over one shuffle."""
    lines = (folder / "vw" / f"{entry.dataset}.vw").read_text().splitlines()
    stream = policy_stream(shuffle)
    flags = f"--cb_explore {entry.classes} {entry.flags()}"
    workspace = vowpalwabbit.Workspace(f"--quiet {flags}")
    losses = 0
    cpu_seconds = 0.0
    for place in shuffled(len(lines), shuffle):
        label, context = lines[place].split(" ", 1)
        unit = stream.uniform()
        began = time.process_time()
        probabilities = workspace.predict(context)
        action = draw(probabilities, unit)
        loss = int(action + 1 != int(label))
        workspace.learn(f"{action + 1}:{loss}:{probabilities[action]} {context}")
        cpu_seconds += time.process_time() - began
        losses += loss
    workspace.finish()
    return Row(
        part="bakeoff",
        dataset=entry.dataset,
        seed=str(shuffle),
        peer="vowpalwabbit",
        algorithm=entry.algorithm,
        version=VERSION,
        flags=flags,
        setting="tuned",
        rounds=str(len(lines)),
        regret_or_loss=f"{losses / len(lines):.6f}",
        accept_rate=f"{1.0 - losses / len(lines):.6f}",
        cpu_s_per_1000_rounds=f"{1000.0 * cpu_seconds / len(lines):.4f}",
    )
