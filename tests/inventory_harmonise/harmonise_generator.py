"""A FICTITIOUS inventory and, for every rule, the step backwards: how an old inventory would have differed.

Imports nothing from the room under test. All quantities are made up; factors are typed in from the reference tables
(g CO2e/kWh with upstream, 2021). Used by the tests to build old tables whose true answer is known.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

YEAR = 2021
EF = {
    "elec": 472.0, "elec_heat": 472.0, "gas": 247.0, "oil": 318.0, "lpg": 276.0, "coal": 433.0, "dh": 260.0,
    "biomass": 22.0, "solar": 25.0, "ambient": 147.5, "diesel": 331.0, "petrol": 337.0, "kerosene": 322.0,
}  # fmt: skip
DIRECT = {"gas": 201.0, "oil": 266.0, "lpg": 239.0, "coal": 349.4, "biomass": 18.382}
TAILPIPE = {"diesel": 266.4972, "petrol": 271.0296, "kerosene": 263.7216}
ELEC_2018, PETROL_2018, DIESEL_2018 = 544.0, 322.0, 327.0
UBA_2020, BISKO_2020 = 366.0, 429.0
GEMIS = {"gas": 250.0, "oil": 319.0, "lpg": 277.0, "elec": 565.0}
GEG = {"gas": 240.0, "oil": 310.0, "lpg": 270.0}
HS = 0.9024

TRUE = [  # fictitious: sector, carrier, mode, MWh
    ("HH", "elec", "", 41_250.5), ("HH", "gas", "", 98_400.0), ("HH", "oil", "", 31_750.25),
    ("HH", "lpg", "", 4_100.0), ("HH", "coal", "", 1_250.0), ("HH", "dh", "", 22_600.0),
    ("HH", "biomass", "", 14_900.0), ("HH", "solar", "", 1_875.0), ("HH", "ambient", "", 3_520.0),
    ("GHD", "elec", "", 33_000.0), ("GHD", "gas", "", 41_000.0), ("GHD", "oil", "", 8_300.0),
    ("GHD", "dh", "", 9_400.0), ("GHD", "biomass", "", 2_750.0), ("GHD", "diesel", "", 12_600.0),
    ("KE", "elec", "", 3_100.0), ("KE", "gas", "", 5_200.0), ("KE", "dh", "", 2_050.0),
    ("IND", "elec", "", 64_000.0), ("IND", "gas", "", 88_000.0), ("IND", "oil", "", 3_900.0),
    ("IND", "dh", "", 6_100.0), ("IND", "biomass", "", 5_450.0), ("VK", "petrol", "car", 61_000.0),
    ("VK", "diesel", "car", 72_500.0), ("VK", "elec", "car", 900.0), ("VK", "diesel", "truck", 55_750.0),
    ("VK", "diesel", "bus", 3_480.0), ("VK", "elec", "rail", 7_650.0), ("VK", "diesel", "rail", 1_240.0),
    ("VK", "diesel", "ship", 610.0), ("VK", "kerosene", "air", 2_020.0),
]  # fmt: skip


TRUE_MWH = {".".join(x for x in (s, m, c) if x): e for s, c, m, e in TRUE}


@dataclass
class Old:
    """Rows of an old table, its card, what the estimate would know, and the true answer."""

    rows: list[dict[str, Any]]
    card: dict[str, Any]
    defaults: dict[str, float] = field(default_factory=dict)
    plants: dict[str, float] = field(default_factory=dict)
    index: dict[str, float] = field(default_factory=dict)
    target_year: int | None = None
    true_t: float = 0.0
    scale: float = 1.0

    def total(self) -> float:
        return sum(r["t"] for r in self.rows if r["t"] is not None)

    def pick(self, **keys: Any) -> list[dict[str, Any]]:
        full = [r for r in self.rows if r["mwh"] is not None]
        return [r for r in full if all((r[k] in v) if isinstance(v, tuple) else r[k] == v for k, v in keys.items())]

    def say(self, **answers: Any) -> None:
        self.card["inventory"].update(answers)

    def number(self, **numbers: float) -> None:
        self.card.setdefault("numbers", {}).update(numbers)


def line(row: dict[str, Any]) -> str:
    return ".".join(x for x in (row["sector"], row["mode"], row["carrier"]) if x)


def make(scale: float = 1.0) -> Old:
    """The true inventory: BISKO factors, territorial, complete."""
    rows = [
        {"sector": s, "carrier": c, "mode": m, "part": "", "mwh": e * scale, "t": e * scale * EF[c] / 1000, "ch4": None,
         "n2o": None, "state": "", "dq": "B"}
        for s, c, m, e in TRUE
    ]  # fmt: skip
    card = {"inventory": {
        "year": YEAR, "name": "fictitious", "principle": "territorial", "gases": "CO2e", "upstream": "included",
        "electricity": "federal", "weather_correction": "none", "allocation": "default", "heat_metering": "delivered",
        "transport": "territorial", "transport_factors": "wtw", "motorway": "included", "air": "lto",
        "rail_ship": "included", "ets": "included", "municipal": "separate", "offroad": "services",
        "gas_heating_value": "Hi", "heat_pump_electricity": "separate", "renewable_heat": "included",
        "self_consumption": "included", "oil_basis": "stock", "zeros": "confirmed", "territory_level": "municipality",
    }}  # fmt: skip
    old = Old(rows, card, scale=scale)
    old.true_t = old.total()
    return old


def new(sector: str, t: float, **more: Any) -> dict[str, Any]:
    return {"sector": sector, "carrier": "", "mode": "", "part": "", "mwh": None, "t": t, "ch4": None, "n2o": None,
            "state": "", "dq": ""} | more  # fmt: skip


STATIONARY = ("HH", "GHD", "KE", "IND")


def back_h01(o: Old) -> None:
    """Source principle: users of power and heat have 0 t, plants stand in a sector of their own."""
    for r in o.pick(carrier=("elec", "elec_heat", "dh")):
        r["t"] = 0.0
    o.rows.append(new("PLANT", 51_234.0))
    o.say(principle="source")


def back_h02(o: Old) -> None:
    """Combustion factors for heat, direct CO2 of 2020 for electricity would be H06 too: only heat here."""
    for r in o.pick(sector=STATIONARY):
        if r["carrier"] in DIRECT:
            r["t"] = r["mwh"] * DIRECT[r["carrier"]] / 1000
    o.say(upstream="unknown", factor_set="unknown")


def back_h03(o: Old) -> None:
    """CO2 only: every fuel of heat loses a made-up 3 g/kWh of methane and nitrous oxide."""
    for r in o.pick(sector=STATIONARY, carrier=("gas", "oil", "lpg", "coal", "diesel")):
        r["t"] -= r["mwh"] * 3.0 / 1000
    o.say(gases="CO2")


def back_h04(o: Old) -> None:
    """Agriculture with warming potentials of AR4; the old base holds it, the true base does not."""
    o.rows.append(new("AGR", 25 * 210.0 + 298 * 14.0, ch4=210.0, n2o=14.0))
    o.say(gwp="AR4")


def back_h05(o: Old) -> None:
    """A local mix of 137 g/kWh for all electricity."""
    for r in o.pick(carrier=("elec", "elec_heat")):
        r["t"] = r["mwh"] * 137.0 / 1000
    o.say(electricity="local")


def back_h06(o: Old) -> None:
    """Factors of 2018: federal mix, ambient heat, road fuels."""
    year = {"elec": ELEC_2018, "elec_heat": ELEC_2018, "ambient": 170.0}
    for r in o.pick(sector=(*STATIONARY, "VK")):
        if r["carrier"] in year:
            r["t"] = r["mwh"] * year[r["carrier"]] / 1000
        elif r["sector"] == "VK" and r["carrier"] in ("petrol", "diesel"):
            r["t"] = r["mwh"] * {"petrol": PETROL_2018, "diesel": DIESEL_2018}[r["carrier"]] / 1000
    o.say(factor_year=2018)


def back_h07(o: Old) -> None:
    """Weather correction of 80 % of the heat with 3000 of 3300 degree days."""
    by = 1 - 0.8 + 0.8 * 3000 / 3300
    for r in o.pick(
        sector=("HH", "GHD", "KE"), carrier=("gas", "oil", "lpg", "coal", "dh", "biomass", "ambient", "elec_heat")
    ):
        r["mwh"] /= by
        r["t"] /= by
    o.say(weather_correction="applied")
    o.number(hdd_year=3000, hdd_reference=3300, heat_share=0.8)


def back_h08(o: Old) -> None:
    """Power credit: the heat network has −12 g/kWh."""
    for r in o.pick(carrier="dh"):
        r["t"] = r["mwh"] * -12.0 / 1000
    o.say(allocation="substitution")


def back_h09(o: Old) -> None:
    """A certificate of 40 g/kWh."""
    for r in o.pick(carrier="dh"):
        r["t"] = r["mwh"] * 40.0 / 1000
    o.say(allocation="certificate")


def back_h10(o: Old) -> None:
    """Registered cars instead of traffic on the territory; the estimate knows the true traffic."""
    for r in o.pick(mode=("car", "truck", "bus")):
        o.defaults[line(r)] = r["mwh"]
    o.rows = [r for r in o.rows if r["mode"] not in ("car", "truck", "bus")]
    o.rows += [new("VK", 90_000 * 0.331, carrier="diesel", mode="car", mwh=90_000.0)]
    o.say(transport="registrations")


def back_h11(o: Old) -> None:
    """Motorway left out: 30 % of diesel of trucks, 20 % of petrol and diesel of cars."""
    fill = o.card.setdefault("fill", {"data_quality": "B"})
    for mode, carrier, share in (("truck", "diesel", 0.3), ("car", "petrol", 0.2), ("car", "diesel", 0.2)):
        for r in o.pick(mode=mode, carrier=carrier):
            fill[f"motorway:VK.{mode}.{carrier}"] = share * r["mwh"]
            r["mwh"] *= 1 - share
            r["t"] *= 1 - share
    o.say(motorway="excluded")


def back_h12(o: Old) -> None:
    """All departures instead of landing and take-off: nine times the kerosene."""
    for r in o.pick(mode="air"):
        o.defaults[line(r)] = r["mwh"]
        r["mwh"] *= 9
        r["t"] *= 9
    o.say(air="departures")


def back_h13(o: Old) -> None:
    """No rows for rail and ships."""
    for r in o.pick(mode=("rail", "ship")):
        o.defaults[line(r)] = r["mwh"]
    o.rows = [r for r in o.rows if r["mode"] not in ("rail", "ship")]
    o.say(rail_ship="excluded")


def back_h14(o: Old) -> None:
    """Tailpipe factors."""
    for r in o.pick(sector="VK"):
        if r["carrier"] in TAILPIPE:
            r["t"] = r["mwh"] * TAILPIPE[r["carrier"]] / 1000
    o.say(transport_factors="ttw")


def back_h15(o: Old) -> None:
    """Municipal facilities in services as well as in rows of their own."""
    for ke in o.pick(sector="KE"):
        for r in o.pick(sector="GHD", carrier=ke["carrier"]):
            share = ke["mwh"] / r["mwh"]
            r["mwh"] *= 1 + share
            r["t"] *= 1 + share
    o.say(municipal="inside_services")


def back_h16(o: Old) -> None:
    """Plants under emissions trading left out: 60 % of gas, 40 % of electricity of industry."""
    for carrier, share in (("gas", 0.6), ("elec", 0.4)):
        for r in o.pick(sector="IND", carrier=carrier):
            o.plants[f"IND.{carrier}"] = share * TRUE_MWH[f"IND.{carrier}"] * o.scale
            r["mwh"] *= 1 - share
            r["t"] *= 1 - share
    o.say(ets="excluded")


def back_h17(o: Old) -> None:
    """Process emissions of a glass works in the total."""
    o.rows.append(new("IPPU", 8_765.0))


def back_h18(o: Old) -> None:
    """Waste and forest in the total."""
    o.rows += [new("WASTE", 1_900.0), new("LULUCF", -6_400.0)]


def back_h19(o: Old) -> None:
    """Credit for wind power at 860 g/kWh."""
    o.rows.append(new("CREDIT", -25_000 * 0.860, carrier="elec", mwh=25_000.0))


def back_h22(o: Old) -> None:
    """The old territory was larger: 80 % of it belong to the present one."""
    _scale(o, 1 / 0.8)
    o.number(territory_key=0.8)


def back_h23(o: Old) -> None:
    """Gas billed on the upper heating value, times a factor for the lower one."""
    for r in o.pick(carrier="gas"):
        r["mwh"] /= HS
        r["t"] /= HS
    o.say(gas_heating_value="Hs")


def back_h24(o: Old) -> None:
    """Ambient heat with 0 t although its electricity is not in the electricity of households."""
    for r in o.pick(carrier="ambient"):
        r["t"] = 0.0


def back_h25(o: Old) -> None:
    """No rows for solar heat and wood."""
    for r in o.pick(carrier=("solar", "biomass")):
        o.defaults[line(r)] = r["mwh"]
    o.rows = [r for r in o.rows if r["carrier"] not in ("solar", "biomass")]
    o.say(renewable_heat="excluded")


def back_h26(o: Old) -> None:
    """District heat at the exit of the plant: 12 % losses still inside."""
    for r in o.pick(carrier="dh"):
        r["mwh"] /= 0.88
        r["t"] /= 0.88
    o.say(heat_metering="plant_exit")
    o.number(loss_share=0.12)


def back_h27(o: Old) -> None:
    """Oil sales of a year in which tanks were filled: 1.4 times the use."""
    rows = o.pick(carrier="oil")
    use = sum(r["mwh"] for r in rows)
    for r in rows:
        r["mwh"] *= 1.4
        r["t"] *= 1.4
    o.card["smoothing"] = {"oil": [1.4 * use, 0.9 * use, 0.7 * use]}
    o.say(oil_basis="sales")


def back_h28(o: Old) -> None:
    """Own use of solar power is not in the electricity of households: 5000 kW · 950 kWh/kW · 0.3 = 1425 MWh."""
    for r in o.pick(sector="HH", carrier="elec"):
        r["t"] *= 1 - 1425 / r["mwh"]
        r["mwh"] -= 1425
    o.say(self_consumption="excluded")
    o.number(pv_kw=5000, pv_yield=950, pv_self_share=0.3)


def back_h29(o: Old) -> None:
    """A tenth of the electricity of households as heating electricity at a tariff mix of 300.7 g/kWh."""
    for r in o.pick(sector="HH", carrier="elec"):
        part = r | {"carrier": "elec_heat", "mwh": 0.1 * r["mwh"], "t": 0.1 * r["mwh"] * 300.7 / 1000}
        r["mwh"] *= 0.9
        r["t"] *= 0.9
        o.rows.append(part)


def back_h30(o: Old) -> None:
    """Diesel of machines left out."""
    for r in o.pick(sector="GHD", carrier="diesel"):
        o.defaults[line(r)] = r["mwh"]
    o.rows = [r for r in o.rows if not (r["sector"] == "GHD" and r["carrier"] == "diesel")]
    o.say(offroad="excluded")


def back_h31(o: Old) -> None:
    """Food and goods of residents in the total."""
    o.rows.append(new("CONSUMPTION", 40_000.0))


def back_h32(o: Old) -> None:
    """The table is that of the district, in which the municipality has 23 %."""
    _scale(o, 1 / 0.23)
    o.say(territory_level="district")
    o.number(district_share=0.23)


def _scale(o: Old, by: float) -> None:
    """Rows and the figures of the card, which describe the same territory."""
    for r in o.rows:
        for key in ("mwh", "t", "ch4", "n2o"):
            r[key] = None if r[key] is None else r[key] * by
    for key, value in o.card.get("fill", {}).items():
        o.card["fill"][key] = value if key == "data_quality" else value * by
    o.card["smoothing"] = {c: [v * by for v in s] for c, s in o.card.get("smoothing", {}).items()}
    if "pv_kw" in o.card.get("numbers", {}):
        o.card["numbers"]["pv_kw"] *= by


def back_h33(o: Old) -> None:
    """Three cells as 0 or blank."""
    for i, r in enumerate(o.pick(sector=("HH", "IND"), carrier=("lpg", "coal", "oil"))):
        if r["sector"] == "IND" or r["carrier"] == "coal":
            o.defaults[line(r)] = r["mwh"]
            r["mwh"], r["t"] = (0.0, 0.0) if i % 2 else (None, None)
    o.say(zeros="unconfirmed")


def back_h35(o: Old) -> None:
    """Factors of GEMIS 4.95 for heat and electricity."""
    for r in o.pick(sector=STATIONARY):
        if r["carrier"] in GEMIS:
            r["t"] = r["mwh"] * GEMIS[r["carrier"]] / 1000
    o.say(factor_set="unknown", upstream="unknown", electricity="unknown")


BACK = {name[5:].upper(): f for name, f in sorted(globals().items()) if name.startswith("back_h")}


def old(*rules: str, scale: float = 1.0) -> Old:
    """The true inventory with the steps backwards of `rules`, the last rule first: the table before harmonising."""
    o = make(scale)
    true = {line(r): r["mwh"] for r in o.rows}
    for rule in sorted(rules, reverse=True):
        BACK[rule](o)
    # The estimate describes the present territory and all of the cell, whatever else was changed before.
    o.defaults = {k: true[k] for k in o.defaults}
    return copy.deepcopy(o)


def csv_text(o: Old, tonnes_only: tuple[str, ...] = ()) -> str:
    """The table as text: semicolons, decimal comma, six decimals."""

    def number(value: float | None) -> str:
        return "" if value is None else f"{value:.6f}".replace(".", ",")

    lines = ["sector;carrier;mode;part;mwh;t_co2e;ch4_t;n2o_t;state;data_quality;note"]
    for r in o.rows:
        mwh = None if r["carrier"] in tonnes_only else r["mwh"]
        cells = (number(mwh), number(r["t"]), number(r["ch4"]), number(r["n2o"]))
        lines.append(
            ";".join([r["sector"], r["carrier"], r["mode"], r["part"], *cells, r["state"], r["dq"], "fictitious"])
        )
    return "\n".join(lines) + "\n"
