"""Use cases of the Klimakonto: holders, plots, projects, units, report. Names and outlines go to deletable records."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stadtland.base import json_file, strict, toml
from stadtland.base.errors import InputError
from stadtland.base.files import read_bytes
from stadtland.ledger import Draft, Journal, Records
from stadtland.ledger.account import Account
from stadtland.ledger.entry import Entry

MOST_EVIDENCE = 512 * 2**20
PROJECT_KEYS = ("title", "measure", "class", "municipality", "pool", "plots", "start", "end", "until", "owner",
                "risk_percent", "visible_in_inventory")  # fmt: skip


class Konto:
    """Journal and records together; every method books or reads and returns plain data."""

    def __init__(self, journal: Journal, records: Records) -> None:
        self.account = Account(journal)
        self.records = records

    @property
    def state(self) -> Any:
        """The state of the account."""
        return self.account.state

    def book(self, *drafts: Draft) -> list[Entry]:
        """Book as one booking."""
        return self.account.book(list(drafts))

    def holder(self, name: str, role: str, ags: str = "") -> str:
        """Open an account; the name goes to the records. Returns the opaque id."""
        if not name.strip() or len(name) > 200:
            raise InputError("holder-name", "a name of 1 to 200 characters is needed", "NAME", "write the name")
        id = "o-" + secrets.token_hex(5)
        data = {"holder": id, "role": role} | ({"ags": ags} if ags else {})
        self.records.put("party", id, {"name": name.strip()})
        try:
            self.book(Draft("unit.holder", data))
        except InputError:
            self.records.delete("party", id)
            raise
        return id

    def find(self, who: str) -> str:
        """The id of a holder by id or exact name; InputError `holder-unknown` or `holder-many`."""
        if who in self.state.holders:
            return who
        found = [i for i, p in self.records.all("party").items() if p.get("name") == who and i in self.state.holders]
        if len(found) > 1:
            raise InputError(
                "holder-many", f"{len(found)} holders have this name", who, "use the id: " + ", ".join(found)
            )
        if not found:
            raise InputError(
                "holder-unknown", f"there is no holder {who!r:.60}", "", "stadtland ledger report lists them"
            )
        return found[0]

    def name(self, id: str) -> str:
        """The name of a holder, or the id if the record was deleted."""
        found = self.records.get("party", id)
        return id if found is None else str(found.get("name", id))

    def evidence(self, path: Path) -> str:
        """The keyed hash of a file; key and name go to the records. Without the key the hash says nothing."""
        data = read_bytes(path, "a file of evidence", MOST_EVIDENCE + 1)
        if len(data) > MOST_EVIDENCE:
            raise InputError("evidence-size", "the file is larger than 512 MiB", str(path), "use a smaller file")
        key = secrets.token_bytes(32)
        mark = hmac.new(key, data, hashlib.sha256).hexdigest()
        self.records.put("evidence", mark, {"name": path.name, "key": key.hex(), "size": len(data)})
        return mark

    @contextmanager
    def _marked(self, path: Path) -> Iterator[str]:
        """The mark of a file of evidence; its record goes again if the booking is refused."""
        mark = self.evidence(path)
        try:
            yield mark
        except BaseException:
            self.records.delete("evidence", mark)
            raise

    def proves(self, path: Path) -> list[str]:
        """The marks in the records that fit this file, byte for byte."""
        data = read_bytes(path, "a file of evidence", MOST_EVIDENCE)
        return [
            mark
            for mark, row in self.records.all("evidence").items()
            if row.get("size") == len(data)
            and hmac.compare_digest(hmac.new(bytes.fromhex(row["key"]), data, hashlib.sha256).hexdigest(), mark)
        ]

    def plots(self, path: Path) -> list[dict[str, Any]]:
        """Register outlines from a JSON file `[{"name", "outline": [[x, y], …]}, …]`, metres of one projected system.

        Each is compared with every outline known and with the others of the file; overlaps above 1 m² are written into
        the journal by number, so that projects are refused there. All or none.
        """
        from stadtland.ledger.places import TOLERANCE_M2, area_m2, overlap_m2, ring

        rows = json_file.read(path, finite=True)
        if not isinstance(rows, list) or not 1 <= len(rows) <= 500:
            raise InputError("outline-file", "a list of 1 to 500 plots is needed", str(path), '[{"name", "outline"}]')
        known = {i: r.get("outline") for i, r in self.records.all("plot").items()}
        blind = sorted(set(self.state.plots) - {i for i, o in known.items() if o})
        if blind:
            raise InputError(
                "outline-missing",
                f"the outlines of {len(blind)} plots were deleted, so nothing can be compared with them",
                ", ".join(blind[:5]),
                "put their outlines back first",
            )
        seen = {i: [(int(x), int(y)) for x, y in o] for i, o in known.items() if o and i in self.state.plots}
        drafts, told = [], []
        for n, row in enumerate(rows):
            where = f"{path}: plot {n + 1}"
            table = strict.mapping(row, where)
            strict.keys(table, ("name", "outline"), where, ("outline",))
            shape = ring(table["outline"], where)
            shared = {i: overlap_m2(shape, o) for i, o in seen.items()}
            others = sorted(i for i, a in shared.items() if a > TOLERANCE_M2)
            id = "f-" + secrets.token_hex(5)
            key = secrets.token_bytes(32)
            mark = hmac.new(key, repr(shape).encode(), hashlib.sha256).hexdigest()
            seen[id] = shape
            area = int(area_m2(shape))
            drafts.append(Draft("place.plot", {"plot": id, "area_m2": area, "overlaps": others, "outline": mark}))
            told.append({"plot": id, "name": str(table.get("name", "")), "area_m2": area, "overlaps": others})
            self.records.put("plot", id, {"name": str(table.get("name", "")), "outline": shape, "key": key.hex()})
        try:
            self.book(*drafts)
        except InputError:
            for row in told:
                self.records.delete("plot", str(row["plot"]))
            raise
        return told

    def duty(self, plots: Sequence[str], start: int, end: int, pools: Sequence[str] = ()) -> str:
        """Register a legal compensation duty (Eingriffsregelung, Ökokonto) on plots; returns its id."""
        id = "d-" + secrets.token_hex(5)
        data: dict[str, Any] = {"duty": id, "plots": list(plots), "start": start, "end": end}
        self.book(Draft("place.duty", data | ({"pools": list(pools)} if pools else {})))
        return id

    def plan(self, path: Path) -> dict[str, Any]:
        """Plan a project from a TOML file with `[project]` and `[gate]`; validated if every criterion is passed.

        Returns {project, status, gate: rows}. Not passed: the project stays planned and yields no units.
        """
        from stadtland.ledger.gate import gate
        from stadtland.toolbox.reading import get as known

        table = toml.read(path)
        strict.keys(table, ("project", "gate"), str(path), ("project",))
        found = strict.mapping(table["project"], "project")
        strict.keys(found, PROJECT_KEYS, "project", [k for k in PROJECT_KEYS if k != "title"])
        if not isinstance(found["plots"], list) or not all(isinstance(p, str) for p in found["plots"]):
            raise InputError("kind-table", "plots is a list of ids", "project.plots", 'write ["f-…"]')
        if not str(found["measure"]).startswith("OWN-"):
            known(str(found["measure"]))
        rows = gate(strict.mapping(table.get("gate", {}), "gate"), str(found["class"]))
        id = "pr-" + secrets.token_hex(5)
        risk = strict.finite(found["risk_percent"], "project.risk_percent", 0, 100) * 10
        data = {
            "project": id, "measure": str(found["measure"]), "class": found["class"], "ags": str(found["municipality"]),
            "pool": found["pool"], "plots": found["plots"], "start": found["start"], "end": found["end"],
            "until": found["until"], "owner": self.find(str(found["owner"])), "risk": -int(-risk // 1),
            "visible": found["visible_in_inventory"] is True,
        }  # fmt: skip
        passed = all(r["passed"] for r in rows)
        with self._marked(path) as mark:
            drafts = [Draft("unit.plan", data)]
            if passed:
                answers = {r["id"]: True for r in rows}
                drafts.append(Draft("unit.validate", {"project": id, "gate": answers, "evidence": mark}))
            self.book(*drafts)
        self.records.put("project", id, {"title": str(found.get("title", id))})
        return {"project": id, "status": "validated" if passed else "planned", "gate": rows}

    def validate(self, project: str, path: Path) -> dict[str, Any]:
        """Bring a planned project through the gate with the answers of `[gate]` in a TOML file."""
        from stadtland.ledger.gate import gate

        found = self.state.projects.get(project)
        if found is None:
            raise InputError("project-unknown", f"there is no project {project!r:.60}", "", "plan it first")
        rows = gate(strict.mapping(toml.read(path).get("gate", {}), "gate"), found.unit_class)
        passed = {r["id"]: r["passed"] for r in rows}
        if all(passed.values()):
            with self._marked(path) as mark:
                self.book(Draft("unit.validate", {"project": project, "gate": passed, "evidence": mark}))
        return {"project": project, "status": self.state.projects[project].status, "gate": rows}

    def monitor(self, project: str, year: int, effect_kg: Sequence[int], evidence: Path) -> int:
        """A monitored year: lower limit, central value, upper limit of the effect in kg. Returns the entry."""
        low, central, high = effect_kg
        data = {"project": project, "year": year, "low_kg": low, "central_kg": central, "high_kg": high}
        with self._marked(evidence) as mark:
            return self.book(Draft("unit.monitor", data | {"evidence": mark}))[-1].seq

    def confirm(self, project: str, year: int, verifier: str, evidence: Path, leakage: int = 0) -> dict[str, Any]:
        """Verification by someone who holds no units; their name goes to the records."""
        from stadtland.ledger.requests import verify

        if any(self.name(h) == verifier for h in self.state.holders):
            raise InputError("verifier-bound", "the verifier holds units", verifier, "let someone else verify")
        known = {r["name"]: i for i, r in self.records.all("verifier").items()}
        id = known.get(verifier) or "v-" + secrets.token_hex(5)
        with self._marked(evidence) as mark:
            entry = self.account.book(verify(project, year, id, mark, leakage))[-1]
        self.records.put("verifier", id, {"name": verifier})
        return {k: entry.data[k] for k in ("net_kg", "buffer_kg", "issue_kg")} | {"entry": entry.seq}

    def reverse(self, project: str, year: int, loss_kg: int, reason: str, evidence: Path) -> list[Entry]:
        """Book a loss with its evidence."""
        from stadtland.ledger.requests import reverse

        with self._marked(evidence) as mark:
            return self.account.book(reverse(project, year, loss_kg, reason, mark))

    def correct(self, entry: int, reason: str, note: str = "") -> int:
        """Undo the moves of an entry with a reason; the words of the reason go to the records."""
        from stadtland.ledger.requests import correct

        id = "n-" + secrets.token_hex(5) if note else ""
        seq = self.account.book(correct(entry, reason, id))[-1].seq
        if note:
            self.records.put("note", id, {"text": note, "entry": seq})
        return seq

    def retire(self, owner: str, kg: int, claim: str, year: int, purpose: str = "", **chosen: Any) -> dict[str, Any]:
        """Retire units under a new statement; the purpose in words goes to the records."""
        from stadtland.ledger.requests import retire

        statement = "s-" + secrets.token_hex(8)
        entry = self.account.book(retire(owner, kg, claim, year, statement, **chosen))[-1]
        if purpose:
            self.records.put("statement", statement, {"purpose": purpose})
        return {"entry": entry.seq, "statement": statement, "kg": kg, "serials": serials(entry.data["moves"])}


def serials(moves: Sequence[Sequence[Any]]) -> list[str]:
    """`99000002-2027/1-850`: place, year, first and last kilogram.

    >>> serials([["99000002-2027", 1, 850, "source", "hold:o-1"]])
    ['99000002-2027/1-850']
    """
    return [f"{series}/{first}-{last}" for series, first, last, *_ in moves]


def inventories(paths: Sequence[Path]) -> tuple[dict[tuple[str, int], int], dict[tuple[str, int], dict[str, int]]]:
    """Balances from files of `stadtland inventory … --format json`: net kg, and lines in kg, by (member, year)."""
    net: dict[tuple[str, int], int] = {}
    lines: dict[tuple[str, int], dict[str, int]] = {}
    for path in paths:
        found = strict.mapping(json_file.read(path, finite=True), str(path))
        year, members = found.get("year"), found.get("members")
        if not isinstance(year, int) or not isinstance(members, Mapping):
            raise InputError(
                "inventory-format", "this is no inventory", str(path), "stadtland inventory … --format json"
            )
        for ags, cells in members.items():
            kg = {k: round(v * 1000) for k, v in cells.items() if k.endswith("_t") and isinstance(v, int | float)}
            if "net_t" not in kg:
                raise InputError(
                    "inventory-format", f"{ags} has no net_t", str(path), "stadtland inventory … --format json"
                )
            net[ags, year], lines[ags, year] = kg["net_t"], kg
    return net, lines
