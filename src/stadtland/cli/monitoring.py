"""`stadtland measure …`: measures under way; options that the monitoring commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from . import show
from .options import Lang

Db = Annotated[str | None, typer.Option("--db", envvar="STADTLAND_DB", help="database: SQLite file or PostgreSQL URL")]
Role = Annotated[
    str, typer.Option("--role", envvar="STADTLAND_ROLE", help="office or function that answers for it; no person")
]
Format = Annotated[str, typer.Option("--format", help="table, json or csv")]
When = Annotated[str, typer.Option("--date", help="2026-12-31 or 31.12.2026; default: today")]
Id = Annotated[str, typer.Argument(help="measure under way, e.g. B01@14729380")]
Text = Annotated[str, typer.Option("--text", help="remark, no names of persons")]


def register(app: typer.Typer) -> None:
    """Add the group `measure`."""
    measure = typer.Typer(no_args_is_help=True, help="Maßnahmen im Gang · measures under way.")
    commands: dict[str, Any] = {
        "start": start, "add": add, "status": status, "step": step, "assign": assign, "spend": spend, "build": build,
        "budget": budget, "due": due, "finish": finish, "evidence": evidence, "check-evidence": check_evidence,
        "calendar": calendar, "contact": contact,
    }  # fmt: skip
    for name, run in commands.items():
        measure.command(name)(run)
    app.add_typer(measure, name="measure")


def opened(db: str | None, create: bool = True) -> tuple[Any, Any]:
    """The open store and its monitoring repository."""
    from stadtland.store import open_store
    from stadtland.store.monitoring import SqlRepository

    store = open_store(db, create)
    return store, SqlRepository(store)


def today() -> str:
    """Today's date."""
    from stadtland.actions.monitoring import now

    return now().date().isoformat()


def recorded(db: str | None, role: str, decide: Any) -> None:
    """Record what was decided and say its number."""
    from stadtland.actions.monitoring import record

    for event in record(opened(db)[1], decide, role):
        typer.echo(f"{event.seq}  {event.kind}  {event.body.get('id', '')}")


# measures under way ------------------------------------------------------------------------------------------------
def start(
    results: Annotated[Path, typer.Argument(help="results.json of a plan")],
    decision: Annotated[str, typer.Option("--decision", help="decision that adopts the plan")],
    role: Role,
    member: Annotated[str, typer.Option("--member", help="only measures of this member")] = "",
    db: Db = None,
    lang: Lang = "de",
) -> None:
    """Vom Plan zur Umsetzung in einem Schritt · take a plan over as measures under way."""
    show.language(lang)
    from stadtland.actions.monitoring import start_from_plan
    from stadtland.base.texts import text

    found = start_from_plan(opened(db)[1], results, decision, role, member)
    typer.echo(text("monitoring.plan_taken", lang, n=found["measures"], sha=found["sha256"][:12]))
    typer.echo(text("monitoring.nothing_issued", lang))


def add(
    id: Annotated[str, typer.Argument(help="short id, e.g. X01")],
    member: Annotated[str, typer.Argument(help="code of the member")],
    title: Annotated[str, typer.Option("--title", help="title in German (and English if no --title-en)")],
    unit: Annotated[str, typer.Option("--unit", help="what is counted, e.g. ha")],
    role: Role,
    title_en: Annotated[str, typer.Option("--title-en")] = "",
    sector: Annotated[str, typer.Option("--sector", help="HH, GHD, KE, IND, VK, AGR, WASTE, LULUCF")] = "",
    account: Annotated[str, typer.Option("--account", help="gross, lulucf, credit or none")] = "none",
    db: Db = None,
) -> None:
    """Add a measure that is not in the plan; its effect counts in the account named, as far as it is reported."""
    from stadtland.monitoring import pipeline

    names = {"de": title, "en": title_en or title}
    recorded(db, role, lambda b: pipeline.add(b, id, member, names, unit, sector=sector, account=account))


