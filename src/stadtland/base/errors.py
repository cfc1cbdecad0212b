"""Errors that a user can act on: a stable code, what is wrong, where, and the cure."""

from __future__ import annotations


class StadtlandError(Exception):
    """Base of all errors shown to users; `exit_code` is what the command line returns."""

    exit_code = 1

    def __init__(self, code: str, what: str, where: str = "", cure: str = "") -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.where = where
        self.cure = cure

    def __str__(self) -> str:
        parts = [f"{self.code}: {self.what}"]
        if self.where:
            parts.append(f"  at: {self.where}")
        if self.cure:
            parts.append(f"  cure: {self.cure}")
        return "\n".join(parts)


class InputError(StadtlandError):
    """Bad input; nothing was written."""

    exit_code = 2


class ComputationError(StadtlandError):
    """The computation is not OK (solver limit, failed check)."""

    exit_code = 1
