"""Times of the inventory: `python benchmarks/inventory_bench.py [DATA]`; prints medians and model size.

Without a data folder (argument, STADTLAND_DATA or ../shared/data) only the bundled five are timed.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

COLD = "from stadtland import inventory as i; i.to_dict(i.build({members!r}, 2021), detail=True)"


def median(run: Callable[[], object], times: int) -> float:
    """Median seconds of `times` runs."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def folder() -> Path | None:
    """The data folder, or None."""
    named = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("STADTLAND_DATA")
    path = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"
    return path if (path / "localzero").is_dir() else None


def main() -> None:
    from stadtland import inventory
    from stadtland.inventory import bundle, sources, uncertainty_draws
    from stadtland.inventory.calibrate import calibrate_data
    from stadtland.inventory.estimate import estimate

    members = list(bundle.MEMBERS)
    code = COLD.format(members=members)
    cold = median(lambda: subprocess.run([sys.executable, "-c", code], check=True), 5)
    lines = len(inventory.LINES)
    rows = [
        ("five members, new process, with detail", len(members), cold),
        ("five members, warm, build", len(members), median(lambda: inventory.build(members, 2021), 20)),
        (
            "five members, warm, year between (2019)",
            len(members),
            median(lambda: inventory.build(members, 2019), 20),
        ),
    ]
    data = folder()
    if data is not None:
        loaded = sources.load(data, 2021)
        calibration = calibrate_data(loaded)
        count = len(loaded.drivers.ags)
        rows += [
            ("Germany, read files", count, median(lambda: sources.load(data, 2021), 5)),
            ("Germany, calibrate from arrays", count, median(lambda: calibrate_data(loaded), 10)),
            (
                "Germany, estimate from arrays",
                count,
                median(lambda: estimate(loaded.drivers, calibration), 10),
            ),
        ]

        def whole() -> None:
            fresh = sources.load(data, 2021)
            estimate(fresh.drivers, calibrate_data(fresh))

        rows.append(("Germany, files to result", count, median(whole, 5)))
        ten = inventory.build(loaded.drivers.ags[:10], 2021, data)

        def draws() -> None:
            drawn = uncertainty_draws.draw(ten, 10_000)
            uncertainty_draws.bands(drawn, ten)
            uncertainty_draws.measure_next(drawn)

        rows.append(("ten members, 10,000 draws, bands, ranking", 10, median(draws, 5)))
    print(f"{'run':42s} {'members':>8s} {'lines':>6s} {'median s':>9s}")
    for name, size, seconds in rows:
        print(f"{name:42s} {size:8d} {lines:6d} {seconds:9.4f}")


if __name__ == "__main__":
    main()
