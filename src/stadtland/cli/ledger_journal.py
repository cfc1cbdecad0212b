"""`ledger export|verify|checkpoint|key|protect|accept-loss`, `backup`, `restore`: the journal itself."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from . import show
from .options import Db, Format, Lang

Points = Annotated[list[Path] | None, typer.Option("--checkpoint", help="checkpoint of a partner; may be repeated")]
PublicKey = Annotated[str | None, typer.Option("--public-key", help="key the checkpoints must be signed with (hex)")]


def register(ledger: typer.Typer, app: typer.Typer) -> None:
    """Add the commands."""
    for command in (export, verify, checkpoint, key, protect):
        ledger.command(command.__name__)(command)
    ledger.command("accept-loss")(accept_loss)
    app.command("backup")(backup)
    app.command("restore")(restore)


def said(name: str, lang: str, **params: Any) -> None:
    """A line of the area `ledger`."""
    from stadtland.base.texts import text

    typer.echo(text(f"ledger.{name}", lang, **params))


def export(
    file: Annotated[Path, typer.Argument(help="file to write, e.g. journal.jsonl")],
    db: Db = None,
    lang: Lang = "de",
) -> None:
    """Write the journal as JSON lines with a closing line; checked on the way. Holds no personal data."""
    from stadtland.base.files import OutDir
    from stadtland.ledger.export import export as run
    from stadtland.store import open_store

    show.not_existing(file)
    store = open_store(db, create=False)
    parts: list[bytes] = []
    found = run(store.journal.lines(), parts.append)
    with OutDir(file.parent) as folder:
        folder.stage(file.name, b"".join(parts))
        folder.commit()
    store.close()
    said("sound", lang, seq=found["seq"], hash=found["hash"])


def _points(files: list[Path] | None, public_key: str | None) -> list[dict[str, Any]]:
    from stadtland.ledger.checkpoint import read

    return [read(f, public_key) for f in files or ()]


def verify(
    file: Annotated[Path | None, typer.Argument(help="an export; left out: the database")] = None,
    checkpoint: Points = None,
    public_key: PublicKey = None,
    db: Db = None,
    format: Format = "table",
    lang: Lang = "de",
) -> None:
    """Check the journal: chain, sums, life cycle, serials, triggers; with --checkpoint against what partners keep."""
    show.language(lang)
    show.one_of(format, ("table", "json"))
    points = _points(checkpoint, public_key)
    if file is not None:
        from stadtland.ledger.export import check_file

        found = check_file(file, points)
    else:
        from stadtland.store import open_store
        from stadtland.store.audit import audit

        store = open_store(db, create=False, protected=False)
        found = audit(store, points)
        store.close()
    if format == "json":
        show.json_out(found)
        return
    said("sound", lang, seq=found["seq"], hash=found["hash"])
    for account, kg in found["balances"].items():
        typer.echo(f"  {account}  {kg} kg")
    if points:
        said("against", lang, n=len(points))
    else:
        said("no_point", lang)


def checkpoint(
    key: Annotated[Path, typer.Option("--key", help="file of the private key (stadtland ledger key)")],
    out: Annotated[Path, typer.Option("--out", help="file to write; give it to the partners")],
    db: Db = None,
    lang: Lang = "de",
) -> None:
    """Sign where the journal stands. The journal is checked before it is signed."""
    from stadtland.base.canonical import dumps
    from stadtland.base.files import OutDir
    from stadtland.ledger.checkpoint import read_key, sign
    from stadtland.store import open_store
    from stadtland.store.audit import audit

    show.not_existing(out)
    secret = read_key(key)
    store = open_store(db, create=False)
    found = audit(store)
    head = store.journal.head()
    if (head.seq, head.hash) != (found["seq"], found["hash"]):
        head = type(head)(found["journal"], found["seq"], found["hash"], head.time)
    with OutDir(out.parent) as folder:
        folder.stage(out.name, dumps(sign(head, secret), indent=1))
        folder.commit()
    store.close()
    said("sound", lang, seq=found["seq"], hash=found["hash"])


def key(
    file: Annotated[Path, typer.Argument(help="file to write; keep it secret, outside the database")],
    lang: Lang = "de",
) -> None:
    """Make a key for checkpoints; prints the public part that partners keep."""
    from stadtland.base.errors import InputError
    from stadtland.ledger.checkpoint import new_key, public

    secret = new_key()
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise InputError("file-exists", "the file exists already", str(file), "choose another name") from None
    except OSError as error:
        raise InputError(
            "out-not-writable", f"the file cannot be written: {error.strerror}", str(file), "check it"
        ) from None
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(secret.hex() + "\n")
    said("key", lang, public=public(secret))


def protect(
    role: Annotated[str | None, typer.Option("--app-role", help="PostgreSQL: role that may only add and read")] = None,
    db: Db = None,
    lang: Lang = "de",
) -> None:
    """Create tables and triggers of the journal (anew); on PostgreSQL limit a role to adding and reading."""
    from stadtland.base.errors import InputError
    from stadtland.store import open_store
    from stadtland.store.audit import audit
    from stadtland.store.failures import failure
    from stadtland.store.triggers import install, restrict

    store = open_store(db, protected=False)
    if role is not None and store.connection.vendor != "postgresql":
        raise InputError("db-kind", "roles exist in PostgreSQL only", "--app-role", "leave the option out")
    from django.db import DatabaseError

    try:
        install(store.connection)
        if role is not None:
            restrict(store.connection, role)
    except DatabaseError as error:
        raise failure(error, store.db) from None
    head = store.journal.head()
    if head.seq:
        audit(store)
    store.close()
    said("sound", lang, seq=head.seq, hash=head.hash)


def accept_loss(
    reason: Annotated[str, typer.Option("--reason", help="code, e.g. damage, data")],
    db: Db = None,
    lang: Lang = "de",
) -> None:
    """After a restore of an older backup: book that later entries are lost, and go on."""
    from stadtland.store import open_store
    from stadtland.store.backup import accept_loss as run

    store = open_store(db, create=False, seen=False)
    said("lost", lang, **run(store, reason))
    store.close()


def backup(
    file: Annotated[Path, typer.Argument(help="file to write, e.g. backup.zip")],
    db: Db = None,
    lang: Lang = "de",
) -> None:
    """Save journal and records in one file; checked on the way. Holds personal data."""
    from stadtland.store import open_store
    from stadtland.store.backup import backup as run

    show.not_existing(file)
    store = open_store(db, create=False)
    found = run(store, file)
    store.close()
    said("backup", lang, seq=found["seq"])


def restore(
    file: Annotated[Path, typer.Argument(help="file that `stadtland backup` wrote")],
    checkpoint: Points = None,
    public_key: PublicKey = None,
    db: Db = None,
    lang: Lang = "de",
) -> None:
    """Restore a backup into a new database, or add what is missing at the end. Never takes entries away."""
    from stadtland.store.backup import restore as run
    from stadtland.store.opening import named

    points = _points(checkpoint, public_key)
    said("restore", lang, **{k: v for k, v in run(file, named(db), points).items() if k != "journal"})
    if not points:
        said("restore_check", lang)
