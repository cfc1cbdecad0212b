"""Why a measure is in the plan or not, and what would change that; every statement is checked by solving again.

The worth of a unit is taken apart by the rows it stands in: Σ_i A_ij·y_i by kind (demand it serves, tonnes,
electricity, land, limits), against its own cost; own cost − worth = reduced cost, zero for what the plan uses below
its limits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from stadtland.base.errors import InputError

from .programme import Ints, Programme
from .reading import Floats
from .session import Session
from .solve import solve
from .solved import Solved

PARTS = {
    "service": "service", "share": "limit", "stock": "limit", "ramp": "limit", "rise": "limit", "land": "land",
    "process": "limit", "line": "limit", "conversion": "land", "electricity": "electricity", "account_gross": "tonnes",
    "account_bisko": "tonnes", "account_net": "tonnes", "net": "tonnes", "gross": "tonnes", "bisko": "tonnes",
    "partnership": "tonnes", "cumulative": "tonnes", "spending": "money",
}  # fmt: skip
USED = 1e-6
STEPS = 9
DEAREST, MOST_PRICE = 16.0, 16.0


def members_of(solved: Solved, measure: str) -> list[str]:
    """Ids in the instance of a measure named with or without its member; InputError `measure-unknown`."""
    found = [m.id for m in solved.instance.measures if m.id == measure or m.id.partition("@")[0] == measure]
    if not found:
        import difflib

        known = sorted({m.id.partition("@")[0] for m in solved.instance.measures})
        near = difflib.get_close_matches(measure, known, 1)
        raise InputError(
            "measure-unknown",
            f"the plan does not offer {measure!r}",
            "--measure",
            f"did you mean {near[0]!r}?" if near else "results.json, roadmap.measures says why a measure is left out",
        )
    return found


def explain(document: Mapping[str, Any], measure: str) -> dict[str, Any]:
    """{measure, year, members[{id, units, potential, state, own_cost, worth{part}, reduced_cost, limits[]}],
    changes[], verified}.

    `state`: out, part (between), full (all there is). `own_cost`, `worth`: M EUR present value of one unit standing
    in every year. `changes[]`: {what: cost|price|limit, factor, units, cost_meur, checked} – the least change found
    by bisection with which the measure comes in (or goes out), with the units of the re-solved plan. ComputationError
    `plan-not-solved`.
    """
    solved = Solved.of(document)
    ids = members_of(solved, measure)
    rows = [_member(solved, i) for i in ids]
    inside = any(r["state"] != "out" for r in rows)
    session = Session(solved.programme, solved.solution)
    changes = [
        _by_cost(solved, session, ids, inside),
        _by_price(solved, session, ids, inside),
        *[_by_limit(solved, r) for r in rows if r["limits"]][:3],
    ]
    return {
        "measure": measure.partition("@")[0],
        "year": solved.instance.years[solved.at],
        "inside": inside,
        "members": rows,
        "changes": [c for c in changes if c is not None],
        "cost_meur": solved.solution.cost,
    }


def _columns(programme: Programme, ident: str) -> Ints | None:
    cols = programme.families.get(f"standing:{ident}")
    return None if cols is None or cols[0] < 0 else cols


def units(solved: Solved, ids: Sequence[str], x: Floats) -> float:
    """Standing units of measures in 2045 at a point."""
    total = 0.0
    for i in ids:
        cols = _columns(solved.programme, i)
        if cols is not None:
            total += float(x[cols[solved.at]] * solved.programme.scale[cols[solved.at]])
    return total


def _member(solved: Solved, ident: str) -> dict[str, Any]:
    programme, solution = solved.programme, solved.solution
    measure = next(m for m in solved.instance.measures if m.id == ident)
    potential = float(measure.potential[solved.at])
    cols = _columns(programme, ident)
    row: dict[str, Any] = {
        "id": ident,
        "member": measure.member,
        "potential": potential if np.isfinite(potential) else None,
    }
    if cols is None:
        return row | {
            "units": 0.0,
            "state": "out",
            "own_cost": None,
            "worth": {},
            "reduced_cost": None,
            "limits": ["land"],
        }
    standing = units(solved, [ident], solution.x)
    worth: dict[str, float] = {}
    limits: dict[str, float] = {}
    kinds = _kind_of_rows(programme)
    for c in cols:
        span = slice(programme.indptr[c], programme.indptr[c + 1])
        at = programme.indices[span]
        amount = programme.values[span] * solution.row_dual[at] / programme.scale[c]
        for r, v in zip(at, amount, strict=True):
            part = PARTS.get(kinds[r], "limit")
            worth[part] = worth.get(part, 0.0) + float(v)
            if part in ("limit", "land", "money") and abs(v) > 1e-9:
                limits[kinds[r]] = limits.get(kinds[r], 0.0) + float(v)
    own = float(np.sum(programme.cost[cols] / programme.scale[cols]))
    at_potential = -float(np.sum(np.minimum(solution.col_dual[cols], 0.0) / programme.scale[cols]))
    if at_potential > 1e-9:
        limits["potential"] = -at_potential
    full = np.isfinite(potential) and standing >= potential * (1 - 1e-6) and potential > 0
    state = (
        "full"
        if full
        else "part"
        if standing > USED * max(1e-9, potential if np.isfinite(potential) else 1.0)
        else "out"
    )
    return row | {
        "units": standing,
        "state": state,
        "own_cost": own,
        "worth": worth,
        "reduced_cost": own - sum(worth.values()),
        "limits": sorted((k for k in limits if limits[k] < -1e-9), key=lambda k: limits[k]),
    }


def _kind_of_rows(programme: Programme) -> list[str]:
    kinds = [""] * programme.shape[0]
    for block in programme.blocks:
        for r in range(block.start, block.stop):
            kinds[r] = block.kind
    return kinds


def _counts(solved: Solved, ids: Sequence[str], x: Floats) -> bool:
    """Whether a point uses a measure: more than a thousandth of its potential (of a unit where it has none)."""
    size = 0.0
    for m in solved.instance.measures:
        if m.id in ids:
            size += float(m.potential[solved.at]) if np.isfinite(m.potential[solved.at]) else 1.0
    return units(solved, ids, x) > 1e-3 * max(size, 1e-9)


def _search(
    solved: Solved, session: Session, ids: Sequence[str], cost_at: Any, inside: bool, far: float, what: str
) -> dict[str, Any] | None:
    """Bisection between no change (factor 1) and `far`; None if even `far` changes nothing."""
    counted = _counts(solved, ids, solved.solution.x)
    if counted != inside:
        counted = inside

    def tried(factor: float) -> tuple[bool, float, float] | None:
        session.restart(solved.solution)
        got = session.minimise(cost_at(factor))
        if got is None:
            return None
        return _counts(solved, ids, got[0]), units(solved, ids, got[0]), float(solved.programme.cost @ got[0])

    end = tried(far)
    if end is None or end[0] == counted:
        return {
            "what": what,
            "factor": None,
            "tried": far,
            "units": end[1] if end else None,
            "checked": end is not None,
        }
    near, best = 1.0, (far, end)
    for _ in range(STEPS):
        middle = float(np.sqrt(near * best[0])) if min(near, best[0]) > 0.02 else 0.5 * (near + best[0])
        got = tried(middle)
        if got is None:
            break
        if got[0] == counted:
            near = middle
        else:
            best = (middle, got)
    return {"what": what, "factor": best[0], "tried": far, "units": best[1][1], "checked": True}


def _by_cost(solved: Solved, session: Session, ids: Sequence[str], inside: bool) -> dict[str, Any] | None:
    cols = [c for c in (_columns(solved.programme, i) for i in ids) if c is not None]
    if not cols:
        return None
    own = np.concatenate(cols)

    def cost_at(factor: float) -> Floats:
        cost = solved.programme.cost.copy()
        cost[own] *= factor
        return cost

    return _search(solved, session, ids, cost_at, inside, DEAREST if inside else 0.0, "cost")


def _by_price(solved: Solved, session: Session, ids: Sequence[str], inside: bool) -> dict[str, Any] | None:
    """Price of a missed tonne."""
    names = ("backstop:", "gross_slack:", "bisko_slack:")
    cols = [c for f, c in solved.programme.families.items() if f.startswith(names)]
    if not cols or not any(np.any(solved.programme.cost[c] > 0) for c in cols):
        return None
    priced = np.concatenate(cols)

    def cost_at(factor: float) -> Floats:
        cost = solved.programme.cost.copy()
        cost[priced] *= factor
        return cost

    return _search(solved, session, ids, cost_at, inside, 0.0 if inside else MOST_PRICE, "price")


def _by_limit(solved: Solved, row: Mapping[str, Any]) -> dict[str, Any] | None:
    """A tenth more of the potential (with its ramp), solved again: what it saves and what is built."""
    from dataclasses import replace

    cols = _columns(solved.programme, row["id"])
    if cols is None or "potential" not in row["limits"]:
        return None
    hi = solved.programme.col_hi.copy()
    hi[cols] = hi[cols] * 1.1
    more = solve(replace(solved.programme, col_hi=hi))
    if more.status != "ok":
        return None
    changed = Solved(solved.instance, solved.programme, more)
    return {
        "what": "potential",
        "id": row["id"],
        "factor": 1.1,
        "units": units(changed, [row["id"]], more.x),
        "saves_meur": solved.solution.cost - more.cost,
        "checked": True,
    }
