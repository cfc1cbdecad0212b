"""Export → edit → import loses nothing: random own figures of every dataset, in both languages and both formats."""

from __future__ import annotations

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from own_data_files import LATEST, MEMBERS

from stadtland.inventory import own_data
from stadtland.inventory.own_data.catalogue import SCHEMA, units_of
from stadtland.inventory.own_data.numbers import round15
from stadtland.inventory.own_data.records import Key, Record

texts = (
    st.text(
        st.characters(
            codec="utf-8",
            exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"),
            exclude_characters="@Ãâ\ufffdÂ",
        ),
        min_size=1,
        max_size=30,
    )
    .map(lambda t: " ".join(t.split()))
    .filter(lambda t: t and t[0] not in "=+-@" and sum(c.isdigit() for c in t) < 8)
)
reals = st.one_of(
    st.floats(1e-6, 1e6, allow_subnormal=False).map(round15),
    st.integers(1, 10**6).map(float),
    st.just(0.1 + 0.2).map(round15),
)
FIELDS = [f for d in own_data.datasets().values() for f in d.fields]
COUNTS = ("heads", "cars", "dwellings")
# totals are checked against their parts: not part of random figures
PLAIN = [f for f in FIELDS if not f.sum_of]


@st.composite
def figures(draw):
    """A random state of up to 12 figures."""
    state = {}
    for _ in range(draw(st.integers(1, 12))):
        entry = draw(st.sampled_from(PLAIN))
        dataset = own_data.datasets()[entry.dataset]
        part = draw(texts) if dataset.parts else ""
        key = Key(draw(st.sampled_from(MEMBERS)), entry.dataset, entry.id, part, draw(st.integers(1990, 2026)))
        state[key] = draw(records(entry, dataset))
    return state


@st.composite
def records(draw, entry, dataset):
    kind = draw(
        st.sampled_from(
            [
                "value",
                "value",
                "value",
                "true_zero",
                "rounded_zero",
                "confidential",
                "not_available",
                "not_applicable",
                "estimated",
            ]
        )
    )
    number = draw(st.integers(1, 10**6).map(float) if entry.unit in COUNTS else reals)
    value, high = {"value": (number, None), "estimated": (number, None), "true_zero": (0.0, None)}.get(
        kind, (None, None)
    )
    if kind == "rounded_zero":
        value, high = 0.0, 0.5 * 10.0 ** -draw(st.integers(0, 3))
    extra = {}
    if dataset.secrecy:
        extra = {
            "holdings": draw(st.one_of(st.none(), st.integers(1, 99).map(float))),
            "largest_share": draw(st.one_of(st.none(), st.floats(1, 100).map(lambda x: round(x, 3)))),
            "published": draw(st.booleans()),
        }
    if dataset.parts:
        extra = {"complete": draw(st.booleans())}
    return Record(
        value,
        draw(st.sampled_from(units_of(entry))) if entry.unit not in COUNTS else entry.unit,
        kind,
        "confirmed_zero" if kind == "true_zero" else "own",
        draw(texts),
        draw(st.sampled_from("ABCD")),
        draw(texts),
        draw(st.one_of(st.just(""), texts)),
        high,
        **extra,
    )


def tables(state, lang, defaults):
    used = {k.dataset for k in state}
    return {
        k: own_data.rows(d, MEMBERS, 2021, lang, defaults, state) for k, d in own_data.datasets().items() if k in used
    }


def read(raw, defaults):
    return own_data.read(raw, MEMBERS, LATEST, defaults=defaults, lang="en").entries


def same(entries, state):
    assert set(entries) == set(state)
    for key, record in state.items():
        assert record.same(entries[key]), (key, record, entries[key])


@pytest.mark.parametrize("lang", ["de", "en"])
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(state=figures())
def test_csv_round_trip(lang, defaults, state):
    entries = {}
    for table in tables(state, lang, defaults).values():
        entries |= read(own_data.to_csv(table, lang), defaults)
    same(entries, state)


@pytest.mark.parametrize("lang", ["de", "en"])
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(state=figures())
def test_workbook_round_trip(lang, defaults, state):
    same(read(own_data.to_xlsx(tables(state, lang, defaults), lang), defaults), state)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(state=figures(), data=st.data())
