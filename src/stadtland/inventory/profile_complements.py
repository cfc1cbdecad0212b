"""Complementarity: which member has more, which less of a resource than its share of the need. No ranking.

    balance_m = supply_m − need_m · Σ supply / Σ need        (unit of the supply, Σ_m balance = 0)

A surplus says that a member has more than its share inside the partnership, not that the whole has enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from math import fsum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stadtland.base import content, toml
from stadtland.facts.municipality import Municipality

from .inventory import Inventory
from .profile import Place, Quantity, coarsest, places

Array = NDArray[np.float64]
EVEN = 0.1  # within a tenth of the proportional share a member is even
STATES = ("surplus", "shortage", "even", "unknown")


@cache
def resources() -> dict[str, dict[str, Any]]:
    """The resources of the content."""
    return toml.read(content.path("inventory", "profile", "complements.toml"))


def balance(supply: ArrayLike, need: ArrayLike) -> Array:
    """supply − need · Σ supply/Σ need [member], unit of the supply; sums to zero. Σ need must be above zero.

    >>> balance([10.0, 30.0], [3.0, 1.0]).tolist()
    [-20.0, 20.0]
    """
    s, n = np.asarray(supply, dtype=float), np.asarray(need, dtype=float)
    if not n.sum() > 0:
        raise ValueError("a need above zero is required")
    return np.asarray(s - n * (s.sum() / n.sum()))


def table(inv: Inventory, members: Sequence[Municipality]) -> list[dict[str, Any]]:
    """One row per resource: `{id, title, unit, need_unit, evidence, measures, missing, need_note, members, pairs}`.

    `members` by AGS: `{supply, need, balance, share, state, text, level, lacking}`; share = balance / proportional
    share. All None with state `unknown` and the text of what is missing as soon as one member's supply or need is
    unknown (supply and need that are known stay). `pairs`: `{giver, taker, amount}`: each surplus spread over the
    shortages in proportion.
    """
    found = places(inv, members)
    return [_row(ident, spec, found) for ident, spec in resources().items()]


def _row(ident: str, spec: Mapping[str, Any], found: Sequence[Place]) -> dict[str, Any]:
    supply = [p.total(spec["supply"]) if "supply" in spec else Quantity(None, "place", ("supply",)) for p in found]
    need = [p.total(spec["need"]) for p in found]
    known = all(q.value is not None for q in (*supply, *need)) and fsum(float(q.value or 0) for q in need) > 0
    gaps = balance([q.value or 0.0 for q in supply], [q.value or 0.0 for q in need]) if known else None
    rows: dict[str, Any] = {}
    for k, place in enumerate(found):
        amount = None if gaps is None else float(gaps[k])
        state, share = _state(amount, supply[k].value)
        rows[place.ags] = {
            "supply": supply[k].value,
            "need": need[k].value,
            "balance": amount,
            "share": share,
            "state": state,
            "text": dict(spec["missing"] if state == "unknown" else spec[state]),
            "level": coarsest((supply[k].level, need[k].level)),
            "lacking": list(supply[k].lacking + need[k].lacking),
        }
    return {
        "id": ident,
        "title": dict(spec["title"]),
        "unit": spec["unit"],
        "need_unit": spec["need_unit"],
        "evidence": spec["evidence"],
        "measures": dict(spec["measures"]),
        "missing": dict(spec["missing"]),
        "need_note": dict(spec["need_note"]) if "need_note" in spec else None,
        "members": rows,
        "pairs": [] if gaps is None else pairs({p.ags: float(g) for p, g in zip(found, gaps, strict=True)}),
    }


def _state(amount: float | None, supply: float | None) -> tuple[str, float | None]:
    if amount is None or supply is None:
        return "unknown", None
    proportional = supply - amount
    share = amount / proportional if proportional else None
    if abs(amount) <= EVEN * abs(proportional):
        return "even", share
    return ("surplus" if amount > 0 else "shortage"), share


def pairs(gaps: Mapping[str, float]) -> list[dict[str, Any]]:
    """Surpluses met with shortages in proportion, in the order of the members: Σ over takers = the giver's surplus.

    >>> pairs({"a": 6.0, "b": -2.0, "c": -4.0})
    [{'giver': 'a', 'taker': 'b', 'amount': 2.0}, {'giver': 'a', 'taker': 'c', 'amount': 4.0}]
    """
    total = fsum(v for v in gaps.values() if v < 0)
    return [
        {"giver": giver, "taker": taker, "amount": surplus * short / total}
        for giver, surplus in gaps.items()
        if surplus > 0
        for taker, short in gaps.items()
        if short < 0
    ]
