"""Signed checkpoints: the head of the journal at a moment, signed with Ed25519, kept by the partners.

A partner who holds one can show at any later time that the journal was shortened or rewritten before it. The key lies
outside the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stadtland.base import json_file
from stadtland.base.errors import InputError
from stadtland.base.files import read_text

from .entry import Head
from .journal import utc

SCHEMA = "stadtland/checkpoint/1"


def message(point: Mapping[str, Any]) -> bytes:
    """The bytes that are signed: schema, journal, seq, hash and time, one a line."""
    return "".join(f"{point[k]}\n" for k in ("schema", "journal", "seq", "hash", "time")).encode()


def new_key() -> bytes:
    """A fresh private key, 32 bytes from the system's source of randomness."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.generate().private_bytes_raw()


def public(key: bytes) -> str:
    """The public key (hex) of a private one."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw().hex()


def read_key(path: Path) -> bytes:
    """The private key in a file (64 hex digits); InputError `key-format`."""
    text = read_text(path, "a key file").strip()
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise InputError(
            "key-format", "this is not a key of 64 hex digits", str(path), "make one: stadtland ledger key"
        )
    return key


def sign(head: Head, key: bytes, now: datetime | None = None) -> dict[str, Any]:
    """A signed checkpoint of a head; InputError `journal-empty` for an empty journal."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if head.seq == 0:
        raise InputError("journal-empty", "there is nothing to sign yet", "", "book something first")
    point: dict[str, Any] = {
        "schema": SCHEMA, "journal": head.journal, "seq": head.seq, "hash": head.hash,
        "time": utc(now or datetime.now(UTC)),
    }  # fmt: skip
    signature = Ed25519PrivateKey.from_private_bytes(key).sign(message(point))
    return point | {"public_key": public(key), "signature": signature.hex()}


def read(path: Path, public_key: str | None = None) -> dict[str, Any]:
    """A checkpoint file with a valid signature; `public_key`: the key it must be from.

    InputError `checkpoint-format`, `checkpoint-signature`, `checkpoint-key`.
    """
    from .verifier import Wrong, check_point

    found = json_file.read(path)
    try:
        check_point(found, public_key)  # type: ignore[no-untyped-call]
    except Wrong as error:
        raise InputError(error.code, error.what, str(path), "use the file as the partner received it") from None
    return dict(found)
