"""Use cases without a plan: a game, an instance, a new partnership file."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from stadtland.base import json_file
from stadtland.base.errors import InputError


def share(path: Path) -> dict[str, Any]:
    """The answer of a GAME.json, or the shares of a written plan (a folder or results.json)."""
    from stadtland import sharing

    from .share_plan import is_plan, share_plan

    if is_plan(path):
        return share_plan(path)
    return sharing.solve_game(sharing.read(path))


def solve(
    path: Path,
    coalitions: bool = False,
    jobs: int = 2,
    pairs: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """The answer of an INSTANCE.json, with coalitions, rules and the Owen point on request.

    Exact to twelve members; `pairs`: Shapley shares from so many pairs of orders instead, for any number of members.
    """
    from stadtland import sharing
    from stadtland.roadmap.answer import answer
    from stadtland.roadmap.build import build
    from stadtland.roadmap.coalitions import coalitions as all_sets
    from stadtland.roadmap.coalitions import game
    from stadtland.roadmap.lexical import solve_saved
    from stadtland.roadmap.loading import load
    from stadtland.roadmap.lumpy import polish
    from stadtland.roadmap.owen import owen

    instance = load(path)
    if coalitions and pairs is None and len(instance.members) > sharing_limit():
        raise InputError(
            "members-many",
            f"{len(instance.members)} members are too many for exact coalitions ({sharing_limit()})",
            str(path),
            "sample orders with --pairs 50, or leave --coalitions out",
        )
    solution = solve_saved(build(instance))
    result = answer(instance, solution)
    if solution.status == "ok" and any(m.lump for m in instance.measures):
        result["whole_objects"] = polish(instance, solution)
    if not coalitions or solution.status != "ok":
        return result
    if pairs is not None:
        return result | sampled(instance, solution, jobs, pairs, progress)
    found = all_sets(instance, jobs, progress)
    cost = {tuple(c["members"]): c["cost"] for c in found}
    point = owen(solution)
    rules = sharing.solve_game(game(instance, found))
    return result | {
        "alone": {m: cost[m,] for m in instance.members},
        "together": cost[instance.members],
        "coalitions": found,
        "rules": rules["rules"],
        "core_empty": rules["core_empty"],
        "corridor": rules["corridor"],
        "owen": point.point,
        "owen_interval": {m: list(v) for m, v in point.interval.items()},
        "owen_unique": point.unique,
    }


def sampled(
    instance: Any, solution: Any, jobs: int, pairs: int, progress: Callable[[int, int], None] | None
) -> dict[str, Any]:
    """Shapley shares from sampled orders with their standard errors, and the Owen point (one solve)."""
    from stadtland import sharing
    from stadtland.roadmap import runs
    from stadtland.roadmap.owen import owen

    def values(sets: Sequence[frozenset[str]]) -> dict[frozenset[str], float]:
        tasks = [("it", tuple(m for m in instance.members if m in s), False) for s in sets]
        found = runs.run({"it": instance.source}, tasks, jobs, progress)
        return {s: found["it", t[1]]["cost"] for s, t in zip(sets, tasks, strict=True)}

    drawn = sharing.sampling.shapley_sampled(instance.members, values, pairs)
    point = owen(solution)
    alone = values([frozenset([m]) for m in instance.members])
    return {
        "alone": {m: alone[frozenset([m])] for m in instance.members},
        "together": solution.cost,
        "shapley_sampled": {"values": drawn.shares, "standard_error": drawn.error, "orders": drawn.orders},
        "coalitions_valued": len(drawn.coalitions),
        "owen": point.point,
        "owen_interval": {m: list(v) for m, v in point.interval.items()},
        "owen_unique": point.unique,
    }


def sharing_limit() -> int:
    """Largest number of members for which all coalitions are solved exactly."""
    return 12


def verify(folder: Path) -> list[dict[str, Any]]:
    """Checks of a written plan from instance.json and results.json in a folder, and from nothing else."""
    from stadtland.roadmap.verify import verify as run

    instance, results = (json_file.read(folder / name, finite=True) for name in ("instance.json", "results.json"))
    try:
        return run(instance, results)
    except (KeyError, TypeError, IndexError, ValueError, AttributeError) as error:
        raise InputError(
            "plan-incomplete",
            f"the two files do not form a whole plan: {type(error).__name__} {error}",
            str(folder),
            "compute the plan again with stadtland plan",
        ) from None


def new(name: str, ags: Sequence[str], data: Path | None = None) -> str:
    """Text of a partnership file for these municipalities: the largest is the city, the others rural."""
    from stadtland import facts

    inventory_year = 2021
    members = facts.load_members(tuple(ags), inventory_year, data)
    city = max(members, key=lambda m: m.value("population")).ags
    lines = [
        "[partnership]",
        f"name = {json.dumps(name, ensure_ascii=False)}",
        f"inventory_year = {inventory_year}",
        'target_key = "equal_percent"',
        "",
    ]
    for member in members:
        lines += [
            "[[member]]",
            f'ags = "{member.ags}"  # {member.name}',
            f'role = "{"city" if member.ags == city else "rural"}"',
            "",
        ]
    return "\n".join(lines)
