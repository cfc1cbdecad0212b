"""The plan's tonnes and potentials on the cards, computed once for the reference partnership and kept as content.

`python -m stadtland.actions.cards` writes `content/cards.json` anew. An entry is used only while nothing it rests on
has changed (digests of the measure file, the references and the figures); otherwise the card computes it on the spot.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from stadtland.base import content

REFERENCE = "leipzig-wurzener-land"
PACK = "cards.json"
BASES = ("partnerships", "municipalities", "factors", "series", "plan")
FILES = ("potentials.toml", "toolbox/wind_areas.toml")
INVENTORY = ("calibration_2021.json", "drivers_2021.csv", "method.toml")  # of the inventory year of the reference
Entry = dict[str, Any]


def case() -> Any:
    """The reference partnership with all measures."""
    from dataclasses import replace

    from stadtland.roadmap import partnership
    from stadtland.roadmap.case import gather

    return gather(replace(partnership.load(REFERENCE), include_evidence_c=True))


def computed(measure_id: str, of: Any = None) -> list[Entry]:
    """Per member where the measure applies: name, tonnes {year: t a unit}, low, central, high (potential), quality."""
    from stadtland.roadmap import alone

    of = of or case()
    entries = []
    for member in of.members:
        found = alone.tonnes_per_unit(of, measure_id, member.ags)
        if found is None:
            continue
        one = of.potentials[measure_id, member.ags]
        entries.append(
            {
                "name": member.name, "tonnes": {str(y): t for y, t in found.items()}, "low": one.low,
                "central": one.central, "high": one.high, "quality": one.data_quality,
            }
        )  # fmt: skip
    return entries


def of_measure(measure_id: str) -> list[Entry]:
    """As `computed`, from the pack where it still holds."""
    pack = _pack()
    kept = pack.get("measures", {}).get(measure_id)
    if kept and kept["digest"] == measure_digest(measure_id) and pack["digest"] == base_digest():
        return list(kept["members"])
    return computed(measure_id)


@cache
def _pack() -> dict[str, Any]:
    path = content.path(PACK)
    loaded: dict[str, Any] = json.loads(path.read_bytes()) if path.exists() else {}
    return loaded


def measure_digest(measure_id: str) -> str:
    """Digest of one measure file."""
    return _sha([content.path("measures", f"{measure_id}.toml")])


def base_digest() -> str:
    """Digest of all figures that every entry rests on: members, factors, series, plan, references, calibration."""
    paths = [p for name in BASES for p in content.path(name).rglob("*") if p.is_file()]
    paths += [content.path(*name.split("/")) for name in FILES]
    paths += content.path("measures").glob("X*.toml")
    paths += [content.path("inventory", name) for name in INVENTORY]
    return _sha(paths)


def _sha(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def write() -> int:
    """Compute all entries and write the pack; returns their number."""
    from stadtland import toolbox
    from stadtland.base import canonical

    of = case()
    measures = {
        m.id: {"digest": measure_digest(m.id), "members": computed(m.id, of)}
        for m in toolbox.catalogue().values()
        if not m.reference and m.planning_class in ("supply", "process", "land")
    }
    content.path(PACK).write_text(
        canonical.dumps({"digest": base_digest(), "measures": measures}, indent=1), encoding="utf-8"
    )
    return len(measures)


if __name__ == "__main__":
    print(f"{write()} cards")
