"""The palette and the fonts, shared by page, PDF and charts."""

from __future__ import annotations

from functools import cache
from struct import unpack
from typing import Any

from stadtland.base import content, toml

FONT = "Fira Sans"
WEIGHTS = (("FiraSans-Regular.ttf", 400), ("FiraSans-Medium.ttf", 500), ("FiraSans-SemiBold.ttf", 600))


@cache
def palette() -> dict[str, Any]:
    """Colours by name, from `content/report/style.toml`."""
    return toml.read(content.path("report", "style.toml"))


def fonts() -> str:
    """The folder of the shipped fonts."""
    return str(content.path("fonts"))


@cache
def covered() -> frozenset[int]:
    """Code points that the shipped regular font can draw, from its character map (cmap table, format 4)."""
    raw = content.path("fonts", WEIGHTS[0][0]).read_bytes()
    tables = {raw[12 + 16 * i : 16 + 16 * i]: 12 + 16 * i for i in range(unpack(">H", raw[4:6])[0])}
    (start,) = unpack(">I", raw[tables[b"cmap"] + 8 : tables[b"cmap"] + 12])
    found: set[int] = set()
    for i in range(unpack(">H", raw[start + 2 : start + 4])[0]):
        (offset,) = unpack(">I", raw[start + 8 + 8 * i : start + 12 + 8 * i])
        at = start + offset
        kind, _, _, doubled = unpack(">4H", raw[at : at + 8])
        if kind == 4:
            ends = unpack(f">{doubled // 2}H", raw[at + 14 : at + 14 + doubled])
            starts = unpack(f">{doubled // 2}H", raw[at + 16 + doubled : at + 16 + 2 * doubled])
            found |= {c for low, high in zip(starts, ends, strict=True) for c in range(low, high + 1)}
    return frozenset(found - {0xFFFF})


def drawable(text: str) -> str:
    """The text with a question mark for what the font cannot draw; the PDF standard forbids missing glyphs."""
    known = covered()
    return "".join(c if ord(c) in known or c in "\n\u00ad" else "?" for c in text if c >= " " or c == "\n")
