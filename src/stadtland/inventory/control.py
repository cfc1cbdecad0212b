"""National control totals per line (MWh; t CO2e), with the known defects of the fact tables handled.

Sources: energy balance 2018 and 2021 and inventory figures as transcribed in localzero/facts (references
per row there). The labels of both files end in `_2018`; the 2021 file holds 2021 values.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stadtland.facts.folder import open_text

from .method import weights

Array = NDArray[np.float64]
# carrier of a line → carriers of the fact tables
IND_PARTS = {
    "elec": ("elec",),
    "gas": ("gas",),
    "oil": ("fueloil",),
    "lpg": ("lpg",),
    "coal": ("coal",),
    "dh": ("heatnet",),
    "biomass": ("biomass",),
    "ambient": ("orenew",),
    "diesel": ("diesel",),
    "other": ("opetpro", "ofossil"),
}
DIGIT_SLIP = 0.2  # sector and sum of branches may differ by this share; beyond, the branches are right


def facts(localzero: Path, year: int, repairs: list[str]) -> dict[str, float]:
    """Label → value of the national facts of a year; slips in industry totals repaired from the branches.

    Known: `Fact_I_S_ofossil_fec_2018` of the 2021 file is a tenth of the sum of its branches.
    """
    path = localzero / "facts" / f"{year}.csv"
    out: dict[str, float] = {}
    with open_text(path) as handle:
        for row in csv.DictReader(handle):
            try:
                out[row["label"]] = float(row["value"])
            except ValueError:
                continue  # a few labels hold text
    for part in sorted({p for parts in IND_PARTS.values() for p in parts}):
        label = f"Fact_I_S_{part}_fec_2018"
        total = float(_branches(out, part).sum())
        if abs(out[label] / total - 1) > DIGIT_SLIP:
            repairs.append(f"facts/{year}: {label} printed {out[label]:.0f}, sum of branches {total:.0f} taken")
            out[label] = total
    return out


def _branches(table: dict[str, float], part: str) -> Array:
    """Energy of one carrier by branch (MWh) [branch]; steel gas and electricity split into the two routes."""
    own = weights()["industry"]
    cells = [table.get(f"Fact_I_S_{name}_{part}_fec_2018", 0.0) for name in own["fact_names"]]
    out = np.array(cells)
    if part in ("gas", "elec"):
        whole = table[f"Fact_I_S_metal_steel_{part}_fec_2018"]
        second = own["secondary_steel_t"] * own[f"secondary_{part}_mwh_per_t"]
        names = own["branches"]
        out[names.index("steel_primary")] = whole - second
        out[names.index("steel_secondary")] = second
    return out


def industry(table: dict[str, float]) -> dict[str, Array]:
    """Branch matrix (MWh): carrier → [branch], each carrier scaled to its national total."""
    out: dict[str, Array] = {}
    for carrier, parts in IND_PARTS.items():
        column = np.zeros(len(weights()["industry"]["branches"]))
        for part in parts:
            each = _branches(table, part)
            column += each * table[f"Fact_I_S_{part}_fec_2018"] / each.sum()
        out[carrier] = column
    return out


def farm_energy(table: dict[str, float]) -> dict[str, float]:
    """Energy of agriculture inside GHD (MWh): carrier → quantity."""
    names = {
        "elec": "elec",
        "gas": "gas",
        "oil": "fueloil",
        "lpg": "lpg",
        "biomass": "biomass",
        "diesel": "diesel",
        "petrol": "petrol",
    }
    return {c: table[f"Fact_A_S_{n}_fec_2018"] for c, n in names.items()}


ROAD_MODES = ("car", "truck", "bus")
_ROAD_NAMES = {
    "petrol": "petrol",
    "diesel": "diesel",
    "lpg": "lpg",
    "cng": "gas",
    "biofuel": "biomass",
    "elec": "elec",
}


def road_raw(table: dict[str, float]) -> tuple[Array, Array]:
    """Mileage × specific consumption (MWh) [mode, fuel], and the share of ethanol in the biofuel [mode].

    Modes `ROAD_MODES`; fuels petrol, diesel, LPG, CNG, biofuel, electricity; all road classes together.
    """
    f = {k: table[f"Fact_T_{k}"] for k in _ROAD_FACTS}
    ab, local = "ab_2018", "it_ot_2018"
    car, van, truck = ({c: f[f"D_mlg_{m}_{c}"] for c in (ab, local)} for m in ("Car", "LDT", "MHD"))
    share = {k: f[f"S_Car_frac_{k}_mlg_2018"] for k in ("diesel", "lpg", "cng", "bev_with_phev")}
    share["petrol"] = 1 - sum(share.values())
    bus = f["D_mlg_Bus_2018_Destatis"]
    bus_share = {k: f[f"S_Bus_frac_{k}_stock_2018"] for k in ("diesel", "hybrid", "cng", "bev")}

    def cars(kind: str, use: str) -> float:
        return sum(car[c] * f[f"S_Car_SEC_{use}_{c}"] for c in (ab, local)) * share[kind]

    def vans(kind: str, use: str) -> float:
        return sum(van[c] * f[f"S_LDT_SEC_{use}_{c}"] for c in (ab, local)) * f[f"S_LDT_frac_{kind}_mlg_2018"]

    heavy = sum(truck[c] * f[f"S_MHD_SEC_diesel_{c}"] for c in (ab, local))
    start = np.array(
        [
            [
                cars("petrol", "petrol"),
                cars("diesel", "diesel"),
                cars("lpg", "petrol"),
                cars("cng", "petrol"),
                0.0,
                cars("bev_with_phev", "elec"),
            ],
            [
                vans("petrol", "petrol"),
                vans("diesel", "diesel") + heavy,
                vans("lpg", "petrol"),
                0.0,
                0.0,
                vans("bev", "elec"),
            ],
            [
                0.0,
                bus * f["S_Bus_SEC_diesel_2018"] * (bus_share["diesel"] + bus_share["hybrid"]),
                0.0,
                bus * f["S_Bus_SEC_diesel_2018"] * bus_share["cng"],
                0.0,
                bus * f["S_Bus_SEC_elec_2018"] * bus_share["bev"],
            ],
        ]
    )
    # biofuel is blended: ethanol follows petrol, biodiesel follows diesel
    ethanol = f["S_Rl_Rd_benzin_bio_frac_2018"] / (1 - f["S_Rl_Rd_benzin_bio_frac_2018"]) * start[:, 0]
    biodiesel = f["S_Rl_Rd_diesel_bio_frac_2018"] / (1 - f["S_Rl_Rd_diesel_bio_frac_2018"]) * start[:, 1]
    start[:, 4] = ethanol + biodiesel
    return start, ethanol / (ethanol + biodiesel)


def road_energy(table: dict[str, float], year: int) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """National road energy by mode and fuel (MWh), and the share of ethanol in the biofuel of each mode.

    Fuel totals: fuel sales of the energy balance. Mode totals: frozen weights of the road classes.
    `road_raw` is fitted to both, so every fuel and every mode closes.
    """
    own = weights()["road"]
    totals = np.array([table[f"Fact_T_S_road_{n}_fec_{year}_ageb"] for n in _ROAD_NAMES.values()])
    start, ethanol = road_raw(table)
    van_share = motorway_van_share(table)
    motor = own["cars_vans_motorway"]
    rest = 1 - own["bus"]
    modes = totals.sum() * np.array(
        [
            rest * (own["cars_local"] + motor * (1 - van_share)),
            rest * (motor * van_share + own["trucks_motorway"] + own["trucks_local"]),
            own["bus"],
        ]
    )
    fitted = fit(start, modes, totals)
    by_mode = {
        m: dict(zip(_ROAD_NAMES, map(float, row), strict=True)) for m, row in zip(ROAD_MODES, fitted, strict=True)
    }
    ratio = {m: float(e) for m, e in zip(ROAD_MODES, ethanol, strict=True)}
    return by_mode, ratio | {"rail": 0.0}


def closure(table: dict[str, float], year: int) -> dict[str, float]:
    """Statistic / bottom-up sum per line where a bottom-up sum exists outside the statistic.

    Road: mileage × consumption of 2018. Rail: consumption of trains and trams. Industry: sum of the branches.
    Lines that are only shared out (a statistic × a share) have no bottom-up sum and no factor here.
    """
    out: dict[str, float] = {}
    raw, by_mode = road_raw(table)[0], road_energy(table, year)[0]
    for mode, row in zip(ROAD_MODES, raw, strict=True):
        out |= {f"VK.{mode}.{f}": by_mode[mode][f] / float(x) for f, x in zip(_ROAD_NAMES, row, strict=True) if x > 0}
    for fuel in ("elec", "diesel"):
        trains = sum(table[f"Fact_T_S_RL_Train_{k}_EC_{fuel}_2018"] for k in ("gds", "ppl"))
        if fuel == "elec":
            trains += table["Fact_T_D_rail_metro_mlg_2018"] * table["Fact_T_S_Rl_Metro_SEC_fzkm_2018"]
        out[f"VK.rail.{fuel}"] = table[f"Fact_T_S_rail_{fuel}_fec_{year}_ageb"] / trains
    for carrier, parts in IND_PARTS.items():
        branches = sum(float(_branches(table, p).sum()) for p in parts)
        out[f"IND.{carrier}"] = sum(table[f"Fact_I_S_{p}_fec_2018"] for p in parts) / branches
    return out


_ROAD_FACTS = (
    *(f"D_mlg_{m}_{c}_2018" for m in ("Car", "LDT", "MHD") for c in ("ab", "it_ot")),
    "D_mlg_Bus_2018_Destatis",
    *(f"S_Car_frac_{k}_mlg_2018" for k in ("diesel", "lpg", "cng", "bev_with_phev")),
    *(f"S_LDT_frac_{k}_mlg_2018" for k in ("petrol", "diesel", "lpg", "bev")),
    *(f"S_Bus_frac_{k}_stock_2018" for k in ("diesel", "hybrid", "cng", "bev")),
    *(f"S_{m}_SEC_{u}_{c}_2018" for m in ("Car", "LDT") for u in ("petrol", "diesel", "elec") for c in ("ab", "it_ot")),
    *(f"S_MHD_SEC_diesel_{c}_2018" for c in ("ab", "it_ot")),
    "S_Bus_SEC_diesel_2018",
    "S_Bus_SEC_elec_2018",
    "S_Rl_Rd_benzin_bio_frac_2018",
    "S_Rl_Rd_diesel_bio_frac_2018",
)


def motorway_van_share(table: dict[str, float]) -> float:
    """Share of vans in the motorway energy of cars and vans (mileage x consumption of diesel vehicles)."""
    van = table["Fact_T_D_mlg_LDT_ab_2018"] * table["Fact_T_S_LDT_SEC_diesel_ab_2018"]
    car = table["Fact_T_D_mlg_Car_ab_2018"] * table["Fact_T_S_Car_SEC_diesel_ab_2018"]
    return van / (van + car)


def fit(start: Array, row_sums: Array, column_sums: Array, rounds: int = 2000, tolerance: float = 1e-14) -> Array:
    """Iterative proportional fitting of a non-negative matrix to row and column sums (same total).

    Ends on the columns, so column sums are exact. Cells that start at 0 stay 0.
    """
    out = start.copy()
    for _ in range(rounds):
        out *= (row_sums / out.sum(axis=1))[:, None]
        factor = column_sums / out.sum(axis=0)
        out *= factor
        if np.abs(factor - 1).max() < tolerance:
            break
    return out


def energy(table: dict[str, float], year: int) -> dict[str, float]:
    """National final energy per group of lines (MWh): `HH.gas`, `GHD.gas` (with municipal facilities),
    `IND.gas`, `VK.car.diesel` …
    """
    air = weights()["air"]["lto_share"]
    one = {c: table[f"Fact_R_S_{n}_fec_2018"] for c, n in _HH.items()}
    out = {f"HH.{c}": v for c, v in one.items()}
    farm = farm_energy(table)
    for c, n in _GHD.items():
        out[f"GHD.{c}"] = table[f"Fact_B_S_{n}_fec_2018"] + farm.get(c, 0.0)
    out["GHD.elec"] = table["Fact_BAW_S_elec_fec_2018"]  # agriculture included
    for carrier, column in industry(table).items():
        out[f"IND.{carrier}"] = float(column.sum())
    for mode, fuels in road_energy(table, year)[0].items():
        out |= {f"VK.{mode}.{f}": v for f, v in fuels.items() if v > 0}
    for line, n in (("elec", "elec"), ("diesel", "diesel"), ("biofuel", "biomass")):
        out[f"VK.rail.{line}"] = table[f"Fact_T_S_rail_{n}_fec_{year}_ageb"]
    out["VK.ship.diesel"] = table[f"Fact_T_S_ship_diesel_fec_{year}_ageb"]
    out["VK.air.kerosene"] = air * table[f"Fact_T_S_air_jetfuel_fec_{year}_ageb"]
    return out


_HH = {
    "elec": "elec",
    "gas": "gas",
    "oil": "fueloil",
    "lpg": "lpg",
    "coal": "coal",
    "dh": "heatnet",
    "biomass": "biomass",
    "solar": "solarth",
    "ambient": "heatpump",
    "petrol": "petrol",
}
_GHD = {
    "gas": "gas",
    "oil": "fueloil",
    "lpg": "lpg",
    "coal": "coal",
    "dh": "heatnet",
    "biomass": "biomass",
    "ambient": "orenew",
    "diesel": "diesel",
    "petrol": "petrol",
    "other": "jetfuel",
}


def waste(table: dict[str, float], year: int) -> dict[str, float]:
    """National emissions of waste (t CO2e, AR5): the 2018 figures are printed with AR4 and converted per gas.

    Wastewater is printed without its gases and stays as printed.
    """
    g = weights()["gwp"]
    ch4, n2o = (g["ch4"] / g["ar4_ch4"], g["n2o"] / g["ar4_n2o"]) if year == 2018 else (1.0, 1.0)
    pre = "Fact_W_P_organic_treatment"
    return {
        "WASTE.landfill": ch4 * table["Fact_W_P_landfilling_CO2e_pb_2018"],
        "WASTE.composting": ch4
        * (table[f"{pre}_compost_and_ferm_CO2e_pb_CH4_2018"] + table[f"{pre}_mech_biol_CO2e_pb_CH4_2018"])
        + n2o * (table[f"{pre}_compost_and_ferm_CO2e_pb_N2O_2018"] + table[f"{pre}_mech_biol_CO2e_pb_N2O_2018"]),
        "WASTE.wastewater": table["Fact_W_P_wastewater_CO2e_pb_2018"],
    }


def enteric(table: dict[str, float], year: int) -> dict[str, float]:
    """National enteric fermentation (t CO2e, AR5) by kind of animal: cows, cattle, pigs, other_animals."""
    g = weights()["gwp"]
    to_ar5 = g["ch4"] / g["ar4_ch4"] if year == 2018 else 1.0
    one = {
        k: to_ar5 * table[f"Fact_A_P_fermen_{k}_CO2e_2018"]
        for k in ("dairycow", "nondairy", "swine", "sheep", "goat", "equid")
    }
    return {
        "cows": one["dairycow"],
        "cattle": one["nondairy"],
        "pigs": one["swine"],
        "other_animals": one["sheep"] + one["goat"] + one["equid"],
    }


def energy_crops(table: dict[str, float]) -> float:
    """t CO2e (AR5) per t dry matter of digested energy crops; printed per gas with AR4."""
    g = weights()["gwp"]
    pre = "Fact_A_P_other_ecrop_ratio_CO2e_pb"
    n2o = table[f"{pre}_N2O_direct_to_amount_2018"] + table[f"{pre}_N2O_indirect_to_amount_2018"]
    return float(table[f"{pre}_CH4_to_amount_2018"] * g["ch4"] / g["ar4_ch4"] + n2o * g["n2o"] / g["ar4_n2o"])


def organic_areas(table: dict[str, float]) -> dict[str, tuple[float, float]]:
    """Drained organic soils under farmland: use → (national t CO2e of the soil in the older inventory, ha)."""
    names = {"arable": "crop", "grassland": "grass_strict"}
    return {
        use: (table[f"Fact_L_G_{n}_org_soil_CO2e_2018"], table[f"Fact_L_G_{n}_area2_org_soil_2018"])
        for use, n in names.items()
    }


def inventory_areas(table: dict[str, float]) -> dict[str, tuple[float, float]]:
    """Land-use line → (area of the category in the national inventory, ha; share of the driver's area it stands for).

    Cropland and grassland share the farmland of the land survey as the inventory's documentation splits it.
    """
    names = {
        "forest": "forest_area1", "cropland_mineral": "crop_area2", "grassland_mineral": "grass_strict_area2",
        "woody": "grass_woody_area2", "wetland": "wetland_peat_area2", "settlement": "settl_area2",
    }  # fmt: skip
    part = {"cropland_mineral": "pct_of_crop", "grassland_mineral": "pct_of_grass"}
    shares = {k: table[f"Fact_L_G_area_veg_agri_{v}"] for k, v in part.items()}
    return {k: (table[f"Fact_L_G_{v}_2018"], shares.get(k, 1.0)) for k, v in names.items()}


def mileage(table: dict[str, float], year: int) -> dict[str, float]:
    """National mileage of cars, vans, trucks by road (vehicle-km): that of 2018 × its level in the year."""
    level = weights()["mileage"]["level"][str(year)]
    out = {}
    for name, fact in (("car", "Car"), ("van", "LDT"), ("truck", "MHD")):
        out[f"{name}_motorway"] = level * table[f"Fact_T_D_mlg_{fact}_ab_2018"]
        out[f"{name}_other"] = level * table[f"Fact_T_D_mlg_{fact}_it_ot_2018"]
    return out


def other_road_use(table: dict[str, float]) -> dict[str, float]:
    """Diesel per km off motorways (MWh/vehicle-km) of vans and trucks: how the two add up to one share."""
    return {m: table[f"Fact_T_S_{n}_SEC_diesel_it_ot_2018"] for m, n in (("van", "LDT"), ("truck", "MHD"))}


def landuse(table: dict[str, float]) -> dict[str, float]:
    """National land use, land-use change (t CO2e) per line in the older inventory version (2018: 2020,
    2021: 2023).
    """

    def pools(*names: str) -> float:
        return sum(table[f"Fact_L_G_{n}_CO2e_2018"] for n in names)

    return {
        "LULUCF.forest": table["Fact_L_G_forest_CO2e_DE_2018"],
        "LULUCF.cropland_mineral": pools("crop_minrl_soil", "crop_biomass", "crop_dead"),
        "LULUCF.grassland_mineral": pools("grass_strict_minrl_soil", "grass_strict_biomass", "grass_strict_dead"),
        "LULUCF.organic_soils": pools("crop_org_soil", "grass_strict_org_soil"),
        "LULUCF.woody": pools(
            "grass_woody_minrl_soil", "grass_woody_org_soil", "grass_woody_biomass", "grass_woody_dead"
        ),
        "LULUCF.wetland": pools(
            "wetland_peat_minrl_soil", "wetland_peat_org_soil", "wetland_peat_biomass", "wetland_peat_dead"
        ),
        "LULUCF.settlement": pools("settl_minrl_soil", "settl_org_soil", "settl_biomass", "settl_dead_wood"),
        "LULUCF.water": pools(
            "wetland_water_minrl_soil",
            "wetland_water_org_soil",
            "wetland_water_biomass",
            "wetland_water_dead",
        ),
        "LULUCF.hwp": table["Fact_L_G_wood_CO2e_DE_2018"],
    }


def forest_both(table: dict[str, float], year: int) -> tuple[float, float]:
    """National forest line in the older and in the newer inventory (t CO2e).

    newer = older + (newer total of land use − older total): the whole revision is booked on forest, an
    upper bound. 2018: +83 − (−18) Mt, both published. 2021: newer total linear between 2018 (83 Mt) and
    2023 (68.7 Mt), older total = sum of `landuse`.
    """
    own = weights()["landuse"]
    older = landuse(table)
    if year == 2018:
        revision = (own["revised_2018_mt"] - own["old_2018_mt"]) * 1e6
    else:
        step = (own["revised_2023_mt"] - own["revised_2018_mt"]) / 5
        revision = (own["revised_2018_mt"] + step * (year - 2018)) * 1e6 - sum(older.values())
    return older["LULUCF.forest"], older["LULUCF.forest"] + float(revision)
