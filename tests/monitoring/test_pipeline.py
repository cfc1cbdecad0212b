"""Measures under way: steps, money, units, evidence, dates; from plan to pipeline."""

from __future__ import annotations

import copy
import math
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtland.actions import monitoring as use
from stadtland.base.errors import InputError, StadtlandError
from stadtland.monitoring import book as books
from stadtland.monitoring import calendar, compare, from_plan, pipeline, training
from stadtland.monitoring.records import Memory, RecordConflict, record, role_name

NOW = datetime(2026, 5, 1, tzinfo=UTC)
ID = "U01@99000001"


@pytest.fixture
def repository():
    made = Memory()
    use.record(made, lambda b: from_plan.adopt(b, training.plan(), "Rat, 1"), "Amt", lambda: NOW)
    return made


def do(repository, decide):
    return use.record(repository, decide, "Amt", lambda: NOW)


def refused(code, repository, decide):
    before = repository.events()
    with pytest.raises(InputError) as error:
        do(repository, decide)
    assert error.value.code == code and error.value.cure
    assert repository.events() == before


def test_from_plan_to_pipeline(repository):
    book = use.state(repository)
    assert len(book.measures) == 7 and all(m.status == "planned" for m in book.measures.values())
    assert book.setup.training and book.setup.codes == ("99000001", "99000002", "99000003")
    accounts = {m.measure: m.account for m in book.measures.values()}
    assert accounts["U06"] == "credit" and accounts["U04"] == "lulucf" and accounts["U01"] == "gross"
    found = use.status(repository, EMPTY, 2025, lambda: NOW)
    assert found["issued_kg"] == 0 and found["counts"] == {"planned": 7}


class _Empty:
    issued: dict[str, int] = {}  # noqa: RUF012
    issued_kg = 0


EMPTY = _Empty()


def test_planned_money_has_the_plans_present_value(repository):
    book, plan = use.state(repository), training.plan()
    for row in plan["roadmap"]["measures"]:
        m = book.measures[f"{row['id']}@{row['member']}"]
        present = math.fsum(e / 1.03**i for i, e in enumerate(m.planned.eur))
        assert present == pytest.approx(row["cost_eur"], rel=1e-12)


def test_a_renewed_plan_keeps_what_has_happened(repository):
    do(repository, lambda b: pipeline.status(b, ID, "decided", "2026-01-01", "Rat"))
    plan = copy.deepcopy(training.plan())
    plan["roadmap"]["measures"][0]["units"] = [1.0] * 20
    do(repository, lambda b: from_plan.adopt(b, plan, "Rat, 2"))
    book = use.state(repository)
    assert book.measures[ID].status == "decided" and book.measures[ID].planned.units == (1.0,) * 20
    assert len(book.plans) == 2
    refused("plan-twice", repository, lambda b: from_plan.adopt(b, plan, "Rat, 2"))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"schema": "x"}, "results-schema"), ({"status": "error"}, "plan-status"),
        ({"partnership": {"name": "x", "members": [{"ags": "1", "name": "x", "role": "city"}]}}, "plan-members"),
    ],
)  # fmt: skip
def test_plans_that_do_not_fit(repository, change, code):
    refused(code, repository, lambda b: from_plan.adopt(b, training.plan() | change, "Rat"))


def test_a_damaged_plan_is_said_and_nothing_recorded(tmp_path):
    for i, text in enumerate(
        ("[]", "{}", '{"schema": "stadtland/results/1"}', "{", '{"schema": "stadtland/results/1", "partnership": {}}')
    ):
        path = tmp_path / f"{i}.json"
        path.write_text(text)
        made = Memory()
        with pytest.raises(InputError):
            use.start_from_plan(made, path, "Rat", "Amt", clock=lambda: NOW)
        assert made.events() == []


