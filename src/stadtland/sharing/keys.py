"""Sharing keys of practice: the gain by people, tonnes, hectares or ability to pay, on top of what each pays alone.

x_i = c({i}) − gain · w_i / Σ w. The key divides the gain, not the whole cost, so that nobody pays more than alone while
there is a gain; whether groups are stable is checked like for every rule.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from ..base.errors import InputError
from .proportional import by_key


def gain_by_key(alone: Mapping[str, float], together: float, weights: Mapping[str, float]) -> dict[str, float]:
    """Cost shares {member: EUR} that sum to `together`; InputError `key-weight`, `key-members`.

    >>> gain_by_key({"A": 10.0, "B": 6.0}, 12.0, {"A": 3, "B": 1})
    {'A': 7.0, 'B': 5.0}
    """
    if set(alone) != set(weights):
        odd = ", ".join(sorted(set(alone) ^ set(weights)))
        raise InputError("key-members", f"costs and weights name different members: {odd}", "", "weigh every member")
    gain = math.fsum([*alone.values(), -together])
    parts = by_key(gain, weights)
    return {name: alone[name] - parts[name] for name in alone}


def ability(heads: Mapping[str, float], capacity: Mapping[str, float]) -> dict[str, float]:
    """Weights of the gain by ability to pay: heads over tax capacity per head, so that the weaker gains more.

    >>> ability({"A": 100.0, "B": 100.0}, {"A": 2000.0, "B": 1000.0})
    {'A': 0.05, 'B': 0.1}
    """
    for name, value in capacity.items():
        if not math.isfinite(value) or value <= 0:
            raise InputError("key-weight", f"{value!r} cannot be a tax capacity", name, "EUR per head, above zero")
    return {name: heads[name] / capacity[name] for name in heads}
