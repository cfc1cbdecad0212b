"""The printed catalogue: every card on its own page, every number read back, tagged PDF, HTML without the network."""

from __future__ import annotations

import io
import re
import time
from pathlib import Path

import pytest

from stadtland import toolbox
from stadtland.actions import own_measures as actions
from stadtland.base.errors import InputError
from stadtland.documents import catalogue, catalogue_pictures, html, pdf
from stadtland.documents.tree import Chart, Num, lines_of, pieces, plain
from stadtland.toolbox.model import Measure

ACTIVE = [m for m in toolbox.catalogue().values() if not m.reference]


def value_of(measure: Measure, path: str) -> float:
    """The number of a measure at a path; land is the sum over classes."""
    if path == "plan.land":
        return sum(v.central for v in measure.plan.land.values())
    node: object = measure
    for key in path.split("."):
        node = getattr(node, key)
    assert isinstance(node, int | float)
    return float(node)


@pytest.mark.parametrize("lang", ["de", "en"])
def test_every_number_on_a_card_is_that_of_the_measure(lang: str) -> None:
    document = catalogue.compose(ACTIVE, lang)
    assert [s.id for s in document.sections[1:]] == [m.id for m in ACTIVE]
    seen = 0
    for section, measure in zip(document.sections[1:], ACTIVE, strict=True):
        assert section.fresh and section.fit
        for block in section.blocks:
            for line in lines_of(block):
                for piece in pieces(line):
                    if isinstance(piece, Num):
                        ident, path = piece.formula.split(".", 1)
                        assert ident == measure.id and piece.value == value_of(measure, path)
                        seen += 1
    assert seen > 200


def test_cards_say_what_the_issue_asks_for() -> None:
    document = catalogue.compose([toolbox.get("A01")], "de")
    words = " ".join(plain(line) for b in document.sections[1].blocks for line in lines_of(b))
    for part in (
        "Beleg A",
        "Wer bezahlt",
        "Wer liefert",
        "Was fließt",
        "Stand 22.11.2026",
        "Recht und Risiken",
        "Hitze",
        "Quellen: Drexler",
    ):
        assert part in words, part
    chart = next(b for b in document.sections[1].blocks if isinstance(b, Chart))
    assert "Fläche, ha" in chart.svg and "von 7,7 über 12,7 bis 19,1" in chart.alt


def test_a_bar_stands_where_its_numbers_say() -> None:
    span = catalogue_pictures.Span("x", 2.0, 4.0, 8.0, "2 … 8", "B")
    svg = catalogue_pictures.draw([span])
    width = catalogue_pictures.WIDTH - catalogue_pictures.LEFT - catalogue_pictures.RIGHT
    bar = re.search(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', svg)
    dot = re.search(r'<circle cx="([\d.]+)" cy="[\d.]+" r="5"', svg)
    assert bar and dot
    assert float(bar[1]) == pytest.approx(catalogue_pictures.LEFT + width / 4, abs=0.1)
    assert float(bar[2]) == pytest.approx(width * 0.75, abs=0.1)
    assert float(dot[1]) == pytest.approx(catalogue_pictures.LEFT + width / 2, abs=0.1)
    assert "&lt;b&gt;" in catalogue_pictures.draw([catalogue_pictures.Span("<b>", -1, 0, 0, "", "A")])


def test_pdf_is_tagged_and_has_one_page_a_card() -> None:
    pikepdf = pytest.importorskip("pikepdf")
    some = [toolbox.get(i) for i in ("A01", "B01", "E06", "L11", "P01", "G07")]
    start = time.process_time()
    raw = pdf.render(catalogue.compose(some, "de"))
    assert time.process_time() - start < 10
    with pikepdf.open(io.BytesIO(raw)) as book:
        assert len(book.pages) == 1 + len(some)
        assert book.Root.MarkInfo.Marked and "/StructTreeRoot" in book.Root and str(book.Root.Lang) == "de"


def test_the_longest_cards_still_fit_on_one_page() -> None:
    pikepdf = pytest.importorskip("pikepdf")
    longest = sorted(ACTIVE, key=lambda m: -len(m.model_dump_json()))[:8]
    for lang in ("de", "en"):
        with pikepdf.open(io.BytesIO(pdf.render(catalogue.compose(longest, lang)))) as book:
            assert len(book.pages) == 1 + len(longest)


def test_html_works_without_the_network_and_escapes_what_it_is_given() -> None:
    odd = toolbox.get("P01").model_copy(
        update={"id": "OWN-X", "title": toolbox.get("P01").title.model_copy(update={"de": "<script>x"})}
    )
    page = html.render(catalogue.compose([odd], "de")).decode()
    assert "&lt;script&gt;x" in page and "<script" not in page
    assert not re.search(r'(?:src|href)="https?:', page)


def test_printing_writes_both_files_in_both_languages(tmp_path: Path) -> None:
    paths = actions.print_catalogue(tmp_path, ("de", "en"), ["A01"])
    assert sorted(p.name for p in paths) == [
        "catalogue-de.html",
        "catalogue-de.pdf",
        "catalogue-en.html",
        "catalogue-en.pdf",
    ]
    with pytest.raises(InputError, match="no measure"):
        actions.print_catalogue(tmp_path, ("de",), ["A99"])
    with pytest.raises(InputError, match="no measure to print"):
        catalogue.compose([], "de")
    with pytest.raises(InputError, match="not available"):
        catalogue.compose(ACTIVE, "fr")


def test_unknown_effects_are_printed_as_unknown(tmp_path: Path) -> None:
    from stadtland.base import content

    actions.import_file(content.path("toolbox_own", "leipzig-region.csv"), tmp_path / "s", True)
    measure = toolbox.catalogue(tmp_path / "s")["OWN-GRUENDACH"]
    document = catalogue.compose([measure], "de")
    words = " ".join(plain(line) for b in document.sections[1].blocks for line in lines_of(b))
    assert words.count("nicht bekannt") >= 2
    assert not [
        p for b in document.sections[1].blocks for line in lines_of(b) for p in pieces(line) if isinstance(p, Num)
    ]


@pytest.mark.parametrize("lang", ["de", "en"])
def test_units_of_protection_are_words_a_reader_knows(lang: str) -> None:
    from stadtland.toolbox.unit_words import unit_words

    plain = {"%", "K", "cm", "mg/l"}
    for m in toolbox.catalogue().values():
        if m.adaptation is not None:
            words = unit_words(m.adaptation.unit, lang)
            assert m.adaptation.unit in plain or words != m.adaptation.unit or lang == "en", m.id
            assert "m3" not in words and "_" not in words, m.id


def test_the_card_says_what_else_it_brings() -> None:
    from stadtland.toolbox.cards import cobenefits

    hedge = toolbox.get("A01")
    assert (
        cobenefits(hedge, "de")
        == "weniger Nitrat +2, Artenvielfalt +3, Wert in der Region +1, Arbeit +2 (von −2 bis +3, Beleg C)"
    )
    assert "Bringt auch: weniger Nitrat" in "\n".join(toolbox.show("A01", "de"))
