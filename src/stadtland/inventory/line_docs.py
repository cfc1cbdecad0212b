"""How each line of an inventory comes about: formula, drivers, statistic, years, quality, range (content)."""

from __future__ import annotations

from functools import cache
from typing import Any

from stadtland.base import content, toml
from stadtland.base.errors import InputError

from .lines import ENERGY_LINES, LINES, carrier
from .method import weights
from .output import label
from .sources import BASE_YEARS
from .uncertainty import group


@cache
def entries() -> tuple[dict[str, Any], ...]:
    """Entries of content/inventory/lines.toml in order; the first that matches a line counts."""
    return tuple(toml.read(content.path("inventory", "lines.toml"))["entry"])


def entry(line: str) -> dict[str, Any]:
    """The entry of a line; KeyError if it has none.

    >>> entry("HH.gas")["drivers"][0]
    'regiostar7'
    """
    for one in entries():
        if any(line == m or line.startswith(m) for m in one["match"]):
            return one
    raise KeyError(line)


def fits(id: str, pattern: str) -> bool:
    """Whether a figure id is meant by a pattern of the content (`*` at the end: any ending)."""
    return id.startswith(pattern[:-1]) if pattern.endswith("*") else id == pattern


def describe(lines: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Rows for the named lines or all: {line, label, formula, drivers, own, district, land, statistic, years, unit,
    sigma {group by population class, carrier}}. InputError `line-unknown`.
    """
    import difflib

    for one in lines:
        if one not in LINES:
            near = difflib.get_close_matches(one, LINES, 1)
            cure = f"did you mean {near[0]}?" if near else "see stadtland lines"
            raise InputError("line-unknown", f"there is no line {one!r}", "LINE", cure)
    sigma = weights()["sigma"]
    out = []
    for line in lines or LINES:
        found, name = entry(line), group(line)
        energy = line in ENERGY_LINES
        of_group = sigma["LULUCF_organic" if line == "LULUCF.organic_soils" else
                         "LULUCF_other" if name == "LULUCF" else name]  # fmt: skip
        out.append(
            {
                "line": line, "label": {k: label(line, k) for k in ("de", "en")}, "formula": dict(found["formula"]),
                "drivers": list(found["drivers"]), "own": list(found.get("own", [])),
                "district": list(found.get("district", [])), "land": list(found.get("land", [])),
                "statistic": dict(found["statistic"]), "years": list(BASE_YEARS), "unit": "MWh" if energy else "t CO2e",
                "sigma": {"by_population": of_group, "carrier": sigma["carrier"][carrier(line)] if energy else None},
            }
        )  # fmt: skip
    return out
