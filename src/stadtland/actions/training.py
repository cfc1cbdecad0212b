"""Set up the training region: files to read and try, and a database that has gone through every command.

Nothing is written past the rules: the plan is adopted, reports are read, spending and payments are booked as a user
would. Dates are value dates of the story; the journal's own times are those of the set-up.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from stadtland.base.errors import InputError
from stadtland.base.files import OutDir
from stadtland.ledger.journal import Journal, Records
from stadtland.monitoring import fund as rules
from stadtland.monitoring import pipeline, training
from stadtland.monitoring.book import Book
from stadtland.monitoring.records import Draft, Repository

from . import fund, monitoring
from .klimakonto import Konto
from .training_account import TrainingAccount

ROLE = "Klimaschutzmanagement (Übung)"
HEDGE, BOG = "U04@99000002", "OWN-U05@99000003"


def set_up(out: Path, opened: Callable[[], tuple[Any, Repository]], lang: str = "de") -> int:
    """Write the folder and fill its database; returns the last reported year. InputError `folder-not-empty`."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError("folder-not-empty", "the folder is not empty", str(out), "name a new folder")
    files = _files(lang)
    for folder, names in files.items():
        with OutDir(out / folder) as target:
            for name, data in names.items():
                target.stage(name, data)
            target.commit()
    store, repository = opened()
    _Story(repository, store.journal, store.records, out, lang).run()
    return training.years()[-1]


def reports() -> list[tuple[int, int, bool, bool]]:
    """All yearly reports of the story in order: (year, version, new method, corrected)."""
    t, out = training.table(), []
    for year in training.years():
        new = year >= t["method"]["from"]
        if year == t["method"]["from"]:
            out.append((t["method"]["restated"], 2, True, False))
        out.append((year, 1, new, False))
        if year == t["correction"]["year"] + 1:
            out.insert(-1, (t["correction"]["year"], 2, new, True))
    return out


def _files(lang: str) -> dict[str, dict[str, bytes | str]]:
    t = training.table()
    sheets: dict[str, bytes | str] = {
        f"bericht-{year}-fassung-{version}.csv": training.report_csv(year, new, corrected, lang)
        for year, version, new, corrected in reports()
    }
    proof: dict[str, bytes | str] = {
        f"{m['id']}-abnahme.txt": f"{t['name'][lang]}\n{m['title'][lang]}: Abnahme, frei erfunden\n"
        for m in t["measure"]
    }
    readme = "\n\n".join((f"# {t['name'][lang]}", t["seed_note"][lang], t["readme"][lang])) + "\n"
    plan = json.dumps(training.plan(lang), ensure_ascii=False, indent=1) + "\n"
    return {
        "": {"LIESMICH.md" if lang == "de" else "README.md": readme, "plan.json": plan},
        "berichte": sheets,
        "nachweise": proof,
    }


