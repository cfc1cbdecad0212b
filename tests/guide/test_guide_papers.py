"""Every paper opened: structure, styles, language, alternative texts, blanks, leftovers, numbers equal to results."""

from __future__ import annotations

import copy
import io
import re
from functools import cache
from pathlib import Path
from typing import Any

import docx
import pikepdf
import pptx
import pytest
from docx.oxml.ns import qn
from fixture_results import results
from readback import compute

from stadtland.actions import guide
from stadtland.base.errors import InputError
from stadtland.documents import docx as writer
from stadtland.documents import pdf, record, slides
from stadtland.documents.tree import Document, Num
from stadtland.guide import papers as kinds
from stadtland.guide.progress import Progress

TODAY = "2026-11-24"
KINDS = [*kinds.papers(), "sdg"]
LEFTOVER = re.compile(r"\{\w+\}|\[\[|\]\]|\*\*|\[\?|@\w+|\bNone\b|\bnan\b|<\w+>")


def material(body: dict[str, Any], progress: Progress | None = None) -> guide.Material:
    """What papers rest on, without computing anything; recommendations are about these results only."""
    body = copy.deepcopy(body)
    codes = tuple(m["ags"] for m in body["partnership"]["members"])
    body["guide"] = {"inventory_age": 5, "digest": "abcdef123456"}
    m = guide.Material(body, Path("none.toml"), progress or Progress(), codes, 2021, None, TODAY)
    m.found["recommendations"] = []
    return m


@cache
def tree(kind: str, lang: str) -> Document:
    m = material(results(5))
    about = kind != "sdg" and kinds.papers()[kind].per_member
    return guide.compose(kind, m, lang, m.codes[1] if about else None)  # type: ignore[no-any-return]


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_docx_is_whole(kind: str, lang: str) -> None:
    document = tree(kind, lang)
    raw = writer.render(document, {"results": "abc", "version": "1", "day": TODAY})
    file = docx.Document(io.BytesIO(raw))
    styles = {p.style.name for p in file.paragraphs}
    assert "Title" in styles and any(s.startswith("Heading") for s in styles)
    assert file.styles["Normal"].font.name == "Arial" and file.styles["Heading 2"].font.name == "Arial"
    langs = {e.get(qn("w:val")) for e in file.styles.element.iter(qn("w:lang"))}
    assert langs == {"de-DE" if lang == "de" else "en-GB"}
    assert file.core_properties.title == document.title and file.core_properties.author == "StadtLand"
    for shape in file.element.body.iter(qn("wp:docPr")):
        assert len(shape.get("descr") or "") > 10, "a picture needs words"
    text = "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in file.element.body.iter(qn("w:p")))
    assert not LEFTOVER.search(text), LEFTOVER.search(text)
    header = file.sections[0].header.paragraphs[0].text
    draft = kind != "sdg" and kinds.papers()[kind].draft
    assert (("Entwurf" if lang == "de" else "Draft") in header) == draft
    for table in file.tables:
        if table._tbl.tblPr.find(qn("w:tblDescription")) is not None:
            assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_equal_the_results_and_survive_in_the_docx(kind: str) -> None:
    document, body = tree(kind, "de"), results(5)
    body = {**body, "guide": {"inventory_age": 5}}
    traced = record.traced(document)
    numbers = [p for p in traced if isinstance(p, Num)]
    for number in numbers:
        assert number.value == pytest.approx(compute(number.formula, body), rel=1e-12), number.formula
    back = writer.numbers(writer.render(document))
    assert len(back) == len(traced)
    assert {path for path, _ in back} == {p.formula for p in traced}


@pytest.mark.parametrize("lang", ["de", "en"])
def test_no_paper_invents_people(lang: str) -> None:
    """Names of persons are blanks: the letter and the agreement ask for them, nothing fills them."""
    for kind in ("letter_of_intent", "cooperation_agreement", "data_agreement"):
        assert record.blanks(tree(kind, lang)) >= 3
    assert record.blanks(tree("cooperation_agreement", lang)) >= 3 * 5  # three blanks a member in the signatures


def test_the_agreement_has_all_minimum_clauses() -> None:
    text = kinds.papers()["cooperation_agreement"].text["de"]
    for clause in (
        "Präambel", "Bilanzraum", "Methode", "Daten", "Vertraulichkeit", "Ziele", "Organe", "Stimmen",
        "Kostenschlüssel", "Maßnahmen", "Klimakonto", "Streit", "Krise", "Veröffentlichung", "Laufzeit",
        "Beitritt", "Austritt",
    ):  # fmt: skip
        assert re.search(rf"^## .*{clause}", text, re.MULTILINE), clause


def test_all_kinds_of_the_issue_are_there() -> None:
    assert {
        "letter_of_intent", "cooperation_agreement", "data_agreement", "data_request_grid", "data_request_chimney",
        "data_request_district", "data_request_farms", "data_request_hazard", "cost_key", "land_contract",
        "council_paper", "rules_steering", "rules_working_group", "stakeholder_matrix", "benefit_sheet", "press_text",
        "workshop_plan", "annual_report", "continuation_checklist", "profile", "legal_form",
    } <= set(kinds.papers())  # fmt: skip


