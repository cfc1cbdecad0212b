"""Map and flow picture, drawn as SVG by hand: outlines in a simple equirectangular projection."""

from __future__ import annotations

import math
from html import escape
from typing import Any

from .style import FONT, palette

Ring = list[list[float]]


def outlines(members: list[dict[str, Any]], width: int = 660, height: int = 300) -> str:
    """The outlines of all members that have one.

    members: `{name, role, outline}` with outline = list of rings of [longitude, latitude] in degrees.
    Projection: x = longitude · cos(mean latitude), y = latitude (equirectangular, true at the mean latitude).
    Returns an empty text if nobody has an outline.
    """
    drawn = [m for m in members if m.get("outline")]
    points = [point for m in drawn for ring in m["outline"] for point in ring]
    if not points:
        return ""
    squeeze = math.cos(math.radians(sum(y for _, y in points) / len(points)))
    west, east = min(x for x, _ in points) * squeeze, max(x for x, _ in points) * squeeze
    south, north = min(y for _, y in points), max(y for _, y in points)
    scale = min((width - 20) / (east - west), (height - 44) / (north - south))
    left = (width - scale * (east - west)) / 2
    top = 8

    def place(point: list[float]) -> tuple[float, float]:
        return left + (point[0] * squeeze - west) * scale, top + (north - point[1]) * scale

    colours = palette()
    shapes: list[str] = []
    labels: list[tuple[float, float, str]] = []
    for member in drawn:
        colour = colours["city" if member.get("role") == "city" else "rural"]
        for ring in member["outline"]:
            path = "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in map(place, ring)) + "Z"
            shapes.append(
                f'<path d="{path}" fill="{colour}" fill-opacity="0.22" stroke="{colour}" stroke-width="1.4"/>'
            )
        x, y = place(_centre(max(member["outline"], key=lambda r: abs(_area(r)))))
        labels.append((x, y + 5, str(member.get("name", ""))))
    names = [_label(x, y, text, colours["ink"]) for x, y, text in _apart(labels)]
    bar = _scale_bar(scale, height, colours["ink"])
    return _svg(width, height, "".join(shapes + names) + bar)


def _label(x: float, y: float, name: str, ink: str) -> str:
    common = f'x="{x:.1f}" y="{y:.1f}" text-anchor="middle" font-family="{FONT}" font-size="14" font-weight="500"'
    text = escape(name)
    edge = 'stroke="white" stroke-width="3.5" stroke-linejoin="round" fill="white" aria-hidden="true"'
    halo = f"<text {common} {edge}>{text}</text>"
    return f'{halo}<text {common} fill="{ink}">{text}</text>'


def _apart(labels: list[tuple[float, float, str]]) -> list[tuple[float, float, str]]:
    """Labels moved up or down where two would overlap (a letter is about 8 px wide, a line 17 px high)."""
    placed: list[tuple[float, float, str]] = []
    for x, y, text in sorted(labels, key=lambda label: label[1]):
        free = y
        for px, py, other in placed:
            if abs(px - x) < 4.3 * (len(text) + len(other)) and abs(free - py) < 17:
                free = py + 17
        placed.append((x, free, text))
    return placed


def _scale_bar(scale: float, height: int, ink: str) -> str:
    pixels = scale * 10 / 111.195  # 10 km; one degree of latitude is 111.195 km on a sphere of 6371 km
    y = height - 8
    return (
        f'<path d="M8,{y - 4}v4h{pixels:.1f}v-4" fill="none" stroke="{ink}" stroke-width="1.2"/>'
        f'<text x="{14 + pixels:.1f}" y="{y}" font-family="{FONT}" font-size="12" fill="{ink}">10 km</text>'
    )


def _area(ring: Ring) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2


def _centre(ring: Ring) -> list[float]:
    area = _area(ring)
    if area == 0:
        return ring[0]
    pairs = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    cross = [a[0] * b[1] - b[0] * a[1] for a, b in pairs]
    x = sum((a[0] + b[0]) * c for (a, b), c in zip(pairs, cross, strict=True)) / (6 * area)
    y = sum((a[1] + b[1]) * c for (a, b), c in zip(pairs, cross, strict=True)) / (6 * area)
    return [x, y]


def flows(rows: list[dict[str, Any]], sides: tuple[str, str], width: int = 660) -> str:
    """One arrow per flow between city (left) and countryside (right).

    rows: `{title, text, known, to_city}`; `to_city` None is drawn in both directions. Unknown flows are dashed.
    """
    colours = palette()
    top, box = 10, 104
    height = top * 2 + sum(_step(row) for row in rows)
    parts = []
    for x, side, colour in ((0, sides[0], colours["city"]), (width - box, sides[1], colours["rural"])):
        parts.append(f'<rect x="{x}" y="2" width="{box}" height="{height - 4}" rx="5" fill="{colour}"/>')
        parts.append(
            f'<text x="{x + box / 2}" y="{height / 2 + 6:.0f}" text-anchor="middle" font-family="{FONT}" '
            f'font-size="{min(18, 90 / len(side or "-") / 0.56):.1f}" '
            f'font-weight="600" fill="white">{escape(side)}</text>'
        )
    start, end = box + 14, width - box - 14
    y = float(top)
    for row in rows:
        line = y + 22
        colour = colours["accent"] if row["known"] else colours["muted"]
        dash = "" if row["known"] else ' stroke-dasharray="5 4"'
        parts.append(
            f'<path d="M{start},{line}H{end}" stroke="{colour}" stroke-width="{2.4 if row["known"] else 1.5}"{dash}/>'
        )
        if row["to_city"] is not False:
            parts.append(f'<path d="M{start - 9},{line}l11,-5v10z" fill="{colour}"/>')
        if row["to_city"] is not True:
            parts.append(f'<path d="M{end + 9},{line}l-11,-5v10z" fill="{colour}"/>')
        middle = (start + end) / 2
        parts.append(_words(middle, line - 6, row["title"], 13, 500, colours["ink"]))
        if row["known"]:
            parts.append(_words(middle, line + 15, row["text"], 12, 400, colours["accent"]))
        y += _step(row)
    return _svg(width, height, "".join(parts))


def _step(row: dict[str, Any]) -> int:
    return 46 if row["known"] else 31


def _words(x: float, y: float, words: str, size: float, weight: int, colour: str) -> str:
    """Centred text, made smaller where it would not fit between the two boxes (about half an em a letter)."""
    size = min(size, 425 / max(1, len(words)) / 0.5)
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="middle" font-family="{FONT}" font-size="{size:.1f}" '
        f'font-weight="{weight}" '
        f'fill="{colour}">{escape(words)}</text>'
    )


def _svg(width: int, height: int, inner: str) -> str:
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{inner}</svg>'
