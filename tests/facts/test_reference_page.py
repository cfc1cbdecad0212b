"""The reference page names every figure, series and defect there is, with the values the content holds."""

from __future__ import annotations

from pathlib import Path

from stadtland.base import content, toml
from stadtland.facts import folder, municipality, series

PAGE = (Path(__file__).resolve().parents[2] / "docs/reference/municipalities.md").read_text(encoding="utf-8")


def test_every_figure_is_named() -> None:
    ids = {f.id for figures in municipality.bundled().values() for f in figures}
    missing = {i for i in ids if i not in PAGE and not i.startswith(("water.", "commuters."))}
    assert not missing
    assert all(f"`{table['file']}`" in PAGE for table in folder.tables())


def test_every_series_stands_there_with_its_central_value() -> None:
    for id in series.ids():
        line = next(row for row in PAGE.splitlines() if row.startswith(f"| `{id}` |"))
        s = series.load(id)
        for year in (2030, 2045):
            if s.extended(year) and s.years[-1] < 2035:
                assert "| – | – |" in line  # history only: no value is shown for the future
                continue
            value = s.at(year)
            assert (f"{value:,.0f}" if value >= 1000 else f"{value:.3g}") in line, id


def test_every_defect_stands_there() -> None:
    for id in toml.read(content.path("factors", "known_defects.toml")):
        assert f"| {id} |" in PAGE
