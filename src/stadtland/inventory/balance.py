"""Accounts, ranges, views and quality of an inventory: per member and joint (joint = plain sum)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import divide
from .inventory import Inventory
from .lines import BISKO_SECTORS, ENERGY_LINES, LINES, SECTORS, index, rows
from .method import weights
from .uncertainty import ACCOUNT_GROUPS, GROUPS, group

Array = NDArray[np.float64]
ACCOUNTS = (
    "bisko_t",
    "agriculture_t",
    "waste_t",
    "ippu_t",
    "gross_t",
    "lulucf_emissions_t",
    "lulucf_removals_t",
    "lulucf_t",
    "net_t",
    "electricity_credit_t",
    "partnership_t",
)
ENOUGH = 0.5  # at most half of a decision may rest on data quality D


def _sector(inv: Inventory, *sectors: str) -> Array:
    return np.asarray(inv.t_co2e[list(rows(*sectors))].sum(axis=0))


def arrays(inv: Inventory) -> dict[str, Array]:
    """Accounts as arrays [member] (t CO2e). Land use never lowers gross; removals are ≤ 0."""
    land = inv.t_co2e[list(rows("LULUCF"))]
    out = {
        "bisko_t": _sector(inv, *BISKO_SECTORS),
        "agriculture_t": _sector(inv, "AGR"),
        "waste_t": _sector(inv, "WASTE"),
        "ippu_t": _sector(inv, "IPPU"),
    }
    out["gross_t"] = sum(out.values(), np.zeros(len(inv.ags)))
    out["lulucf_emissions_t"] = np.maximum(land, 0).sum(axis=0)
    out["lulucf_removals_t"] = np.minimum(land, 0).sum(axis=0)
    out["lulucf_t"] = out["lulucf_emissions_t"] + out["lulucf_removals_t"]
    out["net_t"] = out["gross_t"] + out["lulucf_t"]
    # generation that exists in the inventory year is part of the federal mix: the credit is for new
    # plants only
    out["electricity_credit_t"] = np.zeros(len(inv.ags))
    out["partnership_t"] = out["net_t"].copy()
    return out


def _at(numbers: Array, j: int) -> float:
    """Member j of an array [member]; beyond the last member the sum (joint)."""
    return float(numbers[j] if j < len(numbers) else numbers.sum())


def accounts(inv: Inventory) -> dict[str, dict[str, float]]:
    """Accounts per AGS and `joint` (t CO2e): keys of `ACCOUNTS`; joint is the plain sum.

    `eliminations_t` is a memo (0). `ippu_t` is the known part; see `ippu_known` for members where nothing
    is known.
    """
    columns = arrays(inv)
    out = {a: {k: float(v[j]) for k, v in columns.items()} for j, a in enumerate(inv.ags)}
    out["joint"] = {k: float(v.sum()) for k, v in columns.items()} | {"eliminations_t": 0.0}
    return out


def ippu_known(inv: Inventory) -> dict[str, bool]:
    """Whether process emissions are known per AGS; `joint` only if known for all."""
    states = inv.state[index()["IPPU.process"]]
    out = {a: bool(s != "not_available") for a, s in zip(inv.ags, states, strict=True)}
    return out | {"joint": all(out.values())}


def sectors(inv: Inventory) -> dict[str, dict[str, float | None]]:
    """t CO2e by sector per AGS and `joint`; None where process emissions are unknown."""
    known = ippu_known(inv)
    out: dict[str, dict[str, float | None]] = {}
    for j, ags in enumerate((*inv.ags, "joint")):
        out[ags] = {s: _at(_sector(inv, s), j) for s in SECTORS}
        if not known[ags] and not (ags == "joint" and any(known[a] for a in inv.ags)):
            out[ags]["IPPU"] = None
    return out


def _offsets(inv: Inventory) -> tuple[Array, Array]:
    """80 % distances down and up per group (t CO2e) [group, member], ≥ 0.

    Estimated cells of a group move together (sigma of the group), metered cells and lines carried by own drivers by
    their own sigma, together as well; land use: lines in quadrature, forest between the two inventory versions.
    """
    own = weights()["sigma"]
    z = own["z80"]
    sigma = inv.cell_sigma()
    estimated = np.isnan(sigma)
    down = np.zeros((len(GROUPS), len(inv.ags)))
    up = np.zeros_like(down)
    for g, name in enumerate(GROUPS):
        lines = [i for i, line in enumerate(LINES) if group(line) == name]
        value, free = inv.t_co2e[lines], estimated[lines]
        if name == "LULUCF":
            down[g] = np.sqrt(((value - inv.low[lines]) ** 2).sum(axis=0))
            up[g] = np.sqrt(((inv.high[lines] - value) ** 2).sum(axis=0))
            continue
        guess = np.where(free, value, 0).sum(axis=0)
        each = np.where(free, 0, np.abs(value) * (np.exp(z * np.where(free, 0, sigma[lines])) - 1))
        meter = each.sum(axis=0)
        down[g] = np.hypot(guess * (1 - np.exp(-z * inv.sigma[g])), meter)
        up[g] = np.hypot(guess * (np.exp(z * inv.sigma[g]) - 1), meter)
    return down, up


def ranges(inv: Inventory) -> dict[str, dict[str, list[float]]]:
    """80 % range [low, high] (t CO2e) per account, for each AGS and `joint`.

    Groups are combined in quadrature; inside a group the members' errors are taken as moving together (the
    same weights and statistics stand behind all), so the joint range is wide rather than narrow.
    """
    down, up = _offsets(inv)
    columns = arrays(inv)
    out: dict[str, dict[str, list[float]]] = {}
    for j, ags in enumerate((*inv.ags, "joint")):
        lows, highs = (x.sum(axis=1) if ags == "joint" else x[:, j] for x in (down, up))
        out[ags] = {}
        for account, parts in ACCOUNT_GROUPS.items():
            at = [GROUPS.index(p) for p in parts]
            value = columns[account].sum() if ags == "joint" else columns[account][j]
            out[ags][account] = [
                float(value - np.sqrt((lows[at] ** 2).sum())),
                float(value + np.sqrt((highs[at] ** 2).sum())),
            ]
    return out


def sigmas(inv: Inventory) -> dict[str, dict[str, float]]:
    """Log-normal sigma per AGS and sector (municipal facilities as GHD), for draws."""
    table = {g: inv.sigma[i] for i, g in enumerate(GROUPS)} | {"KE": inv.sigma[GROUPS.index("GHD")]}
    return {a: {g: float(s[j]) for g, s in table.items()} for j, a in enumerate(inv.ags)}


def views(inv: Inventory) -> dict[str, dict[str, Any]]:
    """Other views per AGS and `joint`: gross without plants under emissions trading; without motorways.

    `without_motorway_t` = gross − `motorway_t`: cars, vans and trucks on motorways by their own mileage. Unknown (None,
    with the reason) for a member that does not state it, and for `joint` unless all do. `motorway_like_t` is the part
    of transport that was placed by motorway-like weights: a memo, no view.
    """
    without = arrays(inv)["gross_t"] - inv.plant_t.sum(axis=0)
    plants = inv.plant_t.sum(axis=0)
    gross = arrays(inv)["gross_t"]
    out: dict[str, dict[str, Any]] = {}
    for j, ags in enumerate((*inv.ags, "joint")):
        known = bool(inv.motorway_known.all() if ags == "joint" else inv.motorway_known[j])
        motorway = _at(inv.motorway_t, j)
        out[ags] = {
            "without_ets_t": _at(without, j),
            "ets_t": _at(plants, j),
            "without_motorway_t": _at(gross, j) - motorway if known else None,
            "without_motorway_reason": None if known else "inventory.reason_motorway",
            "motorway_t": motorway if known else None,
            "motorway_like_t": motorway,
        }
    return out


def quality(inv: Inventory) -> dict[str, dict[str, float | None]]:
    """`data_quality` (BISKO, weighted by final energy) and `data_quality_ext` (other blocks, by |t|), 0–1,
    per AGS and joint.
    """
    n = len(ENERGY_LINES)
    energy, ext = inv.energy_mwh[:n], np.abs(inv.t_co2e[n:])
    out: dict[str, dict[str, float | None]] = {}
    for j, ags in enumerate((*inv.ags, "joint")):
        at = list(range(len(inv.ags))) if ags == "joint" else [j]
        pairs = {
            "data_quality": (energy[:, at], inv.data_quality[:n, at]),
            "data_quality_ext": (ext[:, at], inv.data_quality[n:, at]),
        }
        out[ags] = {k: float((w * q).sum() / w.sum()) if w.sum() > 0 else None for k, (w, q) in pairs.items()}
    return out


def share_d(inv: Inventory) -> dict[str, dict[str, float]]:
    """Share of each account (by |t|) that rests on data quality D, per AGS and joint."""
    of = {
        "bisko_t": rows(*BISKO_SECTORS),
        "agriculture_t": rows("AGR"),
        "waste_t": rows("WASTE"),
        "ippu_t": rows("IPPU"),
        "gross_t": rows(*BISKO_SECTORS, "AGR", "WASTE", "IPPU"),
        "lulucf_t": rows("LULUCF"),
        "net_t": tuple(range(len(LINES))),
    }
    size = np.abs(inv.t_co2e)
    out: dict[str, dict[str, float]] = {}
    for j, ags in enumerate((*inv.ags, "joint")):
        at = list(range(len(inv.ags))) if ags == "joint" else [j]
        out[ags] = {}
        for account, lines in of.items():
            w, d = size[np.ix_(lines, at)], inv.share_d[np.ix_(lines, at)]
            out[ags][account] = float(divide(np.array([(w * d).sum()]), np.array([w.sum()]), 1.0)[0])
    return out


def decision_ready(inv: Inventory) -> dict[str, dict[str, bool]]:
    """False ("not for decision") where more than half of an account rests on data quality D, per AGS and
    joint.
    """
    return {a: {k: s <= ENOUGH for k, s in shares.items()} for a, shares in share_d(inv).items()}
