"""The inventory of some members in one year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stadtland.base.errors import InputError

from . import bundle, factors, own_effects, uncertainty
from . import overrides as own_figures
from .calibration import Calibration
from .estimate import Estimate, estimate, line_factors
from .lines import ENERGY_LINES, LINES, carrier, index, rows, sector
from .method import weights
from .sources import BASE_YEARS, Drivers

Array = NDArray[np.float64]
Names = NDArray[np.object_]
LAND_NAMES = {
    "01": "Schleswig-Holstein",
    "02": "Hamburg",
    "03": "Lower Saxony",
    "04": "Bremen",
    "05": "North Rhine-Westphalia",
    "06": "Hesse",
    "07": "Rhineland-Palatinate",
    "08": "Baden-Württemberg",
    "09": "Bavaria",
    "10": "Saarland",
    "11": "Berlin",
    "12": "Brandenburg",
    "13": "Mecklenburg-Vorpommern",
    "14": "Saxony",
    "15": "Saxony-Anhalt",
    "16": "Thuringia",
}
NEAR_YEARS = 2  # a base year at most this far keeps half of its grade C, farther ones keep none
SIGMA_PER_YEAR = 0.03
SIGMA_TRANSPORT_2020 = 0.15
OWN_DRIVER = "own_driver"


@dataclass(frozen=True)
class Inventory:
    """Inventory of members in a year. Arrays [line, member] in the order of `lines` and `ags`.

    `energy_mwh`: final energy (NaN on non-energy lines). `t_co2e`, `low`, `high` (80 %): t CO2e, positive =
    source. `data_quality`: BISKO weight 0–1; `share_d`: part resting on grade D. `owner`: default, own_driver (an
    estimate that uses a member's own driver or heat network), own (the member's own cell), confirmed_zero.
    `state`: value, estimated, true_zero or not_available (then the tonnes are 0 and must be
    shown as unknown). `default_t`: the estimate where a member's own figure stands in `t_co2e`. `plant_t`:
    part at plants under emissions trading. `sigma` [group, member] for the groups of `uncertainty.GROUPS`;
    `own_sigma` [line, member]: of lines carried by own drivers, else NaN. [member]: `motorway_known`,
    `network_factor` (g CO2e/kWh, NaN: default); `network_route` by AGS: plant or stated.
    """

    ags: tuple[str, ...]
    names: tuple[str, ...]
    year: int
    base_years: tuple[int, ...]
    lines: tuple[str, ...]
    energy_mwh: Array
    t_co2e: Array
    low: Array
    high: Array
    data_quality: Array
    share_d: Array
    owner: Names
    state: Names
    source: Names
    vintage: Names
    default_t: Array
    plant_t: Array
    sigma: Array
    motorway_t: Array
    forest_old: Array
    forest_revised: Array
    population: Array
    published: dict[str, list[dict[str, Any]]]
    inventory_version: str
    method_version: str
    flags: tuple[str, ...]
    own_sigma: Array = field(default_factory=lambda: np.empty((0, 0)))
    motorway_known: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, dtype=bool))
    network_factor: Array = field(default_factory=lambda: np.empty(0))
    network_route: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Without own figures: no sigma of single cells, no known motorway, no factor of a network."""
        for name, shape, value in (
            ("own_sigma", self.t_co2e.shape, np.nan),
            ("motorway_known", (len(self.ags),), False),
            ("network_factor", (len(self.ags),), np.nan),
        ):
            if getattr(self, name).shape != shape:
                object.__setattr__(self, name, np.full(shape, value))

    def cell_sigma(self) -> Array:
        """Sigma of cells that stand for themselves: own cells and lines carried by own drivers, else NaN."""
        metered = np.where(
            (self.owner == "own") | (self.owner == "confirmed_zero"), weights()["sigma"]["metered"], np.nan
        )
        return np.where(np.isnan(self.own_sigma), metered, self.own_sigma)


def _check(ags: Sequence[str], known: Drivers, data: Path | None) -> None:
    """Codes valid and different (else the errors of facts, which name successors), and with data."""
    have = set(known.ags)
    strange = [a for a in ags if a not in have]
    if strange or len(set(ags)) != len(ags) or not ags:
        from stadtland.facts import codes

        codes.check_all(list(ags))
        cure = "the data folder has no row for it" if data else "give the folder of public data with --data"
        raise InputError("inventory-unknown", f"there are no data for {', '.join(strange[:5])}", "ags", cure)


