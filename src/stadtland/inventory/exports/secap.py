"""Baseline emission inventory (BEI) of a SECAP: final energy and emissions by sector and carrier.

Each member has a template of its own (joint SECAP option 1); `joint` is the one shared inventory of option 2. Industry
under emissions trading is left out of the total and shown as a memo. Factors contain upstream (life-cycle approach).
Layout: content/inventory/exports/secap.toml.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..balance import accounts
from ..inventory import Inventory
from ..lines import ENERGY_LINES, LINES, carrier, index
from . import words
from .cells import JOINT, Cell, Problem, check, close, joint

ENERGY, EMISSIONS = "energy_mwh", "emissions_t_co2e"


@dataclass(frozen=True)
class Baseline:
    """Cells of both tables by (table, who, ref); refs are `row/carrier`, plus `waste` and `wastewater` (emissions)."""

    cells: dict[tuple[str, str, str], Cell]
    members: tuple[str, ...]
    names: dict[str, str]
    inventory: Inventory

    def get(self, table: str, who: str, row: str, name: str) -> Cell:
        """A cell of a table, row and carrier."""
        return self.cells[table, who, f"{row}/{name}"]


def layout() -> dict[str, Any]:
    """Rows and carriers of the form."""
    return words.tables("secap")


def refs(table: str) -> list[str]:
    """All mandatory cells of a table."""
    both = [f"{r}/{c}" for r in layout()["rows"] for c in layout()["carriers"]]
    return both if table == ENERGY else both + list(layout()["other"])


def build(inv: Inventory) -> Baseline:
    """The baseline of each member and the joint one (MWh and t CO2e a year)."""
    names = dict(zip(inv.ags, inv.names, strict=True))
    cells: dict[tuple[str, str, str], Cell] = {}
    for table in (ENERGY, EMISSIONS):
        for ref in refs(table):
            mine = [_cell(inv, table, ref, j) for j in range(len(inv.ags))]
            for cell in (*mine, joint(mine, names)):
                cells[table, cell.who, ref] = cell
    return Baseline(cells, inv.ags, names, inv)


def lines_of(row: str, name: str) -> tuple[str, ...]:
    """Lines of the inventory behind a row and carrier."""
    wanted = layout()["rows"][row]["lines"]
    carriers = layout()["carriers"][name]["carriers"]
    return tuple(x for x in ENERGY_LINES if any(x.startswith(p) for p in wanted) and carrier(x) in carriers)


def _cell(inv: Inventory, table: str, ref: str, j: int) -> Cell:
    who = inv.ags[j]
    row, _, name = ref.partition("/")
    if not name:
        lines: tuple[str, ...] = tuple(layout()["other"][row]["lines"])
        mode = ""
    else:
        entry, column = layout()["rows"][row], layout()["carriers"][name]
        for content in (entry, column):
            if "key" in content:
                return Cell(who, ref, None, content["key"], words.say(content["reason"], where=content["where"]))
        lines = lines_of(row, name)
        mode = entry.get("plants", "")
        if not lines:
            unused = name in entry["unused"]
            reason = words.say("secap_not_used" if unused else "secap_no_line")
            return Cell(who, ref, None, "NO" if unused else "NE", reason)
    at = [index()[x] for x in lines]
    states = {inv.state[i, j] for i in at}
    if "confidential" in states:
        return Cell(who, ref, None, "C", words.say("confidential"))
    if states == {"not_available"}:
        return Cell(who, ref, None, "NE", words.say("not_available"))
    value = math.fsum(_part(inv, table, i, j, mode) for i in at)
    sure = {inv.owner[i, j] for i in at} == {"confirmed_zero"}
    return Cell(who, ref, value, None, words.say("confirmed_zero") if sure else {})


def _part(inv: Inventory, table: str, i: int, j: int, mode: str) -> float:
    """Energy or emissions of a line, all of it, only at ETS plants or without them (same factor for both)."""
    tonnes, plants = float(inv.t_co2e[i, j]), float(inv.plant_t[i, j])
    share = 0.0 if tonnes == 0 else plants / tonnes
    whole = float(inv.energy_mwh[i, j]) if table == ENERGY else tonnes
    return whole * (share if mode == "only" else 1 - share if mode == "without" else 1.0)


def total(base: Baseline, table: str, who: str, only: Sequence[str] | None = None) -> float | None:
    """Sum of the rows in the total (or of the named rows); None if one of the cells is confidential."""
    rows = [r for r, e in layout()["rows"].items() if (e["in_total"] if only is None else r in only)]
    found = [base.get(table, who, r, c) for r in rows for c in layout()["carriers"]]
    if any(c.key == "C" for c in found):
        return None
    return math.fsum(c.value for c in found if c.value is not None)


def verify(base: Baseline) -> list[Problem]:
    """Broken rules: form of each cell; total + memo + optional + left-out lines = net balance; factor of each cell.

    The factor of a cell (t/MWh × 1000 = kg/MWh) must be the same for energy and emissions, alone and joint.
    """
    found: list[Problem] = []
    for table in (ENERGY, EMISSIONS):
        found += check([c for (t, _, _), c in base.cells.items() if t == table], refs(table), base.members)
    inv = base.inventory
    books = accounts(inv)
    left_out = [x for x in LINES if any(x.startswith(p) for p in layout()["excluded"]["lines"])]
    for j, who in enumerate((*base.members, JOINT)):
        at = list(range(len(inv.ags))) if who == JOINT else [j]
        if any(base.cells[EMISSIONS, who, r].key == "C" for r in refs(EMISSIONS)):
            continue
        known = [total(base, EMISSIONS, who), total(base, EMISSIONS, who, ["industry_ets"])]
        optional = [base.cells[EMISSIONS, who, r].value for r in layout()["other"]]
        rest = [float(inv.t_co2e[index()[x], k]) for x in left_out for k in at]
        numbers = [v for v in (*known, *optional, *rest) if v is not None]
        if not close(math.fsum(numbers), books[who]["net_t"], books[who]["gross_t"]):
            found.append(Problem("total", who, "rows, memo and left-out lines are not the net balance"))
        energy = [total(base, ENERGY, who), total(base, ENERGY, who, ["industry_ets"])]
        air = [float(inv.energy_mwh[index()["VK.air.kerosene"], k]) for k in at]
        whole = float(inv.energy_mwh[: len(ENERGY_LINES), at].sum())
        if not close(math.fsum([*(e or 0.0 for e in energy), *air]), whole):
            found.append(Problem("total", who, "rows, memo and aviation are not the final energy"))
        for ref in refs(ENERGY):
            one, other = (base.cells[t, who, ref] for t in (ENERGY, EMISSIONS))
            if one.key != other.key:
                found.append(Problem("same_key", f"{who} {ref}", "energy and emissions differ in the notation key"))
            elif one.value == 0 and other.value != 0:
                found.append(Problem("factor", f"{who} {ref}", "emissions without energy"))
    return found


def rows(base: Baseline, table: str) -> list[dict[str, Any]]:
    """One row per member, sector and carrier; `option` 1 = own template, 2 = shared inventory."""
    value = "energy_mwh" if table == ENERGY else "emissions_t_co2e"
    out = []
    for who in (*base.members, JOINT):
        head = {"ags": who, "name": base.names.get(who, "gemeinsam / joint"), "year": base.inventory.year}
        head["option"] = 2 if who == JOINT else 1
        for ref in refs(table):
            row, _, name = ref.partition("/")
            entry = layout()["rows"][row] if name else layout()["other"][row]
            column = words.both(layout()["carriers"][name]) if name else {"de": "", "en": ""}
            cell = base.cells[table, who, ref]
            out.append(
                head
                | {
                    "row": row,
                    "row_de": entry["de"],
                    "row_en": entry["en"],
                    "carrier": name,
                    "carrier_de": column["de"],
                    "carrier_en": column["en"],
                    "in_total": bool(entry.get("in_total", False)),
                    value: cell.value,
                    "notation_key": cell.key,
                    "note_de": cell.note.get("de", ""),
                    "note_en": cell.note.get("en", ""),
                }
            )
    return out


def summary(base: Baseline) -> list[dict[str, Any]]:
    """Per member and joint: energy and emissions of the baseline, ETS industry as memo, local generation (NE)."""
    out = []
    for who in (*base.members, JOINT):
        power, heat = words.say("secap_local_power"), words.say("secap_local_heat")
        out.append(
            {
                "ags": who,
                "name": base.names.get(who, "gemeinsam / joint"),
                "option": 2 if who == JOINT else 1,
                "year": base.inventory.year,
                "factors": "LCA (CO2e)",
                "energy_mwh": total(base, ENERGY, who),
                "emissions_t_co2e": total(base, EMISSIONS, who),
                "ets_industry_t_co2e": total(base, EMISSIONS, who, ["industry_ets"]),
                "waste_t_co2e": base.cells[EMISSIONS, who, "waste"].value,
                "wastewater_t_co2e": base.cells[EMISSIONS, who, "wastewater"].value,
                "local_electricity": "NE",
                "local_electricity_note_de": power["de"],
                "local_electricity_note_en": power["en"],
                "local_heat": "NE",
                "local_heat_note_de": heat["de"],
                "local_heat_note_en": heat["en"],
            }
        )
    return out
