"""Vega-Lite specs for the report and their rendering to SVG. Values come in as rows; nothing is computed here."""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from typing import Any

from .style import FONT, fonts, palette

FULL = 660
"""Width of a full-width chart in px; 1 px is about 0.73 pt on paper."""
LOCALES: dict[str, Any] = {"de": "de-DE", "en": "en-GB"}
Row = dict[str, Any]
Spec = dict[str, Any]


def render(spec: Spec, name: str, lang: str) -> str:
    """The SVG of a spec, with ids made unique by `name` so that several can stand in one page."""
    whole = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "config": _config(),
        "background": None,
        **spec,
    }
    svg = _drawn(json.dumps(whole, sort_keys=True), lang)
    svg = re.sub(r'id="(clip|gradient)', rf'id="{name}-\1', svg)
    svg = re.sub(r"url\(#(clip|gradient)", rf"url(#{name}-\1", svg)
    return re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", svg)


@lru_cache(maxsize=128)
def _drawn(spec: str, lang: str) -> str:
    """The same picture is drawn once, however many pages and papers show it."""
    svg: str = _engine().vegalite_to_svg(json.loads(spec), vl_version="6.4", format_locale=LOCALES[lang])
    return svg


@lru_cache(maxsize=128)
def png(svg: str, scale: float) -> bytes:
    """A picture as PNG, `scale` picture points per point of the drawing, for papers that hold no SVG."""
    made: bytes = _engine().svg_to_png(svg, scale=scale)
    return made


@cache
def _engine() -> Any:
    import vl_convert

    vl_convert.register_font_directory(fonts())
    return vl_convert


def _config() -> Spec:
    p = palette()
    text = {
        "labelFont": FONT,
        "titleFont": FONT,
        "labelColor": p["ink"],
        "titleColor": p["muted"],
        "labelFontSize": 12.5,
        "titleFontSize": 12.5,
        "titleFontWeight": 400,
    }
    return {
        "font": FONT,
        "view": {"stroke": None},
        "text": {"font": FONT, "fontSize": 12.5, "color": p["ink"]},
        "axis": {**text, "gridColor": "#e3e8ea", "domainColor": p["line"], "tickColor": p["line"], "labelLimit": 170},
        "legend": {**text, "symbolType": "square", "symbolSize": 130, "labelLimit": 240, "title": None},
        "header": {**text, "title": None, "labelLimit": 170},
        "padding": 2,
    }


def balance(rows: list[Row], order: list[str], names: dict[str, str]) -> Spec:
    """Gross and soil emissions to the right, sinks to the left, net as a mark. Rows {place, series, value}."""
    p = palette()
    series = ["gross", "emis", "remo"]
    colours = [p["accent"], p["rural"], p["removal"]]
    labels = [names[s] for s in series]
    shown = [r | {"label": names[r["series"]]} for r in rows if r["series"] in series]
    y = {"field": "place", "type": "nominal", "sort": order, "axis": {"title": None, "ticks": False, "domain": False}}
    return {
        "width": FULL - 170,
        "height": {"step": 30},
        "layer": [
            {
                "data": {"values": shown},
                "mark": {"type": "bar", "height": 17, "stroke": "white", "strokeWidth": 0.8},
                "encoding": {
                    "y": y,
                    "x": {
                        "field": "value",
                        "type": "quantitative",
                        "stack": "zero",
                        "axis": {"title": None, "tickCount": 8},
                    },
                    "color": {
                        "field": "label",
                        "type": "nominal",
                        "sort": labels,
                        "scale": {"domain": labels, "range": colours},
                        "legend": {"orient": "top", "offset": 6},
                    },
                    "order": {"field": "rank", "type": "quantitative"},
                },
            },
            {
                "data": {"values": [r for r in rows if r["series"] == "net"]},
                "mark": {"type": "tick", "thickness": 3, "height": 25, "color": p["ink"]},
                "encoding": {"y": y, "x": {"field": "value", "type": "quantitative"}},
            },
        ],
    }


def stacked(rows: list[Row], order: list[str], series: list[str], colours: list[str]) -> Spec:
    """Horizontal stacked bars. Rows {place, label, rank, value}."""
    return {
        "width": FULL - 170,
        "height": {"step": 30},
        "data": {"values": rows},
        "mark": {"type": "bar", "height": 19, "stroke": "white", "strokeWidth": 0.8},
        "encoding": {
            "y": {
                "field": "place",
                "type": "nominal",
                "sort": order,
                "axis": {"title": None, "ticks": False, "domain": False},
            },
            "x": {"field": "value", "type": "quantitative", "axis": {"title": None, "tickCount": 8}},
            "color": {
                "field": "label",
                "type": "nominal",
                "sort": series,
                "scale": {"domain": series, "range": colours},
                "legend": {"orient": "top", "columns": 4, "offset": 6},
            },
            "order": {"field": "rank", "type": "quantitative"},
        },
    }


