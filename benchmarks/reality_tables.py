"""The tables of docs/reference/reality.md: `python benchmarks/reality_tables.py [DATA]` prints them as Markdown."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from stadtland.inventory import calibrate as steps
from stadtland.inventory import control, published, sources
from stadtland.inventory.calibrate import calibrate_data
from stadtland.inventory.calibration import Calibration, Frame
from stadtland.inventory.method import weights
from stadtland.inventory.sources import Data


def percent(x: float | int | None, digits: int = 0, sign: bool = False) -> str:
    """A share as percent; – where there is none."""
    return "–" if x is None else f"{100 * x:{'+' if sign else ''}.{digits}f} %"


def bases(data: dict[int, Data], change: Callable[[Data], Data] = lambda d: d) -> published.Bases:
    """Drivers and calibration of both base years after a change of the data."""
    out = {}
    for year, one in data.items():
        changed = change(one)
        out[year] = (changed.drivers, calibrate_data(changed))
    return out


def lands(data: Data, without: tuple[str, ...] = ()) -> dict[str, float]:
    """Share of the quantity that stands in the wrong Land before the Land step, households and services; `without`
    some Länder. Keys: electricity, gas, oil, district heat, and `heat`, all heat carriers together.
    """
    cal = Calibration(data.year, "test", data.land_codes, data.kreis_codes)
    cal.control = control.energy(data.facts, data.year)
    cal.kreis = dict(data.kreis)
    cal.land = {k: v for k, v in data.land.items() if k.startswith("temperature")}
    frame = Frame(data.drivers, cal)
    steps._basics(frame, data)
    steps._jobs(frame)
    steps._industry(frame, data)
    steps._transport(frame, data)
    hh, trade = steps._households(frame), steps._services(frame, data)
    own = weights()["land_step"]
    out = {}
    sets = {c: (c,) for c in ("elec", "gas", "oil", "dh")} | {"heat": ("gas", "oil", "dh", "lpg", "biomass", "coal")}
    for name, carriers in sets.items():
        every = np.ones(len(data.land_codes), dtype=bool)
        columns = [x for c in carriers for x in own["columns"][c]]
        true = steps._balance_shares(data, own["row_hh_ghd"], columns, every)
        found = sum((frame.by_land(hh[c] + trade[c]) for c in carriers), np.zeros(len(data.land_codes)))
        if without:
            keep = np.array([c not in without for c in data.land_codes])
            found, true = found[keep], true[keep] / true[keep].sum()
        out[name] = float(np.abs(found / found.sum() - true).sum() / 2)
    return out


def main() -> None:
    named = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("STADTLAND_DATA")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"
    data = {year: sources.load(folder, year) for year in sources.BASE_YEARS}
    plain = bases(data)
    rows = published.reality(folder, plain)
    print("| city, year | use | sector | published t/head | estimate t/head | error | 80 % range t/head | inside |")
    print("|---|---|---|--|--|--|--|---|")
    for r in rows:
        if r.use == "shown":
            continue
        people = r.published / r.published_per_head
        span = "–" if r.inside is None else f"{r.low / people:.2f}–{r.high / people:.2f}"
        inside = {True: "yes", False: "no", None: "–"}[r.inside]
        print(
            f"| {r.city} {r.year} | {r.use} | {r.sector} | {r.published_per_head:.2f} | {r.estimate_per_head:.2f} "
            f"| {percent(r.error, 0, True)} | {span} | {inside} |"
        )
    print("\n| rows shown only | n | error of the total |\n|---|--|---|")
    for city in dict.fromkeys(r.city for r in rows):
        own = [r for r in rows if r.city == city and r.use == "shown" and r.sector == "total"]
        if own:
            text = ", ".join(f"{r.year} {percent(r.error, 0, True)}" for r in own)
            print(f"| {city} | {len(own)} | {text} |")
    for use in (("scored",), ("scored", "second")):
        print(f"\n| {' + '.join(use)} | n | median | worst | bias | inside 80 % range |\n|---|--|--|--|--|--|")
        for name, s in published.statistics(rows, use).items():
            cells = (percent(s["median"], 1), percent(s["worst"], 1), percent(s["bias"], 1, True), percent(s["inside"]))
            print(f"| {name} | {s['n']} | " + " | ".join(cells) + " |")
    scored = [r.inside for r in rows if r.use == "scored" and r.inside is not None]
    print(f"\nall scored values with a range: {sum(scored)} of {len(scored)} inside")
    head = "wrong Land: elec | gas | oil | district heat | all heat"
    print(f"\n| driver replaced by heads | median | worst | bias | {head} |")
    print("|---|--|--|--|--|--|--|--|--|")
    for name in ("none", *published.DRIVERS):
        changed = data if name == "none" else {y: published.without(d, name) for y, d in data.items()}
        s = published.statistics(published.reality(folder, bases(changed)))["total"]
        wrong = lands(changed[2018])
        cells = (percent(s["median"], 1), percent(s["worst"], 1), percent(s["bias"], 1, True))
        print(f"| {name} | " + " | ".join(cells) + " | " + " | ".join(percent(w, 2) for w in wrong.values()) + " |")
    what_if(rows, published.plants_part(folder, plain))


def what_if(rows: list[published.Row], part: dict[str, float]) -> None:
    """Effect of one better datum on the scored totals."""
    total = {r.city: r for r in rows if r.use == "scored" and r.sector == "total"}
    economy = {r.city: r for r in rows if r.use == "scored" and r.sector == "GHD_IND"}
    cases: dict[str, dict[str, float]] = {"as estimated": {c: r.error for c, r in total.items()}}
    cases["published economy of Düsseldorf in place of ours"] = {
        c: (r.estimate - economy[c].estimate + economy[c].published) / r.published - 1 if c == "Düsseldorf" else r.error
        for c, r in total.items()
    }
    cases["the same for every city that publishes it"] = {
        c: (r.estimate - economy[c].estimate + economy[c].published) / r.published - 1 if c in economy else r.error
        for c, r in total.items()
    }
    for name, key in (("households", "HH"), ("transport", "VK")):
        part_of = {r.city: r for r in rows if r.use == "scored" and r.sector == key}
        cases[f"published {name} in place of ours, where published ({len(part_of)} cities)"] = {
            c: (r.estimate - part_of[c].estimate + part_of[c].published) / r.published - 1 if c in part_of else r.error
            for c, r in total.items()
        }
    cases["estimate without its plants under emissions trading"] = {
        c: r.estimate * (1 - part[c]) / r.published - 1 for c, r in total.items()
    }
    cases["the same in Düsseldorf and Köln only"] = {
        c: cases["estimate without its plants under emissions trading"][c] if c in ("Düsseldorf", "Köln") else r.error
        for c, r in total.items()
    }
    print(f"\n| what if | median | worst | {' | '.join(total)} |\n|---|--|--|{'--|' * len(total)}")
    for name, errors in cases.items():
        values = np.abs(list(errors.values()))
        cells = (percent(float(np.median(values)), 1), percent(float(values.max()), 1))
        print(f"| {name} | " + " | ".join((*cells, *(percent(e, 0, True) for e in errors.values()))) + " |")
    print("\nplants' part of the estimate: " + ", ".join(f"{c} {percent(p)}" for c, p in part.items()))


if __name__ == "__main__":
    main()
