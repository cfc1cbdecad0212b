"""Agriculture per Land: livestock, gases of manure and soils, lime, urea, energy crops.

Source: emission tables of the Thünen-Institut (localzero/nat_agri).
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stadtland.facts.folder import open_text

from .arrays import divide

Array = NDArray[np.float64]
ANIMALS = ("cows", "cattle", "pigs", "poultry", "other_animals")
SOILS = (
    "fertilizer_mineral_n2o",
    "fertilizer_economy_n2o",
    "sewage_sludge_n2o",
    "fermentation_ecrop_n2o",
    "pasturage_n2o",
    "crop_residues_n2o",
    "farmed_soil_loss_organic_n2o",
    "diffuse_nitrate_emissions_n2o",
    "diffuse_emissions_n2o",
)
OUTLIER = 4.0  # manure CH4 per head above 4 x the median of the Länder: a digit of the herd is lost
CALCIT, DOLOMITE, UREA = 0.44, 0.477, 0.733  # t CO2 per t (method.md 3.2)


def _table(path: Path, codes: tuple[str, ...]) -> dict[str, Array]:
    with open_text(path) as handle:
        rows = {r["ags"][:2]: r for r in csv.DictReader(handle)}
    names = [n for n in next(iter(rows.values())) if n != "ags"]
    # an empty cell of these tables (e.g. soil loss 2018) means that the inventory of that year has no
    # such item
    return {n: np.array([float(rows[c][n] or 0.0) for c in codes]) for n in names}


def repair(table: dict[str, Array], earlier: dict[str, Array], codes: tuple[str, ...]) -> list[str]:
    """Replace herds that lost a digit (in place) and name them.

    A herd is taken as damaged when manure CH4 per head exceeds 4 x the median of the Länder; it becomes the
    earlier herd x the change of all sound Länder. Known in 2021: other cattle and poultry of Rheinland-Pfalz,
    cows of Saarland.
    """
    notes: list[str] = []
    for animal in ANIMALS:
        heads, gas = table[animal], table[f"{animal}_ch4e"]
        each = np.divide(gas, heads, out=np.zeros_like(gas), where=heads > 0)
        bad = each > OUTLIER * np.median(each[each > 0])
        if bad.any():
            change = heads[~bad].sum() / earlier[animal][~bad].sum()
            for i in np.flatnonzero(bad):
                fixed = earlier[animal][i] * change
                notes.append(f"nat_agri: {animal} of Land {codes[i]} printed {heads[i]:.0f}, taken {fixed:.0f}")
                heads[i] = fixed
    return notes


def load(folder: Path, year: int, codes: tuple[str, ...], repairs: list[str]) -> dict[str, Array]:
    """Agriculture per Land [land]: heads; t CH4 and t N2O of manure by animal;
    t N2O of soils; t CO2 of lime and urea; t dry matter of energy crops.

    Gases are taken as gases (indirect N2O of manure is printed in t CO2e with 298 and converted back).
    """
    table = _table(folder / f"{year}.csv", codes)
    if year != 2018:
        repairs += repair(table, _table(folder / "2018.csv", codes), codes)
    direct = {a: 1000 * table[f"{a}_n2oe"] for a in ANIMALS}
    indirect = table["animal_wo_poultry_deposition_co2e"] / 298.0
    without = sum((direct[a] for a in ANIMALS if a != "poultry"), np.zeros(len(codes)))
    # indirect N2O is printed for all animals but poultry: shared by direct N2O, or by heads where none is
    # printed
    cattle = table["cows"] + table["cattle"]
    out = {f"heads.{a}": table[a] for a in ANIMALS}
    for a in ANIMALS:
        out[f"manure_ch4_t.{a}"] = 1000 * table[f"{a}_ch4e"]
        out[f"manure_n2o_t.{a}"] = direct[a]
        if a != "poultry":
            by_heads = divide(table[a], cattle) if a in ("cows", "cattle") else np.zeros(len(codes))
            out[f"manure_n2o_t.{a}"] = direct[a] + indirect * divide(direct[a], without, by_heads)
    return out | {
        "soils_n2o_t": sum((table[s] for s in SOILS), np.zeros(len(codes))),
        "histosol_n2o_t": table["farmed_soil_n2o"],
        "liming_t": CALCIT * (table["amount_sale_calcit"] + table["amount_sale_kas"])
        + DOLOMITE * table["amount_sale_dolomite"],
        "urea_t": UREA * table["amount_sale_urea"],
        "energy_crops_t": table["drymass_ecrop"],
    }
