"""Own data of members: write templates, import files, export, show the history."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stadtland.base.errors import InputError
from stadtland.base.files import OutDir, read_bytes

KINDS = ("csv", "xlsx")


def _datasets(names: Sequence[str]) -> dict[str, Any]:
    import difflib

    from stadtland.inventory import own_data

    known = own_data.datasets()
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            cure = f"did you mean {near[0]}?" if near else "use " + ", ".join(known)
            raise InputError("own-data-dataset", f"there is no template {name!r}", "--dataset", cure)
    return {k: v for k, v in known.items() if not names or k in names}


def _members(ags: Sequence[str]) -> list[str]:
    from stadtland.facts import codes

    return codes.check_all(ags)


def template(
    ags: Sequence[str], year: int, out: Path, kind: str = "xlsx", dataset: Sequence[str] = (), lang: str = "de",
    data: Path | None = None,
) -> list[Path]:  # fmt: skip
    """Write empty templates for members and a year: one workbook, or one CSV file per dataset. Returns the files.

    InputError for unknown codes or datasets; an existing file is not overwritten.
    """
    return _write(_members(ags), year, out, kind, dataset, lang, data, {}, False)


def export(
    store: Path, out: Path, year: int, ags: Sequence[str] = (), kind: str = "xlsx", dataset: Sequence[str] = (),
    lang: str = "de", data: Path | None = None, internal: bool = False,
) -> list[Path]:  # fmt: skip
    """Write the templates filled with the own figures of a store, and `overrides.toml` for a partnership file.

    Without `internal` also `farm-figures.csv`: heads by class and member with the joint sum, as far as secrecy allows.

    `internal`: with farm figures under secrecy, for editing and importing again; otherwise they are hidden.
    """
    from stadtland.inventory import own_data

    state = own_data.load(store).state
    members = _members(ags or sorted({k.ags for k in state}))
    # secrecy is decided over the whole store, so that two exports of different members agree
    own = own_data.overrides(state, year, internal, "partnership", members)
    files: dict[str, bytes | str] = {
        "overrides.toml": own_data.toml_fragment(own, internal),
    }
    table = {} if internal else own_data.public_table(state, year)
    if table:
        files["farm-figures.csv"] = _farm_csv(table)
    return _write(members, year, out, kind, dataset, lang, data, state, not internal, files)


def _farm_csv(table: dict[str, dict[str, float | None]]) -> str:
    """Heads per class and member with the joint sum; a dot is hidden."""
    lines = ["figure,ags,heads"]
    for figure, row in sorted(table.items()):
        lines += [f"{figure},{ags},{'.' if value is None else f'{value:.15g}'}" for ags, value in row.items()]
    return "\n".join(lines) + "\n"


def _write(
    members: Sequence[str], year: int, out: Path, kind: str, dataset: Sequence[str], lang: str, data: Path | None,
    state: Any, public: bool, more: dict[str, bytes | str] | None = None,
) -> list[Path]:  # fmt: skip
    from stadtland.inventory import own_data

    if kind not in KINDS:
        raise InputError("own-data-kind", f"the kind {kind!r} is not known", "--format", "use " + " or ".join(KINDS))
    chosen = _datasets(dataset)
    defaults = own_data.defaults(members, year, data)
    tables = {k: own_data.rows(d, members, year, lang, defaults, state, public) for k, d in chosen.items()}
    files: dict[str, bytes | str] = dict(more or {})
    if kind == "xlsx":
        files["own-data.xlsx"] = own_data.to_xlsx(tables, lang)
    else:
        files |= {f"{k}.csv": own_data.to_csv(t, lang) for k, t in tables.items()}
    for name in files:
        if (out / name).exists():
            raise InputError(
                "file-exists", "the file exists already", str(out / name), "choose another folder; nothing was changed"
            )
    with OutDir(out) as folder:
        for name, content in files.items():
            folder.stage(name, content)
        return folder.commit()


def import_file(
    path: Path, store: Path, ags: Sequence[str], year: int, role: str, lang: str = "de", data: Path | None = None,
    now: datetime.datetime | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Import a filled-in template into a store: {changes, notices}; all of it or, with any problem, nothing."""
    from stadtland.inventory import own_data
    from stadtland.inventory.own_data.grid import MAX_BYTES

    members = _members(ags)
    raw = read_bytes(path, "a CSV or XLSX file", MAX_BYTES + 1)
    when = now or datetime.datetime.now(datetime.UTC)
    known = own_data.defaults(members, year, data)
    reading = own_data.read(raw, members, when.year, role, known, lang, path.name)
    batch = own_data.apply(store, reading, when.strftime("%Y-%m-%dT%H:%M:%SZ"), role, lang)
    touched = {(k.ags, k.id, k.year) for k in reading.entries}
    idle = [u for u in own_data.unused(own_data.load(store).state, year) if (u["ags"], u["id"], u["year"]) in touched]
    return {
        "changes": len(batch.changes) if batch else 0,
        "notices": [n.line(lang) for n in reading.notices] + [_idle(u, lang) for u in idle],
        "sha256": reading.sha256,
    }


def _idle(entry: dict[str, Any], lang: str) -> str:
    """A sentence on an imported figure that the inventory of the year does not use."""
    from stadtland.base.texts import text

    reason = text(f"inventory.{entry['reason']}", lang)
    return f"{entry['ags']} {entry['id']} {entry['year']}: {text('inventory.cli_idle', lang)} {reason}"


def history(store: Path, internal: bool = False) -> list[dict[str, Any]]:
    """All changes of a store, oldest first: number, when, role, sha256, ags, dataset, id, part, year, old, new.

    Without `internal` farm figures that the statistical office has not published are a dot (`hidden` true), and the
    hash of a file that held one is None, since a small file could be guessed from it.
    """
    from stadtland.inventory import own_data

    rows = []
    for batch in own_data.load(store).batches:
        secret = [not internal and _farm(c) for c in batch.changes]
        for change, hide in zip(batch.changes, secret, strict=True):
            rows.append(
                {
                    "number": batch.number, "when": batch.when, "role": batch.role,
                    "sha256": None if any(secret) else batch.sha256, **change.key._asdict(),
                    "old": _words(change.old, hide), "new": _words(change.new, hide),
                    "hidden": hide,
                }
            )  # fmt: skip
    return rows


def _farm(change: Any) -> bool:
    from stadtland.inventory import own_data

    records = [r for r in (change.old, change.new) if r is not None and r.value]
    return own_data.datasets()[change.key.dataset].secrecy and not all(r.published for r in records)


def _words(record: Any, hide: bool) -> str | None:
    """Value with unit, or the state where there is no value."""
    from stadtland.inventory.own_data.secrecy import MARK
    from stadtland.inventory.own_data.template import number

    if record is None:
        return None
    if hide:
        return MARK
    shown = record.state if record.value is None else f"{number(record.value)} {record.unit}"
    return f"{shown} ({record.data_quality}, {record.source})"