def base_weights(year: int) -> list[tuple[int, float]]:
    """Base years and their weights: linear between 2018 and 2021, else the nearest."""
    first, last = BASE_YEARS
    if first < year < last:
        part = (year - first) / (last - first)
        return [(first, 1 - part), (last, part)]
    return [(first if year <= first else last, 1.0)]


def _changed(ags: tuple[str, ...], data: Path | None) -> bool:
    """Whether a member is new or took others in between the base years: its own row of the first is not its area."""
    from stadtland.facts import codes

    first, last = (set(bundle.inputs(base, data)[0].ags) for base in BASE_YEARS)
    gone = first - last
    if not gone:
        return False
    heirs = {heir for code in gone for heir, _ in codes.successors(code)}
    return any(a in heirs or (a in last and a not in first) for a in ags)


def build(
    ags: Sequence[str],
    year: int,
    data: Path | None = None,
    overrides: Mapping[str, Mapping[str, Any]] | None = None,
) -> Inventory:
    """Inventory of `ags` in `year` (2010–2024) from the bundled content, or from a folder of public data.

    Base years 2018 and 2021. Other years: final energy linear between the base years, nearest one outside;
    factors of the year itself; blocks without energy from the nearest base year. If a member is new or took others in
    between the base years, the later one stands alone. `overrides`: {ags: {figure
    or line id: {value, unit, year, source, data_quality}}}: own figures stand in the place of the default,
    which is kept beside; other members do not change. InputError for unknown codes, years, ids or units.
    """
    factors.check_year(year)
    ags = tuple(ags)
    bases = base_weights(year)
    if len(bases) > 1 and _changed(ags, data):
        bases = [(bases[-1][0], 1.0)]
    nearest = min((b for b, _ in bases), key=lambda b: (abs(b - year), -b))
    known, _ = bundle.inputs(nearest, data)
    _check(ags, known, data)
    figures, cells = own_figures.split(ags, overrides)
    plain: list[Part] = []
    parts: list[Part] = []
    for base, weight in bases:
        every, calibration = bundle.inputs(base, data)
        if any(a not in every.ags for a in ags):
            continue  # the territory did not exist in that year: the other base year stands alone
        place = {a: i for i, a in enumerate(every.ags)}
        here = every.take([place[a] for a in ags])
        plain.append(Part(weight, estimate(here, calibration), here, calibration))
        parts.append(plain[-1])
        if figures:
            own = own_figures.apply(here, figures)
            parts[-1] = Part(weight, estimate(own, calibration), own, calibration)
    return _assemble(ags, year, nearest, plain, parts, figures, cells)


class Part(NamedTuple):
    """The estimate of one base year with its weight."""

    weight: float
    estimate: Estimate
    drivers: Drivers
    calibration: Calibration


def _sums(parts: list[Part], main: Estimate, factor: Array) -> tuple[Array, Array, Array]:
    """Energy (MWh), tonnes and tonnes at plants [line, member]: energy weighted over the base years × factors."""
    n_energy = len(ENERGY_LINES)
    total = sum(p.weight for p in parts)
    energy = sum((p.weight / total * p.estimate.energy_mwh for p in parts), np.zeros_like(main.energy_mwh))
    at_plants = sum(
        (p.weight / total * _plant_energy(p.estimate, p.calibration) for p in parts), np.zeros_like(energy[:n_energy])
    )
    tonnes, plants = main.t_co2e.copy(), main.plant_t.copy()
    tonnes[:n_energy] = energy[:n_energy] * factor
    plants[:n_energy] = at_plants * factor
    return energy, tonnes, plants


