"""Use cases of the guide: where a partnership stands, its challenges, recommendations, papers, and the whole site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from stadtland.base.errors import ComputationError, InputError
from stadtland.base.method import METHOD


@dataclass
class Material:
    """All that pages and papers rest on: results (or the known part), progress, and where it is kept."""

    results: dict[str, Any]
    progress_file: Path
    progress: Any
    codes: tuple[str, ...]
    year: int
    data: Path | None
    today: str
    found: dict[str, Any] = field(default_factory=dict)


def material(
    name: str,
    data: Path | None = None,
    plan: bool = True,
    today: str | None = None,
    progress_file: Path | None = None,
    jobs: int = 2,
) -> Material:
    """What is known about a partnership.

    name: a bundled partnership, a partnership file, a `results.json`, or a folder that holds one. plan=False leaves
    out the computation of the plan; a plan without solution leaves the inventory and a reason, so that pages and papers
    still stand. today: day of the papers (ISO), else the day of the run.
    """
    from stadtland.documents import papers
    from stadtland.guide import progress as notes

    path = Path(name)
    day = _day(today)
    if path.is_dir() or path.suffix == ".json":
        results = _stored(path / "results.json" if path.is_dir() else path)
        beside = path if path.is_dir() else path.parent
        kept = progress_file or beside / "partnership.progress.toml"
    else:
        results = _computed(name, data, plan, jobs)
        kept = progress_file or (
            path.with_suffix(".progress.toml") if path.is_file() else Path(f"{name}.progress.toml")
        )
    progress = notes.read(kept)
    results["guide"] = _state(results, results.get("guide", {}), day, kept.parent)
    results["guide"]["digest"] = papers.digest(results)
    codes = tuple(m["ags"] for m in results["partnership"]["members"])
    return Material(results, kept, progress, codes, int(results["inventory"]["year"]), data, day)


def _day(today: str | None) -> str:
    if today is None:
        return date.today().isoformat()
    try:
        return date.fromisoformat(today).isoformat()
    except ValueError:
        raise InputError("date-kind", f"{today!r} is no date", "--date", "write year-month-day: 2026-11-24") from None


def _stored(path: Path) -> dict[str, Any]:
    from stadtland.base import json_file
    from stadtland.documents.report import SCHEMA

    found = json_file.read(path, finite=True)
    members = found.get("partnership", {}).get("members") if isinstance(found, dict) else None
    if not isinstance(found, dict) or found.get("schema") != SCHEMA or not members or "inventory" not in found:
        raise InputError(
            "results-schema", f"this is not a file of results ({SCHEMA})", str(path),
            "compute it with `stadtland plan NAME --out DIR`",
        )  # fmt: skip
    return found


def _computed(name: str, data: Path | None, plan: bool, jobs: int) -> dict[str, Any]:
    from . import planning

    reason: Mapping[str, str] | str = ""
    if plan:
        try:
            results, _ = planning.compute(name, data, jobs)
            return results
        except ComputationError as error:
            reason = error.what
    return _status_quo(name, data, str(reason))


def _status_quo(name: str, data: Path | None, reason: str) -> dict[str, Any]:
    """Partnership, inventory and profile alone, in the shape of results.json."""
    from stadtland.roadmap import partnership as files
    from stadtland.roadmap.case import gather

    from . import describe, planning

    case = gather(files.load(name), data)
    return {
        "schema": planning.SCHEMA,
        "status": "no_plan",
        "method_version": METHOD,
        "settings": planning.settings(case),
        "partnership": describe.partnership(case),
        "inventory": describe.inventory(case),
        "profile": describe.profile(case),
        "guide": {"plan_missing": reason or None},
    }


def _state(results: dict[str, Any], known: Mapping[str, Any], day: str, folder: Path) -> dict[str, Any]:
    """Numbers that checklists need and results.json does not hold. What no room has written yet stays absent."""
    measures = results.get("roadmap", {}).get("measures")
    found: dict[str, Any] = {k: v for k, v in known.items() if v is not None and k != "digest"}
    found["inventory_age"] = int(day[:4]) - int(results["inventory"]["year"])
    if measures is not None:
        used = [m for m in measures if m.get("used") == "used" and not m.get("reference")]
        found["measures_used"] = len({m["id"] for m in used})
        found["members_with_measures"] = len({m["member"] for m in used})
    for key, value in _rooms(results, folder).items():
        found[key] = value
    return found


def _rooms(results: dict[str, Any], folder: Path) -> dict[str, int]:
    """What climate account and monitoring left as files beside the partnership.

    `journal.jsonl` (`ledger export`): number of its entries, if the whole chain is sound. `annual-<year>.json`
    (`monitor report`): number of measured years; the newest one gives `monitoring.joint.gap_share`, measured
    against planned. Files of other schemas are not read; a broken journal counts as none.
    """
    from stadtland.base import json_file
    from stadtland.base.errors import StadtlandError
    from stadtland.ledger.export import check_file

    found = {}
    journal = folder / "journal.jsonl"
    if journal.is_file():
        try:
            found["ledger_entries"] = int(check_file(journal, [])["seq"])
        except StadtlandError:
            found["ledger_entries"] = 0
    reports = []
    for path in sorted(folder.glob("annual-*.json")):
        report = json_file.read(path, finite=True)
        if isinstance(report, dict) and report.get("schema") == "stadtland/annual/1" and not report.get("training"):
            reports.append(report)
    if reports:
        found["monitored_years"] = len({r.get("year") for r in reports})
        newest = max(reports, key=lambda r: int(r.get("year") or 0)).get("path") or {}
        actual, planned = newest.get("actual_t"), newest.get("planned_t")
        if actual is not None and planned:
            results["monitoring"] = {"joint": {"gap_share": actual / planned - 1.0}}
    return found


# --- findings -------------------------------------------------------------------------------------------------------


def states(m: Material) -> list[Any]:
    """The eight gates with the state of this partnership."""
    from stadtland.guide import process

    return process.states(m.results, m.progress)


def check(m: Material, lang: str) -> dict[str, Any]:
    """The gates as plain rows: `{name, gates: [{id, title, state, done, of, items: [{id, state, text}]}], missing}`."""
    from stadtland.documents import findings, papers
    from stadtland.documents.tree import plain

    c = papers.context(m.results, lang, m.today)
    rows = []
    for s in states(m):
        items = [{"id": i.check.id, "state": i.state, "text": plain(findings.item_line(c, i))} for i in s.items]
        rows.append(
            {"id": s.gate.id, "number": s.gate.number, "title": s.gate.title[lang], "state": s.state,
             "passed": dict(s.passed), "done": s.done, "of": len(items), "items": items}
        )  # fmt: skip
    return {
        "name": c.words["name"],
        "results": c.words["results_hash"],
        "gates": rows,
        "missing": [plain(line) for line in papers.missing(c)],
        "progress_file": str(m.progress_file),
    }


def note(
    m: Material,
    passed: str | None = None,
    reason: str = "",
    ticked: Sequence[str] = (),
    text: str = "",
    answers: Sequence[str] = (),
) -> None:
    """Record a gate as passed, items as ticked, questions as answered; writes the progress file once, whole."""
    from stadtland.base import strict
    from stadtland.guide import process, progress
    from stadtland.guide.challenges import challenges

    kept = m.progress
    for item in ticked:
        strict.one_of(item, sorted(process.checks()), "--tick")
        kept = progress.tick(kept, item, text, m.today)
    questions = {c.id for c in challenges(m.results, "de", every=True) if c.question} | set(_legal_questions(m))
    for answer in answers:
        key, _, value = answer.partition("=")
        strict.one_of(key, sorted(questions), "--answer")
        kept = progress.answer(kept, key, value)
    if passed is not None:
        strict.one_of(passed, sorted(process.gates()), "--pass")
        now = next(s for s in process.states(m.results, kept) if s.gate.id == passed)
        left = [i.check.id for i in now.items if i.state not in ("done", "told")]
        kept = progress.pass_gate(kept, passed, reason, m.today, left)
    if kept is not m.progress:
        progress.write(m.progress_file, kept)
        m.progress = kept


def recommendations(m: Material) -> list[dict[str, Any]]:
    """All recommendations for all roles, on profile, potentials, inventory, plan and monitoring."""
    if "recommendations" not in m.found:
        from stadtland import facts, inventory
        from stadtland.guide.basis import look
        from stadtland.toolbox import recommend as engine

        members = facts.load_members(m.codes, m.year, m.data)
        inv = inventory.build(m.codes, m.year, m.data)
        answer = look(m.results)
        rows = [asdict(r) for role in engine.ROLES for r in engine.recommend(role, members, inv, answer)]
        m.found["recommendations"] = rows
    found: list[dict[str, Any]] = m.found["recommendations"]
    return found


def challenges(m: Material, lang: str) -> list[dict[str, Any]]:
    """The known challenges as plain rows, with finding, what helps, who acts, measures and examples."""
    from stadtland.documents import findings, papers
    from stadtland.documents.tree import plain
    from stadtland.guide.challenges import challenges as listed

    c = papers.context(m.results, lang, m.today)
    shows = {True: "yes", False: "no", None: "unknown"}
    return [
        {"id": f.id, "shows": shows[f.shows], "title": f.title, "text": f.text,
         "finding": plain(findings.challenge_line(c, f)), "help": f.help, "who": f.who, "question": f.question or None,
         "measures": " ".join(f.measures), "examples": " ".join(f.examples), "source": f.source}
        for f in listed(m.results, lang, m.progress.answers, every=True)
    ]  # fmt: skip


def _legal_questions(m: Material) -> list[str]:
    """Questions on the legal form of the members' state; none where nothing is recorded for it."""
    from stadtland.guide import legal_forms

    state = m.codes[0][:2] if m.codes else ""
    return list(legal_forms.forms(state)["question"]) if state in legal_forms.states() else []


