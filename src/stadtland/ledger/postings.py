"""Double entry: whatever an entry moves leaves one account and reaches another.

`postings`: `[account, unit, amount]`, amounts are whole numbers (cents, kilograms) and add up to zero per unit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from stadtland.base.errors import InputError


def balanced(data: Mapping[str, Any], where: str) -> None:
    """InputError `postings-format` or `postings-sum` unless `data["postings"]`, where present, sums to zero per unit.

    >>> balanced({"postings": [["fund", "eur_cent", -500], ["farm:p-1", "eur_cent", 500]]}, "fund.payment")
    """
    if "postings" not in data:
        return
    sums: dict[str, int] = defaultdict(int)
    rows = data["postings"]
    if not isinstance(rows, list) or len(rows) < 2:
        raise InputError("postings-format", "a booking needs at least two postings", where, "name both accounts")
    for i, row in enumerate(rows):
        place = f"{where}.postings[{i}]"
        if not (isinstance(row, list) and len(row) == 3 and isinstance(row[0], str) and isinstance(row[1], str)):
            raise InputError("postings-format", "a posting is [account, unit, amount]", place, "write all three")
        if isinstance(row[2], bool) or not isinstance(row[2], int):
            raise InputError("postings-format", "an amount is a whole number", place, "give cents or kilograms")
        sums[row[1]] += row[2]
    for unit, total in sums.items():
        if total:
            raise InputError(
                "postings-sum", f"the postings in {unit} add up to {total}, not to zero", where, "mend the amounts"
            )
