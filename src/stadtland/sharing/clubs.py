"""Clubs of similar villages: members that act as one in a game too large for all coalitions.

The game of the clubs is exact. Inside a club its share is divided by equal gain over what its members pay alone; how
far this lies from the exact game is shown on a case of eight members in docs/measurements.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..base.errors import InputError


def clubs(features: Mapping[str, Sequence[float]], apart: Sequence[str], most: int) -> list[tuple[str, ...]]:
    """At most `most` clubs: members of `apart` (cities) stand alone, the others are joined by likeness (Ward's method).

    `features`: numbers that make members alike, by member; each is divided by its spread. Order: as in `features`.
    InputError `clubs-few` if there is no room for the others.
    """
    others = [m for m in features if m not in apart]
    room = most - len([m for m in features if m in apart])
    if not others:
        return [(m,) for m in features]
    if room < 1:
        raise InputError("clubs-few", f"{most} clubs leave no room for villages", "--clubs", "allow more clubs")
    if len(others) <= room:
        return [(m,) for m in features]
    from scipy.cluster.hierarchy import fcluster, linkage

    table = np.array([[float(v) for v in features[m]] for m in others])
    spread = table.std(axis=0)
    scaled = (table - table.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    label = fcluster(linkage(scaled, "ward"), room, "maxclust")
    groups: dict[int, list[str]] = {}
    for member, number in zip(others, label, strict=True):
        groups.setdefault(int(number), []).append(member)
    found = [(m,) for m in features if m in apart] + [tuple(g) for g in groups.values()]
    place = {m: i for i, m in enumerate(features)}
    return sorted(found, key=lambda g: place[g[0]])


def inside(
    shares: Mapping[str, float], members: Mapping[str, Sequence[str]], alone: Mapping[str, float]
) -> dict[str, float]:
    """Shares of members from shares of clubs: what each pays alone less an equal part of the club's gain.

    >>> inside({"C": 10.0}, {"C": ["a", "b"]}, {"a": 8.0, "b": 6.0})
    {'a': 6.0, 'b': 4.0}
    """
    found: dict[str, float] = {}
    for club, names in members.items():
        gain = (sum(alone[m] for m in names) - shares[club]) / len(names)
        found |= {m: alone[m] - gain for m in names}
    return found
