"""Documents from `results.json` and content texts alone: report (HTML, tagged PDF), workbook (XLSX)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stadtland.base.files import OutDir


def write(results: dict[str, Any], out: OutDir, lang: str) -> list[str]:
    """Stage `report-<lang>.html`, `report-<lang>.pdf` and `workbook-<lang>.xlsx` in `out`.

    results: the dict of `results.json` (schema `stadtland/results/1`); lang: `de` or `en`.
    Returns the names of the staged files. A key that is missing appears as a visible gap, never as a zero.
    Raises InputError `results-schema` if the dict is not of this schema, `language` for another language.
    """
    from . import html, pdf, report, workbook

    document = report.compose(results, lang)
    files: dict[str, bytes] = {
        f"report-{lang}.html": html.render(document),
        f"report-{lang}.pdf": pdf.render(document),
        f"workbook-{lang}.xlsx": workbook.render(results, lang),
    }
    for name, data in files.items():
        out.stage(name, data)
    return list(files)


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of `results.json`, from `content/schema/results-1.json`."""
    import json

    from stadtland.base import content

    loaded: dict[str, Any] = json.loads(content.path("schema", "results-1.json").read_text(encoding="utf-8"))
    return loaded
