"""The climate account of the training region: one project, verified and issued for two years, a part attributed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from stadtland.base.files import OutDir
from stadtland.ledger import requests
from stadtland.monitoring import training

from .klimakonto import Konto, serials

CODE, MEASURE = "99000003", "OWN-U05"


class TrainingAccount:
    """Rewetting in Probehausen, through the same use cases as any project."""

    def __init__(self, konto: Konto, folder: Path, lang: str) -> None:
        self.konto, self.folder, self.lang = konto, folder, lang
        self.project = self.owner = self.city = ""
        self.words: dict[str, Any] = training.table()["account"]

    def file(self, name: str, text: str) -> Path:
        """An invented file beside the others."""
        with OutDir(self.folder) as target:
            target.stage(name, text)
            return target.commit()[0]

    def open(self) -> None:
        """Holders, outline, project and gate."""
        t, lang = self.words, self.lang
        self.city = self.konto.holder(t["city"][lang], "member", "99000001")
        self.owner = self.konto.holder(t["owner"][lang], "land_user")
        plots = [{"name": t["plot"][lang], "outline": t["outline"]}]
        plot = self.konto.plots(self.file("flaechen.json", json.dumps(plots, ensure_ascii=False)))[0]["plot"]
        project = {
            "title": t["title"][lang], "measure": MEASURE, "class": "soil_emission_reduction", "municipality": CODE,
            "pool": "peat", "plots": [plot], "start": t["start"], "end": t["end"], "until": t["until"],
            "owner": self.owner, "risk_percent": t["risk_percent"], "visible_in_inventory": True,
        }  # fmt: skip
        gate = {
            "method": "training", "baseline": "drained grassland, training", "leakage_assessed": True,
            "required_by_law": False, "financing_barrier": True, "already_planned": False,
            "storage_years": t["until"] - t["start"], "reversal_plan": True, "harms_protected_site": False,
            "biodiversity": "positive",
        }  # fmt: skip
        parts = [f"[{name}]\n" + "".join(f"{k} = {json.dumps(v, ensure_ascii=False)}\n" for k, v in table.items())
                 for name, table in (("project", project), ("gate", gate))]  # fmt: skip
        self.project = self.konto.plan(self.file("projekt-moor.toml", "\n".join(parts)))["project"]

    def year(self, year: int, central_kg: int) -> tuple[int, list[str]]:
        """Monitor, verify and issue a year; returns the net kg and the serials the owner got."""
        t = self.words
        report = self.file(f"messung-{year}.txt", f"{training.table()['name'][self.lang]}, {year}: {central_kg} kg\n")
        low, high = (int(central_kg * t[k]) for k in ("low_share", "high_share"))
        self.konto.monitor(self.project, year, [low, central_kg, high], report)
        proof = self.file(f"pruefung-{year}.txt", f"{t['verifier'][self.lang]}, {year}\n")
        net = self.konto.confirm(self.project, year, t["verifier"][self.lang], proof)["net_kg"]
        entry = self.konto.account.book(requests.issue(self.project, year))[-1]
        own = serials([row for row in entry.data["moves"] if row[4] == f"hold:{self.owner}"])
        if year == t["transfer_year"]:
            held = self.konto.state.balances[f"hold:{self.owner}"]
            part = int(held * t["transfer_share"])
            self.konto.account.book(requests.transfer(self.owner, self.city, part, "internal"))
        return int(net), own