def _assemble(
    ags: tuple[str, ...],
    year: int,
    nearest: int,
    plain: list[Part],
    parts: list[Part],
    figures: dict[str, dict[str, own_figures.Driver]],
    cells: dict[str, dict[str, own_figures.Metered]],
) -> Inventory:
    total = sum(p.weight for p in parts)
    k = next((i for i, p in enumerate(parts) if p.calibration.year == nearest), len(parts) - 1)
    _, main, drivers, calibration = parts[k]
    n_energy = len(ENERGY_LINES)
    factor = np.repeat(line_factors(calibration, year)[:, None], len(ags), axis=1)
    default_t = _sums(plain, plain[k].estimate, factor)[1]
    networks = {a: own_effects.network(a, figures.get(a, {}), year) for a in ags}
    heat = [i for i, line in enumerate(ENERGY_LINES) if carrier(line) == "dh"]
    network_factor = np.array([np.nan if n is None else n.g_per_kwh for n in networks.values()])
    factor[heat] = np.where(np.isnan(network_factor), factor[heat], network_factor / 1000)
    energy, tonnes, plants = _sums(parts, main, factor)
    population = sum((p.weight / total * p.drivers.values["population"] for p in parts), np.zeros(len(ags)))

    away = min(abs(p.calibration.year - year) for p in parts)
    keep = 1.0 if away == 0 else (0.5 if away <= NEAR_YEARS else 0.0)
    grade_c = uncertainty.share_c(main) * keep
    extra = np.zeros(len(LINES))
    extra[:] = SIGMA_PER_YEAR * away
    if year == 2020:
        extra[list(rows("VK"))] = np.hypot(SIGMA_PER_YEAR * away, SIGMA_TRANSPORT_2020)
    groups = uncertainty.sector_sigma(population, uncertainty.plant_share(main))
    z = weights()["sigma"]["z80"]
    low, high = uncertainty.spread(tonnes, uncertainty.line_sigma(groups, extra), z)
    at = index()
    forest = at["LULUCF.forest"]
    low[forest] = np.minimum(main.forest_old, main.forest_revised)
    high[forest] = np.maximum(main.forest_old, main.forest_revised)
    water = drivers.values["area.water_total"] / calibration.national["driver.water"]
    high[at["LULUCF.water"]] = np.maximum(0.0, calibration.control["LULUCF.water"] * water)

    shape = tonnes.shape
    owner: Names = np.full(shape, "default", dtype=object)
    state: Names = np.full(shape, "estimated", dtype=object)
    ippu = at["IPPU.process"]
    state[ippu] = np.where(main.process_known, "estimated", "not_available")
    low[ippu], high[ippu] = low[ippu], np.where(main.process_known, high[ippu], np.nan)
    used = sorted({p.calibration.year for p in parts})
    vintage: Names = np.full(shape, str(nearest), dtype=object)
    if len(used) > 1:
        vintage[:n_energy] = f"{used[0]}-{used[1]} interpolated"
    source = _sources(ags, shape)
    quality = 0.25 * grade_c
    share_d = 1 - grade_c
    grouped = np.stack([np.hypot(groups[g], extra[_first(g)]) for g in uncertainty.GROUPS])
    inv = Inventory(
        ags,
        drivers.names,
        year,
        tuple(used),
        LINES,
        energy,
        tonnes,
        low,
        high,
        quality,
        share_d,
        owner,
        state,
        source,
        vintage,
        default_t,
        plants,
        grouped,
        _motorway(main, tonnes),
        main.forest_old,
        main.forest_revised,
        population,
        _published(ags),
        weights()["landuse"]["version"][str(nearest)],
        calibration.version,
        _flags(year, away, main),
        np.full(shape, np.nan),
        main.motorway_known,
        network_factor,
        {a: n.route for a, n in networks.items() if n is not None},
    )
    if figures:
        moved = own_effects.moved(figures, plain[k].estimate, plain[k].drivers, calibration)
        _put_drivers(inv, own_effects.carry(figures, ags, moved), groups, extra, z)
        _put_networks(inv, networks, heat)
    _put_cells(inv, cells, factor, z)
    return inv


def _first(group: str) -> int:
    return next(i for i, line in enumerate(LINES) if uncertainty.group(line) == group)


def _plant_energy(part: Estimate, calibration: Calibration) -> Array:
    """Energy at plants (MWh) [energy line, member] from the tonnes of the base year."""
    return part.plant_t[: len(ENERGY_LINES)] / line_factors(calibration, calibration.year)[:, None]


def _motorway(part: Estimate, tonnes: Array) -> Array:
    """Tonnes of car and truck lines that were placed by motorway-like weights (t CO2e) [member]: not known
    per place.
    """
    out = np.zeros(tonnes.shape[1])
    for i, line in enumerate(LINES):
        mode = line.split(".")[1]
        if sector(line) == "VK" and mode in part.motorway:
            out += tonnes[i] * part.motorway[mode]
    return out


def _sources(ags: tuple[str, ...], shape: tuple[int, ...]) -> Names:
    out: Names = np.empty(shape, dtype=object)
    for j, code in enumerate(ags):
        land = LAND_NAMES[code[:2]]
        for i, line in enumerate(LINES):
            name = sector(line)
            if name == "AGR" or line == "LULUCF.organic_soils":
                out[i, j] = f"computed share of {land}"
            elif name in ("WASTE", "LULUCF"):
                out[i, j] = "computed share of Germany"
            elif line == "IPPU.process":
                out[i, j] = "share of the branch by verified emissions of plants"
            else:
                out[i, j] = "estimate " + weights()["version"]
    return out


