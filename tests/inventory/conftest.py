"""A toy region of two members with everything at zero unless a case says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from stadtland.inventory.calibration import Calibration, Frame
from stadtland.inventory.sources import OWN, UNITS, Drivers

MEMBERS = ("14729410", "14729380")


@pytest.fixture
def toy() -> Callable[[dict[str, Any]], Frame]:
    """A frame of two members of Kreis 14729 with the figures of a case."""

    def make(case: dict[str, Any]) -> Frame:
        values = {k: np.zeros(2) for k in UNITS} | {k: np.full(2, np.nan) for k in OWN}
        values["regiostar7"] = np.array([71.0, 77.0])
        for name, numbers in case.get("figures", {}).items():
            values[name] = np.array(numbers, dtype=float)
        calibration = Calibration(2021, "toy", ("14",), ("14729",))
        calibration.national = dict(case.get("national", {}))
        calibration.vectors = {k: np.array(v, dtype=float) for k, v in case.get("vectors", {}).items()}
        calibration.land = {k: np.array([v], dtype=float) for k, v in case.get("land", {}).items()}
        calibration.kreis = {k: np.array([v], dtype=float) for k, v in case.get("kreis", {}).items()}
        calibration.control = dict(case.get("control", {}))
        return Frame(Drivers(MEMBERS, ("A", "B"), values), calibration)

    return make
