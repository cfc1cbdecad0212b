"""One journal entry: its canonical line, its hash, and what may stand in it.

An entry is one line of JSON without spaces, keys in fixed order: `seq, prev, time, kind, booking, part, parts, data`.
Inside `data` keys are sorted. Values are whole numbers, true/false, short codes without spaces, lists and tables of
these. No fractions (kilograms and cents are whole), no free text: names, reasons in words and outlines have no place
here, they live in deletable records under an opaque id.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stadtland.base.errors import InputError

START = "0" * 64
FIRST_KIND = "journal.open"
MOST_BYTES = 65536
MOST_DEPTH = 6
LARGEST = 2**53 - 1
CODE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,79}\Z")
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,39}\Z")
KIND = re.compile(r"[a-z]{2,20}\.[a-z_]{2,30}\Z")
_PHONE_OR_IBAN = re.compile(r"\+?\d{9,20}\Z|[A-Z]{2}\d{2}[A-Z0-9]{11,30}\Z")
_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode


@dataclass(frozen=True)
class Draft:
    """What is to be booked: kind (`room.word`) and data. `seq`, `prev`, `time` are given by the journal."""

    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Head:
    """The end of a journal: id of the journal, number of the last entry, hash of its line, its time.

    An empty journal has seq 0 and the hash of 64 zeros.
    """

    journal: str = ""
    seq: int = 0
    hash: str = START
    time: str = ""


@dataclass(frozen=True)
class Entry:
    """One immutable entry. `line` are the raw bytes that are hashed; everything else is read from them."""

    seq: int
    prev: str
    time: str
    kind: str
    booking: str
    part: int
    parts: int
    data: Mapping[str, Any]
    line: bytes

    @property
    def hash(self) -> str:
        """SHA-256 (hex) of the raw bytes of the line."""
        return hashlib.sha256(self.line).hexdigest()


def make(seq: int, prev: str, time: str, kind: str, booking: str, part: int, parts: int, data: Any) -> Entry:
    """An entry with its canonical line; `data` must have passed `plain`.

    >>> make(1, START, "2027-01-01T00:00:00Z", "journal.open", "b1", 1, 1, {"journal": "j1"}).line[:9]
    b'{"seq":1,'
    """
    body = {
        "seq": seq, "prev": prev, "time": time, "kind": kind, "booking": booking, "part": part, "parts": parts,
        "data": data,
    }  # fmt: skip
    line = _encode(body).encode("ascii")
    if len(line) > MOST_BYTES:
        raise InputError("entry-size", f"the entry has {len(line)} bytes", kind, "split it into several entries")
    return Entry(seq, prev, time, kind, booking, part, parts, data, line)


def parse(line: bytes) -> Entry:
    """The entry in a line; InputError `entry-format` unless the bytes are exactly the canonical ones."""
    try:
        body = json.loads(line)
        entry = make(*(body[k] for k in ("seq", "prev", "time", "kind", "booking", "part", "parts", "data")))
        same = entry.line == line and plain(entry.data) == entry.data
    except (ValueError, KeyError, TypeError, RecursionError, InputError):
        same = False
    if not same:
        raise InputError("entry-format", "the line is not a journal entry", repr(line[:40]), "use the untouched export")
    return entry


def trusted(line: bytes) -> Entry:
    """The entry in a line that was checked when it was stored; whether it still is the same, `verify` finds out.

    InputError `entry-format` if it is no entry at all.
    """
    try:
        body = json.loads(line)
        seq, prev, time, kind = body["seq"], body["prev"], body["time"], body["kind"]
        booking, part, parts, data = body["booking"], body["part"], body["parts"], body["data"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError(
            "entry-format", "the line is not a journal entry", repr(line[:40]), "check with `stadtland ledger verify`"
        ) from None
    return Entry(seq, prev, time, kind, booking, part, parts, data, line)


def plain(value: Any, where: str = "data", depth: int = 0) -> Any:
    """The value with sorted keys, checked; InputError `entry-value` names the place.

    Refused: fractions, null, numbers beyond 2^53, texts with spaces, umlauts or `@`, long digit strings and IBANs.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise InputError("entry-value", "the number is too large", where, "check value and unit")
        return value
    if isinstance(value, str):
        if not CODE.match(value) or _PHONE_OR_IBAN.match(value):
            raise InputError(
                "entry-value",
                f"{value!r:.60} is not a code: the journal holds no names and no free text",
                where,
                "store the text as a record and write its id",
            )
        return value
    if depth >= MOST_DEPTH:
        raise InputError("entry-value", "the data are nested too deeply", where, "use a flatter table")
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str) or not KEY.match(key):
                raise InputError("entry-value", f"{key!r:.60} cannot be a key", where, "use letters, digits, _ . : -")
        return {k: plain(value[k], f"{where}.{k}", depth + 1) for k in sorted(value)}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [plain(v, f"{where}[{i}]", depth + 1) for i, v in enumerate(value)]
    raise InputError(
        "entry-value",
        f"{value!r:.60} is not a whole number, code, list or table",
        where,
        "kilograms and cents are whole numbers; leave out what is not known",
    )
