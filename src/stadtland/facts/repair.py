"""Repair of texts that were decoded twice (UTF-8 read as Windows-1252, "MÃ¼nchen"), letter by letter."""

from __future__ import annotations

import re

# first letters that a damaged umlaut, sign, dash or quotation mark begins with, and what belongs to it
_DAMAGED = re.compile(r"[ÃÂ][^\x00-\x7f]|â[^\x00-\x7f]{2}")


def repair_text(text: str) -> str:
    """The text as it was meant; sound letters stay as they are.

    Files mix damaged and sound lines, one value even both, so each group of letters is tried alone: what
    cannot be read as UTF-8 after going back to bytes was never damaged.

    >>> repair_text("MÃ¼nchen"), repair_text("München"), repair_text("FlÃ¤che der Wälder")
    ('München', 'München', 'Fläche der Wälder')
    """
    return _DAMAGED.sub(_mend, text)


def _mend(found: re.Match[str]) -> str:
    try:
        return b"".join(_byte(letter) for letter in found[0]).decode("utf-8")
    except UnicodeError:
        return found[0]


def _byte(letter: str) -> bytes:
    # Windows-1252 leaves five bytes undefined; readers then keep them as the control character of that number
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")
