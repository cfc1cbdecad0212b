"""Secrecy of farm figures: the rule by hand, and random tables where no hidden cell can be recomputed.

The attack in the tests is written apart from the code under test: bounds by constraint propagation for one margin,
by a linear programme over all published equations for two.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from own_data_files import LATEST, MEMBERS, csv_bytes, row
from scipy.optimize import linprog

from stadtland import inventory
from stadtland.inventory import own_data
from stadtland.inventory.own_data.records import Key, Record
from stadtland.inventory.own_data.secrecy import protect, secret_sum


def herd(value, holdings=10.0, share=20.0, published=False, unit="heads"):
    return Record(
        value,
        unit,
        "value" if value else "true_zero",
        "own",
        "count",
        "A",
        "office",
        holdings=holdings,
        largest_share=share,
        published=published,
    )


def key(ags, id="livestock.cows", year=2021):
    return Key(ags, "animals", id, "", year)


@pytest.mark.parametrize(
    ("holdings", "share", "published", "value", "expected"),
    [
        (3, 50, False, 100, False),
        (2, 50, False, 100, True),
        (1, 100, False, 100, True),
        (3, 50.1, False, 100, True),
        (None, 20, False, 100, True),
        (10, None, False, 100, True),
        (1, 100, True, 100, False),
        (0, None, False, 0, False),
        (None, None, False, None, False),
    ],
)
def test_the_rule(holdings, share, published, value, expected):
    assert own_data.secret(herd(value, holdings, share, published)) is expected


def test_a_sum_that_one_holding_dominates_is_secret():
    # 900 of 1,000 heads stand at one holding
    assert secret_sum(np.array([900.0, 50, 50]), np.array([1.0, 5, 5]), np.array([100.0, 20, 20]))
    assert not secret_sum(np.array([300.0, 400, 300]), np.array([5.0, 5, 5]), np.array([60.0, 20, 20]))
    assert secret_sum(np.array([10.0, 10]), np.array([1.0, 1]), np.array([10.0, 10]))
    assert not secret_sum(np.zeros(2), np.full(2, np.nan), np.full(2, np.nan))


def test_one_secret_member_hides_a_second_one_or_the_sum():
    state = {key("14713000"): herd(100, 1, 100), key("14729380"): herd(300), key("14729030"): herd(200)}
    assert own_data.hidden(state) == {key("14713000"), key("14729030")}
    table = own_data.public_table(state, 2021)["livestock.cows"]
    assert table == {"14713000": None, "14729030": None, "14729380": 300.0, "joint": 600.0}


def test_a_single_secret_member_has_no_sum():
    state = {key("14713000"): herd(100, 1, 100)}
    assert own_data.public_table(state, 2021)["livestock.cows"] == {"14713000": None, "joint": None}


def test_published_neighbours_cannot_cover():
    state = {key("14713000"): herd(100, 1, 100), key("14729380"): herd(300, published=True)}
    assert own_data.public_table(state, 2021)["livestock.cows"] == {"14713000": None, "14729380": 300.0, "joint": None}


def test_zero_cannot_cover():
    state = {key("14713000"): herd(100, 1, 100), key("14729380"): herd(0.0)}
    assert own_data.public_table(state, 2021)["livestock.cows"] == {"14713000": None, "14729380": 0.0, "joint": None}


cells = st.tuples(
    st.integers(0, 2000),
    st.sampled_from([None, 1.0, 2.0, 3.0, 8.0]),
    st.sampled_from([None, 20.0, 50.0, 51.0, 100.0]),
    st.booleans(),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(cells, min_size=1, max_size=8))
def test_no_member_can_be_recomputed_from_the_joint_sum(rows):
    """One class: from sum and shown cells the hidden ones are never bounded closer than a tenth of their value."""
    state = {key(f"{i:08d}"): herd(float(v), h, s, p) for i, (v, h, s, p) in enumerate(rows)}
    table = own_data.public_table(state, 2021)["livestock.cows"]
    joint = table.pop("joint")
    hidden = [a for a, v in table.items() if v is None]
    for ags, record in ((k.ags, r) for k, r in state.items()):
        if own_data.secret(record):
            assert table[ags] is None
        if record.published or not record.value:
            assert table[ags] == record.value
    if joint is None or not hidden:
        return
    rest = joint - sum(v for v in table.values() if v is not None)
    values = {k.ags: r.value for k, r in state.items()}
    assert rest == sum(values[a] for a in hidden)
    assert len(hidden) >= 2
    for ags in hidden:
        if own_data.secret(state[key(ags)]):
            assert rest >= 1.1 * values[ags] - 1e-6


def attack(table, shown):
    """Bounds of every hidden cell of a table with its sums, from all published relations and x >= 0."""
    n, m = table.shape[0] - 1, table.shape[1] - 1
    names = list(itertools.product(range(n), range(m)))
    a_eq, b_eq = [], []

    def relation(parts, value):
        a_eq.append([1.0 if c in parts else 0.0 for c in names])
        b_eq.append(value)

    for i, j in names:
        if shown[i, j]:
            relation({(i, j)}, table[i, j])
    for i in range(n):
        if shown[i, m]:
            relation({(i, j) for j in range(m)}, table[i, m])
    for j in range(m):
        if shown[n, j]:
            relation({(i, j) for i in range(n)}, table[n, j])
    if shown[n, m]:
        relation(set(names), table[n, m])
    bounds = {}
    for k, c in enumerate(names):
        if shown[c]:
            continue
        goal = np.zeros(len(names))
        goal[k] = 1
        ends = []
        for sign in (1, -1):
            found = linprog(sign * goal, A_eq=a_eq or None, b_eq=b_eq or None, bounds=(0, None), method="highs")
            ends.append(sign * found.fun if found.status == 0 else np.inf)
        bounds[c] = tuple(ends)
    return bounds


def with_sums(values):
    table = np.zeros((values.shape[0] + 1, values.shape[1] + 1))
    table[:-1, :-1] = values
    table[-1, :-1], table[:-1, -1], table[-1, -1] = values.sum(0), values.sum(1), values.sum()
    return table


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_no_cell_of_a_table_with_both_sums_can_be_recomputed(seed):
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 6)), int(rng.integers(1, 5))
    values = rng.integers(0, 500, (n, m)).astype(float) * (rng.random((n, m)) < 0.8)
    primary = (rng.random((n, m)) < 0.3) & (values > 0)
    fixed = (values == 0) | ((rng.random((n, m)) < 0.1) & ~primary)
    rows = bool(rng.random() < 0.7)
    found = protect(values, primary, fixed, None, rows)
    assert (found.cells | ~primary).all() and not (found.cells & fixed).any()
    shown = np.ones((n + 1, m + 1), dtype=bool)
    shown[:n, :m], shown[n, :m] = ~found.cells, ~found.column_sums
    shown[:n, m], shown[n, m] = ~found.row_sums, not found.total
    if not rows:
        assert not shown[:, m].any()
    bounds = attack(with_sums(values), shown)
    for cell in map(tuple, np.argwhere(primary)):
        low, high = bounds[cell]
        assert low <= 0.9 * values[cell] + 1e-6 and high >= 1.1 * values[cell] - 1e-6, (cell, low, high)


def test_the_attack_finds_a_cell_that_is_left_open():
    """The test's own attack must see a leak: one hidden cell under a published sum."""
    values = np.array([[10.0, 20], [30, 40]])
    shown = np.ones((3, 3), dtype=bool)
    shown[0, 0] = False
    assert attack(with_sums(values), shown)[0, 0] == pytest.approx((10, 10))


