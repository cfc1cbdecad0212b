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
LAST = 2045  # year of net zero: views on targets reach to it


def _load(ags: Sequence[str], year: int, data: Path | None, least: int) -> tuple[Any, Any]:
    from stadtland import facts
    from stadtland import inventory as room
    from stadtland.facts import codes

    codes.check_all(ags)
    if len(ags) < least:
        raise InputError(
            "members-few", "a comparison needs at least two municipalities", "members", "name at least two codes (AGS)"
        )
    return room.build(tuple(ags), year, data), facts.load_members(tuple(ags), year, data)


def _head(inv: Any, members: Any) -> dict[str, Any]:
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

    inv, members = _load(ags, year, data, 1)
    return _head(inv, members) | {
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

    inv, members = _load(ags, year, data, 2)
    gaps = [decompose.gap(inv, members, decompose.JOINT, a, account, base) for base in decompose.BASES for a in inv.ags]
    flows = consolidate_flows.from_figures(members)
    roles = {m.ags: "city" if m.kind == "city" else "rural" for m in members}
    draws = uncertainty_draws.draw(inv)
    return _head(inv, members) | {
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


def targets(
    ags: Sequence[str], year: int, data: Path | None = None, plan: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Targets, budgets and potential side by side: `{year, note, members, vintages, targets, budgets, sides,
    residual}`.

    Own targets where one is decided, otherwise and for all together the national path (marked as assumption, evidence
    C). Budgets: every bundled one by every key, per member and joint. `plan`: results of `stadtland plan` for the
    same members; its joint energy and transport path is the potential view, without it that view is null with the
    reason.
    """
    from stadtland.inventory import target_views as views

    inv, members = _load(ags, year, data, 1)
    years = list(range(inv.year, LAST + 1))
    found = []
    for scope in (*inv.ags, "joint"):
        for target in _targets_of(inv, scope):
            found.append(views.view(inv, target, years, _heads(inv, scope, years)))
    keys = [(b, k) for b in views.budgets()["budget"] for k in views.BUDGET_KEYS]
    budgets = [views.budget_view(inv, s, b, k, years) for s in (*inv.ags, "joint") for b, k in keys]
    potential = _potential(inv, plan)
    return _head(inv, members) | {
        "vintages": views.vintages(inv),
        "targets": found,
        "budgets": budgets,
        "sides": [
            {"budget": b["budget"], "key": b["key"]} | views.side_by_side(years, b["linear_t"], potential)
            for b in budgets
            if b["scope"] == "joint"
        ],
        "residual": {s: views.residual(inv, s) for s in (*inv.ags, "joint")},
    }


def _targets_of(inv: Any, scope: str) -> list[Any]:
    """The decided target of a member, if any, and the national path on the net (member) or partnership (joint)
    account.
    """
    from stadtland.facts import published_values, series
    from stadtland.inventory import balance
    from stadtland.inventory.target_views import Target
    from stadtland.roadmap.targets import NATIONAL_STEPS, national_cap, national_ratio

    out = []
    own = None if scope == "joint" else published_values.target(scope)
    if own is not None and own["year"] > inv.year:
        steps = tuple((s["year"], s["value"]) for s in own.get("steps", ()))
        out.append(
            Target(
                scope, own["kind"], own["year"], own["value"], own["unit"], None, steps, own["source"], own["evidence"]
            )
        )
    national = series.load("ghg_national")
    ahead = sorted(NATIONAL_STEPS)
    ratio = national_ratio(ahead, inv.year, national.at(1990), national.at(inv.year))
    account = balance.accounts(inv)[scope]
    caps = national_cap(ahead, ratio, account["gross_t"], account["lulucf_t"])  # as in the plan: a sink never helps
    points = [(y, float(t)) for y, t in zip(ahead, caps, strict=True)]
    kind = "partnership" if scope == "joint" else "net"
    out.append(Target(scope, kind, points[-1][0], points[-1][1], "t", None, tuple(points[:-1]), "ksg", "C"))
    return out


def _heads(inv: Any, scope: str, years: Sequence[int]) -> dict[int, float]:
    """Population by year: the projection where one is bundled, otherwise that of the inventory year."""
    from stadtland.base import content
    from stadtland.facts import series

    total = dict.fromkeys(years, 0.0)
    for j, ags in enumerate(inv.ags):
        if scope not in (ags, "joint"):
            continue
        known = content.path("series", f"population.{ags}.toml").is_file()
        for y in years:
            today = float(inv.population[j])
            total[y] += float(series.load(f"population.{ags}").at(y)) if known and y != inv.year else today
    return total


def _potential(inv: Any, plan: Mapping[str, Any] | None) -> dict[int, float] | None:
    """The joint energy and transport path of a computed plan, t CO2e by year; the inventory year is the inventory
    itself.
    """
    if plan is None:
        return None
    from stadtland.inventory import balance

    try:
        named = [m["ags"] for m in plan["partnership"]["members"]]
        path = {int(y): float(t) for y, t in zip(plan["roadmap"]["years"], plan["roadmap"]["bisko_t"], strict=True)}
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            "plan-shape", "these are no results of a plan", "plan", "name the results.json that `stadtland plan` wrote"
        ) from error
    if sorted(named) != sorted(inv.ags):
        raise InputError(
            "members-differ", "the plan has other members than this comparison", "plan", "use the same municipalities"
        )
    return {inv.year: balance.accounts(inv)["joint"]["bisko_t"]} | path
