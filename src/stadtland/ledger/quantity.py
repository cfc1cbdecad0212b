"""How many kilograms may be issued: whole kilograms, the lower limit, leakage, buffer, the stricter soil test."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from stadtland.base.errors import InputError

from .classes import SOIL_BUFFER, SOIL_YEARS

MOST_KG = 10**12


@dataclass(frozen=True)
class Quantity:
    """Net effect, what goes to the buffer, what may be issued; kg, net = buffer + issue."""

    net_kg: int
    buffer_kg: int
    issue_kg: int


def issueable(low_kg: int, leakage_kg: int, buffer_permille: int) -> Quantity:
    """What one verified year yields.

    net = max(0, low − leakage), buffer = ⌈net · b/1000⌉, issue = net − buffer. `low_kg` is the lower limit of the 90 %
    range of the effect against the baseline. That is at least as strict as a discount for the half-width above 10 %.

    >>> issueable(120_000, 4_001, 150)
    Quantity(net_kg=115999, buffer_kg=17400, issue_kg=98599)
    """
    net = max(0, whole(low_kg, "low_kg") - whole(leakage_kg, "leakage_kg"))
    buffer = -(-net * buffer_permille // 1000)
    return Quantity(net, buffer, net - buffer)


def lower_limit(central_kg: float, half_width: float) -> int:
    """⌊central · (1 − half-width)⌋ kg; half-width of the 90 % range as a share of the central value, 0 to 1.

    >>> lower_limit(100_000, 0.25)
    75000
    """
    if not 0 <= half_width <= 1:
        raise InputError("unit-range", f"the half-width {half_width:g} is not a share", "", "give 0 to 1")
    return int(Decimal(str(central_kg)) * (1 - Decimal(str(half_width))) // 1)


def soil_test(years: int, gain_kg: int, detectable_kg: int, buffer_permille: int) -> bool:
    """The stricter test of soil carbon: 5 years measured, gain not below what sampling can detect, buffer 30 %.

    >>> soil_test(5, 900, 800, 300), soil_test(4, 900, 800, 300), soil_test(5, 700, 800, 300)
    (True, False, False)
    """
    return years >= SOIL_YEARS and 0 < gain_kg >= detectable_kg > 0 and buffer_permille >= SOIL_BUFFER


def whole(value: object, where: str) -> int:
    """The value as whole kilograms 0 to 10¹²; InputError `unit-kg` otherwise."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_KG:
        raise InputError("unit-kg", f"{value!r:.40} is not a whole number of kilograms", where, "give kg without point")
    return value


def kilograms(text: str, where: str = "--kg") -> int:
    """Kilograms from what a user types: `1200`, `1200 kg`, `1.2 t`; InputError `unit-kg` for parts of a kilogram.

    >>> kilograms("1.2 t"), kilograms("900")
    (1200, 900)
    """
    number, _, unit = text.strip().partition(" ")
    if not unit and number[-1:] == "t":
        number, unit = number[:-1], "t"
    if not unit and number[-2:] == "kg":
        number, unit = number[:-2], "kg"
    factor = {"": 1, "kg": 1, "t": 1000}.get(unit.strip())
    try:
        value = Decimal(number) * factor if factor and number.isascii() else None
    except InvalidOperation:
        value = None
    if value is None or not value.is_finite() or value != value.to_integral_value() or not 0 < value <= MOST_KG:
        raise InputError(
            "unit-kg",
            f"{text!r:.40} is not a whole number of kilograms above 0",
            where,
            "write 1200 or 1.2 t; units are whole kilograms",
        )
    return int(value)
