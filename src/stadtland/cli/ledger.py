"""`stadtland ledger …`: the Klimakonto. Holders, plots, projects, units; each command books whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import ledger_journal, show
from .options import Data, Db, Format, Lang

if TYPE_CHECKING:
    from stadtland.actions.klimakonto import Konto

ledger = typer.Typer(no_args_is_help=True, help="Klimakonto: issue, transfer, retire, reverse, report, export, verify.")

Kg = Annotated[str, typer.Option("--kg", help="whole kilograms, e.g. 1200 or '1.2 t'")]
Claim = Annotated[str, typer.Option("--claim", help="internal, contribution or export")]
Reason = Annotated[str, typer.Option("--reason", help="code, e.g. fire, drought, decision, wrong_holder")]
OnlyProject = Annotated[str | None, typer.Option("--project", help="only units of this project")]
OnlyYear = Annotated[int | None, typer.Option("--vintage", help="only units of this year")]
OutDir = Annotated[Path | None, typer.Option("--out", help="folder for the paper (HTML, PDF)")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for name, command in COMMANDS.items():
        ledger.command(name)(command)
    ledger_journal.register(ledger, app)
    app.add_typer(ledger, name="ledger")


@contextmanager
def opened(db: str | None, create: bool = True) -> Iterator[Konto]:
    """The account in a database; its mark is renewed at the end."""
    from stadtland.actions.klimakonto import Konto
    from stadtland.store import open_store

    store = open_store(db, create=create)
    try:
        yield Konto(store.journal, store.records)
    finally:
        store.close()


def said(key: str, lang: str, **params: Any) -> None:
    """A line of the area `ledger`."""
    from stadtland.base.texts import text

    typer.echo(text(f"ledger.{key}", lang, **params))


def booked(entries: list[Any], format: str, lang: str) -> None:
    """The entries that were booked."""
    told = [{"entry": e.seq, "kind": e.kind, "hash": e.hash, "data": e.data} for e in entries]
    show.printed(told, format, lambda: (_booked(e, lang) for e in entries))


def _booked(entry: Any, lang: str) -> str:
    from stadtland.base.texts import text

    kg = f" {entry.kind} {entry.data['kg']} kg" if "kg" in entry.data else f" {entry.kind}"
    return text("ledger.booked", lang, entry=entry.seq) + kg


def holder(
    name: Annotated[str, typer.Argument(help="name of the holder; stored outside the journal")],
    role: Annotated[str, typer.Option("--role", help="member, land_user, company, citizen, fund or outside")],
    ags: Annotated[str, typer.Option("--ags", help="municipality code of a member")] = "",
    db: Db = None,
) -> None:
    """Open an account for a holder; prints its id."""
    with opened(db) as konto:
        typer.echo(konto.holder(name, role, ags))


def plots(
    file: Annotated[Path, typer.Argument(help="JSON: [{name, outline: [[x, y], …]}], metres")],
    db: Db = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Register outlines of plots; overlaps with known ones are found and written down."""
    show.one_of(format, ("table", "json"))
    with opened(db) as konto:
        show.rows(konto.plots(file), format, lang, ("plot", "name", "area_m2", "overlaps"))


def duty(
    plot: Annotated[list[str], typer.Option("--plot", help="id of a plot; may be repeated")],
    start: Annotated[int, typer.Option("--start")],
    end: Annotated[int, typer.Option("--end")],
    pool: Annotated[list[str] | None, typer.Option("--pool", help="carbon pool it concerns; default all")] = None,
    db: Db = None,
) -> None:
    """Register a legal compensation duty (Ökokonto, Eingriffsregelung): no climate units for the same effect."""
    with opened(db) as konto:
        typer.echo(konto.duty(plot, start, end, pool or ()))


