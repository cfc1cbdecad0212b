"""The annual report: sums close, every number on paper is found in the file, both languages, tagged PDF."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime

import pytest

from stadtland.actions import fund as funds
from stadtland.actions import monitoring as use
from stadtland.base.errors import InputError
from stadtland.base.files import OutDir
from stadtland.documents import annual, pdf
from stadtland.documents.tree import Chart, Table, lines_of, plain
from stadtland.guide import formula
from stadtland.monitoring.annual import compose

NOW = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def found(trained):
    return use.annual(
        trained.repository, funds.state(trained.journal), funds.account(trained.journal), 2024, None, "net",
        clock=lambda: NOW,
    )  # fmt: skip


def test_the_year_adds_up(found):
    change = found["change"]
    assert sum(c["kg"] for c in change["causes"]) == change["change_kg"] == -27_271_900
    assert (
        found["fund"]["closes"]
        and sum(found["fund"]["pots"].values()) + found["fund"]["earmark"] == found["fund"]["closing"]
    )
    assert sum(r["settlement"] for r in found["trueup"]["members"].values()) == 0
    for key in ("kg_actual", "cents_planned", "cents_actual"):
        assert found["totals"][key] == sum(m[key] for m in found["members"])
    rows = found["measures"]
    assert found["totals"]["kg_actual"] == sum(m["kg_actual"] for m in rows if m["account"] != "credit")
    assert found["totals"]["credit_kg_actual"] == 2_090_000  # 5.5 MWp × 380 t
    json.dumps(found, allow_nan=False)


@pytest.mark.parametrize("lang", ["de", "en"])
def test_every_number_is_found_in_the_file(found, lang):
    numbers = pdf.numbers(annual.compose(found, lang))
    assert len(numbers) > 150
    for n in numbers:
        assert formula.evaluate(n["path"], found) == pytest.approx(n["value"], rel=1e-12, abs=1e-12), n


@pytest.mark.parametrize("lang", ["de", "en"])
def test_pages(found, lang):
    import pikepdf

    files = annual.render(found, lang)
    page = files[f"annual-2024-{lang}.html"].decode()
    assert ("frei erfunden" if lang == "de" else "invented") in page
    assert "http://" not in re.sub(r'xmlns(:\w+)?="[^"]+"', "", page) and "<script" not in page
    assert page.count('role="img" aria-label=') == 2
    with pikepdf.open(io.BytesIO(files[f"annual-2024-{lang}.pdf"])) as made:
        assert made.Root.MarkInfo.Marked and str(made.Root.Lang).startswith(lang)
    assert annual.render(found, lang) == files


def test_charts_have_table_and_text(found):
    document = annual.compose(found, "de")
    for section in document.sections:
        charts = [b for b in section.blocks if isinstance(b, Chart)]
        assert not charts or any(isinstance(b, Table) for b in section.blocks)
        assert all(len(c.alt) > 60 for c in charts)


def test_nothing_issued_is_said_plainly(found):
    none = found | {"issued_kg": 0}
    words = {
        lang: " ".join(plain(x) for b in annual.compose(none, lang).sections[0].blocks for x in lines_of(b))
        for lang in ("de", "en")
    }
    assert "noch nichts ausgestellt" in words["de"] and "Nothing is issued" in words["en"]
    some = annual.compose(found | {"issued_kg": 5}, "de").sections[0]
    assert "5 kg" in " ".join(plain(x) for b in some.blocks for x in lines_of(b))


def test_without_plan_fund_or_settlement(trained):
    """A partnership that only reports years gets a report with what is known, and words for what is not."""
    from stadtland.monitoring import actuals, from_plan, reading, training
    from stadtland.monitoring.records import Memory

    repository = Memory()
    members = [{"code": m["code"], "name": m["name"], "role": m["role"]} for m in training.table()["member"]]
    use.record(repository, lambda b: from_plan.start("Nur Zahlen", members), "Amt", lambda: NOW)
    for year in (2023, 2024):
        text = training.report_csv(year, True).decode("utf-8-sig").split("\r\n")
        kept = "\r\n".join(x for x in text if not x.startswith(("Maßnahme", "Witterung", "Treiber", "Gefahr"))).encode()
        use.record(
            repository, lambda b, y=year, k=kept: actuals.report(b, y, reading.read(k, b, y), "m"), "Amt", lambda: NOW
        )
    found = use.annual(repository, funds.state(EMPTY), funds.account(EMPTY), 2024, None, "gross", clock=lambda: NOW)
    document = annual.compose(found, "de")
    words = " ".join(plain(x) for s in document.sections for b in s.blocks for x in lines_of(b))
    for part in (
        "Gradtage fehlen",
        "Einwohnerzahlen fehlen",
        "Treiber",
        "nichts gebucht",
        "kein Ausgleich",
        "nichts gemeldet",
    ):
        assert part in words
    assert annual.render(found, "en")


class _Nothing:
    def read(self, after=0, kinds=""):
        return iter(())


EMPTY = _Nothing()


@pytest.mark.parametrize(
    ("year", "since", "scope", "code"),
    [(2030, None, "net", "year-missing"), (2024, 2010, "net", "year-missing"), (2024, None, "x", "account-unknown")],
)
def test_bad_questions(book, year, since, scope, code):
    with pytest.raises(InputError) as error:
        compose(book, funds.state(EMPTY), funds.account(EMPTY), year, since, scope, "2026-09-01")
    assert error.value.code == code


def test_hostile_names_do_no_harm(found):
    bad = json.loads(json.dumps(found))
    bad["partnership"]["name"] = "<script>alert(1)</script> #set page(width: 1pt) \u0007"
    bad["measures"][0]["title"] = {"de": '"><img src=x>', "en": "x"}
    files = annual.render(bad, "de")
    assert b"<script>alert" not in files["annual-2024-de.html"] and b"<img src=x>" not in files["annual-2024-de.html"]


def test_files_are_written_whole(found, tmp_path):
    names = [p.name for p in use.write_annual(found, tmp_path / "out", "de")]
    assert sorted(names) == ["annual-2024-de.html", "annual-2024-de.pdf", "annual-2024.json"]
    assert json.loads((tmp_path / "out" / "annual-2024.json").read_text()) == json.loads(json.dumps(found))
    with pytest.raises(InputError), OutDir(tmp_path / "out" / "annual-2024.json"):
        pass


def test_unknown_document_or_language():
    for args, code in (({"schema": "x"}, "annual-schema"), ({"schema": "stadtland/annual/1"}, "language")):
        with pytest.raises(InputError) as error:
            annual.compose(args, "de" if code == "annual-schema" else "fr")
        assert error.value.code == code
