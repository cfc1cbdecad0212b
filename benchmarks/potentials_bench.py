"""Times of the toolbox: `python benchmarks/potentials_bench.py [DATA]`; potentials of all measures for all
municipalities, one card in a new process, the printed catalogue.

Without a data folder (argument, STADTLAND_DATA or ../shared/data) only the card and the catalogue are timed.
"""

from __future__ import annotations

import csv
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

KINDS = {"71": "city", "72": "city", "73": "town", "75": "town", "76": "town", "74": "village", "77": "village"}
CARD = "from stadtland.cli.main import app; app(['measures', 'show', 'A01'], standalone_mode=False)"


def folder() -> Path | None:
    """The data folder, or None."""
    named = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("STADTLAND_DATA")
    path = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"
    return path if (path / "localzero").is_dir() else None


def country(data: Path) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    """Figures and inventory lines of all municipalities as arrays, and their kinds."""
    import numpy as np

    from stadtland import inventory
    from stadtland.inventory import sources
    from stadtland.inventory.calibrate import calibrate_data
    from stadtland.inventory.estimate import estimate

    loaded = sources.load(data, 2021)
    made = estimate(loaded.drivers, calibrate_data(loaded))
    codes = [str(a) for a in loaded.drivers.ags]
    energy = np.asarray(made.energy_mwh)
    lines = {name: energy[i] for i, name in enumerate(inventory.LINES)}

    def column(name: str, key: str) -> Any:
        with open(data / "localzero" / name, encoding="utf-8-sig", newline="") as handle:
            table = {row["ags"]: row.get(key) for row in csv.DictReader(handle)}
        return np.array([float(table.get(c) or "nan") for c in codes])

    def keys(name: str) -> list[str]:
        with open(data / "localzero" / name, encoding="utf-8-sig", newline="") as handle:
            return [k for k in next(csv.reader(handle)) if k not in ("ags", "source", "ratio")]

    figures = {f"area.{k}": column("area/2021.csv", k) for k in keys("area/2021.csv")}
    figures |= {f"stock.{k}": column("flats/2021.csv", k) for k in keys("flats/2021.csv")}
    figures["population"] = column("population/2021.csv", "total")
    figures["mastr.pv"] = column("renewable_energy/2021.csv", "pv")
    figures["mastr.wind_on"] = column("renewable_energy/2021.csv", "wind_on")
    with open(data / "localzero" / "area_kinds/2021.csv", encoding="utf-8-sig", newline="") as handle:
        kind = {row["ags"]: KINDS.get(row["rt7"], "village") for row in csv.DictReader(handle)}
    return figures, lines, [kind.get(c, "village") for c in codes]


def main() -> None:
    from stadtland.toolbox import catalogue as all_measures
    from stadtland.toolbox.assess import potentials

    def show() -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", CARD], check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - start

    print(f"{'run':44s} {'size':>7s} {'median s':>9s} {'peak MB':>8s}")
    print(f"{'card of one measure, new process':44s} {1:7d} {statistics.median(show() for _ in range(7)):9.3f}")
    measures = [m for m in all_measures().values() if not m.reference]
    data = folder()
    if data is not None:
        figures, lines, kinds = country(data)
        times = []
        for _ in range(5):
            start = time.perf_counter()
            for one in measures:
                potentials(one, figures, lines, kinds)
            times.append(time.perf_counter() - start)
        middle = statistics.median(times)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{'potentials, all measures, all municipalities':44s} {len(kinds):7d} {middle:9.3f} {peak:8.0f}")
    from stadtland.documents import catalogue

    start = time.perf_counter()
    catalogue.render(measures, "de")
    print(f"{'printed catalogue, HTML and PDF':44s} {len(measures):7d} {time.perf_counter() - start:9.3f}")


if __name__ == "__main__":
    main()
