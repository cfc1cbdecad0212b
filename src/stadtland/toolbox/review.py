"""Checks that need the whole catalogue: sources, functions, records, references between measures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from stadtland.base import content
from stadtland.base.errors import InputError

from .arithmetic import compute, printed
from .model import SERVICES, Block, Measure, Range, Strict
from .reading import catalogue, read, sources

PRINT_TOLERANCE = 5e-4  # printed numbers are rounded to three or four digits
TOLERANCE = 0.02  # a record reproduces its figure within rounding to two digits


class Finding(NamedTuple):
    """One problem: stable code, file and key, what is wrong."""

    code: str
    where: str
    what: str


def check_catalogue(folder: Path | None = None) -> list[Finding]:
    """All problems of the measure files in `folder` (default: the bundled ones), empty when they are sound.

    A file that cannot be read is one finding with its cure and is left out of the further checks.
    """
    measures, found = _load(folder or content.path("measures"))
    for measure in measures.values():
        found += [*_sources(measure), *_potential(measure), *_records(measure), *_links(measure, measures)]
    if folder is None:
        served = {m.plan.service for m in measures.values() if m.reference}
        found += [
            Finding("service-without-reference", service, "no reference technology serves it")
            for service in SERVICES
            if service not in served
        ]
    return found


def _load(folder: Path) -> tuple[dict[str, Measure], list[Finding]]:
    measures: dict[str, Measure] = {}
    found: list[Finding] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            measures[path.stem] = read(path)
        except InputError as error:
            found.append(Finding(error.code, error.where, f"{error.what}; {error.cure}".rstrip("; ")))
    return measures, found


def evidence_counts() -> dict[str, dict[str, int]]:
    """How many measures (references apart) have evidence A, B or C for effect, cost and plan."""
    active = [m for m in catalogue().values() if not m.reference]
    blocks: dict[str, list[Block]] = {
        "effect": [m.effect for m in active],
        "cost": [m.cost for m in active],
        "plan": [m.plan for m in active],
    }  # fmt: skip
    return {name: dict(sorted(Counter(b.evidence for b in of).items())) for name, of in blocks.items()}


def _ranges(obj: Any, path: str = "") -> Iterator[tuple[str, Range]]:
    """All numbers with range below a model, with their path."""
    if isinstance(obj, Range):
        yield path, obj
    elif isinstance(obj, dict):
        for key, value in obj.items():
            yield from _ranges(value, f"{path}.{key}")
    elif isinstance(obj, Strict):
        for key in type(obj).model_fields:
            yield from _ranges(getattr(obj, key), f"{path}.{key}" if path else key)


def _sources(measure: Measure) -> Iterator[Finding]:
    known = sources()
    named = {("sources", s) for s in measure.sources}
    for block in ("effect", "cost", "potential", "plan", "adaptation"):
        part = getattr(measure, block)
        named |= {(f"{block}.sources", s) for s in (part.sources if part else [])}
    named |= {(path, s) for path, value in _ranges(measure) for s in value.source}
    named |= {(f"record {r.figure}", r.source) for r in measure.record}
    for path, source in sorted(named):
        if source not in known:
            yield Finding("source-unknown", f"{measure.id}: {path}", f"{source} is not in the registry")


def _potential(measure: Measure) -> Iterator[Finding]:
    from .assess import potentials
    from .potentials import REGISTRY

    if measure.potential.function not in REGISTRY:
        where = f"{measure.id}: potential.function"
        yield Finding("potential-unknown", where, f"{measure.potential.function} is not registered")
        return
    if measure.reference != (measure.potential.function == "unlimited"):
        yield Finding("potential-limit", measure.id, "only reference technologies have no limit")
    try:
        potentials(measure, {}, {}, ["city"])
    except Exception as error:
        yield Finding("potential-param", f"{measure.id}: potential", str(error).splitlines()[0])


def _records(measure: Measure) -> Iterator[Finding]:
    for record in measure.record:
        where = f"{measure.id}: record {record.figure}"
        value: Any = measure
        for part in record.figure.split("."):
            value = value.get(part) if isinstance(value, dict) else getattr(value, part, None)
        if not isinstance(value, int | float):
            yield Finding("record-figure", where, "there is no such number")
            continue
        try:
            computed = compute(record.formula, record.value)
        except (ValueError, SyntaxError, ZeroDivisionError) as error:
            yield Finding("record-formula", where, str(error))
            continue
        if abs(computed - value) > TOLERANCE * abs(computed):
            yield Finding("record-value", where, f"the formula gives {computed:.4g}, the file says {value:.4g}")
        if not any(
            abs(p - record.value) <= PRINT_TOLERANCE * abs(record.value) for p in printed(record.value_as_printed)
        ):
            yield Finding("record-print", where, f"{record.value:g} is not in {record.value_as_printed!r}")


def _links(measure: Measure, measures: dict[str, Measure]) -> Iterator[Finding]:
    known = {**catalogue(), **measures}
    for other in measure.plan.enables:
        if other not in known:
            yield Finding("link-unknown", f"{measure.id}: plan.enables", f"there is no measure {other}")
