"""Use cases of own measures: template, import with a look before, differences to the catalogue."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from stadtland.base.errors import InputError
from stadtland.base.files import OutDir, read_bytes

LIMIT = 10_000_001  # one byte more than a table may have


def template(out: Path, lang: str = "de") -> list[Path]:
    """Write `own-measures.xlsx` and `own-measures.csv` with the columns of the import; never over existing files."""
    from stadtland.toolbox import own_measures_table

    book, text = own_measures_table.template(lang)
    files: dict[str, bytes | str] = {"own-measures.xlsx": book, "own-measures.csv": "\ufeff" + text}
    for name in files:
        if (Path(out) / name).exists():
            raise InputError(
                "file-exists",
                "the file exists already",
                str(Path(out) / name),
                "choose another folder; nothing was changed",
            )
    with OutDir(out) as folder:
        for name, data in files.items():
            folder.stage(name, data)
        return folder.commit()


def import_file(
    path: Path, store: Path, confirm: bool = False, lang: str = "de", today: str | None = None
) -> dict[str, Any]:
    """Read a table (XLSX, CSV) or one measure (TOML) into a store of own measures.

    Returns {new, changed, same, sources, problems, differences, written}: ids, one message for each wrong row and, for
    measures that are in the store already, every value that changes. Nothing is written without `confirm`; with it
    the sound rows are, all at once. A file that is no such table at all is an InputError.
    """
    from stadtland.toolbox import own_measures, own_measures_import, own_measures_table

    day = today or datetime.date.today().isoformat()
    raw = read_bytes(path, "an XLSX, CSV or TOML file", LIMIT)
    store = Path(store)
    standing = own_measures.load(store) if store.is_dir() else own_measures.Own({}, {}, {}, {})
    if path.suffix.casefold() == ".toml":
        tables, sources, problems = own_measures_file(path, standing.sources), {}, []
    else:
        found = own_measures_import.rows(own_measures_table.read(raw, path.name, lang), day, lang)
        tables, sources, problems = found.tables, found.sources, found.problems
    report = _compare(tables, store)
    report |= {"problems": [words for _, words in problems], "sources": sorted(sources), "written": []}
    if confirm and (report["new"] or report["changed"]):
        report["written"] = _write(store, tables, {**standing.sources, **sources})
    return report


def own_measures_file(path: Path, own_sources: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """One measure in the measure format, from a TOML file whose id has the prefix."""
    from stadtland.base import toml
    from stadtland.toolbox import own_measures, reading

    table = toml.read(path)
    ident = str(table.get("id", ""))
    if own_measures.own_id(ident) != ident:
        raise InputError(
            "own-measure-id", f"{ident or 'an empty id'} is not an id of an own measure", f"{path.name}: id",
            f"own ids begin with {own_measures.PREFIX}; own values of a bundled measure go into a file like "
            "A01.own.toml in the store (docs/how-to/own-measures.md)",
        )  # fmt: skip
    measure = reading.parse(table, path)
    known = {*reading.sources(), *own_sources}
    missing = sorted(set(measure.sources) - known)
    if missing:
        raise InputError(
            "source-unknown",
            f"the source {missing[0]} has no entry",
            f"{path.name}: sources",
            "add it to sources.toml in the store",
        )
    return {ident: table}


def _compare(tables: dict[str, dict[str, Any]], store: Path) -> dict[str, Any]:
    from stadtland.base import toml

    new: list[str] = []
    changed: list[str] = []
    same: list[str] = []
    differences: list[dict[str, Any]] = []
    for ident, table in tables.items():
        path = store / f"{ident}.toml"
        if not path.exists():
            new.append(ident)
            continue
        old = toml.read(path)
        keys = sorted(k for k in {*old, *table} if old.get(k) != table.get(k) and k != "funding")
        (changed if keys else same).append(ident)
        differences += [{"id": ident, "key": k, "old": old.get(k), "new": table.get(k)} for k in keys]
    return {"new": new, "changed": changed, "same": same, "differences": differences}


def _write(store: Path, tables: dict[str, dict[str, Any]], sources: dict[str, dict[str, Any]]) -> list[Path]:
    from stadtland.toolbox.own_measures import SOURCES
    from stadtland.toolbox.own_measures_write import to_toml

    with OutDir(store) as folder:
        folder.stage(SOURCES, to_toml(sources))
        for ident, table in tables.items():
            folder.stage(f"{ident}.toml", to_toml(table))
        return folder.commit()


def set_values(
    measure_id: str, values: list[str], store: Path, source: str = "", evidence: str = "C", today: str | None = None
) -> dict[str, Any]:
    """Set own values of a bundled measure: `values` as `key=number`, e.g. `cost.invest.central=28000`.

    Writes `A01.own.toml` with the digest of the measure it was made from; values set before stay. A number carries
    `evidence` and, where given, `source` (tender, offer, register), kept in sources.toml. Returns {path, values}.

        Errors: InputError `own-values-evidence` for evidence A or B without a source, InputError `own-values-
    format`, `own-measure-unknown`, `measure-invalid` for a value the format refuses.
    """
    from stadtland.base import toml
    from stadtland.toolbox import own_measures
    from stadtland.toolbox.own_measures_write import to_toml_deep

    if evidence not in ("A", "B", "C") or (evidence != "C" and not source.strip()):
        raise InputError(
            "own-values-evidence", f"evidence {evidence!r:.10} without a source", "measures set",
            "name the source with --source, or leave evidence C",
        )  # fmt: skip
    store = Path(store)
    base = own_measures.base(measure_id)
    day = today or datetime.date.today().isoformat()
    known = own_measures.load(store).sources if store.is_dir() else {}
    ident, entry = own_measures.source_entry(source, evidence, day) if source.strip() else ("", {})
    path = store / f"{measure_id}{own_measures.OVERRIDE}"
    changes: dict[str, Any] = toml.read(path).get("set", {}) if path.exists() else {}
    for word in values:
        key, sign, written = word.partition("=")
        if not sign or not key.strip():
            raise InputError(
                "own-values-format", f"{word!r:.60} is no own value", "measures set", "write key=number, decimal point"
            )
        own_measures.put(changes, key.strip(), own_measures.value_of(written), base, evidence, ident)
    own_measures.checked(measure_id, changes)
    table = {"own": {"catalogue": own_measures.digest(measure_id)}, "set": changes}
    with OutDir(store) as folder:
        folder.stage(path.name, to_toml_deep(table))
        if ident:
            folder.stage(own_measures.SOURCES, to_toml_deep({**known, ident: entry}))
        folder.commit()
    return {"path": path, "values": changes}


def differences(store: Path) -> list[dict[str, Any]]:
    """Own values of bundled measures beside those of the catalogue: id, key, catalogue, own, catalogue_changed."""
    from stadtland.toolbox import own_measures

    return [vars(d) for d in own_measures.differences(store)]


SHOWN = 20


def sentences(report: dict[str, Any], store: Path, confirmed: bool, lang: str) -> list[str]:
    """The outcome of an import in words: counts, what changes in standing measures, what to do next."""
    from stadtland.toolbox.own_measures_table import messages

    say = messages()
    count = len(report["new"]) + len(report["changed"])
    lines = [
        say["preview"][lang].format(
            new=len(report["new"]),
            changed=len(report["changed"]),
            same=len(report["same"]),
            wrong=len(report["problems"]),
        )
    ]
    for one in report["differences"][:SHOWN]:
        lines.append(
            "  "
            + say["difference"][lang].format(
                id=one["id"], key=one["key"], old=_short(one["old"]), new=_short(one["new"])
            )
        )
    more = len(report["differences"]) - SHOWN
    if more > 0:
        lines.append(f"  … +{more}")
    written = say["done"][lang].format(count=count, store=store)
    return [*lines, written if confirmed else say["nothing"][lang].format(count=count)]


def _short(value: Any) -> str:
    words = "–" if value is None else str(value)
    return words if len(words) <= 60 else words[:57] + "…"


def print_catalogue(
    out: Path, langs: tuple[str, ...], ids: list[str] | None = None, store: Path | None = None
) -> list[Path]:
    """Write `catalogue-<lang>.html` and `catalogue-<lang>.pdf`, one card a page; InputError for an unknown id."""
    from stadtland.documents import catalogue
    from stadtland.toolbox import own_measures, reading

    measures = reading.catalogue(store)
    for ident in ids or ():
        if ident not in measures:
            reading.get(ident)
    own = own_measures.load(store).sources if store is not None else {}
    chosen = [m for m in measures.values() if (m.id in ids if ids else not m.reference)]
    with OutDir(out) as folder:
        for lang in langs:
            for name, data in catalogue.render(chosen, lang, own).items():
                folder.stage(name, data)
        return folder.commit()