def test_steps(repository):
    def step(new, date="2026-02-01", **more):
        return lambda b: pipeline.status(b, ID, new, date, latest="2026-05-01", **more)

    refused("status-same", repository, step("planned"))
    refused("status-decision", repository, step("building"))
    refused("word-unknown", repository, step("finished"))
    refused("date", repository, step("decided", "31.02.2026", decision="x"))
    refused("date-future", repository, step("decided", "2026-05-02", decision="x"))
    refused("text", repository, step("decided", decision="a.b@example.org"))
    do(repository, step("decided", decision="Rat, 7"))
    refused("status-date", repository, step("building", "2026-01-31"))
    do(repository, step("building", "03.03.2026"))
    refused("status-units", repository, step("running", "2026-04-01"))
    refused("status-back", repository, step("funded", "2026-04-01"))
    refused("status-back", repository, step("stopped", "2026-04-01"))
    do(repository, lambda b: pipeline.build(b, ID, 2.5, "2026-03-31"))
    do(repository, step("running", "2026-04-01"))
    do(repository, step("stopped", "2026-04-20", reason="Geld fehlt"))
    m = use.state(repository).measures[ID]
    assert [h[1] for h in m.history] == ["planned", "decided", "building", "running", "stopped"]
    assert m.decision == "Rat, 7" and m.reason == "Geld fehlt"
    refused("measure-unknown", repository, lambda b: pipeline.status(b, "U1@99000001", "done", "2026-04-01"))


def test_money_and_units(repository):
    refused("spend-undecided", repository, lambda b: pipeline.spend(b, ID, 1, "2026-01-01", "municipality"))
    do(repository, lambda b: pipeline.status(b, ID, "decided", "2026-01-01", "Rat"))
    do(repository, lambda b: pipeline.spend(b, ID, 10_000, "2026-02-01", "municipality", "Rechnung 1"))
    do(repository, lambda b: pipeline.spend(b, ID, -4_000, "2026-03-01", "municipality"))
    refused("spend-negative", repository, lambda b: pipeline.spend(b, ID, -6_001, "2026-03-01", "municipality"))
    refused("spend-negative", repository, lambda b: pipeline.spend(b, ID, -1, "2026-03-01", "fund"))
    refused("spend-zero", repository, lambda b: pipeline.spend(b, ID, 0, "2026-03-01", "fund"))
    refused("word-unknown", repository, lambda b: pipeline.spend(b, ID, 1, "2026-03-01", "nobody"))
    refused("evidence-unknown", repository, lambda b: pipeline.spend(b, ID, 1, "2026-03-01", "fund", "", "0" * 64))
    do(repository, lambda b: pipeline.build(b, ID, 3, "2026-02-01"))
    do(repository, lambda b: pipeline.build(b, ID, -2, "2026-03-01"))
    refused("units-negative", repository, lambda b: pipeline.build(b, ID, -2, "2026-02-15"))
    refused("number-finite", repository, lambda b: pipeline.build(b, ID, math.nan, "2026-02-15"))
    do(repository, lambda b: pipeline.budget(b, ID, 2026, 123_456))
    m = use.state(repository).measures[ID]
    assert (m.spent(2026), m.units_at("2026-02-28"), m.units_at("2026-12-31")) == (6_000, 3, 1)
    row = next(r for r in compare.measures(use.state(repository), 2026) if r["id"] == ID)
    assert (row["cents_planned"], row["cents_actual"], row["units_actual"]) == (123_456, 6_000, 1)


def test_evidence_files(repository, tmp_path):
    file = tmp_path / "abnahme.pdf"
    file.write_bytes(b"%PDF-1.7 training")
    do(repository, lambda b: pipeline.evidence(b, ID, file, "Abnahme"))
    refused("evidence-twice", repository, lambda b: pipeline.evidence(b, ID, file))
    check = lambda: [r["state"] for r in pipeline.check_evidence(use.state(repository), tmp_path)]  # noqa: E731
    assert check() == ["same"]
    file.write_bytes(b"%PDF-1.7 training!")
    assert check() == ["changed"]
    file.unlink()
    assert check() == ["missing"]
    (tmp_path / "leer").write_bytes(b"")
    refused("evidence-size", repository, lambda b: pipeline.evidence(b, ID, tmp_path / "leer"))
    refused("file-missing", repository, lambda b: pipeline.evidence(b, ID, tmp_path / "none"))


