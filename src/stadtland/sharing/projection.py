"""The point of the core that is nearest to given shares."""

from __future__ import annotations

import numpy as np

from .core import TOLERANCE, core_is_empty, excesses, least_core_of, proper
from .game import Array, membership, normalise, players_of


def project_core(worth: Array, shares: Array, least: bool = False) -> Array | None:
    """Euclidean projection of `shares` (n,) on the core of a worth array (2**n); None if it is empty.

    `least`: on the least core instead where the core is empty, x(S) ≥ v(S) − ε with the smallest ε.

    Minimises Σ (x_i − s_i)² subject to x(N) = v(N), x(S) ≥ v(S). Shares that lie in the core come back
    unchanged. For a cost game pass negated costs and negated shares.
    """
    n = players_of(worth)
    normal = normalise(worth)
    if n == 1:
        return worth[-1:].copy()
    eps = least_core_of(normal.worth)
    if core_is_empty(worth, eps * normal.scale) and not least:
        return None
    start = (shares - normal.alone) / normal.scale
    start = start + (normal.worth[-1] - start.sum()) / n
    rows = proper(n)
    short = excesses(normal.worth, start)[rows] - max(eps, 0.0)
    # In the plane of constant sum: directions orthogonal to (1, …, 1).
    plane = np.linalg.svd(np.ones((1, n)))[2][1:].T
    move = _nearest(membership(n)[rows] @ plane, short)
    return None if move is None else normal.back(start + plane @ move)


def _nearest(rows: Array, short: Array) -> Array | None:
    """Shortest z with rows·z ≥ short; None if there is none.

    Dual active-set method (Goldfarb, Idnani 1983): from z = 0 one violated row after the other is made
    tight; rows whose multiplier would turn negative are let go on the way. The active rows stay
    independent.
    """
    z = np.zeros(rows.shape[1])
    active: list[int] = []
    weight: Array = np.zeros(0)
    for _ in range(100 * len(rows)):
        gap = short - rows @ z
        worst = int(gap.argmax())
        if gap[worst] <= TOLERANCE:
            return z
        own = 0.0
        while True:
            normal = rows[worst]
            mix = np.linalg.lstsq(rows[active].T, normal, rcond=None)[0] if active else np.zeros(0)
            step = normal - rows[active].T @ mix if active else normal
            length = float(step @ step)
            full = (short[worst] - normal @ z) / length if length > 1e-12 else np.inf
            room = np.where(mix > 1e-12, weight / np.where(mix > 1e-12, mix, 1.0), np.inf)
            block = int(room.argmin()) if active else -1
            part = float(room[block]) if active else np.inf
            size = min(full, part)
            if size == np.inf:
                return None
            if full < np.inf:
                z = z + size * step
            weight = weight - size * mix
            own += size
            if full <= part:
                active.append(worst)
                weight = np.append(weight, own)
                break
            del active[block]
            weight = np.delete(weight, block)
    return None
