"""From shares to money between members: transfers, what leaving would cost, and the gain in parts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ..base import strict
from ..base.errors import InputError
from .game import load

PARTS = ("real_cost", "cap_trading", "removals", "protection")


def _same_members(first: Mapping[str, float], second: Mapping[str, float], what: str) -> None:
    if set(first) != set(second):
        odd = sorted(set(first) ^ set(second))
        raise InputError(
            "share-members", f"{what} name different members: {', '.join(odd)}", "", "name the same members"
        )
    if not first:
        raise InputError("share-members", f"{what} name no member", "", "name at least one member")


def transfers(borne: Mapping[str, float], shares: Mapping[str, float]) -> dict[str, float]:
    """Payment of each member to the common account, EUR with two decimals: share − what is borne at home.

    Positive: pays; negative: receives. `borne` and `shares` in EUR, same members, equal sums (to a cent a
    member or 1e-9 of the amounts). The sum is 0 to the cent: amounts are cut to whole cents and the cents
    left over go to the largest remainders, equal ones in the order of `shares`. InputError `share-members`,
    `share-sum`, `number-*`.

    >>> transfers({"A": 10.0, "B": 0.0, "C": 0.0}, {"A": 10 / 3, "B": 10 / 3, "C": 10 / 3})
    {'A': -6.66, 'B': 3.33, 'C': 3.33}
    """
    _same_members(borne, shares, "costs borne and shares")
    for table in (borne, shares):
        for name, value in table.items():
            strict.finite(value, name, -1e15, 1e15)
    exact = {name: math.fsum([shares[name], -borne[name]]) for name in shares}
    gap = math.fsum([*shares.values(), *(-value for value in borne.values())])
    size = math.fsum(abs(value) for value in (*shares.values(), *borne.values()))
    if abs(gap) > max(0.01 * len(exact), 1e-9 * size):
        raise InputError(
            "share-sum",
            f"the shares sum to {gap:.2f} EUR more than what is borne",
            "",
            "both must cover the same cost",
        )
    cents = {name: math.floor(value * 100) for name, value in exact.items()}
    left = -sum(cents.values())
    # Remainders to a millionth of a cent, so that rounding noise does not break ties.
    order = sorted(exact, key=lambda name: round(cents[name] - exact[name] * 100, 6))
    for step in range(abs(left)):
        name = order[step % len(order)] if left > 0 else order[-1 - step % len(order)]
        cents[name] += 1 if left > 0 else -1
    return {name: amount / 100 for name, amount in cents.items()}


def exit_test(values: Mapping[str, float], shares: Mapping[str, float], kind: str = "cost") -> list[dict[str, Any]]:
    """What every group loses if it leaves, in the unit of the values; the group most tempted to leave first.

    loss(S) = c(S) − x(S) in a cost game, x(S) − v(S) in a gain game: positive, the group is worse off
    outside; negative, it is better off outside and the shares are not stable. The group then assumes that
    the others do nothing for it, the pessimistic case. `values`: all coalitions as in GAME.json; `shares`:
    by player, summing to the whole (1e-6 of it). Returns [{members, loss, text, params}], `text` an id of
    content/texts/sharing.toml whose params are `members` and `amount` (positive, unformatted). InputError
    as `game.load`, `share-members`, `share-sum`.
    """
    game = load({"kind": kind, "players": list(shares), "values": values})
    numbers = {name.strip(): strict.finite(value, f"shares: {name}") for name, value in shares.items()}
    whole = float(game.values[-1])
    total = math.fsum(numbers.values())
    size = max(1.0, abs(whole), *(abs(value) for value in numbers.values()))
    if abs(total - whole) > 1e-6 * size:
        raise InputError(
            "share-sum", f"the shares sum to {total:g}, not to {whole:g}", "", "shares must cover the whole"
        )
    rows: list[dict[str, Any]] = []
    for mask in range(1, len(game.values) - 1):
        members = [name for i, name in enumerate(game.players) if mask >> i & 1]
        loss = game.sign * math.fsum([*(numbers[name] for name in members), -float(game.values[mask])])
        even = abs(loss) <= 1e-9 * size
        text = "sharing.exit_even" if even else "sharing.exit_loses" if loss > 0 else "sharing.exit_gains"
        params = {"members": members, "amount": abs(loss)}
        rows.append({"members": members, "loss": loss + 0.0, "text": text, "params": params})
    rows.sort(key=lambda row: (row["loss"], len(row["members"])))
    return rows


def gain_parts(
    alone: Mapping[str, Mapping[str, float]], together: Mapping[str, float], running_cost: float = 0.0
) -> dict[str, Any]:
    """The gain of cooperating by part, EUR present value: Σ of the costs alone less the cost together.

    `alone` {member: {part: EUR}} and `together` {part: EUR} split each programme's extra cost into `PARTS`:
    `real_cost` (measures without removals), `cap_trading` (what is paid for missed caps: its fall is the
    gain of one member's room under the cap covering another's excess), `removals`, `protection` (adaptation
    and uncovered need). `running_cost`: cost of running the partnership (P01), EUR present value. Returns
    {parts, gain_eur, partnership_cost_eur, gain_net_eur, gain_percent (of the cost alone, None where that
    is 0), text}; the parts sum to the gain; `text` is the id of the sentence that says plainly whether the
    net gain is clear, small (below 1 % of the cost alone) or negative. Call it once per backstop price.
    """
    if not alone:
        raise InputError("share-members", "no member has a cost alone", "", "name at least one member")
    for where, table in [*alone.items(), ("together", together)]:
        strict.keys(table, PARTS, where, required=PARTS)
        for part, value in table.items():
            strict.finite(value, f"{where}: {part}")
    cost = strict.finite(running_cost, "running_cost", low=0.0)
    parts = {part: math.fsum([*(table[part] for table in alone.values()), -together[part]]) + 0.0 for part in PARTS}
    gain = math.fsum(parts.values())
    before = math.fsum(value for table in alone.values() for value in table.values())
    net = gain - cost
    percent = 100 * gain / before if before > 0 else None
    text = "sharing.gain_clear"
    if net < 0:
        text = "sharing.gain_negative"
    elif net < 0.01 * abs(before) or net == 0:
        text = "sharing.gain_small"
    return {
        "parts": parts,
        "gain_eur": gain,
        "partnership_cost_eur": cost,
        "gain_net_eur": net,
        "gain_percent": percent,
        "text": text,
    }
