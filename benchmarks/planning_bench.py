"""How long the questions around a plan take: scenarios, alternatives, explanation, reliability, shares of many members.

Run: python benchmarks/planning_bench.py [folder of a written plan]. Prints one line each; numbers hold for this
machine.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np


def timed(name: str, run: Any) -> Any:
    start = time.perf_counter()
    found = run()
    print(f"{name:40} {time.perf_counter() - start:8.2f} s", flush=True)
    return found


def sampling_error() -> None:
    """Sampled Shapley shares and clubs against the exact ones on a game of eight with a scale economy."""
    from stadtland.sharing import clubs, sampling, solve_game

    rng = np.random.default_rng(0)
    names = [f"m{i}" for i in range(8)]
    size = dict(zip(names, rng.lognormal(0, 1, 8), strict=True))

    def cost(group: Any) -> float:
        return float(sum(size[m] for m in group) ** 0.9)

    sets = [[names[i] for i in range(8) if k >> i & 1] for k in range(1, 256)]
    values = {",".join(s): cost(s) for s in sets}
    exact = solve_game({"kind": "cost", "players": names, "values": values})["rules"]["shapley"]["values"]
    gain = sum(values[m] for m in names) - values[",".join(names)]
    for pairs in (10, 50, 200):
        found = sampling.shapley_sampled(names, lambda todo: {s: cost(s) for s in todo}, pairs, 1)
        off = max(abs(found.shares[m] - exact[m]) for m in names) / gain
        print(f"  {pairs:4} pairs: {len(found.coalitions):4} coalitions, largest error {off:.2%} of the gain")
    groups = clubs.clubs({m: [np.log(size[m])] for m in names}, [names[0]], 4)
    players = {"+".join(g): g for g in groups}
    keys = list(players)
    table = {}
    for k in range(1, 2 ** len(keys)):
        chosen = [c for i, c in enumerate(keys) if k >> i & 1]
        table[",".join(chosen)] = cost([m for c in chosen for m in players[c]])
    rule = solve_game({"kind": "cost", "players": keys, "values": table})["rules"]["shapley"]["values"]
    shares = clubs.inside(rule, players, {m: values[m] for m in names})
    off = max(abs(shares[m] - exact[m]) for m in names) / gain
    print(f"  {len(groups)} clubs: {2 ** len(groups) - 1} coalitions, largest error {off:.2%} of the gain")


def main(folder: Path | None) -> None:
    """Print the times."""
    from stadtland.actions import explain_plan, scenarios

    name = "leipzig-wurzener-land"
    timed("nine scenarios", lambda: scenarios.table(name))
    timed("sampling and clubs against exact", sampling_error)
    if folder is not None:
        timed("alternatives, 12 measures, 3 steps", lambda: explain_plan.other_plans(folder))
        timed("explain, one measure", lambda: explain_plan.measure(folder, "E06"))
        timed("explain, overview", lambda: explain_plan.overview(folder))
        timed("explain, missed target", lambda: explain_plan.target(folder, "14713000"))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
