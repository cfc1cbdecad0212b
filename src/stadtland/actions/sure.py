"""Use case: plans of a partnership for several reliabilities side by side, each tested on draws it was not made
with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

RELIABILITIES = (0.5, 0.8, 0.9)


def certainty(
    name: str,
    data: Path | None = None,
    scenario: str | None = None,
    wanted: Sequence[float] = RELIABILITIES,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """{names, plans[report of `roadmap.reliable.plan_for`], used[{id, title, share, in_all}]}.

    `used`: measures with how many of the plans use them. Joint plans only; `plan --reliability` computes one in full.
    """
    from stadtland import inventory as inv
    from stadtland.roadmap import partnership as files
    from stadtland.roadmap import reliable
    from stadtland.roadmap import scenario as scenarios
    from stadtland.roadmap.case import gather

    for p in wanted:
        reliable.check(p)
    given = files.load(name)
    if scenario is not None:
        given = scenarios.apply(given, scenarios.load(scenario, set(given.ags)))
    case = gather(given, data)
    sigmas = inv.sigmas(case.inventory)
    plans: list[dict[str, Any]] = []
    counts: dict[str, int] = {}
    for k, p in enumerate(wanted, 1):
        plan, report = reliable.plan_for(case, p, sigmas)
        plans.append(report | {"cost": cost(plan, report["seed_tested"])})
        at = case.partnership.horizon - case.years[0]
        size: dict[str, list[float]] = {}
        for row in plan.instance["measures"]:
            if not row.get("reference"):
                entry = size.setdefault(row["id"].partition("@")[0], [0.0])
                entry[0] += float(plan.answer["measures"][row["id"]]["standing"][at])
        for ident, (units,) in size.items():
            if units > 1e-6:
                counts[ident] = counts.get(ident, 0) + 1
        if progress is not None:
            progress(k, len(wanted))
    used = [
        {"id": i, "title": case.catalogue[i].title.model_dump(), "share": c / len(wanted), "in_all": c == len(wanted)}
        for i, c in sorted(counts.items(), key=lambda e: (-e[1], e[0]))
    ]
    names = {m.ags: m.name for m in case.members}
    return {"names": names, "plans": plans, "used": used}


def cost(plan: Any, seed: int, draws: int = 10_000) -> dict[str, Any]:
    """The 80 % range of the extra cost of a plan under correlated prices and investment cost."""
    from dataclasses import replace

    from stadtland.roadmap import cost_draws
    from stadtland.roadmap.outlook import outlook
    from stadtland.roadmap.plan import baseline_document, document, options, prices
    from stadtland.roadmap.system import system

    case = plan.case
    heads = {a: float(p) for a, p in zip(case.inventory.ags, case.inventory.population, strict=True)}
    ends = {k: outlook(case.ags, case.years, case.partnership.inventory_year, heads, k) for k in ("low", "high")}

    def views(series: str, level: str) -> tuple[dict[str, Any], dict[str, Any]]:
        changed = replace(case.outlook, prices={**case.outlook.prices, series: ends[level].prices[series]})
        systems = tuple(system(a, case.blocks[a], changed, case.like) for a in case.ags)
        moved = replace(case, outlook=changed, systems=systems)
        opts = options(moved, case.partnership.target_key, prices(moved)[1])
        return document(moved, opts), baseline_document(moved)

    return cost_draws.of_plan(plan, views, draws, seed)
