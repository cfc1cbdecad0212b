"""The public rules of each form, checked on the written files alone.

What is checked here shares no code with the writers: files are read back, scopes and reporting levels are worked out
anew from the reference numbers, sums are added up anew. Sentences, sources and evidence: form_rules.toml.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from functools import cache

from stadtland.base import content, toml

from . import form_rules_crf, form_rules_dcat, form_rules_tables
from .form_rules_crf import level_of, scope_of
from .form_rules_files import Files

__all__ = ["CHECKS", "Verdict", "check", "level_of", "rules", "scope_of"]
CHECKS = {**form_rules_crf.CHECKS, **form_rules_tables.CHECKS, **form_rules_dcat.CHECKS}


@dataclass(frozen=True)
class Verdict:
    """One rule: id `form.rule`, sentence {de, en}, source, evidence, what breaks it (empty: it holds)."""

    id: str
    text: dict[str, str]
    source: str
    evidence: str
    broken: tuple[str, ...]


@cache
def rules() -> dict[str, dict[str, dict[str, str]]]:
    """form_rules.toml: form → rule → {de, en, source, evidence}."""
    return toml.read(content.path("inventory", "exports", "form_rules.toml"))


def check(form: str, files: Files) -> list[Verdict]:
    """All rules of a form on its files (name → bytes); a rule that cannot be read at all is broken, never skipped."""
    out = []
    for name, entry in rules()[form].items():
        try:
            broken = tuple(CHECKS[form, name](files))
        except (KeyError, ValueError, IndexError, StopIteration, UnicodeDecodeError, zipfile.BadZipFile) as error:
            broken = (f"the file cannot be checked: {type(error).__name__} {error}",)
        text = {"de": entry["de"], "en": entry["en"]}
        out.append(Verdict(f"{form}.{name}", text, entry["source"], entry["evidence"], broken))
    return out
