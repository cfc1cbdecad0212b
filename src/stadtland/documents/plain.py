"""The text writer: a document tree as lines for a terminal. Charts become their text alternative."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from .tree import Block, Box, Bullets, Chart, Document, Heading, Pair, Para, Section, Table, Tiles, plain

WIDTH = 110
LONG = 28  # a longer word, as a web address, is broken
FEW = 12  # a column of at most so many characters is never wrapped


def lines(document: Document, width: int = WIDTH) -> list[str]:
    """The document as lines of text: titles underlined, tables aligned, no colour, no control characters."""
    out = [document.title, "=" * min(len(document.title), width), document.subtitle]
    for section in document.sections:
        out += section_lines(section, width)
    return [*out, "", *textwrap.wrap(document.footer, width)]


def section_lines(section: Section, width: int = WIDTH) -> list[str]:
    """One section as lines."""
    title = plain(section.title)
    out = ["", title, "-" * min(len(title), width)]
    for block in section.blocks:
        out += _block(block, width)
    return out


def _block(block: Block, width: int) -> list[str]:
    match block:
        case Heading(text=line):
            return ["", plain(line)]
        case Para(line=line):
            return textwrap.wrap(plain(line), width)
        case Bullets(items=items):
            return [x for i in items for x in _hanging("- ", plain(i), width)]
        case Tiles(tiles=tiles):
            return [f"{plain(t.label)}: {plain(t.value)}" + (f" ({plain(t.note)})" if t.note else "") for t in tiles]
        case Chart():
            return _hanging("", f"[{plain(block.title)}] {block.alt}", width)
        case Table():
            return ["", plain(block.caption), *table(block, width)]
        case Box(title=title, blocks=inner):
            return ["", f"! {plain(title)}", *(f"  {x}" for b in inner for x in _block(b, width - 2))]
        case Pair(first=first, second=second):
            return [x for b in [*first, *second] for x in _block(b, width)]


def _hanging(mark: str, text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, initial_indent=mark, subsequent_indent=" " * len(mark) or "  ")


def table(block: Table, width: int = WIDTH) -> list[str]:
    """An aligned table: the head, then the rows; columns of words share the room that is left and are wrapped."""
    rows = [[plain(c) for c in block.head], *([plain(c) for c in row] for row in block.rows)]
    wide = [max(len(row[i]) for row in rows) for i in range(len(block.align))]
    over = sum(wide) + 2 * (len(wide) - 1) - width
    words = [i for i, a in enumerate(block.align) if a == "l" and wide[i] > FEW]
    if over <= 0 or not words:
        return grid(rows, block.align)
    least = {i: min(LONG, max(len(w) for row in rows for w in (row[i].split() or [""]))) for i in words}
    spare = max(sum(wide[i] for i in words) - over - sum(least.values()), 0)
    grow = {i: wide[i] - least[i] for i in words}
    limit = {i: least[i] + spare * grow[i] // max(sum(grow.values()), 1) for i in words}
    out: list[list[str]] = []
    for row in rows:
        cells = [
            textwrap.wrap(c, limit[i], break_on_hyphens=False) or [""] if i in limit else [c] for i, c in enumerate(row)
        ]
        high = max(map(len, cells))
        out += [[c[k] if k < len(c) else "" for c in cells] for k in range(high)]
    return grid(out, block.align)


def grid(rows: Sequence[Sequence[str]], align: str = "") -> list[str]:
    """Rows of equal length as aligned lines; `align` one letter per column, l or r (default: first l, others r).

    >>> grid([["a", "x"], ["bb", "10"]])
    ['a    x', 'bb  10']
    """
    align = align or "l" + "r" * (len(rows[0]) - 1)
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        "  ".join(c.ljust(w) if a == "l" else c.rjust(w) for c, w, a in zip(row, widths, align, strict=True)).rstrip()
        for row in rows
    ]
