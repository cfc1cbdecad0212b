"""Pictures of the annual report: steps of a change, and the years against the path. Nothing is computed here."""

from __future__ import annotations

from typing import Any

from .charts import FULL
from .style import palette

Row = dict[str, Any]
Spec = dict[str, Any]


def steps(rows: list[Row], order: list[str], words: tuple[str, str, str], low: float, high: float) -> Spec:
    """A waterfall. Rows {label, from, to, kind, text, at}; `words`: names of total, more, less."""
    p = palette()
    x = {
        "type": "quantitative", "scale": {"domain": [low, high], "zero": False, "nice": False},
        "axis": {"title": None, "tickCount": 6},
    }  # fmt: skip
    y = {"field": "label", "type": "nominal", "sort": order, "axis": {"title": None, "ticks": False, "domain": False}}
    return {
        "width": FULL - 210,
        "height": {"step": 24},
        "data": {"values": rows},
        "layer": [
            {
                "mark": {"type": "bar", "height": 15},
                "encoding": {
                    "y": y,
                    "x": {**x, "field": "from"},
                    "x2": {"field": "to"},
                    "color": {
                        "field": "kind",
                        "type": "nominal",
                        "scale": {"domain": list(words), "range": [p["accent"], p["lamp_red"], p["removal"]]},
                        "legend": {"orient": "top", "offset": 4},
                    },
                },
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 5, "fontSize": 11.5},
                "encoding": {"y": y, "x": {**x, "field": "at"}, "text": {"field": "text"}},
            },
        ],
    }


def years(rows: list[Row], band: list[Row], series: dict[str, str]) -> Spec:
    """Lines by year, told apart by colour and dash, and the range of the forecast. Rows {year, label, value}.

    `series`: labels by key (actual, first, path, trend), those that have rows.
    """
    p = palette()
    x = {
        "field": "year", "type": "quantitative", "scale": {"nice": False, "zero": False},
        "axis": {"format": "d", "title": None, "grid": False, "tickCount": 8},
    }  # fmt: skip
    y = {"type": "quantitative", "axis": {"title": None, "tickCount": 6}, "scale": {"zero": True}}
    looks = {
        "actual": (p["ink"], [1, 0]), "first": (p["rural"], [2, 3]), "path": (p["removal"], [7, 4]),
        "trend": (p["accent2"], [4, 2]),
    }  # fmt: skip
    labels = list(series.values())
    colours, dashes = [looks[k][0] for k in series], [looks[k][1] for k in series]
    layers: list[Spec] = []
    if band:
        layers.append(
            {
                "data": {"values": band},
                "mark": {"type": "area", "opacity": 0.25, "color": p["accent2"]},
                "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
            }
        )
    layers.append(
        {
            "data": {"values": rows},
            "mark": {"type": "line", "strokeWidth": 2.4, "point": {"size": 34}},
            "encoding": {
                "x": x,
                "y": {**y, "field": "value"},
                "color": {
                    "field": "label",
                    "type": "nominal",
                    "scale": {"domain": labels, "range": colours},
                    "legend": {"orient": "top", "direction": "horizontal", "symbolType": "stroke", "symbolSize": 260},
                },
                "strokeDash": {"field": "label", "type": "nominal", "scale": {"domain": labels, "range": dashes}},
            },
        }
    )
    return {"width": FULL - 70, "height": 230, "layer": layers}
