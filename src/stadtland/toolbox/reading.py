"""Reading the catalogue: files to models, with errors that name file, key and cure."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from stadtland.base import content, toml
from stadtland.base.errors import InputError

from .model import Measure, Parameter

SOURCE_FILES = ("sources.toml", "sources_land.toml", "sources_evidence.toml")
_CURES = {
    "extra_forbidden": "remove the key or correct its spelling (docs/reference/measure-format.md)",
    "missing": "add the key",
    "literal_error": "use one of the named values",
    "value_error": "correct the value",
}


def read(path: Path) -> Measure:
    """The measure in one file; InputError `measure-invalid` names file, key and cure."""
    measure = parse(toml.read(path), path)
    if measure.id != path.stem:
        raise InputError(
            "measure-id",
            f"the id {measure.id} differs from the file name",
            f"{path.name}: id",
            "rename the file",
        )
    return measure


def parse(table: dict[str, Any], path: Path) -> Measure:
    """The measure in a table read from `path`; InputError `measure-invalid` names file, key and cure."""
    try:
        return Measure.model_validate(table)
    except ValidationError as error:
        raise as_input_error(error, path) from None


def as_input_error(error: ValidationError, path: Path) -> InputError:
    """The first problem of a model as InputError `measure-invalid` with file, key and cure."""
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"]) or "(whole file)"
    message = first["msg"].removeprefix("Value error, ")
    more = error.error_count() - 1
    what = message + (f" (and {more} more)" if more else "")
    cure = _CURES.get(first["type"], "correct the value; the format is in docs/reference/measure-format.md")
    if first["type"] == "extra_forbidden":
        near = get_close_matches(str(first["loc"][-1]), _known_keys(), n=1)
        cure += f"; nearest key: {near[0]}" if near else ""
    return InputError("measure-invalid", what, f"{path.name}: {key}", cure)


def _known_keys() -> list[str]:
    """All keys of the format, for the nearest one to a misspelt key."""
    from . import model

    blocks = [part for part in vars(model).values() if isinstance(part, type) and issubclass(part, model.Strict)]
    return sorted({name for block in blocks for name in block.model_fields} | {"class"})


@cache
def bundled() -> dict[str, Measure]:
    """All bundled measures by id, sorted; read once per process (about a millisecond a file).

    Errors: InputError for the first invalid file.
    """
    return {path.stem: read(path) for path in sorted(content.path("measures").glob("*.toml"))}


def catalogue(extra: Path | None = None) -> dict[str, Measure]:
    """All measures by id; with `extra`, a folder of own measures, also those and the own values of bundled ones.

    Without `extra` always the same cached dict; with it a new one, so that the bundled catalogue stays as it is.
    Errors: InputError for the first invalid file.
    """
    if extra is None:
        return bundled()
    from .own_measures import merged

    return merged(bundled(), extra)


@cache
def one(measure_id: str) -> Measure | None:
    """One bundled measure without reading the others; None where there is no such file."""
    if not measure_id.isalnum():
        return None
    path = content.path("measures", f"{measure_id}.toml")
    return read(path) if path.exists() else None


def get(measure_id: str) -> Measure:
    """One bundled measure; InputError `measure-unknown` names near ids."""
    found = one(measure_id)
    if found is not None:
        return found
    measures = catalogue()
    if measure_id in measures:
        return measures[measure_id]
    wanted = measure_id.upper()
    near = [one for one in measures if wanted and one.startswith(wanted)][:3]
    near = near or get_close_matches(wanted, measures, n=3, cutoff=0.4)
    raise InputError(
        "measure-unknown", f"there is no measure {measure_id!r}", "measure id",
        f"near ids: {', '.join(near)}" if near else "see `stadtland measures list`",
    )  # fmt: skip


@cache
def sources() -> dict[str, dict[str, Any]]:
    """The registry of measure sources, by id: citation, year, url, evidence, accessed, supports."""
    found: dict[str, dict[str, Any]] = {}
    for path in (content.path(name) for name in SOURCE_FILES if content.path(name).exists()):
        for key, entry in toml.read(path).items():
            if key in found:
                raise InputError("source-twice", f"source {key} is defined twice", path.name, "rename one")
            found[key] = entry
    return found


def parameter(value: Any, evidence: str = "C", sources: tuple[str, ...] = ()) -> Parameter:
    """A number or a table {low, central, high, evidence, source} as a `Parameter`.

    `evidence` and `sources` hold where the value names none; inside a measure use `Measure.parameter`.

    >>> parameter(3.0).central, parameter({"low": 1, "central": 2, "high": 4}).high
    (3.0, 4.0)
    """
    if isinstance(value, Parameter):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Parameter(float(value), float(value), float(value), evidence, sources)
    table = value if isinstance(value, Mapping) else value.model_dump()
    named = table.get("source") or ()
    own = (named,) if isinstance(named, str) else tuple(named)
    low, central, high = (float(table[k]) for k in ("low", "central", "high"))
    return Parameter(low, central, high, table.get("evidence") or evidence, own or sources)
