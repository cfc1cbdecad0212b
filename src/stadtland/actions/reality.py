"""Use case: the estimate beside every published balance of a data folder."""

from __future__ import annotations

from dataclasses import asdict
from math import isnan
from pathlib import Path
from typing import Any

from stadtland.base.errors import InputError

AIMS = {"median": 0.10, "worst": 0.35, "inside": 0.70}


def reality(data: Path) -> dict[str, Any]:
    """`{aims, method_version, rows, statistics {scored, with_second}}`.

    Rows as `inventory.published.Row` (t CO2e; NaN is None); which rows are scored was fixed beforehand, with the
    reason in each row. `aims`: {id: {aim, reached, met}} over the scored totals.
    """
    from stadtland.inventory import published
    from stadtland.inventory.method import weights

    if not data.is_dir():
        raise InputError("data-folder", "the folder of public data does not exist", str(data), "check --data")
    found = published.reality(data)
    scored = published.statistics(found)
    total = scored["total"]
    aims = {}
    for name, aim in AIMS.items():
        reached = float(total[name] or 0.0)
        aims[name] = {"aim": aim, "reached": reached, "met": reached >= aim if name == "inside" else reached <= aim}
    rows = [{k: None if isinstance(v, float) and isnan(v) else v for k, v in asdict(r).items()} for r in found]
    return {
        "aims": aims, "method_version": weights()["version"], "rows": rows,
        "statistics": {"scored": scored, "with_second": published.statistics(found, ("scored", "second"))},
    }  # fmt: skip
