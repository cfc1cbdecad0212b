"""The PDF: tagged, PDF/UA-1, language, title, page count, fonts, alternatives, the same numbers as the tree."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

import pikepdf
import pytest
from fixture_results import crowded, results

from stadtland.documents import pdf, report, style
from stadtland.documents.tree import Document, Num, lines_of, pieces

HOSTILE = '#panic("x") ${}$ *a* _b_ `c` @ref <label> \\ "q" // */ #{1+1} =1+1'


@cache
def document(lang: str, members: int = 5) -> Document:
    return report.compose(results(members), lang)


@cache
def opened(lang: str, members: int = 5) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf.render(document(lang, members))))


@pytest.mark.parametrize("lang", ["de", "en"])
def test_tagged_with_language_title_and_ua_marker(lang: str) -> None:
    file = opened(lang)
    assert bool(file.Root.MarkInfo.Marked) and "/StructTreeRoot" in file.Root
    assert str(file.Root.Lang).startswith(lang)
    assert bool(file.Root.ViewerPreferences.DisplayDocTitle)
    with file.open_metadata() as meta:
        assert str(meta.get("pdfuaid:part")) == "1"
        assert "Klimapartnerschaft Musterregion" in str(meta.get("dc:title"))


@pytest.mark.parametrize(("lang", "members", "pages"), [("de", 5, 16), ("en", 5, 16), ("de", 2, 13), ("en", 2, 13)])
def test_page_count(lang: str, members: int, pages: int) -> None:
    assert len(opened(lang, members).pages) == pages
    assert 12 <= pages <= 16


def test_a4() -> None:
    for page in opened("de").pages:
        assert [round(float(x)) for x in page.MediaBox] == [0, 0, 595, 842]


def test_fonts_are_the_shipped_one_and_embedded() -> None:
    names = set()
    for item in opened("de").objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
            names.add(str(item.FontName))
            assert any(k in item for k in ("/FontFile", "/FontFile2", "/FontFile3"))
    assert names and all("FiraSans" in n for n in names), names


def _elements(node: Any) -> list[Any]:
    found = []
    if isinstance(node, pikepdf.Array):
        return [x for child in node for x in _elements(child)]
    if isinstance(node, pikepdf.Dictionary) and "/S" in node:
        found.append(node)
        if "/K" in node:
            found += _elements(node.K)
    return found


@pytest.mark.parametrize("lang", ["de", "en"])
def test_figures_have_alternatives_and_tables_have_headers(lang: str) -> None:
    elements = _elements(opened(lang).Root.StructTreeRoot.K)
    figures = [e for e in elements if str(e.S) == "/Figure"]
    assert len(figures) >= 10 and all(len(str(e.get("/Alt", ""))) > 20 for e in figures)
    kinds = [str(e.S) for e in elements]
    assert kinds.count("/Table") > 20 and kinds.count("/TH") > 60 and "/H1" in kinds and "/H2" in kinds


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_numbers_of_the_pdf_are_those_of_the_tree(lang: str) -> None:
    tree = document(lang)
    wanted = {
        (p.formula, p.text)
        for s in tree.sections
        for b in s.blocks
        for line in [s.title, *lines_of(b)]
        for p in pieces(line)
        if isinstance(p, Num)
    }
    found = pdf.numbers(tree)
    assert {(n["path"], n["text"]) for n in found} == wanted and len(wanted) > 400


def test_same_document_same_bytes() -> None:
    assert pdf.render(document("de", 2)) == pdf.render(document("de", 2))


def test_hostile_strings_stay_text() -> None:
    changed = results(2)
    changed["partnership"]["name"] = HOSTILE
    changed["partnership"]["members"][1]["name"] = HOSTILE
    changed["roadmap"]["measures"][0]["title"] = {"de": HOSTILE, "en": HOSTILE}
    changed["assumptions"][2]["id"] = HOSTILE
    file = pikepdf.open(io.BytesIO(pdf.render(report.compose(changed, "de"))))
    with file.open_metadata() as meta:
        assert HOSTILE in str(meta.get("dc:title"))


def test_long_names_do_not_break_the_page_limit() -> None:
    changed = results(5)
    for i, member in enumerate(changed["partnership"]["members"]):
        member["name"] = f"Verbandsgemeinde Oberuntermusterhausen an der Lossa {i}"
    file = pikepdf.open(io.BytesIO(pdf.render(report.compose(changed, "de"))))
    assert len(file.pages) <= 16


@pytest.mark.parametrize("lang", ["de", "en"])
def test_a_crowded_plan_stays_within_sixteen_pages(lang: str) -> None:
    file = pikepdf.open(io.BytesIO(pdf.render(report.compose(crowded(), lang))))
    assert len(file.pages) == 16


def test_letters_that_no_font_draws_do_not_stop_the_report() -> None:
    changed = results(2)
    changed["partnership"]["members"][1]["name"] = "Łódź Ωμέγα 村 \U0001f600 \u0627 \x07Ende"
    changed["roadmap"]["wedges"][3]["title"] = {"de": "村 \U0001f600", "en": "村"}
    assert len(pikepdf.open(io.BytesIO(pdf.render(report.compose(changed, "de")))).pages) == 13


def test_coverage_is_read_from_the_font() -> None:
    known = style.covered()
    assert {ord(c) for c in "aäßŁ€−–„“†•"} <= known and ord("村") not in known and 0x1F600 not in known
    assert style.drawable("Łódź 村\x07") == "Łódź ?"
