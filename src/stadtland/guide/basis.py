"""What a formula over results rests on: its value with a data quality A–D, for recommendations that need one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stadtland.toolbox.recommend import Look

from . import formula

_CLASSES = ((0.75, "A"), (0.375, "B"), (1e-9, "C"))  # mean BISKO quality to a class, midpoints
_COUNTS = ("population", "ags")


def look(results: Mapping[str, Any]) -> Look:
    """A function that answers a formula with value and data quality.

    Quality of a formula is the worst of its paths: population is a count (A); a value of an inventory whose share of D
    is 1 is D; any other value of an inventory, plan or share has the class of the data quality of the inventory it
    rests on, and so has what the monitoring measured.
    """

    def answer(text: str) -> tuple[float | None, str]:
        try:
            value = formula.evaluate(text, dict(results))
        except formula.Missing:
            return None, "D"
        return value, max((quality(path, results) for path in formula.paths(text)), default="A")

    return answer


def quality(path: str, results: Mapping[str, Any]) -> str:
    """Data quality of one path.

    >>> quality("inventory.members.1.waste_t", {"inventory": {"members": {"1": {"share_d": {"waste_t": 1.0}}}}})
    'D'
    """
    keys = path.split(".")
    inventory = results.get("inventory", {})
    if keys[-1] in _COUNTS:
        return "A"
    if keys[0] in ("settings", "evidence"):
        return "A"
    members = inventory.get("members", {})
    owner = next((members[k] for k in keys if k in members), inventory.get("joint", {}))
    share_d = (owner.get("share_d") or {}).get(keys[-1])
    if share_d is not None and share_d >= 1.0:
        return "D"
    mean = float(owner.get("data_quality") or 0.0)
    return next((grade for limit, grade in _CLASSES if mean >= limit), "D")
