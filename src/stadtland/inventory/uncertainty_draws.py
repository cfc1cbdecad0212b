"""Correlated low-discrepancy draws of an inventory: bands that name their inputs, and which datum to measure next.

Components are the groups of `uncertainty.GROUPS`, the lines of land use, and the metered cells. For component c,
member m

    x = t · exp(σ_cm · z),   z = √ρ_c · Z_c + √(1−ρ_c) · Z_cm,   Z from a scrambled Sobol sequence,

so that the median is the printed value and ρ_c ("shared", content) ties the members together. Forest lies between two
inventory versions: t + (high − low)/(2·z80) · Z. Water reaches from 0 to its high end: high · |z| / 1.645.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadtland.base import content, toml
from stadtland.base.errors import InputError

from .arrays import divide
from .inventory import Inventory
from .lines import LINES, index
from .method import weights
from .uncertainty import ACCOUNT_GROUPS, GROUPS, group

Array = NDArray[np.float64]
HALF_NORMAL_90 = 1.6448536269514722  # |Z| stays below in 90 of 100 cases
ENGINE = "scipy.stats.qmc.Sobol, scrambled"
MOST = 200_000


@dataclass(frozen=True)
class Draws:
    """Draws of an inventory (t CO2e). `values` [draw, component, member]; `central` and `sigma` [component, member].

    `components`: id of the content and group of accounts. `shared`: ρ [component].
    """

    ags: tuple[str, ...]
    components: tuple[tuple[str, str, str], ...]  # id in the content, group, name
    central: Array
    sigma: Array
    shared: Array
    values: Array
    seed: int
    engine: str = ENGINE

    def rows(self, account: str) -> list[int]:
        """Components of an account; InputError for an unknown one."""
        if account not in ACCOUNT_GROUPS:
            raise InputError(
                "account-unknown",
                f"the account {account!r} has no draws",
                "account",
                "use " + ", ".join(ACCOUNT_GROUPS),
            )
        return [i for i, (_, g, _) in enumerate(self.components) if g in ACCOUNT_GROUPS[account]]

    def column(self, of: str) -> list[int]:
        """Members behind a code or `joint`."""
        if of == "joint":
            return list(range(len(self.ags)))
        if of not in self.ags:
            raise InputError(
                "member-unknown", f"{of} is no member of this inventory", of, "name a member's code or 'joint'"
            )
        return [self.ags.index(of)]

    def total(self, account: str, of: str = "joint") -> Array:
        """Drawn totals of an account [draw] (t CO2e) of a member or joint."""
        return np.asarray(self.values[:, self.rows(account)][:, :, self.column(of)].sum(axis=(1, 2)))


@cache
def settings() -> dict[str, Any]:
    """The content of the draws: seed, number, components."""
    return toml.read(content.path("inventory", "profile", "draws.toml"))


def draw(inv: Inventory, n: int | None = None, seed: int | None = None, shared: float | None = None) -> Draws:
    """`n` correlated draws of every component of an inventory (default 10,000 and the seed of the content).

    `shared` replaces every ρ (1: all members move together, 0: independent). Same seed, same numbers. InputError for
    a number of draws outside 2–200,000 or a share outside 0–1.
    """
    n = int(settings()["draws"]) if n is None else n
    seed = int(settings()["seed"]) if seed is None else seed
    if not 2 <= n <= MOST:
        raise InputError("draws-number", f"{n} draws are not possible", "draws", f"choose 2 to {MOST:,}")
    if shared is not None and not 0 <= shared <= 1:
        raise InputError("draws-shared", f"a shared part of {shared} is not possible", "shared", "choose 0 to 1")
    names, kinds, central, sigma = _components(inv)
    rho = np.array(
        [settings()["component"][c]["shared"] if shared is None else shared for c, _, _ in names], dtype=float
    )
    z = _normals(n, len(names), len(inv.ags), seed)
    mixed = np.sqrt(rho)[None, :, None] * z[:, :, :1] + np.sqrt(1 - rho)[None, :, None] * z[:, :, 1:]
    values = np.empty_like(mixed)
    for c, kind in enumerate(kinds):
        if kind == "normal":
            values[:, c] = central[c] + sigma[c] * mixed[:, c]
        elif kind == "half":
            values[:, c] = sigma[c] * np.abs(mixed[:, c])
        else:
            values[:, c] = central[c] * np.exp(sigma[c] * mixed[:, c])
    return Draws(inv.ags, names, central, sigma, rho, values, seed)


def _normals(n: int, components: int, members: int, seed: int) -> Array:
    """Standard normals [draw, component, 1 + member] from a scrambled Sobol sequence (its first n points)."""
    from scipy.special import ndtri
    from scipy.stats import qmc

    size = components * (members + 1)
    engine = qmc.Sobol(size, scramble=True, rng=np.random.default_rng(seed))
    points = engine.random_base2(int(np.ceil(np.log2(n))))[:n]
    tiny = np.finfo(float).tiny
    return np.asarray(ndtri(np.clip(points, tiny, 1 - 1e-16)).reshape(n, components, members + 1))


def _components(inv: Inventory) -> tuple[tuple[tuple[str, str, str], ...], list[str], Array, Array]:
    own = weights()["sigma"]
    single = inv.cell_sigma()
    free = np.isnan(single)
    names: list[tuple[str, str, str]] = []
    kinds: list[str] = []
    central: list[Array] = []
    sigma: list[Array] = []

    def put(name: tuple[str, str, str], kind: str, middle: Array, spread: Array) -> None:
        if not (middle.any() or (kind != "log" and spread.any())):
            return
        names.append(name)
        kinds.append(kind)
        central.append(middle)
        sigma.append(spread)

    for g, name in enumerate(GROUPS):
        lines = [i for i, line in enumerate(LINES) if group(line) == name]
        if name != "LULUCF":
            put((name, name, name), "log", np.where(free[lines], inv.t_co2e[lines], 0).sum(axis=0), inv.sigma[g])
        cells = np.where(free[lines], 0, inv.t_co2e[lines])
        weighted = (np.abs(cells) * np.where(free[lines], 0, single[lines])).sum(axis=0)
        spread = divide(weighted, np.abs(cells).sum(axis=0), own["metered"])
        put(("metered", name, f"{name} metered"), "log", cells.sum(axis=0), spread)
    at = index()
    for i, line in enumerate(LINES):
        if group(line) != "LULUCF":
            continue
        middle, low, high = (np.where(free[i], x[i], 0.0) for x in (inv.t_co2e, inv.low, inv.high))
        if i == at["LULUCF.forest"]:
            put((line, "LULUCF", line), "normal", middle, (high - low) / (2 * own["z80"]))
        elif i == at["LULUCF.water"]:
            put(("LULUCF.other", "LULUCF", line), "half", np.zeros_like(middle), np.maximum(high, 0) / HALF_NORMAL_90)
        else:
            kind = line if line == "LULUCF.organic_soils" else "LULUCF.other"
            put((kind, "LULUCF", line), "log", middle, _sigma_of(middle, high, low, own["z80"]))
    return tuple(names), kinds, np.array(central), np.array(sigma)


def _sigma_of(middle: Array, high: Array, low: Array, z: float) -> Array:
    """Log-normal sigma of cells from their 80 % range: ln(far end / value) / z; 0 where the value is 0."""
    far = np.where(middle >= 0, high, low)
    ratio = np.divide(far, middle, out=np.ones_like(middle), where=middle != 0)
    return np.asarray(np.log(ratio) / z)


def bands(draws: Draws, inv: Inventory) -> dict[str, Any]:
    """80 % bands of all accounts per AGS and joint, each with its inputs.

    `{seed, draws, engine, bands: {ags|joint: {account: {central, low, median, high, inputs[{id, title, share}]}}}}`;
    t CO2e; share: part of the variance, Cov(x, T)/Var(T), Σ = 1. Unknown process emissions: null.
    """
    from .balance import ippu_known

    known = ippu_known(inv)
    found: dict[str, Any] = {}
    for of in (*draws.ags, "joint"):
        columns = draws.column(of)
        places = draws.values.sum(axis=2) if of == "joint" else draws.values[:, :, columns[0]]
        parts = np.ascontiguousarray(places.T)  # [component, draw]
        central = draws.central[:, columns].sum(axis=1)
        found[of] = {}
        for account in ACCOUNT_GROUPS:
            if account == "ippu_t" and not (known[of] or (of == "joint" and any(known.values()))):
                found[of][account] = None
                continue
            found[of][account] = _band(draws, draws.rows(account), parts, central)
    return {"seed": draws.seed, "draws": len(draws.values), "engine": draws.engine, "bands": found}


def _band(draws: Draws, at: Sequence[int], every: Array, central: Array) -> dict[str, Any]:
    """The band of an account from its components `at`: `every` [component, draw], `central` [component]."""
    parts = every[list(at)]
    total = parts.sum(axis=0)
    low, median, high = (float(q) for q in np.quantile(total, [0.1, 0.5, 0.9]))
    centred = total - total.mean()
    variance = float(centred @ centred)
    with_total = parts @ centred
    shares: dict[str, float] = {}
    for k, c in enumerate(at):
        name = draws.components[c][0]
        if not parts[k].any():
            continue  # nothing booked here
        shares[name] = shares.get(name, 0.0) + (float(with_total[k]) / variance if variance else 0.0)
    titles = settings()["component"]
    inputs = [
        {"id": k, "title": dict(titles[k]["title"]), "share": v}
        for k, v in sorted(shares.items(), key=lambda x: (-x[1], x[0]))
    ]
    middle = float(central[list(at)].sum()) if at else 0.0
    return {"central": middle, "low": low, "median": median, "high": high, "inputs": inputs}


def measure_next(draws: Draws, account: str = "gross_t", of: str = "joint") -> list[dict[str, Any]]:
    """Which datum narrows a band most: one entry per component and member, largest first.

    `{id, ags, title, measure, ask, reduction, reduction_all}`: reduction = share of the variance of the total that
    goes when this member's component is metered (sigma of metered figures), others unchanged:
    [2 Cov(x, T) − Var(x) − (σ_metered·t)²]/Var(T). `reduction_all`: the same when every member measures it. What one
    measurement teaches about the others' shared part is left out.
    """
    at, columns = draws.rows(account), draws.column(of)
    blocks: dict[str, Array] = {}
    middle: dict[str, Array] = {}
    for c in at:
        name = draws.components[c][0]
        if name == "metered":
            continue
        blocks[name] = blocks.get(name, np.zeros((len(draws.values), len(columns)))) + draws.values[:, c][:, columns]
        middle[name] = middle.get(name, np.zeros(len(columns))) + draws.central[c][columns]
    total = draws.values[:, at][:, :, columns].sum(axis=(1, 2))
    centred = total - total.mean()
    variance = float(centred @ centred) / len(total)
    metered = float(weights()["sigma"]["metered"])

    def reduction(x: Array, left: float) -> float:
        y = x - x.mean()
        return float((2 * (y @ centred) - y @ y) / len(y) - left) / variance if variance else 0.0

    out: list[dict[str, Any]] = []
    for name, x in blocks.items():
        text = settings()["component"][name]
        after = (metered * middle[name]) ** 2
        everyone = reduction(x.sum(axis=1), float(after.sum()))
        for k, j in enumerate(columns):
            out.append(
                {
                    "id": name,
                    "ags": draws.ags[j],
                    "title": dict(text["title"]),
                    "measure": dict(text["measure"]),
                    "ask": dict(text["ask"]),
                    "reduction": reduction(x[:, k], float(after[k])),
                    "reduction_all": everyone,
                }
            )
    return sorted(out, key=lambda e: (-e["reduction"], e["id"], e["ags"]))
