"""The case of a partnership: everything a plan needs, gathered once and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadtland import facts, inventory, toolbox
from stadtland.base.errors import InputError
from stadtland.base.locale import LANGUAGES
from stadtland.base.texts import text
from stadtland.facts import series
from stadtland.facts.municipality import Municipality
from stadtland.inventory import Inventory
from stadtland.toolbox import Measure, Potential

from . import limits, own_figures, targets
from .assemble import FIRST, LAST, Offer
from .blocks import Block, blocks
from .levers import adjust
from .outlook import Outlook, outlook
from .partnership import Partnership
from .system import Like, System, system

Array = NDArray[np.float64]
PLANNED_CLASSES = ("supply", "process", "land")


@dataclass(frozen=True)
class Case:
    """Members, inventory, outside paths, reference systems, offers, land and caps of one partnership."""

    partnership: Partnership
    members: tuple[Municipality, ...]
    inventory: Inventory
    accounts: Mapping[str, Mapping[str, float]]
    outlook: Outlook
    blocks: Mapping[str, list[Block]]
    systems: tuple[System, ...]
    catalogue: Mapping[str, Measure]
    potentials: Mapping[tuple[str, str], Potential]
    offers: tuple[Offer, ...]
    reasons: Mapping[tuple[str, str], str]
    land_ha: Mapping[str, Mapping[str, float]]
    like: Mapping[str, Like]
    need_rows: tuple[dict[str, Any], ...] = ()
    margins: Mapping[str, Mapping[str, Array]] = field(default_factory=dict)  # by kind of cap and member, t
    missed_price: float = 1.0  # factor on the price of missed tonnes that a reliability needs

    @property
    def ags(self) -> tuple[str, ...]:
        return self.partnership.ags

    @property
    def years(self) -> tuple[int, ...]:
        return self.outlook.years

    def detail(self, measure_id: str, ags: str) -> dict[str, str]:
        """Why a potential is nothing, in both languages, from the potential function."""
        found = self.potentials[measure_id, ags]
        key = found.reason if "." in str(found.reason) else f"potential.{found.reason}"
        return {lang: text(str(key), lang, **found.reason_params) for lang in LANGUAGES}

    @property
    def own_caps(self) -> dict[str, Array]:
        """Cap of every member's own target, t a year, whatever its account."""
        found = caps(self, self.partnership.target_key)
        return {
            m.ags: found["net" if m.target is None else {"bisko_gross": "bisko"}.get(m.target.kind, m.target.kind)][
                m.ags
            ]
            for m in self.partnership.members
        }


def gather(partnership: Partnership, data: Path | None = None) -> Case:
    """Facts, inventory, catalogue and potentials of the members; InputError for what is missing or unknown."""
    ags = partnership.ags
    loaded = facts.load_members(ags, partnership.inventory_year, data)
    members, own = own_figures.apply(loaded, partnership.overrides)
    inv = inventory.build(ags, partnership.inventory_year, data, own or None)
    catalogue = toolbox.catalogue()
    _known_measures(partnership, catalogue)
    years = range(FIRST, LAST + 1)
    population = {a: float(p) for a, p in zip(inv.ags, inv.population, strict=True)}
    view = outlook(ags, years, partnership.inventory_year, population)
    grouped = {
        a: blocks(inv.lines, np.asarray(inv.energy_mwh)[:, i], np.asarray(inv.t_co2e)[:, i])
        for i, a in enumerate(inv.ags)
    }
    like = _like(catalogue)
    systems = tuple(system(a, grouped[a], view, like) for a in ags)
    potentials = _potentials(catalogue, members, inv)
    need_rows = limits.checked(partnership.limits, members, catalogue)
    offers, reasons = _offers(partnership, catalogue, potentials, limits.covering(partnership.limits, need_rows))
    _locks_apply(partnership, reasons)
    land = {m.ags: land_classes(m) for m in members}
    found = Case(
        partnership,
        members,
        inv,
        inventory.accounts(inv),
        view,
        grouped,
        systems,
        catalogue,
        potentials,
        offers,
        reasons,
        land,
        like,
        tuple(need_rows),
    )
    return adjust(found)


def _like(catalogue: Mapping[str, Measure]) -> dict[str, Like]:
    """The like-for-like technology of every service, from the reference measures."""
    found: dict[str, Like] = {}
    for m in catalogue.values():
        if m.reference and m.plan.service is not None:
            fuel = m.parameter("fuel_mwh_per_unit")
            per_unit = m.parameter("service_per_unit")
            ratio = fuel.central / per_unit.central if fuel is not None and per_unit is not None else 1.0
            found[m.plan.service] = Like(m.plan.fuel, ratio)
    return found


