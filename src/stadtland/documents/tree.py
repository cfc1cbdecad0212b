"""The document tree: sections of blocks, blocks of inline pieces. Both writers read this and nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Num:
    """A number for the reader. `formula` says where in results.json it comes from (see `numbers`)."""

    formula: str
    value: float
    text: str
    flagged: bool = False


@dataclass(frozen=True)
class Gap:
    """A number that results.json does not hold; shown as such."""

    formula: str
    text: str


@dataclass(frozen=True)
class Lamp:
    """Coloured dots of a traffic light; the word stands beside it, so colour never speaks alone."""

    tone: str
    text: str


@dataclass(frozen=True)
class Link:
    """A text that leads to a page of the same site or to a source on the net."""

    text: str
    href: str
    title: str = ""
    lang: str = ""  # of the text, where it differs from the page


@dataclass(frozen=True)
class Blank:
    """A place that people fill in by hand, marked as such (`[Name eintragen]`)."""

    text: str


Piece = str | Num | Gap | Lamp | Link | Blank


@dataclass(frozen=True)
class Strong:
    """Emphasised text."""

    parts: tuple[Piece, ...]


Inline = Piece | Strong
Line = list[Inline]


@dataclass
class Heading:
    """A heading inside a section; level 2 or 3 (the section title is level 1)."""

    text: Line
    level: int = 2
    anchor: str = ""


@dataclass
class Para:
    """A paragraph; style `normal`, `lead`, `note`."""

    line: Line
    style: str = "normal"


@dataclass
class Bullets:
    """A list."""

    items: list[Line]


@dataclass
class Tile:
    """One lead figure: a number, what it is, a remark."""

    value: Line
    label: Line
    note: Line = field(default_factory=list)
    tone: str = "plain"


@dataclass
class Tiles:
    """A row of lead figures."""

    tiles: list[Tile]


@dataclass
class Chart:
    """A picture with title, unit and a text alternative; the width stands in the SVG."""

    id: str
    title: Line
    unit: Line
    alt: str
    svg: str
    source: Line = field(default_factory=list)

    @property
    def width(self) -> float:
        """Natural width in px."""
        found = re.search(r'width="([\d.]+)"', self.svg)
        return float(found.group(1)) if found else 660.0


@dataclass
class Table:
    """A table. The first column holds row headers; `align` is one letter per column, l or r."""

    caption: Line
    head: list[Line]
    rows: list[list[Line]]
    align: str
    widths: list[float] = field(default_factory=list)
    total_row: bool = False


@dataclass
class Box:
    """A framed remark; kind `info`, `warn`, `gap`."""

    kind: str
    title: Line
    blocks: list[Block]


@dataclass
class Pair:
    """Two columns side by side; `left` is the share of the left one."""

    first: list[Block]
    second: list[Block]
    left: float = 0.5


Block = Heading | Para | Bullets | Tiles | Chart | Table | Box | Pair


@dataclass
class Section:
    """A chapter. `fresh` starts a new page; `fit` asks the PDF writer to keep it on that page."""

    id: str
    title: Line
    blocks: list[Block]
    fresh: bool = True
    fit: bool = True
    kicker: Line = field(default_factory=list)


@dataclass
class Document:
    """The report in one language."""

    lang: str
    title: str
    subtitle: str
    labels: dict[str, str]
    sections: list[Section]
    footer: str


def pieces(lines: Sequence[Inline]) -> list[Piece]:
    """The line without emphasis marks."""
    flat: list[Piece] = []
    for piece in lines:
        if isinstance(piece, Strong):
            flat.extend(piece.parts)
        else:
            flat.append(piece)
    return flat


def plain(lines: Sequence[Inline]) -> str:
    """The line as plain text, for alternatives and titles."""
    return "".join(p if isinstance(p, str) else p.text for p in pieces(lines))


def lines_of(block: Block) -> list[Line]:
    """All lines in a block, inner blocks included."""
    match block:
        case Heading(text=line) | Para(line=line):
            return [line]
        case Bullets(items=items):
            return list(items)
        case Tiles(tiles=tiles):
            return [line for t in tiles for line in (t.value, t.label, t.note)]
        case Chart():
            return [block.title, block.unit, block.source]
        case Table():
            return [block.caption, *block.head, *(cell for row in block.rows for cell in row)]
        case Box():
            return [block.title, *(line for b in block.blocks for line in lines_of(b))]
        case Pair():
            return [line for b in [*block.first, *block.second] for line in lines_of(b)]


def flagged(section: Section) -> bool:
    """Whether a number of the section is marked as not for decision."""
    return any(isinstance(p, Num) and p.flagged for b in section.blocks for line in lines_of(b) for p in pieces(line))
