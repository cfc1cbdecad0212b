"""Cells of one column: texts without formulas or names of persons, years, yes/no, codes of municipalities."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from stadtland.base.errors import InputError

from .grid import MOJIBAKE, Cell
from .numbers import DELETE
from .problems import Findings, Place

FORMULA_STARTS = ("=", "+", "-", "@")
MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[A-Za-z]{2,}")
PHONE = re.compile(r"(?:\+49|\b0)[\s/()-]*[1-9](?:[\s/()-]*\d){7,}")
YES, NO = {"ja", "yes", "j", "y", "wahr", "true"}, {"nein", "no", "n", "falsch", "false"}
SUMS = re.compile(
    r"^(summe|gesamt|insgesamt|zusammen|total|sum|landkreis|kreis\b|land\b|deutschland|germany)|zusammen$", re.I
)
FIRST_YEAR = 1990
LONGEST = 300
UNSEEN = ("Cc", "Cf", "Cs", "Cn")  # control marks, marks that turn or hide text, no characters


def plain_text(cell: Cell, place: Place, findings: Findings) -> str:
    """A text: blanks joined; a problem for formulas, error values, wrong encoding, mail addresses, phone numbers."""
    if cell.kind in ("formula", "error", "date"):
        findings.problem("formula" if cell.kind == "formula" else "cell_error", place, text=cell.text)
        return ""
    text = re.sub(r"\s+", " ", cell.text).strip()
    if not text:
        return ""
    if len(text) > LONGEST:
        findings.problem("text_long", place, limit=LONGEST)
    elif MOJIBAKE.search(text):
        findings.problem("text_encoding", place, text=text[:40])
    elif any(unicodedata.category(c) in UNSEEN for c in text):
        findings.problem("text_control", place)
    elif text.startswith(FORMULA_STARTS):
        findings.problem("text_formula", place, text=text[:40])
    elif ("@" in text and MAIL.search(text)) or PHONE.search(text):
        findings.problem("text_person", place)
    return text


def year(cell: Cell, place: Place, latest: int, findings: Findings) -> int | None:
    """A year from 1990 to `latest`."""
    text = cell.text.removesuffix(".0") if cell.kind == "number" else cell.text
    if cell.kind in ("text", "number") and re.fullmatch(r"[12]\d{3}", text, re.ASCII):
        found = int(text)
        if FIRST_YEAR <= found <= latest:
            return found
    findings.problem("year", place, text=cell.text[:20] or "–", first=FIRST_YEAR, last=latest)
    return None


def yes_no(cell: Cell, place: Place, findings: Findings) -> bool | None:
    """yes or no in either language; None for an empty cell."""
    text = cell.text.strip().casefold()
    if cell.kind == "empty":
        return None
    if text in YES | NO:
        return text in YES
    findings.problem("yes_no", place, text=cell.text[:20])
    return None


@cache
def _checked(code: str) -> tuple[str, str, str]:
    """(code, what is wrong, cure): the last two are empty for a valid municipality."""
    from stadtland.facts import codes

    try:
        return codes.check(code), "", ""
    except InputError as error:
        return "", error.what, error.cure


def short(name: str) -> str:
    """A name for comparison: without title, marks, case and ways of writing umlauts."""
    text = unicodedata.normalize("NFC", re.split(r"[,(]", name, maxsplit=1)[0]).casefold()
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = text.replace(umlaut, letters)
    return re.sub(r"[^a-z0-9]", "", text)


def ags(cell: Cell, name: str, members: tuple[str, ...], place: Place, findings: Findings) -> str | None:
    """The code of a member; a problem for districts, sums, unknown or foreign codes and a name that does not fit.

    A code that lost its leading zero is read if it is then a member and the name does not contradict.
    """
    from stadtland.facts import codes

    text = cell.text.removesuffix(".0") if cell.kind == "number" else cell.text
    if cell.kind not in ("text", "number") or not text:
        findings.problem("ags_sum" if SUMS.search(name) else "ags_empty", place, text=name[:40] or "–")
        return None
    text = re.sub(r"\s", "", text)
    if re.fullmatch(r"\d{7}", text, re.ASCII) and "0" + text in members:
        text = "0" + text
        findings.notice("ags_zero", place, ags=text)
    if SUMS.search(text) or (SUMS.search(name) and text not in members):
        findings.problem("ags_sum", place, text=(name or text)[:40])
        return None
    found, what, cure = _checked(text[:40])
    if not found:
        findings.problem("ags", place, what=what, cure=cure)
        return None
    if found not in members:
        findings.problem("ags_member", place, ags=found, name=codes.name(found), members=", ".join(members[:8]))
        return None
    if name and short(name) != short(codes.name(found)):
        findings.problem("ags_name", place, ags=found, name=name[:40], right=codes.name(found))
        return None
    return found


def is_delete(cell: Cell) -> bool:
    """Whether the cell takes the own value back."""
    return cell.kind == "text" and cell.text.casefold() in DELETE