def test_nothing_secret_hides_nothing():
    found = protect(np.ones((3, 2)), np.zeros((3, 2), bool), np.zeros((3, 2), bool), None, rows=True)
    assert not found.cells.any() and not found.column_sums.any() and not found.row_sums.any() and not found.total


HEAD = [
    "Gemeindeschlüssel",
    "Gemeinde",
    "Kennung",
    "Eigener Wert",
    "Einheit",
    "Jahr",
    "Quelle",
    "Datengüte",
    "Zuständig (Rolle)",
    "Vermerk",
    "Betriebe",
    "Anteil des größten Betriebs in %",
    "Veröffentlicht (ja/nein)",
]


@pytest.fixture
def store(tmp_path):
    rows = [
        [*row("14713000", "livestock.cows", "4711", "Stück"), "2", "60", ""],
        [*row("14729380", "livestock.cows", "8123", "Stück"), "9", "20", ""],
        [*row("14729030", "livestock.cows", "6007", "Stück"), "8", "20", ""],
        [*row("14729030", "livestock.pigs", "5501", "Stück"), "8", "20", ""],
    ]
    reading = own_data.read(csv_bytes(rows, HEAD), MEMBERS, LATEST)
    own_data.apply(tmp_path, reading, "2026-02-03T10:00:00Z", "Klimaschutzmanagement")
    return tmp_path


SECRETS = ("4711", "4.711", "4,711", "6007", "6.007", "6,007")  # the second one covers the first


