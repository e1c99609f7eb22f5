"""Customer-value models of `lifetimes`, timed on the guests the product is timed on.

    python value.py simulate --world mbg --guests 100000 --out guests.csv
    python value.py fit guests.csv [--model bg mbg pareto]

`simulate` draws guests of a hotel from MBG/NBD or Pareto/NBD: first stays spread over two years,
times in weeks, by whole days. `fit` prints a row a model: seconds for the fit alone, without
reading the file, and the log-likelihood of all guests at the parameters found. Fits run as
`lifetimes` does them by default; where it refuses its own result it is tried again, as its message
says, with the penalizer it documents, and the row says so.
"""

import argparse
import contextlib
import csv
import sys
import time
import warnings

import numpy as np

WORLDS = {"mbg": (0.6, 12.0, 0.9, 2.5), "pareto": (0.8, 12.0, 0.7, 20.0)}
SPAN_DAYS = 730


def stays(draw: np.random.Generator, world: str, days: int) -> list[int]:
    """Days of the repeat stays of one guest, since the first, within `days`."""
    r, alpha, c, d = WORLDS[world]
    rate = draw.gamma(r) / (7 * alpha)
    if world == "pareto":
        leaving = draw.gamma(c) / (7 * d)
        last_day = min(days, draw.exponential(1 / max(leaving, 1e-300)))
        share = 0.0
    else:
        last_day, share = days, draw.beta(c, d)
    found, at = [], 0.0
    while draw.random() >= share:
        at += draw.exponential(1 / max(rate, 1e-300))
        if at >= last_day:
            break
        found.append(int(at))
    return sorted(set(found) - {0})


def simulate(world: str, guests: int, out: str, seed: int) -> None:
    """Writes guests as repeats, last, age."""
    draw = np.random.default_rng(seed)
    with open(out, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["repeats", "last", "age"])
        for _ in range(guests):
            days = int(draw.integers(1, SPAN_DAYS))
            found = stays(draw, world, days)
            last = found[-1] / 7 if found else 0.0
            writer.writerow([len(found), repr(last), repr(days / 7)])


def log_likelihood(model: str, parameters, frequency, recency, age) -> float:
    """Of all guests, by the formulas of `lifetimes`: for Pareto/NBD a sum, else a mean."""
    import lifetimes

    ones = np.ones(len(frequency))
    if model == "pareto":
        by_guest = lifetimes.ParetoNBDFitter._conditional_log_likelihood
        return float(np.sum(by_guest(parameters, frequency, recency, age)))
    fitter = {"bg": lifetimes.BetaGeoFitter, "mbg": lifetimes.ModifiedBetaGeoFitter}[model]
    logs = np.log(parameters)
    mean = fitter._negative_log_likelihood(logs, frequency, recency, age, ones, 0.0)
    return -float(mean) * len(frequency)


def fit(path: str, models: list[str]) -> None:
    """Prints model, seconds, log-likelihood, parameters and how it was fitted."""
    import lifetimes

    fitters = {
        "bg": lifetimes.BetaGeoFitter,
        "mbg": lifetimes.ModifiedBetaGeoFitter,
        "pareto": lifetimes.ParetoNBDFitter,
    }
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    frequency, recency, age = table[:, 0], table[:, 1], table[:, 2]
    print("model\tguests\tseconds\tlog_likelihood\tparameters\thow")
    for model in models:
        for penalizer, how in ((0.0, "default"), (1e-3, "penalizer 1e-3")):
            fitter = fitters[model](penalizer_coef=penalizer)
            start = time.perf_counter()
            try:
                # Where it does not converge it prints before it raises.
                with warnings.catch_warnings(), contextlib.redirect_stdout(sys.stderr):
                    warnings.simplefilter("ignore")
                    fitter.fit(frequency, recency, age)
            except lifetimes.utils.ConvergenceError:
                seconds = time.perf_counter() - start
                print(f"{model}\t{len(age)}\t{seconds:.2f}\t\t\t{how}: did not converge")
                continue
            seconds = time.perf_counter() - start
            found = " ".join(f"{value:.7g}" for value in fitter.params_)
            parameters = fitter.params_.to_numpy(dtype=float)
            value = log_likelihood(model, parameters, frequency, recency, age)
            print(f"{model}\t{len(age)}\t{seconds:.2f}\t{value:.4f}\t{found}\t{how}")
            break
        sys.stdout.flush()


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    commands = parser.add_subparsers(dest="command", required=True)
    draw = commands.add_parser("simulate")
    draw.add_argument("--world", choices=sorted(WORLDS), default="mbg")
    draw.add_argument("--guests", type=int, default=100_000)
    draw.add_argument("--seed", type=int, default=1)
    draw.add_argument("--out", required=True)
    run = commands.add_parser("fit")
    run.add_argument("path")
    names = ["bg", "mbg", "pareto"]
    run.add_argument("--model", nargs="+", choices=names, default=names)
    given = parser.parse_args()
    if given.command == "simulate":
        simulate(given.world, given.guests, given.out, given.seed)
    else:
        fit(given.path, given.model)


if __name__ == "__main__":
    main()
