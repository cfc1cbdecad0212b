"""Map and charts: projection by hand, unknown flows dashed, texts escaped, ids apart."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from stadtland.documents import charts, maps


def test_map_keeps_north_up_and_shape() -> None:
    ring = [[10.0, 60.0], [10.2, 60.0], [10.2, 60.1], [10.0, 60.1], [10.0, 60.0]]
    svg = maps.outlines([{"name": "A", "role": "city", "outline": [ring]}])
    points = [tuple(map(float, p.split(","))) for p in re.search(r'd="M([^Z]+)Z', svg).group(1).split("L")]
    width, height = points[1][0] - points[0][0], points[0][1] - points[3][1]
    assert points[3][1] < points[0][1]  # north is up
    assert width / height == pytest.approx(0.2 * 0.5 / 0.1, rel=0.01)  # cos 60.05° is 0.5 within a per cent


def test_scale_bar_is_ten_kilometres() -> None:
    ring = [[10.0, 50.0], [10.1, 50.0], [10.1, 51.0], [10.0, 51.0], [10.0, 50.0]]
    svg = maps.outlines([{"name": "A", "outline": [ring]}], height=300)
    bar = float(re.search(r"v4h([\d.]+)v-4", svg).group(1))
    assert bar == pytest.approx((300 - 44) * 10 / 111.195, abs=0.1)  # one degree of latitude fills the height


def test_no_outline_no_map() -> None:
    assert maps.outlines([{"name": "A", "outline": None}]) == ""


def test_flows_known_solid_unknown_dashed_and_escaped() -> None:
    rows = [
        {"title": "<b>Water", "text": "75 %", "known": True, "to_city": True},
        {"title": "Food", "text": "?", "known": False, "to_city": None},
    ]
    svg = maps.flows(rows, ("City", "Land"))
    ElementTree.fromstring(svg)
    assert svg.count("stroke-dasharray") == 1 and "<b>" not in svg and "75 %" in svg
    assert svg.count("l11,-5") == 2 and svg.count("l-11,-5") == 1  # unknown direction has two heads


def test_labels_do_not_overlap() -> None:
    placed = maps._apart([(100, 50, "Bennewitz"), (140, 52, "Wurzen"), (400, 50, "Far")])
    assert abs(placed[0][1] - placed[-1][1]) >= 17 or placed[0][0] == 400
    assert {p[2]: p[1] for p in placed}["Far"] == 50


def test_charts_escape_and_keep_ids_apart() -> None:
    rows = [{"place": "<script>A", "label": "x", "rank": 0, "value": 1.0}]
    spec = charts.stacked(rows, ["<script>A"], ["x"], ["#332288"])
    one, two = charts.render(spec, "one", "de"), charts.render(spec, "two", "de")
    ElementTree.fromstring(one)
    assert "<script" not in one and "Fira Sans" in one
    ids = [set(re.findall(r'id="([^"]+)"', s)) for s in (one, two)]
    assert not ids[0] & ids[1]
