"""The inventory as the `inventory` part of results.json and as rows for printing."""

from __future__ import annotations

from typing import Any

import numpy as np

from stadtland.base import texts

from . import factors
from .balance import accounts, decision_ready, ippu_known, quality, ranges, sectors, share_d, views
from .inventory import Inventory
from .lines import ENERGY_LINES, SECTORS, sector

TABLE_KEYS = (
    "bisko_t",
    "agriculture_t",
    "waste_t",
    "ippu_t",
    "gross_t",
    "lulucf_emissions_t",
    "lulucf_removals_t",
    "net_t",
)


def to_dict(inv: Inventory, detail: bool = False) -> dict[str, Any]:
    """The `inventory` part of results.json: year, members by AGS, joint; with `detail` every line.

    Unknown numbers are null: process emissions without a known plant, the view without motorways.
    """
    known = ippu_known(inv)
    found: dict[str, Any] = {
        n: f(inv) for n, f in (("a", accounts), ("r", ranges), ("v", views), ("q", quality), ("s", sectors))
    }
    ready, grade_d = decision_ready(inv), share_d(inv)

    def one(ags: str) -> dict[str, Any]:
        entry: dict[str, Any] = dict(found["a"][ags]) | dict(found["q"][ags])
        entry["sectors"] = found["s"][ags]
        entry["ippu_known"] = known[ags]
        if entry["sectors"]["IPPU"] is None:
            entry["ippu_t"] = None
            found["r"][ags]["ippu_t"] = None
        entry["ranges"] = found["r"][ags]
        entry["views"] = found["v"][ags]
        entry["share_d"] = grade_d[ags]
        entry["not_for_decision"] = [k for k, ok in ready[ags].items() if not ok and entry[k] is not None]
        return entry

    members: dict[str, Any] = {}
    for j, ags in enumerate(inv.ags):
        members[ags] = one(ags) | {
            "name": inv.names[j],
            "population": round(float(inv.population[j])),
            "published": _beside(inv, j, found["a"][ags]["bisko_t"]),
            "forest": {"old_t": float(inv.forest_old[j]), "revised_t": float(inv.forest_revised[j])},
        }
        if detail:
            members[ags]["lines"] = _lines(inv, j)
    joint = one("joint") | {"population": round(float(inv.population.sum())), "published": []}
    return {
        "year": inv.year,
        "base_years": list(inv.base_years),
        "inventory_version": inv.inventory_version,
        "method_version": inv.method_version,
        "flags": list(inv.flags),
        "factors": _factors(inv.year),
        "members": members,
        "joint": joint,
    }


def _factors(year: int) -> dict[str, Any]:
    """Factors of the year (g CO2e/kWh, including upstream) with the year of the printed value and its evidence."""
    found = {name: factors.factor(name, year) for name in factors.NAMES}
    return {n: {"value": f.value, "year": f.year, "evidence": f.evidence, "source": f.source} for n, f in found.items()}


def _beside(inv: Inventory, j: int, bisko_t: float) -> list[dict[str, Any]]:
    """Published figures with the relative difference of the estimate (estimate / published − 1) for the
    same year.
    """
    out = []
    for figure in inv.published[inv.ags[j]]:
        own = {"ghg_per_head": bisko_t / float(inv.population[j]), "ghg_total": bisko_t}.get(figure["kind"])
        same = figure["year"] == inv.year and own is not None and figure["value"]
        out.append(figure | {"difference": own / figure["value"] - 1 if same and own else None})
    return out


def _lines(inv: Inventory, j: int) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for i, line in enumerate(inv.lines):
        absent = inv.state[i, j] == "not_available"
        mwh = float(inv.energy_mwh[i, j])
        entry: dict[str, Any] = {
            "energy_mwh": None if np.isnan(mwh) else mwh,
            "t_co2e": None if absent else float(inv.t_co2e[i, j]),
            "low": None if absent else float(inv.low[i, j]),
            "high": None if absent else float(inv.high[i, j]),
            "data_quality": None if absent else float(inv.data_quality[i, j]),
            "owner": inv.owner[i, j],
            "state": inv.state[i, j],
            "vintage": inv.vintage[i, j],
            "source": inv.source[i, j],
        }
        if inv.owner[i, j] != "default":
            entry["default_t"] = float(inv.default_t[i, j])
        out[line] = entry
    return out


def label(line: str, lang: str) -> str:
    """Name of a line, sector or account in a language, e.g. `HH.gas` → "Private Haushalte: Erdgas"."""
    if line in SECTORS or line.endswith("_t"):
        return texts.text(f"inventory.{line.lower()}", lang)
    name = sector(line)
    if line in ENERGY_LINES:
        parts = [texts.text(f"inventory.{name.lower()}", lang)]
        if name == "VK":
            parts.append(texts.text(f"inventory.mode_{line.split('.')[1]}", lang))
        parts.append(texts.text(f"inventory.carrier_{line.rsplit('.', 1)[1]}", lang))
        return ": ".join([parts[0], ", ".join(parts[1:])])
    kind = texts.text(f"inventory.line_{line.split('.', 1)[1]}", lang)
    return f"{texts.text(f'inventory.{name.lower()}', lang)}: {kind}"


def table(inv: Inventory, lang: str = "de", detail: bool = False) -> list[dict[str, Any]]:
    """Rows for printing: one per sector and account, with `detail` one per line; t CO2e, None = unknown.

    Keys: `id`, `label`, one per AGS, `joint`.
    """
    by_sector, totals, known = sectors(inv), accounts(inv), ippu_known(inv)
    places = (*inv.ags, "joint")
    out: list[dict[str, Any]] = []
    if detail:
        for i, line in enumerate(inv.lines):
            row: dict[str, Any] = {"id": line, "label": label(line, lang)}
            for j, ags in enumerate(inv.ags):
                row[ags] = None if inv.state[i, j] == "not_available" else float(inv.t_co2e[i, j])
            numbers = [row[a] for a in inv.ags if row[a] is not None]
            row["joint"] = float(sum(numbers)) if numbers else None
            out.append(row)
    else:
        for s in ("HH", "GHD", "KE", "IND", "VK"):
            out.append({"id": s, "label": label(s, lang), **{a: by_sector[a][s] for a in places}})
    for key in TABLE_KEYS:
        row = {"id": key, "label": label(key, lang), **{a: totals[a][key] for a in places}}
        if key == "ippu_t":
            row |= {a: by_sector[a]["IPPU"] for a in places}
        out.append(row)
    heads = {a: float(p) for a, p in zip(inv.ags, inv.population, strict=True)} | {"joint": float(inv.population.sum())}
    per_head = {a: totals[a]["bisko_t"] / heads[a] for a in places}
    out.append({"id": "bisko_t_per_head", "label": texts.text("inventory.per_head", lang), **per_head})
    assert set(known) == set(places)
    return out


def flags(inv: Inventory, lang: str = "de") -> list[str]:
    """Sentences that belong to this inventory (estimate, forest, motorways, other years …)."""
    return [texts.text(f"inventory.flag_{f}", lang, year=inv.year) for f in inv.flags]