def test_an_edit_changes_exactly_what_was_edited(defaults, tmp_path_factory, state, data):
    folder = tmp_path_factory.mktemp("store")
    reading = own_data.Reading(dict(state), (), "0" * 64, "csv", dict.fromkeys(state))
    if not fits(folder, reading):
        return
    key = data.draw(st.sampled_from(sorted(state)))
    table = tables(state, "de", defaults)[key.dataset]
    columns = own_data.datasets()[key.dataset].columns()
    at = next(
        i
        for i, r in enumerate(table[1:], 1)
        if (r[0], r[columns.index("id")], r[columns.index("year")]) == (key.ags, key.id, str(key.year))
        and (not key.part or r[columns.index("part")] == key.part)
    )
    table[at][columns.index("note")] = "geprüft"
    changed = own_data.read(own_data.to_csv(table, "de"), MEMBERS, LATEST, defaults=defaults)
    batch = own_data.apply(folder, changed, "2026-02-02T10:00:00Z", "office")
    after = own_data.load(folder).state
    assert set(after) == set(state)
    if state[key].note == "geprüft":
        assert batch is None
        return
    assert [c.key for c in batch.changes] == [key] and batch.changes[0].old.same(state[key])
    assert after[key].note == "geprüft"
    for other in set(state) - {key}:
        assert after[other].same(state[other])


def fits(folder, reading):
    from stadtland.base.errors import InputError

    try:
        own_data.apply(folder, reading, "2026-02-01T10:00:00Z", "office")
    except (InputError, AttributeError):  # two random figures that contradict each other
        return False
    return True


def test_templates_hold_every_required_dataset_with_units_texts_and_defaults(defaults):
    wanted = {
        "final_energy",
        "meters",
        "animals",
        "fleets",
        "district_heat",
        "employees",
        "zensus2022_heating",
        "organic_soils",
        "road_mileage",
    }
    assert set(own_data.datasets()) == wanted
    import openpyxl

    for lang in ("de", "en"):
        raw = own_data.to_xlsx(
            {k: own_data.rows(d, MEMBERS, 2021, lang, defaults) for k, d in own_data.datasets().items()}, lang
        )
        book = openpyxl.load_workbook(io.BytesIO(raw))
        assert len(book.sheetnames) == 10
        guide = "\n".join(str(c.value) for r in book.worksheets[0].rows for c in r)
        for dataset in own_data.datasets().values():
            assert dataset.improves[lang] in guide and dataset.explain[lang] in guide
        energy = book.worksheets[1]
        rows = list(energy.iter_rows(min_row=2, values_only=True))
        assert len(rows) == len(MEMBERS) * 60 and all(isinstance(r[0], str) and len(r[0]) == 8 for r in rows)
        assert all(r[6] is None and r[7] == "MWh" and r[5] == "MWh" and r[4] is not None for r in rows)
        assert rows[0][4] == pytest.approx(defaults.values["14713000", "HH.elec"], rel=1e-5)
        assert rows[0][-1] == f"{SCHEMA} final_energy 2021 {defaults.version} internal"


def test_an_empty_template_changes_nothing(defaults):
    for lang in ("de", "en"):
        for dataset in own_data.datasets().values():
            table = own_data.rows(dataset, MEMBERS, 2021, lang, defaults)
            assert read(own_data.to_csv(table, lang), defaults) == {}
            assert read(own_data.to_xlsx({dataset.id: table}, lang), defaults) == {}


def test_templates_are_the_same_bytes_each_time(defaults):
    one, two = (
        own_data.to_xlsx(
            {"animals": own_data.rows(own_data.datasets()["animals"], MEMBERS, 2021, "de", defaults)}, "de"
        )
        for _ in range(2)
    )
    assert one == two


def test_figures_of_section_8_stand_in_the_texts():
    """What each dataset improves, with the figures of the comparison."""
    texts = {k: d.improves["de"] for k, d in own_data.datasets().items()}
    for id, figure in (
        ("final_energy", "53 %"),
        ("final_energy", "5 bis 8 %"),
        ("final_energy", "von 40 auf 15 bis 20 %"),
        ("district_heat", "3 bis 8 %"),
        ("employees", "5 bis 10 %"),
        ("zensus2022_heating", "von 50 auf 10 %"),
        ("zensus2022_heating", "2 bis 3 %"),
        ("road_mileage", "15 bis 35 auf 10 %"),
        ("animals", "Faktor 2"),
        ("organic_soils", "20 %"),
    ):
        assert figure in texts[id], (id, figure)
