"""Errors in the reader's language.

Rooms raise errors with English wording; the German wording stands in content/errors. The English wording with `…` for
what is filled in is the key, so no call site has to know about languages, and a missing translation is found by a test.
"""

from __future__ import annotations

import re
from functools import cache

from . import content, toml
from .errors import StadtlandError

SLOT = "…"
LABELS = {"de": ("Ort", "Abhilfe"), "en": ("at", "cure")}


@cache
def _patterns(part: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """(pattern of the English wording, German wording), the most telling first."""
    by_weight = sorted(table(part).items(), key=lambda item: -len(item[0].replace(SLOT, "")))
    return tuple((pattern(english), german) for english, german in by_weight)


def table(part: str) -> dict[str, str]:
    """English wording → German wording, from `errors/<part>.toml` and `errors/<part>_<topic>.toml`."""
    found: dict[str, str] = {}
    for path in sorted(content.path("errors").glob(f"{part}*.toml")):
        found |= toml.read(path)
    return found


def pattern(english: str) -> re.Pattern[str]:
    """The wording as a pattern whose groups are the slots.

    >>> pattern("… is no date").fullmatch("31.2. is no date").group(1)
    '31.2.'
    """
    return re.compile("(.*?)".join(re.escape(piece) for piece in english.split(SLOT)), re.DOTALL)


def fill(german: str, slots: tuple[str, ...]) -> str:
    """The German wording with its slots filled, in order or by number.

    >>> fill("statt {2}: …", ("3", "5"))
    'statt 5: 3'
    """
    rest = iter(slots)
    text = re.sub(SLOT, lambda _: next(rest, SLOT), german)
    return re.sub(r"\{(\d+)\}", lambda m: slots[int(m[1]) - 1] if 0 < int(m[1]) <= len(slots) else m[0], text)


def translated(text: str, part: str, lang: str) -> str:
    """`text` (part `what` or `cure`) in the language; English where no German wording is known."""
    if lang != "de" or not text:
        return text
    for regex, german in _patterns(part):
        found = regex.fullmatch(text)
        if found:
            return fill(german, found.groups())
    return text


def in_words(error: StadtlandError, lang: str) -> str:
    """The whole error for a reader: code and what, where, cure; each on its line.

    >>> from stadtland.base.errors import InputError
    >>> print(in_words(InputError("file-missing", "the file does not exist", "a.toml"), "de"))
    file-missing: Die Datei ist nicht da
      Ort: a.toml
    """
    where, cure = LABELS.get(lang, LABELS["en"])
    lines = [f"{error.code}: {translated(error.what, 'what', lang)}"]
    if error.where:
        lines.append(f"  {where}: {error.where}")
    if error.cure:
        lines.append(f"  {cure}: {translated(error.cure, 'cure', lang)}")
    return "\n".join(lines)
