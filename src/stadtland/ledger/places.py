"""Outlines of plots: do two of them overlap, and by how much? Exact, on whole centimetres.

Each outline is a ring of (x, y) in metres of one projected system (EPSG:25832 or 25833). Both are cut into vertical
strips at every corner and crossing; inside a strip no edges cross, so the common area is a sum of trapezoids. With
whole centimetres and fractions there is no rounding: neighbours that share a border overlap by exactly 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from stadtland.base.errors import InputError

Ring = list[tuple[int, int]]
TOLERANCE_M2 = Fraction(1)  # digitised borders of neighbours may cross by so much
MOST_CORNERS = 500


def ring(points: Any, where: str) -> Ring:
    """An outline in centimetres; InputError `outline-*` for fewer than 3 corners, no area or crossing edges."""
    if not isinstance(points, Sequence) or isinstance(points, str) or not 3 <= len(points) <= MOST_CORNERS:
        raise InputError("outline-corners", "an outline is a list of 3 to 500 points", where, "list [x, y] in metres")
    corners: Ring = []
    for point in points:
        good = isinstance(point, Sequence) and not isinstance(point, str) and len(point) == 2
        if not good or not all(isinstance(v, int | float) and not isinstance(v, bool) for v in point):
            raise InputError("outline-corners", f"{point!r:.40} is not a point", where, "write [x, y] in metres")
        if not all(math.isfinite(v) and abs(v) < 1e8 for v in point):
            raise InputError("outline-corners", f"{point!r:.40} lies outside the map", where, "metres of EPSG:25832")
        corner = (round(point[0] * 100), round(point[1] * 100))
        if not corners or corner != corners[-1]:
            corners.append(corner)
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    if len(corners) < 3 or area_m2(corners) == 0:
        raise InputError("outline-corners", "the outline encloses no area", where, "list its corners in order")
    if _crosses_itself(corners):
        raise InputError("outline-crossed", "the edges of the outline cross", where, "list its corners in order")
    return corners


def area_m2(corners: Ring) -> Fraction:
    """Area in m², exact."""
    twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(corners, corners[1:] + corners[:1], strict=True))
    return Fraction(abs(twice), 20_000)


def overlap_m2(one: Ring, other: Ring) -> Fraction:
    """Common area of two outlines in m², exact.

    >>> overlap_m2([(0, 0), (200, 0), (200, 200), (0, 200)], [(100, 100), (300, 100), (300, 300), (100, 300)])
    Fraction(1, 1)
    """
    low, high = max(min(x for x, _ in r) for r in (one, other)), min(max(x for x, _ in r) for r in (one, other))
    if low >= high or max(min(y for _, y in r) for r in (one, other)) >= min(
        max(y for _, y in r) for r in (one, other)
    ):
        return Fraction(0)
    edges = [_edges(one, low, high), _edges(other, low, high)]
    cuts = {Fraction(low), Fraction(high)}
    cuts |= {Fraction(x) for r in (one, other) for x, _ in r if low < x < high}
    cuts |= {x for a in edges[0] for b in edges[1] if (x := _meeting(a, b)) is not None and low < x < high}
    total = Fraction(0)
    for left, right in pairwise(sorted(cuts)):
        middle = (left + right) / 2
        total += (right - left) * _common(_spans(edges[0], middle), _spans(edges[1], middle))
    return total / 10_000


Edge = tuple[int, int, int, int]


def _edges(corners: Ring, low: int, high: int) -> list[Edge]:
    """Edges from left to right that reach into low < x < high; upright ones bound no strip."""
    found = []
    for a, b in zip(corners, corners[1:] + corners[:1], strict=True):
        (x1, y1), (x2, y2) = sorted((a, b))
        if x1 < x2 and x2 > low and x1 < high:
            found.append((x1, y1, x2, y2))
    return found


def _meeting(a: Edge, b: Edge) -> Fraction | None:
    """x where the two edges cross, if they do."""
    dx1, dy1, dx2, dy2 = a[2] - a[0], a[3] - a[1], b[2] - b[0], b[3] - b[1]
    det = dy1 * dx2 - dy2 * dx1
    if det == 0:
        return None
    x = Fraction((b[1] - a[1]) * dx1 * dx2 + a[0] * dy1 * dx2 - b[0] * dy2 * dx1, det)
    return x if max(a[0], b[0]) <= x <= min(a[2], b[2]) else None


def _spans(edges: list[Edge], x: Fraction) -> list[tuple[Fraction, Fraction]]:
    """Stretches of the upright line at x that lie inside, bottom to top (even-odd rule)."""
    hits = sorted(y1 + (x - x1) * Fraction(y2 - y1, x2 - x1) for x1, y1, x2, y2 in edges if x1 < x < x2)
    return list(zip(hits[::2], hits[1::2], strict=True))


def _common(one: list[tuple[Fraction, Fraction]], other: list[tuple[Fraction, Fraction]]) -> Fraction:
    shared = (min(a[1], b[1]) - max(a[0], b[0]) for a in one for b in other)
    return sum((s for s in shared if s > 0), Fraction(0))


def _crosses_itself(corners: Ring) -> bool:
    n = len(corners)
    sides = list(zip(corners, corners[1:] + corners[:1], strict=True))
    for i in range(n):
        for j in range(i + 2, n):
            if (i, j) != (0, n - 1) and _touch(*sides[i], *sides[j]):
                return True
    return False


def _turn(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> int:
    value = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (value > 0) - (value < 0)


def _touch(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int], d: tuple[int, int]) -> bool:
    t = (_turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b))
    if t[0] != t[1] and t[2] != t[3]:
        return True

    def on(p: tuple[int, int], q: tuple[int, int], r: tuple[int, int]) -> bool:
        return min(p[0], q[0]) <= r[0] <= max(p[0], q[0]) and min(p[1], q[1]) <= r[1] <= max(p[1], q[1])

    return any(k == 0 and on(*w) for k, w in zip(t, ((a, b, c), (a, b, d), (c, d, a), (c, d, b)), strict=True))
