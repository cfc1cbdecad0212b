"""Times of `solve_game` by number of players: `python benchmarks/sharing_games.py`; prints medians."""

from __future__ import annotations

import statistics
import time
from itertools import combinations

import numpy as np

from stadtland.sharing import solve_game


def game(players: int, seed: int) -> dict:
    """A cost game with a core: concave in the size of a coalition, with noise a player."""
    random = np.random.default_rng(seed)
    names = [f"P{i}" for i in range(players)]
    weight = dict(zip(names, random.uniform(0.5, 2.0, players), strict=True))
    sets = [m for size in range(1, players + 1) for m in combinations(names, size)]
    return {
        "kind": "cost",
        "players": names,
        "values": {",".join(m): sum(weight[p] for p in m) ** 0.7 for m in sets},
    }


def main() -> None:
    solve_game(game(3, 0))
    print("players  coalitions  median s")
    for players, runs in ((2, 20), (5, 20), (8, 10), (10, 5), (12, 3)):
        times = []
        for seed in range(runs):
            table = game(players, seed)
            start = time.perf_counter()
            solve_game(table)
            times.append(time.perf_counter() - start)
        print(f"{players:7d}  {2**players - 1:10d}  {statistics.median(times):.4f}")


if __name__ == "__main__":
    main()
