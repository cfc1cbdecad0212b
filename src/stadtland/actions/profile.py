"""Use cases: the urban-rural profile of municipalities, and the comparison of members with everything that explains
it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stadtland.base.errors import InputError

from .whom import Whom, inventory, own_figures, resolve

NO_RANKING = {
    "de": "Die Zahlen beschreiben Unterschiede, sie bewerten niemanden; eine Rangfolge gibt es nicht.",
    "en": "The numbers describe differences, they judge nobody; there is no ranking.",
}
NEXT = 10  # data to measure next that are named


def load(
    names: Sequence[str], year: int | None, data: Path | None, least: int, store: Path | None = None
) -> tuple[Whom, Any, Any]:
    """Who is meant, inventory and municipalities with their own figures; at least `least` of them."""
    whom = resolve(names)
    ags, when = whom.at(year)
    if len(ags) < least:
        raise InputError(
            "members-few", "a comparison needs at least two municipalities", "members", "name at least two codes (AGS)"
        )
    own = own_figures(whom, ags, when, store)
    return whom, *inventory(whom, ags, when, data, own)


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


def profile(
    names: Sequence[str], year: int | None = None, data: Path | None = None, store: Path | None = None
) -> dict[str, Any]:
    """Indicators by member and the table of surplus and shortage: `{year, note, members, profile, complements}`.

    names: a partnership or codes; `store`: folder of own figures, which take the place of the estimate.
    """
    from stadtland.inventory import profile as indicators
    from stadtland.inventory import profile_complements

    _, inv, members = load(names, year, data, 1, store)
    return head(inv, members) | {
        "profile": indicators.indicators(inv, members),
        "complements": profile_complements.table(inv, members),
    }


def compare(
    names: Sequence[str],
    year: int | None = None,
    data: Path | None = None,
    account: str = "gross_t",
    store: Path | None = None,
) -> dict[str, Any]:
    """Why the members differ, whether the books close, how sure the numbers are, and what to measure next.

    `{year, note, members, account, gaps[{… per head and per hectare, joint → member}], books, line_proof, flows,
    picture, vintages, uncertainty, measure_next}`. names and `store` as in `profile`.
    """
    from stadtland.inventory import (
        consolidate,
        consolidate_flows,
        decompose,
        target_views,
        uncertainty_draws,
    )

    _, inv, members = load(names, year, data, 2, store)
    gaps = [decompose.gap(inv, members, decompose.JOINT, a, account, base) for base in decompose.BASES for a in inv.ags]
    flows = consolidate_flows.from_figures(members)
    roles = {m.ags: "city" if m.kind == "city" else "rural" for m in members}
    draws = uncertainty_draws.draw(inv)
    return head(inv, members) | {
        "account": account,
        "gaps": gaps,
        "books": consolidate.books(inv, flows),
        "line_proof": consolidate.line_proof(inv),
        "pairs": consolidate.pairs(inv, flows),
        "picture": consolidate_flows.picture(flows, roles),
        "vintages": target_views.vintages(inv),
        "uncertainty": uncertainty_draws.bands(draws, inv),
        "measure_next": uncertainty_draws.measure_next(draws, account)[:NEXT],
    }
