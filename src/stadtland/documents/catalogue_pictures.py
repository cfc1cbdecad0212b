"""The small picture of a card: ranges of effect, cost, land and protection as bars, drawn as plain SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import escape

from .style import FONT, palette

WIDTH, ROW, LEFT, RIGHT = 660, 26, 220, 150


@dataclass(frozen=True)
class Span:
    """One row: label, low, central and high, the words for the three, and the grade of evidence."""

    label: str
    low: float
    central: float
    high: float
    words: str
    grade: str


TONES = {"A": "lamp_green", "B": "lamp_yellow", "C": "lamp_red"}


def draw(spans: Sequence[Span]) -> str:
    """SVG of one bar a row, each on its own scale from zero; the grade is a letter, so colour never speaks alone."""
    p = palette()
    high = ROW * len(spans) + 6
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{high}" viewBox="0 0 {WIDTH} {high}" '
        f'font-family="{FONT}" font-size="12.5">'
    ]
    for at, span in enumerate(spans):
        y = 3 + ROW * at + ROW / 2
        start, end = min(0.0, span.low, span.high), max(0.0, span.low, span.high)
        width = WIDTH - LEFT - RIGHT
        scale = width / (end - start) if end > start else 0.0

        def x(value: float, start: float = start, scale: float = scale) -> float:
            return LEFT + (value - start) * scale

        a, b = sorted((x(span.low), x(span.high)))
        parts.append(
            f'<text x="0" y="{y + 4:.1f}" fill="{p["ink"]}">{escape(span.label)}</text>'
            f'<line x1="{LEFT}" y1="{y:.1f}" x2="{LEFT + width}" y2="{y:.1f}" stroke="{p["line"]}"/>'
            f'<line x1="{x(0.0):.1f}" y1="{y - 8:.1f}" x2="{x(0.0):.1f}" y2="{y + 8:.1f}" stroke="{p["muted"]}"/>'
            f'<rect x="{a:.1f}" y="{y - 5:.1f}" width="{max(b - a, 1.5):.1f}" height="10" rx="2" '
            f'fill="{p["accent2"]}" opacity="0.55"/>'
            f'<circle cx="{x(span.central):.1f}" cy="{y:.1f}" r="5" fill="{p["accent"]}"/>'
            f'<text x="{WIDTH - 22}" y="{y + 4:.1f}" text-anchor="end" fill="{p["ink"]}">{escape(span.words)}</text>'
            f'<circle cx="{WIDTH - 8}" cy="{y:.1f}" r="8" fill="{p[TONES[span.grade]]}"/>'
            f'<text x="{WIDTH - 8}" y="{y + 4:.1f}" text-anchor="middle" fill="#ffffff" font-size="10.5">'
            f"{span.grade}</text>"
        )
    return "".join(parts) + "</svg>"
