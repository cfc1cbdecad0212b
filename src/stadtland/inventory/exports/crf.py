"""GPC/CRF table: every cell of the GPC by reference number, with scope, notation key and reason.

Cells stand in content/inventory/exports/gpc.csv. Direct emissions fill the cells of scope 1 and 2, the upstream that
could be split off stands under VI.1 (other scope 3): so all cells together are the net balance of the inventory.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from stadtland.base import texts
from stadtland.facts.factors import gwp

from ..balance import accounts
from ..inventory import Inventory
from ..lines import ENERGY_LINES, LINES, carrier, index
from . import words
from .cells import JOINT, Cell, Problem, check, close, joint
from .split import Split, split

SECTORS = {
    "I": {"de": "Stationäre Energie", "en": "Stationary energy"},
    "II": {"de": "Verkehr", "en": "Transport"},
    "III": {"de": "Abfall", "en": "Waste"},
    "IV": {"de": "Industrieprozesse", "en": "Industrial processes"},
    "V": {"de": "Landwirtschaft und Landnutzung", "en": "Agriculture and land use"},
    "VI": {"de": "Sonstiges Scope 3", "en": "Other scope 3"},
}
# lines whose gas is known; every other cell states CO2 equivalents only
GASES = {
    "AGR.enteric_dairy": "CH4", "AGR.enteric_other": "CH4", "AGR.manure_ch4": "CH4", "AGR.manure_n2o": "N2O",
    "WASTE.landfill": "CH4",
}  # fmt: skip
HIGH, MEDIUM = 0.75, 0.4  # GPC letters H, M, L from the data quality 0–1: own limits


@dataclass(frozen=True)
class Row:
    """A cell of the form: reference, scope 1–3, framework BASIC, BASIC+, TERRITORIAL or OTHER, lines it takes."""

    ref: str
    sector: str
    scope: int
    framework: str
    lines: tuple[str, ...]
    part: str
    content: dict[str, str]


@dataclass(frozen=True)
class Table:
    """A filled form: `cells` per member and joint, in the order of `form`."""

    cells: tuple[Cell, ...]
    members: tuple[str, ...]
    names: dict[str, str]
    inventory: Inventory
    by: dict[tuple[str, str], Cell] = field(default_factory=dict)

    def value(self, who: str, ref: str) -> float | None:
        """The number of a cell (t CO2e) or None where a key stands."""
        return self.by[who, ref].value


@cache
def form() -> tuple[Row, ...]:
    """All mandatory cells in order."""
    out = []
    for row in words.table("gpc"):
        wanted: list[str] = []
        for pattern in row["lines"].split():
            wanted += [x for x in LINES if x == pattern or (pattern.endswith("*") and x.startswith(pattern[:-1]))]
        out.append(Row(row["ref"], row["sector"], int(row["scope"]), row["framework"], tuple(wanted), row["part"], row))
    return tuple(out)


def build(inv: Inventory) -> Table:
    """The filled GPC/CRF table of an inventory (t CO2e a year), per member and joint (plain sum)."""
    parts = split(inv)
    names = dict(zip(inv.ags, inv.names, strict=True))
    cells: list[Cell] = []
    for row in form():
        mine = [_cell(inv, parts, row, j) for j in range(len(inv.ags))]
        cells += [*mine, joint(mine, names)]
    return Table(tuple(cells), inv.ags, names, inv, {(c.who, c.ref): c for c in cells})


def _cell(inv: Inventory, parts: Split, row: Row, j: int) -> Cell:
    who, where = inv.ags[j], row.content["where"]
    if not row.lines:
        text = words.say(row.content["reason"], where=where) if where else words.say(row.content["reason"])
        return Cell(who, row.ref, None, row.content["key"], text)
    at = [index()[x] for x in row.lines]
    states = [inv.state[i, j] for i in at]
    if "confidential" in states:
        return Cell(who, row.ref, None, "C", words.say("confidential"))
    at = [i for i, s in zip(at, states, strict=True) if s != "not_available"]
    if not at:
        return Cell(who, row.ref, None, "NE", words.say("process_unknown" if row.ref == "IV.1" else "not_available"))
    if row.part == "upstream":
        return _upstream(inv, parts, row, at, j)
    value = math.fsum(float(parts.direct[i, j]) for i in at)
    owners = {inv.owner[i, j] for i in at}
    if value == 0 and owners == {"default"} and row.content["zero"]:
        return Cell(who, row.ref, None, "NO", words.say(row.content["zero"]))
    note = words.say("confirmed_zero") if owners == {"confirmed_zero"} else {}
    if row.ref == "II.4.1" and value:
        note = words.say("air_lto")
    return Cell(who, row.ref, value, None, note)


def _upstream(inv: Inventory, parts: Split, row: Row, at: Sequence[int], j: int) -> Cell:
    who, where = inv.ags[j], row.content["where"]
    used = [i for i in at if inv.energy_mwh[i, j] > 0]
    whole = [i for i in used if not parts.apart[i, j]]
    names = {lang: _carriers(whole, lang) for lang in words.LANGUAGES}
    text: dict[str, str] = {}
    if whole:
        id = "not_split" if len(whole) == len(used) else "part_not_split"
        text = {lang: words.say(id, where=where, carriers=names[lang])[lang] for lang in words.LANGUAGES}
        if len(whole) == len(used):
            return Cell(who, row.ref, None, "IE", text)
    return Cell(who, row.ref, math.fsum(float(parts.upstream[i, j]) for i in at), None, text)


def _carriers(rows: Sequence[int], lang: str) -> str:
    found = sorted({texts.text(f"inventory.carrier_{carrier(LINES[i])}", lang) for i in rows})
    return ", ".join(found)


def totals(table: Table) -> list[dict[str, Any]]:
    """Sums per member and joint: BASIC, BASIC+ (contains BASIC), territorial scope 1, upstream.

    `t_co2e` None where a confidential cell stands in it; `complete` False with the list of NE cells in it.
    """
    parts = {
        "BASIC": ("BASIC",),
        "BASIC+": ("BASIC", "BASIC+"),
        "SCOPE1": ("BASIC", "BASIC+", "TERRITORIAL"),
        "OTHER": ("OTHER",),
    }
    out = []
    for who in (*table.members, JOINT):
        for name, frameworks in parts.items():
            rows = [r for r in form() if r.framework in frameworks and (name != "SCOPE1" or r.scope == 1)]
            cells = [table.by[who, r.ref] for r in rows]
            hidden = any(c.key == "C" for c in cells)
            gaps = [c.ref for c in cells if c.key == "NE"]
            partial = [c.ref for c in cells if who == JOINT and c.value is not None and _incomplete(table, c.ref)]
            value = None if hidden else math.fsum(c.value for c in cells if c.value is not None)
            out.append(
                {
                    "ags": who, "total": name, "t_co2e": value, "notation_key": "C" if hidden else None,
                    "complete": not (gaps or partial or hidden), "gaps": gaps, "partial": partial,
                }
            )  # fmt: skip
    return out


def _incomplete(table: Table, ref: str) -> bool:
    return any(table.by[m, ref].key in ("NE", "IE", "C") for m in table.members)


def gases(table: Table, who: str, row: Row) -> dict[str, float | str]:
    """Tonnes of CO2, CH4, N2O of a cell where each line has one known gas; else the key IE (in the CO2e column).

    kg gas = kg CO2e / GWP100 (AR5: CH4 28, N2O 265). A gas that no line of the cell has is NA. A cell with a key
    repeats it.
    """
    cell = table.by[who, row.ref]
    if cell.key is not None:
        return dict.fromkeys(("CO2", "CH4", "N2O"), cell.key)
    if not all(x in GASES for x in row.lines):
        return dict.fromkeys(("CO2", "CH4", "N2O"), "IE")
    inv = table.inventory
    members = range(len(inv.ags)) if who == JOINT else [inv.ags.index(who)]
    out: dict[str, float | str] = {}
    for gas in ("CO2", "CH4", "N2O"):
        mine = [index()[x] for x in row.lines if GASES[x] == gas]
        out[gas] = math.fsum(float(inv.t_co2e[i, j]) for i in mine for j in members) / gwp(gas) if mine else "NA"
    return out


def letter(table: Table, who: str, row: Row) -> str | None:
    """GPC data quality of a cell: H from 0.75, M from 0.4, else L; weighted by |t|; None where a key stands."""
    if table.by[who, row.ref].key is not None or not row.lines:
        return None
    inv = table.inventory
    members = range(len(inv.ags)) if who == JOINT else [inv.ags.index(who)]
    pairs = [(abs(inv.t_co2e[index()[x], j]), inv.data_quality[index()[x], j]) for x in row.lines for j in members]
    weight = math.fsum(w for w, _ in pairs)
    if weight == 0:
        return None
    quality = math.fsum(w * q for w, q in pairs) / weight
    return "H" if quality >= HIGH else "M" if quality >= MEDIUM else "L"


def activity(table: Table, who: str, row: Row) -> float | None:
    """Final energy behind a cell (MWh a year); None on cells without energy, with a key, or of upstream."""
    at = [index()[x] for x in row.lines if index()[x] < len(ENERGY_LINES)]
    if not at or row.part == "upstream" or table.by[who, row.ref].key is not None:
        return None
    inv = table.inventory
    members = range(len(inv.ags)) if who == JOINT else [inv.ags.index(who)]
    return math.fsum(float(inv.energy_mwh[i, j]) for i in at for j in members)


def verify(table: Table) -> list[Problem]:
    """Broken rules: form (number or key, reasons, joint = sum), cells together = net balance, IE names its place."""
    found = check(table.cells, [r.ref for r in form()], table.members)
    books = accounts(table.inventory)
    grouped: dict[str, list[Cell]] = {}
    for cell in table.cells:
        grouped.setdefault(cell.who, []).append(cell)
    for who, mine in grouped.items():
        if any(c.key == "C" for c in mine):
            continue  # a sum would give the hidden cell away
        total = math.fsum(c.value for c in mine if c.value is not None)
        if not close(total, books[who]["net_t"], books[who]["gross_t"]):
            found.append(Problem("total", who, f"cells sum to {total}, the inventory has {books[who]['net_t']}"))
    refs = {r.ref for r in form()}
    for row in form():
        if row.content["key"] == "IE" and not set(row.content["where"].split()) <= refs - {row.ref}:
            found.append(Problem("included_elsewhere", row.ref, "IE does not name an existing other cell"))
    return found


def rows(table: Table, release: str) -> list[dict[str, Any]]:
    """Rows of the table for writing; t CO2e, MWh; empty = not given, number or notation key in each gas column."""
    inv = table.inventory
    out = []
    for who in (*table.members, JOINT):
        for row in form():
            cell = table.by[who, row.ref]
            gas = gases(table, who, row)
            out.append(
                {
                    "ags": who,
                    "name": table.names.get(who, "gemeinsam / joint"),
                    "year": inv.year,
                    "gpc_ref": row.ref,
                    "sector_de": SECTORS[row.sector]["de"],
                    "sector_en": SECTORS[row.sector]["en"],
                    "label_de": row.content["label_de"],
                    "label_en": row.content["label_en"],
                    "scope": row.scope,
                    "framework": row.framework,
                    "ipcc": row.content["ipcc"],
                    "ksg": row.content["ksg"],
                    "activity_mwh": activity(table, who, row),
                    "emissions_t_co2e": cell.value,
                    "notation_key": cell.key,
                    "co2_t": gas["CO2"],
                    "ch4_t": gas["CH4"],
                    "n2o_t": gas["N2O"],
                    "data_quality_hml": letter(table, who, row),
                    "gwp": "AR5" if row.sector in ("III", "IV", "V") else "AR5 (angenommen / assumed)",
                    "factor_release": release,
                    "note_de": cell.note.get("de", ""),
                    "note_en": cell.note.get("en", ""),
                }
            )
    return out
