"""Opening a database by file name or URL: settings, migrations, check of the triggers.

SQLite: write-ahead log, synchronous FULL, foreign keys, recursive triggers, writers queue. PostgreSQL by URL.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stadtland.base.errors import ComputationError, InputError

from .failures import failure, shown

if TYPE_CHECKING:
    from .journal import SqlJournal
    from .records import SqlRecords

DEFAULT = "stadtland.sqlite3"
PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON; "
    "PRAGMA busy_timeout=60000;"
)


@dataclass(frozen=True)
class Store:
    """An open database: its journal, its records, the Django alias."""

    db: str
    alias: str
    journal: SqlJournal
    records: SqlRecords

    @property
    def connection(self) -> Any:
        """The Django connection of this thread."""
        from django.db import connections

        return connections[self.alias]

    def close(self) -> None:
        """Renew the mark beside the database and close the connection of this thread; it opens again when used."""
        from . import seen

        seen.mark(self)
        self.connection.close()


def named(db: str | None) -> str:
    """The database that is meant: the option, the variable STADTLAND_DB, or `stadtland.sqlite3` in this folder."""
    return db or os.environ.get("STADTLAND_DB") or DEFAULT


def open_store(db: str | Path | None = None, create: bool = True, protected: bool = True, seen: bool = True) -> Store:
    """Open (and with `create` set up) a database; `db` is a file name or a URL `postgresql://…`.

    protected: refuse to open when a trigger of the journal is missing (ComputationError `journal-unprotected`).
    seen: compare with the mark beside the database (ComputationError `journal-older`, `journal-other`) and renew it.
    Raises InputError `db-missing`, `db-url`, `db-kind`, ComputationError `db-unreachable`, `db-version`.
    """
    where = named(None if db is None else str(db))
    config = _config(where, create)
    _django()
    from django.db import DatabaseError, connections

    alias = "db_" + hashlib.sha256(repr(sorted(config.items(), key=str)).encode()).hexdigest()[:16]
    if alias not in connections.settings:
        filled = connections.configure_settings({"default": {}, alias: config})
        connections.settings[alias] = filled[alias]
    connection = connections[alias]
    try:
        connection.ensure_connection()
        _migrate(connection, alias, where, create)
        if protected:
            _check(connection, where)
    except DatabaseError as error:
        connection.close()
        raise failure(error, where) from None
    from .journal import SqlJournal
    from .records import SqlRecords

    store = Store(where, alias, SqlJournal(alias, where), SqlRecords(alias, where))
    if seen:
        from . import seen as marks

        marks.check(store)
        marks.mark(store)
    return store


def _config(where: str, create: bool) -> dict[str, Any]:
    if "://" in where:
        import dj_database_url

        try:
            config = dict(dj_database_url.parse(where))
        except ValueError as error:
            raise InputError(
                "db-url", f"the URL is not understood: {error}", shown(where), "postgresql://user@host/name"
            ) from None
        if "postgresql" not in str(config.get("ENGINE")):
            raise InputError("db-url", "only PostgreSQL is opened by URL", shown(where), "postgresql://user@host/name")
        return config
    path = Path(where).absolute()
    if path.is_dir() or not path.parent.is_dir():
        raise InputError("db-missing", "there is no folder for this file, or it is a folder", where, "check --db")
    if not create and not path.exists():
        raise InputError("db-missing", "the database does not exist", where, "check --db or start with `ledger plan`")
    options = {"transaction_mode": "IMMEDIATE", "init_command": PRAGMAS, "timeout": 60}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": options}


def _django() -> None:
    import django
    from django.apps import apps
    from django.conf import settings

    if not settings.configured:
        settings.configure(
            DATABASES={"default": {"ENGINE": "django.db.backends.dummy"}},
            INSTALLED_APPS=["stadtland.store"],
            USE_TZ=True,
            TIME_ZONE="UTC",
        )
    if not apps.ready:
        django.setup()


def _migrate(connection: Any, alias: str, where: str, create: bool) -> None:
    from django.core.management import call_command
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations):
        ours = {m for m in executor.loader.applied_migrations if m[0] == "store"}
        if ours - set(executor.loader.disk_migrations):
            raise ComputationError(
                "db-version", "the database was written by a newer version", shown(where), "update stadtland"
            )
    targets = [n for n in executor.loader.graph.leaf_nodes() if n[0] == "store"]
    if not executor.migration_plan(targets):
        return
    if not create and not executor.loader.applied_migrations:
        raise InputError("db-kind", "the database holds no journal", shown(where), "check --db")
    call_command("migrate", "store", database=alias, verbosity=0, interactive=False)


def _check(connection: Any, where: str) -> None:
    from . import triggers

    gone = triggers.missing(connection)
    if gone:
        raise ComputationError(
            "journal-unprotected",
            f"triggers of the journal are missing or changed: {', '.join(gone)}",
            shown(where),
            "check with `stadtland ledger verify`, then protect again with `stadtland ledger protect`",
        )
