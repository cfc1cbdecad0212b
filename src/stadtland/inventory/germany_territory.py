"""Codes in the input files that are no municipality of the territory: what they are and what they carry."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .germany import Base, content_table
from .sources import ETS, _read

# file below the data folder → columns whose sum says what an unmatched row carries, and the unit
FILES: dict[str, tuple[tuple[str, ...], str]] = {
    "localzero/population/{year}.csv": (("total",), "persons"),
    "localzero/area/{year}.csv": (("land_total",), "ha"),
    "localzero/buildings/{year}.csv": (("flats_total",), "dwellings"),
    "localzero/flats/{year}.csv": (("residential_buildings_total",), "buildings"),
    "localzero/industry_facilites/{year}.csv": (ETS, "t CO2e"),
    "localzero/traffic_ships/{year}.csv": (("inland_eev_diesel_mwh",), "MWh"),
    "localzero/traffic_air/{year}.csv": (("eev_kerosene_inland_mwh", "eev_kerosene_overseas_mwh"), "MWh"),
    "zensus2022/zensus2022_gemeinden_gerda_subset.csv.gz": (("population",), "persons"),
}
FOLLOWED = ("localzero/industry_facilites/{year}.csv",)
SUMS = ("kreis", "land", "district")  # rows that repeat municipalities: counted, not listed


def kind(ags: str, here: set[str]) -> tuple[str, tuple[str, ...]]:
    """What a code outside the territory `here` is, and the municipalities of `here` that hold its area.

    kreis, land, district (of a city that is its own Land), unincorporated, successor (one heir), divided (several),
    newer (a valid code without a row here), unknown.
    """
    from stadtland.facts import codes

    if ags.endswith("000000") or not ags.isdigit():
        return "land", ()
    if ags[:2] + "000000" in here:
        return "district", ()
    level = codes.level(ags)
    if level == "obsolete":
        heirs = tuple(a for a, _ in codes.successors(ags) if a in here)
        return {0: "unknown", 1: "successor"}.get(len(heirs), "divided"), heirs
    if level == "unknown" and ags.endswith("000"):
        return "kreis", ()  # sum row of a Kreis that is gone
    return ("newer" if level == "municipality" else level), ()


def report(folder: Path, base: Base) -> list[dict[str, Any]]:
    """One entry per input file: `{file, unit, rows, matched, followed, sums, empty, unmatched}`.

    `followed`: rows of plants that `sources.load` adds to their single successor. `sums`: rows of Kreise, Länder,
    Germany, city districts. `empty`: other rows without a municipality that carry nothing. `unmatched`: `{ags, kind,
    why, successors, quantity}` of the rest; `quantity` (in `unit`) is in no result.
    """
    import polars as pl

    here = set(base.data.drivers.ags)
    why = content_table()["territory"]["why"]
    out = []
    for pattern, (names, unit) in FILES.items():
        name = pattern.format(year=base.data.year)
        table = _read(folder / name).unique("ags", keep="first", maintain_order=True)
        table = table.select("ags", *[pl.col(n).cast(pl.Float64, strict=False).fill_null(0.0) for n in names])
        codes = table["ags"].to_list()
        sums = np.sum([table[n].to_numpy() for n in names], axis=0)
        entry: dict[str, Any] = {"file": name, "unit": unit, "rows": len(codes), "matched": 0, "followed": 0}
        entry |= {"sums": 0, "empty": 0}
        unmatched = []
        for ags, quantity in zip(codes, sums, strict=True):
            if ags in here:
                entry["matched"] += 1
                continue
            what, heirs = kind(ags, here)
            if what in SUMS:
                entry["sums"] += 1
                continue
            if what == "successor" and pattern in FOLLOWED:
                entry["followed"] += 1
                continue
            if not quantity:
                entry["empty"] += 1
                continue
            unmatched.append(
                {"ags": ags, "kind": what, "why": why[what], "successors": heirs, "quantity": float(quantity)}
            )
        out.append(entry | {"unmatched": unmatched})
    return out


def obsolete(ags: Sequence[str]) -> list[dict[str, Any]]:
    """Municipalities of a territory that no longer exist at the newest date: `{ags, kind, successors}`."""
    from stadtland.facts import codes

    newest = set(codes.municipalities())
    out = []
    for code in ags:
        if code not in newest:
            what, heirs = kind(code, newest)
            out.append({"ags": code, "kind": what, "successors": heirs})
    return out
