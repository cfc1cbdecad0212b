"""Bundled content of the reference case: drivers of the five members and calibrations limited to their
region.
"""

from __future__ import annotations

import csv
import io
from functools import cache
from pathlib import Path

import numpy as np

from stadtland.base import content
from stadtland.base.errors import InputError

from .calibrate import calibrate_data
from .calibration import Calibration
from .calibration import bundled as bundled_calibration
from .sources import BASE_YEARS, OWN, UNITS, Drivers, layout, load

MEMBERS = ("14713000", "14729030", "14729245", "14729380", "14729410")
LANDS = ("14",)
KREISE = ("14713", "14729")
FIELDS = ("ags", "name", "figure", "value", "unit", "year", "source", "evidence")
# file of the data folder behind a group of figures
SOURCE = {
    "population": "localzero/population (Destatis GV-ISys)",
    "regiostar7": "localzero/area_kinds (BMDV RegioStaR)",
    "area": "localzero/area (statistical offices, 33111)",
    "zensus2011": "localzero/buildings (census 2011)",
    "stock": "localzero/flats (statistical offices, 31231)",
    "zensus2022": "zensus2022 (census 2022)",
    "ets": "localzero/industry_facilites (DEHSt, verified emissions)",
    "ships": "localzero/traffic_ships (Destatis)",
    "air": "localzero/traffic_air (Destatis)",
}
FIXED_YEAR = {"zensus2011": "2011", "zensus2022": "2022"}


def drivers_csv(drivers: Drivers, year: int) -> str:
    """The drivers as CSV, one row per member and figure, full precision; missing figures have no row."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(FIELDS)
    for i, (ags, name) in enumerate(zip(drivers.ags, drivers.names, strict=True)):
        for figure, unit in UNITS.items():
            value = float(drivers.values[figure][i])
            if not np.isnan(value):
                group = figure.split(".")[0]
                when = FIXED_YEAR.get(group, str(year))
                writer.writerow([ags, name, figure, repr(value), unit, when, SOURCE[group], "A"])
    return out.getvalue()


@cache
def drivers(year: int) -> Drivers:
    """Drivers of the five bundled members in a base year; figures without a row are NaN."""
    path = content.path("inventory", f"drivers_{year}.csv")
    names: dict[str, str] = {}
    cells: dict[tuple[str, str], float] = {}
    with path.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            names[row["ags"]] = row["name"]
            cells[row["ags"], row["figure"]] = float(row["value"])
    ags = tuple(names)
    values = {f: np.array([cells.get((a, f), np.nan) for a in ags]) for f in (*UNITS, *OWN)}
    return Drivers(ags, tuple(names.values()), values)


@cache
def _from_data(folder: str, year: int) -> tuple[Drivers, Calibration]:
    data = load(Path(folder), year)
    with layout(Path(folder)):
        return data.drivers, calibrate_data(data)


def inputs(year: int, data: Path | None) -> tuple[Drivers, Calibration]:
    """Drivers and calibration of a base year: all municipalities of a data folder, or the bundled five."""
    if data is None:
        return drivers(year), bundled_calibration(year)
    if not data.is_dir():
        raise InputError("data-folder", "the folder of public data does not exist", str(data), "check --data")
    return _from_data(str(data.resolve()), year)


def write(data: Path, folder: Path) -> list[Path]:
    """Write drivers and calibrations of both base years from a data folder (to renew the bundled content)."""
    written = []
    for year in BASE_YEARS:
        every = load(data, year)
        rows = [every.drivers.ags.index(a) for a in MEMBERS]
        texts = {
            f"drivers_{year}.csv": drivers_csv(every.drivers.take(rows), year),
            f"calibration_{year}.json": calibrate_data(every).limited(list(LANDS), list(KREISE)).to_json(),
        }
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
            written.append(folder / name)
    return written
