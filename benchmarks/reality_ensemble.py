"""How far the choice of weights alone could bring the estimate: `python benchmarks/reality_ensemble.py [DATA] [N]`.

Every weight that rests on judgement (evidence C) is drawn from the span below, all at once; each draw is calibrated
anew, so every line closes nationally. For each draw: errors of the scored cities, and the independent test (energy of
households and services in the wrong Land before the Land step: electricity and all heat, balances of 16 Länder).
If the draws with the best independent test do not meet the aims more often than the others, the data at hand hold no
reason to prefer weights that do, and what is left is the missing datum.
"""

from __future__ import annotations

import copy
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
from reality_tables import lands, percent
from scipy.stats import qmc, spearmanr

from stadtland.inventory import published, sources
from stadtland.inventory.calibrate import calibrate_data
from stadtland.inventory.method import weights

# weight → (low, high); the frozen value lies inside (tests/inventory/test_reality.py)
SPANS: dict[str, tuple[float, float]] = {
    "heat_shape.small_building_effect": (0.05, 0.35),
    "heat_shape.vacancy_effect": (0.4, 1.0),
    "heat_shape.east": (0.8, 1.0),
    "heat_shape.climate_share": (0.6, 1.0),
    "heat_shape.dh_dwelling_share": (0.6, 1.0),
    "household_electricity.mwh_per_household": (0.5, 1.5),
    "jobs.per_head": (0.36, 0.46),
    "jobs.population_share": (0.25, 0.75),
    "ghd.jobs_share": (0.25, 0.75),
    "industry.gva_exponent": (0.4, 1.0),
    "industry.area_exponent": (0.0, 0.6),
    "industry.split_population": (0.1, 0.6),
    "road.cars_motorway_population": (0.4, 0.9),
    "road.trucks_motorway_population": (0.2, 0.7),
    "road.trucks_local_economy": (0.25, 0.75),
    "road.cars_local_keys.traffic_area": (0.0, 0.3),
    "road.cars_local_keys.jobs": (0.1, 0.3),
    "rail.area_share": (0.25, 0.75),
    "seeds.ghd_dh_per_share": (50.0, 200.0),
    "coverage of electricity, factor": (0.7, 1.3),
}
TWH = {"elec": 275.5, "heat": 674.0}  # households and services 2018, energy balance


def put(table: dict[str, Any], drawn: dict[str, float]) -> None:
    """The drawn weights into the table, in place."""
    for name, value in drawn.items():
        if name.startswith("coverage"):
            plain = np.array(table["industry"]["elec_coverage"])
            table["industry"]["elec_coverage"] = np.minimum(0.97, plain * value).tolist()
            continue
        *path, last = name.split(".")
        place = table
        for key in path:
            place = place[key]
        place[last] = value
    keys = table["road"]["cars_local_keys"]
    keys["cars"] = 1 - keys["traffic_area"] - keys["jobs"]


def main() -> None:
    named = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("STADTLAND_DATA")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"
    n = int(sys.argv[2]) if len(sys.argv) > 2 else 256
    data = {year: sources.load(folder, year) for year in sources.BASE_YEARS}
    table = weights()
    frozen = copy.deepcopy(table)
    points = qmc.Sobol(len(SPANS), scramble=True, rng=np.random.default_rng(20260101)).random(n)
    low, high = np.array(list(SPANS.values())).T
    rows = []
    for point in [None, *points]:
        table.clear()
        table.update(copy.deepcopy(frozen))
        if point is not None:
            put(table, dict(zip(SPANS, low + point * (high - low), strict=True)))
        bases = {y: (d.drivers, calibrate_data(d)) for y, d in data.items()}
        s = published.statistics(published.reality(folder, bases))["total"]
        wrong = lands(data[2018])
        rows.append((s["median"], s["worst"], s["bias"], sum(TWH[k] * wrong[k] for k in TWH)))
    report(np.array(rows, dtype=float))
    print("\n| share of jobs in services | median | worst | inside | wrong Land: elec | heat | both, TWh "
          "| elec without Berlin | elec without NRW and Hesse |")  # fmt: skip
    print("|---|--|--|--|--|--|--|--|--|")
    for share in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
        table.clear()
        table.update(copy.deepcopy(frozen))
        table["ghd"]["jobs_share"] = share
        bases = {y: (d.drivers, calibrate_data(d)) for y, d in data.items()}
        s = published.statistics(published.reality(folder, bases))["total"]
        wrong = lands(data[2018])
        cells = [percent(x, k) for x, k in ((s["median"], 1), (s["worst"], 1), (s["inside"], 0), (wrong["elec"], 2),
                                            (wrong["heat"], 2))]  # fmt: skip
        cells.append(f"{sum(TWH[k] * wrong[k] for k in TWH):.1f}")
        cells += [percent(lands(data[2018], drop)["elec"], 2) for drop in (("11",), ("05", "06"))]
        print(f"| {share:.1f} | " + " | ".join(cells) + " |")
    table.clear()
    table.update(frozen)


def report(rows: np.ndarray[Any, Any]) -> None:
    """Markdown table: all draws, the best tenth by the independent test, the frozen weights."""
    plain, draws = rows[0], rows[1:]
    met = (draws[:, 0] <= 0.10) & (draws[:, 1] <= 0.35)
    best = np.argsort(draws[:, 3])[: max(1, len(draws) // 10)]
    print("| weights | n | median: 10–50–90 % | worst: 10–50–90 % | wrong Land, TWh | both aims met |")
    print("|---|--|--|--|--|--|")
    print(f"| frozen | 1 | {100 * plain[0]:.1f} % | {100 * plain[1]:.1f} % | {plain[3]:.1f} | no |")
    for name, at in (("all draws", np.arange(len(draws))), ("best tenth by the Länder balances", best),
                     ("draws that meet both aims", np.flatnonzero(met))):  # fmt: skip
        if not len(at):
            print(f"| {name} | 0 | – | – | – | – |")
            continue
        quantiles = ["–".join(f"{100 * q:.1f}" for q in np.quantile(draws[at, k], [0.1, 0.5, 0.9])) for k in (0, 1)]
        print(f"| {name} | {len(at)} | {quantiles[0]} % | {quantiles[1]} % | {draws[at, 3].mean():.1f} "
              f"| {100 * met[at].mean():.0f} % |")  # fmt: skip
    for k, name in ((0, "median"), (1, "worst")):
        rank = spearmanr(draws[:, k], draws[:, 3])[0]
        print(f"rank correlation of the {name} error with the independent test: {rank:+.2f}")
    worst, median = (100 * draws[:, k].min() for k in (1, 0))
    print(f"smallest worst error of any draw {worst:.1f} %, smallest median {median:.1f} %")


if __name__ == "__main__":
    main()
