"""One unit of a measure alone against its reference: the tonnes on its card come from the programme of the plan."""

from __future__ import annotations

from typing import Any

from . import attribution, plan
from .assemble import key
from .case import Case

SHOWN_YEARS = (2026, 2030, 2035, 2045)


def document(case: Case, measure_id: str, ags: str) -> dict[str, Any] | None:
    """An instance of one member with one unit of the measure locked in 2026 and no caps; None if it has no unit."""
    whole = plan.document(case, plan.options(case, case.partnership.target_key, plan.prices(case)[1]))
    ident = key(measure_id, ags)
    row = next((dict(r) for r in whole["measures"] if r["id"] == ident), None)
    if row is None:
        return None
    row |= {"potential": 1.0, "lock": {"2026": 1.0}}
    for name in ("ramp", "cover", "labour", "public_share", "delivers", "lump"):
        row.pop(name, None)
    row.pop("share_of_rest", None)
    wanted = {row.get("service"), *row.get("uses", {})}
    services = [s for s in whole["services"] if s["id"] in wanted]
    references = [r for r in whole["measures"] if r.get("reference") and r.get("service") in wanted]
    keep = ("schema", "years", "discount")
    line = row.get("line")
    lines = {ags: {line: whole["lines_kt"][ags][line]}} if line else {}
    return {k: whole[k] for k in keep} | {
        "members": [ags],
        "services": services,
        "measures": [row, *references],
        "land": {ags: whole["land"][ags]},
        "rest_kt": {ags: whole["rest_kt"][ags]},
        "rest_bisko_kt": {ags: whole["rest_bisko_kt"][ags]},
        "lulucf_kt": {ags: whole["lulucf_kt"][ags]},
        "lines_kt": lines,
        "electricity": {**whole["electricity"], "demand": {ags: whole["electricity"]["demand"][ags]}},
    }


def tonnes_per_unit(case: Case, measure_id: str, ags: str) -> dict[int, float] | None:
    """t CO2e one unit saves in 2026, 2030, 2035, 2045 (positive = less) while it stands; None if it cannot apply."""
    doc = document(case, measure_id, ags)
    if doc is None:
        return None
    answer = plan.solved(doc)
    ident = key(measure_id, ags)
    found, standing = attribution.tonnes(doc, answer)[ident], answer["measures"][ident]["standing"]
    first = doc["years"][0]
    return {y: float(found[y - first]) * 1e3 for y in SHOWN_YEARS if standing[y - first] > 0.5}


def mean_removal(case: Case, measure_id: str, ags: str, years: int = 20) -> float | None:
    """Mean yearly tonnes of one unit over its first `years` years (kernels grow and saturate)."""
    doc = document(case, measure_id, ags)
    if doc is None:
        return None
    found = attribution.tonnes(doc, plan.solved(doc))[key(measure_id, ags)]
    return float(found[:years].mean()) * 1e3