def _known_measures(partnership: Partnership, catalogue: Mapping[str, Measure]) -> None:
    import difflib

    named = {*partnership.exclude, *partnership.max_units, *(m for locks in partnership.locks.values() for m in locks)}
    for mid in sorted(named):
        if mid not in catalogue:
            near = difflib.get_close_matches(mid, catalogue, 1)
            raise InputError(
                "measure-unknown",
                f"there is no measure {mid!r} in the catalogue",
                "partnership file",
                f"did you mean {near[0]!r}?" if near else "see stadtland measures list",
            )
    for ags, locks in partnership.locks.items():
        for mid, units in locks.items():
            if mid in partnership.exclude and any(units.values()):
                raise InputError(
                    "lock-contradiction",
                    f"{mid} is locked in for {ags} and excluded at the same time",
                    "partnership file",
                    "remove the lock or the exclusion",
                )


def _locks_apply(partnership: Partnership, reasons: Mapping[tuple[str, str], str]) -> None:
    """A lock on a measure that the plan cannot use there is an error, not silence."""
    for ags, locks in partnership.locks.items():
        for mid, units in locks.items():
            reason = reasons.get((mid, ags))
            if reason is not None and any(units.values()):
                cures = {"evidence_c": "set include_evidence_c = true under [measures]"}
                raise InputError(
                    "lock-no-offer",
                    f"{mid} is locked in for {ags}, but the plan cannot use it there: {reason}",
                    f"locks.{ags}.{mid}",
                    cures.get(reason, "remove the lock or give the figure its potential needs"),
                )


def _potentials(
    catalogue: Mapping[str, Measure], members: Sequence[Municipality], inv: Inventory
) -> dict[tuple[str, str], Potential]:
    found = {}
    for measure in catalogue.values():
        for member in members:
            found[measure.id, member.ags] = toolbox.potential(measure, member, inv)
    return found


def evidence_of(measure: Measure) -> tuple[str, str]:
    """(evidence of effect, evidence of cost) of a measure."""
    return measure.effect.evidence, measure.cost.evidence


def _offers(
    partnership: Partnership,
    catalogue: Mapping[str, Measure],
    potentials: Mapping[tuple[str, str], Potential],
    covering: Mapping[tuple[str, str], float],
) -> tuple[tuple[Offer, ...], dict[tuple[str, str], str]]:
    """Measures the programme may use, and for all others the reason (text id in `reasons`).

    `covering`: (measure, AGS) → units a known need can use. Such an adaptation measure is offered; where nobody has
    counted its room, the need itself is its bound.
    """
    offers: list[Offer] = []
    reasons: dict[tuple[str, str], str] = {}
    for measure in catalogue.values():
        for member in partnership.members:
            pair = (measure.id, member.ags)
            if measure.reference:
                offers.append(Offer(measure, member.ags, None))
                continue
            room = covering.get(pair)
            reason = _why_not(partnership, measure, potentials[pair], room)
            if reason:
                reasons[pair] = reason
                continue
            found = potentials[pair]
            units = found.central
            if room is not None and _uncounted(found):
                units = room
            limit = partnership.max_units.get(measure.id)
            if isinstance(limit, dict):
                limit = limit.get(member.ags)
            offers.append(Offer(measure, member.ags, units, limit))
    return tuple(offers), reasons


def _uncounted(potential: Potential) -> bool:
    """Whether nobody knows the room for a measure: unknown is not zero."""
    return potential.reason in ("potential.no_data", "potential.no_figure") or not np.isfinite(potential.central)


def _why_not(partnership: Partnership, measure: Measure, potential: Potential, room: float | None = None) -> str:
    if measure.id in partnership.exclude:
        return "excluded"
    if measure.planning_class == "enabling":
        return "enabling"
    if measure.planning_class == "adaptation" and room is None:
        return "adaptation_need_unknown"
    if potential.reason == "potential.not_here":
        return "other_side"
    if "C" in evidence_of(measure) and not partnership.include_evidence_c:
        return "evidence_c"
    if room is not None and measure.planning_class == "adaptation" and _uncounted(potential):
        return ""
    if potential.reason == "potential.no_data":
        return "potential_unknown"
    return "no_potential" if potential.central <= 0 else ""


def land_classes(member: Municipality) -> dict[str, float]:
    """Hectares a member has by class; arable and grassland from its own split where known."""
    farmland = member.value("area.veg_agri")
    arable = member.maybe("agri.arable")
    arable = farmland if arable is None else min(float(arable), farmland)
    return {
        "arable": arable,
        "grassland": farmland - arable,
        "forest": member.value("area.veg_forrest"),
        "settlement": member.value("area.land_settlement"),
        "water": member.maybe("area.water_total", 0.0) or 0.0,
        "other": member.maybe("area.veg_plant_uncover_com", 0.0) or 0.0,
    }


def national_ratio(case: Case) -> Array:
    """Level of the national path relative to the inventory year, by plan year."""
    national = series.load("ghg_national")
    year = case.partnership.inventory_year
    return targets.national_ratio(case.years, year, national.at(1990), national.at(year))


