"""Triggers that refuse UPDATE, DELETE, REPLACE and TRUNCATE of the journal, and entries out of order.

They stop accidents. Who owns the database can drop them: against that stand the hash chain and the checkpoints.
"""

from __future__ import annotations

from typing import Any

TABLE = "journal_entry"
MESSAGE = "the journal is append-only"
BROKEN = "the entry does not follow the last one"

_SQLITE = {
    "journal_no_update": f"CREATE TRIGGER journal_no_update BEFORE UPDATE ON {TABLE} "
    f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
    "journal_no_delete": f"CREATE TRIGGER journal_no_delete BEFORE DELETE ON {TABLE} "
    f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
    # REPLACE deletes without the delete trigger when recursive_triggers is off; this one runs before it.
    "journal_in_order": f"CREATE TRIGGER journal_in_order BEFORE INSERT ON {TABLE} "
    f"WHEN NEW.seq <> COALESCE((SELECT MAX(seq) FROM {TABLE}), 0) + 1 OR NEW.prev <> "
    f"COALESCE((SELECT hash FROM {TABLE} ORDER BY seq DESC LIMIT 1), '{'0' * 64}') "
    f"BEGIN SELECT RAISE(ABORT, '{BROKEN}'); END",  # nosec B608: constants of this module
}
_REFUSE = f"BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'restrict_violation'; END"
_ORDER = f"""
DECLARE last RECORD;
BEGIN
  SELECT seq, hash INTO last FROM {TABLE} ORDER BY seq DESC LIMIT 1;
  IF NEW.seq <> COALESCE(last.seq, 0) + 1 OR NEW.prev <> COALESCE(last.hash, '{"0" * 64}') THEN
    RAISE EXCEPTION '{BROKEN}' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END"""  # nosec B608: constants of this module
_FUNCTIONS = {"journal_refuse": _REFUSE, "journal_order": _ORDER}
_POSTGRES = {
    "journal_no_update": f"BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION journal_refuse()",
    "journal_no_truncate": f"BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()",
    "journal_in_order": f"BEFORE INSERT ON {TABLE} FOR EACH ROW EXECUTE FUNCTION journal_order()",
}


def install(connection: Any) -> None:
    """Create the triggers anew (nothing if the table is not there yet)."""
    if TABLE not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name, sql in _SQLITE.items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                cursor.execute(sql)
            return
        for name, body in _FUNCTIONS.items():
            cursor.execute(f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $f${body}$f$")
        for name, rule in _POSTGRES.items():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {TABLE}")
            cursor.execute(f"CREATE TRIGGER {name} {rule}")
            cursor.execute(f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {name}")


def missing(connection: Any) -> list[str]:
    """Names of triggers that are not there, switched off or changed; empty = protected."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [TABLE])
            found = dict(cursor.fetchall())
            return [name for name, sql in _SQLITE.items() if found.get(name) != sql]
        cursor.execute(
            "SELECT t.tgname, t.tgenabled::text, p.prosrc, t.tgtype "
            "FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE t.tgrelid = to_regclass(%s) AND NOT t.tgisinternal",
            [TABLE],
        )
        rows = {name: (enabled, body, kind) for name, enabled, body, kind in cursor.fetchall()}
    # tgtype: 1 row + 2 before + 4 insert, 8 delete, 16 update, 32 truncate
    wanted = {
        "journal_no_update": ("A", _REFUSE, 27),
        "journal_no_truncate": ("A", _REFUSE, 34),
        "journal_in_order": ("A", _ORDER, 7),
    }
    return [name for name, value in wanted.items() if rows.get(name) != value]


def restrict(connection: Any, role: str) -> None:
    """PostgreSQL: `role` may read and add entries, and use records; nothing else."""
    quoted = connection.ops.quote_name(role)
    with connection.cursor() as cursor:
        cursor.execute(f"REVOKE ALL ON {TABLE} FROM {quoted}, PUBLIC")
        cursor.execute(f"GRANT SELECT, INSERT ON {TABLE} TO {quoted}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON record TO {quoted}")
        cursor.execute(f"GRANT SELECT, INSERT ON monitoring_event TO {quoted}")
        cursor.execute(f"GRANT USAGE ON SEQUENCE record_id_seq TO {quoted}")
        cursor.execute(f"GRANT SELECT ON django_migrations TO {quoted}")
