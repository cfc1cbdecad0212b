"""Papers as data: kinds of drafts with their texts, checked when read (`content/guide/papers/*.toml`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from stadtland.base import content, strict, toml
from stadtland.base.errors import InputError

GROUPS = ("start", "agree", "data", "decide", "land", "run", "show")
FORMATS = ("docx", "pdf", "html")
OTHERS = ("sdg", "slides")  # papers with a writer of their own
SLOTS = frozenset(
    ("name", "members", "city", "rural", "member", "today", "results_hash", "method", "horizon", "price_year", "other")
)
"""Words that every text may use besides the live figures."""


@dataclass(frozen=True)
class Paper:
    """One kind of paper. `per_member`: one for each member; `one_page`: kept to one page where it is printed."""

    id: str
    group: str
    title: Mapping[str, str]
    purpose: Mapping[str, str]
    text: Mapping[str, str]
    per_member: bool = False
    one_page: bool = False
    draft: bool = True


def read(path: Path) -> Paper:
    """A paper from its file; InputError names file, place and cure (unknown slot, missing language, unknown key)."""
    from .figures import figures

    entry = toml.read(path)
    where = path.name
    needed = ("group", "title", "purpose", "text")
    strict.keys(entry, (*needed, "per_member", "one_page", "draft"), where, needed)
    strict.one_of(entry["group"], GROUPS, f"{where}: group")
    for key in needed[1:]:
        both = strict.mapping(entry[key], f"{where}: {key}")
        strict.keys(both, ("de", "en"), f"{where}: {key}", ("de", "en"))
        if not all(isinstance(v, str) and v.strip() for v in both.values()):
            raise InputError("paper-empty", "a text is empty", f"{where}: {key}", "write it in German and English")
    for lang in ("de", "en"):
        used = set(re.findall(r"\{([a-z_0-9]+)\}", entry["text"][lang]))
        unknown = sorted(used - SLOTS - set(figures()))
        if unknown:
            raise InputError(
                "paper-slot",
                f"{{{unknown[0]}}} is no figure",
                f"{where}: text.{lang}",
                "use a name of figures.toml, see `stadtland papers figures`",
            )
    return Paper(
        re.sub(r"^\d+-", "", path.stem), entry["group"], entry["title"], entry["purpose"], entry["text"],
        bool(entry.get("per_member")), bool(entry.get("one_page")), bool(entry.get("draft", True)),
    )  # fmt: skip


@cache
def papers() -> dict[str, Paper]:
    """All bundled kinds by id."""
    listed = [read(p) for p in sorted(content.path("guide", "papers").glob("*.toml"))]
    return {p.id: p for p in listed}


def get(kind: str) -> Paper:
    """A bundled kind, or the kind in an own file that ends in .toml; InputError with the nearest kind."""
    if kind.endswith(".toml"):
        return read(Path(kind))
    strict.one_of(kind, [*sorted(papers()), *OTHERS], "KIND")
    return papers()[kind]


@cache
def slides() -> list[dict[str, Any]]:
    """The ten slides for a council meeting."""
    listed: list[dict[str, Any]] = toml.read(content.path("guide", "slides.toml"))["slide"]
    return listed
