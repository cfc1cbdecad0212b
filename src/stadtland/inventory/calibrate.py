"""Calibrate: run the formulas over all municipalities, store the sums and fit the multipliers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stadtland.base.errors import ComputationError

from . import control, households, industry, nonenergy, services, transport
from .arrays import divide
from .calibration import Calibration, Frame
from .lines import LULUCF
from .livestock import ANIMALS
from .method import weights
from .sources import Data, load

Array = NDArray[np.float64]


def calibrate(data_dir: Path, year: int) -> Calibration:
    """Calibration of a base year (2018, 2021) from the folder of public data."""
    return calibrate_data(load(data_dir, year))


def calibrate_data(data: Data) -> Calibration:
    """Calibration from loaded data: control totals, sums, national fits, Land step, closure."""
    cal = Calibration(data.year, weights()["version"], data.land_codes, data.kreis_codes, repairs=list(data.repairs))
    cal.control = control.energy(data.facts, data.year)
    cal.closure = control.closure(data.facts, data.year)
    cal.kreis = dict(data.kreis)
    cal.land = {k: v for k, v in data.land.items() if k.startswith("temperature")}
    frame = Frame(data.drivers, cal)
    _basics(frame, data)
    _jobs(frame)
    _industry(frame, data)
    _transport(frame, data)
    raw_hh = _households(frame)
    raw_ghd = _services(frame, data)
    _land_step(frame, data, raw_hh, raw_ghd)
    _industry_land_step(frame, data)
    _nonenergy(frame, data)
    _local(frame, data)
    return cal


def _local(frame: Frame, data: Data) -> None:
    """National numbers behind the drivers that only members know (`local.py`)."""
    cal = frame.calibration
    n, c = cal.national, cal.control
    n["secondary_jobs"] = float((services.jobs(frame) * frame.K("secondary")).sum())
    own = weights()["census"]
    main = {k: own["dwellings"] * share for k, share in own["share"].items()}
    energy = {
        "gas": c["HH.gas"] + c["HH.lpg"], "oil": c["HH.oil"], "dh": c["HH.dh"], "ambient": c["HH.ambient"],
    }  # fmt: skip
    n |= {f"census.{k}": v / main[k] for k, v in energy.items()}
    n["census.wood"] = sum(energy.values()) / sum(main[k] for k in energy)
    n["census.stoves"] = max(0.0, 1 - main["wood"] * n["census.wood"] / c["HH.biomass"])
    n |= {f"mileage.{k}": v for k, v in control.mileage(data.facts, data.year).items()}
    n["mileage.bus"] = n["bus_km"]  # the sum of the Kreise, behind the default as well
    n |= {f"other_road.{k}": v for k, v in control.other_road_use(data.facts).items()}
    areas = control.organic_areas(data.facts)
    n |= {f"organic.{use}": tonnes / hectares for use, (tonnes, hectares) in areas.items()}
    n["organic.mixed"] = sum(t for t, _ in areas.values()) / sum(a for _, a in areas.values())
    n["organic.n2o"] = float(cal.land["histosol_n2o"].sum()) / sum(a for _, a in areas.values())


def _basics(frame: Frame, data: Data) -> None:
    n = frame.calibration.national
    for name in ("population", "area.land_traffic", "area.veg_agri", "ships.inland_mwh", "air.kerosene_mwh"):
        n[name] = float(frame.D(name).sum())
    people = frame.D("population")
    area = 1000 * frame.D("stock.residential_buildings_area_total")
    n["m2_per_head"] = float(area.sum() / people[area > 0].sum())
    specific: dict[str, float] = weights()["heat"]["specific"]
    flats = {p: float(frame.D(f"zensus2011.flats_{p}").sum()) for p in specific}
    n["specific_heat"] = sum(flats[p] * s for p, s in specific.items()) / sum(flats.values())
    dwellings, vacant = frame.D("zensus2022.total_dwellings"), frame.D("zensus2022.vacancy_rate") / 100
    good = np.isfinite(dwellings) & np.isfinite(vacant)
    occupied = (dwellings * (1 - vacant))[good].sum()
    n["vacancy"] = float(1 - occupied / dwellings[good].sum())
    n["persons_per_household"] = float(np.nansum(frame.D("zensus2022.population")[good]) / occupied)
    n["heads_per_ghd_ha"] = n["population"] / float(frame.D("area.settlement_ghd").sum())
    farm = control.farm_energy(data.facts)
    n.update({f"farm.{c}": v for c, v in farm.items()})


def _jobs(frame: Frame) -> None:
    own, cal = weights()["jobs"], frame.calibration
    people = cal.kreis["population"]
    balance = own["per_head"] * people + cal.kreis["commuters_in"] - cal.kreis["commuters_out"]
    cal.kreis["jobs"] = np.maximum(balance, own["floor_per_head"] * people)
    cal.kreis["jobs_weight"] = frame.by_kreis(services.jobs_weight(frame))
    cal.national["jobs"] = float(cal.kreis["jobs"].sum())
    cal.national["tertiary_jobs"] = float(services.tertiary_raw(frame).sum())


def _industry(frame: Frame, data: Data) -> None:
    own, cal = weights()["industry"], frame.calibration
    gva = cal.kreis["gdp_per_head"] * cal.kreis["population"] * cal.kreis["secondary"]
    mix = gva ** own["gva_exponent"] * cal.kreis["area.settlement_ghd"] ** own["area_exponent"]
    cal.kreis["ind_rest"] = mix / mix.sum()
    cal.kreis["ind_rest_weight"] = frame.by_kreis(industry.rest_weight(frame))
    matrix = control.industry(data.facts)
    plants = industry.plants(frame).sum(axis=1)
    factor = own["direct_factor"]
    parts = {p: data.facts[f"Fact_I_S_{p}_fec_2018"] for p in ("opetpro", "ofossil")}
    other = sum(parts[p] * factor[p] for p in parts) / sum(parts.values())
    pieces = {k: data.facts[v] for k, v in weights()["process"].items() if v.startswith("Fact_")}
    process = np.zeros(len(plants))
    process[own["branches"].index("cement_lime")] = pieces["cement"] + pieces["lime"]
    process[own["branches"].index("glass_ceramics")] = pieces["glass"] + pieces["ceramics"]
    chemicals = ("ammonia", "carbon_black", "soda", "petrochemicals", "nitric_adipic")
    process[own["branches"].index("chem_basic")] = sum(pieces[k] for k in chemicals)
    process[own["branches"].index("metal_nonfe")] = pieces["metal_nonfe"]
    cal.vectors["ets_sum"] = plants
    cal.vectors["cov_fuel"] = industry.coverage(matrix, other, plants, process)
    cal.vectors["cov_elec"] = np.array(own["elec_coverage"])
    cal.vectors |= {f"ind.{c}": v for c, v in matrix.items()}
    for branch, column in nonenergy.PROCESS_PLANTS.items():
        cal.national[f"process.{branch}"] = pieces[branch]
        cal.national[column] = float(frame.D(column).sum())
        cal.control["IPPU.process"] = cal.control.get("IPPU.process", 0.0) + pieces[branch]


def _transport(frame: Frame, data: Data) -> None:
    own, n = weights()["road"], frame.calibration.national
    n["cars"] = float(transport.cars(frame).sum())
    n["car_motorway"] = float(transport.motorway_raw(frame, own["cars_motorway_population"]).sum())
    n["truck_motorway"] = float(transport.motorway_raw(frame, own["trucks_motorway_population"]).sum())
    n["motorway_van_share"] = control.motorway_van_share(data.facts)
    for name in ("bus_km", "train_km"):
        n[name] = float(frame.calibration.kreis[name].sum())
    n["tram_mwh"] = float(transport.tram_mwh(frame).sum())
    for mode, share in control.road_energy(data.facts, data.year)[1].items():
        n[f"ethanol.{mode}"] = share


def _fit_rows(seed: Array, rows: Array, columns: Array) -> Array:
    """Multipliers k [carrier] so that rows × seed·k/Σ seed·k sums to the columns (Σ rows = Σ columns)."""
    own = weights()["heat_shape"]
    k = np.ones(len(columns))
    for _ in range(own["fit_rounds"]):
        weighted = seed * k[:, None]
        sums = (weighted * (rows / weighted.sum(axis=0))).sum(axis=1)
        step = np.divide(columns, sums, out=np.ones_like(columns), where=sums > 0)
        k *= step
        if np.abs(step - 1).max() < own["fit_tolerance"]:
            return k
    if np.abs(step - 1).max() > 1e-9:
        raise ComputationError("calibrate-fit", "the fit of the heat carriers did not converge")
    return k


def _households(frame: Frame) -> dict[str, Array]:
    """National fit of households; returns the cells before the Land step (MWh) [member]."""
    cal = frame.calibration
    n, c = cal.national, cal.control
    heat_total = sum(c[f"HH.{k}"] for k in (*households.CARRIERS, "dh"))
    raw = households.heat_raw(frame)
    n["hh.heat"] = heat_total / float(raw.sum())
    cal.closure["HH.heat"] = n["hh.heat"]
    dh = households.district_heat_raw(frame)
    n["hh.dh"] = c["HH.dh"] / float(dh.sum())
    cal.closure["HH.dh"] = n["hh.dh"] * n["hh.heat"]
    rest = households.rest_raw(frame)
    n["hh.rest"] = (heat_total - c["HH.dh"]) / float(rest.sum())
    columns = np.array([c[f"HH.{k}"] for k in households.CARRIERS])
    plain = households.seeds(frame) / households.seeds(frame).sum(axis=0)
    for name, mwh in zip(households.CARRIERS, (plain * (rest / n["hh.heat"])).sum(axis=1), strict=True):
        cal.closure[f"HH.{name}"] = c[f"HH.{name}"] / float(mwh)  # seeds × unscaled heat
    cal.vectors["hh.k"] = _fit_rows(households.seeds(frame), rest * n["hh.rest"], columns)
    cal.kreis["hh_elec_weight"] = frame.by_kreis(households.elec_weight(frame))
    n["hh.elec"] = c["HH.elec"] / float(households.elec_raw(frame).sum())
    cal.closure["HH.elec"] = n["hh.elec"]
    out = dict(zip(households.CARRIERS, households.carriers_raw(frame), strict=True))
    out["dh"] = households.district_heat(frame)
    out["elec"] = households.elec_raw(frame) * n["hh.elec"]
    return out


def _services(frame: Frame, data: Data) -> dict[str, Array]:
    """National fit of GHD; returns the cells without farms before the Land step (MWh) [member]."""
    cal = frame.calibration
    n, c = cal.national, cal.control
    farm = control.farm_energy(data.facts)
    columns = np.array([c[f"GHD.{k}"] - farm.get(k, 0.0) for k in services.HEAT])
    raw = services.heat_raw(frame)
    n["ghd.heat"] = float(columns.sum() / raw.sum())
    n["ghd.elec"] = c["GHD.elec"] - farm["elec"]
    plain = services.seeds(frame) / services.seeds(frame).sum(axis=0)
    for k, mwh in zip(services.HEAT, (plain * raw).sum(axis=1) * n["ghd.heat"], strict=True):
        cal.closure[f"GHD.{k}"] = c[f"GHD.{k}"] / (float(mwh) + farm.get(k, 0.0))  # seeds × heat, farms
    cal.vectors["ghd.k"] = _fit_rows(services.seeds(frame), raw * n["ghd.heat"], columns)
    return services.services_raw(frame)


def _balance_shares(data: Data, row: int, columns: list[int], usable: NDArray[np.bool_]) -> Array:
    """Share of each Land in the balance of 2015 (sums to 1 over the usable Länder) [land]."""
    size = len(data.land_codes)
    cells = [np.nan_to_num(data.lands_balance.get((row, col), np.zeros(size))) for col in columns]
    total = np.where(usable, sum(cells, np.zeros(size)), 0.0)
    return np.asarray(total / total.sum())


def _land_step(frame: Frame, data: Data, hh: dict[str, Array], ghd: dict[str, Array]) -> None:
    """Land multipliers of households and GHD: HH+GHD of each carrier gets its share of the Länder balance.

    The balance contains farms; they follow farmland and are not multiplied, so the others take up the
    difference.

    Exponents below 1 go part of the way (geometric mean). Electricity limits each sector's factor. National
    closure after every round, so each sector × carrier keeps its national statistic.
    """
    own, cal = weights()["land_step"], frame.calibration
    size = len(data.land_codes)
    usable = np.ones(size, dtype=bool)
    for carrier in ("gas", "oil", "lpg", "coal", "biomass", "dh", "elec", "solar", "ambient"):
        h = frame.by_land(hh[carrier])
        g = frame.by_land(ghd[carrier]) if carrier in ghd else np.zeros(size)
        f_h, f_g = np.ones(size), np.ones(size)
        ghd_total = cal.control.get(f"GHD.{carrier}", 0.0) - cal.national.get(f"farm.{carrier}", 0.0)
        if carrier in own["exponent"]:
            share = _balance_shares(data, own["row_hh_ghd"], own["columns"][carrier], usable)
            farms = frame.by_land(services.farm(frame, carrier)) if carrier in services.FARM else np.zeros(size)
            alpha = own["exponent"][carrier]
            wanted = share * float((h + g + farms).sum())
            target = np.maximum((h + g + farms) ** (1 - alpha) * wanted**alpha - farms, 0.1 * (h + g))
            for _ in range(own["rounds"]):
                ratio = target / (f_h * h + f_g * g)
                f_h, f_g = f_h * ratio, f_g * ratio
                if carrier == "elec":
                    f_h = np.clip(f_h, *own["elec_hh"])
                    f_g = np.clip(f_g, *own["elec_ghd"])
                f_h = f_h * (cal.control[f"HH.{carrier}"] / float((f_h * h).sum()))
                if g.sum() > 0:
                    f_g = f_g * (ghd_total / float((f_g * g).sum()))
        f_h = f_h * (cal.control[f"HH.{carrier}"] / float((f_h * h).sum()))
        cal.land[f"F.HH.{carrier}"] = f_h
        if carrier in ghd:
            cal.land[f"F.GHD.{carrier}"] = f_g * (ghd_total / float((f_g * g).sum()))


def _industry_land_step(frame: Frame, data: Data) -> None:
    """Land multipliers of industry, limited to 1/3–3; Länder without a usable balance keep 1 before
    closure.
    """
    own, cal = weights()["land_step"], frame.calibration
    usable = np.array([c not in own["ind_unusable"] for c in data.land_codes])
    for carrier, values in industry.raw(frame)[0].items():
        sums = frame.by_land(values)
        factor = np.ones(len(sums))
        total = cal.control[f"IND.{carrier}"]
        if carrier in own["ind"]:
            share = _balance_shares(data, own["row_ind"], own["columns"][carrier], usable)
            target = share * float(sums[usable].sum())
            for _ in range(own["rounds"]):
                step = np.divide(target, factor * sums, out=np.ones_like(sums), where=(sums > 0) & usable)
                factor = np.clip(factor * step, *own["ind_limits"])
                factor = factor * (total / float((factor * sums).sum()))
        cal.land[f"F.IND.{carrier}"] = factor * (total / float((factor * sums).sum()))


def _nonenergy(frame: Frame, data: Data) -> None:
    cal, g = frame.calibration, weights()["gwp"]
    lands = data.land
    cal.land["area.veg_agri"] = frame.by_land(frame.D("area.veg_agri"))
    cal.land["mire_farmland"] = frame.by_land(nonenergy.mire_farmland(frame))
    for animal, tonnes in control.enteric(data.facts, data.year).items():
        cal.national[f"enteric.{animal}"] = tonnes / float(lands[f"heads.{animal}"].sum())  # t CO2e per head
    for animal in ANIMALS:
        count = lands[f"heads.{animal}"]
        cal.land[f"heads.{animal}"] = count
        cal.land[f"manure_ch4.{animal}"] = g["ch4"] * divide(lands[f"manure_ch4_t.{animal}"], count)
        cal.land[f"manure_n2o.{animal}"] = g["n2o"] * divide(lands[f"manure_n2o_t.{animal}"], count)
    cal.land |= {
        "AGR.soils_n2o": g["n2o"] * lands["soils_n2o_t"],
        "AGR.liming": lands["liming_t"],
        "AGR.urea": lands["urea_t"],
        "AGR.energy_crops": control.energy_crops(data.facts) * lands["energy_crops_t"],
        "histosol_n2o": g["n2o"] * lands["histosol_n2o_t"],
        "organic_land_share": lands["histosol_n2o_t"] / lands["histosol_n2o_t"].sum(),
    }
    for kind in ("soils_n2o", "liming", "urea", "energy_crops"):
        cal.control[f"AGR.{kind}"] = float(cal.land[f"AGR.{kind}"].sum())
    cal.control["AGR.soils_n2o"] += float(cal.land["histosol_n2o"].sum())
    enteric = control.enteric(data.facts, data.year)
    cal.control["AGR.enteric_dairy"] = enteric["cows"]
    cal.control["AGR.enteric_other"] = sum(enteric[a] for a in nonenergy.ENTERIC_OTHER)
    for gas in ("ch4", "n2o"):
        total = sum(float(lands[f"manure_{gas}_t.{a}"].sum()) for a in ANIMALS)
        cal.control[f"AGR.manure_{gas}"] = g[gas] * total
    cal.control |= control.waste(data.facts, data.year) | control.landuse(data.facts)
    old, revised = control.forest_both(data.facts, data.year)
    cal.national |= {"forest_old": old, "forest_revised": revised}
    cal.control["LULUCF.forest"] = (old + revised) / 2
    for kind in LULUCF:
        if kind in nonenergy.DRIVER:
            cal.national[f"driver.{kind}"] = float(nonenergy.area(frame, nonenergy.DRIVER[kind]).sum())
    for kind, (hectares, share) in control.inventory_areas(data.facts).items():
        # area of the land survey × emission per hectare of the inventory, against the emission of the inventory
        cal.closure[f"LULUCF.{kind}"] = hectares / (share * cal.national[f"driver.{kind}"])
