"""`stadtland monitor …` and `training`: yearly reports, causes, annual report, settlement, the training region."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from . import show
from .monitoring import Db, Format, Role, opened, recorded
from .options import Lang


def register(app: typer.Typer) -> None:
    """Add the group `monitor` and the command `training`."""
    monitor = typer.Typer(no_args_is_help=True, help="Jahresmeldung und Bericht · yearly report, change, settlement.")
    commands: dict[str, Any] = {
        "start": begin, "template": template, "import": import_, "years": years, "change": change, "report": report,
        "true-up": true_up, "verify": verify, "import-inventory": import_inventory,
    }  # fmt: skip
    for name, run in commands.items():
        monitor.command(name)(run)
    app.add_typer(monitor, name="monitor")
    app.command("training")(training)


def begin(
    name: Annotated[str, typer.Argument(help="name of the partnership")],
    member: Annotated[list[str], typer.Option("--member", help="code:name:city or code:name:rural; repeat it")],
    role: Role,
    db: Db = None,
) -> None:
    """Start without a plan: name and members."""
    from stadtland.monitoring.from_plan import start as run

    parts = [m.split(":") for m in member]
    members = [{"code": p[0], "name": p[1], "role": p[2]} if len(p) == 3 else {} for p in parts]
    from stadtland.actions.monitoring import once

    recorded(db, role, lambda b: once(b, run(name, members)))


def template(
    year: Annotated[int, typer.Argument(help="year to report")],
    out: Annotated[Path, typer.Option("--out", help="file ending in .xlsx or .csv")],
    db: Db = None,
    lang: Lang = "de",
) -> None:
    """Write the template of a yearly report, with last year's values beside."""
    show.language(lang)
    from stadtland.actions.monitoring import template as run

    typer.echo(str(run(opened(db, False)[1], year, out, lang)))


def import_(
    file: Annotated[Path, typer.Argument(help="filled-in template, CSV or XLSX")],
    year: Annotated[int, typer.Option("--year", help="year of the report")],
    role: Role,
    method: Annotated[str, typer.Option("--method", help="method of the figures; default: the last one")] = "",
    reason: Annotated[str, typer.Option("--reason", help="why a reported year changes")] = "",
    update: Annotated[bool, typer.Option("--update", help="only the rows of the file change")] = False,
    db: Db = None,
    lang: Lang = "de",
) -> None:
    """Import a yearly report: all of it or, with any problem, nothing."""
    show.language(lang)
    from stadtland.actions.monitoring import import_report
    from stadtland.base.texts import text

    store, repository = opened(db)
    found = import_report(repository, file, year, role, lang, method, reason, update, journal=store.journal)
    typer.echo(text("monitoring.imported", lang, year=year, number=found["version"], rows=found["rows"]))
    for line in found["notices"]:
        typer.echo(f"  {line}", err=True)


def import_inventory(
    results: Annotated[Path, typer.Argument(help="results.json of a plan")],
    role: Role,
    reason: Annotated[str, typer.Option("--reason", help="why a reported year changes")] = "",
    db: Db = None,
    lang: Lang = "de",
) -> None:
    """Take the inventory of results.json over as the first yearly report."""
    show.language(lang)
    from stadtland.actions.monitoring import import_inventory as run
    from stadtland.base.texts import text

    store, repository = opened(db)
    found = run(repository, results, role, reason, journal=store.journal)
    typer.echo(text("monitoring.imported", lang, year=found["year"], number=found["version"], rows=found["rows"]))


def years(db: Db = None, format: Format = "table", lang: Lang = "de") -> None:
    """All versions of all reported years."""
    show.language(lang)
    show.one_of(format, ("table", "json", "csv"))
    from stadtland.actions.monitoring import versions

    columns = ("year", "version", "at", "role", "method", "reason", "gross_t", "net_t")
    show.rows(versions(opened(db, False)[1]), format, lang, columns)


def verify(
    anchor: Annotated[bool, typer.Option("--anchor", help="anchor versions the journal does not know yet")] = False,
    db: Db = None, format: Format = "table", lang: Lang = "de",
) -> None:  # fmt: skip
    """Hold every reported version against its digest in the journal."""
    show.language(lang)
    show.one_of(format, ("table", "json", "csv"))
    from stadtland.actions.monitoring import verify as run
    from stadtland.base.texts import text

    store, repository = opened(db, False)
    rows = run(repository, store.journal, anchor)
    shown = [r | {"result": text(f"monitoring.verify_{r['state']}", lang)} for r in rows]
    show.rows(shown, format, lang, ("year", "version", "entry", "result"))
    if any(r["state"] in ("changed", "missing") for r in rows):
        raise typer.Exit(1)


