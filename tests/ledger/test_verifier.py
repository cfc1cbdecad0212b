"""The independent verifier: signatures after RFC 8032, tampering, truncation, merging, checkpoints, stand-alone run."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from region import MARK, account, issued

from stadtland.base.errors import ComputationError, InputError
from stadtland.ledger import checkpoint, export, verifier
from stadtland.ledger.entry import Draft, Head
from stadtland.ledger.requests import reverse, transfer
from stadtland.ledger.verifier import Wrong, signed

VECTORS = [  # RFC 8032, section 7.1: tests 1, 2, 3 and SHA(abc): public key, message, signature
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        hashlib.sha512(b"abc").hexdigest(),
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
        "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
]


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_vectors_of_the_rfc(public, message, signature):
    public, message, signature = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
    assert signed(public, message, signature)
    for i in (0, 31, 32, 63):
        bad = bytearray(signature)
        bad[i] ^= 1
        assert not signed(public, message, bytes(bad))
    assert not signed(public, message + b"x", signature)
    assert not signed(public, message, signature[:63])


def test_signatures_as_another_library_sees_them():
    chance = random.Random(8032)
    for _ in range(10):
        key = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
        message = chance.randbytes(chance.randrange(80))
        public, signature = key.public_key().public_bytes_raw(), key.sign(message)
        assert signed(public, message, signature)
        bad = bytearray(signature)
        bad[chance.randrange(64)] ^= 1 << chance.randrange(8)
        assert not signed(public, message, bytes(bad))


def test_signatures_that_the_rfc_refuses():
    public, message, signature = (bytes.fromhex(v) for v in VECTORS[0])
    large = int.from_bytes(signature[32:], "little") + verifier.ORDER  # the same s once more around
    assert not signed(public, message, signature[:32] + large.to_bytes(32, "little"))
    assert not signed((verifier.P + 1).to_bytes(32, "little"), message, signature)  # y not below p
    assert not signed((1 | 1 << 255).to_bytes(32, "little"), message, signature)  # x is 0 with a sign
    assert not signed(b"", message, signature)


@pytest.fixture(scope="module")
def exported(tmp_path_factory) -> Path:
    found = issued(account(), low=100_000)
    found.book([Draft("fund.payment", {"postings": [["fund", "eur_cent", -5], ["party:p-1", "eur_cent", 5]]})] * 3)
    found.book(transfer("o-farm", "o-city", 50_000, "internal"))
    found.book(reverse("pr-1", 2029, 40_000, "fire", MARK))
    path = tmp_path_factory.mktemp("export") / "export.jsonl"
    with open(path, "wb") as handle:
        export.export((e.line for e in found.journal.read()), handle.write)
    return path


def test_export_is_sound_alone(exported):
    done = subprocess.run(
        [sys.executable, "-I", "-S", verifier.__file__, str(exported)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("sound: ") and "hold:o-city: 50000 kg" in done.stdout


def test_the_verifier_is_one_file_of_the_standard_library():
    import ast

    tree = ast.parse(Path(verifier.__file__).read_text(encoding="utf-8"))
    used = {a.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    used |= {str(n.module).split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert used <= sys.stdlib_module_names


def named(path: Path, data: bytes) -> Wrong:
    path.write_bytes(data)
    with pytest.raises(Wrong) as caught:
        verifier.verify_file(path)
    return caught.value


def test_any_one_byte(exported, tmp_path):
    """Every place of the file in turn (one other byte each): found, and never later than the entry after."""
    whole = exported.read_bytes()
    chance = random.Random(1)
    lines = whole.count(b"\n")
    for i in range(0, len(whole), 7):
        changed = bytearray(whole)
        changed[i] = chance.choice([b for b in (*b'0123456789abc {}\n"', 0, 255) if b != whole[i]])
        line = whole[:i].count(b"\n") + 1
        error = named(tmp_path / "x.jsonl", bytes(changed))
        assert error.entry in (line, line + 1, 0, lines - 1), (i, error)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_one_byte_any_value(exported, data):
    whole = exported.read_bytes()
    i = data.draw(st.integers(0, len(whole) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda v: v != whole[i]))
    named(exported.parent / "y.jsonl", whole[:i] + bytes([value]) + whole[i + 1 :])


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_truncated_anywhere_or_with_lines_gone(exported, data):
    whole = exported.read_bytes()
    cut = data.draw(st.integers(0, len(whole) - 1))
    named(exported.parent / "z.jsonl", whole[:cut])
    lines = whole.splitlines(keepends=True)
    gone = data.draw(st.integers(0, len(lines) - 1))
    named(exported.parent / "z.jsonl", b"".join(lines[:gone] + lines[gone + 1 :]))
    a, b = data.draw(
        st.tuples(st.integers(0, len(lines) - 2), st.integers(0, len(lines) - 2)).filter(lambda t: t[0] != t[1])
    )
    lines[a], lines[b] = lines[b], lines[a]
    named(exported.parent / "z.jsonl", b"".join(lines))


def test_two_databases_merged(exported, tmp_path):
    other = issued(account())
    lines = exported.read_bytes().splitlines()
    mixed = [*lines[:-1], *(e.line for e in other.journal.read())]
    with pytest.raises(Wrong, match="chain-broken") as caught:
        verifier.verify(mixed)
    assert caught.value.entry == len(lines)
    # the same with numbers and hashes made to fit: the second beginning gives it away
    with pytest.raises(Wrong, match="chain-broken") as caught:
        verifier.verify(rechained([json.loads(m) for m in mixed]))
    assert caught.value.entry == len(lines)


def rechained(entries):
    """Lines with numbers and hashes that fit: what someone can do who rewrites the whole database."""
    prev, lines = "0" * 64, []
    for i, e in enumerate(entries, 1):
        line = verifier.encode({**e, "seq": i, "prev": prev, "booking": f"b-{i}", "part": 1, "parts": 1}).encode()
        prev = hashlib.sha256(line).hexdigest()
        lines.append(line)
    return lines


def more(data):
    """One kilogram more than the 85,000 that may be issued."""
    series, first, _, source, target = data["moves"][0]
    data.update(moves=[[series, first, 85_001, source, target]], kg=85_001)


FORGED = {
    "over-issue": ("unit.issue", more, "unit-over-issue"),
    "negative": ("unit.transfer", lambda d: d["moves"][0].__setitem__(2, -5), "unit-kg"),
    "fraction": ("unit.transfer", lambda d: d["moves"][0].__setitem__(2, 1.5), "entry-format"),
    "sum": ("unit.transfer", lambda d: d.update(kg=1), "unit-sum"),
    "owner": ("unit.transfer", lambda d: d.update({"from": "o-firm"}), "unit-owner"),
    "claim": ("unit.transfer", lambda d: d.update(to="o-firm", moves=[[*d["moves"][0][:4], "hold:o-firm"]]),
              "claim-refused"),
    "buffer": ("unit.verify", lambda d: d.update(buffer_kg=0, issue_kg=100_000), "unit-sum"),
    "gate": ("unit.validate", lambda d: d["gate"].update(financing=False), "gate-failed"),
    "payment": ("fund.payment", lambda d: d["postings"][0].__setitem__(2, -4), "postings-sum"),
    "loss": ("unit.reverse", lambda d: d.update(covered_kg=1, debt_kg=39_999), "unit-sum"),
    "kind": ("unit.reverse", None, "entry-kind"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
def test_a_rewritten_journal_that_breaks_a_rule_is_found_at_that_entry(exported, name):
    """The chain is made to fit again, so only the rules can find it."""
    kind, change, code = FORGED[name]
    entries = [json.loads(x) for x in exported.read_bytes().splitlines()[:-1]]
    assert verifier.verify(rechained(entries))
    victim = next(i for i, e in enumerate(entries) if e["kind"] == kind)
    if change is None:
        entries[victim]["kind"] = "unit.miracle"
    else:
        change(entries[victim]["data"])
    with pytest.raises(Wrong) as caught:
        verifier.verify(rechained(entries))
    assert (caught.value.code, caught.value.entry) == (code, victim + 1)


def test_a_name_twice_or_another_spelling_is_not_canonical(exported):
    lines = exported.read_bytes().splitlines()[:-1]
    last = lines[-1]
    for bad in (
        last.replace(b'"data":{', b'"data":{"year":1,'),
        last.replace(b'"seq":', b'"seq": '),
        last.replace(b"fire", b"\\u0066ire"),
        last.replace(b'{"seq"', b'{"zeq"'),
        last + b" ",
        last + b"},{",
        b"[" * 5000,
        b"7",
        b"",
    ):
        with pytest.raises(Wrong) as caught:
            verifier.verify([*lines[:-1], bad])
        assert caught.value.entry == len(lines), bad


def test_a_booking_without_its_last_part():
    found = account()
    found.book([Draft("fund.note", {"n": i}) for i in range(3)])
    lines = [e.line for e in found.journal.read()]
    assert verifier.verify(lines)
    with pytest.raises(Wrong, match="booking-part"):
        verifier.verify(lines[:-1])


def test_checkpoints_find_a_shorter_or_rewritten_journal(tmp_path):
    found = issued(account(), low=1_000)
    key = checkpoint.new_key()
    point = checkpoint.sign(found.state.head, key)
    path = tmp_path / "point.json"
    path.write_text(json.dumps(point))
    assert checkpoint.read(path, checkpoint.public(key)) == point
    found.book(transfer("o-farm", "o-city", 10, "internal"))
    lines = [e.line for e in found.journal.read()]
    assert verifier.verify(lines, [point])
    with pytest.raises(Wrong, match="journal-shorter"):
        verifier.verify(lines[:-2], [point])
    entries = [json.loads(x) for x in lines]
    entries[-2]["data"] |= {"kg": 1000, "moves": entries[-2]["data"]["moves"]}
    rewritten = rechained(entries[:-1])
    with pytest.raises(Wrong, match="journal-rewritten") as caught:
        verifier.verify(rewritten, [point])
    assert caught.value.entry == point["seq"]
    other = checkpoint.sign(issued(account()).state.head, key)
    with pytest.raises(Wrong, match="journal-rewritten"):
        verifier.verify(lines, [other])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"seq": 3}, "checkpoint-signature"),
        ({"hash": "0" * 64}, "checkpoint-signature"),
        ({"signature": "00" * 64}, "checkpoint-signature"),
        ({"signature": "zz"}, "checkpoint-format"),
        ({"schema": "other/1"}, "checkpoint-format"),
        ({"public_key": checkpoint.public(bytes(32))}, "checkpoint-signature"),
    ],
)
def test_forged_checkpoints(tmp_path, change, code):
    point = checkpoint.sign(account().state.head, checkpoint.new_key())
    path = tmp_path / "point.json"
    path.write_text(json.dumps(point | change))
    with pytest.raises(InputError) as caught:
        checkpoint.read(path)
    assert caught.value.code == code


def test_keys(tmp_path):
    path = tmp_path / "key"
    path.write_text("short")
    with pytest.raises(InputError, match="key-format"):
        checkpoint.read_key(path)
    key = checkpoint.new_key()
    path.write_text(key.hex() + "\n")
    assert checkpoint.read_key(path) == key
    point = tmp_path / "p.json"
    point.write_text(json.dumps(checkpoint.sign(account().state.head, key)))
    with pytest.raises(InputError, match="checkpoint-key"):
        checkpoint.read(point, "00" * 32)
    with pytest.raises(InputError, match="journal-empty"):
        checkpoint.sign(Head(), key)


def test_export_of_an_unsound_journal_is_refused(exported, tmp_path):
    lines = exported.read_bytes().splitlines()[:-1]
    with pytest.raises(ComputationError, match="chain-broken"):
        export.export(lines[1:], lambda data: None)
    with pytest.raises(InputError, match="file-missing"):
        export.check_file(tmp_path / "none")