def test_dates_and_calendar(repository):
    do(repository, lambda b: pipeline.due(b, ID, "milestone", "Baubeginn", "2026-09-01"))
    do(repository, lambda b: pipeline.due(b, ID, "task", "Antrag; stellen, bald", "15.06.2026", "Bauamt"))
    do(repository, lambda b: pipeline.due(b, ID, "reminder", "Frist", "2026-04-01"))
    refused("due-unknown", repository, lambda b: pipeline.finish(b, ID, 9, "2026-04-01"))
    book = use.state(repository)
    assert [(d["kind"], d["overdue"]) for d in pipeline.open_dues(book, "2026-05-01")] == [
        ("reminder", True), ("task", False), ("milestone", False),
    ]  # fmt: skip
    payment = {"state": "later", "contract": "v-1", "measure": "U01:99000001", "year": 2026, "due": "2026-12-31"}
    raw = calendar.export(book, "2026-05-01", "de", [payment, payment | {"state": "paid", "year": 2025}])
    assert raw == calendar.export(book, "2026-05-01", "de", [payment])

    from icalendar import Calendar

    read = Calendar.from_ical(raw)
    entries = [c for c in read.walk() if c.name in ("VEVENT", "VTODO")]
    assert len(entries) == 4 and len({str(c["uid"]) for c in entries}) == 4
    task = next(c for c in entries if c.name == "VTODO")
    assert str(task["summary"]) == "Aufgabe: Antrag; stellen, bald (Wärmepumpen in Wohnhäusern)"
    assert task["due"].dt.isoformat() == "2026-06-15" and str(task["description"]) == "Bauamt"
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    do(repository, lambda b: pipeline.finish(b, ID, 2, "2026-04-30"))
    with pytest.raises(InputError):
        do(repository, lambda b: pipeline.finish(b, ID, 2, "2026-04-30"))
    assert b"VTODO" not in calendar.export(use.state(repository), "2026-05-01", "de")


def test_roles_not_persons():
    assert role_name("  Amt  für  Klima ") == "Amt für Klima"
    for bad in ("", "x@example.org", "a" * 81, "a\x00b"):
        with pytest.raises(InputError) as error:
            role_name(bad)
        assert error.value.code == "role"


def test_who_has_not_seen_the_last_event_is_told(repository):
    with pytest.raises(RecordConflict):
        repository.append(3, [], "2026-05-01T00:00:00Z", "Amt")


def test_deciding_again_after_a_conflict(repository):
    seen = []

    def decide(events):
        seen.append(len(events))
        if len(seen) == 1:  # somebody else is faster
            repository.append(
                len(events), pipeline.budget(books.replay(events), ID, 2026, 5), "2026-05-01T00:00:00Z", "B"
            )
        return pipeline.budget(books.replay(events), ID, 2027, 7)

    record(repository, decide, "2026-05-01T00:00:00Z", "A")
    assert len(seen) == 2
    assert use.state(repository).measures[ID].budget == {2026: 5, 2027: 7}


anything = st.one_of(st.text(max_size=40), st.just("2026-01-01"), st.sampled_from(books.STATUSES), st.just(ID))


@settings(max_examples=200, deadline=None)
@given(st.lists(anything, min_size=6, max_size=6), st.floats(), st.integers())
def test_hostile_words_never_break_it(words, number, whole):
    """Whatever is typed: it is recorded whole or refused with a code."""
    book = books.replay(BASE.events())
    a, b, c, d, e, f = words
    for decide in (
        lambda: pipeline.status(book, a, b, c, d, e), lambda: pipeline.spend(book, ID, whole, c, d, e),
        lambda: pipeline.build(book, ID, number, c), lambda: pipeline.due(book, ID, a, b, c, d),
        lambda: pipeline.assign(book, ID, a, [b, c], d), lambda: pipeline.add(book, a, b, {"de": c, "en": d}, e),
        lambda: pipeline.budget(book, ID, whole, whole), lambda: pipeline.finish(book, f, whole, c),
    ):  # fmt: skip
        try:
            drafts = decide()
        except StadtlandError as error:
            assert error.code and error.cure
            continue
        made = Memory(list(BASE.events()))
        made.append(len(BASE.events()), drafts, "2026-05-01T00:00:00Z", "Amt")
        books.replay(made.events())


BASE = Memory()
use.record(BASE, lambda b: from_plan.adopt(b, training.plan(), "Rat, 1"), "Amt", lambda: NOW)
