"""Use case: own and joint targets, carbon budgets and potential side by side, with land use of both inventories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stadtland.base import strict
from stadtland.base.errors import InputError

from .profile import head, load
from .whom import Whom

LAST = 2045  # year of net zero: views on targets reach to it
FIRST_LOCAL = 2010  # first year of the estimate
BEFORE = 2018  # the year whose land use is compared
NATIONAL = "ksg"


def targets(
    names: Sequence[str],
    year: int | None = None,
    data: Path | None = None,
    plan: Mapping[str, Any] | None = None,
    file: Path | None = None,
    mix: float = 0.5,
    coverage: float = 1.0,
    store: Path | None = None,
) -> dict[str, Any]:
    """Targets, budgets and potential side by side.

    names: a partnership (its own targets count) or codes. Own targets where one is decided, in the partnership file
    or in `file`; for every member and all together the national path as well (an assumption, evidence C). Budgets:
    every bundled one by every key, per member and joint, with the gap of each path on the same account. `plan`:
    results of `stadtland plan` for the same members; its joint energy and transport path is the potential view,
    without it that view is null with the reason. `store`: folder of own figures.
    `{year, name, note, members, vintages, turns, targets, national,
    split, budgets, sides, residual, neutrality}`.
    """
    from stadtland.inventory import target_file
    from stadtland.inventory import target_views as views

    given = target_file.read(file) if file is not None else target_file.Given()
    whom, inv, members = load(names, year, data, 1, store)
    years = list(range(inv.year, LAST + 1))
    scopes = (*inv.ags, "joint")
    for target, _ in given.targets:
        if target.scope not in scopes:
            raise InputError(
                "member-unknown", f"{target.scope} is no member", "[[target]] scope", "name a member's code or 'joint'"
            )
    found = []
    for scope in scopes:
        heads = _heads(inv, scope, years)
        for target, base_t in [*_own(whom, given, inv, scope), (_national(inv, scope), None)]:
            found.append(_viewed(inv, target, years, heads, base_t, data))
    national = {s: _national_bisko(inv, s, years) for s in scopes}
    keys = [(b, k) for b in views.budgets()["budget"] for k in views.BUDGET_KEYS]
    budgets = [views.budget_view(inv, s, b, k, years, mix, coverage) for s in scopes for b, k in keys]
    for budget in budgets:
        budget["gaps"] = _gaps(budget, found, national, years)
    rest = {s: views.residual(inv, s, _shares(given)) for s in scopes}
    found = [entry | _against_rest(entry, rest[entry["scope"]]) for entry in found]
    potential = _potential(inv, plan)
    return head(inv, members) | {
        "name": whom.name,
        "vintages": views.vintages(inv),
        "turns": _turns(inv, data),
        "targets": found,
        "national": {"years": years, "bisko_t": national, "source": NATIONAL, "evidence": "C"},
        "split": _split(inv, found, years),
        "budgets": budgets,
        "sides": [
            {"budget": b["budget"], "key": b["key"]} | views.side_by_side(years, b["linear_t"], potential)
            for b in budgets
            if b["scope"] == "joint"
        ],
        "residual": rest,
        "residual_shares": _shares(given),
        "neutrality": _neutrality(inv, plan, rest, years),
    }


def check_budget(id: str) -> None:
    """InputError `budget-unknown` unless the national budget is in the content."""
    from stadtland.inventory.target_views import budgets

    known = budgets()["budget"]
    if id not in known:
        raise InputError("budget-unknown", f"the budget {id!r:.40} is not known", "--budget", "use " + ", ".join(known))


def plan_of(path: Path | None) -> Any:
    """The results of a plan: its results.json or the folder that holds it; None stays None."""
    from stadtland.base import json_file

    if path is None:
        return None
    return json_file.read(path / "results.json" if path.is_dir() else path)


def _own(whom: Whom, given: Any, inv: Any, scope: str) -> list[tuple[Any, float | None]]:
    """Targets of the file, else of the partnership, else the published one, if it lies ahead."""
    from stadtland.facts import published_values
    from stadtland.inventory.target_views import Target

    mine = [(t, b) for t, b in given.targets if t.scope == scope]
    if mine:
        return mine
    stated = None
    if whom.partnership:
        stated = next((m.target for m in whom.partnership.members if m.ags == scope), None)
        stated = whom.partnership.target if scope == "joint" else stated
    if stated is not None:
        parts = (stated.kind, stated.year, stated.value, stated.unit, stated.base_year, stated.steps)
        return [(Target(scope, *parts, stated.source, stated.evidence), None)]
    own = None if scope == "joint" else published_values.target(scope)
    if own is None or own["year"] <= inv.year:
        return []
    steps = tuple((s["year"], s["value"]) for s in own.get("steps", ()))
    parts = (own["kind"], own["year"], own["value"], own["unit"], None, steps)
    return [(Target(scope, *parts, own["source"], own["evidence"]), None)]


def _national(inv: Any, scope: str) -> Any:
    """The national path on the net (member) or partnership (joint) account, as in the plan: a sink never helps."""
    from stadtland.inventory import balance
    from stadtland.inventory.target_views import Target
    from stadtland.roadmap.targets import NATIONAL_STEPS, national_cap

    ahead = sorted(NATIONAL_STEPS)
    account = balance.accounts(inv)[scope]
    caps = national_cap(ahead, _ratio(inv, ahead), account["gross_t"], account["lulucf_t"])
    points = [(y, float(t)) for y, t in zip(ahead, caps, strict=True)]
    kind = "partnership" if scope == "joint" else "net"
    return Target(scope, kind, points[-1][0], points[-1][1], "t", None, tuple(points[:-1]), NATIONAL, "C")


def _ratio(inv: Any, years: Sequence[int]) -> Any:
    from stadtland.facts import series
    from stadtland.roadmap.targets import national_ratio

    national = series.load("ghg_national")
    return national_ratio(years, inv.year, national.at(1990), national.at(inv.year))


def _national_bisko(inv: Any, scope: str, years: Sequence[int]) -> list[float]:
    """The national path laid on energy and transport, t CO2e: what it uses of a CO2 budget."""
    from stadtland.inventory import balance

    return [float(x) for x in balance.accounts(inv)[scope]["bisko_t"] * _ratio(inv, years)]


def _viewed(
    inv: Any, target: Any, years: Sequence[int], heads: Mapping[int, float], base_t: float | None, data: Path | None
) -> dict[str, Any]:
    """The view of a target; where it has no path, null with the reason."""
    from stadtland.inventory import target_views as views

    if target.unit == "percent_vs_base" and base_t is None:
        base_t = _base(inv, target, data)
        if base_t is None:
            reason = {
                "de": f"Das Ziel bezieht sich auf {target.base_year}; für dieses Jahr gibt es keinen Wert nach "
                "derselben Methode (die Schätzung beginnt 2010). Bitte base_t angeben.",
                "en": f"The target refers to {target.base_year}; there is no value by the same method for that year "
                "(the estimate begins in 2010). Please state base_t.",
            }
            return _stated(target) | {"path": False, "reason": reason, "base_t": None}
    found = views.view(inv, target, years, heads, base_t)
    return _stated(target) | {"path": True, "reason": None, "base_t": base_t} | found


def _against_rest(entry: Mapping[str, Any], rest: Mapping[str, float]) -> dict[str, Any]:
    """Residual emissions of the sectors that the account of a target holds (t), and whether the target lies below them.

    A gross target below them cannot be met; a net one only with new removals of measures.
    """
    from stadtland.inventory.lines import BISKO_SECTORS

    inside = [k for k in rest if k != "total" and (k in BISKO_SECTORS or entry["account"] != "bisko_t")]
    left = sum(rest[k] for k in inside)
    below = entry["path"] and entry["value_t"] - entry["to_reduce_t"] < left - 1e-6
    return {"residual_t": left, "below_residual": bool(below)}


def _stated(target: Any) -> dict[str, Any]:
    from stadtland.inventory.target_views import KIND_ACCOUNT

    return {
        "scope": target.scope, "kind": target.kind, "account": KIND_ACCOUNT[target.kind], "year": target.year,
        "value": target.value, "unit": target.unit, "base_year": target.base_year,
        "steps": [list(s) for s in target.steps], "source": target.source, "evidence": target.evidence,
    }  # fmt: skip


def _base(inv: Any, target: Any, data: Path | None) -> float | None:
    """The account of the base year by the estimate, for the same members; None before 2010."""
    from stadtland import inventory as room
    from stadtland.inventory import balance
    from stadtland.inventory.target_views import KIND_ACCOUNT

    if target.base_year < FIRST_LOCAL:
        return None
    old = inv if target.base_year == inv.year else room.build(inv.ags, target.base_year, data)
    return float(balance.accounts(old)[target.scope][KIND_ACCOUNT[target.kind]])


def _gaps(
    budget: Mapping[str, Any], found: Sequence[Mapping[str, Any]], national: Mapping[str, Any], years: Sequence[int]
) -> dict[str, float | None]:
    """What paths on the account of energy and transport use beyond the budget (t): own target (linear and
    exponential) and the national path. None where there is no such path; budgets that begin before the first year use
    the part from then on only, so they are None too.
    """
    from stadtland.inventory import target_views as views

    out: dict[str, float | None] = {"own_linear": None, "own_exponential": None, "national": None}
    if int(budget["from_year"]) not in years:
        return out
    out["national"] = views.budget_gap(years, national[budget["scope"]], budget)
    own = next((t for t in found if t["scope"] == budget["scope"] and t["path"] and t["account"] == "bisko_t"), None)
    if own is not None:
        out["own_linear"] = views.budget_gap(years, own["linear_t"], budget)
        if own["exponential_t"] is not None:
            out["own_exponential"] = views.budget_gap(years, own["exponential_t"], budget)
    return out


def _split(inv: Any, found: Sequence[Mapping[str, Any]], years: Sequence[int]) -> list[dict[str, Any]]:
    """The joint targets' linear paths split over members: `{kind, source, key, members{ags: t by year}}`."""
    from stadtland.inventory import balance
    from stadtland.inventory import target_views as views

    if len(inv.ags) == 1:
        return []
    columns = balance.arrays(inv)
    out = []
    for target in (t for t in found if t["scope"] == "joint" and t["path"]):
        base = [float(x) for x in columns[target["account"]]]
        if min(base) < 0 or sum(base) <= 0:
            base = [float(x) for x in columns["gross_t"]]  # a sink is no key
        for key in views.CAP_KEYS:
            cells = views.split_cap(key, target["linear_t"], years, base, [float(p) for p in inv.population], LAST)
            members = {a: [float(x) for x in cells[:, j]] for j, a in enumerate(inv.ags)}
            named = {k: target[k] for k in ("kind", "account", "year", "source")}
            out.append(named | {"key": key, "years": list(years), "members": members})
    return out