def plan(
    file: Annotated[Path, typer.Argument(help="TOML with [project] and [gate]")],
    db: Db = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Plan a project and bring it through the gate (quantification, additionality, storage, sustainability)."""
    show.one_of(format, ("table", "json"))
    with opened(db) as konto:
        _gate(konto.plan(file), format, lang)


def validate(
    project: str,
    file: Annotated[Path, typer.Argument(help="TOML with [gate]")],
    db: Db = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Bring a planned project through the gate with new answers."""
    show.one_of(format, ("table", "json"))
    with opened(db, create=False) as konto:
        _gate(konto.validate(project, file), format, lang)


def _gate(found: Mapping[str, Any], format: str, lang: str) -> None:
    def lines() -> Iterator[str]:
        from stadtland.base.texts import text

        yield f"{found['project']}  {found['status']}"
        open_ = [m for row in found["gate"] for m in row["missing"]]
        if found["status"] == "planned":
            yield text("ledger.gate_failed", lang, missing=", ".join(open_))

    show.printed(found, format, lines)
    if found["status"] == "planned":
        raise typer.Exit(1)


def monitor(
    project: str,
    year: Annotated[int, typer.Option("--year", help="year of the effect")],
    low: Annotated[str, typer.Option("--low", help="lower limit of the 90 % range, kg")],
    central: Annotated[str, typer.Option("--central", help="central value, kg")],
    high: Annotated[str, typer.Option("--high", help="upper limit, kg")],
    evidence: Annotated[Path, typer.Option("--evidence", help="file of the measurement; only a keyed hash is stored")],
    db: Db = None,
    lang: Lang = "de",
) -> None:
    """Enter the monitored effect of a year as a range."""
    from stadtland.ledger.quantity import kilograms

    values = [kilograms(v, o) for v, o in ((low, "--low"), (central, "--central"), (high, "--high"))]
    with opened(db, create=False) as konto:
        said("booked", lang, entry=konto.monitor(project, year, values, evidence))


def confirm(
    project: str,
    year: Annotated[int, typer.Option("--year", help="year of the effect")],
    verifier: Annotated[str, typer.Option("--verifier", help="who verified; must hold no units")],
    evidence: Annotated[Path, typer.Option("--evidence", help="file of the verification report")],
    leakage: Annotated[str | None, typer.Option("--leakage", help="kg that moved elsewhere; goes off")] = None,
    db: Db = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Enter the verification of a year: lower limit − leakage = net; the buffer goes off."""
    from stadtland.ledger.quantity import kilograms

    lost = 0 if leakage in (None, "0") else kilograms(str(leakage), "--leakage")
    with opened(db, create=False) as konto:
        found = konto.confirm(project, year, verifier, evidence, lost)
    show.printed(found, format, lambda: (f"{k}  {v}" for k, v in found.items()))


def issue(
    project: str,
    year: Annotated[int, typer.Option("--year", help="verified year")],
    kg: Annotated[str | None, typer.Option("--kg", help="part of what was verified; default all")] = None,
    db: Db = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Issue units for a verified year to the owner; the buffer gets its part."""
    from stadtland.ledger import requests
    from stadtland.ledger.quantity import kilograms

    part = None if kg is None else kilograms(kg)
    with opened(db, create=False) as konto:
        booked(konto.account.book(requests.issue(project, year, part)), format, lang)


def transfer(
    source: Annotated[str, typer.Argument(help="id or name of the holder")],
    target: Annotated[str, typer.Argument(help="id or name of the receiver")],
    kg: Kg,
    claim: Claim,
    project: OnlyProject = None,
    vintage: OnlyYear = None,
    db: Db = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Transfer units to another holder under a claim that stays with them."""
    from stadtland.ledger import requests
    from stadtland.ledger.quantity import kilograms

    amount = kilograms(kg)
    with opened(db, create=False) as konto:
        pair = konto.find(source), konto.find(target)
        booked(
            konto.account.book(requests.transfer(*pair, amount, claim, project=project, vintage=vintage)), format, lang
        )


def retire(
    owner: Annotated[str, typer.Argument(help="id or name of the holder")],
    kg: Kg,
    claim: Claim,
    year: Annotated[int, typer.Option("--year", help="year for which the units are used")],
    purpose: Annotated[str, typer.Option("--purpose", help="purpose in words; stored outside the journal")] = "",
    project: OnlyProject = None,
    vintage: OnlyYear = None,
    out: OutDir = None,
    db: Db = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Use units for good; with --out the record of retirement as HTML and PDF."""
    from stadtland.ledger.quantity import kilograms

    show.language(lang)
    amount = kilograms(kg)
    with opened(db, create=False) as konto:
        who = konto.find(owner)
        found = konto.retire(who, amount, claim, year, purpose, project=project, vintage=vintage)
        show.printed(found, format, lambda: (f"{k}  {v}" for k, v in found.items()))
        if out is not None:
            _paper(konto, found["entry"], out, lang)


def cancel(owner: str, kg: Kg, reason: Reason, project: OnlyProject = None, db: Db = None, lang: Lang = "de") -> None:
    """Cancel units of a holder without a claim."""
    from stadtland.ledger import requests
    from stadtland.ledger.quantity import kilograms

    amount = kilograms(kg)
    with opened(db, create=False) as konto:
        booked(konto.account.book(requests.cancel(konto.find(owner), amount, reason, project=project)), "table", lang)


def reverse(
    project: str,
    loss: Annotated[str, typer.Option("--loss", help="what was lost, kg")],
    year: Annotated[int, typer.Option("--year", help="year of the loss")],
    reason: Reason,
    evidence: Annotated[Path, typer.Option("--evidence", help="file that shows the loss")],
    db: Db = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Book a loss: the pooled buffer covers what it can, the rest is the owner's debt."""
    from stadtland.ledger.quantity import kilograms

    amount = kilograms(loss, "--loss")
    with opened(db, create=False) as konto:
        booked(konto.reverse(project, year, amount, reason, evidence), format, lang)


def replace(project: str, owner: str, kg: Kg, db: Db = None, lang: Lang = "de") -> None:
    """Pay the debt of a project with other removals that the holder has."""
    from stadtland.ledger import requests
    from stadtland.ledger.quantity import kilograms

    amount = kilograms(kg)
    with opened(db, create=False) as konto:
        booked(konto.account.book(requests.replace(project, konto.find(owner), amount)), "table", lang)


def expire(
    project: str,
    year: Annotated[int, typer.Option("--year", help="year of the effect")],
    on: Annotated[int, typer.Option("--on", help="year after the promise has ended")],
    db: Db = None,
    lang: Lang = "de",
) -> None:
    """Let temporary units of a year lapse; what members counted becomes a debt."""
    from stadtland.ledger import requests

    with opened(db, create=False) as konto:
        booked(konto.account.book(requests.expire(project, year, on)), "table", lang)


def correct(
    entry: int,
    reason: Reason,
    note: Annotated[str, typer.Option("--note", help="reason in words; stored outside the journal")] = "",
    db: Db = None,
    lang: Lang = "de",
) -> None:
    """Undo what an entry moved, with a new entry that names it. A retirement is final."""
    with opened(db, create=False) as konto:
        said("booked", lang, entry=konto.correct(entry, reason, note))


def suspend(project: str, reason: Reason, db: Db = None, lang: Lang = "de") -> None:
    """Suspend the units of a project: none can be issued, transferred or retired."""
    _simple("unit.suspend", {"project": project, "reason": reason}, db, lang)


def resume(project: str, reason: Reason, db: Db = None, lang: Lang = "de") -> None:
    """Lift a suspension."""
    _simple("unit.resume", {"project": project, "reason": reason}, db, lang)


def _simple(kind: str, data: dict[str, Any], db: str | None, lang: str) -> None:
    from stadtland.ledger import Draft

    with opened(db, create=False) as konto:
        booked(konto.book(Draft(kind, data)), "table", lang)


def report(
    inventory: Annotated[
        list[Path] | None, typer.Option("--inventory", help="JSON of `stadtland inventory`; may be repeated")
    ] = None,
    db: Db = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Who holds what, projects by stage, attributed balances, check against both members' inventories."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions.klimakonto_report import report as run

    with opened(db, create=False) as konto:
        found = run(konto, inventory or ())
    if format == "json":
        show.json_out(found)
        return
    _report(found, lang)


def _report(found: Mapping[str, Any], lang: str) -> None:
    from stadtland.base.locale import number

    if found["nothing_issued"]:
        said("nothing_issued", lang)
    else:
        said("issued", lang, kg=number(found["issued_kg"], lang), entry=found["entry"], time=found["time"])
    for key, columns in (
        ("holders", ("id", "name", "role", "ags", "held_kg", "retired_kg")),
        ("projects", ("id", "title", "class", "ags", "stage", "owner_name", "lost_kg", "debt_kg")),
    ):
        if found[key]:
            said(key, lang)
            show.rows(found[key], "table", lang, columns)
    for kind, kg in found["buffer_kg"].items():
        said("buffer", lang, kind=kind, kg=number(kg, lang))
    for id, kg in found["debt_kg"].items():
        said("debt", lang, id=id, kg=number(kg, lang))
    for row in found["exports"]:
        said("export", lang, ags=row["ags"], year=row["year"], kg=number(row["kg"], lang))
    for year in found["balances"]:
        said("balances", lang, year=year["year"])
        rows = [{"ags": a, **r} for a, r in [*year["members"].items(), ("Σ", year["joint"])]]
        show.rows(rows, "table", lang, list(rows[0]))
    if found["inventory_check"]:
        said("checks", lang)
        show.rows(found["inventory_check"], "table", lang, list(found["inventory_check"][0]))


def certificate(
    entry: Annotated[int, typer.Argument(help="entry of a transfer or a retirement")],
    out: Annotated[Path, typer.Option("--out", help="folder for HTML and PDF")],
    db: Db = None,
    lang: Lang = "de",
) -> None:
    """The paper of an entry: serials, QR code, what may be said with it."""
    show.language(lang)
    with opened(db, create=False) as konto:
        _paper(konto, entry, out, lang)


def _paper(konto: Konto, entry: int, out: Path, lang: str) -> None:
    from stadtland.actions.klimakonto_papers import facts
    from stadtland.documents.certificates import certificate as made

    _written(made(facts(konto, entry), lang), f"certificate-{entry}", out)


def _written(document: Any, name: str, out: Path) -> None:
    from stadtland.base.files import OutDir
    from stadtland.documents.pages import files

    with OutDir(out) as folder:
        for file, data in files(document, name).items():
            folder.stage(file, data)
        for path in folder.commit():
            typer.echo(str(path))


def contract(
    measure: Annotated[str, typer.Argument(help="id of a measure with an offer, e.g. L01")],
    user: Annotated[str, typer.Option("--user", help="id or name of the land user")],
    fund: Annotated[str, typer.Option("--fund", help="who pays, in words")],
    hectares: Annotated[float, typer.Option("--hectares", help="area")],
    start: Annotated[int, typer.Option("--start", help="first year")],
    out: Annotated[Path, typer.Option("--out", help="folder for HTML and PDF")],
    plot: Annotated[list[str] | None, typer.Option("--plot", help="id of a plot; may be repeated")] = None,
    soil: Annotated[str, typer.Option("--soil", help="low, medium or high")] = "medium",
    ags: Annotated[str | None, typer.Option("--ags", help="municipality, checks the area")] = None,
    agreed: Annotated[float | None, typer.Option("--agreed", help="agreed payment, euro per ha and year")] = None,
    owner: Annotated[str, typer.Option("--units-to", help="who gets the units, in words")] = "",
    data: Data = None,
    db: Db = None,
    lang: Lang = "de",
) -> None:
    """A contract sheet from an offer: parties, land, payment, agreements, units."""
    show.language(lang)
    from stadtland.actions.klimakonto_papers import contract as run
    from stadtland.documents.certificates import contract as made

    with opened(db) as konto:
        name = konto.name(konto.find(user))
        found = run(
            konto, name, fund, measure, hectares, start, plot or [], soil, ags, data, agreed, owner, lang
        )  # fmt: skip
    _written(made(found, lang), f"contract-{measure}", out)


COMMANDS = {
    f.__name__: f
    for f in (
        holder, plots, duty, plan, validate, monitor, confirm, issue, transfer, retire, cancel, reverse, replace,
        expire, correct, suspend, resume, report, certificate, contract,
    )
}  # fmt: skip
