"""The PDF writer: the tree as JSON data into one typst template, out comes a tagged PDF/UA-1."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from stadtland.base import content

from .style import drawable, fonts, palette
from .tree import (
    Blank,
    Block,
    Box,
    Bullets,
    Chart,
    Document,
    Gap,
    Heading,
    Inline,
    Lamp,
    Link,
    Num,
    Pair,
    Para,
    Strong,
    Table,
    Tiles,
    flagged,
)


def render(document: Document) -> bytes:
    """The report as PDF/UA-1 bytes, the same bytes for the same document."""
    compiler = _compiler(document)
    made: Any = compiler.compile(format="pdf", pdf_standards=["ua-1"])
    return bytes(made)


def _compiler(document: Document) -> Any:
    import typst

    source: Any = content.path("report", "report.typ").read_bytes()
    return typst.Compiler(
        source,
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts()]),
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(_drawable(data(document)), ensure_ascii=False)},
    )


def _drawable(value: Any) -> Any:
    """All texts of the document limited to what the shipped font can draw."""
    if isinstance(value, dict):
        return {k: _drawable(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_drawable(v) for v in value]
    return drawable(value) if isinstance(value, str) else value


def numbers(document: Document) -> list[dict[str, Any]]:
    """The numbers of the PDF with their paths, read back from the compiled document."""
    found: str = _compiler(document).query("metadata", field="value")
    return [n for n in json.loads(found) if isinstance(n, dict) and "path" in n]


def data(document: Document) -> dict[str, Any]:
    """The document as plain values for the template."""
    return {
        "lang": document.lang,
        "title": document.title,
        "subtitle": document.subtitle,
        "labels": document.labels,
        "footer": document.footer,
        "palette": palette(),
        "sections": [
            {
                "id": s.id,
                "title": _line(s.title),
                "fresh": s.fresh,
                "fit": s.fit,
                "flagged": flagged(s),
                "blocks": _blocks(s.blocks),
            }
            for s in document.sections
        ],
    }


def _line(line: Sequence[Inline]) -> list[Any]:
    return [_piece(p) for p in line]


def _piece(piece: Inline) -> Any:
    match piece:
        case Strong(parts=parts):
            return {"kind": "strong", "parts": _line(parts)}
        case Num():
            return {
                "kind": "num",
                "path": piece.formula,
                "value": piece.value,
                "text": piece.text,
                "flagged": piece.flagged,
            }
        case Lamp(tone=tone, text=text):
            return {"kind": "lamp", "tone": tone, "text": text}
        case Link(text=text, href=href):
            # links inside a site lead nowhere on paper
            return {"kind": "link", "href": href, "text": text} if href.startswith("http") else text
        case Blank(text=text):
            return {"kind": "blank", "text": f"[{text}]"}
        case Gap(text=text):
            return {"kind": "gap", "text": text}
    return piece


def _blocks(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    return [_block(b) for b in blocks]


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", "level": 2, "text": _line(block.text)}
        case Para():
            return {"kind": "para", "style": block.style, "line": _line(block.line)}
        case Bullets():
            return {"kind": "bullets", "items": [_line(i) for i in block.items]}
        case Tiles():
            tiles = [
                {"value": _line(t.value), "label": _line(t.label), "note": _line(t.note), "tone": t.tone}
                for t in block.tiles
            ]
            return {"kind": "tiles", "tiles": tiles}
        case Chart():
            return {
                "kind": "chart",
                "title": _line(block.title),
                "unit": _line(block.unit),
                "alt": block.alt,
                "svg": block.svg,
                "width": block.width,
                "source": _line(block.source),
            }
        case Table():
            return {
                "kind": "table",
                "caption": _line(block.caption),
                "head": [_line(h) for h in block.head],
                "align": block.align,
                "rows": [[_line(c) for c in row] for row in block.rows],
                "widths": block.widths,
                "total": block.total_row,
            }
        case Box():
            return {"kind": "box", "tone": block.kind, "title": _line(block.title), "blocks": _blocks(block.blocks)}
        case Pair():
            return {"kind": "pair", "left": block.left, "first": _blocks(block.first), "second": _blocks(block.second)}