def _turns(inv: Any, data: Path | None) -> dict[str, Any] | None:
    """Land use against 2018: did a sink turn into a source? Different inventory versions are no trend."""
    from stadtland import inventory as room
    from stadtland.inventory import target_views as views

    if inv.year <= BEFORE:
        return None
    before = room.build(inv.ags, BEFORE, data)
    versions = {"before": before.inventory_version, "after": inv.inventory_version}
    return {"from": BEFORE, "to": inv.year, "versions": versions, "members": views.turns(before, inv)}


def _shares(given: Any) -> dict[str, float] | None:
    from stadtland.inventory import target_views as views

    if not given.residual:
        return None
    return {k: float(v) for k, v in views.budgets()["residual"].items() if k != "evidence"} | dict(given.residual)


def _neutrality(
    inv: Any, plan: Mapping[str, Any] | None, rest: Mapping[str, Any], years: Sequence[int]
) -> dict[str, Any]:
    """The first year at net zero, joint, by both inventory versions of land use.

    With a plan: its gross path and removals. Without: the national path on gross, never below the residual
    emissions. Land use is held at today's value: what it will be is not known.
    """
    from stadtland.facts import paths
    from stadtland.inventory import balance
    from stadtland.inventory import target_views as views

    joint = views.vintages(inv)["joint"]
    gross = [float(x) for x in balance.accounts(inv)["joint"]["gross_t"] * _ratio(inv, years)]
    gross = [float(x) for x in paths.with_floor(gross, rest["joint"]["total"])]
    removals, ahead = None, list(years)
    if plan is not None:
        road = plan["roadmap"]
        if all(isinstance(road.get(k), list) and len(road[k]) == len(road["years"]) for k in ("gross_t", "removals_t")):
            ahead = [int(y) for y in road["years"]]
            gross, removals = (
                [strict.finite(x, f"plan, roadmap.{k}", -1e12, 1e12) for x in road[k]]
                for k in ("gross_t", "removals_t")
            )
    land = {k: [joint[k]["lulucf_t"]] * len(ahead) for k in ("old", "revised")}
    found = views.neutrality(ahead, gross, land, removals)
    return {"basis": "plan" if removals is not None else "national", "years": ahead, "versions": found}


