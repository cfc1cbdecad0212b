"""Rows of an existing inventory and what the rules do to them. Energy in MWh, emissions in t, factors in g/kWh."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import fsum
from typing import Any, Literal

CellState = Literal["observed", "estimated", "explicit_zero", "missing"]
Status = Literal["applied", "not_needed", "needs_data", "unknown"]
WEIGHTS = {"A": 1.0, "B": 0.5, "C": 0.25, "D": 0.0}
GRADES = "ABCD"
# Sectors of the balance; the last three are not split further in some inventories.
BASE_SECTORS = ("HH", "GHD", "KE", "IND", "VK", "ECONOMY", "BUILDINGS", "ALL")
OTHER_SECTORS = ("PLANT", "AGR", "WASTE", "IPPU", "LULUCF", "CREDIT", "CONSUMPTION")
ACCOUNTS = {
    "PLANT": "plants_t", "AGR": "agriculture_t", "WASTE": "waste_t", "IPPU": "ippu_t", "LULUCF": "lulucf_t",
    "CREDIT": "credits_t", "CONSUMPTION": "consumption_t",
}  # fmt: skip
ROAD = ("car", "truck", "bus", "road")


@dataclass(frozen=True)
class Row:
    """One cell of an inventory. `origin`: file, or the rule that has put it in; `vintage`: year of its factor.
    `ours`: from the estimate of the present territory, not of that of the table.
    """

    sector: str
    carrier: str = ""
    mode: str = ""
    part: str = ""
    mwh: float | None = None
    t: float | None = None
    ch4_t: float | None = None
    n2o_t: float | None = None
    state: CellState = "observed"
    quality: str | None = None
    origin: str = "file"
    number: int | None = None
    vintage: int | None = None
    factor_set: str = ""
    note: str = ""
    ours: bool = False

    @property
    def factor(self) -> float | None:
        """g/kWh = 1000 · t / MWh; None where one of them is not known or there is no energy."""
        return 1000 * self.t / self.mwh if self.t is not None and self.mwh else None

    @property
    def line(self) -> str:
        """Line id of the inventory, e.g. `HH.gas`, `VK.car.diesel`."""
        return ".".join(p for p in (self.sector, self.mode, self.carrier) if p)


def worse(grade: str | None, cap: str) -> str | None:
    """The grade, at best `cap`; not graded stays not graded."""
    return None if grade is None else max(grade, cap)


@dataclass(frozen=True)
class State:
    """Rows inside the total, and rows that a rule has moved out of it (rule id, row)."""

    rows: tuple[Row, ...]
    moved: tuple[tuple[str, Row], ...] = ()

    def total(self) -> float:
        """Sum of the known tonnes inside the total."""
        return fsum(r.t for r in self.rows if r.t is not None)

    def map(self, change: Callable[[Row], Row]) -> State:
        """All rows through a function."""
        return replace(self, rows=tuple(change(r) for r in self.rows))

    def move_out(self, rule: str, which: Callable[[Row], bool]) -> State:
        """Rows moved out of the total, kept in `moved`."""
        out = tuple((rule, r) for r in self.rows if which(r))
        return State(tuple(r for r in self.rows if not which(r)), (*self.moved, *out))

    def add(self, rows: Iterable[Row]) -> State:
        """With further rows."""
        return replace(self, rows=(*self.rows, *rows))


@dataclass(frozen=True)
class Outcome:
    """What a rule did: the new state, its status, the key of its sentence and its parameters (plain numbers)."""

    state: State
    status: Status
    why: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


def quality_of(rows: Iterable[Row]) -> float | None:
    """BISKO data quality 0–1, Σ g·MWh / Σ MWh over graded rows; None if no row is graded."""
    graded = [(WEIGHTS[r.quality], r.mwh) for r in rows if r.quality and r.mwh]
    energy = fsum(m for _, m in graded)
    return fsum(g * m for g, m in graded) / energy if energy else None
