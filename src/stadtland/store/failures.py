"""Errors of the database in words."""

from __future__ import annotations

from stadtland.base.errors import ComputationError, InputError


def failure(error: Exception, where: str) -> InputError | ComputationError:
    """A database error in words, without the password of the URL."""
    text = (str(error).strip().splitlines() or [type(error).__name__])[0]
    place = shown(where)
    low = text.lower()
    if "not a database" in low or "malformed" in low:
        return InputError("db-kind", f"the file is not a sound database: {text}", place, "restore the last backup")
    if "full" in low or "no space" in low or "disk i/o" in low or "file too large" in low:
        return ComputationError(
            "db-full", f"the database cannot grow: {text}", place, "free some space; nothing was half booked"
        )
    if "locked" in low:
        return ComputationError("db-busy", "another program holds the database", place, "wait and repeat the command")
    if "append-only" in low or "follow the last" in low:
        return ComputationError("journal-refused", text, place, "book a correction instead of changing an entry")
    if "readonly" in low or "read-only" in low or "permission denied" in low:
        return InputError("db-readonly", f"the database cannot be written: {text}", place, "check the rights")
    return ComputationError("db-unreachable", f"the database answers: {text}", place, "check that it runs and the URL")


def shown(where: str) -> str:
    """The place without user name and password."""
    head, sep, tail = where.partition("://")
    return head + sep + tail.rpartition("@")[2] if sep else where
