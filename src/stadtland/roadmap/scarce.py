"""What the plan is short of: every binding limit by name, its price, and how far the price holds (solved again).

The price of a limit over all its years is the fall of the cost when its right side grows by a share in every year. It
is the sum of price × right side at the optimum; re-solves at larger shares say up to where it holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .programme import Ints, Programme
from .reading import Floats
from .solve import resolve
from .solved import Solved

ROWS = ("land", "share", "process", "line", "conversion", "spending", "ramp", "stock")
SHARES = (0.01, 0.1, 0.5, 1.0)
HOLDS = 0.1  # a price holds while the saving stays within a tenth of price × share
SHOWN = 12


@dataclass(frozen=True)
class Limit:
    """One limit over its years: rows, or upper bounds of columns, with their price (M EUR per unit) and right sides."""

    kind: str
    id: str
    rows: Ints
    cols: Ints
    worth: float  # M EUR for 100 % more in every year, first order


def binding(solved: Solved) -> list[Limit]:
    """All limits with a price, the most valuable first."""
    programme, solution = solved.programme, solved.solution
    found = []
    none = np.zeros(0, dtype=np.int64)
    reference = {m.id for m in solved.instance.measures if m.reference}
    for block in programme.blocks:
        if block.kind not in ROWS:
            continue
        rows = np.arange(block.start, block.stop)
        hi = programme.row_hi[rows]
        priced = np.isfinite(hi) & (solution.row_dual[rows] < -1e-12) & (hi > 0)
        worth = -float(np.sum(solution.row_dual[rows][priced] * hi[priced]))
        if worth > 1e-6:
            found.append(Limit("ramp" if block.kind == "stock" else block.kind, block.id, rows[priced], none, worth))
    for family, cols in programme.families.items():
        kind, _, name = family.partition(":")
        if kind != "standing" or cols[0] < 0 or name in reference:
            continue
        hi = programme.col_hi[cols]
        priced = np.isfinite(hi) & (solution.col_dual[cols] < -1e-12)
        worth = -float(np.sum(solution.col_dual[cols][priced] * hi[priced]))
        if worth > 1e-6:
            found.append(Limit("potential", name, none, cols, worth))
    return sorted(found, key=lambda x: (-x.worth, x.kind, x.id))


def relaxed(programme: Programme, limit: Limit, share: float) -> Programme:
    """The programme with a limit raised by a share in every year in which it has a price (a potential: in all
    years)."""
    row_hi, col_hi = programme.row_hi.copy(), programme.col_hi.copy()
    row_hi[limit.rows] *= 1 + share
    col_hi[limit.cols] *= 1 + share
    return replace(programme, row_hi=row_hi, col_hi=col_hi)


def prices(solved: Solved, most: int = SHOWN) -> list[dict[str, Any]]:
    """[{kind, id, worth_meur (100 % more, first order), tenth_meur (solved), holds_to (share), checks[{share,
    saves_meur}]}].

    `holds_to`: the largest tested share at which the saving is still within a tenth of the price times the share; 0 if
    it holds nowhere. All binding limits are in `binding`; only the `most` valuable are solved again.
    """
    rows = []
    for limit in binding(solved)[:most]:
        checks = []
        for share in SHARES:
            again = resolve(relaxed(solved.programme, limit, share), solved.solution)
            if again.status != "ok":
                break
            checks.append({"share": share, "saves_meur": solved.solution.cost - again.cost})
        holds = [
            c["share"]
            for c in checks
            if abs(c["saves_meur"] - limit.worth * c["share"]) <= HOLDS * limit.worth * c["share"]
        ]
        tenth = next((c["saves_meur"] for c in checks if c["share"] == 0.1), None)
        rows.append(
            {
                "kind": limit.kind,
                "id": limit.id,
                "worth_meur": limit.worth,
                "tenth_meur": tenth,
                "holds_to": max(holds, default=0.0),
                "checks": checks,
            }
        )
    return rows


def size_of(solved: Solved, limit: Limit) -> Floats:
    """Right sides of a limit in natural units by year."""
    programme = solved.programme
    if len(limit.cols):
        return np.asarray(programme.col_hi[limit.cols] * programme.scale[limit.cols])
    return np.asarray(programme.row_hi[limit.rows])


def cost_curve(document: Mapping[str, Any], solved: Solved) -> list[dict[str, Any]]:
    """Cost per tonne of each used measure by leaving it out: {id, t (kt to the horizon), meur, eur_per_t, pays}.

    meur: what the plan with the measure spends more than the plan without it (no price of missed targets); t: what it
    emits less in the partnership account to 2045. Not additive (measures stand in for each other), no timetable; a
    measure that saves money and tonnes has no rank (`eur_per_t` null, `pays` true).
    """
    from .alternatives import groups_of, money_of

    n = solved.at + 1
    base_money = money_of(solved.programme, solved.solution.x)
    base_t = _emitted(solved, solved.solution.x, n)
    rows: list[dict[str, Any]] = []
    for name, ids in groups_of(solved.instance).items():
        cols = [solved.programme.families[f"standing:{i}"] for i in ids if f"standing:{i}" in solved.programme.families]
        cols = [c for c in cols if c[0] >= 0]
        if not cols or max(float(solved.solution.x[c].max()) for c in cols) <= 1e-7:
            continue
        hi, lo = solved.programme.col_hi.copy(), solved.programme.col_lo
        hi[np.concatenate(cols)] = lo[np.concatenate(cols)]
        without = resolve(replace(solved.programme, col_hi=hi), solved.solution)
        if without.status != "ok":
            rows.append({"id": name, "t": None, "meur": None, "eur_per_t": None, "pays": False, "locked": True})
            continue
        kt = _emitted(solved, without.x, n) - base_t
        money = base_money - money_of(solved.programme, without.x)
        pays = money < 0 < kt
        rate = 1e3 * money / kt if kt > 1e-6 and not pays else None
        rows.append({"id": name, "t": 1e3 * kt, "meur": money, "eur_per_t": rate, "pays": pays, "locked": False})
    return sorted(rows, key=lambda r: (not r["pays"], r["eur_per_t"] is None, r["eur_per_t"] or 0.0, r["id"]))


def _emitted(solved: Solved, x: Floats, n: int) -> float:
    """Net emissions less the credit of new generation over the first n years, kt."""
    from .accounts import generation_credit

    programme = solved.programme
    total = 0.0
    for m in solved.instance.members:
        cols = programme.families.get(f"net:{m}")
        if cols is not None:
            total += float(np.sum(x[cols[:n]] * programme.scale[cols[:n]]))
    for measure in solved.instance.measures:
        credit = generation_credit(solved.instance, measure)
        cols = programme.families.get(f"standing:{measure.id}")
        if cols is not None and cols[0] >= 0 and np.any(credit):
            total -= float(np.sum(credit[:n] * x[cols[:n]] * programme.scale[cols[:n]]))
    return total