Scope = Annotated[str, typer.Option("--account", help="bisko, gross or net")]


def change(
    first: Annotated[int, typer.Argument()],
    last: Annotated[int, typer.Argument()],
    account: Scope = "gross",
    restated: Annotated[bool, typer.Option("--restated", help="from the restated first year")] = False,
    db: Db = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Why emissions have changed between two years, adding up to the kilogram."""
    show.language(lang)
    show.one_of(format, ("table", "json", "csv"))
    from stadtland.actions.monitoring import change as run
    from stadtland.monitoring.causes import spec

    found = run(opened(db, False)[1], first, last, account, restated)
    if format == "json":
        show.json_out(found)
        return
    names = spec()["cause"]
    rows = [{"cause": str(first), "kg": found["start_kg"]}]
    rows += [{"cause": names[c["id"]][lang], "kg": c["kg"]} for c in found["causes"]]
    show.rows([*rows, {"cause": str(last), "kg": found["end_kg"]}], format, lang, ("cause", "kg"))


def report(
    year: Annotated[int, typer.Argument()],
    out: Annotated[Path, typer.Option("--out", help="folder for the report")],
    since: Annotated[int | None, typer.Option("--since", help="year to compare with; default: the one before")] = None,
    account: Scope = "net",
    db: Db = None,
    lang: Lang = "de",
) -> None:
    """Jahresbericht · annual report as HTML, PDF and JSON."""
    show.language(lang)
    from stadtland.actions import fund, monitoring

    store, repository = opened(db, False)
    found = monitoring.annual(repository, fund.state(store.journal), fund.account(store.journal), year, since, account)
    for path in monitoring.write_annual(found, out, lang):
        typer.echo(str(path))


def true_up(
    year: Annotated[int, typer.Argument()],
    role: Role = "",
    rule: Annotated[str, typer.Option("--rule", help="shares of the plan; default: its own rule")] = "",
    key: Annotated[str, typer.Option("--key", help="how the deviation is split: shares, planned or equal")] = "shares",
    paid: Annotated[Path | None, typer.Option("--paid", help="JSON {code: EUR} of advances; sum 0")] = None,
    decision: Annotated[str, typer.Option("--decision", help="record the settlement with this decision")] = "",
    kg: Annotated[bool, typer.Option("--kg", help="tonnes of the account instead of money; only shown")] = False,
    db: Db = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Ausgleich nach Jahresschluss · settlement of shares and account after the close of the year."""
    show.language(lang)
    show.one_of(format, ("table", "json", "csv"))
    from stadtland.actions import monitoring
    from stadtland.base.texts import text

    repository = opened(db, bool(decision))[1]
    found = (
        monitoring.true_up_kg(repository, year, rule, key)
        if kg
        else monitoring.true_up(repository, year, rule, key, paid, decision, role)
    )
    if format == "json":
        show.json_out(found)
        return
    rows = [{"member": m, **r} for m, r in found["members"].items()]
    if format == "csv":
        show.rows(rows, format, lang, tuple(rows[0]))
        return

    def shown(value: Any) -> str:
        from stadtland.base.locale import number

        return number(value / 100, lang, 2) if found["unit"] == "cent" else number(value, lang)

    unit = "EUR" if found["unit"] == "cent" else "kg"
    table = [{k: v if k == "member" else shown(v) for k, v in r.items()} for r in rows]
    show.rows(table, format, lang, tuple(table[0]))
    for p in found.get("payments", found.get("transfers", [])):
        typer.echo(f"{p['from']} → {p['to']}: {shown(p.get('amount', p.get('kg')))} {unit}")
    if found.get("open"):
        typer.echo(text("monitoring.trueup_open", lang, ids=", ".join(found["open"])), err=True)


def training(out: Annotated[Path, typer.Argument(help="new folder")], lang: Lang = "de") -> None:
    """Übungsregion (frei erfunden) mit mehreren Jahren anlegen · set up the invented training region."""
    show.language(lang)
    from stadtland.actions.training import set_up
    from stadtland.base.texts import text

    db = out / "training.sqlite3"
    year = set_up(out, lambda: opened(str(db)), lang)
    typer.echo(text("monitoring.training_note", lang))
    for path in sorted(p for p in out.rglob("*") if p.is_file() and "sqlite3-" not in p.name):
        typer.echo(str(path))
    typer.echo(text("monitoring.training_next", lang, year=year, db=db, out=out / "bericht"))