@pytest.mark.parametrize("kind", ["council_paper", "profile", "cooperation_agreement", "sdg"])
def test_pdf_is_tagged_and_profiles_keep_to_one_page(kind: str) -> None:
    raw = pdf.render(tree(kind, "de"))
    with pikepdf.open(io.BytesIO(raw)) as file:
        assert file.Root.MarkInfo.Marked and str(file.Root.Lang) == "de"
        assert b"pdfuaid" in file.Root.Metadata.read_bytes()
        if kind == "profile":
            assert len(file.pages) == 1
        fonts = {str(f.BaseFont) for p in file.pages for f in p.Resources.Font.values()}
        assert fonts and all("FiraSans" in f for f in fonts)


@pytest.mark.parametrize("lang", ["de", "en"])
def test_ten_slides_with_titles_words_for_pictures_and_room(lang: str) -> None:
    document = guide.compose("slides", material(results(5)), lang)
    show = pptx.Presentation(io.BytesIO(slides.render(document)))
    assert len(show.slides) == 10
    pictures = 0
    for slide in show.slides:
        assert slide.shapes.title is not None and slide.shapes.title.text_frame.text.strip()
        assert len(slide.notes_slide.notes_text_frame.text) > 20
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.left + shape.width <= show.slide_width, shape.name
            assert shape.top >= 0 and shape.top + shape.height <= show.slide_height, shape.name
            if shape.is_placeholder:
                assert shape.text_frame.text.strip(), "an empty placeholder"
            if shape.shape_type is not None and "PICTURE" in str(shape.shape_type):
                pictures += 1
                assert len(shape._element.nvPicPr.cNvPr.get("descr")) > 20
            if shape.has_text_frame and shape.width > 0:
                assert needed(shape) <= shape.height * 1.02, (slide.shapes.title.text_frame.text, shape.name)
    assert pictures >= 5


