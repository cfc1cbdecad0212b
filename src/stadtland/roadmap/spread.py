"""Components of uncertainty of a plan: what each factor of the draws moves, by member and account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadtland.toolbox import Measure

from .attribution import generation, horizon
from .case import Case, caps_scale, computed_livestock
from .certainty import Component, settings
from .outlook import Outlook, outlook
from .system import SECTOR_OF, reference_by_sector, system

Array = NDArray[np.float64]
ACCOUNTS = ("bisko", "gross", "net", "partnership", "cap_own", "cap_joint")
BISKO_SECTORS = ("HH", "GHD", "KE", "IND", "VK")
IN_GROSS, IN_NET = (1, 2, 3), (2, 3)


def components(
    case: Case,
    instance: Mapping[str, Any],
    answer: Mapping[str, Any],
    tonnes: Mapping[str, Array],
    sigmas: Mapping[str, Mapping[str, float]],
) -> list[Component]:
    """All components (members × accounts × years, kt). `sigmas`: member → sector → sigma of the inventory."""
    left = left_by_sector(case, instance, answer)
    found = _inventory(case, sigmas, left)
    found += _outside(case, instance, answer, left)
    found += _measures(case, instance, answer, tonnes)
    return found


def _empty(case: Case) -> Array:
    return np.zeros((len(case.ags), len(ACCOUNTS), len(case.years)))


Left = Mapping[str, Mapping[str, Array]]


def left_by_sector(case: Case, instance: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, dict[str, Array]]:
    """What the plan leaves of each sector, kt a year: member → sector → years, as in `reference_by_sector`."""
    left: dict[str, dict[str, Array]] = {}
    n = horizon(instance)

    def add(ags: str, sector: str, kt: Any) -> None:
        table = left.setdefault(ags, {})
        table[sector] = table.get(sector, np.zeros(n)) + np.asarray(kt)

    for service in instance["services"]:
        name = service["id"].partition("@")[0]
        add(service["member"], SECTOR_OF[name], answer["services"][service["id"]]["legacy_kt"])
    for row in instance["measures"]:
        found = answer["measures"][row["id"]]
        if row.get("service"):
            add(row["member"], SECTOR_OF[row["service"].partition("@")[0]], found.get("emitted_kt", np.zeros(n)))
        if row["class"] == "process":
            sector = row["line"].partition(".")[0] if "line" in row else "AGR"
            add(row["member"], sector, -np.asarray(found.get("lowered_kt", np.zeros(n))))
    for sys in case.systems:
        for name, mwh in sys.electricity.items():
            add(sys.ags, SECTOR_OF[name], mwh * case.outlook.ef_el / 1e3)
        for line, t in sys.rest_t.items():
            add(sys.ags, line.split(".", 1)[0], t / 1e3)
    return left


def _bounded(delta: Array, reference: Array, left: Array) -> Array:
    """A smaller source cannot save more than the plan leaves of it: reductions count with the share that is left."""
    share = np.clip(np.divide(left, reference, out=np.ones_like(reference), where=reference > 1e-12), 0.0, 1.0)
    return np.where(delta < 0, delta * share, delta)


def _inventory(case: Case, sigmas: Mapping[str, Mapping[str, float]], left: Left) -> list[Component]:
    """A sector that is larger than estimated raises the account in all years and, for relative targets, the cap.

    Larger: what is more is served by today's mix, for the plan is fixed. Smaller: the plan leaves less.
    """
    found = []
    own, joint = caps_scale(case)
    for i, sys in enumerate(case.systems):
        base = outlook_at_base(case)
        start = reference_by_sector(system(sys.ags, case.blocks[sys.ags], base, case.like), base)
        for sector, path in reference_by_sector(sys, case.outlook).items():
            sigma = sigmas.get(sys.ags, {}).get(sector, 0.0)
            if not sigma or not np.any(path):
                continue
            up, down = _empty(case), _empty(case)
            smaller = _bounded(-path / 1e3, path / 1e3, left[sys.ags].get(sector, path / 1e3))
            for a in IN_GROSS if sector not in BISKO_SECTORS else (0, *IN_GROSS):
                up[i, a], down[i, a] = path / 1e3, smaller
            herd = computed_livestock(case, sys.ags) if sector == "AGR" else 0.0
            base_t = float(start[sector][0])
            for a, scale in ((4, own[sys.ags]), (5, joint)):
                up[i, a] = (scale * (base_t - herd) + (herd if in_account(case, i, a) else 0.0)) / 1e3
                down[i, a] = -up[i, a]
            found.append(Component("inventory", f"{sector}@{sys.ags}", sigma, up, down))
    return found


def outlook_at_base(case: Case) -> Outlook:
    """The outlook of the inventory year alone."""
    year = case.partnership.inventory_year
    heads = {a: float(p) for a, p in zip(case.inventory.ags, case.inventory.population, strict=True)}
    return outlook(case.ags, [year], year, heads)


def in_account(case: Case, member: int, account: int) -> bool:
    """Whether agriculture belongs to the account whose cap is meant (4: the member's own target, 5: the joint one)."""
    target = case.partnership.members[member].target
    return account == 5 or target is None or target.kind != "bisko_gross"


def _outside(case: Case, instance: Mapping[str, Any], answer: Mapping[str, Any], left: Left) -> list[Component]:
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
                before = reference_by_sector(sys, case.outlook)
                for sector, t in reference_by_sector(moved, changed).items():
                    delta = (t - before[sector]) / 1e3
                    if group != "grid":
                        delta = _bounded(delta, before[sector] / 1e3, left[sys.ags][sector])
                    side[i, slice(0 if sector in BISKO_SECTORS else 1, 4)] += delta
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
            ("uptake", saved, _gross_accounts(measure)),
            ("uptake", removed, IN_NET),
            ("uptake", made, (3,)),
            ("effect", saved, _gross_accounts(measure)),
            ("removal", removed, IN_NET),
            ("generation", made, (3,)),
        ):
            if np.any(amount):
                path = groups.setdefault((group, field), _empty(case))
                for a in accounts:
                    path[i, a] -= amount
    return [Component(g, f"{g}:{f}", float(settings()[g]["sigma"]), p, -p) for (g, f), p in groups.items()]


def _gross_accounts(measure: Measure) -> Sequence[int]:
    if measure.planning_class == "land":
        return IN_NET
    return IN_GROSS if measure.planning_class == "process" else (0, *IN_GROSS)