def _put_drivers(inv: Inventory, moved: list[dict[str, Any]], groups: dict[str, Array], extra: Array, z: float) -> None:
    """Lines moved by own drivers: owner, source, vintage; where the drivers carry the line also quality and range."""
    for entry in moved:
        i, j = entry["line"], entry["member"]
        inv.owner[i, j] = OWN_DRIVER
        inv.source[i, j] = f"own figures ({', '.join(entry['groups'])}): {'; '.join(entry['sources'])}"
        if entry["years"]:
            inv.vintage[i, j] = f"{inv.vintage[i, j]}, own {' '.join(map(str, entry['years']))}"
        if entry["weight"] is not None:
            inv.data_quality[i, j] = entry["weight"]
            inv.share_d[i, j] = float(entry["weight"] == 0)
        sigma = None
        if entry["sigma"] is not None:
            sigma = inv.own_sigma[i, j] = float(np.hypot(entry["sigma"], extra[i]))
        elif entry["carrier_sigma"] is not None:
            sigma = float(np.hypot(np.hypot(groups[uncertainty.group(LINES[i])][j], entry["carrier_sigma"]), extra[i]))
        if sigma is not None:
            one, other = uncertainty.spread(inv.t_co2e[i : i + 1, j], np.array([sigma]), z)
            inv.low[i, j], inv.high[i, j] = float(one[0]), float(other[0])


def _put_networks(inv: Inventory, networks: dict[str, own_effects.Network | None], heat: list[int]) -> None:
    """Lines of district heat with the factor of the member's own network."""
    rule = weights()["own_drivers"]["group"]["network"]["quality"]
    for j, found in enumerate(networks.values()):
        if found is None:
            continue
        for i in heat:
            inv.owner[i, j] = OWN_DRIVER
            inv.source[i, j] = f"{inv.source[i, j]}; {found.note}"
            if found.year is not None:
                inv.vintage[i, j] = f"{inv.vintage[i, j]}, own {found.year}"
            inv.data_quality[i, j] = min(inv.data_quality[i, j], rule, found.weight)


def _flags(year: int, away: int, part: Estimate) -> tuple[str, ...]:
    flags = ["estimate", "forest_sign_unknown", "municipal_default", "no_local_trend"]
    if not part.motorway_known.all():
        flags.insert(1, "motorway_unknown")
    if away:
        flags.append("other_year")
    if year == 2020:
        flags.append("transport_2020")
    if not part.process_known.all():
        flags.append("process_unknown")
    return tuple(flags)


def _published(ags: tuple[str, ...]) -> dict[str, list[dict[str, Any]]]:
    from stadtland import facts

    known = facts.published()
    return {a: [f.model_dump() for f in known.get(a, [])] for a in ags}


def _put_cells(inv: Inventory, cells: dict[str, dict[str, own_figures.Metered]], factor: Array, z: float) -> None:
    """Metered cells replace the estimate (arrays in place, before the inventory is handed out)."""
    at = index()
    sigma = np.float64(weights()["sigma"]["metered"])
    for ags, own in cells.items():
        j = inv.ags.index(ags)
        for line, cell in own.items():
            i = at[line]
            if i < len(ENERGY_LINES):
                each = float(factor[i, j])
                stated = cell.t_co2e or 0.0
                mwh = cell.energy_mwh if cell.energy_mwh is not None else (stated / each if each else 0.0)
                inv.energy_mwh[i, j] = mwh
                tonnes = stated if cell.energy_mwh is None else mwh * each
            else:
                tonnes = cell.t_co2e or 0.0
            scale = tonnes / inv.t_co2e[i, j] if inv.t_co2e[i, j] else 0.0
            inv.plant_t[i, j] *= scale
            inv.t_co2e[i, j] = tonnes
            one, other = np.float64(tonnes) * np.exp(-z * sigma), np.float64(tonnes) * np.exp(z * sigma)
            inv.low[i, j], inv.high[i, j] = min(one, other), max(one, other)
            inv.own_sigma[i, j] = np.nan  # the cell is metered now: `cell_sigma`
            inv.data_quality[i, j], inv.share_d[i, j] = cell.weight, float(cell.weight == 0)
            inv.owner[i, j] = "own" if tonnes else "confirmed_zero"
            inv.state[i, j] = "value" if tonnes else "true_zero"
            _, factor_of, note = str(inv.source[i, j]).partition("; network factor")
            inv.source[i, j] = cell.source + factor_of + note
            inv.vintage[i, j] = str(cell.year) if cell.year else "own"
            if line == "LULUCF.forest":
                inv.forest_old[j] = inv.forest_revised[j] = tonnes