def legal(m: Material) -> dict[str, Any] | None:
    """Legal forms with reasons from the answers kept; None where nothing is recorded for the state."""
    from stadtland.guide import legal_forms

    asked = _legal_questions(m)
    try:
        return legal_forms.choose(m.codes, {k: v for k, v in m.progress.answers.items() if k in asked})
    except InputError as error:
        if error.code in ("state-unknown", "states-several"):
            return None
        raise


def further_words(m: Material) -> dict[str, Any]:
    """What inserts of texts need besides the results."""
    return {
        "states": states(m),
        "recommendations": recommendations(m),
        "answers": m.progress.answers,
        "legal": legal(m),
    }


# --- papers ---------------------------------------------------------------------------------------------------------


def compose(kind: str, m: Material, lang: str, ags: str | None = None, before: Mapping[str, Any] | None = None) -> Any:
    """The document tree of a paper; `before`: record of the version before, to name what changed."""
    from stadtland.documents import papers, record, sdg_report, slides
    from stadtland.guide import papers as kinds

    if ags is not None and ags not in m.codes:
        raise InputError("ags-not-member", f"{ags!r} is not a member", "--ags", "members: " + ", ".join(m.codes))
    c = papers.context(m.results, lang, m.today, ags, further_words(m))
    if kind == "slides":
        return slides.compose(c)
    if kind == "sdg":
        return sdg_report.compose(c, sdgs())
    paper = kinds.get(kind)
    if paper.per_member and ags is None:
        raise InputError(
            "paper-member", f"{paper.id} is about one member", "--ags", "name it with --ags: " + ", ".join(m.codes)
        )
    if not paper.per_member and ags is not None:
        raise InputError("paper-joint", f"{paper.id} is about all members", "--ags", "leave --ags out")
    changed = [
        c.word("changed_line", path=d["path"], before=str(d["text"]), now=_now(c, d))
        for d in (record.differences(before, m.results) if before else [])
    ]
    return papers.compose(paper, c, changed, papers.missing(c))


