"""Own measures of a partnership: a folder of measure files beside the bundled catalogue, which never overwrites them.

store/OWN-….toml      measures of its own, in the measure format, ids with the prefix OWN-
store/A01.own.toml    own values of a bundled measure: `[own] catalogue = digest` and `[set]` with the changed keys
store/sources.toml    sources of the own measures, as in content/sources.toml
"""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from stadtland.base import canonical, content, toml
from stadtland.base.errors import InputError

from .model import Measure
from .reading import as_input_error, bundled, read, sources

PREFIX = "OWN-"
SOURCES = "sources.toml"
OVERRIDE = ".own.toml"
_SOURCE_KEYS = {"citation", "year", "url", "supports", "evidence", "accessed"}


@dataclass(frozen=True)
class Difference:
    """One value that the partnership sees otherwise than the catalogue; `catalogue_changed`: updated since."""

    id: str
    key: str
    catalogue: Any
    own: Any
    catalogue_changed: bool


@dataclass(frozen=True)
class Own:
    """What a folder holds: measures, own values of bundled ones with the digest they were made from, sources."""

    measures: dict[str, Measure]
    values: dict[str, dict[str, Any]]
    made_from: dict[str, str]
    sources: dict[str, dict[str, Any]]


def load(folder: Path) -> Own:
    """The own measures in a folder. InputError names file, key and cure; a missing folder is an error."""
    if not Path(folder).is_dir():
        raise InputError(
            "own-measures-folder", "there is no such folder of own measures", str(folder),
            "import measures first with `stadtland measures import`",
        )  # fmt: skip
    measures: dict[str, Measure] = {}
    values: dict[str, dict[str, Any]] = {}
    made_from: dict[str, str] = {}
    for path in sorted(Path(folder).glob("*.toml")):
        if path.name == SOURCES:
            continue
        if path.name.endswith(OVERRIDE):
            ident = path.name.removesuffix(OVERRIDE)
            made_from[ident], values[ident] = _override(path, ident)
        else:
            measure = read(path)
            if not measure.id.startswith(PREFIX):
                raise InputError(
                    "own-measure-id", f"{measure.id} is not an id of an own measure", f"{path.name}: id",
                    f"own ids begin with {PREFIX}, so that catalogue updates never touch them; own values of a bundled "
                    f"measure belong into {measure.id}{OVERRIDE}",
                )  # fmt: skip
            measures[measure.id] = measure
    found = Own(measures, values, made_from, _sources(Path(folder) / SOURCES))
    _check_sources(found)
    return found


def _override(path: Path, ident: str) -> tuple[str, dict[str, Any]]:
    table = toml.read(path)
    if ident not in bundled():
        raise InputError(
            "own-measure-unknown", f"the catalogue has no measure {ident}", path.name, "correct the file name"
        )
    if set(table) != {"own", "set"} or not isinstance(table["set"], dict) or not table["set"]:
        raise InputError(
            "own-values-shape", "a file of own values has [own] with `catalogue` and [set] with the changed keys",
            path.name, "see docs/how-to/own-measures.md",
        )  # fmt: skip
    return str(table["own"].get("catalogue", "")), table["set"]


def _sources(path: Path) -> dict[str, dict[str, Any]]:
    if not path.exists():
        return {}
    table = toml.read(path)
    for key, entry in table.items():
        if not isinstance(entry, dict) or not set(entry) <= _SOURCE_KEYS or not str(entry.get("citation", "")).strip():
            raise InputError(
                "own-source-shape", f"the source {key} needs a citation and knows {', '.join(sorted(_SOURCE_KEYS))}",
                f"{path.name}: {key}", "complete the entry",
            )  # fmt: skip
        if key in sources():
            raise InputError(
                "source-twice", f"source {key} is defined in the catalogue too", f"{path.name}: {key}", "rename it"
            )
    return table


def _check_sources(own: Own) -> None:
    known = {*sources(), *own.sources}
    for measure in own.measures.values():
        blocks = (measure, measure.effect, measure.cost, measure.potential, measure.plan)
        for name in {s for block in blocks for s in block.sources}:
            if name not in known:
                raise InputError(
                    "source-unknown", f"the source {name} has no entry", f"{measure.id}.toml: sources",
                    f"add it to {SOURCES} in the same folder",
                )  # fmt: skip


def merged(catalogue: Mapping[str, Measure], folder: Path) -> dict[str, Measure]:
    """The catalogue with own values and own measures, sorted by id; the catalogue itself is not changed."""
    own = load(folder)
    found = dict(catalogue) | own.measures
    for ident, changes in own.values.items():
        found[ident] = _apply(catalogue[ident], changes, f"{ident}{OVERRIDE}")
    return dict(sorted(found.items()))


def raw(measure_id: str) -> dict[str, Any]:
    """The table of a bundled measure file."""
    return toml.read(content.path("measures", f"{measure_id}.toml"))


def digest(measure_id: str) -> str:
    """Digest of a bundled measure, to tell whether the catalogue has changed since own values were set."""
    return canonical.digest(raw(measure_id))[:16]