def needed(shape: Any) -> float:
    """Height that the text needs, in EMU: lines by mean width of a letter (half its size), 1.2 of the size a line."""
    total = 0.0
    for paragraph in shape.text_frame.paragraphs:
        size = max((r.font.size for r in paragraph.runs if r.font.size), default=0)
        letters = sum(len(r.text) for r in paragraph.runs)
        room = max(1.0, (shape.width - 180_000) / (0.5 * size)) if size else 1
        total += max(1, -(-letters // int(room))) * 1.2 * size + 100_000 * bool(letters)
    return total


def test_a_press_text_never_claims_a_gain_that_is_none() -> None:
    body = copy.deepcopy(results(5))
    body["cooperation"]["gain_net_eur"] = -1e6
    words = str(guide.compose("press_text", material(body), "de").sections[0].blocks)
    assert "günstiger" not in words
    body["cooperation"]["gain_net_eur"] = 1e6
    assert "günstiger" in str(guide.compose("press_text", material(body), "de").sections[0].blocks)


def test_forbidden_words_stand_only_in_the_list_of_what_not_to_say() -> None:
    for kind, paper in kinds.papers().items():
        for lang, word in (("de", "klimaneutral"), ("en", "climate neutral")):
            for line in paper.text[lang].split("\n"):
                if word in line.lower():
                    assert re.search(r"„|“|\"|nicht|not|never", line), (kind, line)


# --- versions and differences


def test_versions_rise_only_when_something_changed(tmp_path: Path) -> None:
    m = material(results(5))
    guide.document("cost_key", m, tmp_path)
    guide.document("cost_key", m, tmp_path)
    kept = (tmp_path / "cost_key-de.record.json").read_text(encoding="utf-8")
    assert '"version": 1' in kept
    assert guide.stale(m, tmp_path)[0]["stale"] == []
    body = copy.deepcopy(results(5))
    body["cooperation"]["together_eur"] += 1e6
    changed = material(body)
    found = guide.stale(changed, tmp_path)[0]["stale"]
    assert {d["path"] for d in found} >= {"[cooperation.together_eur]"}
    assert all(d["before"] != d["now"] for d in found)
    guide.document("cost_key", changed, tmp_path)
    kept = (tmp_path / "cost_key-de.record.json").read_text(encoding="utf-8")
    assert '"version": 2' in kept
    words = docx.Document(str(tmp_path / "cost_key-de.docx"))
    text = "\n".join("".join(t.text or "" for t in p._p.iter(qn("w:t"))) for p in words.paragraphs)
    assert "Seit der letzten Fassung geändert" in text and "cooperation.together_eur" in text
    assert guide.stale(changed, tmp_path)[0]["stale"] == []


def test_answers_to_the_legal_questions_reach_the_paper() -> None:
    body = copy.deepcopy(results(2))
    told = Progress(answers={"tasks_move": "no", "binding": "yes", "own_staff": "no", "budget": "yes"})
    m = material(body, told)
    m.codes = ("14713000", "14729380")
    words = str(guide.compose("legal_form", m, "de").sections[0].blocks)
    assert "Öffentlich-rechtlicher Vertrag – passt" in words and "Zweckverband – scheidet aus" in words
    m.codes = ("09162000",)
    assert "noch keine Rechtsformen hinterlegt" in str(guide.compose("legal_form", m, "de").sections[0].blocks)


# --- partnerships that lack something


def bare(members: int = 5) -> dict[str, Any]:
    body = copy.deepcopy(results(5))
    kept = {k: body[k] for k in ("schema", "partnership", "inventory", "settings", "method_version") if k in body}
    kept["partnership"]["members"] = kept["partnership"]["members"][:members]
    codes = {m["ags"] for m in kept["partnership"]["members"]}
    kept["inventory"]["members"] = {a: v for a, v in kept["inventory"]["members"].items() if a in codes}
    return kept


@pytest.mark.parametrize("members", [5, 1])
@pytest.mark.parametrize("kind", [*KINDS, "slides"])
def test_without_plan_or_with_one_member_the_rest_stands(kind: str, members: int) -> None:
    m = material(bare(members))
    about = kind not in ("sdg", "slides") and kinds.papers()[kind].per_member
    document = guide.compose(kind, m, "de", m.codes[0] if about else None)
    words = str(document.sections)
    assert "inventory" in words or kind in ("rules_working_group", "land_contract", "legal_form")
    if kind in kinds.papers():
        assert "noch kein Plan gerechnet" in words
        assert ("nur einen Partner" in words) == (members == 1)
    raw = slides.render(document) if kind == "slides" else writer.render(document)
    assert len(raw) > 5000


def test_no_goal_is_shown_without_a_number() -> None:
    from stadtland.documents.tree import Table

    for body in (results(5), bare()):
        blocks = guide.compose("sdg", material(body), "de").sections[0].blocks
        tables = [b for b in blocks if isinstance(b, Table)]
        assert tables
        for table in tables:
            assert table.rows and all(isinstance(row[2][0], Num) for row in table.rows)
    assert "indicators" not in str(guide.compose("sdg", material(results(5)), "de").sections[0].blocks[1:-2])


# --- broken templates


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hallo {gros}", "paper-slot"),
        ("@tabelle members", "paper-insert"),
        ("Ein [[wort_das_fehlt]]", "glossary-unknown"),
        ("@when gross = 3\nx", "paper-when"),
        (" ", "paper-empty"),
    ],
)
def test_broken_own_templates(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "own.toml"
    both = f"de = '''{text}'''\nen = '''{text}'''"
    head = 'group = "run"\ntitle = { de = "T", en = "T" }\npurpose = { de = "P", en = "P" }\n'
    path.write_text(f"{head}[text]\n{both}\n", encoding="utf-8")
    with pytest.raises(InputError) as raised:
        guide.document(str(path), material(results(5)), tmp_path / "out")
    assert raised.value.code == code and raised.value.cure
    assert not list((tmp_path / "out").glob("*.docx")) if (tmp_path / "out").exists() else True


def test_an_own_template_works(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        'group = "run"\ntitle = { de = "Brief", en = "Letter" }\npurpose = { de = "P", en = "P" }\n'
        "[text]\nde = 'Zusammen {gross} in {members}.'\nen = 'Together {gross} in {members}.'\n",
        encoding="utf-8",
    )
    written = guide.document(str(path), material(results(5)), tmp_path)
    assert {p.name for p in written} == {"own-de.docx", "own-de.record.json"}


@pytest.mark.parametrize(
    ("kind", "format", "ags", "code"),
    [
        ("cost_kay", "docx", None, "word-unknown"),
        ("cost_key", "odt", None, "word-unknown"),
        ("cost_key", "pptx", None, "paper-format"),
        ("slides", "docx", None, "paper-format"),
        ("profile", "docx", None, "paper-member"),
        ("profile", "docx", "99999999", "ags-not-member"),
        ("cost_key", "docx", "first", "paper-joint"),
    ],
)
def test_wrong_questions(tmp_path: Path, kind: str, format: str, ags: str | None, code: str) -> None:
    m = material(results(5))
    with pytest.raises(InputError) as raised:
        guide.document(kind, m, tmp_path, format, "de", m.codes[0] if ags == "first" else ags)
    assert raised.value.code == code


def test_hostile_names_stay_text() -> None:
    body = copy.deepcopy(results(5))
    body["partnership"]["name"] = "<script>alert(1)</script> {gross} [[kern]] **x** @tiles"
    document = guide.compose("letter_of_intent", material(body), "de")
    from stadtland.documents import html

    page = html.render(document).decode()
    assert "<script>alert" not in page and "&lt;script&gt;" in page
    assert writer.render(document)
