"""Components of uncertainty of a plan: what each factor of the draws moves, by member and account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadtland.toolbox import Measure

from .attribution import generation, horizon
from .case import Case, caps_scale
from .certainty import Component, settings
from .outlook import Outlook, outlook
from .system import reference_by_sector, reference_t, system

Array = NDArray[np.float64]
ACCOUNTS = ("bisko", "gross", "net", "partnership", "cap_own", "cap_joint")
BISKO_SECTORS = ("HH", "GHD", "KE", "IND", "VK")
IN_GROSS, IN_NET = (1, 2, 3), (2, 3)


def components(
    case: Case, instance: Mapping[str, Any], answer: Mapping[str, Any], tonnes: Mapping[str, Array],
    sigmas: Mapping[str, Mapping[str, float]],
) -> list[Component]:
    """All components (members × accounts × years, kt). `sigmas`: member → sector → sigma of the inventory."""
    found = _inventory(case, sigmas)
    found += _outside(case, instance, answer)
    found += _measures(case, instance, answer, tonnes)
    return found


def _empty(case: Case) -> Array:
    return np.zeros((len(case.ags), len(ACCOUNTS), len(case.years)))


def _inventory(case: Case, sigmas: Mapping[str, Mapping[str, float]]) -> list[Component]:
    """A sector that is larger than estimated raises the account in all years and, for relative targets, the cap."""
    found = []
    own, joint = caps_scale(case)
    for i, sys in enumerate(case.systems):
        base = outlook_at_base(case)
        start = reference_by_sector(system(sys.ags, case.blocks[sys.ags], base, case.like), base)
        for sector, path in reference_by_sector(sys, case.outlook).items():
            sigma = sigmas.get(sys.ags, {}).get(sector, 0.0)
            if not sigma or not np.any(path):
                continue
            up = _empty(case)
            for a in IN_GROSS:
                up[i, a] = path / 1e3
            if sector in BISKO_SECTORS:
                up[i, 0] = path / 1e3
            up[i, 4] = own[sys.ags] * float(start[sector][0]) / 1e3
            up[i, 5] = joint * float(start[sector][0]) / 1e3
            found.append(Component("inventory", f"{sector}@{sys.ags}", sigma, up, up))
    return found


def outlook_at_base(case: Case) -> Outlook:
    """The outlook of the inventory year alone."""
    year = case.partnership.inventory_year
    heads = {a: float(p) for a, p in zip(case.inventory.ags, case.inventory.population, strict=True)}
    return outlook(case.ags, [year], year, heads)


def _outside(case: Case, instance: Mapping[str, Any], answer: Mapping[str, Any]) -> list[Component]:
    heads = {a: float(p) for a, p in zip(case.inventory.ags, case.inventory.population, strict=True)}
    year = case.partnership.inventory_year
    low = outlook(case.ags, case.years, year, heads, "low")
    high = outlook(case.ags, case.years, year, heads, "high")
    fields = {"grid": ("ef_el",), "fleet": ("bev", "truck_bev"), "population": ("population", "heads")}
    found = []
    for group, names in fields.items():
        sides = []
        for view in (high, low):
            changed = replace(case.outlook, **{n: getattr(view, n) for n in names})
            side = _empty(case)
            for i, sys in enumerate(case.systems):
                moved = system(sys.ags, case.blocks[sys.ags], changed, case.like)
                delta = (reference_t(moved, changed) - reference_t(sys, case.outlook)) / 1e3
                side[i, :4] += delta
            if group == "grid":
                _grid_of_measures(case, instance, answer, (view.ef_el - case.outlook.ef_el), side)
            if group == "population":
                _heads(case, changed, side)
            sides.append(side)
        found.append(Component(group, group, None, sides[0], sides[1]))
    return found


def _grid_of_measures(
    case: Case, instance: Mapping[str, Any], answer: Mapping[str, Any], change: Array, side: Array
) -> None:
    ef = case.outlook.ef_el
    for row in instance["measures"]:
        found = answer["measures"][row["id"]]
        i = case.ags.index(row["member"])
        side[i, :4] += np.asarray(found.get("electricity_kt", np.zeros(len(ef)))) / ef * change
        side[i, 3] -= generation(row, np.asarray(found["standing"], dtype=float)) * change


def _heads(case: Case, changed: Outlook, side: Array) -> None:
    """A cap per head moves with the population."""
    for i, member in enumerate(case.partnership.members):
        if member.target is not None and member.target.unit == "t_per_head":
            ratio = changed.heads[member.ags] / case.outlook.heads[member.ags] - 1
            side[i, 4] += ratio * case.own_caps[member.ags] / 1e3


def _measures(
    case: Case, instance: Mapping[str, Any], answer: Mapping[str, Any], tonnes: Mapping[str, Array]
) -> list[Component]:
    n = horizon(instance)
    groups: dict[tuple[str, str], Array] = {}
    for row in instance["measures"]:
        measure: Measure = case.catalogue[row["id"].split("@")[0]]
        if measure.reference or not np.any(tonnes[row["id"]]):
            continue
        i = case.ags.index(row["member"])
        found = answer["measures"][row["id"]]
        removed = np.asarray(found.get("credited_kt", np.zeros(n)), dtype=float)
        made = generation(row, np.asarray(found["standing"], dtype=float)) * case.outlook.ef_el
        saved = tonnes[row["id"]] - removed - made
        field = measure.field
        for group, amount, accounts in (
            ("uptake", saved, _gross_accounts(measure)), ("uptake", removed, IN_NET), ("uptake", made, (3,)),
            ("effect", saved, _gross_accounts(measure)), ("removal", removed, IN_NET), ("generation", made, (3,)),
        ):  # fmt: skip
            if np.any(amount):
                path = groups.setdefault((group, field), _empty(case))
                for a in accounts:
                    path[i, a] -= amount
    return [Component(g, f"{g}:{f}", float(settings()[g]["sigma"]), p, p) for (g, f), p in groups.items()]


def _gross_accounts(measure: Measure) -> Sequence[int]:
    if measure.planning_class == "land":
        return IN_NET
    return IN_GROSS if measure.planning_class == "process" else (0, *IN_GROSS)
