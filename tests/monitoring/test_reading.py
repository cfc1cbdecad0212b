"""Yearly reports: what a template holds comes back, hostile files are refused whole, old versions stay."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtland.actions import monitoring as use
from stadtland.base.errors import InputError
from stadtland.monitoring import actuals, from_plan, reading, template, training
from stadtland.monitoring.records import Memory

NOW = datetime(2026, 5, 1, tzinfo=UTC)
HEAD = "Art;Gemeinde;Kennung;Größe;Wert;Einheit;Jahr;Quelle;Datengüte\n"
GOOD = "Zeile;99000001;HH.gas;Endenergie;1.234,5;MWh;2024;Netz;A\n"


def fresh():
    made = Memory()
    use.record(made, lambda b: from_plan.adopt(b, training.plan(), "Rat"), "Amt", lambda: NOW)
    return made


BOOK = use.state(fresh())


def read(text, year=2024, lang="de"):
    return reading.read(text.encode() if isinstance(text, str) else text, BOOK, year, lang, "file")


def values(report):
    return {r.key: r.value for r in report.rows}


def test_a_row_as_people_write_it():
    rows = (
        GOOD
        + "line;99000001;HH.gas;THG;305 t;;2024;Netz;b\n"
        + "Zeile;99000002;LULUCF.forest;THG;-2.640,5;t;2024;Forst;C\n"
        + "Zeile;99000001;HH.elec;Endenergie;80,5;GWh;2024;Netz;A\n"
        + "Maßnahme;99000001;U01;Ausgaben;12;TEUR;2024;Kasse;A\n"
        + "Gefahr;99000002;drought;Deckung;25;%;2024;Amt;C\n"
        + "Zeile;99000001;HH.oil;Endenergie;-;MWh;2024;Netz;A\n"
        + "Zeile;99000001;HH.lpg;Endenergie;.;MWh;2024;Netz;A\n"
        + "Zeile;99000001;HH.coal;Endenergie;;MWh;2024;;\n"
    )
    found = values(read(HEAD + rows))
    assert found["line", "99000001", "HH.gas", "energy_mwh"] == 1234.5
    assert found["line", "99000001", "HH.gas", "t_co2e"] == 305
    assert found["line", "99000002", "LULUCF.forest", "t_co2e"] == -2640.5
    assert found["line", "99000001", "HH.elec", "energy_mwh"] == 80_500
    assert found["measure", "99000001", "U01", "spent_eur"] == 12_000
    assert found["hazard", "99000002", "drought", "coverage"] == 0.25
    assert found["line", "99000001", "HH.oil", "energy_mwh"] == 0
    assert found["line", "99000001", "HH.lpg", "energy_mwh"] is None  # confidential is not zero
    assert ("line", "99000001", "HH.coal", "energy_mwh") not in found  # empty is not reported


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (GOOD.replace("99000001", "14713000"), "kein Mitglied"), (GOOD.replace("HH.gas", "HH.gass"), "HH.gas"),
        (GOOD.replace("2024", "2023"), "nicht das Berichtsjahr"), (GOOD.replace("MWh", "Liter"), "Einheit"),
        (GOOD.replace(";A\n", ";\n"), "Datengüte"), (GOOD.replace("Netz", ""), "Quelle"),
        (GOOD.replace("Zeile", "Blatt"), "nicht bekannt"), (GOOD.replace("Endenergie", "Ausgaben"), "nicht bekannt"),
        (GOOD.replace("1.234,5", "=1+1"), "keine Zahl"), (GOOD.replace("1.234,5", "-5"), "keine Zahl"),
        (GOOD.replace("1.234,5", "#DIV/0!"), "keine Zahl"), (GOOD.replace("1.234,5", "1e14"), "nicht möglich"),
        (GOOD + GOOD, "zweimal"), (GOOD.replace("Netz", "=cmd|calc"), "Zeile 2"), ("", "keinen Wert"),
        (GOOD.replace("Netz", "m.muster@example.org"), "Zeile 2"),
        ("Witterung;99000001;degree_days;Stand;0;Kd;2024;DWD;A\n", "nicht möglich"),
        ("Maßnahme;99000001;U04;Einheiten;1;ha;2024;Amt;A\n", "U0"),
        ("Maßnahme;99000001;U01;Einheiten;1;ha;2024;Amt;A\n", "Anlage"),
        ("Gefahr;99000002;drought;Deckung;250;%;2024;Amt;C\n", "nicht möglich"),
    ],
)  # fmt: skip
def test_every_problem_is_named_and_nothing_imported(row, words):
    with pytest.raises(reading.ReportError) as error:
        read(HEAD + row)
    assert words in str(error.value)
    assert error.value.code == "report-file"


def test_all_problems_at_once():
    with pytest.raises(reading.ReportError) as error:
        read(HEAD + GOOD.replace("2024", "2023") + GOOD.replace("HH.gas", "x") + GOOD.replace(";A\n", ";E\n"))
    assert len(error.value.problems) == 3


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=400).map(str.encode)))
def test_any_bytes_are_refused_in_words(raw):
    with pytest.raises(InputError) as error:
        read(raw)
    assert error.value.code == "report-file"


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.text(st.characters(blacklist_characters='\n\r;"'), max_size=20), min_size=9, max_size=9),
    st.integers(0, 8),
)
def test_any_cells_are_read_or_refused(cells, keep):
    good = GOOD.strip().split(";")
    row = [cell if i == keep else good[i] for i, cell in enumerate(cells)]
    try:
        found = read(HEAD + ";".join(row) + "\n")
    except reading.ReportError as error:
        assert error.problems
        return
    numbers = ("value", "true_zero", "rounded_zero")  # a written 0 is a number too
    assert all(r.quality in "ABCD" and r.source and (r.value is not None) == (r.state in numbers) for r in found.rows)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("lang", ["de", "en"])
def test_template_filled_in_comes_back(kind, lang):
    repository = fresh()
    use.record(
        repository,
        lambda b: actuals.report(b, 2023, reading.read(training.report_csv(2023, True), b, 2023), "m"),
        "Amt", lambda: NOW,
    )  # fmt: skip
    book = use.state(repository)
    table = template.rows(book, 2024, lang)
    at = {k: i for i, k in enumerate(template.words()["column"])}
    filled = 0
    for row in table[1:]:
        if isinstance(row[at["before"]], float):
            row[at["value"]], row[at["source"]], row[at["quality"]] = row[at["before"]], "Quelle", "B"
            filled += 1
    raw = template.to_csv(table, lang) if kind == "csv" else template.to_xlsx(table, lang)
    found = reading.read(raw, book, 2024, lang)
    old = book.version(2023).index
    assert filled > 100 and len(found.rows) == filled
    assert all(old[r.key] == pytest.approx(r.value, rel=1e-12) for r in found.rows if r.value)


def test_empty_template_is_said():
    for raw in (
        template.to_csv(template.rows(BOOK, 2024, "de"), "de"),
        template.to_xlsx(template.rows(BOOK, 2024, "en"), "en"),
    ):
        with pytest.raises(reading.ReportError) as error:
            read(raw)
        assert "Wert" in str(error.value)


def test_bombs_and_foreign_books():
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    book.add_worksheet().write(0, 0, "nothing of ours")
    book.close()
    with pytest.raises(reading.ReportError):
        read(buffer.getvalue())
    with pytest.raises(reading.ReportError):
        read(b"x" * 10_000_001)


def report(repository, year, text, **more):
    return use.record(
        repository, lambda b: actuals.report(b, year, reading.read((HEAD + text).encode(), b, year), **more), "Amt",
        lambda: NOW,
    )  # fmt: skip


def test_restating_keeps_both_versions():
    repository = fresh()
    report(repository, 2024, GOOD + GOOD.replace("HH.gas", "HH.oil"), method="alt")
    for code, more in (("restate-reason", {}), ("restate-same", {"reason": "x"})):
        with pytest.raises(InputError) as error:
            report(repository, 2024, GOOD + GOOD.replace("HH.gas", "HH.oil"), **more)
        assert error.value.code == code
    report(repository, 2024, GOOD.replace("1.234,5", "1000"), reason="Zähler falsch", update=True)
    first, second = use.state(repository).years[2024]
    key = ("line", "99000001", "HH.gas", "energy_mwh")
    assert (first.index[key], second.index[key]) == (1234.5, 1000)
    assert second.index["line", "99000001", "HH.oil", "energy_mwh"] == 1234.5  # taken over
    assert (second.method, second.reason, second.number) == ("alt", "Zähler falsch", 2)


@pytest.mark.parametrize(("year", "more", "code"), [(1989, {}, "year-range"), (2023, {"update": True}, "year-missing")])
def test_years_that_cannot_be(year, more, code):
    with pytest.raises(InputError) as error:
        report(fresh(), year, GOOD.replace("2024", str(year)), **more)
    assert error.value.code == code


def test_notices_do_not_stop_it():
    rows = GOOD + "Zeile;99000001;HH.gas;THG;9000;t;2024;Netz;A\n"
    assert "7290" in read(HEAD + rows).notices[0]


def test_accounts_are_sums_of_reported_lines(book):
    version = book.version(2024)
    found, joint = [actuals.accounts(version, c) for c in book.setup.codes], actuals.accounts(version)
    for key in ("bisko_t", "gross_t", "net_t", "lulucf_t", "electricity_credit_t", "partnership_t"):
        assert sum(f[key] for f in found) == pytest.approx(joint[key])
    assert joint["net_t"] - joint["electricity_credit_t"] == pytest.approx(joint["partnership_t"])
    # 5.5 MWp at the end of 2023 and of 2024, 980 MWh each, 0.385 t/MWh (rounded to 0.1 MWh and 0.1 t)
    assert joint["electricity_credit_t"] == pytest.approx(5.5 * 980 * 0.385, rel=1e-4)
    heads = next(i for i in actuals.indicators(version, book.setup.codes) if i["id"] == "K01")
    people = sum(version.value("driver", c, "population", "level") for c in book.setup.codes)
    assert heads["value"] == pytest.approx(joint["bisko_t"] / people)


def test_a_silent_member_makes_the_sum_unknown(book):
    """Half a report must not look like half the emissions."""
    from dataclasses import replace

    from stadtland.monitoring import compare

    last = book.version(2024)
    rows = tuple(r for r in last.rows if r.member != "99000003")
    half = replace(book, years=book.years | {2024: (replace(last, rows=rows),)})
    found = compare.path(half, 2024)
    assert found["actual_t"] is None and found["lamp"] == "none" and found["missing"] == ["99000003"]
    assert [s["year"] for s in found["series"]] == [2020, 2021, 2022, 2023]
    assert compare.path(half, 2024, "99000001")["actual_t"] == compare.path(book, 2024, "99000001")["actual_t"]
    assert not [i for i in actuals.indicators(half.version(2024), half.setup.codes) if i["member"] == "joint"]


def test_years_with_other_lines_stay_out_of_the_trend(book):
    from dataclasses import replace

    from stadtland.monitoring import compare

    first = book.version(2021)
    fewer = replace(first, rows=tuple(r for r in first.rows if r.id != "IND.gas"))
    odd = replace(book, years=book.years | {2021: (fewer,)})
    found = compare.path(odd, 2025)
    assert found["trend_years"] == [2020, 2022, 2023, 2024, 2025]
    assert found["methods"] == ["Übungsmethode 1", "Übungsmethode 2"]


def test_a_changed_version_is_found(trained):
    """Every version is anchored in the journal; a changed value, a lost version and an open one are told apart."""
    from dataclasses import replace

    from stadtland.monitoring import anchors
    from stadtland.monitoring import book as books

    rows = use.verify(trained.repository, trained.journal)
    assert len(rows) == 8 and {r["state"] for r in rows} == {"same"}
    events = trained.repository.events()
    at = next(i for i, e in enumerate(events) if e.kind == "year.report" and e.body["year"] == 2023)
    body = {**events[at].body, "rows": [dict(r) for r in events[at].body["rows"]]}
    body["rows"][5]["value"] = (body["rows"][5]["value"] or 0) - 0.1
    bent = Memory([*events[:at], replace(events[at], body=body), *events[at + 1 :]])
    assert [r["year"] for r in use.verify(bent, trained.journal) if r["state"] == "changed"] == [2023]
    gone = books.replay(e for e in events if not (e.kind == "year.report" and e.body["year"] == 2025))
    assert anchors.check(gone, trained.journal.read())[-1]["state"] == "missing"
    assert {r["state"] for r in anchors.check(books.replay(events), ())} == {"open"}


def test_the_inventory_of_a_plan_is_the_first_report(tmp_path):
    """Nothing to type: lines and population of results.json; what is not available there is not known here."""
    import json

    from stadtland.ledger.journal import MemoryJournal

    cell = {"energy_mwh": 10.0, "t_co2e": 2.47, "state": "estimated", "data_quality": 0.25, "source": "estimate b2.2"}
    lost = cell | {"state": "not_available", "t_co2e": 0.0}
    soil = cell | {"energy_mwh": None, "t_co2e": -5.0}
    lines = {"HH.gas": cell, "IPPU.process": lost, "LULUCF.forest": soil}
    members = {c: {"lines": lines, "population": 100} for c in BOOK.setup.codes}
    path = tmp_path / "results.json"
    path.write_text(json.dumps({"inventory": {"year": 2021, "method_version": "b2.2", "members": members}}))
    repository, journal = fresh(), MemoryJournal(clock=lambda: NOW)
    found = use.import_inventory(repository, path, "Amt", clock=lambda: NOW, journal=journal)
    assert (found["year"], found["rows"]) == (2021, 3 * 4)
    version = use.state(repository).version(2021)
    assert version.method == "inventory b2.2" and ("line", "99000001", "IPPU.process", "t_co2e") not in version.index
    assert actuals.accounts(version)["gross_t"] == pytest.approx(3 * 2.47)
    assert actuals.accounts(version)["lulucf_t"] == -15
    assert {r.quality for r in version.rows if r.kind == "line"} == {"C"}
    assert [r["state"] for r in use.verify(repository, journal)] == ["same"]
    for text, code in (
        ("{}", "inventory-missing"),
        ("[]", "results-schema"),
        ('{"inventory": {"members": 1}}', "inventory-missing"),
    ):
        path.write_text(text)
        with pytest.raises(InputError) as error:
            use.import_inventory(fresh(), path, "Amt", clock=lambda: NOW)
        assert error.value.code == code
    members["99000001"] = {"lines": {"HH.gas": {}}}
    path.write_text(json.dumps({"inventory": {"year": 2021, "method_version": "b", "members": members}}))
    with pytest.raises(InputError) as error:
        use.import_inventory(fresh(), path, "Amt", clock=lambda: NOW)
    assert error.value.code == "results-schema"
