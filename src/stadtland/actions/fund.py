"""Use cases of the climate fund: every booking is checked on the newest state and appended to the journal."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from stadtland.base.errors import InputError
from stadtland.ledger.entry import Draft, Entry
from stadtland.ledger.journal import Conflict, Journal, Records
from stadtland.monitoring import account_view
from stadtland.monitoring import fund as rules
from stadtland.monitoring.fund import Fund

TRIES = 200


def state(journal: Journal) -> Fund:
    """The fund as booked."""
    return rules.replay(journal.read(kinds="fund."))


def account(journal: Journal) -> account_view.Account:
    """What the account says about measures."""
    return account_view.read(journal.read())


def book(journal: Journal, request: Callable[[Fund], Sequence[Draft]], now: datetime | None = None) -> list[Entry]:
    """Check on the newest state and append; asked again when somebody else booked in between."""
    for attempt in range(TRIES):
        head = journal.head()
        drafts = request(state(journal))
        try:
            return journal.append(drafts, head, now)
        except Conflict:
            if attempt == TRIES - 1:
                raise
    raise AssertionError("unreachable")


def payee(records: Records, name: str, text: str = "", id: str = "") -> str:
    """A payee or donor as a deletable record (kind `party`); returns the opaque id that the journal uses."""
    key = rules.code(id, "--id") if id else "p-" + secrets.token_hex(4)
    if records.get("party", key) is not None:
        raise InputError("party-twice", f"the id {key} is taken", "--id", "leave it out or choose another")
    if not name.strip() or len(name) > 200:
        raise InputError("party-name", "a name of 1 to 200 characters is needed", "--name", "write it")
    records.put("party", key, {"name": " ".join(name.split()), "text": " ".join(text.split())})
    return key


def voucher(fund: Fund, given: str) -> str:
    """The voucher number: as given, else the next free one."""
    if given:
        return given
    used = {m.data.get("number") for m in fund.moves}
    n = len(fund.moves) + 1
    while f"v-{n:05d}" in used:
        n += 1
    return f"v-{n:05d}"


def pay(
    journal: Journal, contract: str, year: int, date: str, number: str = "", cents: int | None = None,
    kg: int | None = None, units: Sequence[str] = (), now: datetime | None = None,
) -> list[Entry]:  # fmt: skip
    """A payment under a contract, held against what the account has verified and issued for the measure.

    Where the account knows the measure, more than the verified kg is refused, and named units must be issued for it.
    """
    view = account(journal)

    def request(fund: Fund) -> list[Draft]:
        found = fund.contracts.get(rules.code(contract, "--contract"))
        verified = None
        if found is not None:
            for unit in units:
                view.check_unit(unit, found.measure)
            if any(m == found.measure for m, _ in view.verified):
                verified = view.verified.get((found.measure, year), 0)
        return rules.pay(fund, contract, year, date, voucher(fund, number), cents, kg, units, verified)

    return book(journal, request, now)


def named(rows: Sequence[Mapping[str, Any]], records: Records) -> list[dict[str, Any]]:
    """Rows with the payee's name beside the opaque id, where the record still exists."""
    known = records.all("party")
    return [dict(r) | {"name": known.get(str(r["payee"]), {}).get("name", "")} for r in rows]


def quantity(per: str, text: str) -> int:
    """The quantity of a contract as a whole number: ha → m², t a year → kg, fixed → 1. InputError `contract-value`."""
    from decimal import Decimal, InvalidOperation

    factor = rules.DIVISOR.get(per)
    if factor is None or per == "fixed":
        return 1
    try:
        value = Decimal(text.strip().replace(",", ".")) * factor
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or value <= 0 or value != int(value):
        raise InputError(
            "contract-value", f"{text!r:.30} is no quantity", "--quantity",
            "write hectares to the square metre, or tonnes to the kilogram, e.g. 12,5",
        )  # fmt: skip
    return int(value)


def lines(found: Mapping[str, Any], lang: str) -> list[str]:
    """The fund report in lines."""
    from stadtland.base.locale import number
    from stadtland.base.texts import text

    def say(key: str, cents: int) -> str:
        return f"{text(f'fund.{key}', lang):46} {number(cents / 100, lang, 2):>18} EUR"

    rows = [say("opening", found["opening"])]
    rows += [say(f"from_{k}", v) for k, v in found["received"].items() if v]
    rows += [say(f"to_{k}", -v) for k, v in found["spent"].items() if v]
    rows += [say("closing", found["closing"]), ""]
    names = {"fund:free": "pot_free", "fund:buffer": "pot_buffer", "fund:admin": "pot_admin"}
    for pot, cents in found["pots"].items():
        label = text(
            f"fund.{names.get(pot, 'pot_earmark')}",
            lang,
            measure=pot.rpartition("earmark:")[2] if "earmark" in pot else "",
        )
        rows.append(f"{label:46} {number(cents / 100, lang, 2):>18} EUR")
    rows += ["", say("open", found["open"])]
    until = found["covered_until"]
    if found["contracts"]:
        rows.append(text("fund.covered" if until else "fund.uncovered", lang, year=until or ""))
    for n in found["negative"]:
        key = "fund.negative" if n["decided"] else "fund.overdue"
        rows.append(text(key, lang, pot=n["pot"], eur=number(n["cents"] / 100, lang, 2)))
    return rows


def listing(journal: Journal) -> list[dict[str, Any]]:
    """Every movement of the fund: journal number, kind, value date, voucher, postings, corrected by."""
    return [
        {
            "seq": m.seq, "kind": m.kind, "date": m.date, "number": m.data.get("number", ""),
            "postings": "; ".join(f"{a} {c / 100:+.2f}" for a, c in m.postings), "corrected": m.corrected or "",
        }
        for m in state(journal).moves
    ]  # fmt: skip
