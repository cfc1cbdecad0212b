"""What the climate account says about measures: verified and issued kilograms, read from the journal's entries."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from stadtland.base.errors import InputError
from stadtland.ledger.entry import Entry

UNIT = re.compile(r"(?P<series>[0-9A-Za-z_-]+-\d{4}):(?P<first>\d{1,15})-(?P<last>\d{1,15})")


@dataclass
class Account:
    """`verified`: kg by (measure, year); `issued`: kg by measure; `blocks`: serials issued, by series and measure."""

    verified: dict[tuple[str, int], int] = field(default_factory=dict)
    issued: dict[str, int] = field(default_factory=dict)
    blocks: list[tuple[str, str, int, int]] = field(default_factory=list)

    @property
    def issued_kg(self) -> int:
        """All kilograms ever issued, the buffer's included."""
        return sum(self.issued.values())

    def check_unit(self, unit: str, measure: str) -> tuple[str, int, int]:
        """(series, first, last) of a block `99000003-2024:1-500`; InputError unless issued for the measure."""
        found = UNIT.fullmatch(unit)
        if found is None or int(found["first"]) > int(found["last"]):
            raise InputError("unit-code", f"{unit!r:.60} is no block of units", "--unit", "write series:first-last")
        series, first, last = found["series"], int(found["first"]), int(found["last"])
        if not any(m == measure and s == series and a <= first and last <= b for m, s, a, b in self.blocks):
            raise InputError(
                "unit-not-issued", f"the units {unit} are not issued for {measure}", "--unit",
                "see `stadtland ledger report`",
            )  # fmt: skip
        return series, first, last


def read(entries: Iterable[Entry]) -> Account:
    """The account as far as measures are concerned; measures as `<id>:<code of the member>`."""
    view, projects = Account(), {}
    for e in entries:
        d = e.data
        if e.kind == "unit.plan":
            projects[d["project"]] = f"{d['measure']}:{d['ags']}"
        elif e.kind == "unit.verify":
            key = (projects[d["project"]], int(d["year"]))
            view.verified[key] = view.verified.get(key, 0) + int(d["net_kg"])
        elif e.kind == "unit.issue":
            measure = projects[d["project"]]
            view.issued[measure] = view.issued.get(measure, 0) + int(d["kg"])
            view.blocks += [(measure, row[0], int(row[1]), int(row[2])) for row in d["moves"]]
    return view
