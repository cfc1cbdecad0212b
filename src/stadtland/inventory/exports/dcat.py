"""Metadata of the open CSV after DCAT-AP.de: one graph, written as Turtle (one triple a line) and as JSON-LD.

What only the publisher knows (name, contact, web address, provider id) is never made up: it is taken from `Publisher`
or left out, and `missing` lists which rule of DCAT-AP.de then is not yet met.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from stadtland.base.errors import InputError

from ..inventory import Inventory
from . import words
from .cells import Problem

PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dcatde": "http://dcat-ap.de/def/dcatde/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
TYPE = "rdf:type"
LANG_URI = "http://publications.europa.eu/resource/authority/language/"
FILE_URI = "http://publications.europa.eu/resource/authority/file-type/"
MEDIA_URI = "http://www.iana.org/assignments/media-types/"
CONTRIBUTORS = "http://dcat-ap.de/def/contributors/"
KINDS = {"csv": ("CSV", "text/csv")}
_IRI = re.compile(r"^(https?|urn|mailto):[^\s<>\"{}|\\^`]+$")


@dataclass(frozen=True)
class Publisher:
    """What the publisher adds: name, contact (mail or web form), folder address, GovData id, date of issue."""

    name: str = ""
    contact: str = ""
    url: str = ""
    contributor: str = ""
    issued: str = ""


@dataclass(frozen=True)
class Node:
    """Object of a triple: `iri`, `blank` or `text` with language or datatype (prefixed)."""

    kind: str
    value: str
    lang: str = ""
    datatype: str = ""


Triple = tuple[Node, str, Node]


def _iri(value: str) -> Node:
    if not _IRI.match(value):
        raise InputError(
            "dcat-iri", f"'{value:.60}' is no web address", "--url or --contact", "write https://… or mailto:…"
        )
    return Node("iri", value)


def _date(text: str) -> str:
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise InputError("dcat-date", f"'{text:.30}' is no date", "--issued", "write YYYY-MM-DD") from None


def graph(
    inv: Inventory,
    release: str,
    csv_text: str,
    who: Publisher | None = None,
    label: dict[str, str] | None = None,
) -> list[Triple]:
    """The triples of the dataset and its CSV distribution. InputError `dcat-iri` for a malformed address.

    `label`: name of the result from the conformity tests (default: estimate by the BISKO system).
    """
    who = who or Publisher()
    label = label or words.say("estimate_name")
    own = words.tables("dcat")
    raw = csv_text.encode()
    digest = hashlib.sha256(raw).hexdigest()
    base = who.url.rstrip("/")
    dataset = _iri(f"{base}/inventory-{inv.year}") if base else Node("blank", "dataset")
    file = _iri(f"{base}/inventory-{inv.year}.csv") if base else Node("blank", "distribution")
    places = "; ".join(inv.names)
    out: list[Triple] = [(dataset, TYPE, _iri(PREFIXES["dcat"] + "Dataset"))]
    for lang in words.LANGUAGES:
        said = {"year": inv.year, "places": places, "release": release, "version": inv.inventory_version}
        filled = own["description"][lang].format(label=label[lang], **said)
        out.append((dataset, "dct:title", Node("text", own["title"][lang].format(label=label[lang]), lang)))
        out.append((dataset, "dct:description", Node("text", filled, lang)))
        out += [(dataset, "dcat:keyword", Node("text", word, lang)) for word in own["keywords"][lang]]
        out.append((dataset, "dct:language", _iri(LANG_URI + {"de": "DEU", "en": "ENG"}[lang])))
    out.append((dataset, "dct:identifier", Node("text", f"sha256:{digest}")))
    out += [(dataset, "dcat:theme", _iri(theme)) for theme in own["themes"]]
    for ags in inv.ags:
        out.append((dataset, "dcatde:politicalGeocodingURI", _iri(own["geocoding"] + ags)))
        out.append((dataset, "dct:spatial", _iri(own["geocoding"] + ags)))
    out.append((dataset, "dcatde:politicalGeocodingLevelURI", _iri(own["level"])))
    out.append((dataset, "dct:accrualPeriodicity", _iri(own["frequency"])))
    period = Node("blank", "period")
    out += [
        (dataset, "dct:temporal", period),
        (period, TYPE, _iri(PREFIXES["dct"] + "PeriodOfTime")),
        (period, "dcat:startDate", Node("text", f"{inv.year}-01-01", datatype="xsd:date")),
        (period, "dcat:endDate", Node("text", f"{inv.year}-12-31", datatype="xsd:date")),
    ]
    if who.name:
        agent = Node("blank", "publisher")
        out += [
            (dataset, "dct:publisher", agent),
            (agent, TYPE, _iri(PREFIXES["foaf"] + "Agent")),
            (agent, "foaf:name", Node("text", who.name)),
        ]
    if who.contact:
        card = Node("blank", "contact")
        mail = "@" in who.contact and not who.contact.startswith("http")
        address = who.contact if who.contact.startswith(("http", "mailto:")) else "mailto:" + who.contact
        out += [
            (dataset, "dcat:contactPoint", card),
            (card, TYPE, _iri(PREFIXES["vcard"] + "Organization")),
            (card, TYPE, _iri(PREFIXES["vcard"] + "Kind")),
            (card, "vcard:hasEmail" if mail else "vcard:hasURL", _iri(address)),
        ]
        if who.name:
            out.append((card, "vcard:fn", Node("text", who.name)))
    if who.contributor:
        if not who.contributor.startswith(CONTRIBUTORS):
            cure = f"use the address of your provider id, {CONTRIBUTORS}…"
            raise InputError("dcat-contributor", f"'{who.contributor:.60}' is no provider id", "--contributor", cure)
        out.append((dataset, "dcatde:contributorID", _iri(who.contributor)))
    if who.issued:
        out.append((dataset, "dct:issued", Node("text", _date(who.issued), datatype="xsd:date")))
    if base:
        out.append((dataset, "dcat:landingPage", _iri(base)))
    out += _distribution(file, len(raw), digest, f"{base}/inventory-{inv.year}.csv" if base else "")
    out.append((dataset, "dcat:distribution", file))
    return out


def _distribution(file: Node, size: int, digest: str, address: str) -> list[Triple]:
    own = words.tables("dcat")
    check = Node("blank", "checksum")
    form, media = KINDS["csv"]
    out: list[Triple] = [(file, TYPE, _iri(PREFIXES["dcat"] + "Distribution"))]
    out += [(file, "dct:title", Node("text", own["distribution_csv"][lang], lang)) for lang in words.LANGUAGES]
    out += [
        (file, "dct:license", _iri(own["license"])),
        (file, "dcatde:licenseAttributionByText", Node("text", own["attribution"], "de")),
        (file, "dct:format", _iri(FILE_URI + form)),
        (file, "dcat:mediaType", _iri(MEDIA_URI + media)),
        (file, "dcat:byteSize", Node("text", str(size), datatype="xsd:nonNegativeInteger")),
        (file, "spdx:checksum", check),
        (check, TYPE, _iri(PREFIXES["spdx"] + "Checksum")),
        (check, "spdx:algorithm", _iri(PREFIXES["spdx"] + "checksumAlgorithm_sha256")),
        (check, "spdx:checksumValue", Node("text", digest, datatype="xsd:hexBinary")),
    ]
    if address:
        out += [(file, p, _iri(address)) for p in ("dcat:accessURL", "dcat:downloadURL")]
    return out


# rule id → (subject class, property, how binding)
RULES = {
    "title": ("Dataset", "dct:title", "mandatory"),
    "description": ("Dataset", "dct:description", "mandatory"),
    "distribution": ("Dataset", "dcat:distribution", "recommended"),
    "publisher": ("Dataset", "dct:publisher", "convention 36"),
    "contact": ("Dataset", "dcat:contactPoint", "recommended"),
    "theme": ("Dataset", "dcat:theme", "convention 30"),
    "keyword": ("Dataset", "dcat:keyword", "recommended"),
    "landing_page": ("Dataset", "dcat:landingPage", "recommended"),
    "issued": ("Dataset", "dct:issued", "recommended"),
    "geocoding": ("Dataset", "dcatde:politicalGeocodingURI", "convention 8"),
    "contributor": ("Dataset", "dcatde:contributorID", "convention 12, for direct delivery to GovData"),
    "access": ("Distribution", "dcat:accessURL", "mandatory"),
    "license": ("Distribution", "dct:license", "convention 31"),
    "format": ("Distribution", "dct:format", "convention 32"),
    "file_title": ("Distribution", "dct:title", "recommended"),
}
# property → vocabulary its address must come from
VOCABULARIES = {
    "dcat:theme": "http://publications.europa.eu/resource/authority/data-theme/",
    "dct:language": LANG_URI,
    "dct:accrualPeriodicity": "http://publications.europa.eu/resource/authority/frequency/",
    "dcatde:politicalGeocodingURI": "http://dcat-ap.de/def/politicalGeocoding/",
    "dcatde:politicalGeocodingLevelURI": "http://dcat-ap.de/def/politicalGeocoding/Level/",
    "dcatde:contributorID": CONTRIBUTORS,
    "dct:license": "http://dcat-ap.de/def/licenses/",
    "dct:format": FILE_URI,
    "dcat:mediaType": MEDIA_URI,
}
# property → class its object must have
CLASSES = {
    "dcat:contactPoint": "vcard:Kind",
    "dct:temporal": "dct:PeriodOfTime",
    "dct:publisher": "foaf:Agent",
    "dcat:distribution": "dcat:Distribution",
    "spdx:checksum": "spdx:Checksum",
}
ONCE = ("dct:publisher", "dct:license", "dct:format", "dcatde:contributorID", "dct:issued", "dcat:byteSize")


def verify(triples: list[Triple]) -> list[Problem]:
    """Broken rules: vocabulary of an address, class of a node, at most once, contact with mail or form, languages."""
    out = []
    types = {(s, o.value) for s, p, o in triples if p == TYPE}
    seen: dict[tuple[Node, str], int] = {}
    for s, p, o in triples:
        seen[s, p] = seen.get((s, p), 0) + 1
        if p in VOCABULARIES and not (o.kind == "iri" and o.value.startswith(VOCABULARIES[p])):
            out.append(Problem("vocabulary", p, f"{o.value} is not from {VOCABULARIES[p]}"))
        if p in CLASSES:
            prefix, _, name = CLASSES[p].partition(":")
            if (o, PREFIXES[prefix] + name) not in types:
                out.append(Problem("class", p, f"the object is no {CLASSES[p]}"))
        if p == "dcat:contactPoint" and not any(a == o and b.startswith("vcard:has") for a, b, _ in triples):
            out.append(Problem("contact", p, "neither mail nor form (convention 1)"))
    out += [Problem("once", p, f"stands {n} times") for (_, p), n in seen.items() if p in ONCE and n > 1]
    for p in ("dct:title", "dct:description"):
        languages = {o.lang for _, q, o in triples if q == p}
        if languages != set(words.LANGUAGES):
            out.append(Problem("languages", p, "both languages are needed"))
    return out


def missing(triples: list[Triple]) -> list[dict[str, str]]:
    """Properties that DCAT-AP.de asks for and the graph lacks: {rule, property, binding}."""
    kinds = {s: o.value.rsplit("#", 1)[1] for s, p, o in triples if p == TYPE and o.value.startswith(PREFIXES["dcat"])}
    out = []
    for rule, (kind, name, binding) in RULES.items():
        for subject in (s for s, k in kinds.items() if k == kind):
            if not any(s == subject and p == name for s, p, _ in triples):
                out.append({"rule": rule, "property": name, "binding": binding})
    return out


def _escape(text: str) -> str:
    for sign, code in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        text = text.replace(sign, code)
    return text


def _turtle(node: Node) -> str:
    if node.kind == "iri":
        return f"<{node.value}>"
    if node.kind == "blank":
        return f"_:{node.value}"
    tail = f"@{node.lang}" if node.lang else f"^^{node.datatype}" if node.datatype else ""
    return f'"{_escape(node.value)}"{tail}'


def turtle(triples: list[Triple]) -> str:
    """The graph as Turtle, prefixes first, then one triple a line."""
    head = "".join(f"@prefix {k}: <{v}> .\n" for k, v in PREFIXES.items())
    return head + "\n" + "".join(f"{_turtle(s)} {p} {_turtle(o)} .\n" for s, p, o in triples)


def _value(node: Node) -> dict[str, str]:
    if node.kind == "text":
        extra = {"@language": node.lang} if node.lang else {"@type": node.datatype} if node.datatype else {}
        return {"@value": node.value} | extra
    return {"@id": node.value if node.kind == "iri" else f"_:{node.value}"}


def jsonld(triples: list[Triple]) -> str:
    """The same graph as JSON-LD (flat, `@graph`)."""
    nodes: dict[str, dict[str, Any]] = {}
    for s, p, o in triples:
        node = nodes.setdefault(_value(s)["@id"], {"@id": _value(s)["@id"]})
        if p == TYPE:
            node.setdefault("@type", []).append(o.value)
        else:
            node.setdefault(p, []).append(_value(o))
    return json.dumps({"@context": PREFIXES, "@graph": list(nodes.values())}, ensure_ascii=False, indent=1) + "\n"
