"""What the climate account says about measures: verified and issued kilograms, after the account's own rules."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from stadtland.base.errors import InputError
from stadtland.ledger.entry import Entry

UNIT = re.compile(r"(?P<series>\d{8}-\d{4})/(?P<first>\d{1,15})-(?P<last>\d{1,15})", re.ASCII)


@dataclass
class Account:
    """`verified`: net kg by (measure, year); `issued`: kg by measure, the buffer's included; `blocks`: serials that
    exist and are not in the buffer, as (measure, series, first, last). Measures are `<id>:<code of the member>`."""

    verified: dict[tuple[str, int], int] = field(default_factory=dict)
    issued: dict[str, int] = field(default_factory=dict)
    blocks: list[tuple[str, str, int, int]] = field(default_factory=list)

    @property
    def issued_kg(self) -> int:
        """All kilograms ever issued, the buffer's included."""
        return sum(self.issued.values())

    def check_unit(self, unit: str, measure: str) -> tuple[str, int, int]:
        """(series, first, last) of a block `99000003-2024/1-500`; InputError unless issued for the measure."""
        found = UNIT.fullmatch(unit)
        if found is None or int(found["first"]) > int(found["last"]):
            raise InputError("unit-code", f"{unit!r:.60} is no block of units", "--unit", "write series/first-last")
        series, first, last = found["series"], int(found["first"]), int(found["last"])
        at = first
        for _, _, start, end in sorted(b for b in self.blocks if b[:2] == (measure, series)):
            if start <= at <= end:
                at = end + 1
        if at <= last:
            raise InputError(
                "unit-not-issued", f"the units {unit} are not issued for {measure}", "--unit",
                "see `stadtland ledger report`",
            )  # fmt: skip
        return series, first, last


def read(entries: Iterable[Entry]) -> Account:
    """The account as far as measures are concerned, from all entries of a journal.

    InputError of the ledger for the first entry that breaks a rule of the account.
    """
    from stadtland.ledger.replay import replay

    state, view = replay(entries), Account()
    of = {id: f"{p.measure}:{p.ags}" for id, p in state.projects.items()}
    for (project, year), vintage in state.vintages.items():
        measure = of[project]
        if vintage.verified:
            view.verified[measure, year] = view.verified.get((measure, year), 0) + vintage.net_kg
        view.issued[measure] = view.issued.get(measure, 0) + vintage.held_kg + vintage.buffered_kg
    for (series, first), block in state.blocks.items():
        if block.account.startswith(("hold:", "retired:")):
            view.blocks.append((of[block.project], series, first, block.last))
    view.issued = {k: v for k, v in view.issued.items() if v}
    return view