def wedges(rows: list[Row], labels: list[Row], target: list[Row], colours: dict[str, str]) -> Spec:
    """Areas between `low` and `high` by year, labels at the right end, the target path as a line."""
    p = palette()
    names = list(colours)
    x = {
        "field": "year",
        "type": "quantitative",
        "scale": {"nice": False, "zero": False},
        "axis": {"format": "d", "title": None, "grid": False, "tickCount": 6},
    }
    y = {"type": "quantitative", "axis": {"title": None, "tickCount": 6}}
    layers: list[Spec] = [
        {
            "data": {"values": rows},
            "mark": {"type": "area", "stroke": "white", "strokeWidth": 0.9},
            "encoding": {
                "x": x,
                "y": {**y, "field": "low"},
                "y2": {"field": "high"},
                "color": {
                    "field": "label",
                    "type": "nominal",
                    "scale": {"domain": names, "range": list(colours.values())},
                    "legend": None,
                },
            },
        },
        {
            "data": {"values": labels},
            "mark": {"type": "text", "align": "left", "dx": 14, "fontSize": 12.5},
            "encoding": {"x": x, "y": {**y, "field": "at"}, "text": {"field": "text"}},
        },
        {
            "data": {"values": labels},
            "mark": {
                "type": "square",
                "size": 90,
                "dx": 0,
                "xOffset": 6,
                "opacity": 1,
                "stroke": p["muted"],
                "strokeWidth": 0.4,
            },
            "encoding": {
                "x": x,
                "y": {**y, "field": "at"},
                "color": {
                    "field": "label",
                    "type": "nominal",
                    "scale": {"domain": names, "range": list(colours.values())},
                },
            },
        },
    ]
    if target:
        line = {"type": "line", "color": p["ink"], "strokeWidth": 2.2, "strokeDash": [7, 4]}
        layers.append({"data": {"values": target}, "mark": line, "encoding": {"x": x, "y": {**y, "field": "value"}}})
        name = {"type": "text", "align": "right", "dx": -6, "dy": 10, "fontWeight": 600, "fontSize": 12.5}
        layers.append(
            {
                "data": {"values": target[len(target) // 3 : len(target) // 3 + 1]},
                "mark": name,
                "encoding": {"x": x, "y": {**y, "field": "value"}, "text": {"field": "text"}},
            }
        )
    return {
        "width": FULL - 260,
        "height": 265,
        "padding": {"left": 2, "right": 190, "top": 6, "bottom": 2},
        "layer": layers,
    }


def land(rows: list[Row], order: list[str], names: tuple[str, str]) -> Spec:
    """Used against there, one small bar each per class of land. Rows {land, kind, value, text}."""
    p = palette()
    return {
        "data": {"values": rows},
        "spacing": 10,
        "facet": {
            "row": {
                "field": "land",
                "type": "nominal",
                "sort": order,
                "header": {"labelAngle": 0, "labelAlign": "left", "labelPadding": 4, "labelOrient": "left"},
            }
        },
        "resolve": {"scale": {"x": "independent"}},
        "spec": {
            "width": FULL - 330,
            "height": {"step": 17},
            "layer": [
                {
                    "mark": {"type": "bar", "height": 13},
                    "encoding": {
                        "y": {
                            "field": "kind",
                            "type": "nominal",
                            "sort": list(names),
                            "axis": {"title": None, "ticks": False, "domain": False, "labelFontSize": 11.5},
                        },
                        "x": {"field": "value", "type": "quantitative", "axis": None},
                        "color": {
                            "field": "kind",
                            "type": "nominal",
                            "legend": None,
                            "scale": {"domain": list(names), "range": [p["accent"], p["remaining"]]},
                        },
                    },
                },
                {
                    "mark": {"type": "text", "align": "left", "dx": 5, "fontSize": 12},
                    "encoding": {
                        "y": {"field": "kind", "type": "nominal", "sort": list(names)},
                        "x": {"field": "value", "type": "quantitative"},
                        "text": {"field": "text"},
                    },
                },
            ],
        },
    }


def corridor(bands: list[Row], points: list[Row], order: list[str], rules: list[str]) -> Spec:
    """Per member (own scale): the core corridor as a band, one mark per rule. Rows in million EUR of saving."""
    p = palette()
    colours = [p["accent"], p["rural"], "#882255", p["removal"], "#332288"][: len(rules)]
    shapes = ["circle", "diamond", "triangle-up", "square", "cross"][: len(rules)]
    axis = {"title": None, "tickCount": 5, "labelFontSize": 11, "tickSize": 3, "labelPadding": 1}
    x = {"field": "value", "type": "quantitative", "axis": axis, "scale": {"zero": True}}
    layers: list[Spec] = [
        {
            "transform": [{"filter": "datum.what == 'band'"}],
            "mark": {"type": "bar", "height": 13, "color": p["remaining"]},
            "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}},
        },
        {
            "transform": [{"filter": "datum.what == 'rule'"}],
            "mark": {"type": "point", "filled": True, "size": 120, "stroke": "white", "strokeWidth": 0.8, "opacity": 1},
            "encoding": {
                "x": x,
                "color": {
                    "field": "rule",
                    "type": "nominal",
                    "scale": {"domain": rules, "range": colours},
                    "legend": {"orient": "top", "columns": 3, "symbolType": None},
                },
                "shape": {"field": "rule", "type": "nominal", "scale": {"domain": rules, "range": shapes}},
            },
        },
    ]
    return {
        "data": {"values": bands + points},
        "spacing": 2,
        "facet": {
            "row": {
                "field": "place",
                "type": "nominal",
                "sort": order,
                "header": {"labelAngle": 0, "labelAlign": "left", "labelOrient": "left", "labelPadding": 4},
            }
        },
        "resolve": {"scale": {"x": "independent"}},
        "spec": {"width": FULL - 190, "height": 16, "layer": layers},
    }


def lines(rows: list[Row], series: list[str], height: int = 130) -> Spec:
    """Lines by year for one member, small; told apart by colour and dash. Rows {year, label, value}."""
    p = palette()
    return {
        "width": 265,
        "height": height,
        "data": {"values": rows},
        "mark": {"type": "line", "strokeWidth": 2.4},
        "encoding": {
            "x": {
                "field": "year",
                "type": "quantitative",
                "scale": {"nice": False, "zero": False},
                "axis": {"format": "d", "title": None, "grid": False, "tickCount": 4},
            },
            "y": {
                "field": "value",
                "type": "quantitative",
                "axis": {"title": None, "tickCount": 5},
                "scale": {"zero": True},
            },
            "color": {
                "field": "label",
                "type": "nominal",
                "scale": {"domain": series, "range": [p["muted"], p["accent"], p["removal"]]},
                "legend": {
                    "orient": "top",
                    "direction": "horizontal",
                    "symbolType": "stroke",
                    "symbolSize": 260,
                    "columns": 3,
                    "labelFontSize": 12,
                    "columnPadding": 6,
                },
            },
            "strokeDash": {
                "field": "label",
                "type": "nominal",
                "scale": {"domain": series, "range": [[5, 4], [1, 0], [2, 3]]},
            },
        },
    }


def many_lines(rows: list[Row], series: list[str], colours: list[str], height: int = 260) -> Spec:
    """Lines by year over the full width, told apart by colour and dash. Rows {year, label, value}."""
    p = palette()
    dashes = [[1, 0], [7, 4], [2, 3], [10, 3, 2, 3], [5, 2]]
    axis = {"format": "d", "title": None, "grid": False, "tickCount": 6}
    x = {"field": "year", "type": "quantitative", "scale": {"nice": False, "zero": False}, "axis": axis}
    legend = {"orient": "bottom", "symbolType": "stroke", "symbolSize": 320, "columns": 2, "labelLimit": 320}
    return {
        "width": FULL - 110,
        "height": height,
        "data": {"values": rows},
        "mark": {"type": "line", "strokeWidth": 2.4, "color": p["ink"]},
        "encoding": {
            "x": x,
            "y": {"field": "value", "type": "quantitative", "axis": {"title": None, "tickCount": 6}},
            "color": {
                "field": "label",
                "type": "nominal",
                "scale": {"domain": series, "range": colours},
                "legend": legend,
            },
            "strokeDash": {
                "field": "label",
                "type": "nominal",
                "scale": {"domain": series, "range": dashes[: len(series)]},
            },
        },
    }
