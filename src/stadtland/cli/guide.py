"""Commands of the guide: `guide`, `check`, `document`, `papers`, `stale`, `challenges`, `examples`, `legal-form`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from . import show
from .options import Data, Format, Lang, TableFormat

Name = Annotated[str, typer.Argument(help="bundled name, partnership file, results.json or a folder that holds it")]
Quick = Annotated[bool, typer.Option("--no-plan", help="inventory only; figures of the plan are marked as gaps")]
Day = Annotated[str | None, typer.Option("--date", help="day of papers and notes, year-month-day; today if left out")]
Kept = Annotated[Path | None, typer.Option("--progress", help="file of the progress, if not beside the partnership")]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("guide")(guide)
    app.command("check")(check)
    app.command("document")(document)
    app.command("papers")(papers)
    app.command("stale")(stale)
    app.command("challenges")(challenges)
    app.command("examples")(examples)
    app.command("legal-form")(legal_form)


def _material(name: str, data: Path | None, quick: bool, day: str | None, kept: Path | None) -> Any:
    from stadtland.actions.guide import material

    return material(name, data, not quick, day, kept)


def guide(
    name: Name,
    out: Annotated[Path, typer.Option("--out", help="folder for the site")],
    data: Data = None,
    quick: Quick = False,
    day: Day = None,
    kept: Kept = None,
    lang: Lang = "de",
) -> None:
    """Write the whole guide of a partnership as a site in both languages, with all papers."""
    show.language(lang)
    from stadtland.actions.guide_site import site
    from stadtland.base.texts import text

    written = site(_material(name, data, quick, day, kept), out)
    typer.echo(text("cli.guide_written", lang, count=len(written), path=str(out / "index.html")))


def check(
    name: Name,
    passed: Annotated[str | None, typer.Option("--pass", help="record a gate as passed, with --reason")] = None,
    reason: Annotated[str, typer.Option("--reason", help="why the gate is passed")] = "",
    tick: Annotated[list[str] | None, typer.Option("--tick", help="tick an item; may be repeated")] = None,
    note: Annotated[str, typer.Option("--note", help="remark on the ticked items")] = "",
    answer: Annotated[list[str] | None, typer.Option("--answer", help="question=yes or =no; may be repeated")] = None,
    data: Data = None,
    quick: Quick = False,
    day: Day = None,
    kept: Kept = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Where the partnership stands in the eight gates; record what is done."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions import guide as run

    m = _material(name, data, quick, day, kept)
    run.note(m, passed, reason, tick or (), note, answer or ())
    found = run.check(m, lang)
    show.printed(found, format, lambda: _check_lines(found, lang))


def _check_lines(found: dict[str, Any], lang: str) -> list[str]:
    from stadtland.base.texts import text
    from stadtland.guide import chapters

    words = chapters.words()
    out = [found["name"], *(f"! {line}" for line in found["missing"])]
    for g in found["gates"]:
        state = words[f"state_{g['state']}"][lang]
        out += ["", f"{g['number']} {g['title']} [{g['id']}]: {state}, {g['done']}/{g['of']}"]
        if g["passed"]:
            out.append(f"    {g['passed']['date']}: {g['passed']['reason']}")
        out += [f"    {i['text']} [{i['id']}]" for i in g["items"]]
    return [*out, "", text("cli.check_next", lang, path=found["progress_file"])]


def document(
    kind: Annotated[str, typer.Argument(help="kind of paper, see `stadtland papers`; or an own file ending in .toml")],
    name: Name,
    format: Annotated[str, typer.Option("--format", help="docx, pdf, html; slides: pptx")] = "docx",
    out: Annotated[Path, typer.Option("--out", help="folder for the paper and its record")] = Path("."),
    ags: Annotated[
        str | None, typer.Option("--ags", help="member, for papers about one member; all if left out")
    ] = None,
    data: Data = None,
    quick: Quick = False,
    day: Day = None,
    kept: Kept = None,
    lang: Lang = "de",
) -> None:
    """Write a paper filled from the partnership, as a draft."""
    show.language(lang)
    from stadtland.actions import guide as run
    from stadtland.guide import papers as kinds

    about = kind not in ("slides", "sdg") and kinds.get(kind).per_member
    m = _material(name, data, quick, day, kept)
    for member in m.codes if about and ags is None else (ags,):
        for path in run.document(kind, m, out, format, lang, member):
            typer.echo(str(path))


def papers(format: TableFormat = "table", lang: Lang = "de") -> None:
    """All kinds of papers and what they are for."""
    show.language(lang)
    show.one_of(format, ("table", "json", "csv"))
    from stadtland.guide import chapters
    from stadtland.guide import papers as kinds

    rows = [
        {"kind": p.id, "title": p.title[lang], "for": p.purpose[lang], "per_member": p.per_member,
         "formats": "docx pdf html"}
        for p in kinds.papers().values()
    ]  # fmt: skip
    words = chapters.words()
    for kind, formats in (("slides", "pptx"), ("sdg", "docx pdf html")):
        rows.append({"kind": kind, "title": words[f"{kind}_title"][lang], "for": words[f"{kind}_purpose"][lang],
                     "per_member": False, "formats": formats})  # fmt: skip
    show.rows(rows, format, lang, ("kind", "title", "for", "per_member", "formats"))


def stale(
    name: Name,
    folder: Annotated[Path, typer.Argument(help="folder with papers and their records")],
    data: Data = None,
    day: Day = None,
    kept: Kept = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Which numbers of written papers the present results answer differently."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions import guide as run

    found = run.stale(_material(name, data, False, day, kept), folder)
    show.printed(found, format, lambda: _stale_lines(found, lang))
    if any(row["stale"] for row in found):
        raise typer.Exit(1)


def _stale_lines(found: list[dict[str, Any]], lang: str) -> list[str]:
    from stadtland.base.locale import significant
    from stadtland.base.texts import text

    def shown(value: float | None) -> str:
        return "–" if value is None else significant(value, lang, 5)

    out = []
    for row in found:
        out.append(
            text("cli.stale_paper", lang, paper=row["paper"], version=row["version"], count=len(row["stale"]),
                 of=row["numbers"])
        )  # fmt: skip
        out += [f"    {d['path']}: {shown(d['before'])} → {shown(d['now'])}" for d in row["stale"]]
    return out


def challenges(
    name: Name,
    out: Annotated[Path | None, typer.Option("--out", help="folder for a DOCX of the check")] = None,
    data: Data = None,
    quick: Quick = False,
    day: Day = None,
    kept: Kept = None,
    format: TableFormat = "table",
    lang: Lang = "de",
) -> None:
    """The known challenges checked against this partnership: what shows, what helps, who acts."""
    show.language(lang)
    show.one_of(format, ("table", "json", "csv"))
    from stadtland.actions import guide as run

    m = _material(name, data, quick, day, kept)
    if out is not None:
        for path in run.challenge_paper(m, out, lang):
            typer.echo(str(path))
        return
    show.rows(run.challenges(m, lang), format, lang, ("id", "shows", "title", "finding", "help", "who"))


def examples(
    theme: Annotated[str | None, typer.Option("--theme", help="partnership, energy, heat, farming, water …")] = None,
    size: Annotated[str | None, typer.Option("--size", help="village, town, city, region")] = None,
    role: Annotated[str | None, typer.Option("--role", help="municipality, city, district, farm, company …")] = None,
    like: Annotated[str | None, typer.Option("--like", help="partnership: the most similar ones, with reasons")] = None,
    format: TableFormat = "table",
    lang: Lang = "de",
) -> None:
    """Examples from practice with figures and sources; empty fields stay empty."""
    show.language(lang)
    show.one_of(format, ("table", "json", "csv"))
    from stadtland.guide import examples as room

    listed = room.select(theme, size, role)
    rows = room.rows(listed, lang)
    if like is not None:
        from stadtland.actions.guide import material

        alike = room.similar(material(like).results, len(room.examples()))
        chosen = {e.id for e in listed}
        kept = [(e, why) for e, why in alike if e.id in chosen][:5]
        rows = [
            r | {"why": json.dumps(why)}
            for r, (_, why) in zip(room.rows([e for e, _ in kept], lang), kept, strict=True)
        ]
    columns = ("id", "title", "place", "figures", "pays") + (("why",) if like else ())
    show.rows(rows, format, lang, columns)


def legal_form(
    name: Name,
    say: Annotated[list[str] | None, typer.Option("--say", help="tasks_move, binding, own_staff = yes or no")] = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Legal forms for this partnership with reasons; check with the supervisory authority."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    from stadtland.actions.guide import legal_of

    found = legal_of(name, say or ())
    show.printed(found, format, lambda: _legal_lines(found, lang))


def _legal_lines(found: dict[str, Any], lang: str) -> list[str]:
    from stadtland.guide import chapters

    words = chapters.words()
    out = [found["title"][lang], found["check"][lang], found["authority"][lang], ""]
    out += [f"{k}: {q[lang]} [{found['answers'].get(k, '?')}]" for k, q in found["questions"].items()]
    for form in found["forms"]:
        out += ["", f"{form['title'][lang]}: {words['legal_' + form['state']][lang]}", f"    {form['text'][lang]}",
                f"    {form['approval'][lang]}"]  # fmt: skip
        out += [f"    - {r[lang]}" for r in form["reasons"]]
    return [*out, "", f"{words['as_of'][lang]} {found['date']}: " + " ".join(found["sources"])]
