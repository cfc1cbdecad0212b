"""What the command line prints: tables for people, JSON and CSV for programs, progress on a terminal only."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from stadtland.base.errors import InputError


def one_of(value: str, allowed: Sequence[str]) -> None:
    """InputError `format-unknown` unless the format is allowed."""
    if value not in allowed:
        raise InputError(
            "format-unknown", f"the format {value!r} is not known", "--format", "use " + ", ".join(allowed)
        )


def language(lang: str) -> None:
    """InputError `language-unknown` unless de or en."""
    if lang not in ("de", "en"):
        raise InputError("language-unknown", f"the language {lang!r} is not known", "--lang", "use de or en")


def not_existing(path: Path) -> None:
    """InputError `file-exists` if the file is there already: nothing is overwritten."""
    if path.exists():
        raise InputError(
            "file-exists", "the file exists already", str(path), "choose another name; nothing was changed"
        )


def printed(found: Any, format: str, lines: Callable[[], Iterable[str]]) -> None:
    """What was found, as JSON or as the lines of text; the lines are only made when they are wanted."""
    if format == "json":
        json_out(found)
        return
    for line in lines():
        typer.echo(line)


@contextmanager
def maybe_out(out: Path | None) -> Iterator[Any]:
    """The output folder, tested for writing before anything is computed; None without a folder."""
    if out is None:
        yield None
        return
    from stadtland.base.files import OutDir

    with OutDir(out) as folder:
        yield folder


def page(found: Any, document: Callable[[bool], Any], name: str, format: str, folder: Any, whole: bool = True) -> None:
    """A result as text or JSON; with a folder also `<name>.json`, `<name>-<lang>.html` and `.pdf`.

    `document(True)` makes the whole document for the files, `document(whole)` what the terminal shows.
    """
    if format == "json":
        json_out(found)
    else:
        from stadtland.documents import plain

        for line in plain.lines(document(whole)):
            typer.echo(line)
    if folder is None:
        return
    from stadtland.base.canonical import dumps
    from stadtland.documents import pages

    folder.stage(f"{name}.json", dumps(found, indent=1))
    for file, raw in pages.files(document(True), name).items():
        folder.stage(file, raw)
    for path in folder.commit():
        typer.echo(str(path), err=format == "json")


@contextmanager
def progress(lang: str) -> Iterator[Callable[[str], None]]:
    """A step function that shows the running step on a terminal and is quiet in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from stadtland.base.texts import text

    console = Console(stderr=True)
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console) as bar:
        running: list[Any] = []

        def step(name: str) -> None:
            name, _, count = name.partition(":")
            if count and running:
                bar.update(running[-1], description=f"{text(f'cli.step_{name}', lang)} {count}")
                return
            if running:
                bar.update(running[-1], total=1, completed=1)
            if name != "done":
                running.append(bar.add_task(text(f"cli.step_{name}", lang), total=None))

        yield step


@contextmanager
def counter(what: str) -> Iterator[Callable[[int, int], None]]:
    """A function (done, all) that counts on a terminal and is quiet in a pipe."""
    tty = sys.stderr.isatty()

    def tell(done: int, whole: int) -> None:
        if tty:
            print(f"\r{what} {done}/{whole}", end="" if done < whole else "\n", file=sys.stderr, flush=True)

    yield tell


def plan_summary(results: Mapping[str, Any], out: Path, lang: str) -> None:
    """The outcome in a dozen lines."""
    from stadtland.base.locale import number, percent
    from stadtland.base.texts import text

    joint = results["inventory"]["joint"]
    say = typer.echo
    say(results["partnership"]["name"])
    say(
        text(
            "cli.inventory", lang, year=results["inventory"]["year"], gross=number(joint["gross_t"], lang),
            per_head=number(joint["gross_t"] / joint["population"], lang, 2),
        )
    )  # fmt: skip
    names = {m["ags"]: m["name"] for m in results["partnership"]["members"]} | {"joint": text("cli.joint", lang)}
    for who, entry in results["roadmap"]["target"].items():
        key = "cli.target_reached" if entry["reached"] else "cli.target_missed"
        sure = percent(entry["reliability"], lang)
        say(
            "  "
            + text(
                key, lang, name=names[who], year=entry["year"], missed=number(entry["missed_t"], lang), reliability=sure
            )
        )
    coop, land = results["cooperation"], results["roadmap"]["land_check"]
    if len(results["partnership"]["members"]) > 1:
        key = "cli.gain" if coop["gain_net_eur"] >= 0 else "cli.loss"
        gain, running = (number(abs(coop[k]) / 1e6, lang, 1) for k in ("gain_net_eur", "partnership_cost_eur"))
        say(text(key, lang, gain=gain, running=running))
    say(
        text(
            "cli.land", lang, needed=number(land["needed_ha"], lang), available=number(land["available_ha"], lang),
            share=percent(land["share_of_arable"], lang, 1),
        )
    )  # fmt: skip
    shares = {k: percent(results["evidence"][f"share_c_{k}"], lang) for k in ("tonnes", "parameters")}
    say(text("cli.placeholders", lang, **shares))
    files = sorted(p.name for p in Path(out).iterdir() if p.is_file())
    say(text("cli.files", lang, out=str(out), files=", ".join(files)))
    say(text("cli.next", lang, report=str(Path(out) / f"report-{lang}.pdf")))


