"""Public rules of DCAT-AP.de on the written graph: conventions, licence, format, checksum, both forms alike."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable

from .form_rules_files import Files, inventory_name

# ---- DCAT-AP.de --------------------------------------------------------------------------------------------------

_TRIPLE = re.compile(r"^(\S+) (\S+) (.*) \.$")


def _triples(files: Files) -> list[tuple[str, str, str]]:
    name = next(n for n in files if n.endswith(".ttl"))
    lines = files[name].decode("utf-8").splitlines()
    return [(m[1], m[2], m[3]) for line in lines if not line.startswith("@") and (m := _TRIPLE.match(line))]


def _objects(triples: list[tuple[str, str, str]], name: str) -> list[str]:
    return [o for _, p, o in triples if p == name]


def _dcat_mandatory(files: Files) -> list[str]:
    found = _triples(files)
    sets = [s for s, p, o in found if p == "rdf:type" and o.endswith("dcat#Dataset>")]
    out = [] if len(sets) == 1 else [f"{len(sets)} datasets"]
    mine = [(p, o) for s, p, o in found if s in sets]
    for name in ("dct:title", "dct:description", "dcat:distribution"):
        if not [o for p, o in mine if p == name]:
            out.append(f"{name} is missing")
    return out


def _dcat_contact(files: Files) -> list[str]:
    found = _triples(files)
    cards = _objects(found, "dcat:contactPoint")
    reached = {s for s, p, _ in found if p in ("vcard:hasEmail", "vcard:hasURL")}
    return [f"{c} has neither mail nor form" for c in cards if c not in reached]


def _dcat_publisher(files: Files) -> list[str]:
    found = _triples(files)
    out = [f"{p} stands {len(o)} times" for p in ("dct:publisher", "dcatde:contributorID")
           if len(o := _objects(found, p)) > 1]  # fmt: skip
    bad = [o for o in _objects(found, "dcatde:contributorID") if "dcat-ap.de/def/contributors/" not in o]
    return out + [f"{o} is no provider" for o in bad]


def _dcat_license(files: Files) -> list[str]:
    found = _objects(_triples(files), "dct:license")
    return [f"licence {o}" for o in found if not o.startswith("<http://dcat-ap.de/def/licenses/")] + (
        [] if found else ["no licence"]
    )


def _dcat_file(files: Files) -> list[str]:
    found = _triples(files)
    parts = [s for s, p, o in found if p == "rdf:type" and o.endswith("dcat#Distribution>")]
    out = [] if parts else ["no distribution"]
    for part in parts:
        own = {p: o for s, p, o in found if s == part}
        if not own.get("dct:format", "").startswith("<http://publications.europa.eu/resource/authority/file-type/"):
            out.append(f"{part}: format {own.get('dct:format')}")
        if "dct:title" not in own:
            out.append(f"{part}: no title")
    return out


def _dcat_checksum(files: Files) -> list[str]:
    found, raw = _triples(files), files[inventory_name(files)]
    digest = _objects(found, "spdx:checksumValue")[0].split('"')[1]
    size = _objects(found, "dcat:byteSize")[0].split('"')[1]
    out = [] if digest == hashlib.sha256(raw).hexdigest() else ["the checksum is of another file"]
    return out + ([] if int(size) == len(raw) else ["the size is of another file"])


def _dcat_same(files: Files) -> list[str]:
    graph = json.loads(files[next(n for n in files if n.endswith(".jsonld"))])["@graph"]
    linked: Counter[tuple[str, str]] = Counter()
    for node in graph:
        linked.update(("rdf:type", kind) for kind in node.get("@type", []))
        for name, values in node.items():
            if not name.startswith("@"):
                linked.update((name, str(v.get("@value", v.get("@id")))) for v in values)
    turtle = Counter((p, _plain(o)) for _, p, o in _triples(files))
    return [f"{p} {o[:60]!r} stands in one of the two only" for p, o in (turtle - linked) + (linked - turtle)]


def _plain(node: str) -> str:
    """An object of Turtle without marks: address, blank node, or the text of a literal."""
    if node.startswith("<"):
        return node[1:-1]
    if not node.startswith('"'):
        return node
    text = node[1 : node.rindex('"')]
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "r": "\r", "t": "\t"}.get(m[1], m[1]), text)


CHECKS: dict[tuple[str, str], Callable[[Files], list[str]]] = {
    ("dcat", "mandatory"): _dcat_mandatory,
    ("dcat", "contact"): _dcat_contact,
    ("dcat", "publisher"): _dcat_publisher,
    ("dcat", "license"): _dcat_license,
    ("dcat", "file"): _dcat_file,
    ("dcat", "checksum"): _dcat_checksum,
    ("dcat", "same"): _dcat_same,
}  # fmt: skip
