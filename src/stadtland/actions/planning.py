"""Use case: from a partnership file to a joint plan with report, workbook and results."""

from __future__ import annotations

import hashlib
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import stadtland
from stadtland.base import canonical, content
from stadtland.base.files import OutDir
from stadtland.base.method import METHOD

SCHEMA = "stadtland/results/1"
Step = Callable[[str], None]


@dataclass(frozen=True)
class More:
    """What a run does beyond the partnership file: a scenario (id or file), a reliability, all coalitions to 12."""

    scenario: str | None = None
    reliability: float | None = None
    exact: bool = False


def plan(
    name: str,
    out: str | Path,
    lang: str = "de",
    data: Path | None = None,
    jobs: int = 2,
    step: Step = lambda _: None,
    more: More = More(),
) -> dict[str, Any]:
    """Compute a partnership and write results, instance, report and workbook to `out`; returns the results.

    The folder is tested for writing before anything is computed; files appear only when all of them are whole.
    InputError for bad input, ComputationError when the programme has no optimum.
    """
    from stadtland import documents

    with OutDir(out) as target:
        results, instance = compute(name, data, jobs, step, more)
        step("report")
        target.stage("results.json", canonical.dumps(results, indent=1))
        target.stage("instance.json", canonical.dumps(instance, indent=1))
        documents.write(results, target, lang)
        target.commit()
    step("done")
    return results


def compute(
    name: str, data: Path | None = None, jobs: int = 2, step: Step = lambda _: None, more: More = More()
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(results, instance) of a partnership, without writing anything."""
    from stadtland import inventory as inv
    from stadtland.roadmap import partnership as files
    from stadtland.roadmap import results as parts
    from stadtland.roadmap import verify
    from stadtland.roadmap.build import build
    from stadtland.roadmap.case import gather
    from stadtland.roadmap.limits import needs_of
    from stadtland.roadmap.loading import load
    from stadtland.roadmap.owen import owen
    from stadtland.roadmap.plan import compute as solve_plan
    from stadtland.roadmap.solve import solve

    from . import assumptions, cooperate, describe
    from . import shares as shared_room
    from .resilience import plan_part

    started = time.perf_counter()
    step("facts")
    given = files.load(name)
    if more.reliability is not None:
        from stadtland.roadmap.reliable import check

        check(more.reliability)
    if more.scenario is not None:
        from stadtland.roadmap import scenario

        given = scenario.apply(given, scenario.load(more.scenario, set(given.ags)))
    case = gather(given, data)
    step("plan")
    report: dict[str, Any] = {}
    if more.reliability is not None:
        from stadtland.roadmap import reliable

        plan, made = reliable.plan_for(case, more.reliability, inv.sigmas(case.inventory))
        report = {"certainty": made}
    else:
        plan = solve_plan(case)
    step("together")

    def progress(done: int, whole: int) -> None:
        step(f"together:{done}/{whole}")

    cooperating, alone = cooperate.cooperation(plan, jobs, more.exact, progress)
    found = owen(solve(build(load(plan.instance))))
    point = {"owen": found.point, "owen_interval": found.interval, "owen_unique": found.unique}
    shared = shared_room.shares(plan, cooperating, point)
    step("certainty")
    cooperating["exit"] = shared.pop("exit")
    results: dict[str, Any] = {
        "schema": SCHEMA,
        "status": "ok",
        "method_version": METHOD,
        "settings": settings(plan.case) | {"reliability": more.reliability},
        "data": data_sources(data),
        "partnership": describe.partnership(case),
        "inventory": describe.inventory(case),
        "profile": describe.profile(case),
        "roadmap": parts.roadmap(plan, inv.sigmas(case.inventory)),
        "solution": verify.solution(plan.answer),
        "resilience": {},
        "cooperation": cooperating,
        **shared,
        **report,
        "not_for_decision": describe.not_for_decision(case, shared),
        "evidence": describe.evidence(plan),
        "assumptions": assumptions.listed(plan, cooperating, alone),
    }
    results["resilience"] = plan_part(
        case.members, results["roadmap"]["measures"], needs_of(case.partnership.limits), data=data
    )
    results["roadmap"]["cost_per_head_eur_a"] = describe.cost_per_head(plan)
    results["roadmap"]["cost_by_payer_eur"] = describe.by_payer(shared["borne_eur"])
    failed = [c["name"] for c in results["roadmap"]["checks"] if not c["passed"]]
    if failed:
        results["status"] = "checks_failed"
    results["run"] = {
        "sha256": canonical.digest(results),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "host": platform.node(),
        "seconds": round(time.perf_counter() - started, 3),
        "version": stadtland.__version__,
    }
    return results, plan.instance


def settings(case: Any) -> dict[str, Any]:
    """The settings that decide a run."""
    from stadtland.roadmap.plan import prices

    p = case.partnership
    return {
        "inventory_year": p.inventory_year,
        "price_year": p.price_year,
        "discount_rate": p.discount_rate,
        "horizon": p.horizon,
        "programme": [case.years[0], case.years[-1]],
        "target_key": p.target_key,
        "backstop_eur_per_t": list(prices(case)),
        "include_evidence_c": p.include_evidence_c,
        "exclude": list(p.exclude),
        "max_units": dict(p.max_units),
        "locks": {a: {m: {str(y): u for y, u in ys.items()} for m, ys in ms.items()} for a, ms in p.locks.items()},
        "overrides": p.overrides,
        "scenario": p.scenario,
        "levers": p.levers.told(),
        **({"limits": p.limits.told()} if p.limits.told() else {}),
    }


def data_sources(data: Path | None) -> list[dict[str, str]]:
    """Name and SHA-256 of every file of figures that a run rests on, content first."""
    folders = ("municipalities", "inventory", "factors", "series", "published", "measures", "plan")
    found = []
    for folder in folders:
        for path in sorted(content.path(folder).rglob("*")):
            if path.is_file():
                found.append(
                    {"name": f"content/{folder}/{path.name}", "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
                )
    if data is not None:
        digest = hashlib.sha256()
        for path in sorted(p for p in Path(data).rglob("*") if p.is_file()):
            digest.update(f"{path.relative_to(data)} {path.stat().st_size}\n".encode())
        found.append({"name": "data folder (names and sizes)", "sha256": digest.hexdigest()})
    return found


def summary(results: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Key figures for the terminal: (text id, value)."""
    road, coop = results["roadmap"], results["cooperation"]
    joint = road["target"]["joint"]
    return [
        ("inventory_gross", results["inventory"]["joint"]["gross_t"]),
        ("target_joint", joint),
        ("gain", coop["gain_net_eur"]),
        ("land", road["land_check"]),
    ]