def status(
    id: Annotated[str, typer.Argument(help="one measure; left out: all")] = "",
    year: Annotated[int | None, typer.Option("--year", help="default: the year reported last")] = None,
    db: Db = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """All measures with planned and actual values and open dates, or everything about one."""
    show.language(lang)
    show.one_of(format, ("table", "json", "csv"))
    from stadtland.actions import fund, monitoring
    from stadtland.base.texts import text

    store, repository = opened(db, False)
    if id:
        show.json_out(monitoring.one(repository, id))
        return
    found = monitoring.status(repository, fund.account(store.journal), year)
    if format == "json":
        show.json_out(found)
        return
    plain = format == "csv"
    rows = [
        {
            "id": m["id"], "title": m["title"].get(lang, ""), "status": text(f"monitoring.status_{m['status']}", lang),
            "unit": m["unit"], "units planned": m["units_planned"], "units": m["units_actual"],
            "t planned": _scaled(m["kg_planned"], 1000, lang, plain), "t": _scaled(m["kg_actual"], 1000, lang, plain),
            "EUR planned": _scaled(m["cents_planned"], 100, lang, plain),
            "EUR": _scaled(m["cents_actual"], 100, lang, plain), "light": m["lamp"],
        }
        for m in found["measures"]
    ]  # fmt: skip
    columns = tuple(rows[0]) if rows else ("id",)
    show.rows(rows, format, lang, columns)
    if format == "csv":
        return
    if found["training"]:
        typer.echo(text("monitoring.training_note", lang))
    issued = found["issued_kg"]
    typer.echo(text("monitoring.issued", lang, kg=issued) if issued else text("monitoring.nothing_issued", lang))
    for d in found["dues"][:20]:
        mark, kind = "!" if d["overdue"] else " ", text(f"monitoring.due_{d['kind']}", lang)
        typer.echo(f"{mark} {d['date']}  {kind} {d['number']}: {d['text']}  [{d['measure']}]")


def _scaled(value: float | None, by: int, lang: str, plain: bool) -> float | str | None:
    from stadtland.base.locale import number

    return None if value is None else round(value / by, 2) if plain else number(value / by, lang)


def step(
    id: Id,
    new: Annotated[str, typer.Argument(help="planned, decided, funded, tendered, building, running, done, stopped")],
    role: Role,
    date: When = "",
    decision: Annotated[str, typer.Option("--decision", help="decision it rests on, with date and number")] = "",
    reason: Annotated[str, typer.Option("--reason", help="needed for stopping and going back")] = "",
    db: Db = None,
) -> None:
    """The next status of a measure."""
    from stadtland.monitoring import pipeline

    recorded(db, role, lambda b: pipeline.status(b, id, new, date or today(), decision, reason, today()))


def assign(
    id: Id,
    role: Role,
    responsible: Annotated[str, typer.Option("--responsible", help="role that is responsible")] = "",
    partner: Annotated[list[str] | None, typer.Option("--partner", help="partner; may be repeated")] = None,
    contact: Annotated[str, typer.Option("--contact", help="opaque id of a contact record")] = "",
    db: Db = None,
) -> None:
    """Who is responsible, which partners."""
    from stadtland.monitoring import pipeline

    recorded(db, role, lambda b: pipeline.assign(b, id, responsible, partner, contact))


def contact(
    id: Annotated[str, typer.Argument(help="opaque id, e.g. k-7")],
    name: Annotated[str, typer.Option("--name", help="name of the person; deletable")] = "",
    text: Text = "",
    forget: Annotated[bool, typer.Option("--forget", help="delete the record for good")] = False,
    db: Db = None,
) -> None:
    """A contact as a deletable record; `--forget` removes it."""
    from stadtland.actions.monitoring import contact as run

    typer.echo(run(opened(db)[0].records, id, name, text, forget))


def spend(
    id: Id,
    amount: Annotated[str, typer.Argument(help="EUR, e.g. 1234,56; negative: money back")],
    payer: Annotated[
        str, typer.Option("--payer", help="municipality, companies, households, farms, utility, fund, grant")
    ],
    role: Role,
    date: When = "",
    text: Text = "",
    evidence: Annotated[str, typer.Option("--evidence", help="SHA-256 of a recorded evidence file")] = "",
    db: Db = None,
) -> None:
    """Money spent on a measure."""
    from stadtland.monitoring import pipeline
    from stadtland.monitoring.amounts import cents

    value = cents(amount, "AMOUNT")
    recorded(db, role, lambda b: pipeline.spend(b, id, value, date or today(), payer, text, evidence, today()))


def build(
    id: Id,
    units: Annotated[float, typer.Argument(help="units that came into operation; negative: out of it")],
    role: Role,
    date: When = "",
    db: Db = None,
) -> None:
    """Units built."""
    from stadtland.monitoring import pipeline

    recorded(db, role, lambda b: pipeline.build(b, id, units, date or today(), "", today()))


def budget(
    id: Id, year: Annotated[int, typer.Argument()], amount: Annotated[str, typer.Argument(help="EUR")], role: Role,
    db: Db = None,
) -> None:  # fmt: skip
    """Planned money of a year as decided, instead of the plan's."""
    from stadtland.monitoring import pipeline
    from stadtland.monitoring.amounts import cents

    value = cents(amount, "AMOUNT")
    recorded(db, role, lambda b: pipeline.budget(b, id, year, value))


def due(
    id: Id,
    kind: Annotated[str, typer.Argument(help="milestone, task or reminder")],
    text: Annotated[str, typer.Argument(help="what")],
    date: Annotated[str, typer.Argument(help="until when")],
    role: Role,
    responsible: Annotated[str, typer.Option("--responsible", help="role")] = "",
    db: Db = None,
) -> None:
    """A milestone, task or reminder with its date."""
    from stadtland.monitoring import pipeline

    recorded(db, role, lambda b: pipeline.due(b, id, kind, text, date, responsible))


def finish(id: Id, number: Annotated[int, typer.Argument()], role: Role, date: When = "", db: Db = None) -> None:
    """A milestone or task is done."""
    from stadtland.monitoring import pipeline

    recorded(db, role, lambda b: pipeline.finish(b, id, number, date or today(), today()))


def evidence(
    id: Id, file: Annotated[Path, typer.Argument(help="file that proves something")], role: Role, text: Text = "",
    db: Db = None,
) -> None:  # fmt: skip
    """Record an evidence file with its checksum; the file stays where it is."""
    from stadtland.monitoring import pipeline

    recorded(db, role, lambda b: pipeline.evidence(b, id, file, text))


def check_evidence(
    folder: Annotated[Path, typer.Argument(help="folder with the evidence files")], db: Db = None,
    format: Format = "table", lang: Lang = "de",
) -> None:  # fmt: skip
    """Hold the files of a folder against the recorded checksums."""
    from stadtland.actions.monitoring import state
    from stadtland.monitoring import pipeline

    rows = pipeline.check_evidence(state(opened(db, False)[1]), folder)
    show.rows(rows, format, lang, ("measure", "file", "state", "sha256"))
    if any(r["state"] != "same" for r in rows):
        raise typer.Exit(1)


def calendar(out: Annotated[Path, typer.Option("--out", help=".ics file")], db: Db = None, lang: Lang = "de") -> None:
    """Open dates and payments as iCalendar."""
    show.language(lang)
    from stadtland.actions import fund
    from stadtland.actions.monitoring import calendar as run
    from stadtland.monitoring.fund_report import schedule

    store, repository = opened(db, False)
    payments = schedule(fund.state(store.journal), today(), fund.account(store.journal).verified)
    typer.echo(str(run(repository, out, lang, payments)))
