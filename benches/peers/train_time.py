"""Matrix factorisation of `implicit`, timed on the pairs the product is timed on.

    python train_time.py FOLDER --dimensions 32 --epochs 16 --alpha0 0.1 --regularisation 0.01

FOLDER holds what the product wrote, little endian: `pairs.u32` (guest, offer, ...), `hidden.u32`
(one pair a guest that nobody was trained on), `guests.f32` and `offers.f32` (the product's factors,
one row after the other). Prints a row a setting: seconds of the fit alone, and the share of hidden
offers among the ten best that a guest does not have. `cholesky` solves each row exactly, as the
product does; `cg` is the package's default, three steps of conjugate gradients.
"""

import argparse
import os
import time
from pathlib import Path

# The package asks for it: its own threads and those of the BLAS get into each other's way.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from implicit.als import AlternatingLeastSquares
from scipy.sparse import csr_matrix

CUTOFF = 10


def hit_rate(guests, offers, entries: csr_matrix, hidden: np.ndarray) -> float:
    """Share of hidden offers among the ten best of those a guest does not have."""
    hits = 0
    for guest, offer in hidden:
        scores = offers @ guests[guest]
        seen = entries.indices[entries.indptr[guest] : entries.indptr[guest + 1]]
        scores[seen] = -np.inf
        hits += int(np.count_nonzero(scores > scores[offer]) < CUTOFF)
    return hits / len(hidden)


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dimensions", type=int, required=True)
    parser.add_argument("--epochs", type=int, required=True)
    parser.add_argument("--alpha0", type=float, required=True)
    parser.add_argument("--regularisation", type=float, required=True)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    pairs = np.fromfile(given.folder / "pairs.u32", dtype="<u4").reshape(-1, 2)
    hidden = np.fromfile(given.folder / "hidden.u32", dtype="<u4").reshape(-1, 2)
    ones = np.ones(len(pairs), dtype=np.float32)
    entries = csr_matrix((ones, (pairs[:, 0], pairs[:, 1])))
    factors = [
        np.fromfile(given.folder / name, dtype="<f4").reshape(-1, given.dimensions)
        for name in ("guests.f32", "offers.f32")
    ]
    print("setting\tseconds\thit_rate")
    print(f"product\t\t{hit_rate(*factors, entries, hidden):.6f}")
    for setting, use_cg in (("cholesky", False), ("cg", True)):
        model = AlternatingLeastSquares(
            factors=given.dimensions,
            regularization=given.regularisation / given.alpha0,
            alpha=1 / given.alpha0,
            iterations=given.epochs,
            use_cg=use_cg,
            num_threads=given.threads,
            random_state=1,
        )
        start = time.perf_counter()
        model.fit(entries, show_progress=False)
        seconds = time.perf_counter() - start
        rate = hit_rate(model.user_factors, model.item_factors, entries, hidden)
        print(f"{setting}\t{seconds:.4f}\t{rate:.6f}", flush=True)


if __name__ == "__main__":
    main()
