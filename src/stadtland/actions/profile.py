"""Use cases: the urban-rural profile of municipalities, and the comparison of members with everything that explains
it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stadtland.base.errors import InputError

NO_RANKING = {
    "de": "Die Zahlen beschreiben Unterschiede, sie bewerten niemanden; eine Rangfolge gibt es nicht.",
    "en": "The numbers describe differences, they judge nobody; there is no ranking.",
}
NEXT = 10  # data to measure next that are named


def load(ags: Sequence[str], year: int, data: Path | None, least: int) -> tuple[Any, Any]:
    """Inventory and municipalities of checked codes, at least `least` of them."""
    from stadtland import facts
    from stadtland import inventory as room
    from stadtland.facts import codes

    codes.check_all(ags)
    if len(ags) < least:
        raise InputError(
            "members-few", "a comparison needs at least two municipalities", "members", "name at least two codes (AGS)"
        )
    return room.build(tuple(ags), year, data), facts.load_members(tuple(ags), year, data)


def head(inv: Any, members: Any) -> dict[str, Any]:
    """Year, the sentence against rankings, and the members: how every answer about several municipalities begins."""
    return {
        "year": inv.year,
        "note": dict(NO_RANKING),
        "members": [
            {
                "ags": m.ags,
                "name": m.name.split(",", maxsplit=1)[0],
                "kind": m.kind,
                "population": m.value("population"),
            }
            for m in members
        ],
    }


def profile(ags: Sequence[str], year: int, data: Path | None = None) -> dict[str, Any]:
    """Indicators by member and the table of surplus and shortage: `{year, note, members, profile, complements}`."""
    from stadtland.inventory import profile as indicators
    from stadtland.inventory import profile_complements

    inv, members = load(ags, year, data, 1)
    return head(inv, members) | {
        "profile": indicators.indicators(inv, members),
        "complements": profile_complements.table(inv, members),
    }


def compare(
    ags: Sequence[str],
    year: int,
    data: Path | None = None,
    account: str = "gross_t",
    own: Mapping[str, Mapping[str, float]] | None = None,
) -> dict[str, Any]:
    """Why the members differ, whether the books close, how sure the numbers are, and what to measure next.

    `{year, note, members, account, gaps[{… per head and per hectare, joint → member}], books, line_proof, flows,
    picture, vintages, uncertainty, measure_next}`. `own`: book values of imported balances {ags: {account: t}}.
    """
    from stadtland.inventory import (
        consolidate,
        consolidate_flows,
        decompose,
        target_views,
        uncertainty_draws,
    )

    inv, members = load(ags, year, data, 2)
    gaps = [decompose.gap(inv, members, decompose.JOINT, a, account, base) for base in decompose.BASES for a in inv.ags]
    flows = consolidate_flows.from_figures(members)
    roles = {m.ags: "city" if m.kind == "city" else "rural" for m in members}
    draws = uncertainty_draws.draw(inv)
    return head(inv, members) | {
        "account": account,
        "gaps": gaps,
        "books": consolidate.books(inv, flows, own),
        "line_proof": consolidate.line_proof(inv),
        "pairs": consolidate.pairs(inv, flows),
        "picture": consolidate_flows.picture(flows, roles),
        "vintages": target_views.vintages(inv),
        "uncertainty": uncertainty_draws.bands(draws, inv),
        "measure_next": uncertainty_draws.measure_next(draws, account)[:NEXT],
    }
