"""Settlement after the year: sums to zero to the cent, and a case by hand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtland.base.errors import InputError
from stadtland.monitoring import amounts, from_plan, training, trueup
from stadtland.monitoring.book import replay
from stadtland.monitoring.records import Memory, record


def test_hand_calculated():
    """B = 100, 50; agreed A pays B 10; actual 90, 75 (15 more, split 2:1): A 100+10+10−90 = 30, B 50−10+5−75 = −30."""
    found = trueup.settle(
        {"A": 100, "B": 50}, {"A": 10, "B": -10}, {"A": 90, "B": 75}, {"A": 0, "B": 0}, {"A": 2, "B": 1}
    )
    assert {m: r["settlement"] for m, r in found.items()} == {"A": 30, "B": -30}
    assert trueup.payments({"A": 30, "B": -30}) == [{"from": "A", "to": "B", "amount": 30}]


cents = st.integers(-(10**11), 10**11)


@st.composite
def zero_sums(draw, n):
    values = draw(st.lists(cents, min_size=n - 1, max_size=n - 1))
    return [*values, -sum(values)]


@settings(max_examples=300, deadline=None)
@given(st.data(), st.integers(1, 8))
def test_settlements_sum_to_zero(data, n):
    names = [f"m{i}" for i in range(n)]
    table = lambda values: dict(zip(names, values, strict=True))  # noqa: E731
    lists = st.lists(cents, min_size=n, max_size=n)
    weights = st.lists(st.floats(0, 1e9), min_size=n, max_size=n).filter(any)
    planned, actual = table(data.draw(lists)), table(data.draw(lists))
    agreed, paid = table(data.draw(zero_sums(n))), table(data.draw(zero_sums(n)))
    found = trueup.settle(planned, agreed, actual, paid, table(data.draw(weights)))
    open_ = {m: r["settlement"] for m, r in found.items()}
    assert sum(open_.values()) == 0
    assert sum(r["burden"] for r in found.values()) == sum(actual.values())
    for p in trueup.payments(dict(open_)):
        assert p["amount"] > 0
        open_[p["from"]] -= p["amount"]
        open_[p["to"]] += p["amount"]
    assert not any(open_.values())


@settings(max_examples=200, deadline=None)
@given(st.integers(-(10**15), 10**15), st.lists(st.floats(0, 1e12), min_size=1, max_size=9).filter(any))
def test_apportioning_closes_and_is_fair(total, weights):
    table = {f"m{i}": w for i, w in enumerate(weights)}
    parts = amounts.apportion(total, table)
    assert sum(parts.values()) == total
    for name, part in parts.items():
        assert abs(part - total * table[name] / sum(weights)) <= 1 + abs(total) * 1e-12


@settings(max_examples=200, deadline=None)
@given(st.data(), st.integers(1, 6))
def test_tonnes_sum_to_what_is_there(data, n):
    names = [f"m{i}" for i in range(n)]
    kg = st.lists(st.integers(-(10**9), 10**9), min_size=n, max_size=n).map(lambda v: dict(zip(names, v, strict=True)))
    key = dict.fromkeys(names, 1)
    found = trueup.tonnes(data.draw(kg), data.draw(kg), key)
    assert sum(r["transfer"] for r in found["members"].values()) == 0
    assert sum(r["attributed"] for r in found["members"].values()) == sum(
        r["on_own_land"] for r in found["members"].values()
    )


def test_training_year(book):
    found = trueup.money(book, 2024)
    assert sum(r["settlement"] for r in found["members"].values()) == 0
    assert sum(r["agreed"] for r in found["members"].values()) == 0
    assert sum(r["actual"] for r in found["members"].values()) == 154_512_000 + 9_312_000 + 27_170_000
    assert book.trueups[-1]["members"] == found["members"]


def test_no_record_is_not_a_cost_of_zero(trained):
    """U03 without its spending of 2025: shown with its name, and not to be recorded before the cost is there."""
    events = [
        e for e in trained.repository.events()
        if not (e.kind == "measure.spend" and e.body["id"] == "U03@99000002" and e.body["date"].startswith("2025"))
    ]  # fmt: skip
    thinner = replay(events)
    found = trueup.money(thinner, 2025)
    assert found["open"] == [
        "U03@99000002",
        "OWN-U05@99000003",
    ]  # OWN-U05 is paid by the tonne, 2025 is not verified yet
    with pytest.raises(InputError) as error:
        trueup.record(thinner, found, "Beschluss")
    assert error.value.code == "trueup-open"
    assert trueup.money(replay(trained.repository.events()), 2024)["open"] == []


def test_what_the_fund_has_paid_is_nobodys_cost(book):
    """U04 is paid by the fund, OWN-U05 by a grant: their spending counts as spent, not as borne."""
    assert trueup.actual_cents(book, "U04@99000002", 2024) == 935_000 + 1_190_000
    assert trueup.actual_cents(book, "U04@99000002", 2024, own=True) == 0


def test_agreed_transfers_keep_their_present_value(book):
    plan = book.plan.body
    total = dict.fromkeys(book.setup.codes, 0.0)
    for i, year in enumerate(plan["years"]):
        found = trueup.money(book, year)
        for code, row in found["members"].items():
            total[code] += row["agreed"] / 100 / (1 + plan["discount_rate"]) ** i
    for code, value in plan["transfers"]["shapley"].items():
        assert total[code] == pytest.approx(value, abs=0.5)


def test_the_plans_own_payments_win(trained):
    """Where results.json has a yearly payment plan for the rule, that is what was agreed."""
    codes, plan = [m["code"] for m in training.table()["member"]], training.plan()
    rows = {codes[0]: [1000.5, 2000.0], codes[1]: [-400.25, -1500.0], codes[2]: [-600.25, -500.0]}
    plan["payments"] = {"rule": "shapley", "years": [2023, 2024], "by_member": rows}
    repository = Memory(trained.repository.events())
    record(repository, lambda e: from_plan.adopt(replay(e), plan, "Rat, 2"), "2026-01-01T00:00:00Z", "Amt")
    newer = replay(repository.events())
    agreed = {y: {m: r["agreed"] for m, r in trueup.money(newer, y)["members"].items()} for y in (2023, 2025)}
    assert agreed[2023] == {codes[0]: 100_050, codes[1]: -40_025, codes[2]: -60_025}
    assert not any(agreed[2025].values())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"agreed": {"A": 1, "B": 0}}, "trueup-sum"), ({"paid": {"A": 1, "B": 1}}, "trueup-sum"),
        ({"key": {"A": 0, "B": 0}}, "share-weights"), ({"key": {"A": -1, "B": 2}}, "share-weights"),
        ({"actual": {"A": 1}}, "trueup-members"),
    ],
)  # fmt: skip
def test_bad_tables(change, code):
    zero = {"A": 0, "B": 0}
    tables = {
        "planned": zero,
        "agreed": zero,
        "actual": {"A": 1, "B": 1},
        "paid": zero,
        "key": {"A": 1, "B": 1},
    } | change
    with pytest.raises(InputError) as error:
        trueup.settle(**tables)
    assert error.value.code == code


def test_bad_years_and_twice(trained, book):
    for args, code in (
        ((2019,), "year-missing"), ((2024, "x"), "rule-unknown"), ((2024, "", "x"), "trueup-key"),
    ):  # fmt: skip
        with pytest.raises(InputError) as error:
            trueup.money(book, *args)
        assert error.value.code == code
    with pytest.raises(InputError) as error:
        trueup.record(book, trueup.money(book, 2024), "noch einmal")
    assert error.value.code == "trueup-twice"
    with pytest.raises(InputError) as error:
        trueup.money(replay([]), 2024)
    assert error.value.code == "plan-missing"


@pytest.mark.parametrize(
    ("text", "value"), [("1.234,56", 123456), ("1234.5", 123450), ("-0,05", -5), ("12 EUR", 1200), ("1.234", 123400)]
)
def test_money_is_read(text, value):
    assert amounts.cents(text) == value


@pytest.mark.parametrize(
    "text", ["", "abc", "1,234.56", "1.2345", "1,234", "=1+1", "nan", "inf", "1e5", "--1", "9" * 30, True, float("nan")]
)
def test_money_is_refused(text):
    with pytest.raises(InputError) as error:
        amounts.cents(text)
    assert error.value.code == "money-kind"