def _now(c: Any, d: Mapping[str, Any]) -> str:
    from stadtland.base.locale import significant

    return c.r.raw("common.gap") if d["now"] is None else significant(float(d["now"]), c.r.lang, 4)


def sdgs() -> dict[str, tuple[int, ...]]:
    """Goals of every measure of the catalogue."""
    from stadtland.toolbox.reading import catalogue

    return {key: tuple(m.sdgs) for key, m in catalogue().items()}


FORMATS = ("docx", "pdf", "html", "pptx")


def document(
    kind: str, m: Material, out: str | Path, format: str = "docx", lang: str = "de", ags: str | None = None
) -> list[Path]:
    """Write a paper and its record (`<paper>.record.json`) to `out`; returns the paths.

    A record of an earlier version in the same folder raises the version and names the numbers that changed. Formats:
    docx, pdf, html; slides only pptx, and pptx only for slides.
    """
    import json

    from stadtland.base import json_file, strict
    from stadtland.base.files import OutDir
    from stadtland.documents import papers, record
    from stadtland.guide import papers as kinds

    strict.one_of(format, FORMATS, "--format")
    if (format == "pptx") != (kind == "slides"):
        raise InputError(
            "paper-format",
            f"{kind} cannot be written as {format}",
            "--format",
            "slides are pptx, papers docx, pdf, html",
        )
    name = kind if kind in ("slides", "sdg") else kinds.get(kind).id
    stem = papers.file_stem(name, ags, lang)
    folder = Path(out)
    kept = folder / f"{stem}.record.json"
    before = json_file.read(kept, finite=True) if kept.exists() else None
    if before is not None and before.get("schema") != record.SCHEMA:
        raise InputError("record-schema", "this is no record of a paper", str(kept), "move it away and write again")
    composed = compose(kind, m, lang, ags, before)
    made = record.record(composed, name, ags, papers.digest(m.results), m.today, before)
    raw = _written(composed, format, made)
    with OutDir(folder) as target:
        target.stage(f"{stem}.{format}", raw)
        target.stage(kept.name, json.dumps(made, ensure_ascii=False, indent=1) + "\n")
        return target.commit()


