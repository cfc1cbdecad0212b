"""Figure: one number at the edge, with its pedigree."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

Grade = Literal["A", "B", "C", "D"]
Evidence = Literal["A", "B", "C"]
QUALITY_WEIGHT = {"A": 1.0, "B": 0.5, "C": 0.25, "D": 0.0}


class Figure(BaseModel):
    """One number with unit, year, territory date, source, owner, state and grades. Missing is not zero."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    value: float | None
    unit: str
    year: int | None = None
    territory_date: str | None = None
    low: float | None = None
    high: float | None = None
    source: str = ""
    owner: Literal["reference", "default", "own", "confirmed_zero"] = "reference"
    state: Literal[
        "value", "true_zero", "rounded_zero", "confidential", "not_available", "not_applicable", "estimated"
    ] = "value"
    data_quality: Grade | None = None
    evidence: Evidence | None = None
    note: str = ""

    @model_validator(mode="after")
    def _missing_is_not_zero(self) -> Figure:
        absent = self.state in ("confidential", "not_available", "not_applicable")
        if absent != (self.value is None):
            raise ValueError(f"{self.id}: value {self.value} does not fit the state {self.state}")
        if self.low is not None and self.value is not None and self.low > self.value:
            raise ValueError(f"{self.id}: low {self.low} is above the value {self.value}")
        if self.high is not None and self.value is not None and self.high < self.value:
            raise ValueError(f"{self.id}: high {self.high} is below the value {self.value}")
        return self
