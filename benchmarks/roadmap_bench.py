"""Processor time and memory of building, solving, answering and sharing generated instances with every kind of row.

Each size runs in a process of its own, so that its peak is its own; medians (5 runs up to 20 members, else 1). Seconds
are those of one core, so that other work on the machine does not count; wall time only for two processes.
Run: python benchmarks/roadmap_bench.py [members …]; sizes above 50 are solved in eight periods, 50 in both ways.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
from collections.abc import Callable
from time import perf_counter, process_time
from typing import Any

from roadmap_instances import full, generated

from stadtland.roadmap.answer import answer
from stadtland.roadmap.build import build
from stadtland.roadmap.coalitions import coalitions
from stadtland.roadmap.lexical import solve_saved
from stadtland.roadmap.loading import load
from stadtland.roadmap.owen import owen
from stadtland.roadmap.solve import resolve, solve

PERIODS = [2026, 2028, 2030, 2033, 2037, 2041, 2045, 2046]
LONG = 3600.0


def timed(work: Callable[[], Any], times: int) -> tuple[float, Any]:
    """Median seconds of one core of `times` runs, and the last result."""
    seconds, result = [], None
    for _ in range(times):
        start = process_time()
        result = work()
        seconds.append(process_time() - start)
    return statistics.median(seconds), result


def one(members: int, coarse: bool, whole: bool) -> None:
    """Figures of one size in this process."""
    doc = generated(members)
    if whole:
        full(doc)
    if coarse:
        doc["periods"] = PERIODS
    times = 5 if members <= 20 else 1
    read, instance = timed(lambda: load(doc), times)
    built, programme = timed(lambda: build(instance), times)
    cold, solution = timed(lambda: solve(programme, LONG), times)
    rows, cols, entries = programme.shape
    name = f"{members} members{', 8 periods' if coarse else ''}{', every row' if whole else ''}"
    told, found = timed(lambda: answer(instance, solution), 1)
    failed = [c["name"] for c in found["checks"] if not c["passed"]]
    line = f"load {read:.2f} build {built:.2f} solve {cold:.2f} answer with checks {told:.2f}"
    if members <= 20:
        saved, _ = timed(lambda: solve_saved(programme), 3)
        doc["backstop"] = [1.1 * v for v in doc["backstop"]]
        changed = build(load(doc))
        warm, preview = timed(lambda: resolve(changed, solution), times)
        line += f" saved {saved:.2f} changed number {warm:.2f} ({'warm' if preview.warm else 'cold'})"
    if members <= 5:
        line += f" owen {timed(lambda: owen(solution), 1)[0]:.2f}"
        line += f" 31 coalitions {timed(lambda: coalitions(instance), 1)[0]:.1f}"
        start = perf_counter()
        coalitions(instance, 2)
        line += f" in two processes (wall) {perf_counter() - start:.1f}"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    state = f"{solution.status}, failed checks: {failed or 'none'}"
    print(f"{name}: {rows} x {cols} ({entries}); {line} s; peak {peak:.0f} MB; {state}", flush=True)


def main(sizes: list[int]) -> None:
    """One process and one line for each size."""
    for members in sizes:
        ways = [("yearly", "plain"), ("yearly", "full")] if members <= 50 else []
        ways += [("periods", "plain"), ("periods", "full")] if members >= 50 else []
        for how in ways:
            subprocess.run([sys.executable, __file__, "--one", str(members), *how], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(int(sys.argv[2]), sys.argv[3] == "periods", sys.argv[4] == "full")
    else:
        main([int(a) for a in sys.argv[1:]] or [5, 10, 20, 50, 400])
