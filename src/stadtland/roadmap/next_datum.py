"""What the next figure is worth: expected value of knowing a cost or a price before deciding, in EUR.

For a figure with low, central and high: weights 0.3, 0.4, 0.3 (Swanson's rule for P10, P50, P90). Value = Σ weight ×
(cost of the plan as decided, at that level, less cost of the plan that is best at that level). Costs and prices only:
they leave the decided plan feasible, so the number is exact for the three points. The plan is decided once for all
years; what can be corrected on the way lowers the value, so it is an upper end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .build import build
from .loading import load
from .reading import Floats
from .session import Session
from .solved import Solved

WEIGHTS = {"low": 0.3, "central": 0.4, "high": 0.3}


def worth(
    solved: Solved,
    figures: Mapping[str, Mapping[str, Mapping[str, Any]]],
    progress: Callable[[int, int], None] | None = None,
) -> list[dict[str, Any]]:
    """[{id, value_meur (null where a solve failed), swing_meur, changed}], the most valuable first.

    `figures`: id → low, central and high → instance document. `swing_meur`: how far the cost of the decided plan
    moves from low to high;
    `changed`: levels at which another plan would be better.
    """
    session = Session(solved.programme, solved.solution)
    rows = []

    def best(cost: Floats) -> float | None:
        session.restart(solved.solution)
        got = session.minimise(cost)
        return None if got is None else got[1]

    for k, (ident, levels) in enumerate(figures.items(), 1):
        costs = {level: _cost(levels[level]) for level in WEIGHTS}
        mean: Floats = sum((w * costs[level] for level, w in WEIGHTS.items()), np.zeros(len(solved.solution.x)))
        known = {level: best(c) for level, c in costs.items()}
        blind = best(mean)
        at = {level: float(c @ solved.solution.x) for level, c in costs.items()}
        value = None
        if blind is not None and None not in known.values():
            value = max(0.0, blind - sum(w * float(known[level] or 0.0) for level, w in WEIGHTS.items()))
        rows.append(
            {
                "id": ident,
                "value_meur": value,
                "swing_meur": at["high"] - at["low"],
                "changed": [lv for lv, v in known.items() if v is not None and at[lv] - v > 1e-7 * abs(v)],
            }
        )
        if progress is not None:
            progress(k, len(figures))
    return sorted(rows, key=lambda r: (r["value_meur"] is None, -(r["value_meur"] or 0.0), r["id"]))


def _cost(document: Mapping[str, Any]) -> Floats:
    return build(load(document)).cost


def measure_costs(
    document: Mapping[str, Any], ranges: Mapping[str, tuple[float, float]], wanted: Sequence[str] | None = None
) -> dict[str, dict[str, dict[str, Any]]]:
    """Documents in which the capex of a measure (all members) is at its low and high: factors on the central value."""
    found = {}
    for ident, (low, high) in ranges.items():
        if wanted is not None and ident not in wanted:
            continue
        found[f"capex.{ident}"] = {
            "low": _scaled(document, ident, low),
            "central": dict(document),
            "high": _scaled(document, ident, high),
        }
    return found


def _scaled(document: Mapping[str, Any], ident: str, factor: float) -> dict[str, Any]:
    rows = []
    for row in document["measures"]:
        new = dict(row)
        if row["id"].partition("@")[0] == ident and "capex" in row:
            capex = row["capex"]
            new["capex"] = [c * factor for c in capex] if isinstance(capex, list) else capex * factor
        rows.append(new)
    return {**document, "measures": rows}
