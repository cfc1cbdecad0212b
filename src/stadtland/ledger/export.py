"""The journal as a file: one entry a line as it was hashed, then one last line that repeats head and balances."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from stadtland.base.errors import ComputationError, InputError


def export(lines: Iterable[bytes], write: Any) -> dict[str, Any]:
    """Check the lines while they are written with `write(bytes)`; returns the summary {journal, seq, hash, balances}.

    ComputationError with the code of the verifier if the journal is not sound: the file is then not to be used.
    """
    from .verifier import encode, verify

    def through() -> Iterator[bytes]:
        for line in lines:
            write(line + b"\n")
            yield line

    found: dict[str, Any] = checked(lambda: verify(through()), "the journal")  # type: ignore[no-untyped-call]
    write(encode({"end": found}).encode() + b"\n")
    return found


def checked(run: Any, where: str, wrong: type[InputError] | type[ComputationError] = ComputationError) -> Any:
    """What `run` finds; the verifier's `Wrong` becomes an error with entry and cure."""
    from .verifier import Wrong

    try:
        return run()
    except Wrong as error:
        place = f"{where}: entry {error.entry}" if error.entry else where
        raise wrong(
            error.code,
            error.what,
            place,
            "nothing after this place can be trusted: compare with the partners' checkpoints and the last backup",
        ) from None


def check_file(path: Path, points: Iterable[Any] = ()) -> dict[str, Any]:
    """The summary of an export; InputError `file-missing`, ComputationError with the code of what is wrong."""
    from .verifier import verify_file

    if not path.is_file():
        raise InputError("file-missing", "the file does not exist", str(path), "check the path")
    found: dict[str, Any] = checked(lambda: verify_file(path, points), str(path))  # type: ignore[no-untyped-call]
    return found


def entries_of(path: Path) -> Iterator[bytes]:
    """The lines of an export without the last one; check it first."""
    with open(path, "rb") as handle:
        for raw in handle:
            if not raw.startswith(b'{"end":'):
                yield raw.rstrip(b"\n")