def test_no_public_output_shows_a_secret_figure(store, tmp_path, defaults):
    import io
    import zipfile

    from stadtland.actions import own_data as actions

    out = tmp_path / "out"
    for kind in ("csv", "xlsx"):
        for lang in ("de", "en"):
            actions.export(store, out / kind / lang, 2021, kind=kind, lang=lang)
    texts = []
    for path in out.rglob("*"):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as box:
                texts += [box.read(n).decode("utf-8", "replace") for n in box.namelist()]
        elif path.is_file():
            texts.append(path.read_text(encoding="utf-8"))
    assert len(texts) > 20
    everything = "\n".join([*texts, str(actions.history(store))])
    assert not [s for s in SECRETS if s in everything]
    assert "8123" in everything and "5501" in everything
    assert actions.history(store)[0]["sha256"] is None
    inside = str(actions.history(store, internal=True))
    assert "4711" in inside and "6007" in inside


def test_the_inventory_of_public_overrides_is_the_estimate_for_hidden_cells(store):
    """What is hidden never enters a public run, so no difference of any of its sums can show it."""
    state = own_data.load(store).state
    public = own_data.overrides(state, 2021)
    assert public["14729030"].keys() == {"livestock.pigs"} and "14713000" not in public
    own = inventory.build(MEMBERS, 2021, overrides=public)
    plain = inventory.build(MEMBERS, 2021)
    at = inventory.LINES.index("AGR.enteric_dairy")
    assert own.t_co2e[at, 0] == plain.t_co2e[at, 0] and own.t_co2e[at, 2] == plain.t_co2e[at, 2]
    assert own.t_co2e[at, 1] != plain.t_co2e[at, 1]
    inside = own_data.overrides(state, 2021, internal=True)
    assert inside["14713000"]["livestock.cows"]["value"] == 4711.0


def test_a_public_export_cannot_be_imported_over_the_figures(store, defaults):
    state = own_data.load(store).state
    table = own_data.rows(own_data.datasets()["animals"], MEMBERS, 2021, "de", defaults, state, public=True)
    with pytest.raises(own_data.OwnDataError) as error:
        own_data.read(own_data.to_csv(table, "de"), MEMBERS, LATEST, defaults=defaults)
    assert error.value.problems[0].code == "public_export"


def test_exports_of_different_members_agree_on_what_is_hidden(store, tmp_path):
    """Shown alone, the member that covers the secret one would give it away by difference to the joint sum."""
    from stadtland.actions import own_data as actions

    actions.export(store, tmp_path / "two", 2021, ags=MEMBERS[1:], kind="csv", dataset=["animals"])
    text = "".join(p.read_text(encoding="utf-8") for p in (tmp_path / "two").iterdir())
    assert "8123" in text and "6007" not in text and "4711" not in text
    table = (tmp_path / "two" / "farm-figures.csv").read_text(encoding="utf-8").splitlines()
    assert "livestock.cows,joint,18841" in table and "livestock.cows,14729030,." in table


def test_texts_of_a_hidden_row_are_left_out(tmp_path, defaults):
    cells = [
        *row("14713000", "livestock.cows", "4711", "Stück", source="Hof mit 4711 Tieren", note="4711"),
        "1",
        "100",
        "",
    ]
    own_data.apply(tmp_path, own_data.read(csv_bytes([cells], HEAD), MEMBERS, LATEST), "2026-02-03T10:00:00Z", "Amt")
    state = own_data.load(tmp_path).state
    table = own_data.rows(own_data.datasets()["animals"], MEMBERS, 2021, "de", defaults, state, public=True)
    assert "4711" not in str(table) and "4711" in str(
        own_data.rows(own_data.datasets()["animals"], MEMBERS, 2021, "de", defaults, state)
    )


def test_who_enters_a_secret_figure_is_told():
    cells = [
        [*row(a, "livestock.cows", "100", "Stück"), *more]
        for a, more in zip(MEMBERS, (("1", "100", ""), ("9", "20", ""), ("1", "100", "ja")), strict=True)
    ]
    reading = own_data.read(csv_bytes(cells, HEAD), MEMBERS, LATEST)
    assert [(n.code, n.place.row) for n in reading.notices] == [("farm_secret", 2)]


def test_history_shows_that_something_was_changed_but_not_what(store):
    from stadtland.actions import own_data as actions

    cows = [h for h in actions.history(store) if h["id"] == "livestock.cows"]
    assert len(cows) == 3 and all(h["old"] is None and h["new"] == "." and h["hidden"] for h in cows)


def test_a_joint_sum_that_one_holding_dominates_is_hidden():
    state = {key("14713000"): herd(900, 1, 100), key("14729380"): herd(60), key("14729030"): herd(50)}
    assert own_data.public_table(state, 2021)["livestock.cows"]["joint"] is None
    state = {key("14713000"): herd(900, 9, 30), key("14729380"): herd(60), key("14729030"): herd(50)}
    assert own_data.public_table(state, 2021)["livestock.cows"]["joint"] == 1010.0
