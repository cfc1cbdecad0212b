"""What every set of members would pay alone: each coalition solved cold with the caps of the full partnership."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from stadtland.base.errors import ComputationError

from .build import build
from .instance import Instance
from .solve import solve


def subsets(members: tuple[str, ...]) -> list[tuple[str, ...]]:
    """All non-empty sets of members; bit i of the place + 1 stands for member i."""
    return [tuple(m for i, m in enumerate(members) if k >> i & 1) for k in range(1, 2 ** len(members))]


def coalitions(
    instance: Instance, jobs: int = 1, progress: Callable[[int, int], None] | None = None
) -> list[dict[str, Any]]:
    """Cost of every non-empty set: `[{members, cost}]`, sets in the order of `subsets`, cost in M EUR present value.

    `jobs` > 1 spreads the sets over processes; the numbers do not depend on it. `progress(done, all)` is called after
    each set. ComputationError `coalition-not-solved` names a set whose programme has no optimum.
    """
    sets = subsets(instance.members)
    result = []
    for done, (chosen, (status, cost, message)) in enumerate(
        zip(sets, _costs(instance, sets, jobs), strict=True), start=1
    ):
        if status != "ok":
            raise ComputationError(
                "coalition-not-solved",
                f"the programme of {', '.join(chosen)} ended with {status}: {message}",
                "coalitions",
            )
        result.append({"members": list(chosen), "cost": cost})
        if progress is not None:
            progress(done, len(sets))
    return result


def game(instance: Instance, found: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The cost game of solved coalitions as a GAME document for the sharing room."""
    return {
        "kind": "cost",
        "players": list(instance.members),
        "values": {",".join(c["members"]): c["cost"] for c in found},
    }


def _costs(instance: Instance, sets: list[tuple[str, ...]], jobs: int) -> Iterable[tuple[str, float, str]]:
    if jobs <= 1 or len(sets) < 4:
        yield from (_cost(instance, chosen) for chosen in sets)
        return
    # large sets first, so that no process ends with the longest one
    order = sorted(range(len(sets)), key=lambda k: -len(sets[k]))
    with ProcessPoolExecutor(jobs, initializer=_keep, initargs=(instance,)) as pool:
        futures = {k: pool.submit(_kept_cost, sets[k]) for k in order}
        yield from (futures[k].result() for k in range(len(sets)))


def _cost(instance: Instance, chosen: tuple[str, ...]) -> tuple[str, float, str]:
    solution = solve(build(instance, chosen))
    return solution.status, solution.cost, solution.message


_KEPT: list[Instance] = []


def _keep(instance: Instance) -> None:
    _KEPT[:] = [instance]


def _kept_cost(chosen: tuple[str, ...]) -> tuple[str, float, str]:
    return _cost(_KEPT[0], chosen)
