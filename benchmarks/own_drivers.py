"""How far own drivers move the five bundled members, 2021: `python benchmarks/own_drivers.py` prints Markdown.

Each row changes one driver of every member by a step that its present error makes likely, and says by how much an
account moves: what a member gains at most by bringing the figure.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from stadtland import inventory
from stadtland.inventory import bundle, industry, services
from stadtland.inventory.calibration import Frame, bundled

MEMBERS = ("14713000", "14729410", "14729030", "14729380", "14729245")
NATIONAL = {"gas": 0.56, "oil": 0.19, "dh": 0.15, "wood": 0.04, "ambient": 0.03, "elec": 0.02}
FRAME = Frame(bundle.drivers(2021).take([bundle.drivers(2021).ags.index(a) for a in MEMBERS]), bundled(2021))


def stated(values: dict[str, Any], unit: str) -> dict[str, dict[str, Any]]:
    """Overrides of all members: id → array [member]."""
    return {
        a: {k: {"value": float(np.broadcast_to(v, len(MEMBERS))[j]), "unit": unit, "year": 2021, "source": "step"}
            for k, v in values.items()}
        for j, a in enumerate(MEMBERS)
    }  # fmt: skip


def heating(**shares: float) -> dict[str, Any]:
    """Dwellings of 2022 by carrier: national shares with some of them changed."""
    dwellings = FRAME.D("zensus2022.total_dwellings")
    mix = NATIONAL | shares
    ids = ("gas", "oil", "wood", "biogas", "ambient", "elec", "coal", "dh", "none")
    return stated({f"zensus2022.heat_{c}": mix.get(c, 0.0) * dwellings for c in ids}, "dwellings")


def main() -> None:
    plain = inventory.build(MEMBERS, 2021)
    jobs = services.jobs(FRAME)
    inside = industry.rest_weight(FRAME) / FRAME.K("ind_rest_weight")
    scale = 0.27 * FRAME.N("jobs") / FRAME.N("secondary_jobs")
    industrial = FRAME.K("jobs") * FRAME.K("secondary") * scale * inside
    farmland = FRAME.D("area.veg_agri")
    road = {f"mileage.{m}_motorway": 0.0 for m in ("car", "van", "truck")}
    halves = {f"organic.{k}": 0.01 * farmland for k in ("arable", "grassland")}
    before = heating()
    cases: list[tuple[str, str, Any, Any]] = [
        ("heating as in Germany (56 % gas, 19 % oil, 15 % district heat …)", "bisko_t", None, before),
        ("10 of 100 dwellings from gas to oil", "bisko_t", before, heating(gas=0.46, oil=0.29)),
        ("10 of 100 dwellings from gas to wood", "bisko_t", before, heating(gas=0.46, wood=0.14)),
        ("10 of 100 dwellings from gas to heat pumps", "bisko_t", before, heating(gas=0.46, ambient=0.13)),
        ("half as many jobs", "bisko_t", None, stated({"jobs": 0.5 * jobs}, "persons")),
        ("half as many industrial jobs", "bisko_t", None, stated({"jobs.industry": 0.5 * industrial}, "persons")),
        ("network factor 200 g/kWh", "bisko_t", None, stated({"dh.factor": 200.0}, "g/kWh")),
        ("network factor 80 g/kWh", "bisko_t", None, stated({"dh.factor": 80.0}, "g/kWh")),
        ("no motorway", "bisko_t", None, stated(road, "vehicle-km")),
        ("no organic soils", "net_t", None, stated({k: 0 * v for k, v in halves.items()}, "ha")),
        ("2 % of the farmland on organic soils", "net_t", None, stated(halves, "ha")),
    ]
    names = [n.split(",", maxsplit=1)[0] for n in plain.names]
    print(f"| step | account | {' | '.join(names)} |\n|---|---|{'--|' * len(names)}")
    for name, account, start, own in cases:
        one = inventory.accounts(plain if start is None else inventory.build(MEMBERS, 2021, overrides=start))
        two = inventory.accounts(inventory.build(MEMBERS, 2021, overrides=own))
        cells = [f"{100 * (two[a][account] / one[a][account] - 1):+.1f} %" for a in MEMBERS]
        print(f"| {name} | {account} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
