"""Views on targets as data: inventory versions of land use, own and joint target paths, carbon budgets, residuals.

Nothing here decides a plan: `roadmap.targets` makes the caps of the plan. Path mathematics comes from `facts.paths`:

    linear, exponential between the points of a target;  budget B: zero in t0 + 2B/E0 (linear), rate E0/B (exponential)
    B_m = B · key_m,  key: share of heads, of emissions, or a mixture;  floor: E(t) ≥ E_res
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadtland.base import content, toml
from stadtland.base.errors import InputError
from stadtland.facts import paths

from .balance import arrays
from .inventory import Inventory
from .lines import index, rows
from .profile import words

Array = NDArray[np.float64]
KIND_ACCOUNT = {"bisko_gross": "bisko_t", "gross": "gross_t", "net": "net_t", "partnership": "partnership_t"}
UNITS = ("t", "t_per_head", "percent_vs_base")
SHAPES = ("linear", "exponential")
BUDGET_KEYS = ("per_head", "emissions", "mixed")
CAP_KEYS = ("equal_percent", "per_head_convergence")


@dataclass(frozen=True)
class Target:
    """A target of a member (`scope` = AGS) or of all (`joint`); value in `unit`; `steps`: earlier (year, value)."""

    scope: str
    kind: str
    year: int
    value: float
    unit: str = "t"
    base_year: int | None = None
    steps: tuple[tuple[int, float], ...] = ()
    source: str = ""
    evidence: str = "C"


@cache
def budgets() -> dict[str, Any]:
    """The content of budgets, national figures, residuals and texts."""
    return toml.read(content.path("inventory", "profile", "budgets.toml"))


# ---- inventory versions ------------------------------------------------------------------------------------------


def vintages(inv: Inventory) -> dict[str, dict[str, Any]]:
    """Land use and net by old and revised national inventory, per AGS and joint (t CO2e).

    `{inventory_version, printed{lulucf_t, net_t}, old{forest_t, lulucf_t, net_t}, revised{…}, turn, text}`; turn:
    `sink` or `source` by both versions, `unclear` where the old one says sink and the new one source (or the reverse).
    """
    columns = arrays(inv)
    forest = inv.t_co2e[index()["LULUCF.forest"]]
    out: dict[str, dict[str, Any]] = {}
    for j, ags in enumerate((*inv.ags, "joint")):
        at = slice(None) if ags == "joint" else slice(j, j + 1)
        rest = float((columns["lulucf_t"] - forest)[at].sum())
        gross = float(columns["gross_t"][at].sum())
        entry: dict[str, Any] = {"inventory_version": inv.inventory_version}
        lulucf = float(columns["lulucf_t"][at].sum())
        entry["printed"] = {"lulucf_t": lulucf, "net_t": gross + lulucf}
        for name, values in (("old", inv.forest_old), ("revised", inv.forest_revised)):
            trees = float(values[at].sum())
            entry[name] = {"forest_t": trees, "lulucf_t": rest + trees, "net_t": gross + rest + trees}
        entry["turn"] = _turn(entry["old"]["lulucf_t"], entry["revised"]["lulucf_t"])
        entry["text"] = dict(words()["turn"][entry["turn"]])
        out[ags] = entry
    return out


def _turn(one: float, other: float) -> str:
    if (one <= 0) != (other <= 0):
        return "unclear"
    return "sink" if one <= 0 else "source"


def turns(before: Inventory, after: Inventory) -> dict[str, dict[str, Any]]:
    """Whether land use changed its sign between two years, by version: `{old, revised, printed, same_version, text}`.

    Each: `became_source`, `became_sink` or `stayed`. Different inventory versions of the two years: no trend may be
    read (`same_version` False, text of the vintage). Members of both inventories and joint; InputError if they differ.
    """
    if before.ags != after.ags:
        raise InputError(
            "members-differ", "the two inventories have different members", "turns", "build both with the same codes"
        )
    one, two = vintages(before), vintages(after)
    same = before.inventory_version == after.inventory_version
    out: dict[str, dict[str, Any]] = {}
    for ags, entry in one.items():
        found = {k: _change(entry[k]["lulucf_t"], two[ags][k]["lulucf_t"]) for k in ("old", "revised", "printed")}
        text = words()["turn"][found["printed"] if same else "vintage"]
        out[ags] = {**found, "same_version": same, "text": dict(text)}
    return out


def _change(one: float, two: float) -> str:
    if (one <= 0) == (two <= 0):
        return "stayed"
    return "became_source" if two > 0 else "became_sink"


# ---- paths of targets --------------------------------------------------------------------------------------------


def path(
    target: Target,
    years: Sequence[int],
    inventory_year: int,
    value_t: float,
    population: Mapping[int, float],
    base_t: float | None = None,
    shape: str = "linear",
) -> Array:
    """The path of a target [year], t CO2e a year: from the value of the inventory year over all steps, flat afterwards.

    In the target's own unit: t, t per head (`population` of every year), or percent against `base_t` (−65 = minus 65
    %). exponential needs points above zero. InputError for unknown kinds, units, shapes, or missing numbers.

    >>> path(Target("joint", "gross", 2030, 50.0), [2020, 2025, 2030, 2031], 2020, 100.0, {}).tolist()
    [100.0, 75.0, 50.0, 50.0]
    """
    _check(target, shape)
    if target.year <= inventory_year:
        raise InputError(
            "target-year",
            f"the target year {target.year} is not after the inventory year {inventory_year}",
            target.scope,
            "a target that is past is compared with the value of its year, not with a path",
        )
    heads = dict.fromkeys((*years, inventory_year), 1.0)
    if target.unit == "t_per_head":
        lacking = [y for y in heads if not population.get(y)]
        if lacking:
            raise InputError(
                "population-missing", f"the population of {lacking[0]} is not known", target.scope, "add it"
            )
        heads = {y: float(population[y]) for y in heads}
    points = {y: v for y, v in (*target.steps, (target.year, target.value)) if y > inventory_year}
    if target.unit == "percent_vs_base":
        if base_t is None:
            raise InputError(
                "base-missing",
                f"a target in percent needs the value of {target.base_year or 'its base year'}",
                target.scope,
                "enter the value of the base year by the same method",
            )
        points = {y: base_t * (1 + v / 100) for y, v in points.items()}
    points[inventory_year] = value_t / heads[inventory_year]
    return np.array([_between(points, y, shape) * heads[y] for y in years])


def _between(points: Mapping[int, float], year: int, shape: str) -> float:
    known = sorted(points)
    if year <= known[0]:
        return points[known[0]]
    if year >= known[-1]:
        return points[known[-1]]
    k = int(np.searchsorted(known, year, side="right"))
    start, end = known[k - 1], known[k]
    if shape == "linear":
        return float(paths.linear(year, start, points[start], end, points[end]))
    try:
        return float(paths.exponential(year, start, points[start], end, points[end]))
    except ValueError as error:
        raise InputError(
            "path-zero",
            "an exponential path never reaches zero",
            "target",
            "take the linear path or a residual above zero",
        ) from error


def _check(target: Target, shape: str) -> None:
    for value, allowed, code in (
        (target.kind, tuple(KIND_ACCOUNT), "target-kind"),
        (target.unit, UNITS, "target-unit"),
        (shape, SHAPES, "path-shape"),
    ):
        if value not in allowed:
            raise InputError(code, f"{value!r} is not known", f"target of {target.scope}", "use " + ", ".join(allowed))


def view(
    inv: Inventory,
    target: Target,
    years: Sequence[int],
    population: Mapping[int, float] | None = None,
    base_t: float | None = None,
) -> dict[str, Any]:
    """A target of any kind on its account: paths of both shapes, area under the path, needed change.

    `{scope, kind, account, year, source, evidence, value_t, value_without_sink_t, years, linear_t, exponential_t|None,
    area_t, to_reduce_t, yearly_rate|None, turn}`; t CO2e. `value_without_sink_t`: the account with removals of
    existing land set to zero, for a stock never fulfils a target. `area_t`: trapezoid under the linear path over
    `years`.
    """
    names = (*inv.ags, "joint")
    if target.scope not in names:
        raise InputError("member-unknown", f"{target.scope} is no member", "target", "name a member's code or 'joint'")
    _check(target, "linear")
    at = slice(None) if target.scope == "joint" else slice(*(inv.ags.index(target.scope) + k for k in (0, 1)))
    columns = {k: float(v[at].sum()) for k, v in arrays(inv).items()}
    value = columns[KIND_ACCOUNT[target.kind]]
    with_land = target.kind in ("net", "partnership")
    heads = {y: float(inv.population[at].sum()) for y in (*years, inv.year)} if population is None else dict(population)
    line = path(target, years, inv.year, value, heads, base_t)
    last = float(
        path(target, [target.year], inv.year, value, {**heads, target.year: heads.get(target.year, 0.0)}, base_t)[0]
    )
    curve = path(target, years, inv.year, value, heads, base_t, "exponential") if value > 0 and last > 0 else None
    return {
        "scope": target.scope,
        "kind": target.kind,
        "account": KIND_ACCOUNT[target.kind],
        "year": target.year,
        "source": target.source,
        "evidence": target.evidence,
        "value_t": value,
        "value_without_sink_t": value - columns["lulucf_removals_t"] if with_land else value,
        "years": list(years),
        "linear_t": [float(x) for x in line],
        "exponential_t": None if curve is None else [float(x) for x in curve],
        "area_t": paths.used(line) if len(years) > 1 else None,
        "to_reduce_t": value - last,
        "yearly_rate": paths.yearly_rate(inv.year, value, target.year, last) if value > 0 and last > 0 else None,
        "turn": vintages(inv)[target.scope]["turn"] if with_land else None,
    }


def split_cap(
    key: str, cap: Sequence[float], years: Sequence[int], base_t: Sequence[float], heads: Sequence[float], until: int
) -> Array:
    """A joint path split over members [year, member]; sums to the path in every year.

    equal_percent: share of `base_t`. per_head_convergence: from shares of `base_t` in the first year linearly to
    equal tonnes per head in the year `until` and after.

    >>> split_cap("per_head_convergence", [10.0, 10.0], [2020, 2030], [8.0, 2.0], [1.0, 1.0], 2030).tolist()
    [[8.0, 2.0], [5.0, 5.0]]
    """
    if key not in CAP_KEYS:
        raise InputError("cap-key", f"the key {key!r} is not known", "split", "use " + ", ".join(CAP_KEYS))
    base, people = np.asarray(base_t, dtype=float), np.asarray(heads, dtype=float)
    start = base / base.sum()
    towards = np.interp(years, [years[0], max(until, years[0] + 1)], [0.0, 1.0])[:, None]
    goal = people / people.sum() if key == "per_head_convergence" else start
    return np.asarray(np.asarray(cap, dtype=float)[:, None] * ((1 - towards) * start + towards * goal))


# ---- budgets -----------------------------------------------------------------------------------------------------


def budget_share(key: str, heads: float, value_t: float, mix: float = 0.5, coverage: float = 1.0) -> float:
    """Share of a national budget (0–1): per_head P/P_DE, emissions E/E_DE, mixed = mix·per_head + (1−mix)·emissions.

    `coverage` φ: the part of the emissions behind the budget that the account covers (1: no correction). InputError
    for an unknown key or a number outside 0–1.
    """
    if key not in BUDGET_KEYS:
        raise InputError("budget-key", f"the key {key!r} is not known", "budget", "use " + ", ".join(BUDGET_KEYS))
    for name, number in (("mix", mix), ("coverage", coverage)):
        if not 0 <= number <= 1:
            raise InputError("budget-share", f"{name} = {number} is no share", "budget", "choose 0 to 1")
    national = budgets()["national"]
    per_head = heads / national["population"]["value"]
    emissions = value_t / (1e6 * national["bisko_mt"]["value"])
    weight = {"per_head": 1.0, "emissions": 0.0, "mixed": mix}[key]
    return float(coverage * (weight * per_head + (1 - weight) * emissions))


def budget_view(
    inv: Inventory, scope: str, budget: str, key: str, years: Sequence[int], mix: float = 0.5, coverage: float = 1.0
) -> dict[str, Any]:
    """What a national CO2 budget leaves for the energy and transport account of a member or of all.

    `{budget, key, share, budget_t, from_year, start_t, zero_year, rate, constant_until, linear_t, exponential_t,
    source, evidence, notes}`: zero_year = t0 + 2B/E0, rate = E0/B, constant_until = t0 + B/E0;
    paths [year] from t0 on, before it the start value. The area under each path from t0 on is B.
    """
    if budget not in budgets()["budget"]:
        raise InputError(
            "budget-unknown", f"the budget {budget!r} is not known", "budget", "use " + ", ".join(budgets()["budget"])
        )
    if scope != "joint" and scope not in inv.ags:
        raise InputError("member-unknown", f"{scope} is no member", "budget", "name a member's code or 'joint'")
    spec = budgets()["budget"][budget]
    at = slice(None) if scope == "joint" else slice(*(inv.ags.index(scope) + k for k in (0, 1)))
    start = float(arrays(inv)["bisko_t"][at].sum())
    share = budget_share(key, float(inv.population[at].sum()), start, mix, coverage)
    amount, first = share * spec["value_mt"] * 1e6, int(spec["from_year"])
    zero = paths.year_of_zero(first, start, amount)
    rate = paths.continuous_rate(start, amount)
    t = np.asarray(years, dtype=float)
    line = np.where(t <= first, start, np.maximum(0.0, start * (1 - (t - first) / (zero - first))))
    curve = start * np.exp(-rate * np.maximum(0.0, t - first))
    texts = budgets()["text"]
    return {
        "scope": scope,
        "budget": budget,
        "title": dict(spec["title"]),
        "key": key,
        "share": share,
        "budget_t": amount,
        "from_year": first,
        "start_t": start,
        "zero_year": zero,
        "rate": rate,
        "constant_until": first + amount / start,
        "years": list(years),
        "linear_t": [float(x) for x in line],
        "exponential_t": [float(x) for x in curve],
        "source": spec["source"],
        "evidence": spec["evidence"],
        "notes": [dict(texts[k]) for k in ("gas", "start", "key")],
    }


def budget_gap(years: Sequence[int], path_t: Sequence[float], found: Mapping[str, Any]) -> float:
    """What a path (t CO2e by year, consecutive years) uses from the start of a budget view on, minus the budget.

    Trapezoidal rule; above zero: more is used than there is. InputError where the years do not reach back to the start.
    """
    first = int(found["from_year"])
    if first not in years:
        raise InputError("budget-start", f"the path has no {first}", "budget", "start the path there or earlier")
    at = list(years).index(first)
    return paths.gap(np.asarray(path_t, dtype=float)[at:], float(found["budget_t"]))


# ---- residuals, potential, neutrality ----------------------------------------------------------------------------


def residual(inv: Inventory, scope: str = "joint", shares: Mapping[str, float] | None = None) -> dict[str, float]:
    """Residual emissions by sector (t CO2e a year): value of the inventory year × share that stays; `total` is the
    floor.
    """
    given = {k: float(v) for k, v in (shares or budgets()["residual"]).items() if k != "evidence"}
    if scope != "joint" and scope not in inv.ags:
        raise InputError("member-unknown", f"{scope} is no member", "residual", "name a member's code or 'joint'")
    at = slice(None) if scope == "joint" else slice(*(inv.ags.index(scope) + k for k in (0, 1)))
    found = {s: float(inv.t_co2e[list(rows(s))][:, at].sum()) * share for s, share in given.items()}
    return found | {"total": sum(found.values())}


def side_by_side(
    years: Sequence[int],
    budget_t: Sequence[float],
    potential: Mapping[int, float] | None = None,
    floor_t: float = 0.0,
) -> dict[str, Any]:
    """Budget view and potential view beside each other.

    `potential`: what a computed plan leaves (t CO2e by year); None: no potential view, with the reason. Rows
    `{year, budget_t, potential_t, floor_t, gap_t}`: gap = potential (never below the floor) − budget, above zero:
    more is emitted than the budget path allows. `total_gap_t`: trapezoid over the last unbroken run of
    years with both, from `total_from` on; `note` {de, en} or None.
    """
    if len(years) != len(budget_t):
        raise ValueError("one value of the budget path per year is needed")
    out = []
    for year, allowed in zip(years, budget_t, strict=True):
        left = None if potential is None or year not in potential else float(paths.with_floor(potential[year], floor_t))
        out.append(
            {
                "year": year,
                "budget_t": float(allowed),
                "potential_t": left,
                "floor_t": floor_t,
                "gap_t": None if left is None else left - float(allowed),
            }
        )
    run: list[tuple[int, float]] = []  # the last unbroken run of years with both views
    for year, row in zip(years, out, strict=True):
        gap = row["gap_t"]
        run = [] if gap is None else [*run, (year, gap)]
    return {
        "rows": out,
        "total_gap_t": paths.used([g for _, g in run]) if len(run) > 1 else None,
        "total_from": run[0][0] if len(run) > 1 else None,
        "note": dict(budgets()["text"]["no_potential"]) if potential is None else None,
    }


def neutrality(
    years: Sequence[int],
    gross_t: Sequence[float],
    lulucf_t: Mapping[str, Sequence[float]],
    removals_t: Sequence[float] | None = None,
) -> dict[str, Any]:
    """The first year at or below zero per inventory version: gross + land use − credited removals of measures.

    `lulucf_t`: {version: path}, positive = source. A sink that turned into a source makes the year later or None: it
    is never capped to zero. `{version: {net_t, year}}`.
    """
    gone = np.zeros(len(years)) if removals_t is None else np.asarray(removals_t, dtype=float)
    out: dict[str, Any] = {}
    for version, land in lulucf_t.items():
        net = np.asarray(gross_t, dtype=float) + np.asarray(land, dtype=float) - gone
        out[version] = {"net_t": [float(x) for x in net], "year": paths.first_year_at_zero(years, net)}
    return out