LIVESTOCK = ("AGR.enteric_dairy", "AGR.enteric_other", "AGR.manure_ch4", "AGR.manure_n2o")


def computed_livestock(case: Case, ags: str) -> float:
    """Emissions of animals that are only a computed share of the state's herd (data quality D), t CO2e.

    They carry no burden of a member: they stay outside the caps until the member enters its own animals.
    """
    column = case.inventory.ags.index(ags)
    total = 0.0
    for row, line in enumerate(case.inventory.lines):
        if line in LIVESTOCK and float(case.inventory.data_quality[row][column]) == 0.0:
            total += float(np.nan_to_num(case.inventory.t_co2e[row][column]))
    return total


def account_value(case: Case, ags: str, kind: str) -> float:
    """Inventory-year value of the account a target is defined in, t, without computed livestock."""
    acc = case.accounts[ags]
    return float(acc["bisko_t"]) if kind == "bisko_gross" else float(acc["gross_t"]) - computed_livestock(case, ags)


def caps(case: Case, target_key: str) -> dict[str, dict[str, Array]]:
    """Yearly caps in t by kind (net, gross, bisko, partnership) and member.

    Members without a target: net account on the national path. The joint target is split by `target_key`. Land use
    and computed livestock stay outside as `targets.land_allowance` and `computed_livestock` say.
    """
    result: dict[str, dict[str, Array]] = {"net": {}, "gross": {}, "bisko": {}, "partnership": {}}
    ratio = national_ratio(case)
    own = np.empty((len(case.years), len(case.ags)))
    base = np.empty(len(case.ags))
    for i, member in enumerate(case.partnership.members):
        acc = case.accounts[member.ags]
        herd = computed_livestock(case, member.ags)
        gross, lulucf = float(acc["gross_t"]) - herd, float(acc["lulucf_t"])
        base[i] = gross
        own[:, i] = ratio * gross
        if member.target is None:
            result["net"][member.ags] = targets.national_cap(case.years, ratio, gross, lulucf) + herd
            continue
        kind = {"bisko_gross": "bisko"}.get(member.target.kind, member.target.kind)
        path = _own(case, member.ags)
        own[:, i] = path + (ratio * (gross - float(acc["bisko_t"])) if kind == "bisko" else 0.0)
        if kind in ("net", "partnership"):
            path = path + np.minimum(lulucf, 0.0)
        if kind != "bisko":
            path = path + herd
        result[kind][member.ags] = path
    joint = _joint(case, ratio, float(base.sum()))
    heads = np.array([case.outlook.heads[a] for a in case.ags]).T
    split = targets.split(target_key, joint, base, heads, own)
    for i, a in enumerate(case.ags):
        outside = targets.land_allowance(case.years, float(case.accounts[a]["lulucf_t"])) + computed_livestock(case, a)
        mine = split[:, i] + outside
        result["partnership"][a] = result["partnership"].get(a, mine)
    return {kind: members for kind, members in result.items() if members}


def _own(case: Case, ags: str) -> Array:
    member = next(m for m in case.partnership.members if m.ags == ags)
    assert member.target is not None
    heads = {int(y): float(v) for y, v in zip(case.years, case.outlook.heads[ags], strict=True)}
    year = case.partnership.inventory_year
    heads[year] = float(case.inventory.population[case.inventory.ags.index(ags)])
    value = account_value(case, ags, member.target.kind)
    base_t = value if member.target.base_year == year else None
    if member.target.unit == "percent_vs_base" and base_t is None:
        raise InputError(
            "target-base",
            f"the inventory has no year {member.target.base_year} to take percent of",
            f"target of {ags}",
            f"state the target in t or t_per_head, or against {year}",
        )
    return targets.own_cap(case.years, member.target, year, value, heads, base_t)


def _joint(case: Case, ratio: Array, gross: float) -> Array:
    target = case.partnership.target
    if target is None:
        return ratio * gross
    year = case.partnership.inventory_year
    heads = {int(y): float(sum(case.outlook.heads[a][k] for a in case.ags)) for k, y in enumerate(case.years)}
    heads[year] = float(np.sum(case.inventory.population))
    if target.unit == "percent_vs_base" and target.base_year != year:
        raise InputError(
            "target-base",
            f"the inventory has no year {target.base_year} to take percent of",
            "joint target",
            f"state the target in t or t_per_head, or against {year}",
        )
    return targets.own_cap(case.years, target, year, gross, heads, gross)


def caps_scale(case: Case) -> tuple[dict[str, Array], Array]:
    """How the own cap and the joint cap of a member move with its inventory-year value (ratio by year).

    National paths are relative to the inventory; targets in tonnes or per head are not.
    """
    ratio = national_ratio(case)
    zero = np.zeros(len(case.years))
    own = {
        m.ags: ratio if m.target is None or m.target.unit == "percent_vs_base" else zero
        for m in case.partnership.members
    }
    target = case.partnership.target
    return own, ratio if target is None or target.unit == "percent_vs_base" else zero
