"""Why two members differ per head or per hectare: exact, order-free decomposition (Shapley value over factors).

A block of the balance is a chain of levels L0 → L1 → … → Ln (inhabitants, living area, tonnes …); per L0 it is the
product of factors Lk / Lk−1. The gap of a product between two members is attributed to its factors by the Shapley
value: the mean effect of a factor over all orders of change. Σ effects = gap, exactly, and a → b is minus b → a.

    φ_i = Σ_{S ∌ i} |S|! (n−|S|−1)! / n! · [v(S ∪ i) − v(S)],   v(S) = Π_{k∈S} b_k · Π_{k∉S} a_k

A factor is attributed only where its levels are observed for both members; what remains is "not observable with these
data".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import combinations, pairwise
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stadtland.base import content, toml
from stadtland.base.errors import InputError
from stadtland.facts.municipality import Municipality

from .inventory import Inventory
from .method import weights
from .profile import Place, places

Array = NDArray[np.float64]
BASES = ("head", "hectare")
ACCOUNTS = {
    "bisko_t": ("HH", "GHD", "KE", "IND", "VK"),
    "gross_t": ("HH", "GHD", "KE", "IND", "VK", "AGR", "WASTE", "IPPU"),
    "net_t": ("HH", "GHD", "KE", "IND", "VK", "AGR", "WASTE", "IPPU", "LULUCF"),
}
JOINT = "joint"


def shapley(start: ArrayLike, end: ArrayLike) -> Array:
    """Effect of each factor on Π end − Π start; factors along the last axis (n ≤ 10), same shape as the arguments.

    Unit: that of the product. Sums to the gap exactly, whatever the order of the factors.

    >>> shapley([2.0, 3.0], [4.0, 5.0]).tolist()  # 20 − 6 = 14 = 2·(3+5)/2 + 2·(2+4)/2
    [8.0, 6.0]
    """
    a, b = np.asarray(start, dtype=float), np.asarray(end, dtype=float)
    n = a.shape[-1]
    if n > 10:
        raise ValueError("more than ten factors")
    out = np.zeros(np.broadcast_shapes(a.shape, b.shape))
    for i in range(n):
        others = [k for k in range(n) if k != i]
        for size in range(n):
            weight = factorial(size) * factorial(n - size - 1) / factorial(n)
            for chosen in combinations(others, size):
                product = np.ones(out.shape[:-1])
                for k in others:
                    product = product * (b if k in chosen else a)[..., k]
                out[..., i] += weight * product * (b[..., i] - a[..., i])
    return out


@cache
def blocks() -> list[dict[str, Any]]:
    """The blocks of the content, each with its lines and chain of levels."""
    return list(toml.read(content.path("inventory", "profile", "decomposition.toml"))["block"])


@cache
def _names() -> dict[str, dict[str, str]]:
    return dict(toml.read(content.path("inventory", "profile", "decomposition.toml"))["factor"])


def heat_need(member: Municipality) -> float | None:
    """Mean heat need of the dwellings by construction period, MWh per m² and year; None where a period is not known.

    Σ share of dwellings of a period (census 2011) × specific heat of the period (method.toml): an index of age, not a
    measured use.
    """
    specific: Mapping[str, float] = weights()["heat"]["specific"]
    flats = {p: member.maybe(f"zensus2011.flats_{p}") for p in specific}
    known = [f for f in flats.values() if f is not None]
    if len(known) < len(flats) or not sum(known):
        return None
    return sum(float(f or 0.0) * specific[p] for p, f in flats.items()) / sum(known)


def _level(place: Place, name: str) -> float | None:
    """A level of a chain, None where it is not observed for this member."""
    if name == "need":
        area, need = _observed(place, "stock.residential_buildings_area_total"), heat_need(place.member)
        return None if area is None or need is None else area * need
    if name == "households":
        size, heads = _observed(place, "zensus2022.avg_household_size"), _observed(place, "population")
        return None if not size or heads is None else heads / size
    return _observed(place, name)


def _observed(place: Place, name: str) -> float | None:
    """A figure counted or measured for this very place (grade A); shares of a district or Land are not."""
    found = place.get(name)
    return found.value if found.level == "place" and not found.lacking else None


def _tonnes(inv: Inventory, block: Mapping[str, Any], account: str) -> Array:
    """t CO2e of a block [member] within an account."""
    from fnmatch import fnmatchcase

    wanted = ACCOUNTS[account]
    if block.get("plants"):
        at = [i for i, line in enumerate(inv.lines) if line.split(".")[0] in wanted]
        return np.asarray(inv.plant_t[at].sum(axis=0))
    at = [
        i
        for i, line in enumerate(inv.lines)
        if line.split(".")[0] in wanted and any(fnmatchcase(line, p) for p in block["lines"])
    ]
    out = inv.t_co2e[at].sum(axis=0)
    return np.asarray(out - inv.plant_t[at].sum(axis=0) if block.get("without_plants") else out)


def gap(
    inv: Inventory, members: Sequence[Municipality], start: str, end: str, account: str = "gross_t", base: str = "head"
) -> dict[str, Any]:
    """The gap end − start of an account per head or hectare, split into blocks and factors.

    `start`, `end`: AGS or `joint` (all members as one place). Result: `{from, to, account, base, unit, from_value,
    to_value, gap, blocks[{id, title, shared, gap, effects[{id, title, effect, observed}]}], by_factor[…], observed,
    rest, observed_share}`; unit t CO2e per head or per ha. Σ over blocks and effects = gap. `shared`: the estimate
    shares out one value of the Land or Germany, so a remainder of 0 is an assumption, not a finding. InputError for
    unknown names.
    """
    if account not in ACCOUNTS:
        raise InputError(
            "account-unknown", f"the account {account!r} cannot be decomposed", "account", "use " + ", ".join(ACCOUNTS)
        )
    if base not in BASES:
        raise InputError("base-unknown", f"{base!r} is no base of comparison", "base", "use head or hectare")
    found = places(inv, members)
    sides = [_group(found, name) for name in (start, end)]
    index = {p.ags: j for j, p in enumerate(found)}
    denominator = "population" if base == "head" else "area.land_total"
    below = [_sum(side, denominator) for side in sides]
    for name, value in zip((start, end), below, strict=True):
        if not value:
            raise InputError(
                "figure-missing",
                f"{denominator} of {name} is not known",
                name,
                "enter the figure or leave the member out",
            )
    result, totals = [], [0.0, 0.0]
    for block in blocks():
        column = _tonnes(inv, block, account)
        tonnes = [float(sum(column[index[p.ags]] for p in side)) for side in sides]
        if not any(tonnes):
            continue
        entry = _block(block, sides, tonnes, [float(x) for x in below if x], base)
        result.append(entry)
        for k in (0, 1):
            totals[k] += tonnes[k] / float(below[k] or 1.0)
    return _summary(result, totals) | {
        "from": start,
        "to": end,
        "account": account,
        "base": base,
        "unit": "t CO2e per head" if base == "head" else "t CO2e per ha",
    }


def _group(found: Sequence[Place], name: str) -> list[Place]:
    if name == JOINT:
        return list(found)
    side = [p for p in found if p.ags == name]
    if not side:
        raise InputError(
            "member-unknown", f"{name} is no member of this comparison", name, "name a member's code or 'joint'"
        )
    return side


def _sum(side: Sequence[Place], name: str) -> float | None:
    values = [_level(p, name) for p in side]
    return None if any(v is None for v in values) else float(sum(v for v in values if v is not None))


def _block(
    block: Mapping[str, Any],
    sides: Sequence[Sequence[Place]],
    tonnes: Sequence[float],
    below: Sequence[float],
    base: str,
) -> dict[str, Any]:
    levels: list[tuple[str, float, float]] = [("", below[0], below[1])]
    for name in block["chain"]:
        if name == "population" and base == "head":
            continue
        if base == "hectare" and name.startswith("area.") and levels[-1][0] == "population":
            levels.pop()  # land per hectare does not run through the number of inhabitants
        values = [_sum(side, name) for side in sides]
        if values[0] is None or values[1] is None:
            continue
        levels.append((name, values[0], values[1]))
    levels.append(("rest", tonnes[0], tonnes[1]))
    factors = np.array([_ratios(low, high) for low, high in pairwise(levels)])
    effects = shapley(factors[:, 0], factors[:, 1])
    return {
        "id": block["id"],
        "title": dict(block["title"]),
        "shared": bool(block.get("shared")),
        "gap": float(tonnes[1] / below[1] - tonnes[0] / below[0]),
        "effects": [
            {"id": name, "title": _title(name, base), "effect": float(e), "observed": name != "rest"}
            for (name, _, _), e in zip(levels[1:], effects, strict=True)
        ],
    }


def _ratios(low: tuple[str, float, float], high: tuple[str, float, float]) -> tuple[float, float]:
    """The factor of both sides. Where the lower level is 0 the factor is undefined and takes the other side's value,
    so that
    the whole gap falls on the level that is 0."""
    one = high[1] / low[1] if low[1] else None
    other = high[2] / low[2] if low[2] else None
    if one is None:
        return (0.0, 0.0) if other is None else (other, other)
    return one, (one if other is None else other)


def _title(name: str, base: str) -> dict[str, str]:
    title = dict(_names()[name])
    if base == "hectare" and name.startswith("area."):
        title = {
            "de": title["de"].replace("je Kopf", "je Hektar"),
            "en": title["en"].replace("per head", "per hectare"),
        }
    return title


def _summary(result: list[dict[str, Any]], totals: Sequence[float]) -> dict[str, Any]:
    by: dict[str, dict[str, Any]] = {}
    for entry in result:
        for e in entry["effects"]:
            found = by.setdefault(
                e["id"], {"id": e["id"], "title": e["title"], "effect": 0.0, "observed": e["observed"]}
            )
            found["effect"] += e["effect"]
    rest = by.get("rest", {"effect": 0.0})["effect"]
    size = sum(abs(x["effect"]) for x in by.values())
    observed = sum(x["effect"] for x in by.values() if x["observed"])
    return {
        "from_value": totals[0],
        "to_value": totals[1],
        "gap": totals[1] - totals[0],
        "blocks": result,
        "by_factor": list(by.values()),
        "observed": observed,
        "rest": rest,
        "observed_share": 1 - abs(rest) / size if size else None,
    }
