"""Where the factors of an export come from: one row per energy line with direct part, year, evidence, source."""

from __future__ import annotations

from typing import Any

import numpy as np

from stadtland.facts.factors import source_text

from .. import factors, output
from ..inventory import Inventory
from ..lines import ENERGY_LINES, carrier, sector
from . import words
from .split import direct_factor, direct_row


def text(id: str) -> str:
    """The words of a source id of the exports or of the factors; KeyError for an unknown id."""
    for row in words.table("sources"):
        if row["id"] == id:
            return row["text"]
    return source_text(id)


def factor_names(line: str) -> tuple[str, ...]:
    """Names of the factors behind an energy line (two for a mix of biofuels)."""
    name = carrier(line)
    if sector(line) == "VK" and name == "lpg":
        return ("lpg_transport",)
    if name == "biofuel":
        return ("bioethanol", "biodiesel")
    return ("kerosene",) if line == "GHD.other" else (name,)


def rows(inv: Inventory) -> list[dict[str, Any]]:
    """Factors of the year: with upstream as used (g CO2e/kWh = emissions / energy of all members), direct, upstream.

    Direct and upstream stay empty where the line was not split. Lines without energy are left out.
    """
    out = []
    for i, line in enumerate(ENERGY_LINES):
        energy = float(np.nansum(inv.energy_mwh[i]))
        if energy <= 0:
            continue
        found = [factors.factor(n, inv.year) for n in factor_names(line)]
        used = float(inv.t_co2e[i].sum()) / energy * 1000
        direct = direct_factor(line, inv.year)
        if direct is not None and direct > used * (1 + 1e-12):
            direct = None
        row = direct_row(line, inv.year) if direct is not None else None
        out.append(
            {
                "line": line,
                "label_de": output.label(line, "de"),
                "label_en": output.label(line, "en"),
                "year": inv.year,
                "factor_g_per_kwh": used,
                "printed_year": " ".join(dict.fromkeys(str(f.year) for f in found)),
                "evidence": max(str(f.evidence) for f in found),
                "source": "; ".join(dict.fromkeys(text(s) for f in found for s in f.source.split(";") if s)),
                "direct_g_per_kwh": direct,
                "upstream_g_per_kwh": None if direct is None else used - direct,
                "direct_gases": row["gases"] if row else None,
                "direct_evidence": row["evidence"] if row else None,
                "direct_source": text(row["source"]) if row else None,
            }
        )
    return out
