"""The climate fund: double entry in the Journal, whole cents, never below zero without a recorded decision.

Money comes from a source (`fund:from:city`, `:companies`, `:citizens`, `:other`, `:grant`) and lies in a pot:
`fund:free`, `fund:buffer` (replaces what is lost or late), `fund:admin` (running the fund), `fund:earmark:<measure>`
(grants). It leaves a pot for a payee (`party:<id>`), a measure or the administration. The bank balance is the sum of
the pots. The state is the replay of all `fund.` entries; names and reasons in words are deletable records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from stadtland.base import strict
from stadtland.base.errors import InputError
from stadtland.ledger.entry import CODE, Draft, Entry

from .account_view import UNIT as BLOCK
from .pipeline import day

UNIT = "eur_cent"
GROUPS = ("city", "companies", "citizens", "other", "grant")
POTS = ("free", "buffer", "admin")
BASES = ("hectare", "tonne", "fixed")
DIVISOR = {"hectare": 10_000, "tonne": 1000, "fixed": 1}
MOST = 10**13


@dataclass(frozen=True)
class Contract:
    """A promise to pay a land user: rate in cents a hectare, tonne or year; quantity in m², kg a year, or 1."""

    id: str
    payee: str
    measure: str
    basis: str
    rate: int
    quantity: int
    first_year: int
    years: int
    due: str
    pot: str
    date: str

    def owed(self, year: int, kg: int | None = None) -> int:
        """Cents due for a year: ⌊rate·m²/10000⌋ or ⌊rate·kg/1000⌋ (expected kg unless given); 0 outside the term."""
        if not self.first_year <= year < self.first_year + self.years:
            return 0
        return self.rate * (self.quantity if kg is None or self.basis != "tonne" else kg) // DIVISOR[self.basis]


@dataclass(frozen=True)
class Move:
    """One booked movement: seq, kind, value date, postings, details; `corrected` by a later entry."""

    seq: int
    kind: str
    date: str
    postings: tuple[tuple[str, int], ...]
    data: Mapping[str, Any]
    corrected: int = 0


@dataclass(frozen=True)
class Decision:
    """Leave to let a pot fall to −limit cents until a date."""

    id: str
    pot: str
    limit: int
    since: str
    until: str


@dataclass(frozen=True)
class Fund:
    """The state of the fund."""

    rules: tuple[Mapping[str, Any], ...] = ()
    moves: tuple[Move, ...] = ()
    contracts: dict[str, Contract] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()

    def floor(self, pot: str, date: str) -> int:
        """How low a pot may stand on a date: 0, or −limit of the widest decision in force."""
        return -max((d.limit for d in self.decisions if d.pot == pot and d.since <= date <= d.until), default=0)

    def live(self) -> list[Move]:
        """Movements that count: neither corrected nor corrections."""
        return [m for m in self.moves if not m.corrected and m.kind != "fund.correction"]

    def balance(self, account: str, date: str = "9999-12-31") -> int:
        """Cents on an account at the end of a value date."""
        return sum(c for m in self.moves if m.date <= date for a, c in m.postings if a == account)

    def pots(self, date: str = "9999-12-31") -> dict[str, int]:
        """Cents by pot at a date; the sum is the money in the bank."""
        names = {a for m in self.moves for a, _ in m.postings if is_pot(a)} | {f"fund:{p}" for p in POTS}
        return {n: self.balance(n, date) for n in sorted(names)}

    def paid(self, contract: str, year: int | None = None) -> int:
        """Cents paid under a contract, for a year of service or altogether."""
        return sum(
            c
            for m in self.live()
            if m.kind == "fund.payment" and m.data["contract"] == contract and year in (None, m.data["year"])
            for a, c in m.postings
            if a.startswith("party:")
        )

    def kg_paid(self, contract: str, year: int) -> int | None:
        """Verified kg that the payments of a year name; None where nothing is paid by the tonne yet."""
        named = [
            int(m.data["kg"])
            for m in self.live()
            if m.kind == "fund.payment" and (m.data["contract"], m.data["year"]) == (contract, year) and "kg" in m.data
        ]
        return max(named, default=None)

    def promised(self, contract: str, year: int, verified: int | None = None) -> int:
        """Cents owed for a year: by the tonne for the verified kg where known, else for those expected."""
        c, kg = self.contracts[contract], self.kg_paid(contract, year)
        known = [k for k in (kg, verified) if k is not None]
        return c.owed(year, max(known) if known else None)

    def units_paid(self) -> dict[str, str]:
        """Units of the account that a payment names → contract."""
        return {u: m.data["contract"] for m in self.live() if m.kind == "fund.payment" for u in m.data.get("units", [])}

    def rule(self, date: str) -> Mapping[str, Any]:
        """The shares in force at a date; InputError `fund-rules` before the first."""
        known = [r for r in self.rules if r["date"] <= date]
        if not known:
            raise InputError("fund-rules", f"no rules of the fund on {date}", "", "set them: `stadtland fund rules`")
        return max(known, key=lambda r: r["date"])


def overlap(one: str, other: str) -> bool:
    """Whether two units are the same or two blocks `series/first-last` of one series share a serial.

    >>> overlap("99000003-2024/1-10", "99000003-2024/10-12"), overlap("99000003-2024/1-2", "99000003-2024/3-4")
    (True, False)
    """
    a, b = (BLOCK.fullmatch(u) for u in (one, other))
    if a is None or b is None or a["series"] != b["series"]:
        return one == other
    return int(a["first"]) <= int(b["last"]) and int(b["first"]) <= int(a["last"])


def is_pot(account: str) -> bool:
    """Whether an account holds money of the fund."""
    return account.startswith("fund:earmark:") or account in {f"fund:{p}" for p in POTS}


def code(text: str, where: str) -> str:
    """An id for the journal: letters, digits and `_.:/-`; `@` becomes `:`. InputError `fund-code`."""
    out = text.strip().replace("@", ":")
    if not CODE.match(out):
        raise InputError("fund-code", f"{text!r:.60} is no id", where, "use letters, digits, _ . : / - and no spaces")
    return out


def replay(entries: Iterable[Entry]) -> Fund:
    """The state after the `fund.` entries of a journal, in order."""
    fund = Fund()
    for entry in entries:
        if entry.kind.startswith("fund."):
            fund = _apply(fund, entry)
    return fund


def _apply(fund: Fund, entry: Entry) -> Fund:
    d = entry.data
    if entry.kind == "fund.rules":
        return replace(fund, rules=(*fund.rules, d))
    if entry.kind == "fund.decision":
        return replace(
            fund, decisions=(*fund.decisions, Decision(d["decision"], d["pot"], d["limit"], d["date"], d["until"]))
        )
    if entry.kind == "fund.contract":
        keys = ("payee", "measure", "basis", "rate", "quantity", "first_year", "years", "due", "pot", "date")
        made = Contract(d["contract"], **{k: d[k] for k in keys})
        return replace(fund, contracts=fund.contracts | {made.id: made})
    postings = tuple((row[0], row[2]) for row in d.get("postings", []))
    move = Move(entry.seq, entry.kind, d["date"], postings, d)
    moves = fund.moves
    if entry.kind == "fund.correction":
        moves = tuple(replace(m, corrected=entry.seq) if m.seq == d["corrects"] else m for m in moves)
    return replace(fund, moves=(*moves, move))


def _postings(*rows: tuple[str, int]) -> list[list[Any]]:
    return [[a, UNIT, c] for a, c in rows if c]


def _amount(cents: int, where: str = "amount") -> int:
    if isinstance(cents, bool) or not isinstance(cents, int) or not 0 < cents <= MOST:
        raise InputError("fund-amount", f"{cents!r:.30} cents cannot be booked", where, "name an amount above 0")
    return cents


def _checked(fund: Fund, draft: Draft) -> list[Draft]:
    """The draft, if no pot falls below zero without a decision. InputError `fund-negative`.

    Checked on its value date and on every later date with a movement. When a decision ends before the pot is filled
    again, nothing more can be spent from it, and the report says so.
    """
    date = draft.data["date"]
    down: dict[str, int] = {}
    for account, _, cents in draft.data["postings"]:
        if is_pot(account):
            down[account] = down.get(account, 0) + cents
    for pot, cents in down.items():
        if cents >= 0:
            continue
        for when in sorted({m.date for m in fund.moves if m.date > date} | {date}):
            left = fund.balance(pot, when) + cents
            floor = fund.floor(pot, when)
            if left < floor:
                raise InputError(
                    "fund-negative",
                    f"{pot} would stand at {left / 100:.2f} EUR on {when}; allowed is {floor / 100:.2f}",
                    pot, "wait for money, take another pot, or record a decision: `stadtland fund decide`",
                )  # fmt: skip
    return [draft]


def rules(fund: Fund, date: str, admin_bp: int, buffer_bp: int) -> list[Draft]:
    """Shares of every contribution for administration and buffer, in basis points (100 = 1 %), from a date on."""
    date = day(date)
    for name, value in (("--admin", admin_bp), ("--buffer", buffer_bp)):
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10_000:
            raise InputError("fund-share", f"{value!r:.20} is no share", name, "0 to 10000 basis points")
    if admin_bp + buffer_bp > 10_000:
        raise InputError("fund-share", "administration and buffer are more than the whole", "", "lower one of them")
    if any(r["date"] >= date for r in fund.rules):
        raise InputError("fund-rules", "rules of this date or a later one exist", date, "rules only change forward")
    return [Draft("fund.rules", {"date": date, "admin_bp": admin_bp, "buffer_bp": buffer_bp})]


def contribute(fund: Fund, cents: int, group: str, date: str, source: str, number: str) -> list[Draft]:
    """Money of a source, split by the rules in force: ⌊share⌋ to administration and buffer, the rest is free."""
    date, cents = day(date), _amount(cents)
    strict.one_of(group, GROUPS[:-1], "--group")
    number = _new(fund, number)
    rule = fund.rule(date)
    admin, buffer = (cents * rule[k] // 10_000 for k in ("admin_bp", "buffer_bp"))
    rows = _postings(
        (f"fund:from:{group}", -cents), ("fund:admin", admin), ("fund:buffer", buffer),
        ("fund:free", cents - admin - buffer),
    )  # fmt: skip
    data = {"number": number, "group": group, "source": code(source, "--from"), "date": date, "postings": rows}
    return [Draft("fund.contribution", data)]


def grant(fund: Fund, cents: int, measure: str, date: str, source: str, number: str) -> list[Draft]:
    """A grant for one measure: it may only be spent on that; no share goes to administration or buffer."""
    date, cents, measure = day(date), _amount(cents), code(measure, "--measure")
    rows = _postings(("fund:from:grant", -cents), (f"fund:earmark:{measure}", cents))
    data = {
        "number": _new(fund, number), "measure": measure, "source": code(source, "--from"), "date": date,
        "postings": rows,
    }  # fmt: skip
    return [Draft("fund.grant", data)]


def contract(
    fund: Fund, id: str, payee: str, measure: str, basis: str, rate: int, quantity: int, first_year: int, years: int,
    due: str, date: str, pot: str = "",
) -> list[Draft]:  # fmt: skip
    """A contract with a land user. `quantity`: m² (hectare), expected kg a year (tonne), 1 (fixed). `due`: `MM-DD`."""
    id, payee, measure = code(id, "--contract"), code(payee, "--payee"), code(measure, "--measure")
    strict.one_of(basis, BASES, "--per")
    if id in fund.contracts:
        raise InputError("contract-twice", f"the contract {id} exists", id, "choose another id")
    for name, value, top in (("rate", rate, MOST), ("quantity", quantity, 10**12), ("years", years, 100)):
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= top:
            raise InputError("contract-value", f"{value!r:.30} is not possible", name, f"a whole number, 1 to {top}")
    if basis == "fixed" and quantity != 1:
        raise InputError("contract-value", "a fixed yearly amount has the quantity 1", "quantity", "leave it out")
    strict.finite(first_year, "--first-year", 1990, 2100)
    day(f"2001-{due}", "--due")
    pot = f"fund:{pot or 'free'}" if not pot.startswith("fund:") else pot
    if not is_pot(pot) or (pot.startswith("fund:earmark:") and pot != f"fund:earmark:{measure}"):
        raise InputError("fund-pot", f"{pot} cannot pay for {measure}", "--pot", "use free, buffer or the grant of it")
    made = {
        "contract": id, "payee": payee, "measure": measure, "basis": basis, "rate": rate, "quantity": quantity,
        "first_year": first_year, "years": years, "due": due, "pot": pot, "date": day(date),
    }  # fmt: skip
    return [Draft("fund.contract", made)]


def pay(
    fund: Fund, contract: str, year: int, date: str, number: str, cents: int | None = None, kg: int | None = None,
    units: Sequence[str] = (), verified: int | None = None,
) -> list[Draft]:  # fmt: skip
    """A payment under a contract for a year of service; default: all that is still due.

    Paid by the tonne: `kg` verified for the year is needed and at most `verified` (where the account knows it). Never
    more than is due, no unit paid twice. InputErrors: `contract-unknown`, `payment-term`, `payment-kg`, `payment-due`,
    `payment-unit`, `fund-negative`.
    """
    contract = code(contract, "--contract")
    if contract not in fund.contracts:
        raise InputError(
            "contract-unknown", f"there is no contract {contract}", "--contract", "see `stadtland fund schedule`"
        )
    c, date = fund.contracts[contract], day(date)
    if not c.first_year <= year < c.first_year + c.years:
        raise InputError(
            "payment-term", f"{contract} runs from {c.first_year} to {c.first_year + c.years - 1}", "--year", "check it"
        )
    if c.basis == "tonne":
        if isinstance(kg, bool) or not isinstance(kg, int) or kg < 0:
            raise InputError("payment-kg", "paid by the tonne needs the verified kg of the year", "--kg", "add them")
        if verified is not None and kg > verified:
            raise InputError("payment-kg", f"{kg} kg, but {verified} kg are verified", "--kg", "pay what is verified")
    elif kg is not None:
        raise InputError("payment-kg", f"{contract} pays by {c.basis}, not by tonnes", "--kg", "leave it out")
    open_cents = c.owed(year, kg) - fund.paid(contract, year)
    amount = _amount(open_cents if cents is None else cents) if open_cents > 0 or cents is not None else 0
    if amount <= 0 or amount > open_cents:
        raise InputError(
            "payment-due", f"for {year} {max(open_cents, 0) / 100:.2f} EUR are still due", contract, "check the amount"
        )
    units = [code(u, "--unit") for u in units]
    known = fund.units_paid()
    for i, unit in enumerate(units):
        if any(overlap(unit, other) for other in (*known, *units[:i])):
            raise InputError("payment-unit", f"the unit {unit} is paid already", "--unit", "no unit is paid twice")
    data: dict[str, Any] = {
        "number": _new(fund, number), "contract": contract, "measure": c.measure, "year": year, "date": date,
        "postings": _postings((c.pot, -amount), (f"party:{c.payee}", amount)),
    }  # fmt: skip
    if kg is not None:
        data["kg"] = kg
    if units:
        data["units"] = units
    return _checked(fund, Draft("fund.payment", data))


def spend(fund: Fund, cents: int, pot: str, to: str, date: str, number: str, measure: str = "") -> list[Draft]:
    """Money out of a pot without contract: for a measure, or from `fund:admin` for the administration."""
    cents, date = _amount(cents), day(date)
    account = pot if pot.startswith("fund:") else f"fund:{pot}"
    if not is_pot(account):
        raise InputError("fund-pot", f"{pot!r:.40} is no pot", "--pot", "use free, buffer, admin or fund:earmark:…")
    measure = code(measure, "--measure") if measure else ""
    if account.startswith("fund:earmark:") and account != f"fund:earmark:{measure}":
        raise InputError("fund-pot", f"{account} is for its own measure only", "--pot", "name that measure")
    if (account == "fund:admin") == bool(measure):
        raise InputError(
            "fund-pot", "the administration pot pays no measure, and other pots pay no administration", "--pot",
            "name --measure, or use the pot admin without one",
        )  # fmt: skip
    data: dict[str, Any] = {
        "number": _new(fund, number), "to": code(to, "--to"), "date": date,
        "postings": _postings((account, -cents), (f"party:{code(to, '--to')}", cents)),
    }  # fmt: skip
    return _checked(fund, Draft("fund.spending", data | ({"measure": measure} if measure else {})))


def move(fund: Fund, cents: int, source: str, target: str, date: str, number: str, decision: str) -> list[Draft]:
    """From one pot to another, with the id of the decision; grants never leave their pot."""
    cents, date = _amount(cents), day(date)
    pots = [p if p.startswith("fund:") else f"fund:{p}" for p in (source, target)]
    if not all(is_pot(p) and not p.startswith("fund:earmark:") for p in pots) or pots[0] == pots[1]:
        raise InputError("fund-pot", f"no move from {source!r:.30} to {target!r:.30}", "", "two of free, buffer, admin")
    data = {
        "number": _new(fund, number), "date": date, "decision": code(decision, "--decision"),
        "postings": _postings((pots[0], -cents), (pots[1], cents)),
    }  # fmt: skip
    return _checked(fund, Draft("fund.move", data))


def decide(fund: Fund, id: str, pot: str, limit: int, date: str, until: str) -> list[Draft]:
    """A decision that lets a pot fall to −limit cents between two dates (e.g. a grant comes after the payment)."""
    id, date, until = code(id, "--decision"), day(date), day(until)
    account = pot if pot.startswith("fund:") else f"fund:{pot}"
    if not is_pot(account) or until < date or any(d.id == id for d in fund.decisions):
        raise InputError(
            "fund-decision",
            f"the decision {id} cannot be recorded",
            "",
            "a pot, an end after its date, an id of its own",
        )
    body = {"decision": id, "pot": account, "limit": _amount(limit, "--limit"), "date": date, "until": until}
    return [Draft("fund.decision", body)]


def correct(fund: Fund, seq: int, date: str, reason: str, number: str) -> list[Draft]:
    """Take a movement back with the opposite postings, linked to it. InputError `correction-unknown`."""
    found = next((m for m in fund.live() if m.seq == seq), None)
    if found is None:
        raise InputError(
            "correction-unknown", f"entry {seq} is no movement that counts", "", "see `stadtland fund entries`"
        )
    date = day(date)
    if date < found.date:
        raise InputError("correction-unknown", f"the movement is of {found.date}", "--date", "not before it")
    data = {
        "number": _new(fund, number), "corrects": seq, "date": date, "reason": code(reason, "--reason"),
        "postings": _postings(*((a, -c) for a, c in found.postings)),
    }  # fmt: skip
    return _checked(fund, Draft("fund.correction", data))


def _new(fund: Fund, number: str) -> str:
    number = code(number, "--number")
    if any(m.data.get("number") == number for m in fund.moves):
        raise InputError(
            "fund-number", f"the voucher {number} is booked already", "--number", "every voucher is booked once"
        )
    return number
