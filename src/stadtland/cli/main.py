"""`stadtland`: commands, exit codes, and no traceback for a user.

Exit 0: done · 1: the computation is not OK (written, says why) · 2: bad input.
"""

from __future__ import annotations

import os
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from . import (
    explaining,
    exports,
    fund,
    germany,
    guide,
    harmonise,
    inventory,
    joint,
    ledger,
    monitoring,
    own_data,
    planning,
    profile,
    resilience,
    show,
    toolbox_own,
    toolbox_use,
    yearly,
)
from .options import Codes, Data, Format, Lang, TableFormat

if TYPE_CHECKING:
    from stadtland.base.errors import StadtlandError

app = typer.Typer(
    add_completion=False, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False,
    help="Gemeinsame Klimapläne für Stadt und Land · joint climate plans for city and countryside.",
)  # fmt: skip
measures_app = typer.Typer(no_args_is_help=True, help="Werkzeugkoffer: list, show, check.")
app.add_typer(measures_app, name="measures")
for room in (
    inventory, own_data, exports, profile, harmonise, germany, resilience, planning, joint, monitoring, fund, ledger,
    guide, explaining, yearly,
):  # fmt: skip
    room.register(app)
toolbox_own.register(app, measures_app)
toolbox_use.register(app, measures_app)


@app.command()
def plan(
    name: Annotated[str, typer.Argument(help="bundled name (leipzig-wurzener-land) or a partnership file")],
    out: Annotated[Path, typer.Option("--out", help="folder for the results")],
    lang: Lang = "de",
    data: Data = None,
    jobs: Annotated[int, typer.Option(help="processes for the coalitions")] = 2,
    scenario: Annotated[str | None, typer.Option("--scenario", help="id (stadtland scenarios) or a file")] = None,
    reliability: Annotated[float | None, typer.Option("--reliability", help="0.5, 0.8 or 0.9: plan for it")] = None,
    exact: Annotated[bool, typer.Option("--exact", help="all coalitions of up to 12 members")] = False,
) -> None:
    """Compute the joint plan and write report, workbook and results."""
    show.language(lang)
    with show.progress(lang) as step:
        from stadtland.actions.planning import More
        from stadtland.actions.planning import plan as run

        results = run(name, out, lang, data, jobs, step, More(scenario, reliability, exact))
    show.plan_summary(results, out, lang)
    if results["status"] != "ok":
        failed = [c["name"] for c in results["roadmap"]["checks"] if not c["passed"]]
        typer.echo(f"checks-failed: {', '.join(failed)} (see results.json, roadmap.checks)", err=True)
        raise typer.Exit(1)


@measures_app.command("list")
def measures_list(format: TableFormat = "table", lang: Lang = "de", store: toolbox_own.Store = None) -> None:
    """All measures of the toolbox."""
    show.language(lang)
    show.one_of(format, ("table", "json", "csv"))
    from stadtland.toolbox import listing

    show.rows(
        listing("json", extra=store), format, lang, ("id", "title", "class", "unit", "evidence_effect", "evidence_cost")
    )


@measures_app.command("show")
def measures_show(
    measure: Annotated[str, typer.Argument(help="id, e.g. A01")], lang: Lang = "de", store: toolbox_own.Store = None
) -> None:
    """One measure in words."""
    show.language(lang)
    from stadtland.actions.catalogue import show as card

    for line in card(measure, lang, store):
        typer.echo(line)


@measures_app.command("check")
def measures_check(format: TableFormat = "table", lang: Lang = "de", store: toolbox_own.Store = None) -> None:
    """Check the catalogue and compare each measure's computed tonnes with the published range."""
    show.one_of(format, ("table", "json", "csv"))
    from stadtland.actions.catalogue import check

    report = check(store)
    show.rows(report, format, lang, ("id", "check", "ok", "text"))
    if any(r["check"] == "format" and not r["ok"] for r in report):
        raise typer.Exit(2)


