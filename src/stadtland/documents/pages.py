"""Short documents of one topic (targets, consolidation, bridge of an old inventory): labels, texts, all writers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from stadtland.base import content, locale, toml
from stadtland.base.errors import InputError

from .report import LABELS
from .tree import Document, Inline, Line, Num, Section


@cache
def words(area: str) -> Mapping[str, Mapping[str, str]]:
    """The texts of `content/report/<area>.toml`."""
    return toml.read(content.path("report", f"{area}.toml"))


class Say:
    """Texts of one area in one language, and numbers that know where they come from."""

    def __init__(self, area: str, lang: str) -> None:
        if lang not in locale.LANGUAGES:
            raise InputError("language", f"the language {lang!r} is not available", "--lang", "use de or en")
        self.area, self.lang = area, lang

    def __call__(self, key: str, /, **params: Any) -> str:
        return words(self.area)[key][self.lang].format(**params)

    def num(self, path: str, value: float | None, digits: int = 0, sign: bool = False) -> Inline:
        """A number with its path in the JSON of the command (or a formula of `[paths]`), or the word for unknown."""
        if value is None:
            return self("unknown")
        return Num(
            path if "[" in path or not path else f"[{path}]", value, locale.number(value, self.lang, digits, sign)
        )

    def cut(self, value: float) -> str:
        """The words under an axis that does not begin at zero."""
        return words("common")["axis_cut"][self.lang].format(value=locale.number(value, self.lang))

    def head(self, *keys: str) -> list[Line]:
        """Column heads."""
        return [[self(k) if k else ""] for k in keys]

    def document(self, title: str, subtitle: str, sections: list[Section], footer: str) -> Document:
        """The sections as a document with the labels of the report."""
        labels = {key: words("common")[key][self.lang] for key in LABELS}
        return Document(self.lang, title, subtitle, labels, sections, footer)


def files(document: Document, name: str) -> dict[str, bytes]:
    """`<name>-<lang>.html` and `<name>-<lang>.pdf` (tagged, PDF/UA-1) by file name."""
    from . import html, pdf

    return {
        f"{name}-{document.lang}.html": html.render(document),
        f"{name}-{document.lang}.pdf": pdf.render(document),
    }
