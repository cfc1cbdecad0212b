"""What every rule may look at: the card, the years, the defaults; and how missing cells are filled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from . import exergy, targets
from .card import Card
from .defaults import Defaults
from .table import ROAD, Row

CARD = "card"
OWN_ALLOCATION = ("exergy", "table5")


@dataclass(frozen=True)
class Context:
    """`year`: of the inventory; `target_year`: the one that it is brought to (mostly the same).

    Figures of the card describe the territory of the table, so they take part in H22 and H32: `scale` is the key of
    what has been applied so far. The estimate describes the present territory and is never scaled.
    """

    card: Card
    year: int
    target_year: int
    defaults: Defaults | None = None
    scale: float = 1.0

    @property
    def factor_year(self) -> int:
        """Year of the factors where the card says so, else the year of the inventory."""
        return self.card.years.get("factor_year", self.year)

    def dh_factor(self) -> float | None:
        """Factor of district heat (g/kWh): plant data by exergy; an admissible own factor; None = the row keeps its
        own admissible factor; else the default of the standard.
        """
        if self.card.network:
            return exergy.factor(self.card.network)
        if self.card.say("allocation") in OWN_ALLOCATION:
            return self.card.number("dh_factor")
        return targets.factor("HH", "dh", self.year)

    def target(self, row: Row, year: int | None = None) -> float | None:
        """Factor that a row is computed with (g/kWh), None where its carrier has none."""
        if row.carrier == "dh":
            return self.dh_factor()
        if not targets.known(row.sector, row.carrier):
            return None
        return targets.factor(row.sector, row.carrier, self.year if year is None else year)

    def fill(self, line: str, kind: str = "") -> tuple[float, str, str] | None:
        """(MWh, grade, source) for a missing cell: the card first, then the estimate; None if neither knows it."""
        own = self.card.fill.get(kind + line)
        if own is not None:
            return own * self.scale, self.card.fill_quality, CARD
        if self.defaults is None or kind in ("motorway:", "self:"):
            return None
        found = (self.defaults.plants if kind == "ets:" else self.defaults.mwh).get(line)
        return None if found is None else (found, self.defaults.grade.get(line, "D"), self.defaults.source)

    def filled(self, rule: str, lines: Iterable[str], kind: str = "") -> list[Row]:
        """Rows for all lines that can be filled, at the factor of the year; lines without energy are left out."""
        out = []
        for line in lines:
            got = self.fill(line, kind)
            if got is None or got[0] <= 0:
                continue
            row = new_row(line, got[0], rule, got[1], f"{kind}{got[2]}", got[2] != CARD)
            out.append(self.at_target(row))
        return out

    def can_fill(self, lines: Iterable[str], kind: str = "") -> bool:
        """Whether at least one of the lines is known to the card or the estimate (a known 0 counts)."""
        return any(self.fill(line, kind) is not None for line in lines)

    def at_target(self, row: Row) -> Row:
        """The row at the factor of the year of the inventory, marked as such."""
        from dataclasses import replace

        value = self.target(row)
        if value is None or row.mwh is None:
            return row
        return replace(row, t=row.mwh * value / 1000, factor_set="BISKO", vintage=self.year)


def new_row(line: str, mwh: float, rule: str, grade: str | None, note: str, ours: bool = False) -> Row:
    """A row for a line id of the inventory, e.g. `VK.rail.elec`."""
    parts = line.split(".")
    mode = parts[1] if len(parts) == 3 else ""
    return Row(parts[0], parts[-1], mode, mwh=mwh, state="estimated", quality=grade, origin=rule, note=note, ours=ours)


def is_road(row: Row) -> bool:
    """Road transport; a transport row without mode counts as road."""
    return row.sector == "VK" and (row.mode in ROAD or not row.mode)