class _Story:
    """The years of the training region, told through the use cases."""

    def __init__(self, repository: Repository, journal: Journal, records: Records, out: Path, lang: str) -> None:
        self.repository, self.journal, self.records = repository, journal, records
        self.out, self.lang = out, lang
        self.account = TrainingAccount(Konto(journal, records), out / "konto", lang)

    def at(self, date: str) -> Callable[[], datetime]:
        """A clock that stands at noon of a day."""
        return lambda: datetime.fromisoformat(f"{date}T12:00:00").replace(tzinfo=UTC)

    def note(self, date: str, decide: Callable[[Book], list[Draft]]) -> None:
        monitoring.record(self.repository, decide, ROLE, self.at(date))

    def run(self) -> None:
        """Plan, measures, fund, then year by year."""
        t = training.table()
        self.parties()
        self.account.open()
        fund.book(self.journal, lambda f: rules.rules(f, "2021-01-01", t["fund"]["admin_bp"], t["fund"]["buffer_bp"]))
        plan_date = f"{t['plan_years'][0]}-02-15"
        waiting = reports()
        first = t["first"]
        monitoring.start_from_plan(
            self.repository, self.out / "plan.json", "Räte der drei Übungsgemeinden, Januar 2021", ROLE,
            clock=self.at(plan_date),
        )  # fmt: skip
        for m in t["measure"]:
            self.begin(m)
        for year in training.years():
            if year > first:
                for m in t["measure"]:
                    self.year(m, year)
                self.money(year)
            while waiting and (waiting[0][0] < year if waiting[0][1] > 1 else waiting[0][0] == year):
                self.report(*waiting.pop(0), said_in=year)
            if year == t["last"] - 1:
                self.settle(year)

    def parties(self) -> None:
        for id, name in training.table()["party"].items():
            fund.payee(self.records, name[self.lang], id=id)

    def begin(self, m: dict[str, Any]) -> None:
        id = f"{m['id']}@{m['member']}"
        self.note("2021-02-20", lambda b: pipeline.assign(b, id, m["responsible"], m.get("partners", [])))
        self.note("2021-02-20", lambda b: pipeline.due(b, id, "milestone", m["milestone"], "2021-06-30"))
        decision = f"Gemeinderat (Übung), Vorlage {m['id']}/2021"
        self.note("2021-03-18", lambda b: pipeline.status(b, id, "decided", "2021-03-18", decision))
        self.note("2021-06-20", lambda b: pipeline.finish(b, id, 1, "2021-06-20"))

    def year(self, m: dict[str, Any], year: int) -> None:
        t, id = training.table(), f"{m['id']}@{m['member']}"
        y = year - t["first"]
        stop = m.get("stopped")
        if stop and stop["date"].startswith(str(year)):
            self.note(
                stop["date"], lambda b: pipeline.status(b, id, "stopped", stop["date"], "", stop["reason"][self.lang])
            )
        built, before = m["built"][y], training.standing(m, y - 1)
        if built and not before:
            self.note(f"{year}-04-10", lambda b: pipeline.status(b, id, "building", f"{year}-04-10"))
            proof = self.out / "nachweise" / f"{m['id']}-abnahme.txt"
            self.note(f"{year}-06-29", lambda b: pipeline.evidence(b, id, proof))
        if built:
            self.note(f"{year}-06-30", lambda b: pipeline.build(b, id, built, f"{year}-06-30"))
            if not before:
                self.note(f"{year}-07-01", lambda b: pipeline.status(b, id, "running", f"{year}-07-01"))
        units = training.standing(m, y)
        if units and m["payer"] not in ("fund", "grant"):
            cents = round(100 * m["cost"] * units * m.get("cost_factor", 1.0))
            self.note(f"{year}-12-15", lambda b: pipeline.spend(b, id, cents, f"{year}-12-15", m["payer"]))
        if year == t["last"] and not stop:
            text = {"de": "Verwendungsnachweis abgeben", "en": "hand in the statement of use"}[self.lang]
            self.note(f"{year}-12-20", lambda b: pipeline.due(b, id, "task", text, f"{year + 2}-03-31"))

    def money(self, year: int) -> None:
        t = training.table()["fund"]
        y = year - training.table()["first"]
        journal = self.journal
        for group, source in (("city", "99000001"), ("companies", "p-betriebe"), ("citizens", "p-buerger")):
            self.book(partial(self.contribution, group=group, source=source, year=year))
        if year == t["grant_year"]:
            self.book(lambda f, n: rules.grant(f, t["grant"], BOG, f"{year}-04-01", "p-foerderer", n))
        for c in t["contract"]:
            if c["first_year"] == year:
                self.contract(c)
            if c["first_year"] <= year:
                kg: int | None = None
                units: list[str] = []
                if c["basis"] == "tonne":
                    if year > t["verified_until"]:
                        continue  # not verified yet: nothing is paid, and the schedule says so
                    kg, units = self.account.year(year, self.kg(c, y))
                fund.pay(journal, c["id"], year, f"{year + 1}-02-{c['day']}", kg=kg, units=units)
                self.paid(c, year)
        self.book(lambda f, n: rules.spend(f, t["admin"][y], "admin", "p-verwaltung", f"{year}-11-30", n))
        if year == t["mistake"]["year"]:
            wrong = self.book(
                lambda f, n: rules.spend(f, t["mistake"]["cents"], "free", "p-hof1", f"{year}-05-05", n, HEDGE)
            )
            self.book(lambda f, n: rules.correct(f, wrong, f"{year}-05-12", "wrong-payee", n))

    def contribution(self, f: rules.Fund, number: str, group: str, source: str, year: int) -> list[Any]:
        t = training.table()
        return rules.contribute(f, t["fund"][group][year - t["first"]], group, f"{year}-03-01", source, number)

    def paid(self, c: dict[str, Any], year: int) -> None:
        """What the fund has paid also stands with the measure, as paid by fund or grant."""
        id, payer, date = c["measure"], "grant" if c["pot"] else "fund", f"{year}-12-31"
        cents = fund.state(self.journal).paid(c["id"], year)
        self.note(f"{year + 1}-02-{c['day']}", lambda b: pipeline.spend(b, id, cents, date, payer))

    def kg(self, c: dict[str, Any], y: int) -> int:
        m = next(x for x in training.table()["measure"] if f"{x['id']}@{x['member']}" == c["measure"])
        kilograms: float = 1000 * m["t"] * training.mean_units(m, y)
        return round(kilograms)

    def book(self, request: Callable[..., list[Any]]) -> int:
        entries = fund.book(self.journal, lambda f: request(f, fund.voucher(f, "")))
        return int(entries[-1].seq)

    def contract(self, c: dict[str, Any]) -> None:
        keys = ("id", "payee", "measure", "basis", "rate", "quantity", "first_year", "years", "due", "date", "pot")
        values = [c[k] for k in keys]
        fund.book(self.journal, lambda f: rules.contract(f, *values))

    def report(self, year: int, version: int, new: bool, corrected: bool, said_in: int) -> None:
        t = training.table()
        file = self.out / "berichte" / f"bericht-{year}-fassung-{version}.csv"
        method = t["method"]["new" if new else "old"]
        why = t["correction" if corrected else "method"]["reason"][self.lang] if version > 1 else ""
        clock = self.at(f"{said_in + 1}-0{5 if version == 1 else 4}-15")
        monitoring.import_report(
            self.repository, file, year, ROLE, self.lang, method, why, clock=clock, journal=self.journal
        )

    def settle(self, year: int) -> None:
        decision = f"Lenkungskreis (Übung), 10.06.{year + 1}"
        monitoring.true_up(self.repository, year, "", "shares", None, decision, ROLE, self.at(f"{year + 1}-06-10"))
