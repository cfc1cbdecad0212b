"""Use cases that explain a written plan from its folder: a measure, a missed target, the whole; and other good
plans."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from stadtland.base.errors import InputError
from stadtland.roadmap import reading_plan


def measure(place: Path, ident: str) -> dict[str, Any]:
    """Why a measure is in a plan or not (`roadmap.explain.explain`), with titles and names where results.json has
    them."""
    from stadtland.roadmap.explain import explain

    found = explain(reading_plan.instance(place), ident)
    return found | _named(place, found["measure"])


def _results(place: Path) -> dict[str, Any] | None:
    return reading_plan.results(place) if place.is_dir() and (place / "results.json").exists() else None


def _named(place: Path, ident: str) -> dict[str, Any]:
    found = _results(place)
    row: Mapping[str, Any] = {}
    names: dict[str, str] = {}
    if found is not None:
        row = next((r for r in found["roadmap"]["measures"] if r["id"] == ident), {})
        names = {m["ags"]: m["name"] for m in found["partnership"]["members"]}
    title = row.get("title", {"de": ident, "en": ident})
    return {
        "title": title,
        "unit": row.get("unit_name", {"de": row.get("unit", ""), "en": row.get("unit", "")}),
        "names": names,
    }


def target(place: Path, who: str) -> dict[str, Any]:
    """The smallest set of changes with which a target would be met: `who` = joint, a code, or kind:year of an instance.

    The row of a net, gross or BISKO target covers all members with a target of that kind together. InputError
    `target-none`.
    """
    from stadtland.roadmap.reach import reach
    from stadtland.roadmap.solved import Solved

    found = _results(place)
    kind, _, year = who.partition(":")
    if found is not None and who in found["roadmap"]["target"]:
        entry = found["roadmap"]["target"][who]
        kind, year = entry["account"].removesuffix("_t"), str(entry["year"])
    if not year.isdigit():
        known = ", ".join(found["roadmap"]["target"]) if found else "partnership:2045 and the like"
        raise InputError("target-none", f"no target {who!r}", "--target", f"known: {known}")
    solved = Solved.of(reading_plan.instance(place))
    rows = reach(solved, kind, int(year))
    titles = {}
    if found is not None:
        titles = {r["id"]: r["title"] for r in found["roadmap"]["measures"]}
    for row in rows["changes"]:
        base, _, owner = row["id"].partition("@")
        row["title"] = titles.get(base, {"de": base, "en": base})
        row["member"] = owner
    names = {m["ags"]: m["name"] for m in found["partnership"]["members"]} if found else {}
    return rows | {"who": who, "names": names}


def overview(place: Path) -> dict[str, Any]:
    """{waterfall[], prices[], binding[], cost_curve[], timeline[]} of a plan."""
    from stadtland.roadmap import scarce, waterfall
    from stadtland.roadmap.solved import Solved

    found = _results(place)
    document = reading_plan.instance(place)
    solved = Solved.of(document)
    titles, names = {}, {}
    if found is not None:
        titles = {r["id"]: r["title"] for r in found["roadmap"]["measures"]}
        names = {m["ags"]: m["name"] for m in found["partnership"]["members"]}
    return {
        "waterfall": [waterfall.steps(found, y) for y in (2030, 2040, 2045)] if found else [],
        "timeline": waterfall.timeline(found) if found else [],
        "prices": scarce.prices(solved),
        "binding": [{"kind": x.kind, "id": x.id, "worth_meur": x.worth} for x in scarce.binding(solved)],
        "cost_curve": scarce.cost_curve(document, solved),
        "titles": titles,
        "names": names,
    }


def other_plans(
    place: Path,
    epsilons: list[float] | None = None,
    chosen: list[str] | None = None,
    jobs: int = 2,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Near-optimal alternatives of a plan or instance (`roadmap.alternatives`); extra cost from results.json where it
    is."""
    from stadtland.roadmap.alternatives import EPSILONS, alternatives

    steps = epsilons or list(EPSILONS)
    for e in steps:
        if not 0 < e <= 0.5:
            raise InputError(
                "epsilon-range", f"{e:g} is no share of extra cost", "--epsilon", "use 0.01 to 0.05, at most 0.5"
            )
    found = _results(place)
    extra = None
    if found is not None and found.get("cooperation", {}).get("together_real_eur") is not None:
        extra = found["cooperation"]["together_real_eur"] / 1e6
    rows = alternatives(reading_plan.instance(place), extra, steps, chosen, jobs=jobs, progress=progress)
    titles = {r["id"]: r["title"] for r in found["roadmap"]["measures"]} if found else {}
    units = {r["id"]: r["unit"] for r in found["roadmap"]["measures"]} if found else {}
    return rows | {"titles": titles, "units": units}