def _written(composed: Any, format: str, made: Mapping[str, Any]) -> bytes:
    from stadtland.documents import docx, html, pdf, slides

    match format:
        case "docx":
            properties = {"results": made["results"], "version": str(made["version"]), "day": made["date"]}
            return docx.render(composed, properties)
        case "pdf":
            return pdf.render(composed)
        case "pptx":
            return slides.render(composed)
    return html.render(composed)


def stale(m: Material, folder: Path) -> list[dict[str, Any]]:
    """All numbers of the papers in a folder that the present results answer differently, paper by paper."""
    from stadtland.base import json_file
    from stadtland.documents import papers, record

    found = []
    records = sorted(folder.glob("*.record.json"))
    if not records:
        raise InputError(
            "record-missing", "there are no records of papers", str(folder), "write papers with `document`"
        )
    for path in records:
        kept = json_file.read(path, finite=True)
        rows = record.differences(kept, m.results)
        found.append(
            {"paper": path.name.removesuffix(".record.json"), "version": kept["version"], "date": kept["date"],
             "results": kept["results"], "now": papers.digest(m.results), "numbers": len(kept["numbers"]),
             "stale": rows}
        )  # fmt: skip
    return found


def challenge_paper(m: Material, out: str | Path, lang: str) -> list[Path]:
    """The challenge check as a DOCX in `out`; returns its path."""
    from stadtland.base.files import OutDir
    from stadtland.documents import docx, guide_pages, papers
    from stadtland.documents.tree import Document, Section

    c = papers.context(m.results, lang, m.today, None, further_words(m))
    page = guide_pages.challenge_page(c)
    title = f"{page.title}: {c.words['name']}"
    section = Section("challenges", [page.title], page.blocks, fit=False)
    footer = "".join(map(str, c.word("footer", results=c.words["results_hash"], today=c.words["today"])))
    tree = Document(lang, title, c.raw("plain_mark"), papers.labels(c.r), [section], footer)
    with OutDir(out) as target:
        target.stage(
            f"challenges-{lang}.docx", docx.render(tree, {"results": papers.digest(m.results), "day": m.today})
        )
        return target.commit()


def legal_of(name: str, items: Sequence[str]) -> dict[str, Any]:
    """Legal forms for a partnership by name, file or results, with answers `question=yes`."""
    from stadtland.guide import legal_forms
    from stadtland.roadmap import partnership as files

    told = {}
    for item in items:
        key, equals, value = item.partition("=")
        if not equals:
            raise InputError("situation-item", f"{item!r} says nothing", "--say", "write question=yes or question=no")
        told[key] = value
    path = Path(name)
    if path.is_dir() or path.suffix == ".json":
        found = _stored(path / "results.json" if path.is_dir() else path)
        codes = tuple(m["ags"] for m in found["partnership"]["members"])
    else:
        codes = files.load(name).ags
    return legal_forms.choose(codes, told)