def _heads(inv: Any, scope: str, years: Sequence[int]) -> dict[int, float]:
    """Population by year: the projection where one is bundled, otherwise that of the inventory year."""
    from stadtland.base import content
    from stadtland.facts import series

    total = dict.fromkeys(years, 0.0)
    for j, ags in enumerate(inv.ags):
        if scope not in (ags, "joint"):
            continue
        known = content.path("series", f"population.{ags}.toml").is_file()
        for y in years:
            today = float(inv.population[j])
            total[y] += float(series.load(f"population.{ags}").at(y)) if known and y != inv.year else today
    return total


def _potential(inv: Any, plan: Mapping[str, Any] | None) -> dict[int, float] | None:
    """The joint energy and transport path of a computed plan, t CO2e by year; the inventory year is the inventory
    itself.
    """
    if plan is None:
        return None
    from stadtland.inventory import balance

    try:
        named = [m["ags"] for m in plan["partnership"]["members"]]
        path = {int(y): float(t) for y, t in zip(plan["roadmap"]["years"], plan["roadmap"]["bisko_t"], strict=True)}
        named = [str(a) for a in named]
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise InputError(
            "plan-shape", "these are no results of a plan", "plan", "name the results.json that `stadtland plan` wrote"
        ) from error
    if sorted(named) != sorted(inv.ags):
        raise InputError(
            "members-differ", "the plan has other members than this comparison", "plan", "use the same municipalities"
        )
    return {inv.year: balance.accounts(inv)["joint"]["bisko_t"]} | path