def rows(table: Sequence[Mapping[str, Any]], format: str, lang: str, columns: Sequence[str]) -> None:
    """Rows as JSON (whole), CSV or an aligned table of the named columns."""
    if format == "json":
        json_out(list(table))
        return
    flat = [{c: _cell(row.get(c), lang) for c in columns} for row in table]
    if format == "csv":
        out = io.StringIO()
        writer = csv.DictWriter(out, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows({c: _harmless(v) for c, v in row.items()} for row in flat)
        typer.echo(out.getvalue(), nl=False)
        return
    heads = headings(columns, lang)
    widths = [max([len(heads[c]), *(len(r[c]) for r in flat)]) for c in columns]
    for line in [heads, *flat]:
        typer.echo("  ".join(line[c].ljust(w) for c, w in zip(columns, widths, strict=True)).rstrip())


def headings(columns: Sequence[str], lang: str) -> dict[str, str]:
    """Column names as a reader sees them; a name without German wording stays as it is."""
    if lang != "de":
        return {c: c for c in columns}
    from stadtland.base import content, toml

    words = toml.read(content.path("help", "columns.toml"))
    return {c: words.get(c, c) for c in columns}


def _cell(value: Any, lang: str) -> str:
    if isinstance(value, Mapping):
        return str(value.get(lang, value))
    if isinstance(value, float):
        return f"{value:.6g}"
    return "" if value is None else str(value)


def _harmless(value: str) -> str:
    """Spreadsheets must not read a cell as a formula."""
    return "'" + value if value[:1] in ("=", "+", "@") or (value[:1] == "-" and not _is_number(value)) else value


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def json_out(value: Any) -> None:
    """Canonical JSON on standard output."""
    from stadtland.base.canonical import dumps

    typer.echo(dumps(value, indent=1), nl=False)


ACCOUNTS = ("bisko_t", "agriculture_t", "waste_t", "ippu_t", "gross_t", "lulucf_t", "net_t")


def inventory(found: Mapping[str, Any], format: str, lang: str) -> None:
    """Accounts by member and joint; with detail every line."""
    if format == "json":
        json_out(found)
        return
    names = {a: str(m.get("name", a)).split(",")[0] for a, m in found["members"].items()}
    if format == "csv" or any("lines" in m for m in found["members"].values()):
        table = [
            {"ags": a, "name": names[a], "line": line, **cell}
            for a, m in found["members"].items()
            for line, cell in m.get("lines", {}).items()
        ]
        columns = ["ags", "name", *(k for k in table[0] if k not in ("ags", "name"))] if table else ["ags"]
        rows(table, format, lang, columns)
        return
    from stadtland.base.locale import number

    table = []
    for who, entry in [*found["members"].items(), ("joint", found["joint"])]:
        row: dict[str, Any] = {"": names.get(who, "Σ"), "population": number(entry["population"], lang)}
        row |= {k: "–" if entry.get(k) is None else number(entry[k], lang) for k in ACCOUNTS}
        row["t/head"] = number(entry["gross_t"] / entry["population"], lang, 2)
        row["quality"] = number(entry["data_quality"], lang, 2)
        table.append(row)
    rows(table, "table", lang, list(table[0]))


def shares(answer: Mapping[str, Any], format: str, lang: str) -> None:
    """Shares by rule, with the core."""
    if format == "json":
        json_out(answer)
        return
    players = answer["players"]
    table = []
    for rule, entry in answer["rules"].items():
        values = entry["values"] or {}
        row = {"rule": rule, **{p: "–" if p not in values else f"{values[p]:.4f}" for p in players}}
        table.append(row | {"in core": "" if entry["values"] is None else "yes" if entry["in_core"] else "no"})
    if answer["corridor"]:
        table.append({"rule": "core corridor", **{p: "{:.4f}–{:.4f}".format(*answer["corridor"][p]) for p in players}})
    rows(table, "table", lang, ["rule", *players, "in core"])


def answer(found: Mapping[str, Any], format: str) -> None:
    """An instance's answer."""
    if format == "json":
        json_out(found)
        return
    typer.echo(f"status {found['status']}  cost {found['cost']}")
    for name, row in found.get("measures", {}).items():
        typer.echo(f"  {name:20} standing " + " ".join(f"{v:.4g}" for v in row["standing"]))
    for name, row in found.get("services", {}).items():
        typer.echo(f"  {name:20} legacy   " + " ".join(f"{v:.4g}" for v in row["legacy"]))
    if "shapley_sampled" in found:
        part = found["shapley_sampled"]
        for name, value in part["values"].items():
            typer.echo(f"  {name:20} {value:.6g} ± {part['standard_error'][name]:.2g}  owen {found['owen'][name]:.6g}")
    if "coalitions" in found:
        for c in found["coalitions"]:
            typer.echo(f"  {'+'.join(c['members']):20} {c['cost']:.6g}")
        for rule, entry in found["rules"].items():
            typer.echo(f"  {rule:20} {entry['values']}")
        typer.echo(f"  {'owen':20} {found['owen']} unique: {found['owen_unique']}")
    failed = [c["name"] for c in found.get("checks", []) if not c["passed"]]
    typer.echo("checks: " + ("all passed" if not failed else "failed: " + ", ".join(failed)))
