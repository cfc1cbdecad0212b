"""Use case: write an export of an inventory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stadtland.base.errors import InputError
from stadtland.base.files import OutDir

from .whom import inventory, own_figures, resolve


def export(
    names: Sequence[str],
    year: int | None,
    form: str,
    out: str | Path,
    data: Path | None = None,
    publisher: str = "",
    contact: str = "",
    url: str = "",
    contributor: str = "",
    issued: str = "",
    store: Path | None = None,
) -> dict[str, Any]:
    """Write one format to `out`; returns {files, problems, missing, rules}. names: a partnership or codes; store: own
    figures, without farm figures under secrecy.

    The folder is tested first and files appear only when all are whole. `problems`: broken rules of the form (a fault
    of the program). `missing`: what DCAT-AP.de asks of the publisher. `rules`: the public rules of the form, each with
    source and verdict. InputError for bad input.
    """
    from stadtland.facts import codes
    from stadtland.inventory.exports import FORMATS, bundle
    from stadtland.inventory.exports.dcat import Publisher

    if form not in FORMATS:
        raise InputError("format-unknown", f"the format {form!r} is not known", "--format", "use " + ", ".join(FORMATS))
    whom = resolve(names)
    ags, when = whom.at(year)
    codes.check_all(ags)
    with OutDir(out) as target:
        inv, _ = inventory(whom, ags, when, data, own_figures(whom, ags, when, store))
        made = bundle.export(inv, form, data, Publisher(publisher, contact, url, contributor, issued))
        for name, raw in made.files.items():
            target.stage(name, raw)
        written = target.commit()
    problems = [{"rule": p.rule, "where": p.where, "text": p.text} for p in made.problems]
    rules = [{"id": v.id, "text": v.text, "source": v.source, "passed": not v.broken} for v in made.rules]
    return {"files": [p.name for p in written], "problems": problems, "missing": made.missing, "rules": rules}
