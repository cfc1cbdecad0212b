"""The plan of the five municipalities: command, phases, memory of the whole process tree; medians of several runs.

Run: `.venv/bin/python benchmarks/plan_bench.py [--runs 3]`. Figures go to docs/measurements.md with the machine.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

import psutil

NAME = "leipzig-wurzener-land"


def tree_run(args: list[str]) -> tuple[float, float]:
    """(seconds, peak resident MB of the process and its children) of a command."""
    start = time.perf_counter()
    process = psutil.Popen(args, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak = 0.0
    while process.poll() is None:
        total = 0
        for one in [process, *process.children(recursive=True)]:
            try:
                total += one.memory_info().rss
            except psutil.Error:
                continue
        peak = max(peak, total / 1e6)
        time.sleep(0.02)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(args)} ended with {process.returncode}")
    return time.perf_counter() - start, peak


def timed(call: Callable[[], object], runs: int) -> float:
    """Median seconds of a call."""
    found = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def main() -> None:
    """Print one line per figure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    command = [sys.executable, "-m", "stadtland.cli"]
    helps = [tree_run([*command, "--help"])[0] for _ in range(max(5, runs))]
    print(f"--help                         {statistics.median(helps):8.3f} s   target 0.3")
    with tempfile.TemporaryDirectory() as folder:
        whole = [tree_run([*command, "plan", NAME, "--out", folder]) for _ in range(runs)]
    print(f"stadtland plan, report and PDF {statistics.median(t for t, _ in whole):8.2f} s   target 20")
    print(f"  peak of the process tree     {statistics.median(m for _, m in whole):8.0f} MB  target 700")

    from dataclasses import replace

    import numpy as np

    from stadtland import inventory
    from stadtland.roadmap import certainty, partnership, plan, spread
    from stadtland.roadmap.build import build
    from stadtland.roadmap.case import gather
    from stadtland.roadmap.coalitions import coalitions
    from stadtland.roadmap.loading import load
    from stadtland.roadmap.solve import resolve, solve

    given = partnership.load(NAME)
    case = gather(given)
    opts = plan.options(case, given.target_key, plan.prices(case)[1])
    document = plan.document(case, opts)
    instance = load(document)
    programme = build(instance)
    rows, cols, nnz = programme.shape
    print(f"programme                      {rows} rows × {cols} columns, {nnz} non-zeros")
    print(f"  facts, inventory, potentials {timed(lambda: gather(given), runs):8.3f} s")
    print(f"  instance and matrix          {timed(lambda: build(load(plan.document(case, opts))), runs):8.3f} s")
    print(f"  joint solve, cold            {timed(lambda: solve(programme), runs):8.3f} s   target 1")
    warm = solve(programme)
    changed = build(load(plan.document(case, replace(opts, backstop_eur_per_t=330.0))))
    print(f"  changed number, warm         {timed(lambda: resolve(changed, warm), runs):8.3f} s   target 0.5")
    print(f"  31 coalitions, one process   {timed(lambda: coalitions(instance), 1):8.2f} s   target 15 on two")
    solved = plan.compute(case)
    parts = spread.components(case, solved.instance, solved.answer, solved.tonnes, inventory.sigmas(case.inventory))

    def draws() -> None:
        up, down = certainty.weights(parts, certainty.factors(parts, 10_000, 1))
        for member in range(len(case.ags)):
            certainty.simulate(np.zeros(len(case.years)), parts, (member, 3), up, down)

    print(f"  10,000 draws                 {timed(draws, runs):8.3f} s   target 1")
    print(f"  peak of this process         {psutil.Process().memory_info().rss / 1e6:8.0f} MB  target 400")


if __name__ == "__main__":
    main()
