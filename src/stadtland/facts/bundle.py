"""Write the bundled municipality content from a folder of public data.

Run `python -m stadtland.facts.bundle FOLDER`.

Makes figures.csv and outlines.json for the reference case, codes.csv.gz and succession.csv for all Germany.
Single figures with source only; no file of the folder is copied.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from pathlib import Path

from stadtland.base import content
from stadtland.base.figure import Figure

from .derive import derive
from .folder import open_text, read
from .municipality import rings

REFERENCE = ("14713000", "14729380", "14729030", "14729245", "14729410")
COLUMNS = (
    "id",
    "year",
    "value",
    "unit",
    "territory_date",
    "low",
    "high",
    "source",
    "owner",
    "state",
    "data_quality",
    "evidence",
    "note",
)


def text_of(value: object) -> str:
    """A cell: empty for None, whole numbers without decimals."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


def figures_csv(folder: Path) -> str:
    """The table of figures of the reference case."""
    found: dict[str, list[Figure]] = read(folder, REFERENCE)
    derived = derive(folder, found, REFERENCE)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("ags", *COLUMNS))
    for ags in REFERENCE:
        for figure in sorted(found[ags] + derived[ags], key=lambda f: (f.id, f.year or 0)):
            writer.writerow((ags, *(text_of(getattr(figure, column)) for column in COLUMNS)))
    return out.getvalue()


def codes_csv(folder: Path) -> bytes:
    """All codes with level and name, gzipped with a fixed time stamp."""
    with open_text(folder / "localzero/area_kinds/2021.csv") as handle:
        real = {row["ags"] for row in csv.DictReader(handle)}
    rows: dict[str, tuple[str, str]] = {}
    with open_text(folder / "localzero/ags/2021.csv") as handle:
        for row in csv.DictReader(handle):
            ags = row["ags"]
            if not ags.isdigit():
                continue
            level = "municipality" if ags in real else ("land" if ags.endswith("000000") else "kreis")
            rows[ags] = (level, row["description"])
    with open_text(folder / "gv_isys/gemeinden_gv4q_2020-12-31.csv") as handle:
        for row in csv.DictReader(handle):
            if row["ags"] not in rows and row["population"] in ("", "0"):
                rows[row["ags"]] = ("unincorporated", row["name"])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("ags", "level", "name"))
    writer.writerows((ags, *rows[ags]) for ags in sorted(rows))
    return gzip.compress(out.getvalue().encode(), mtime=0)


def succession_csv(folder: Path) -> str:
    """Codes that ended, with the codes that took over (dissolutions and changes of the code itself)."""
    with open_text(folder / "ags_history/ags-history_2019ff.json") as handle:
        changes = json.load(handle)
    rows = []
    for change in changes:
        if change["kind"] == "Dissolution":
            after = [(p["ags"], p["name"]) for p in change["parts"]]
        elif change["kind"] == "AgsOrNameChange" and change["new_ags"] != change["ags"]:
            after = [(change["new_ags"], change["new_name"])]
        else:
            continue
        rows += [(change["ags"], change["name"], change["effective_date"], new, title) for new, title in after]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("ags", "name", "date", "new_ags", "new_name"))
    writer.writerows(sorted(rows))
    return out.getvalue()


def outlines_json(folder: Path) -> str:
    """Outlines of the reference case with licence and attribution."""
    with open_text(folder / "vg250/reference_case_wgs84.geojson") as handle:
        features = json.load(handle)["features"]
    found = {f["properties"]["ags"]: rings(f["geometry"]) for f in features}
    body = {
        "attribution": "© GeoBasis-DE / BKG (2022)",
        "licence": "dl-de/by-2-0",
        "crs": "EPSG:4326",
        "note": "VG250 of 15 May 2022, simplified; for drawing, not for measuring areas",
        "rings": found,
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")) + "\n"


def main(folder: Path) -> None:
    """Write all four files."""
    target = content.path("municipalities")
    (target / "figures.csv").write_text(figures_csv(folder), encoding="utf-8")
    (target / "codes.csv.gz").write_bytes(codes_csv(folder))
    (target / "succession.csv").write_text(succession_csv(folder), encoding="utf-8")
    (target / "outlines.json").write_text(outlines_json(folder), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
