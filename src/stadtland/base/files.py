"""Output folders and atomic writing: earlier results stay untouched until the new ones are whole."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from .errors import InputError


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
