"""τ-value: the fair mean between what each can hope for and what each can insist on."""

from __future__ import annotations

import numpy as np

from .game import Array, membership, normalise, players_of


def tau(worth: Array) -> Array | None:
    """τ-value of a worth array (2**n), shape (n,); None where the game is not quasi-balanced.

    M_i = v(N) − v(N∖i); m_i = max_{S∋i} (v(S) − Σ_{j∈S∖i} M_j); τ = m + α (M − m) with Σ τ = v(N); it
    exists if m ≤ M and Σ m ≤ v(N) ≤ Σ M. For a cost game pass the negated costs and negate the result.
    Source: Tijs 1981.
    """
    n = players_of(worth)
    normal = normalise(worth)
    w, table = normal.worth, membership(n)
    hope = w[-1] - w[(2**n - 1) ^ (1 << np.arange(n))]
    rest = w - table @ hope
    least = np.array([rest[table[:, i] > 0].max() for i in range(n)]) + hope
    slack = 1e-9 * max(1.0, float(np.abs(hope).max())) + normal.rounding / normal.scale
    if (least > hope + slack).any() or least.sum() > w[-1] + slack or hope.sum() < w[-1] - slack:
        return None
    span = hope.sum() - least.sum()
    alpha = (w[-1] - least.sum()) / span if span > slack else 0.0
    return normal.back(least + alpha * (hope - least))