def _apply(measure: Measure, changes: Mapping[str, Any], where: str) -> Measure:
    table = _merge(raw(measure.id), changes)
    try:
        made = Measure.model_validate(table)
    except ValidationError as error:
        raise as_input_error(error, Path(where)) from None
    if made.id != measure.id:
        raise InputError("own-values-id", "own values do not change the id", where, "take `id` out of [set]")
    return made


def _merge(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """`changes` laid over `base`, table by table; everything else is replaced whole."""
    made = copy.deepcopy(dict(base))
    for key, value in changes.items():
        old = made.get(key)
        made[key] = _merge(old, value) if isinstance(old, dict) and isinstance(value, Mapping) else copy.deepcopy(value)
    return made


def base(measure_id: str) -> dict[str, Any]:
    """The table of a bundled measure; InputError `own-measure-unknown`."""
    if measure_id not in bundled():
        raise InputError(
            "own-measure-unknown", f"the catalogue has no measure {measure_id!r:.20}", "measures set",
            "see `stadtland measures list`",
        )  # fmt: skip
    return raw(measure_id)


def value_of(written: str) -> Any:
    """A value from the command line: a number with decimal point, true or false, else the text itself."""
    word = written.strip()
    if word in ("true", "false"):
        return word == "true"
    try:
        number = float(word)
    except ValueError:
        return word
    if not math.isfinite(number) or "_" in word:
        return word
    return int(number) if number.is_integer() and "." not in word and "e" not in word.casefold() else number


def source_entry(citation: str, evidence: str, today: str) -> tuple[str, dict[str, Any]]:
    """Id and entry of a source of own values.

    >>> source_entry("Angebot Baumschule", "A", "2026-01-02")[0]
    'own_angebot_baumschule_2026'
    """
    words = "_".join(re.findall(r"[a-z0-9]+", citation.casefold())[:6])
    entry = {
        "citation": citation.strip(), "year": int(today[:4]), "url": "", "supports": "own values",
        "evidence": evidence, "accessed": today,
    }  # fmt: skip
    return f"own_{words}_{today[:4]}", entry


ENDS = ("low", "central", "high")
OWN_BLOCKS = ("effect", "adaptation")  # blocks that are a range themselves and name `sources`


def put(
    changes: dict[str, Any], key: str, value: Any, catalogue: Mapping[str, Any], evidence: str = "C", source: str = ""
) -> None:
    """Set `key` (parts joined by dots) in `changes`, in place; a range takes the evidence and source of the own value.

    A plain number of the catalogue that gets one end as `….low` becomes a range with the other ends of the catalogue; a
    range that gets one number has it at all three ends.
    """
    *path, last = key.split(".")
    table: dict[str, Any] = changes
    there: Any = catalogue
    for part in path:
        there = there.get(part, {}) if isinstance(there, Mapping) else {}
        if not isinstance(table.get(part), dict):
            plain = isinstance(there, int | float) and not isinstance(there, bool)
            table[part] = {"low": there, "central": there, "high": there} if plain else {}
        table = table[part]
    beside = there.get(last) if isinstance(there, Mapping) else None
    if isinstance(beside, Mapping) and set(ENDS) <= set(beside) and not isinstance(value, str):
        table[last] = dict.fromkeys(ENDS, value)
        table, path = table[last], [*path, last]
    else:
        table[last] = value
        if last not in ENDS:
            return
    table["evidence"] = evidence
    named: dict[str, Any] = {"sources": [source]} if path[-1:] and path[-1] in OWN_BLOCKS else {"source": source}
    if source:
        table |= named
    else:
        table.pop("source", None)


def checked(measure_id: str, changes: Mapping[str, Any]) -> Measure:
    """The measure with own values, or InputError for what the format refuses."""
    return _apply(bundled()[measure_id], changes, f"{measure_id}{OVERRIDE}")


def differences(folder: Path) -> list[Difference]:
    """Every own value beside that of the catalogue, sorted by id and key."""
    own = load(folder)
    found = []
    for ident, changes in sorted(own.values.items()):
        base = raw(ident)
        changed = own.made_from.get(ident, "") != digest(ident)
        for key, value in _leaves(changes):
            found.append(Difference(ident, key, _at(base, key), value, changed))
    return found


def _leaves(table: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        name = f"{path}.{key}" if path else str(key)
        if isinstance(value, Mapping):
            yield from _leaves(value, name)
        else:
            yield name, value


def _at(table: Any, key: str) -> Any:
    for part in key.split("."):
        table = table.get(part) if isinstance(table, Mapping) else None
    return table


def own_id(text: str) -> str | None:
    """The id with the prefix, or None where it cannot be one.

    >>> own_id("iv.15"), own_id("OWN-A-1"), own_id("ä")
    ('OWN-IV-15', 'OWN-A-1', None)
    """
    word = re.sub(r"[.\s_/]+", "-", text.strip().upper().removeprefix(PREFIX)).strip("-")
    return PREFIX + word if re.fullmatch(r"[A-Z0-9][A-Z0-9-]{0,23}", word) else None
