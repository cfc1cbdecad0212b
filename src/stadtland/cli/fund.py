"""`stadtland fund …`: contributions, grants, contracts, payments, report of the climate fund."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from . import show
from .monitoring import Db, Format, Text, When, opened, today
from .options import Lang

Amount = Annotated[str, typer.Argument(help="EUR, e.g. 1234,56")]
Number = Annotated[str, typer.Option("--number", help="voucher number; default: the next one")]
Pot = Annotated[str, typer.Option("--pot", help="free, buffer, admin or fund:earmark:MEASURE")]
Contract = Annotated[str, typer.Argument(help="id of the contract")]


def register(app: typer.Typer) -> None:
    """Add the group `fund`."""
    group = typer.Typer(no_args_is_help=True, help="Klimafonds · climate fund.")
    commands: dict[str, Any] = {
        "rules": rules, "party": party, "contribute": contribute, "grant": grant, "contract": contract, "pay": pay,
        "spend": spend, "move": move, "decide": decide, "correct": correct, "schedule": schedule, "report": report,
        "entries": entries,
    }  # fmt: skip
    for name, run in commands.items():
        group.command(name)(run)
    app.add_typer(group, name="fund")


def _book(db: str | None, request: Any) -> None:
    from stadtland.actions.fund import book

    for entry in book(opened(db)[0].journal, request):
        typer.echo(f"{entry.seq}  {entry.kind}  {entry.data.get('number', entry.data.get('contract', ''))}")


def _cents(amount: str) -> int:
    from stadtland.monitoring.amounts import cents

    return cents(amount, "AMOUNT")


def rules(
    admin: Annotated[int, typer.Option("--admin", help="share for administration, basis points (500 = 5 %)")],
    buffer: Annotated[int, typer.Option("--buffer", help="share for the buffer, basis points")],
    date: When = "",
    db: Db = None,
) -> None:
    """Shares of every contribution for administration and buffer, from a date on."""
    from stadtland.monitoring import fund

    _book(db, lambda f: fund.rules(f, date or today(), admin, buffer))


def party(
    name: Annotated[str, typer.Option("--name", help="name of a payee or donor; stays deletable")] = "",
    id: Annotated[str, typer.Option("--id", help="opaque id; default: made up")] = "",
    text: Text = "",
    forget: Annotated[bool, typer.Option("--forget", help="delete the record; the journal keeps only the id")] = False,
    db: Db = None,
) -> None:
    """A payee or donor: prints the opaque id that the bookings use."""
    from stadtland.actions import fund

    records = opened(db)[0].records
    if forget:
        typer.echo("forgotten" if records.delete("party", id) else "unknown")
        return
    typer.echo(fund.payee(records, name, text, id))


def contribute(
    amount: Amount,
    group: Annotated[str, typer.Option("--group", help="city, companies, citizens or other")],
    source: Annotated[str, typer.Option("--from", help="opaque id or member code")],
    date: When = "",
    number: Number = "",
    db: Db = None,
) -> None:
    """A contribution; administration and buffer are split off by the rules."""
    from stadtland.actions.fund import voucher
    from stadtland.monitoring import fund

    value = _cents(amount)
    _book(db, lambda f: fund.contribute(f, value, group, date or today(), source, voucher(f, number)))


def grant(
    amount: Amount,
    measure: Annotated[str, typer.Option("--measure", help="measure the grant is for")],
    source: Annotated[str, typer.Option("--from", help="opaque id of the giver")],
    date: When = "",
    number: Number = "",
    db: Db = None,
) -> None:
    """A grant: earmarked for one measure."""
    from stadtland.actions.fund import voucher
    from stadtland.monitoring import fund

    value = _cents(amount)
    _book(db, lambda f: fund.grant(f, value, measure, date or today(), source, voucher(f, number)))


def contract(
    id: Contract,
    payee: Annotated[str, typer.Option("--payee", help="opaque id (fund party)")],
    measure: Annotated[str, typer.Option("--measure")],
    per: Annotated[str, typer.Option("--per", help="hectare, tonne or fixed (a year)")],
    rate: Annotated[str, typer.Option("--rate", help="EUR per hectare, tonne or year")],
    quantity: Annotated[str, typer.Option("--quantity", help="ha, or expected t a year; fixed: leave out")] = "",
    first_year: Annotated[int, typer.Option("--first-year")] = 0,
    years: Annotated[int, typer.Option("--years")] = 1,
    due: Annotated[str, typer.Option("--due", help="day of payment, MM-DD")] = "12-31",
    pot: Pot = "free",
    date: When = "",
    db: Db = None,
) -> None:
    """A contract with a land user over years."""
    from stadtland.actions.fund import quantity as read
    from stadtland.monitoring import fund

    value, amount, day = _cents(rate), read(per, quantity), date or today()
    first = first_year or int(day[:4] if "-" in day else day[-4:])
    _book(db, lambda f: fund.contract(f, id, payee, measure, per, value, amount, first, years, due, day, pot))


def pay(
    contract: Contract,
    year: Annotated[int, typer.Option("--year", help="year of service")],
    amount: Annotated[str, typer.Option("--amount", help="EUR; default: all that is due")] = "",
    kg: Annotated[
        int | None, typer.Option("--kg", help="verified kg CO2e of the year (contracts by the tonne)")
    ] = None,
    unit: Annotated[list[str] | None, typer.Option("--unit", help="block of units, series/first-last")] = None,
    date: When = "",
    number: Number = "",
    db: Db = None,
) -> None:
    """A payment under a contract, tied to measure, year and units."""
    from stadtland.actions.fund import pay as run

    value = _cents(amount) if amount else None
    for entry in run(opened(db)[0].journal, contract, year, date or today(), number, value, kg, unit or ()):
        cents = next(c for a, _, c in entry.data["postings"] if a.startswith("party:"))
        typer.echo(f"{entry.seq}  {entry.kind}  {entry.data['number']}  {cents / 100:.2f} EUR")


def spend(
    amount: Amount,
    to: Annotated[str, typer.Option("--to", help="opaque id of the payee")],
    pot: Pot = "free",
    measure: Annotated[str, typer.Option("--measure")] = "",
    date: When = "",
    number: Number = "",
    db: Db = None,
) -> None:
    """Money for a measure or the administration without a contract."""
    from stadtland.actions.fund import voucher
    from stadtland.monitoring import fund

    value = _cents(amount)
    _book(db, lambda f: fund.spend(f, value, pot, to, date or today(), voucher(f, number), measure))


def move(
    amount: Amount,
    source: Annotated[str, typer.Option("--from", help="free, buffer or admin")],
    target: Annotated[str, typer.Option("--to", help="free, buffer or admin")],
    decision: Annotated[str, typer.Option("--decision", help="id of the decision")],
    date: When = "",
    number: Number = "",
    db: Db = None,
) -> None:
    """From one pot to another, by decision."""
    from stadtland.actions.fund import voucher
    from stadtland.monitoring import fund

    value = _cents(amount)
    _book(db, lambda f: fund.move(f, value, source, target, date or today(), voucher(f, number), decision))


def decide(
    id: Annotated[str, typer.Argument(help="id of the decision, no spaces")],
    limit: Annotated[str, typer.Option("--limit", help="EUR that the pot may fall below zero")],
    until: Annotated[str, typer.Option("--until", help="last day")],
    pot: Pot = "free",
    date: When = "",
    db: Db = None,
) -> None:
    """Record a decision that lets a pot fall below zero for a time."""
    from stadtland.monitoring import fund

    value = _cents(limit)
    _book(db, lambda f: fund.decide(f, id, pot, value, date or today(), until))


def correct(
    seq: Annotated[int, typer.Argument(help="number of the journal entry")],
    reason: Annotated[str, typer.Option("--reason", help="code of the reason, no spaces")],
    date: When = "",
    number: Number = "",
    db: Db = None,
) -> None:
    """Take a movement back by a linked entry."""
    from stadtland.actions.fund import voucher
    from stadtland.monitoring import fund

    _book(db, lambda f: fund.correct(f, seq, date or today(), reason, voucher(f, number)))


def schedule(db: Db = None, format: Format = "table", lang: Lang = "de") -> None:
    """All promised payments by due date, with names where the records still exist."""
    show.language(lang)
    show.one_of(format, ("table", "json", "csv"))
    from stadtland.actions import fund
    from stadtland.monitoring.fund_report import schedule as run

    store, _ = opened(db, False)
    rows = run(fund.state(store.journal), today(), fund.account(store.journal).verified)
    shown = fund.named(rows, store.records)
    if format != "json":
        shown = [r | {"EUR": r["cents"] / 100, "paid EUR": r["paid"] / 100} for r in shown]
    show.rows(shown, format, lang, ("due", "contract", "name", "measure", "year", "basis", "EUR", "paid EUR", "state"))


def report(
    year: Annotated[int | None, typer.Argument(help="left out: from the start")] = None, db: Db = None,
    format: Annotated[str, typer.Option("--format", help="table or json")] = "table", lang: Lang = "de",
) -> None:  # fmt: skip
    """The fund in a year: opening + received − paid = closing; promises and cover."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions import fund
    from stadtland.monitoring.fund_report import report as run

    found = run(fund.state(opened(db, False)[0].journal), year, today())
    show.printed(found, format, lambda: fund.lines(found, lang))


def entries(db: Db = None, format: Format = "table", lang: Lang = "de") -> None:
    """All bookings of the fund with their journal number, for corrections."""
    show.language(lang)
    show.one_of(format, ("table", "json", "csv"))
    from stadtland.actions import fund

    rows = fund.listing(opened(db, False)[0].journal)
    show.rows(rows, format, lang, ("seq", "kind", "date", "number", "postings", "corrected"))
