"""An instance document solved once for several questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stadtland.base.errors import ComputationError

from .build import build
from .instance import Instance
from .loading import load
from .programme import Programme
from .solve import Solution, solve


@dataclass
class Solved:
    """An instance with its programme and optimum, kept for several questions."""

    instance: Instance
    programme: Programme
    solution: Solution

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Solved:
        instance = load(document)
        programme = build(instance)
        solution = solve(programme)
        if solution.status != "ok":
            raise ComputationError(
                "plan-not-solved",
                f"the programme ended with {solution.status}: {solution.message}",
                "",
                "check locks and limits",
            )
        return cls(instance, programme, solution)

    @property
    def at(self) -> int:
        """Index of 2045, or of the last year."""
        return self.instance.years.index(2045) if 2045 in self.instance.years else len(self.instance.years) - 1
