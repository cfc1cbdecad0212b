"""Use case: what each member could reach with each measure, with the part that is used already where it is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# figures that count what stands already, by potential function: (figure ids, factor to the unit of the measure)
USED = {
    "wind": (("mastr.wind_on@2024", "mastr.wind_on"), 1e-3),  # kW to MW
    "cars": (("cars.bev",), 1.0),
}
# reasons that mean "the base is not known": a plan sets nothing for it, but nobody must read it as a measured zero
UNKNOWN = ("potential.no_data", "potential.no_figure", "potential.no_peat", "potential.no_stream_map")


def rows(
    ags: Sequence[str], ids: Sequence[str] = (), year: int = 2021, data: Path | None = None, store: Path | None = None
) -> list[dict[str, Any]]:
    """One row for each member and measure (reference technologies apart).

    {ags, name, id, title {de, en}, unit, low, central, high, used, share_used, data_quality, reason, reason_text
    {de, en}, note, note_text {de, en}} (note: a sentence that always goes with the figure);
    `used` in the unit of the measure and `share_used` = used / (used + central) are None where no figure
    counts what stands; `low`, `central`, `high` are None where the base is not known (missing is not zero) and 0
    where nothing is left, with `reason` as a text id in both cases. InputError for unknown codes or measures.
    """
    from stadtland import facts, inventory
    from stadtland.base.texts import text
    from stadtland.facts import codes
    from stadtland.toolbox import assess, reading

    members = codes.check_all(ags)
    measures = reading.catalogue(store)
    for ident in ids:
        if ident not in measures:
            reading.get(ident)
    chosen = [m for m in measures.values() if (m.id in ids if ids else not m.reference)]
    loaded = facts.load_members(members, year, data)
    inv = inventory.build(tuple(members), year, data)
    found = []
    for member in loaded:
        figures, kind = assess.figures_of(member)
        lines = assess.lines_of(member, inv)
        for measure in chosen:
            one = assess.potential(measure, {**figures, "kind": kind}, lines)
            used = _used(measure.potential.function, figures)
            known = one.reason not in UNKNOWN
            share = None if used is None or not known or used + one.central <= 0 else used / (used + one.central)
            words = None if one.reason is None else {k: text(one.reason, k, **one.reason_params) for k in ("de", "en")}
            found.append(
                {
                    "ags": member.ags, "name": member.name, "id": measure.id, "title": measure.title.model_dump(),
                    "unit": measure.unit, "low": one.low if known else None, "central": one.central if known else None,
                    "high": one.high if known else None, "used": used, "share_used": share,
                    "data_quality": one.data_quality, "reason": one.reason, "reason_text": words,
                    "note": one.note, "note_text": None if one.note is None else _both(one.note),
                }
            )  # fmt: skip
    return found


def _both(key: str) -> dict[str, str]:
    from stadtland.base.texts import text

    return {lang: text(key, lang) for lang in ("de", "en")}


def _used(function: str, figures: dict[str, float]) -> float | None:
    ids, factor = USED.get(function, ((), 0.0))
    values = (figures.get(one, math.nan) for one in ids)
    known = next((v for v in values if not math.isnan(v)), None)
    return None if known is None else known * factor
