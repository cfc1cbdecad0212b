"""Reading a file with errors that name the cure; output folders and atomic writing.

Earlier results stay untouched until the new ones are whole.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from .errors import InputError


def read_bytes(path: Path, wanted: str = "a file", most: int = -1) -> bytes:
    """The bytes of a file, at most `most` (−1: all), so that a huge file need not fill the memory.

    `wanted` names the kind of file in the cure, e.g. `a CSV file`. InputError `file-missing`, `file-kind` for a
    folder, `file-unreadable`.
    """
    try:
        with open(path, "rb") as handle:
            return handle.read(most)
    except FileNotFoundError:
        raise InputError("file-missing", "the file does not exist", str(path), "check the path") from None
    except IsADirectoryError:
        raise InputError("file-kind", "this is a folder, not a file", str(path), f"name {wanted}") from None
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the path
        why = getattr(error, "strerror", None) or str(error)
        raise InputError("file-unreadable", f"the file cannot be read: {why}", str(path), "check the path") from None


def read_text(path: Path, wanted: str = "a file") -> str:
    """The text of a UTF-8 file without byte order mark; InputError as `read_bytes`, and `file-encoding`."""
    try:
        return read_bytes(path, wanted).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            "file-encoding", f"the file is not UTF-8 (byte {error.start})", str(path), "save the file as UTF-8"
        ) from None


class OutDir:
    """A folder for results.

    Created when missing and tested for writing before any computation. `stage` collects files in a hidden
    folder beside the target; `commit` moves them in one by one with rename, so an interrupted or failed run
    leaves earlier results as they were. Never follows a link out of the folder.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._staged: dict[str, Path] = {}
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._stage = Path(tempfile.mkdtemp(prefix=".stadtland-", dir=self.path))
        except OSError as error:
            raise InputError(
                "out-not-writable",
                f"the output folder cannot be written: {error.strerror}",
                str(self.path),
                "choose another folder with --out or free some space",
            ) from None

    def stage(self, name: str, data: bytes | str) -> None:
        """Write a file whole (with fsync) into the hidden folder."""
        if Path(name).name != name:
            raise ValueError(f"a plain file name is needed, not {name!r}")
        raw = data.encode() if isinstance(data, str) else data
        target = self._stage / name
        try:
            with open(target, "wb") as handle:
                handle.write(raw)
                handle.flush()
                os.fsync(handle.fileno())
        except OSError as error:
            self.discard()
            raise InputError(
                "out-full",
                f"the file could not be written: {error.strerror}",
                str(self.path / name),
                "free some space or choose another folder with --out; earlier results are untouched",
            ) from None
        self._staged[name] = target

    def commit(self) -> list[Path]:
        """Move all staged files to their place; returns their paths."""
        done = []
        for name, staged in self._staged.items():
            final = self.path / name
            try:
                os.replace(staged, final)
            except OSError as error:
                self.discard()
                raise InputError(
                    "out-not-writable",
                    f"the file cannot be replaced: {error.strerror}",
                    str(final),
                    "close it in other programs or choose another folder with --out",
                ) from None
            done.append(final)
        self.discard()
        return done

    def discard(self) -> None:
        """Remove the hidden folder; safe to call twice."""
        self._staged = {}
        if self._stage.exists():
            for left in self._stage.iterdir():
                left.unlink(missing_ok=True)
            self._stage.rmdir()

    def __enter__(self) -> OutDir:
        return self

    def __exit__(self, *exc: object) -> None:
        self.discard()
