"""Use case: the inventory of all municipalities of Germany with closure, lists and files."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from math import isnan
from pathlib import Path
from typing import Any

from stadtland.base.errors import InputError

FIGURES = (
    "population", "HH", "GHD", "KE", "IND", "VK", "bisko_t", "bisko_low_t", "bisko_high_t", "bisko_without_ets_t",
    "AGR", "WASTE", "IPPU", "gross_t", "gross_without_ets_t", "LULUCF", "net_t",
)  # fmt: skip
QUALITY = ("data_quality", "share_d")
CLOSURE = ("line", "unit", "sum", "statistic", "difference", "closed", "factor", "marked")
HOMELESS = ("id", "inside", "energy_mwh", "t_co2e")
UNMATCHED = ("file", "ags", "kind", "quantity", "unit", "successors")


def germany(data: Path, year: int, out: str | Path | None = None) -> dict[str, Any]:
    """All municipalities in a year: `{year, territory, from_data, local_trend, notes, municipalities, totals, closure,
    closed, homeless, input, unmatched, rows}`; `rows` is the CSV text of all municipalities.

    With `out` the folder gets municipalities.csv, closure.csv, no_local_home.csv, not_matched.csv. InputError for a
    bad folder or year.
    """
    from stadtland.base.files import OutDir
    from stadtland.inventory import germany as room
    from stadtland.inventory import germany_territory as territory

    if not data.is_dir():
        raise InputError("data-folder", "the folder of public data does not exist", str(data), "check --data")
    if out is None:
        return _compute(room, territory, data, year)
    with OutDir(out) as target:
        found = _compute(room, territory, data, year)
        files = {
            "municipalities.csv": found["rows"],
            "closure.csv": table(found["closure"], CLOSURE, ("reason",)),
            "no_local_home.csv": table(found["homeless"], HOMELESS, ("title", "reason")),
            "not_matched.csv": table(found["unmatched"], UNMATCHED, ("why",)),
        }
        for name, text in files.items():
            target.stage(name, text)
        target.commit()
    return found | {"files": list(files)}


def _compute(room: Any, territory: Any, data: Path, year: int) -> dict[str, Any]:
    from stadtland.inventory.sources import layout

    bases = room.load_bases(data, year)
    with layout(data):
        homeless = room.homeless(bases, year)
        files = [e for base in bases for e in territory.report(data, base)]
    g = room.compute(bases, year)
    closure = room.closure(g)
    why = room.content_table()["territory"]["why"]
    unmatched = [{"file": f["file"], "unit": f["unit"], **u} for f in files for u in f["unmatched"]]
    unmatched += [
        {
            "file": "result of the earlier base year", "ags": u.ags, "kind": "divided", "why": why["divided"],
            "quantity": u.bisko_t, "unit": "t CO2e", "successors": u.successors,
        }
        for u in g.unmatched
    ]  # fmt: skip
    texts = room.content_table()["notes"]
    notes = ["trend", *([] if g.from_data else ["other_year"]), *(["pandemic"] if year == 2020 else [])]
    return {
        "year": year,
        "territory": g.territory,
        "bases": [{"year": y, "weight": w} for y, w in g.bases],
        "from_data": g.from_data,
        "local_trend": False,  # never: changes between years come from national totals and factors
        "method_version": g.version,
        "notes": [texts[n] for n in notes],
        "municipalities": len(g.ags),
        "merged": g.merged + sum(f["followed"] for f in files),
        "population": float(g.population.sum()),
        "totals": room.totals(g),
        "closure": closure,
        "closed": all(r["closed"] for r in closure),
        "homeless": homeless,
        "input": [{k: v for k, v in f.items() if k != "unmatched"} | {"unmatched": len(f["unmatched"])} for f in files],
        "unmatched": unmatched,
        "rows": municipalities(g, room.columns(g)),
    }


def municipalities(g: Any, columns: dict[str, Any]) -> str:
    """CSV of all municipalities: codes as text, t CO2e, empty = unknown."""
    table = {"population": g.population} | columns
    cells = [[_cell(x, 1) for x in table[f].tolist()] for f in FIGURES]
    cells += [[_cell(x, 3) for x in table[q].tolist()] for q in QUALITY]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("ags", "name", "year", *FIGURES, *QUALITY, "from_local_data", "local_trend"))
    mark = "yes" if g.from_data else "no"
    rest = [g.year] * len(g.ags)
    writer.writerows(
        (*row, mark, "no") for row in zip(g.ags, map(_plain, g.names), rest, *cells, strict=True)
    )  # fmt: skip
    return text.getvalue()


def _plain(name: str) -> str:
    """A name that no spreadsheet reads as a formula."""
    return "'" + name if name[:1] in "=+-@" else name


def _cell(x: float, digits: int) -> str:
    return "" if isnan(x) else f"{x:.{digits}f}"


def table(rows: Sequence[dict[str, Any]], fields: Sequence[str], texts: Sequence[str]) -> str:
    """CSV of rows; `texts` are `{de, en}` and become two columns each, empty where there is none."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*fields, *(f"{t}_{lang}" for t in texts for lang in ("de", "en"))])
    for row in rows:
        cells = [" ".join(v) if isinstance(v := row[f], tuple) else "" if v is None else v for f in fields]
        writer.writerow([*cells, *((row[t] or {}).get(lang, "") for t in texts for lang in ("de", "en"))])
    return out.getvalue()
