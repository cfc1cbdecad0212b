"""Emission factors, warming potentials, factors of agriculture, land use and waste; content/factors/*.csv.

All energy factors are per kWh of final energy on the lower heating value; releases with upstream are kept
apart from direct ones and never mixed. Gas billed on the upper heating value: energy_Hi = 0.9024 · energy_Hs.
"""

from __future__ import annotations

import csv
import difflib
from functools import cache
from typing import Literal

from stadtland.base import content
from stadtland.base.errors import InputError
from stadtland.base.figure import Figure

HS_TO_HI = 0.9024  # natural gas; 0.906 is in use elsewhere
COP_AMBIENT = 3.2  # seasonal performance behind the factor of ambient heat
DEFAULT_RELEASES = ("BISKO", "BISKO_2024", "BISKO_2018")
GWP_SETS = ("AR4", "AR5", "AR6")

Row = dict[str, str]


@cache
def table(name: str) -> list[Row]:
    """All rows of a table in content/factors, e.g. `emission_factors`, `gwp`, `agri_factors`."""
    with content.path("factors", f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@cache
def _by_carrier() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in table("emission_factors"):
        found.setdefault(row["carrier"], []).append(row)
    return found


@cache
def aliases() -> dict[str, str]:
    """Carriers of the inventory and the factor each uses, e.g. `gas` → `natural_gas`."""
    return {row["carrier"]: row["factor_carrier"] for row in table("carriers")}


@cache
def source_text(id: str) -> str:
    """The full text of a factor's source id; KeyError if unknown."""
    return {row["id"]: row["text"] for row in table("sources")}[id]


def emission_factor(carrier: str, year: int, release: str | None = None) -> Figure:
    """The factor of a carrier in g CO2e/kWh for a year.

    `carrier`: an inventory carrier (`gas`, `elec`, …) or a factor's own name. `release` None: the BISKO
    editions, where a printed or recalled value of the year goes before one carried over from elsewhere; a
    name: that release only. A year without a value takes the nearest year, state `estimated`. The electricity
    mix after 2023 comes from the series `ef_electricity`, and with it ambient heat = mix / 3.2.
    Raises InputError `carrier-unknown`, `release-unknown`.
    """
    name = aliases().get(carrier, carrier)
    rows = _by_carrier().get(name)
    if rows is None:
        near = difflib.get_close_matches(carrier, [*aliases(), *_by_carrier()], 1)
        cure = f"did you mean {near[0]}?" if near else "see content/factors/carriers.csv"
        raise InputError("carrier-unknown", f"there is no emission factor for '{carrier}'", "factors", cure)
    if release is None and name in ("electricity_federal_mix", "environmental_heat_heat_pump"):
        last = max(int(r["year"]) for r in rows if r["release"] in DEFAULT_RELEASES)
        if year > last:
            return _from_series(name, year)
    wanted = DEFAULT_RELEASES if release is None else (release,)
    choice = [r for r in rows if r["release"] in wanted]
    if not choice:
        known = ", ".join(sorted({r["release"] for r in rows}))
        raise InputError(
            "release-unknown",
            f"'{carrier}' has no factor in {release or 'the BISKO releases'}",
            "factors",
            f"releases of this carrier: {known}",
        )
    row = min(choice, key=lambda r: _rank(r, year))
    found = int(row["year"]) if row["year"] else year
    note = row["note"]
    if found != year:
        note = f"value of {found} used for {year}" + (f"; {note}" if note else "")
    return Figure(
        id=f"ef.{carrier}",
        value=float(row["value"]),
        unit=row["unit"],
        year=found,
        source=row["source"],
        owner="default",
        state="value" if found == year else "estimated",
        evidence=_evidence(row),
        note=note,
    )


def _rank(row: Row, year: int) -> tuple[int, int, int]:
    distance = abs(int(row["year"]) - year) if row["year"] else 0
    return (
        distance,
        int(row["basis"] == "carried"),
        DEFAULT_RELEASES.index(row["release"]) if (row["release"] in DEFAULT_RELEASES) else 0,
    )


def _evidence(row: Row) -> Literal["A", "B", "C"]:
    grade = row["evidence"]
    return "A" if grade == "A" else ("B" if grade == "B" else "C")


def _from_series(name: str, year: int) -> Figure:
    from . import series

    mix = series.load("ef_electricity")
    by = COP_AMBIENT if name == "environmental_heat_heat_pump" else 1.0
    low, value, high = (mix.at(year, level) / by for level in series.LEVELS)
    grade = mix.evidence_at(year)
    return Figure(
        id=f"ef.{name}",
        value=value,
        unit=mix.unit,
        year=year,
        low=low,
        high=high,
        owner="default",
        source=";".join(mix.sources_at(year)),
        state="estimated",
        evidence="A" if grade == "A" else ("B" if grade == "B" else "C"),
        note="series ef_electricity",
    )


def gwp(gas: str, set: str = "AR5") -> float:
    """Global warming potential over 100 years, kg CO2e/kg; `gas` as in gwp.csv (`CH4_non_fossil`, `N2O`, …).

    `CH4` alone is the value for methane from livestock, soils, waste (non-fossil). Raises InputError
    `gas-unknown`, `gwp-set-unknown`.
    """
    if set not in GWP_SETS:
        raise InputError("gwp-set-unknown", f"there is no set '{set}'", "gwp", "known sets: " + ", ".join(GWP_SETS))
    wanted = "CH4_non_fossil" if gas == "CH4" else gas
    for row in table("gwp"):
        if row["gas"] == wanted:
            return float(row[set.lower()])
    known = ", ".join(row["gas"] for row in table("gwp"))
    raise InputError("gas-unknown", f"there is no warming potential for '{gas}'", "gwp", f"known gases: {known}")


def find(name: str, year: int | None = None, **keys: str) -> Figure:
    """One factor of `agri_factors`, `waste_factors` or `lulucf_factors` by its columns, nearest year first.

    Example: `find("agri_factors", 2021, category="enteric_fermentation", activity="dairy_cow", gas="CH4")`.
    Superseded land-use factors and those not for use are left out unless `status` is named.
    Raises InputError `factor-unknown` if none fits, `factor-ambiguous` if several of one year do.
    """
    rows = [r for r in table(name) if all(r.get(k) == v for k, v in keys.items())]
    if "status" not in keys:
        rows = [r for r in rows if r.get("status", "current") == "current"]
    asked = ", ".join(f"{k}={v}" for k, v in keys.items())
    if not rows:
        raise InputError("factor-unknown", f"no factor with {asked}", name, f"see content/factors/{name}.csv")
    years = {int(r["year"]) if r["year"] else None for r in rows}
    dated = sorted(y for y in years if y is not None)
    best: int | None = dated[-1] if dated else None
    if dated and year is not None:
        best = min(dated, key=lambda y: (abs(y - year), y))
    rows = [r for r in rows if (int(r["year"]) if r["year"] else None) == best]
    if len(rows) > 1:
        raise InputError(
            "factor-ambiguous",
            f"{len(rows)} factors fit {asked}",
            name,
            "name more columns, e.g. region or gas",
        )
    row = rows[0]
    return Figure(
        id=f"{name}.{'.'.join(keys.values())}",
        value=float(row["value"]),
        unit=row["unit"],
        year=best,
        source=row["source"],
        owner="default",
        state="value" if best == year or year is None else "estimated",
        evidence=_evidence(row),
        note=row["note"],
    )
