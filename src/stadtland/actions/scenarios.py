"""Use cases around scenarios: all bundled ones side by side, and two written plans compared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

Step = Callable[[str], None]


def table(name: str, data: Path | None = None, chosen: list[str] | None = None) -> list[dict[str, Any]]:
    """One row for each scenario of a partnership, each a joint plan of its own (no coalitions, no report).

    Rows: id, title, account of the partnership in 2030, 2040 and 2045 (t), what is missed in the target year of the
    joint target (t), extra cost without the price of missed targets and that price (EUR, present value), land used
    (ha), share of tonnes of measures of evidence C, measures used. `differences` is against the first row.
    """
    from stadtland.roadmap import partnership as files
    from stadtland.roadmap import scenario
    from stadtland.roadmap.case import gather
    from stadtland.roadmap.plan import compute

    given = files.load(name)
    rows: list[dict[str, Any]] = []
    for ident in chosen or scenario.bundled():
        found = scenario.load(ident, set(given.ags))
        plan = compute(gather(scenario.apply(given, found), data))
        rows.append({"id": found.id, "title": found.title, "text": found.text, **_figures(plan)})
    keys = ("t_2030", "t_2040", "t_2045", "missed_t", "extra_eur", "priced_eur", "land_ha")
    for row in rows:
        row["difference"] = {k: row[k] - rows[0][k] for k in keys}
    return rows


def _figures(plan: Any) -> dict[str, Any]:
    import numpy as np

    from stadtland.roadmap.plan import money_of

    case, answer = plan.case, plan.answer
    path = np.asarray(answer["partnership_kt"]) * 1e3
    target = case.partnership.target
    year = 2045 if target is None else target.year
    cap = float(np.sum([plan.caps["partnership"][a] for a in case.ags], axis=0)[year - case.years[0]])
    money = money_of(answer)
    used, land, tonnes_c, tonnes_all = set(), 0.0, 0.0, 0.0
    at = 2045 - case.years[0]
    for row in plan.instance["measures"]:
        if row.get("reference"):
            continue
        base = row["id"].partition("@")[0]
        standing = float(answer["measures"][row["id"]]["standing"][at])
        if standing > 1e-6 * max(1.0, float(np.max(row.get("potential", 1.0)))):
            used.add(base)
        land += 1e3 * standing * sum(row.get("land", {}).values())
        kt = max(0.0, float(plan.tonnes[row["id"]][at]))
        tonnes_all += kt
        measure = case.catalogue[base]
        tonnes_c += kt if "C" in (measure.effect.evidence, measure.cost.evidence) else 0.0
    return {
        "t_2030": float(path[4]),
        "t_2040": float(path[14]),
        "t_2045": float(path[19]),
        "target_year": year,
        "missed_t": max(0.0, float(path[year - case.years[0]]) - cap),
        "extra_eur": 1e6 * (money - money_of(plan.baseline)),
        "priced_eur": 1e6 * (answer["cost"] - money),
        "land_ha": land,
        "evidence_c_share": tonnes_c / tonnes_all if tonnes_all > 0 else 0.0,
        "measures": len(used),
        "spending_eur": case.partnership.levers.spending_eur,
        "checks_failed": [c["name"] for c in answer["checks"] if not c["passed"]],
    }


def compare(a: Path, b: Path) -> dict[str, Any]:
    """Two written plans (folders or results.json): differences that add up, see `roadmap.compare`."""
    from stadtland.roadmap import compare as room
    from stadtland.roadmap import reading_plan

    return room.compare(reading_plan.results(a), reading_plan.results(b))
