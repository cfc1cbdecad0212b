"""Checks an exported journal, alone: this one file and Python's standard library, nothing of the rest of the program.

    python verifier.py export.jsonl [--checkpoint FILE]... [--public-key HEX]

Re-checks the hash chain over the raw lines, format, double entry, life cycle, serials, overlaps, buffer, sums and the
last line; signatures of checkpoints after RFC 8032. Names the first wrong entry. Exit 0 sound, 1 wrong, 2 unreadable.
"""

import argparse
import gc
import hashlib
import json
import re
import sys
from itertools import islice

KEYS = ("seq", "prev", "time", "kind", "booking", "part", "parts", "data")
# class: (removal, temporary, least buffer in permille, years of storage); all as in reference/ledger.md
CLASSES = {"reduction": (0, 0, 0, 1), "soil_emission_reduction": (0, 0, 0, 5), "temporary_removal": (1, 1, 100, 5),
           "permanent_removal": (1, 0, 0, 200), "product_storage": (1, 1, 50, 35)}  # fmt: skip
GATE = ("quantification", "legal_surplus", "financing", "trend", "storage", "sustainability")
ROLES = ("member", "land_user", "company", "citizen", "fund", "outside")
POOLS = ("biomass", "peat", "soil_mineral", "product", "mineral", "energy", "livestock", "fertiliser", "waste")
REASONS = {"wrong_quantity", "wrong_holder", "wrong_project", "duplicate", "decision", "damage", "fire", "drought",
           "storm", "pest", "cleared", "ploughed", "drained", "terminated", "audit", "data", "other"}  # fmt: skip
FITS = {("internal", "member"), ("export", "outside"), *(("contribution", role) for role in ROLES[:-1])}
FINAL = ("retired", "cancelled", "reversed", "expired")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")
EMPTY: dict = {}
PLAIN = bytes(c for c in range(33, 127) if c != 92)  # a line holds neither spaces nor escapes
encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode


class Wrong(Exception):
    """What is wrong and in which entry (0: the file as a whole)."""

    def __init__(self, code, what, entry=0):
        super().__init__(f"{code}: {what}" + (f" (entry {entry})" if entry else ""))
        self.code, self.what, self.entry = code, what, entry


