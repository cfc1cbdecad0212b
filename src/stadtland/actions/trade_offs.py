"""Use cases: fronts of a partnership (cost, tonnes, adaptation, regional value) and what the next figure is worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

Progress = Callable[[int, int], None] | None


def _case(name: str, data: Path | None) -> Any:
    from stadtland.roadmap import partnership as files
    from stadtland.roadmap.case import gather

    return gather(files.load(name), data)


def fronts(
    name: str, data: Path | None = None, hazard: str | None = None, points: int = 3, progress: Progress = None
) -> dict[str, Any]:
    """`roadmap.fronts.front` with regional value (EUR a year in 2045) and, for a hazard, units of its measures that
    add up.

    Adaptation is never summed over hazards: one hazard and one indicator at a time (the one most measures of the plan
    act on). InputError `word-unknown` for a hazard.
    """
    from stadtland.base import strict
    from stadtland.roadmap import fronts as room
    from stadtland.roadmap import plan
    from stadtland.roadmap.solved import Solved
    from stadtland.toolbox.resilience import content

    case = _case(name, data)
    solved = Solved.of(plan.document(case, plan.options(case, case.partnership.target_key, plan.prices(case)[1])))
    values = regional_value(case)
    aims = [room.missed(solved), room.by_measure(solved, "regional_value", values, "EUR a year")]
    named = None
    if hazard is not None:
        strict.one_of(hazard, content.hazards(), "--hazard")
        named, units = _adaptation(hazard)
        if named is not None:
            aims.append(room.by_measure(solved, "adaptation", units, named["unit"]))
    return room.front(solved, aims, points, progress) | {"hazard": hazard, "indicator": named}


def regional_value(case: Any) -> dict[str, float]:
    """Central regional value of a standing unit a year, EUR, by measure: yearly stages of the open method and
    publications."""
    from stadtland.toolbox.regional_value import stages

    found = {}
    for measure in case.catalogue.values():
        if not measure.reference:
            rows = [s for s in stages(measure, 1.0) if s["period"] == "year"]
            found[measure.id] = float(sum(s["total_eur"]["central"] for s in rows))
    return found


def _adaptation(hazard: str) -> tuple[dict[str, Any] | None, dict[str, float]]:
    from stadtland.toolbox.resilience import content

    by_indicator: dict[str, dict[str, float]] = {}
    unit: dict[str, str] = {}
    for e in content.effects():
        if e.hazard == hazard and e.combine == "sum":
            by_indicator.setdefault(e.indicator, {})[e.measure] = float(e.central)
            unit[e.indicator] = e.unit
    if not by_indicator:
        return None, {}
    name = max(by_indicator, key=lambda k: (len(by_indicator[k]), k))
    return {"id": name, "unit": unit[name]}, by_indicator[name]


def next_datum(name: str, data: Path | None = None, progress: Progress = None) -> dict[str, Any]:
    """{rows[{id, title, value_eur, swing_eur, changed, evidence}], method}: capex of every measure, every price
    series."""
    from stadtland.roadmap import next_datum as room
    from stadtland.roadmap import plan
    from stadtland.roadmap.outlook import outlook
    from stadtland.roadmap.solved import Solved
    from stadtland.roadmap.system import system

    case = _case(name, data)
    opts = plan.options(case, case.partnership.target_key, plan.prices(case)[1])
    document = plan.document(case, opts)
    solved = Solved.of(document)
    ranges, evidence, titles = {}, {}, {}
    offered = {r["id"].partition("@")[0] for r in document["measures"]}
    for measure in case.catalogue.values():
        capex = measure.parameter("capex_eur")
        if measure.id in offered and capex is not None and capex.central > 0 and capex.low < capex.high:
            ranges[measure.id] = (capex.low / capex.central, capex.high / capex.central)
            evidence[f"capex.{measure.id}"] = capex.evidence
            titles[f"capex.{measure.id}"] = measure.title.model_dump()
    figures = room.measure_costs(document, ranges)
    heads = {a: float(p) for a, p in zip(case.inventory.ags, case.inventory.population, strict=True)}
    views = {k: outlook(case.ags, case.years, case.partnership.inventory_year, heads, k) for k in ("low", "high")}
    for price in case.outlook.prices:
        levels = {"central": document}
        for k, view in views.items():
            changed = replace(case.outlook, prices={**case.outlook.prices, price: view.prices[price]})
            systems = tuple(system(a, case.blocks[a], changed, case.like) for a in case.ags)
            levels[k] = plan.document(replace(case, outlook=changed, systems=systems), opts)
        figures[f"price.{price}"] = levels
        titles[f"price.{price}"] = {"de": f"Preisreihe {price}", "en": f"price series {price}"}
    rows = room.worth(solved, figures, progress)
    return {
        "rows": [
            {
                "id": r["id"],
                "title": titles[r["id"]],
                "value_eur": None if r["value_meur"] is None else 1e6 * r["value_meur"],
                "swing_eur": 1e6 * r["swing_meur"],
                "changed": r["changed"],
                "evidence": evidence.get(r["id"]),
            }
            for r in rows
        ],
        "weights": dict(room.WEIGHTS),
    }
