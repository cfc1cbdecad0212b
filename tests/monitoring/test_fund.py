"""The fund: double entry, never negative without a decision, nothing paid twice."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from stadtland.actions import fund as use
from stadtland.base.errors import InputError
from stadtland.ledger import requests
from stadtland.ledger.account import Account
from stadtland.ledger.entry import Draft
from stadtland.ledger.gate import CRITERIA
from stadtland.ledger.journal import MemoryJournal, MemoryRecords
from stadtland.monitoring import fund, fund_report

NOW = datetime(2026, 5, 1, tzinfo=UTC)
MARK = "0" * 64


def journal():
    made = MemoryJournal(clock=lambda: NOW)
    use.book(made, lambda f: fund.rules(f, "2024-01-01", 500, 1000))
    return made


def contribute(made, cents, date="2024-02-01", group="city"):
    use.book(made, lambda f: fund.contribute(f, cents, group, date, "p-1", use.voucher(f, "")))


def contract(made, id="v-1", basis="hectare", rate=80_000, quantity=120_000, years=3, pot=""):
    use.book(
        made, lambda f: fund.contract(f, id, "p-9", "A01@99000002", basis, rate, quantity, 2024, years, "12-31",
                                      "2024-03-01", pot),
    )  # fmt: skip


def refused(code, action):
    with pytest.raises(InputError) as error:
        action()
    assert error.value.code == code
    assert error.value.cure


def test_hand_calculated_year():
    """10,000.03 EUR: 5 % = 500.00 (cut), 10 % = 1000.00, the rest 8500.03; 12 ha × 800 EUR = 9600 is too much."""
    made = journal()
    contribute(made, 1_000_003)
    state = use.state(made)
    assert state.pots() == {"fund:admin": 50_000, "fund:buffer": 100_000, "fund:free": 850_003}
    contract(made)
    refused("fund-negative", lambda: use.pay(made, "v-1", 2024, "2024-12-20"))
    contribute(made, 200_000, "2024-06-01", "companies")
    entry = use.pay(made, "v-1", 2024, "2024-12-20")[0]
    assert entry.data["measure"] == "A01:99000002" and entry.data["year"] == 2024
    assert use.state(made).pots()["fund:free"] == 850_003 + 170_000 - 960_000
    found = fund_report.report(use.state(made), 2024)
    assert found["closes"] and found["opening"] == 0 and found["closing"] == 1_200_003 - 960_000
    assert found["received"]["companies"] == 200_000 and found["spent"]["land_users"] == 960_000
    assert found["open"] == 2 * 960_000
    later = fund_report.report(use.state(made), 2025)
    assert later["opening"] == found["closing"] and later["closes"]


def test_nothing_is_paid_twice():
    made = journal()
    contribute(made, 50_000_000)
    contract(made, "v-t", "tonne", 5_500, 100_000)
    refused("payment-kg", lambda: use.pay(made, "v-t", 2024, "2025-02-01"))
    use.pay(made, "v-t", 2024, "2025-02-01", kg=80_000)
    assert use.state(made).paid("v-t", 2024) == 5_500 * 80
    refused("payment-due", lambda: use.pay(made, "v-t", 2024, "2025-02-02", kg=80_000))
    refused("payment-term", lambda: use.pay(made, "v-t", 2027, "2028-02-02", kg=1))
    contract(made)
    refused("payment-due", lambda: use.pay(made, "v-1", 2024, "2025-01-01", cents=960_001))
    refused("payment-kg", lambda: use.pay(made, "v-1", 2024, "2025-01-01", kg=4))
    use.pay(made, "v-1", 2024, "2025-01-01", number="RE-1", cents=500_000)
    use.pay(made, "v-1", 2024, "2025-01-01", cents=460_000)
    refused("payment-due", lambda: use.pay(made, "v-1", 2024, "2025-01-01"))
    refused("fund-number", lambda: use.pay(made, "v-1", 2025, "2026-01-01", number="RE-1"))


def test_units_and_verified_kilograms_of_the_account():
    """90 t low, 10 t leakage: 80 t net, 15 % to the buffer, 68,000 kg to the owner, as 99000002-2024/1-68000."""
    made = journal()
    contribute(made, 50_000_000)
    contract(made, "v-t", "tonne", 5_500, 100_000)
    account = Account(made)
    account.book([Draft("unit.holder", {"holder": "o-1", "role": "land_user"})])
    account.book([Draft("unit.holder", {"holder": "o-2", "role": "member", "ags": "99000001"})])
    account.book([Draft("place.plot", {"plot": "f-1", "area_m2": 120_000, "overlaps": [], "outline": MARK})])
    plan = {
        "project": "pr-1", "measure": "A01", "class": "temporary_removal", "ags": "99000002", "pool": "biomass",
        "plots": ["f-1"], "start": 2024, "end": 2033, "until": 2043, "owner": "o-1", "risk": 150, "visible": True,
    }  # fmt: skip
    gate = {"project": "pr-1", "gate": dict.fromkeys(CRITERIA, True), "evidence": MARK}
    account.book([Draft("unit.plan", plan), Draft("unit.validate", gate)])
    seen = {
        "project": "pr-1",
        "year": 2024,
        "low_kg": 90_000,
        "central_kg": 95_000,
        "high_kg": 99_000,
        "evidence": MARK,
    }
    account.book([Draft("unit.monitor", seen)])
    assert use.account(made).issued_kg == 0
    account.book(requests.verify("pr-1", 2024, "v-1", MARK, 10_000))
    account.book(requests.issue("pr-1", 2024))
    account.book(requests.transfer("o-1", "o-2", 20_000, "internal"))
    view = use.account(made)
    assert view.issued_kg == 80_000 and view.verified == {("A01:99000002", 2024): 80_000}

    def pay(kg, *units, year=2024):
        return lambda: use.pay(
            made, "v-t", year, f"{year + 1}-02-01", kg=kg, units=[f"99000002-2024/{u}" for u in units]
        )

    refused("payment-kg", pay(80_001))
    refused("payment-kg", pay(1, year=2025))
    refused("unit-not-issued", pay(1000, "68000-68001"))  # the last serials lie in the buffer
    refused("unit-not-issued", pay(1000, "0-5"))
    refused("unit-code", pay(1000, "x"))
    pay(50_000, "1-50000")()  # across the blocks of two holders
    refused("payment-unit", pay(60_000, "50000-50001"))
    pay(60_000, "50001-60000")()
    assert use.state(made).paid("v-t", 2024) == 5_500 * 60


def test_a_decision_lets_a_pot_fall_and_no_further():
    made = journal()
    contribute(made, 100_000)
    spend = lambda cents, date: use.book(  # noqa: E731
        made, lambda f: fund.spend(f, cents, "free", "p-2", date, use.voucher(f, ""), "A01@99000002")
    )
    refused("fund-negative", lambda: spend(100_000, "2024-05-01"))
    use.book(made, lambda f: fund.decide(f, "Rat-2024-7", "free", 20_000, "2024-04-01", "2024-08-31"))
    spend(100_000, "2024-05-01")
    assert use.state(made).pots("2024-05-01")["fund:free"] == -15_000
    refused("fund-negative", lambda: spend(5_001, "2024-06-01"))
    refused("fund-negative", lambda: spend(1, "2024-09-01"))
    assert fund_report.report(use.state(made), 2024, "2024-08-01")["negative"][0]["decided"]
    late = fund_report.report(use.state(made), 2024, "2024-10-01")
    assert late["negative"] == [{"pot": "fund:free", "cents": -15_000, "decided": False}]
    assert "abgelaufen" in "\n".join(use.lines(late, "de"))


def test_an_earlier_date_is_checked_on_every_later_one():
    made = journal()
    contribute(made, 100_000, "2024-02-01")
    use.book(made, lambda f: fund.spend(f, 80_000, "free", "p-2", "2024-09-01", "v-a", "A01@99000002"))
    refused(
        "fund-negative",
        lambda: use.book(made, lambda f: fund.spend(f, 10_000, "free", "p-2", "2024-03-01", "v-b", "A01@99000002")),
    )
    refused(
        "fund-negative",
        lambda: use.book(made, lambda f: fund.spend(f, 1, "free", "p-2", "2024-01-31", "v-c", "A01@99000002")),
    )


def test_grants_stay_with_their_measure():
    made = journal()
    use.book(made, lambda f: fund.grant(f, 500_000, "OWN-U05@99000003", "2024-03-01", "p-f", "g-1"))
    state = use.state(made)
    pot = "fund:earmark:OWN-U05:99000003"
    refused("fund-pot", lambda: fund.spend(state, 1, pot, "p-2", "2024-04-01", "x", "A01@99000002"))
    refused("fund-pot", lambda: fund.move(state, 1, pot, "free", "2024-04-01", "x", "b-1"))
    refused("fund-pot", lambda: fund.spend(state, 1, "admin", "p-2", "2024-04-01", "x", "A01@99000002"))
    refused("fund-pot", lambda: fund.spend(state, 1, "free", "p-2", "2024-04-01", "x"))
    assert fund.spend(state, 1, pot, "p-2", "2024-04-01", "x", "OWN-U05@99000003")


def test_corrections_are_linked_and_counted_once():
    made = journal()
    contribute(made, 10_000_000)
    contract(made)
    paid = use.pay(made, "v-1", 2024, "2024-12-20")[0].seq
    use.book(made, lambda f: fund.correct(f, paid, "2024-12-21", "wrong-payee", use.voucher(f, "")))
    state = use.state(made)
    assert state.paid("v-1") == 0 and state.pots()["fund:free"] == 8_500_000
    refused("correction-unknown", lambda: fund.correct(state, paid, "2024-12-22", "again", "x"))
    found = fund_report.report(state, 2024)
    assert found["spent"]["land_users"] == 0 and found["closes"]
    use.pay(made, "v-1", 2024, "2024-12-22")
    assert use.state(made).paid("v-1", 2024) == 960_000


@pytest.mark.parametrize("cents", [0, -1, 10**14, True, 1.5])
def test_amounts_that_cannot_be(cents):
    refused("fund-amount", lambda: fund.contribute(use.state(journal()), cents, "city", "2024-02-01", "p", "n"))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"basis": "litre"}, "word-unknown"), ({"rate": 0}, "contract-value"), ({"quantity": -1}, "contract-value"),
        ({"years": 101}, "contract-value"), ({"pot": "fund:earmark:x"}, "fund-pot"), ({"pot": "admin2"}, "fund-pot"),
        ({"id": "a b"}, "fund-code"), ({"basis": "fixed"}, "contract-value"),
    ],
)  # fmt: skip
def test_contracts_that_cannot_be(change, code):
    refused(code, lambda: contract(journal(), **change))


def test_no_rules_no_contribution():
    made = MemoryJournal(clock=lambda: NOW)
    refused("fund-rules", lambda: contribute(made, 1))
    refused("fund-share", lambda: use.book(made, lambda f: fund.rules(f, "2024-01-01", 6000, 5000)))


def test_names_are_forgotten_and_the_journal_holds_ids_only():
    made, records = journal(), MemoryRecords()
    id = use.payee(records, "Hof Müller")
    use.book(
        made, lambda f: fund.contract(f, "v-1", id, "A01@99000002", "fixed", 100, 1, 2024, 1, "12-31", "2024-01-02")
    )
    rows = fund_report.schedule(use.state(made), "2024-06-01")
    assert use.named(rows, records)[0]["name"] == "Hof Müller"
    assert not any(b"M\\u00fcller" in e.line or "Müller".encode() in e.line for e in made.read())
    records.delete("party", id)
    assert use.named(rows, records)[0]["name"] == ""


@pytest.mark.parametrize(("per", "text", "value"), [("hectare", "12,5", 125_000), ("tonne", "240", 240_000)])
def test_quantities(per, text, value):
    assert use.quantity(per, text) == value
    refused("contract-value", lambda: use.quantity(per, "0,00001"))
    refused("contract-value", lambda: use.quantity(per, "nan"))


days = st.integers(1, 28).map(lambda d: f"2024-{1 + d % 12:02d}-{d:02d}")


class FundMachine(RuleBasedStateMachine):
    """Whatever is asked in whatever order: every pot stays at or above zero, or above its decision, on every date."""

    def __init__(self):
        super().__init__()
        self.journal, self.n = journal(), 0
        contract(self.journal, rate=10_000)

    def ask(self, request):
        self.n += 1
        try:
            use.book(self.journal, lambda f: request(f, f"n-{self.n}"))
        except InputError as error:
            assert error.code.startswith(("fund-", "payment-", "correction-"))

    @rule(cents=st.integers(1, 10**6), date=days, group=st.sampled_from(fund.GROUPS[:-1]))
    def give(self, cents, date, group):
        self.ask(lambda f, n: fund.contribute(f, cents, group, date, "p", n))

    @rule(cents=st.integers(1, 10**6), date=days, pot=st.sampled_from(["free", "buffer"]))
    def spend(self, cents, date, pot):
        self.ask(lambda f, n: fund.spend(f, cents, pot, "p", date, n, "A01@99000002"))

    @rule(cents=st.integers(1, 10**6), date=days)
    def administer(self, cents, date):
        self.ask(lambda f, n: fund.spend(f, cents, "admin", "p", date, n))

    @rule(date=days, cents=st.integers(1, 200_000))
    def pay(self, date, cents):
        self.ask(lambda f, n: fund.pay(f, "v-1", 2024, date, n, cents))

    @rule(cents=st.integers(1, 10**6), date=days, pots=st.permutations(["free", "buffer", "admin"]))
    def move(self, cents, date, pots):
        self.ask(lambda f, n: fund.move(f, cents, pots[0], pots[1], date, n, "b"))

    @rule(limit=st.integers(1, 10**5), dates=st.tuples(days, days), pot=st.sampled_from(["free", "buffer"]))
    def decide(self, limit, dates, pot):
        self.ask(lambda f, n: fund.decide(f, n, pot, limit, *sorted(dates)))

    @rule(back=st.integers(0, 20), date=days)
    def correct(self, back, date):
        moves = use.state(self.journal).moves
        if moves:
            seq = moves[-1 - back % len(moves)].seq
            self.ask(lambda f, n: fund.correct(f, seq, date, "r", n))

    @invariant()
    def never_below_what_is_decided(self):
        state = use.state(self.journal)
        for date in {m.date for m in state.moves}:
            for pot, cents in state.pots(date).items():
                ever = max((d.limit for d in state.decisions if d.pot == pot and d.since <= date), default=0)
                assert cents >= -ever
        for move in state.moves:
            for pot, cents in move.postings:
                if cents < 0 and fund.is_pot(pot):
                    assert state.balance(pot, move.date) >= state.floor(pot, move.date)
        found = fund_report.report(state)
        assert found["closes"]
        assert state.paid("v-1", 2024) <= state.contracts["v-1"].owed(2024)
        assert sum(c for m in state.moves for _, c in m.postings) == 0


FundMachine.TestCase.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestFundMachine = FundMachine.TestCase