@app.command()
def share(
    game: Annotated[Path, typer.Argument(help="GAME.json, or the folder of a plan")],
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Fair shares of a cost or gain game, or of a written plan."""
    show.one_of(format, ("table", "json"))
    from stadtland.actions.queries import share as run

    found = run(game)
    if "payments" in found:
        from .planning import plan_shares

        show.printed(found, format, lambda: plan_shares(found, lang))
    else:
        show.shares(found, format, lang)


@app.command()
def solve(
    instance: Annotated[Path, typer.Argument(help="INSTANCE.json")],
    coalitions: Annotated[bool, typer.Option("--coalitions", help="all coalitions, rules and the Owen point")] = False,
    format: Format = "table",
    jobs: Annotated[int, typer.Option(help="processes for the coalitions")] = 2,
    pairs: Annotated[int | None, typer.Option("--pairs", help="sample pairs of orders instead of all sets")] = None,
) -> None:
    """Solve a small programme without municipal data."""
    show.one_of(format, ("table", "json"))
    from stadtland.actions.queries import solve as run

    with show.counter("coalitions") as progress:
        answer = run(instance, coalitions, jobs, pairs, progress)
    show.answer(answer, format)
    if answer["status"] != "ok":
        raise typer.Exit(1)


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="folder with instance.json and results.json")],
    format: TableFormat = "table",
    lang: Lang = "de",
) -> None:
    """Check a written plan from its two files alone."""
    show.one_of(format, ("table", "json", "csv"))
    from stadtland.actions.queries import verify as run

    report = run(folder)
    show.rows(report, format, lang, ("name", "value", "limit", "passed"))
    if not all(row["passed"] for row in report):
        raise typer.Exit(1)


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="name of the partnership")],
    ags: Codes,
    data: Data = None,
    out: Annotated[Path | None, typer.Option("--out", help="file to write; printed if left out")] = None,
) -> None:
    """Start a partnership file from municipality codes."""
    from stadtland.actions.queries import new as run
    from stadtland.base.files import OutDir

    text = run(name, ags, data)
    if out is None:
        typer.echo(text)
        return
    show.not_existing(out)
    with OutDir(out.parent) as folder:
        folder.stage(out.name, text)
        folder.commit()
    typer.echo(str(out))


INTERRUPTED = 130  # what typer returns for Ctrl-C


def main() -> None:
    """Run the command line; every error ends in words and an exit code."""
    from stadtland.base.errors import InputError, StadtlandError

    interrupted = InputError("interrupted", "stopped by the user", cure="start again; earlier results are untouched")
    try:
        code = _command()(args=_args(), standalone_mode=False)
        if code == INTERRUPTED:
            raise KeyboardInterrupt
        sys.exit(code if isinstance(code, int) else 0)
    except StadtlandError as error:
        _end(error)
    except KeyboardInterrupt:
        _end(interrupted)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        # typer brings its own copy of click, so errors are known by what they can do, not by their class
        if type(error).__name__ == "Exit":
            sys.exit(getattr(error, "exit_code", 1))
        if type(error).__name__ == "NoArgsIsHelpError":  # a group without command
            print(error)
            sys.exit(0)
        _end(interrupted if type(error).__name__ == "Abort" else _unexpected(error))


def _unexpected(error: Exception) -> StadtlandError:
    """What the user is told about an error that no room has foreseen."""
    from stadtland.base.errors import ComputationError, InputError

    if hasattr(error, "format_message"):
        return InputError("command-line", str(error.format_message()), cure="stadtland --help")
    if os.environ.get("STADTLAND_DEBUG"):
        raise error
    if isinstance(error, MemoryError):
        return ComputationError("memory-full", "not enough memory", cure="close other programs or use --jobs 1")
    if isinstance(error, OSError):
        return InputError(
            "system",
            f"the system says: {error.strerror or error}",
            str(error.filename or ""),
            "check space and rights; earlier results are untouched",
        )
    return ComputationError(
        "internal",
        f"a fault of the program, {type(error).__name__}: {error}",
        cure="set STADTLAND_DEBUG=1 to see where and report it; earlier results are untouched",
    )


def _command() -> Any:
    """The command tree, with German help unless English is asked for."""
    from . import asked

    command = asked.command(app, sys.argv[1:])
    if _lang() == "de" and ("--help" in sys.argv or len(sys.argv) <= 3):  # a group without command shows its help
        from .help_words import in_german

        in_german(command)
    return command


def _args() -> list[str]:
    """The words of the command line; with `--help` the language is already known and only in the way."""
    words = sys.argv[1:]
    if "--help" in words and "--lang" in words:
        at = words.index("--lang")
        return words[:at] + words[at + 2 :]
    return words


def _lang() -> str:
    """The language asked for, also when the command line itself is at fault; German unless `--lang en`."""
    words = sys.argv[1:]
    asked = [b for a, b in pairwise(words) if a == "--lang"] + [w[7:] for w in words if w.startswith("--lang=")]
    return "en" if asked[-1:] == ["en"] else "de"


def _end(error: StadtlandError) -> NoReturn:
    from stadtland.base.error_words import in_words

    print(in_words(error, _lang()), file=sys.stderr)
    sys.exit(error.exit_code)
