"""Pictures of the joint balance as plain SVG: flows between city and countryside, bridge of an old inventory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import escape

from .style import FONT, palette

WIDTH, ROW, NODE = 660, 46, 92
BAR_ROW, BAR_LEFT, BAR_RIGHT = 27, 270, 96
SMALL = 0.4  # steps below this share of the totals: the axis is cut


@dataclass(frozen=True)
class Arrow:
    """One kind of flow: its name, and for each direction (to the city, to the countryside) amount, words, whole.

    `amount` None: not known (dotted). `whole`: every flow of the sum is known.
    """

    name: str
    to_city: tuple[float | None, str, bool]
    to_rural: tuple[float | None, str, bool]


@dataclass(frozen=True)
class Bar:
    """One bar of a bridge: label, change (or total, if `total`), words of the value, kind of tone."""

    label: str
    value: float
    words: str
    total: bool = False
    open: bool = False


def _svg(high: float, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{high:.0f}" viewBox="0 0 {WIDTH} {high:.0f}" '
        f'font-family="{FONT}" font-size="12.5">' + "".join(parts) + "</svg>"
    )


def flows(arrows: Sequence[Arrow], city: str, rural: str) -> str:
    """City at the left, countryside at the right, one row a kind with an arrow each way.

    Units differ by kind, so a width compares the two directions of one kind only; an amount nobody knows is dotted.
    """
    p = palette()
    high = ROW * len(arrows) + 12
    parts = []
    for x, name, tone in ((0, city, p["city"]), (WIDTH - NODE, rural, p["rural"])):
        parts.append(
            f'<rect x="{x}" y="4" width="{NODE}" height="{high - 8:.0f}" rx="6" fill="{tone}"/>'
            f'<text x="{x + NODE / 2}" y="{high / 2 + 4:.1f}" text-anchor="middle" fill="#ffffff" font-weight="600">'
            f"{escape(name)}</text>"
        )
    for i, arrow in enumerate(arrows):
        y = 6 + ROW * i
        most = max([a for a, _, _ in (arrow.to_city, arrow.to_rural) if a] or [1.0])
        parts.append(
            f'<text x="{WIDTH / 2}" y="{y + ROW / 2 + 4:.1f}" text-anchor="middle" fill="{p["ink"]}" font-weight="600">'
            f"{escape(arrow.name)}</text>"
        )
        for (amount, words, whole), at, left in (
            (arrow.to_city, y + 11, True),
            (arrow.to_rural, y + ROW - 11, False),
        ):
            start, end = (WIDTH - NODE - 4, NODE + 14) if left else (NODE + 4, WIDTH - NODE - 14)
            width = 1.2 if amount is None else 1.5 + 4.5 * amount / most
            dash = ' stroke-dasharray="2 5"' if amount is None else "" if whole else ' stroke-dasharray="14 4"'
            tone = p["muted"] if amount is None else p["rural"] if left else p["city"]
            back, half = end + (14 if left else -14), 4 + width
            tip = f"{end - (4 if left else -4):.0f},{at:.1f} {back:.0f},{at - half:.1f} {back:.0f},{at + half:.1f}"
            parts.append(
                f'<line x1="{start}" y1="{at:.1f}" x2="{end}" y2="{at:.1f}" stroke="{tone}" '
                f'stroke-width="{width:.1f}"{dash}/><polygon points="{tip}" fill="{tone}"/>'
                f'<text x="{WIDTH - NODE - 10 if left else NODE + 10}" y="{at + (14 if left else -6):.1f}" '
                f'text-anchor="{"end" if left else "start"}" fill="{p["ink"]}" font-size="11.5">{escape(words)}</text>'
            )
    return _svg(high, parts)


def bridge(bars: Sequence[Bar], cut: Callable[[float], str]) -> str:
    """A bridge from the first total to the last: one bar a step, each from where the one above ended.

    Where the steps are small beside the totals the axis is cut: the totals get a break, and `cut` says where it begins.
    """
    p = palette()
    levels, at = [], 0.0
    for bar in bars:
        start, end = (0.0, bar.value) if bar.total else (at, at + bar.value)
        levels.append((start, end))
        at = end
    low, high = (f(v for pair in levels for v in pair) for f in (min, max))
    inner = [v for bar, pair in zip(bars, levels, strict=True) for v in (pair if not bar.total else pair[1:])]
    span = max(inner) - min(inner)
    begins = max(0.0, min(inner) - span) if span < SMALL * max(inner) else 0.0
    broken = begins > 0
    low, high = (begins, high) if broken else (min(low, 0.0), max(high, 0.0))
    room = WIDTH - BAR_LEFT - BAR_RIGHT
    scale = room / (high - low) if high > low else 0.0
    parts = []
    for i, (bar, (start, end)) in enumerate(zip(bars, levels, strict=True)):
        y = 4 + BAR_ROW * i
        a, b = sorted(BAR_LEFT + (max(v, low) - low) * scale for v in (start, end))
        tone = p["ink"] if bar.total else p["warn"] if bar.open else p["rural"] if bar.value > 0 else p["removal"]
        fill = f'fill="none" stroke="{tone}" stroke-dasharray="3 3"' if bar.open else f'fill="{tone}"'
        label = bar.label if len(bar.label) <= 42 else bar.label[:41].rstrip() + "…"
        parts.append(
            f'<text x="0" y="{y + 16}" fill="{p["ink"]}" font-weight="{600 if bar.total else 400}">'
            f"{escape(label)}</text>"
            f'<rect x="{a:.1f}" y="{y + 4}" width="{max(b - a, 1.5):.1f}" height="16" {fill}/>'
            f'<text x="{WIDTH}" y="{y + 16}" text-anchor="end" fill="{p["ink"]}">{escape(bar.words)}</text>'
        )
        if broken and bar.total:
            gap = BAR_LEFT + 14
            break_at = f"{gap},{y + 21} {gap + 6},{y + 3} {gap + 12},{y + 3} {gap + 6},{y + 21}"
            parts.append(f'<polygon points="{break_at}" fill="#ffffff"/>')
        if i + 1 < len(bars):
            x = BAR_LEFT + (end - low) * scale
            parts.append(
                f'<line x1="{x:.1f}" y1="{y + 20}" x2="{x:.1f}" y2="{y + 4 + BAR_ROW}" stroke="{p["muted"]}" '
                'stroke-width="0.8"/>'
            )
    high_px = 8 + BAR_ROW * len(bars)
    if broken:
        parts.append(f'<text x="{BAR_LEFT}" y="{high_px + 10}" fill="{p["muted"]}">{escape(cut(begins))}</text>')
    x = float(BAR_LEFT) if broken else BAR_LEFT - low * scale
    parts.append(
        f'<line x1="{x:.1f}" y1="2" x2="{x:.1f}" y2="{4 + BAR_ROW * len(bars)}" stroke="{p["line"]}" stroke-width="1"/>'
    )
    return _svg(high_px + (16 if broken else 0), parts)
