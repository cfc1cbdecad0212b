"""The change between two years: closes to the kilogram, finds known causes, agrees with a second method."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadtland.base.errors import InputError
from stadtland.monitoring import causes, training
from stadtland.monitoring.amounts import whole
from stadtland.monitoring.book import Book, Built, Measure, Member, Planned, Row, Setup, Version

LINES = ("HH.gas", "HH.elec", "HH.dh", "VK.car.petrol", "AGR.soils_n2o", "LULUCF.forest", "LULUCF.organic_soils")
UNITS = {"energy_mwh": "MWh", "t_co2e": "t", "level": ""}


def version(year, values, method="m", number=1):
    rows = tuple(Row(k, m, i, w, v, UNITS[w], "s", "A") for (k, m, i, w), v in values.items())
    return Version(year, number, "", "", method, "", "", rows)


def book_of(*versions, measures=()):
    years = {}
    for v in versions:
        years[v.year] = (*years.get(v.year, ()), v)
    setup = Setup("x", (Member("1", "One", "city"), Member("2", "Two", "rural")))
    return Book(len(versions), setup, (), {m.id: m for m in measures}, years)


def by(found):
    return {c["id"]: c["kg"] for c in found["causes"]}


def test_hand_calculated_gas():
    """Gas of households, one member. Year 1: P 100, m² 4000, G/Gm 1, F 1000 MWh, E 250 t.
    Year 2: P 110, m² 4400, G/Gm 0.9, F 920 MWh, E 230 t (factor stays 0.25).

    W2 = 1 − 0.8 + 0.8·0.9 = 0.92, F*2 = 920/0.92 = 1000. Factors: P 100→110, D/P 40→40, F*/D 0.25→1000/4400,
    W 1→0.92, E/F 0.25→0.25. P·(F*/D) keeps its product (×1.1 and ÷1.1), so with a = 1.1 and W: the Shapley effects of
    three moving factors p = 1→1.1, i = 1→1/1.1, w = 1→0.92 on 250 t:
      φ_p = 250·0.1·[2·1·1 + 2·(1/1.1)(0.92) + (1)(0.92) + (1/1.1)(1)]/6
    """
    p, i, w = 0.1, 1 / 1.1 - 1, -0.08
    q, r, s = 1.1, 1 / 1.1, 0.92
    population = 250 * p * (2 + 2 * r * s + s + r) / 6
    intensity = 250 * i * (2 + 2 * q * s + s + q) / 6
    weather = 250 * w * (2 + 2 * q * r + q + r) / 6
    assert population + intensity + weather == pytest.approx(-20)
    values = [
        {
            ("line", "1", "HH.gas", "energy_mwh"): f, ("line", "1", "HH.gas", "t_co2e"): e,
            ("driver", "1", "population", "level"): n, ("driver", "1", "living_area", "level"): a,
            ("weather", "1", "degree_days", "level"): g, ("weather", "1", "degree_days_mean", "level"): 3400.0,
        }
        for f, e, n, a, g in ((1000.0, 250.0, 100.0, 4000.0, 3400.0), (920.0, 230.0, 110.0, 4400.0, 3060.0))
    ]  # fmt: skip
    found = by(causes.change(book_of(version(1, values[0]), version(2, values[1])), 1, 2))
    assert found["population"] == round(1000 * population)
    assert found["weather"] == round(1000 * weather)
    assert found["unexplained"] == pytest.approx(1000 * intensity, abs=2)
    assert found["grid_mix"] == found["activity"] == found["measures"] == 0
    assert sum(found.values()) == -20_000


values = st.one_of(st.just(0.0), st.floats(0.001, 1e7))
signed = st.one_of(st.just(0.0), st.floats(-1e7, 1e7))


SAME = st.just("m")


@st.composite
def reports(draw, year, method=SAME):
    rows = {}
    for member in ("1", "2"):
        for line in LINES:
            if draw(st.booleans()):
                tonnes = draw(signed if line.startswith("LULUCF") else values)
                rows["line", member, line, "t_co2e"] = tonnes
                if line[:2] in ("HH", "VK") and draw(st.booleans()):
                    rows["line", member, line, "energy_mwh"] = draw(values)
        for driver in ("population", "living_area", "passenger_km", "farmland", "organic_soils"):
            if draw(st.booleans()):
                rows["driver", member, driver, "level"] = draw(values)
        if draw(st.booleans()):
            rows["weather", member, "degree_days", "level"] = draw(st.floats(1, 9000))
            rows["weather", member, "degree_days_mean", "level"] = draw(st.floats(1, 9000))
    return version(year, rows, draw(method))


methods = st.sampled_from(["old", "new"])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(reports(1, methods), min_size=1, max_size=3), st.lists(reports(2, methods), min_size=1, max_size=2),
    st.sampled_from(["bisko", "gross", "net"]), st.booleans(), st.floats(-50, 50), st.floats(0, 400),
)  # fmt: skip
def test_every_change_closes_to_the_kilogram(first, last, account, restated, factor, units):
    """Zero, negative, missing and contradictory values, restated years: the causes always sum to the change."""
    first = [replace(v, number=i) for i, v in enumerate(first, 1)]
    last = [replace(v, number=i) for i, v in enumerate(last, 1)]
    measure = Measure(
        "B@1", "B", "1", {}, "u", "HH", "gross", planned=Planned((1, 2), (1.0, 2.0), (factor, 2 * factor), (0, 0)),
        built=(Built("0002-03-01", units),),
    )  # fmt: skip
    found = causes.change(book_of(*first, *last, measures=[measure]), 1, 2, account, restated)
    total = sum(c["kg"] for c in found["causes"])
    assert total == found["change_kg"] == found["end_kg"] - found["start_kg"]
    for part in ("members", "sectors"):
        for entry in found[part].values():
            assert sum(c["kg"] for c in entry["causes"]) == entry["end_kg"] - entry["start_kg"]
        assert sum(e["end_kg"] for e in found[part].values()) == found["end_kg"]
    if not restated:
        assert found["start_kg"] == sum(causes.lines(first[0], account).values())
    assert found["end_kg"] == sum(causes.lines(last[-1], account).values())


@settings(max_examples=100, deadline=None)
@given(reports(1), reports(2))
def test_back_and_forth_cancel(one, other):
    """Order-free: b → a is minus a → b (to a gram a line of rounding)."""
    there = by(causes.change(book_of(one, other), 1, 2, "net"))
    back = by(causes.change(book_of(replace(other, year=1), replace(one, year=2)), 1, 2, "net"))
    for cause in causes.CAUSES:
        size = max(abs(kg) for kg in (*there.values(), *back.values()))  # contradictory levels give effects of 1e14 kg
        assert there[cause] == pytest.approx(-back[cause], abs=len(LINES) * 4 + 1e-9 * size)


def lmdi(old, new):
    """Logarithmic mean Divisia index: L(E1, E0)·ln(x1/x0) for each factor."""
    e0, e1 = math.prod(old), math.prod(new)
    mean = e0 if e1 == e0 else (e1 - e0) / math.log(e1 / e0)
    return [mean * math.log(b / a) for a, b in zip(old, new, strict=True)]


def test_close_to_the_divisia_index(book):
    """A second method on the training region: every named cause within 1 % of the gross change of its parts."""
    for first in training.years()[2:-1]:
        last = first + 1
        found = by(causes.change(book, first, last, "bisko", restated=True))
        old, new = book.version(first), book.version(last)
        second = dict.fromkeys(("population", "activity", "weather", "grid_mix", "heat_mix"), 0.0)
        for code in book.setup.codes:
            for line in training.table()["line"]:
                energy = [v.value("line", code, line["id"], "energy_mwh") for v in (old, new)]
                if None in energy or 0 in energy:
                    continue
                tonnes = [v.value("line", code, line["id"], "t_co2e") for v in (old, new)]
                people = [v.value("driver", code, "population", "level") for v in (old, new)]
                level = [v.value("driver", code, causes.group(line["id"])["driver"], "level") for v in (old, new)]
                w = [training.weather_factor(line["id"], y - training.table()["first"]) for y in (first, last)]
                base = people if causes.group(line["id"])["population"] else [1.0, 1.0]
                factors = [
                    (base[k], level[k] / base[k], energy[k] / w[k] / level[k], w[k], tonnes[k] / energy[k])
                    for k in (0, 1)
                ]
                effects = lmdi(*factors)
                second["population"] += effects[0]
                second["activity"] += effects[1]
                second["weather"] += effects[3]
                carrier = line["id"].rsplit(".", 1)[1]
                if carrier in ("elec", "dh"):
                    second["grid_mix" if carrier == "elec" else "heat_mix"] += effects[4]
        size = max(abs(v) for v in second.values())
        for cause, tonnes in second.items():
            assert found[cause] / 1000 == pytest.approx(tonnes, abs=0.01 * size), (first, cause)


def test_known_causes_of_the_training_region(book):
    """The generator knows what it did: method, correction, heat mix, and what was saved without a measure."""
    t = training.table()
    found = by(causes.change(book, 2022, 2023, "net"))
    soil = sum(
        training.driver(m, o["driver"], 2) * o["factor"] * (t["method"]["soil_factor"] - 1)
        for m in t["member"] for o in t["other"] if o.get("soil")
    )  # fmt: skip
    assert found["method"] == pytest.approx(1000 * soil, abs=400)  # six lines rounded to 100 kg
    found = by(causes.change(book, 2024, 2025, "net"))
    gas = book.version(2024, 1).value("line", "99000001", "GHD.gas", "t_co2e")
    assert found["correction"] == pytest.approx(-1000 * gas * (1 - t["correction"]["factor"]), abs=200)
    assert by(causes.change(book, 2023, 2024, "net"))["method"] == 0


def test_lines_of_one_year_only_are_not_a_reduction():
    one = version(1, {("line", "1", "HH.gas", "t_co2e"): 10.0, ("line", "1", "HH.oil", "t_co2e"): 5.0})
    two = version(2, {("line", "1", "HH.gas", "t_co2e"): 9.0})
    found = causes.change(book_of(one, two), 1, 2)
    assert by(found)["coverage"] == -5000 and by(found)["unexplained"] == -1000
    assert found["only_one_year"] == ["HH.oil@1"]


def test_measured_value_wins_and_unknown_factor_is_unknown(book):
    m = replace(book.measures["U01@99000001"], planned=None)
    assert causes.measure_kg(book, m, 2024) is None
    rows = (*book.version(2024).rows, Row("measure", m.member, m.measure, "t_co2e", 12.5, "t", "s", "A"))
    measured = replace(book, years=book.years | {2024: (replace(book.version(2024), rows=rows),)})
    assert causes.measure_kg(measured, m, 2024) == 12_500


def test_measure_by_its_factor(book):
    """U01: 810 units at the end of 2023, 1220 at the end of 2024, 3.1 t each: 3.1·1015 = 3146.5 t."""
    m = book.measures["U01@99000001"]
    assert (causes.units(book, m, 2023), causes.units(book, m, 2024)) == (810, 1220)
    assert causes.measure_kg(book, m, 2024) == whole(3.1 * 1015, 1000) == 3_146_500


@pytest.mark.parametrize(
    ("args", "code"),
    [((2019, 2024), "year-missing"), ((2024, 2023), "year-order"), ((2023, 2024, "x"), "account-unknown")],
)
def test_bad_questions(book, args, code):
    with pytest.raises(InputError) as error:
        causes.change(book, *args)
    assert error.value.code == code
