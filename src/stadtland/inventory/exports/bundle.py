"""All files of an export format, with the problems its own check found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..conformity import conformity
from ..inventory import Inventory
from . import FORMATS, cdp, crf, dcat, form_rules, origins, secap, tidy, words, xlsx
from .cells import Problem
from .release import current
from .views import views


@dataclass(frozen=True)
class Export:
    """Files (name → bytes), broken rules, what the publisher still has to add (DCAT-AP.de), and the public rules of
    the form with their verdicts.
    """

    files: dict[str, bytes]
    problems: list[Problem]
    missing: list[dict[str, str]]
    rules: tuple[form_rules.Verdict, ...] = ()


def export(
    inv: Inventory,
    form: str,
    data: Path | None = None,
    publisher: dcat.Publisher = dcat.Publisher(),  # noqa: B008
) -> Export:
    """Files of one format: crf, secap, cdp, csv, xlsx or dcat; KeyError-free, the format is checked by the caller."""
    assert form in FORMATS
    makers = {"crf": _crf, "secap": _secap, "cdp": _cdp, "csv": _csv, "xlsx": _xlsx, "dcat": _dcat}
    made = makers[form](inv, data, publisher)
    verdicts = tuple(v for f in ("csv", "dcat") if form == "dcat" for v in form_rules.check(f, made.files))
    verdicts = verdicts or tuple(form_rules.check(form, made.files))
    problems = made.problems + [Problem(v.id, v.id, text) for v in verdicts for text in v.broken]
    report = {f"{form}_check.json": _check(problems, made.missing, verdicts)}
    return Export(made.files | report, problems, made.missing, verdicts)


def _tables(inv: Inventory) -> tuple[dict[str, list[dict[str, Any]]], dict[str, list[Problem]]]:
    """Rows and problems by table: crf, totals, secap…, cdp, inventory."""
    release = current().id
    table, base, verdict = crf.build(inv), secap.build(inv), conformity(inv)
    labels = {a: e["label"] for a, e in verdict["members"].items()} | {"joint": verdict["joint"]["label"]}
    found = cdp.records(table, release, labels)
    rows = {
        "crf": crf.rows(table, release),
        "crf_totals": crf.totals(table),
        "secap_summary": secap.summary(base),
        "secap_energy": secap.rows(base, secap.ENERGY),
        "secap_emissions": secap.rows(base, secap.EMISSIONS),
        "cdp": cdp.rows(found),
        "conformity": conformity_rows(verdict),
        "factors": origins.rows(inv),
    }
    return rows, {"crf": crf.verify(table), "secap": secap.verify(base), "cdp": cdp.verify(found, table)}


def conformity_rows(verdict: dict[str, Any]) -> list[dict[str, Any]]:
    """One row per member and test with verdict, reasons in both languages, missing cells."""
    out = []
    for who, entry in [*verdict["members"].items(), ("joint", verdict["joint"])]:
        for test in entry["tests"]:
            row = {"ags": who, "year": verdict["year"], "test": test["id"], "name_de": test["name"]["de"]}
            row |= {"name_en": test["name"]["en"], "verdict": test["verdict"]}
            for lang in words.LANGUAGES:
                row[f"reasons_{lang}"] = " ".join(dict.fromkeys(r["text"][lang] for r in test["reasons"]))
            out.append(row | {"missing": test["missing"], "factor_release": verdict["release"]["id"]})
    return out


def view_rows(inv: Inventory, data: Path | None) -> list[dict[str, Any]]:
    """One row per member and additional view; unknown values stay empty with the reason."""
    out = []
    for who, entry in views(inv, data).items():
        for name, view in entry.items():
            reason = view["reason"] or {"de": "", "en": ""}
            out.append(
                {
                    "ags": who,
                    "year": inv.year,
                    "view": name,
                    "label_de": view["label"]["de"],
                    "label_en": view["label"]["en"],
                    "bisko_t": view["bisko_t"],
                    "low": view["low"],
                    "high": view["high"],
                    "difference_t": view["difference_t"],
                    "reason_de": reason["de"],
                    "reason_en": reason["en"],
                }
            )
    return out


def _check(
    problems: list[Problem], missing: list[dict[str, str]], verdicts: Sequence[form_rules.Verdict] = ()
) -> bytes:
    found: dict[str, Any] = {"passed": not problems, "problems": [asdict(p) for p in problems], "missing": missing}
    found["rules"] = [
        {"id": v.id, "text": v.text, "source": v.source, "evidence": v.evidence, "passed": not v.broken}
        for v in verdicts
    ]
    return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()


def _pack(form: str, rows: dict[str, list[dict[str, Any]]], problems: list[Problem]) -> Export:
    files = {f"{name}.csv": tidy.write(table).encode() for name, table in rows.items()}
    used = dict.fromkeys(c for table in rows.values() for c in (table[0] if table else ()))
    files[f"{form}_columns.csv"] = tidy.write(
        [_column(c) for c in used], ["column", "unit", "label_de", "label_en"]
    ).encode()
    return Export(files | {f"{form}_check.json": _check(problems, [])}, problems, [])


def _column(name: str) -> dict[str, str]:
    for table in ("columns", "headers"):
        for row in words.table(table):
            if row["column"] == name:
                return row
    raise KeyError(name)


def _crf(inv: Inventory, data: Path | None, publisher: dcat.Publisher) -> Export:
    rows, problems = _tables(inv)
    return _pack("crf", {k: rows[k] for k in ("crf", "crf_totals", "factors")}, problems["crf"])


def _secap(inv: Inventory, data: Path | None, publisher: dcat.Publisher) -> Export:
    rows, problems = _tables(inv)
    return _pack("secap", {k: v for k, v in rows.items() if k.startswith("secap") or k == "factors"}, problems["secap"])


def _cdp(inv: Inventory, data: Path | None, publisher: dcat.Publisher) -> Export:
    rows, problems = _tables(inv)
    return _pack("cdp", {"cdp": rows["cdp"]}, problems["cdp"])


def _inventory_csv(inv: Inventory) -> str:
    return tidy.write(tidy.rows(inv, current().id), tidy.columns())


def _csv(inv: Inventory, data: Path | None, publisher: dcat.Publisher) -> Export:
    text = _inventory_csv(inv)
    problems = tidy.verify(inv, text)
    files = {
        f"inventory-{inv.year}.csv": text.encode(),
        "inventory_columns.csv": tidy.write(words.table("columns")).encode(),
    }
    return Export(files | {"csv_check.json": _check(problems, [])}, problems, [])


def _dcat(inv: Inventory, data: Path | None, publisher: dcat.Publisher) -> Export:
    base = _csv(inv, data, publisher)
    text = base.files[f"inventory-{inv.year}.csv"].decode()
    label = conformity(inv)["joint"]["label"]
    triples = dcat.graph(inv, current().id, text, publisher, label)
    missing, problems = dcat.missing(triples), base.problems + dcat.verify(triples)
    files = base.files | {
        f"inventory-{inv.year}.ttl": dcat.turtle(triples).encode(),
        f"inventory-{inv.year}.jsonld": dcat.jsonld(triples).encode(),
        "dcat_check.json": _check(problems, missing),
    }
    return Export(files, problems, missing)


def _xlsx(inv: Inventory, data: Path | None, publisher: dcat.Publisher) -> Export:
    rows, problems = _tables(inv)
    release = current()
    about = [
        {"field": "year", "value_de": str(inv.year), "value_en": str(inv.year)},
        {
            "field": "factor_release",
            "value_de": f"{release.id} {release.sha256}",
            "value_en": f"{release.id} {release.sha256}",
        },
        {"field": "inventory_version", "value_de": inv.inventory_version, "value_en": inv.inventory_version},
        {"field": "method_version", "value_de": inv.method_version, "value_en": inv.method_version},
        {
            "field": "attribution",
            "value_de": words.tables("dcat")["attribution"],
            "value_en": words.tables("dcat")["attribution"],
        },
    ]
    sheets = {"about": about, "inventory": tidy.rows(inv, release.id), **rows, "views": view_rows(inv, data)}
    heads = {}
    for name in dict.fromkeys(c for table in sheets.values() for c in (table[0] if table else ())):
        row = _column(name)
        unit = f" [{row['unit']}]" if row["unit"] else ""
        heads[name] = f"{row['label_de']} / {row['label_en']}{unit}"
    found = [p for each in problems.values() for p in each]
    label = conformity(inv)["joint"]["label"]
    title = " / ".join(words.tables("dcat")["title"][lang].format(label=label[lang]) for lang in words.LANGUAGES)
    raw = xlsx.write(sheets, heads, title)
    return Export({f"inventory-{inv.year}.xlsx": raw, "xlsx_check.json": _check(found, [])}, found, [])
