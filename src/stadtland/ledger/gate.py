"""The gate before a project may yield units: quantification, additionality, long-term storage, sustainability.

After the criteria of Regulation (EU) 2024/3012 and MoorFutures. A criterion without an answer is not passed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stadtland.base import strict
from stadtland.base.errors import InputError

from .classes import classes

CRITERIA = ("quantification", "legal_surplus", "financing", "trend", "storage", "sustainability")
ANSWERS = {
    "method": str, "baseline": str, "leakage_assessed": bool, "required_by_law": bool, "npv_without_eur": float,
    "financing_barrier": bool, "already_planned": bool, "storage_years": int, "reversal_plan": bool,
    "harms_protected_site": bool, "biodiversity": str,
}  # fmt: skip


def gate(answers: Mapping[str, Any], unit_class: str) -> list[dict[str, Any]]:
    """One row per criterion: `{id, passed, missing[]}`.

    - quantification: method and baseline named, leakage assessed
    - legal_surplus: `required_by_law` is false
    - financing: `npv_without_eur` < 0 (net present value without income from units) or a stated `financing_barrier`
    - trend: `already_planned` is false (not part of the trend, a land-use plan or a decided budget)
    - storage: `storage_years` ≥ the least of the class; temporary storage also needs a `reversal_plan`
    - sustainability: no harm to a protected site, effect on biodiversity `neutral` or `positive`

    Errors: InputError `key-unknown`, `kind-*`, `number-*`, `word-unknown`.

    >>> [r["id"] for r in gate({"required_by_law": False}, "reduction") if r["passed"]]
    ['legal_surplus']
    """
    _typed(answers)
    kind = classes()[strict.one_of(unit_class, classes(), "class")]
    npv = answers.get("npv_without_eur")
    years = answers.get("storage_years")
    tests: dict[str, dict[str, bool]] = {
        "quantification": {
            "method": bool(answers.get("method")),
            "baseline": bool(answers.get("baseline")),
            "leakage_assessed": answers.get("leakage_assessed") is True,
        },
        "legal_surplus": {"required_by_law": answers.get("required_by_law") is False},
        "financing": {
            "npv_without_eur": (npv is not None and npv < 0) or answers.get("financing_barrier") is True,
        },
        "trend": {"already_planned": answers.get("already_planned") is False},
        "storage": {
            "storage_years": years is not None and years >= kind.years_min,
            "reversal_plan": not kind.temporary or answers.get("reversal_plan") is True,
        },
        "sustainability": {
            "harms_protected_site": answers.get("harms_protected_site") is False,
            "biodiversity": answers.get("biodiversity") in ("neutral", "positive"),
        },
    }
    return [
        {"id": c, "passed": all(t.values()), "missing": [k for k, ok in t.items() if not ok]} for c, t in tests.items()
    ]


def _typed(answers: Mapping[str, Any]) -> None:
    strict.keys(answers, ANSWERS, "gate")
    for key, value in answers.items():
        kind, where = ANSWERS[key], f"gate.{key}"
        if key == "biodiversity":
            strict.one_of(value, ("negative", "neutral", "positive"), where)
        elif kind is bool and not isinstance(value, bool):
            raise InputError("kind-answer", f"yes or no is needed, not {value!r:.40}", where, "write true or false")
        elif kind is str and not isinstance(value, str):
            raise InputError("kind-answer", f"a text is needed, not {value!r:.40}", where, "write it in quotes")
        elif kind is int:
            strict.finite(value, where, 0, 10_000)
        elif kind is float:
            strict.finite(value, where)
