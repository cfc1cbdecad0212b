"""Simple drawings of boxes with words, as SVG: the chain of gates and stacks of roles or steps."""

from __future__ import annotations

from html import escape

from .style import FONT, palette

WIDTH = 660
SIGNS = {"passed": "✓", "ready": "•", "open": "–"}


def _wrapped(text: str, most: int) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > most:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line] if line else lines


def _text(x: float, y: float, words: str, size: float, weight: int, colour: str) -> str:
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" font-family="{FONT}" font-size="{size}" font-weight="{weight}" '
        f'fill="{colour}">{escape(words)}</text>'
    )


def _svg(height: int, inner: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}">{inner}</svg>'
    )


def chain(steps: list[tuple[str, str, str]]) -> str:
    """Steps `(label, state in words, state)` in rows of four; the state is written, colour only repeats it."""
    p = palette()
    gap, columns, high = 12, 4, 84
    wide = (WIDTH - gap * (columns - 1)) / columns
    shapes = []
    for i, (label, words, state) in enumerate(steps):
        x, y = (i % columns) * (wide + gap), (i // columns) * (high + gap)
        edge = p["accent"] if state != "open" else p["line"]
        fill = p["tint"] if state != "open" else "#ffffff"
        shapes.append(
            f'<rect x="{x + 1:.0f}" y="{y + 1:.0f}" width="{wide - 2:.0f}" height="{high - 2}" fill="{fill}" '
            f'stroke="{edge}" stroke-width="{2 if state == "passed" else 1}"/>'
        )
        for n, line in enumerate(_wrapped(label, 20)[:2]):
            shapes.append(_text(x + 9, y + 22 + 17 * n, line, 13, 600, p["ink"]))
        shapes.append(_text(x + 9, y + high - 14, words, 12, 400, p["accent"] if state != "open" else p["muted"]))
    rows = -(-len(steps) // columns)
    return _svg(rows * (high + gap) - gap, "".join(shapes))


def stack(rows: list[tuple[str, str, str]]) -> str:
    """Boxes `(title, words, state)` below each other, joined by a line."""
    p = palette()
    high, gap = 50, 12
    shapes = []
    for i, (title, words, _) in enumerate(rows):
        y = i * (high + gap)
        if i:
            shapes.append(f'<path d="M40 {y - gap}V{y}" stroke="{p["accent"]}" stroke-width="2"/>')
        shapes.append(
            f'<rect x="1" y="{y + 1}" width="{WIDTH - 2}" height="{high - 2}" fill="{p["tint"]}" '
            f'stroke="{p["accent"]}"/>'
        )
        shapes.append(_text(14, y + 21, title, 13.5, 600, p["ink"]))
        shapes.append(_text(14, y + 39, words, 12.5, 400, p["ink"]))
    return _svg(len(rows) * (high + gap) - gap, "".join(shapes))
