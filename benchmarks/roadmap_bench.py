"""Time of building, solving, answering and sharing generated instances; prints the median of three with the size.

Run: python benchmarks/roadmap_bench.py [members …]
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

from roadmap_instances import generated

from stadtland.roadmap.answer import answer
from stadtland.roadmap.build import build
from stadtland.roadmap.coalitions import coalitions
from stadtland.roadmap.loading import load
from stadtland.roadmap.owen import owen
from stadtland.roadmap.solve import resolve, solve, solve_saved


def timed(work: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """Median seconds of `times` runs, and the last result."""
    seconds, result = [], None
    for _ in range(times):
        start = perf_counter()
        result = work()
        seconds.append(perf_counter() - start)
    return statistics.median(seconds), result


def main(sizes: list[int]) -> None:
    """One line for each number of members; the set of all coalitions only up to 5 members."""
    for members in sizes:
        doc = generated(members)
        read, instance = timed(lambda doc=doc: load(doc))
        built, programme = timed(lambda i=instance: build(i))
        cold, solution = timed(lambda p=programme: solve(p))
        saved, _ = timed(lambda p=programme: solve_saved(p))
        doc["backstop"] = [1.1 * v for v in doc["backstop"]]
        changed = build(load(doc))
        warm, preview = timed(lambda p=changed, s=solution: resolve(p, s))
        told, _ = timed(lambda i=instance, s=solution: answer(i, s))
        shared, _ = timed(lambda s=solution: owen(s), 1)
        rows, cols, entries = programme.shape
        print(
            f"{members} members: {rows} x {cols} ({entries}); load {read:.3f} build {built:.3f} solve {cold:.3f} "
            f"saved {saved:.3f} changed price {warm:.3f} ({'warm' if preview.warm else 'cold'}) "
            f"answer with checks {told:.3f} owen {shared:.3f} s"
        )
        if members <= 5:
            for jobs in (1, 2):
                whole, found = timed(lambda i=instance, j=jobs: coalitions(i, j), 1)
                print(f"  {len(found)} coalitions, {jobs} process(es): {whole:.2f} s")


if __name__ == "__main__":
    main([int(a) for a in sys.argv[1:]] or [5, 10, 20])
