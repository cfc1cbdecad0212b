"""The point of the core that is nearest to given shares."""

from __future__ import annotations

import numpy as np

from .core import excesses, least_core, proper
from .game import Array, membership, normalise, players_of


def project_core(worth: Array, shares: Array) -> Array | None:
    """Euclidean projection of `shares` (n,) on the core of a worth array (2**n); None if it is empty.

    Minimises Σ (x_i − s_i)² subject to x(N) = v(N), x(S) ≥ v(S), as a least-distance problem solved by
    non-negative least squares (Lawson, Hanson 1974), an active-set method that ends after finitely many
    steps. Shares that lie in the core come back unchanged. For a cost game pass negated costs and negated
    shares.
    """
    from scipy.optimize import nnls

    n = players_of(worth)
    normal = normalise(worth)
    eps = least_core(normal.worth)
    if n == 1:
        return worth[-1:].copy()
    if eps * normal.scale > 1e-9 * max(1.0, float(np.abs(worth).max())):
        return None
    start = (shares - normal.alone) / normal.scale
    start = start + (normal.worth[-1] - start.sum()) / n
    rows = proper(n)
    target = excesses(normal.worth, start)[rows] - max(eps, 0.0)
    if target.max() <= 1e-12:
        return normal.back(start)
    # In the plane of constant sum: directions orthogonal to (1, …, 1).
    plane = np.linalg.svd(np.ones((1, n)))[2][1:].T
    size = max(1.0, float(np.abs(target).max()))
    system = np.vstack([(membership(n)[rows] @ plane).T, target / size])
    goal = np.append(np.zeros(n - 1), 1.0)
    weights, _ = nnls(system, goal)
    residual = system @ weights - goal
    if abs(residual[-1]) < 1e-12:
        return None
    move = plane @ (-residual[:-1] / residual[-1]) * size
    return normal.back(start + move)
