"""Explain an existing inventory: read table and card, apply the rules, write bridge, protocol and the original."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stadtland.base.errors import InputError
from stadtland.base.files import OutDir, read_bytes

MAX_BYTES = 10_000_001


def harmonise(
    file: Path, card: Path | None = None, lang: str = "de", out: Path | None = None, data: Path | None = None,
    target_year: int | None = None, other: Path | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The report of an existing inventory (`inventory.harmonise.output.to_dict`) with `files`, the paths written.

    Without card everything about the method is unknown. `other`: a second published inventory of the same place and
    year, in another principle: `pair` bridges to it as far as the rows allow. With `out`: original-<name> and card
    byte for byte, harmonised.json, waterfall-, protocol- and bridge-<lang>; nothing is written before all is
    computed, and an existing file is not overwritten. InputError for a table or card that cannot be read, naming
    each row.
    """
    from stadtland.inventory import harmonise as room

    raw = read_bytes(file, "a CSV or XLSX file", MAX_BYTES)
    about = room.read_card(card) if card is not None else room.Card()
    reading = room.read(raw, about, lang, file.name)
    defaults, reason = room.for_card(_code(reading.ags, about), reading.year, data, target_year)
    result = room.harmonise(reading.rows, about, reading.year, defaults, target_year, raw)
    report = room.to_dict(result, file.name, reading.skipped, reason)
    report["ags"] = report["ags"] or reading.ags
    report["pair"] = None if other is None else _pair(other, result, reading.year, lang)
    report["files"] = [] if out is None else [str(p) for p in _write(report, raw, about.raw, file, out, lang)]
    return report


def templates(lang: str, ags: str = "", year: int | None = None) -> dict[str, str]:
    """The empty table and card by file name, in German or English; `ags` is checked."""
    from stadtland.facts import codes
    from stadtland.inventory.harmonise import template

    if ags:
        codes.check(ags)
    return template.files(lang, ags, year)


def _pair(file: Path, result: Any, year: int, lang: str) -> dict[str, Any]:
    from stadtland.inventory import harmonise as room

    raw = read_bytes(file, "a CSV or XLSX file", MAX_BYTES)
    other = room.read(raw, room.from_dict({"inventory": {"year": year}}), lang, file.name)
    found = room.bridge(result, other.rows)
    return {
        "file": file.name, "old_t": found.old_t, "rules": found.rules, "other_t": found.other_t,
        "remainder_t": found.remainder_t, "by_sector": found.by_sector,
        "remainder_share": found.remainder_share if found.other_t else None,
    }  # fmt: skip


def _code(ags: str | None, card: Any) -> str | None:
    """A district has no estimate of its own."""
    return None if card.say("territory_level") == "district" else ags


def _write(report: dict[str, Any], raw: bytes, card: bytes, file: Path, out: Path, lang: str) -> list[Path]:
    from stadtland.base import canonical
    from stadtland.documents import bridge, pages
    from stadtland.inventory.harmonise.output import protocol_rows

    bars = [
        [b["rule"], b["title"][lang], b["delta_t"], b["why"][lang], b["data_quality_effect"][lang]]
        for b in report["waterfall"]
    ]
    steps = [[r["kind"], r["text"], r["value"]] for r in protocol_rows(report, lang)]
    files: dict[str, bytes | str] = {
        f"original-{file.name}": raw,
        "harmonised.json": canonical.dumps(report, indent=1),
        f"waterfall-{lang}.csv": _csv([["rule", "title", "delta_t", "why", "data_quality_effect"], *bars]),
        f"protocol-{lang}.csv": _csv([["kind", "text", "value"], *steps]),
    }
    files |= pages.files(bridge.compose(report, lang), "bridge")
    if card:
        files["card.toml"] = card
    for name in files:
        if (out / name).exists():
            raise InputError(
                "file-exists", "the file exists already", str(out / name), "choose another folder; nothing was changed"
            )
    with OutDir(out) as folder:
        for name, content in files.items():
            folder.stage(name, content)
        return folder.commit()


def _csv(rows: list[list[Any]]) -> str:
    """CSV (UTF-8, comma, decimal point); text that a spreadsheet would run as a formula gets an apostrophe."""
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in rows:
        writer.writerow([f"'{c}" if isinstance(c, str) and c[:1] in "=@\t\r" and c else c for c in row])
    return out.getvalue()