# Ed25519 after RFC 8032, section 5.1
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def plus(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(k, p):
    total = (0, 1, 1, 0)
    while k:
        if k & 1:
            total = plus(total, p)
        p, k = plus(p, p), k >> 1
    return total


def point(raw):
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(public, message, signature):
    """True if the signature (64 bytes) of the message fits the public key (32 bytes)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r, s = point(public), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = times(s, BASE), plus(r, times(k, a))
    return not ((left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P)


def check_point(found, public_key=None):
    """Raises Wrong unless `found` is a checkpoint with a valid signature (of `public_key`, where given)."""
    try:
        message = "".join(f"{found[k]}\n" for k in ("schema", "journal", "seq", "hash", "time")).encode()
        key, signature = bytes.fromhex(found["public_key"]), bytes.fromhex(found["signature"])
        good = found["schema"] == "stadtland/checkpoint/1" and type(found["seq"]) is int
    except (KeyError, TypeError, ValueError):
        good = False
    if not good:
        raise Wrong("checkpoint-format", "this is not a checkpoint")
    if not signed(key, message, signature):
        raise Wrong("checkpoint-signature", "the signature of the checkpoint does not fit")
    if public_key is not None and public_key.lower() != found["public_key"].lower():
        raise Wrong("checkpoint-key", "the checkpoint is signed with another key")


def parsed(text, count):
    """The list in the bytes if it has `count` items, no spaces, escapes or fractions; else None."""
    try:
        found = json.loads(text, parse_float=int, parse_constant=int)  # int refuses "1.5", "1e3", "NaN"
    except (ValueError, RecursionError):
        return None
    return found if len(found) == count and not text.translate(None, PLAIN) else None


def names(value):
    """How many names the tables in a value have."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return sum(map(names, inner)) + (len(value) if isinstance(value, dict) else 0)


class Check:
    """Replays entries; `take` raises Wrong at the first one that breaks a rule."""

    def __init__(self, points=()):
        self.n, self.prev, self.time, self.booking, self.journal = 0, "0" * 64, "", ("", 1, 1), ""
        self.points = sorted(points, key=lambda p: p["seq"])
        self.holders, self.plots, self.duties, self.projects, self.years = {}, {}, {}, {}, {}
        self.blocks, self.serials, self.balances, self.statements = {}, {}, {}, set()

    def need(self, good, code, what):
        if not good:
            raise Wrong(code, what, self.n)

    def lines(self, lines):
        """All lines in order, parsed a batch at a time; a batch that is not clean is taken line by line."""
        while batch := list(islice(lines, 200)):
            text = b"[" + b",".join(batch) + b"]"
            found = parsed(text, len(batch)) or [(parsed(b"[" + line + b"]", 1) or [None])[0] for line in batch]
            flat = [len(e["data"]) for e in found if type(e) is dict and type(e.get("data")) is dict]
            once = text.count(b'":') == sum(flat) + 8 * len(batch)
            for line, e in zip(batch, found, strict=True):
                self.take(line, e, once)

    def take(self, line, e, once=False):
        """One entry: envelope, chain, then the rule of its kind."""
        self.n += 1
        if type(e) is not dict or tuple(e) != KEYS or type(e["data"]) is not dict:
            raise Wrong("entry-format", f"{line[:60]!r} is not an entry in canonical form", self.n)
        seq, prev, time, kind, booking, part, parts, d = e.values()
        if seq != self.n or prev != self.prev:
            raise Wrong("chain-broken", f"number {seq!r:.20} or the hash of the line before does not fit", self.n)
        self.prev = hashlib.sha256(line).hexdigest()
        if not once and line.count(b'":') != names(e):
            raise Wrong("entry-format", "a name stands twice in one table", self.n)
        if time != self.time:
            self.need(TIME.match(time) and self.time < time, "time", "time runs backwards")
            self.time = time
        last, was, of = self.booking
        whole = was == of and part == 1 and booking != last
        if type(parts) is not int or not (whole or (booking, part, parts) == (last, was + 1, of)) or part > parts:
            raise Wrong("booking-part", "a part of a booking is missing", self.n)
        self.booking = (booking, part, parts)
        while self.points and self.points[0]["seq"] == self.n:
            mark = self.points.pop(0)
            if mark["hash"] != self.prev or mark["journal"] != (self.journal or d.get("journal")):
                raise Wrong("journal-rewritten", f"the checkpoint of {mark['time']} saw another entry here", self.n)
        rule = RULES.get(kind)
        try:
            if rule is not None:
                rule(self, d)
            else:
                self.need(self.n > 1 and not kind.startswith(("unit.", "place.")), "entry-kind", "unknown kind")
                self.other(d)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise Wrong("entry-field", f"{kind}: {type(error).__name__} {error}", self.n) from None

    def other(self, d):
        sums = {}
        for _, unit, amount in d.get("postings", ()):
            self.need(type(amount) is int, "postings-format", "an amount is not whole")
            sums[unit] = sums.get(unit, 0) + amount
        self.need(not any(sums.values()), "postings-sum", "the postings do not add up to zero")
        self.need(0 < d.get("corrects", 1) < self.n, "correction", "corrects an entry that does not exist yet")

    def open(self, d):
        self.need(self.n == 1, "chain-broken", "a second journal begins here: two journals were merged")
        self.journal = d["journal"]

    def holder(self, d):
        member, ags = d["role"] == "member", d.get("ags", "")
        new = d["holder"] not in self.holders and not (member and ("member", ags) in self.holders.values())
        good = d["role"] in ROLES and member == (len(ags) == 8 and ags.isdigit()) and (member or not ags)
        self.need(new and good, "holder", "the account is open already, or role or code are not right")
        self.holders[d["holder"]] = (d["role"], ags)

    def plot(self, d):
        good = d["plot"] not in self.plots and set(d["overlaps"]) <= self.plots.keys() and d["area_m2"] >= 0
        self.need(good, "plot", "the plot exists, or an overlapping one does not")
        self.plots[d["plot"]] = set(d["overlaps"])
        for other in d["overlaps"]:
            self.plots[other].add(d["plot"])

    def reach(self, d):
        mine = set(d["plots"])
        self.need(mine and len(mine) == len(d["plots"]) and mine <= self.plots.keys(), "plot", "unknown or twice")
        self.need(not any(self.plots[p] & mine for p in mine), "plot-overlap", "plots of one list overlap")
        years = (d["start"], d["end"])
        self.need(all(type(y) is int for y in years) and 1990 <= years[0] <= years[1] <= 2300, "project-years", "years")
        return mine.union(*(self.plots[p] for p in mine))

    def duty(self, d):
        reach, pools = self.reach(d), set(d.get("pools", POOLS))
        for id, p in self.projects.items():
            same = reach & p["land"] and p["start"] <= d["end"] and d["start"] <= p["end"] and not p["ended"]
            self.need(not (same and p["pool"] in pools), "duty-overlap", f"{id} claims this effect")
        good = d["duty"] not in self.duties and pools and pools <= set(POOLS)
        self.need(good, "duty", "registered already, or pools")
        self.duties[d["duty"]] = (set(d["plots"]), d["start"], d["end"], pools)

    def plan(self, d):
        reach, (removal, _, least, _) = self.reach(d), CLASSES[d["class"]]
        self.need(d["project"] not in self.projects and d["owner"] in self.holders, "project", "exists or no owner")
        good = 0 <= d["risk"] <= 1000 and d["until"] >= d["end"] and len(d["ags"]) == 8 and d["ags"].isdigit()
        good = good and d["pool"] in POOLS and d["measure"] and "visible" in d
        self.need(good, "project", "risk, until, ags, pool or measure")
        for id, p in self.projects.items():
            same = p["pool"] == d["pool"] and not p["ended"] and p["start"] <= d["end"] and d["start"] <= p["end"]
            self.need(not (same and reach & p["land"]), "project-overlap", f"{id} has this pool on this land")
        for id, (land, first, last, pools) in self.duties.items():
            same = first <= d["end"] and d["start"] <= last and reach & land and d["pool"] in pools
            self.need(not same, "duty-overlap", f"the duty {id} stands for this effect")
        self.projects[d["project"]] = {
            **d, "land": set(d["plots"]), "buffer": max(least, d["risk"]) if removal else 0, "status": "planned",
            "only": removal and d["pool"] == "soil_mineral", "suspended": False, "ended": False, "lost": 0, "debt": 0,
        }  # fmt: skip

    def validate(self, d):
        p = self.projects[d["project"]]
        self.need(p["status"] == "planned" and not p["ended"], "life-cycle", "not planned")
        self.need(all(d["gate"].get(c) is True for c in GATE), "gate-failed", "a criterion is not passed")
        p["status"] = "validated"

    def soil_test(self, d):
        p, years = self.projects[d["project"]], sum(1 for q, _ in self.years if q == d["project"])
        good = years >= 5 and d["gain_kg"] >= d["detectable_kg"] > 0 and p["buffer"] >= 300
        self.need(good, "soil-test", "the stricter test is not passed")
        p["only"] = False

    def monitor(self, d):
        p, key = self.projects[d["project"]], (d["project"], d["year"])
        good = p["status"] == "validated" and not p["ended"] and p["start"] <= d["year"] <= p["end"]
        self.need(good and key not in self.years, "life-cycle", "not validated, outside the years or monitored already")
        self.need(0 <= d["low_kg"] <= d["central_kg"] <= d["high_kg"], "unit-range", "low, central, high")
        self.years[key] = {"low": d["low_kg"], "verified": False, "held": 0, "buffer": 0, "expired": False}

    def verify(self, d):
        p, y = self.of(d)
        self.need(not y["verified"] and d["verifier"] not in self.holders, "life-cycle", "verified, or by a holder")
        net = max(0, d["low_kg"] - d["leakage_kg"])
        buffer = -(-net * p["buffer"] // 1000)
        good = 0 <= d["low_kg"] <= y["low"] and d["leakage_kg"] >= 0
        good = good and (d["net_kg"], d["buffer_kg"], d["issue_kg"]) == (net, buffer, net - buffer)
        self.need(good, "unit-sum", "net, buffer or issue is not what the rule gives")
        y.update(verified=True, most=net - buffer, least=buffer)

    def of(self, d):
        return self.projects[d["project"]], self.years[d["project"], d["year"]]

    def moved(self, d):
        """The moves; each a block of whole kilograms, together `kg`."""
        total = 0
        for _, first, last, _, _ in d["moves"]:
            if type(first) is not int or type(last) is not int or not 0 < first <= last:
                raise Wrong("unit-kg", f"{first!r:.20} to {last!r:.20} are not whole kilograms", self.n)
            total += last - first + 1
        if total != d["kg"]:
            raise Wrong("unit-sum", f"the moves add up to {total} kg, not {d['kg']!r:.20} kg", self.n)
        return d["moves"]

    def shift(self, move, source, target, claim=None):
        """Takes first…last from the beginning of a block in `source` to `target`; returns its project and claim."""
        series, first, last, given, goal = move
        blocks = self.blocks.get(series, EMPTY)
        if first not in blocks:
            raise Wrong("unit-unknown", f"no block begins with {series}/{first}", self.n)
        end, account, project, bound, _, _ = block = blocks[first]
        if account != source or given != source or goal != target:
            code = "unit-final" if account.partition(":")[0] in FINAL else "unit-owner"
            raise Wrong(code, f"{series}/{first} lies in {account}; the move says {given} to {goal}", self.n)
        if last > end:
            raise Wrong("unit-range", f"the block ends at {end}", self.n)
        if last < end:
            blocks[last + 1] = block
        blocks[first] = (last, target, project, bound if claim is None else claim, self.n, (source, bound))
        kg = last - first + 1
        self.balances[source] -= kg
        self.balances[target] = self.balances.get(target, 0) + kg
        return project, bound

    def issue(self, d):
        p, y = self.of(d)
        self.need(y["verified"] and not p["suspended"], "life-cycle", "not verified, or suspended")
        series, owner, pool = f"{p['ags']}-{d['year']}", "hold:" + p["owner"], "buffer:" + p["class"]
        for name, first, last, source, target in self.moved(d):
            good = name == series and first == self.serials.get(series, 0) + 1 and source == "source"
            self.need(good and target in (owner, pool), "unit-serial", "not the next serial, or not owner and buffer")
            self.serials[series] = last
            self.blocks.setdefault(series, {})[first] = (last, target, d["project"], "", self.n, ("source", ""))
            self.balances[target] = self.balances.get(target, 0) + last - first + 1
            y["held" if target == owner else "buffer"] += last - first + 1
        self.need(y["held"] <= y["most"], "unit-over-issue", f"{y['held']} kg issued, {y['most']} kg verified")
        good = y["buffer"] <= y["least"] and y["buffer"] * max(y["most"], 1) >= y["least"] * y["held"]
        self.need(good, "unit-buffer", "the buffer does not get its part")

    def claimed(self, d, source, target, role):
        claim = d["claim"]
        for move in self.moved(d):
            project, bound = self.shift(move, source, target, claim)
            p = self.projects[project]
            if p["suspended"]:
                raise Wrong("project-suspended", "the project is suspended", self.n)
            if (claim, role) not in FITS or (bound and bound != claim) or (p["only"] and claim != "contribution"):
                raise Wrong("claim-refused", f"the claim {claim} is not open for this holder or unit", self.n)

    def transfer(self, d):
        self.need(d["from"] in self.holders and d["from"] != d["to"] and d["moves"], "unit-owner", "sender or receiver")
        self.claimed(d, "hold:" + d["from"], "hold:" + d["to"], self.holders[d["to"]][0])

    def retire(self, d):
        good = d["statement"] not in self.statements and d["moves"] and d["year"] >= 0
        self.need(good, "statement-used", "the statement was used, nothing moves or the year is missing")
        self.statements.add(d["statement"])
        self.claimed(d, "hold:" + d["owner"], "retired:" + d["owner"], self.holders[d["owner"]][0])

    def cancel(self, d):
        self.need(d["moves"], "unit-kg", "nothing moves")
        self.need(d["reason"] in REASONS, "reason-unknown", "not a reason")
        for move in self.moved(d):
            self.shift(move, "hold:" + d["owner"], "cancelled")

    def reverse(self, d):
        p, pool = self.projects[d["project"]], "buffer:" + self.projects[d["project"]]["class"]
        issued = sum(y["held"] + y["buffer"] for (q, _), y in self.years.items() if q == d["project"])
        covered = min(d["loss_kg"], self.balances.get(pool, 0))
        good = CLASSES[p["class"]][0] and d["year"] >= 0 and 0 < d["loss_kg"] <= issued - p["lost"]
        good = good and (d["kg"], d["covered_kg"], d["debt_kg"]) == (covered, covered, d["loss_kg"] - covered)
        self.need(good, "unit-sum", "loss, buffer or debt does not fit")
        for move in self.moved(d):
            self.shift(move, pool, "reversed")
        self.need(d["reason"] in REASONS, "reason-unknown", "not a reason")
        p["lost"] += d["loss_kg"]
        p["debt"] += d["debt_kg"]

    def replace(self, d):
        p = self.projects[d["project"]]
        for move in self.moved(d):
            other, bound = self.shift(move, "hold:" + d["owner"], "cancelled", "")
            kind = CLASSES[self.projects[other]["class"]]
            good = other != d["project"] and kind[0] and kind[3] >= CLASSES[p["class"]][3] and not bound
            self.need(good, "claim-refused", "this unit cannot replace")
        self.need(0 < d["kg"] <= p["debt"], "unit-range", "more than is owed")
        p["debt"] -= d["kg"]

    def expire(self, d):
        p, y = self.of(d)
        good = CLASSES[p["class"]][1] and not y["expired"] and d["on_year"] > p["until"]
        self.need(good, "life-cycle", "nothing expires here yet")
        name = f"{p['ags']}-{d['year']}"
        series = self.blocks.get(name, {})
        mine = {first: b for first, b in series.items() if b[2] == d["project"]}
        used = sum(b[0] - f + 1 for f, b in mine.items() if b[1].startswith("retired:") and b[3] == "internal")
        live = {(name, f) for f, b in mine.items() if b[1].partition(":")[0] not in FINAL}
        every = {(m[0], m[1]) for m in d["moves"]} == live
        self.need(every and d["debt_kg"] == used, "unit-sum", "not all, or a wrong debt")
        for move in self.moved(d):
            self.need(move[2] == series[move[1]][0], "unit-range", "a part of a block")
            self.shift(move, series[move[1]][1], "expired")
        y["expired"] = True
        p["debt"] += used

    def correct(self, d):
        self.need(0 < d["corrects"] < self.n and d["moves"], "correction", "not linked to an entry")
        self.need(d["reason"] in REASONS, "reason-unknown", "not a reason")
        for move in self.moved(d):
            block = self.blocks.get(move[0], {}).get(move[1])
            here = block is not None and block[4] == d["corrects"] and block[0] == move[2]
            self.need(here, "correction-late", "the serials are not where that entry put them")
            self.need(block[1].partition(":")[0] not in FINAL, "unit-final", "these serials never move")
            back, claim = block[5]
            self.shift(move, block[1], "cancelled" if back == "source" else back, claim)

    def mark(self, d, key, value):
        self.need(self.projects[d["project"]][key] != value, "life-cycle", f"{key} is so already")
        self.need(d["reason"] in REASONS, "reason-unknown", "not a reason")
        self.projects[d["project"]][key] = value

    def end(self, d):
        used = (q == d["project"] and y["held"] + y["buffer"] for (q, _), y in self.years.items())
        self.need(not any(used), "life-cycle", "units were issued")
        self.mark(d, "ended", True)

    def prolong(self, d):
        self.need(d["until"] > self.projects[d["project"]]["until"], "project-years", "not later")
        self.projects[d["project"]]["until"] = d["until"]

    def close(self):
        """The whole: no booking half done, serials without gap or twin, every kilogram in one account; the summary."""
        if self.booking[1] != self.booking[2]:
            raise Wrong("booking-part", "the last booking is not whole", self.n)
        if self.points:
            mark = self.points[0]
            raise Wrong("journal-shorter", f"the checkpoint of {mark['time']} saw {mark['seq']} entries")
        sums = {}
        for series, blocks in self.blocks.items():
            after = 1
            for first in sorted(blocks):
                if first != after:
                    raise Wrong("unit-serial", f"gap or twin at {series}/{after}")
                after = blocks[first][0] + 1
                sums[blocks[first][1]] = sums.get(blocks[first][1], 0) + after - first
            if after != self.serials[series] + 1:
                raise Wrong("unit-serial", f"{series} does not end where it was issued")
        balances = {k: v for k, v in sorted(self.balances.items()) if v}
        if sums != balances or sum(sums.values()) != sum(self.serials.values()):
            raise Wrong("unit-sum", "issued kilograms and the sum of all accounts differ")
        return {"journal": self.journal, "seq": self.n, "hash": self.prev, "balances": balances}


UNIT = "holder plan validate soil_test monitor verify issue transfer retire cancel reverse replace expire correct end"
RULES = {f"unit.{name}": getattr(Check, name) for name in [*UNIT.split(), "prolong"]}
RULES |= {"journal.open": Check.open, "place.plot": Check.plot, "place.duty": Check.duty}
RULES["unit.suspend"] = lambda check, d: check.mark(d, "suspended", True)
RULES["unit.resume"] = lambda check, d: check.mark(d, "suspended", False)


def verify(lines, points=()):
    """The summary of a journal given as raw lines without line ends; raises Wrong."""
    check = Check(points)
    gc.disable()  # millions of small tuples, none in a circle
    try:
        check.lines(iter(lines))
        if check.n == 0:
            raise Wrong("journal-empty", "there is no entry")
        return check.close()
    finally:
        gc.enable()


def verify_file(path, points=()):
    """The summary of an export: the entries, then one last line that repeats the summary; raises Wrong, OSError."""
    last = []

    def lines():
        with open(path, "rb") as handle:
            for raw in handle:
                if last:
                    yield last.pop()
                last.append(raw[:-1] if raw.endswith(b"\n") else raw + b"\n")

    found = verify(lines(), points)
    if not last or last[0] != encode({"end": found}).encode():
        raise Wrong("export-end", "the last line is missing or does not fit: cut off or changed", found["seq"])
    return found


def main(arguments=None):
    """Command line; see the top of this file."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("export")
    options.add_argument("--checkpoint", action="append", default=[])
    options.add_argument("--public-key")
    given = options.parse_args(arguments)
    try:
        points = []
        for name in given.checkpoint:
            with open(name, encoding="utf-8") as handle:
                points.append(json.load(handle))
            check_point(points[-1], given.public_key)
        found = verify_file(given.export, points)
    except Wrong as error:
        print(f"WRONG {error}")
        return 1
    except (OSError, ValueError) as error:
        print(f"unreadable: {error}", file=sys.stderr)
        return 2
    print(f"sound: {found['seq']} entries of {found['journal']}, last hash {found['hash']}")
    for account, kg in found["balances"].items():
        print(f"  {account}: {kg} kg")
    return 0


if __name__ == "__main__":
    sys.exit(main())
