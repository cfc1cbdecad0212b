"""Numbers and dates in the reader's language (Babel)."""

from __future__ import annotations

from babel.numbers import format_decimal, format_percent

LANGUAGES = ("de", "en")


def number(value: float, lang: str = "de", digits: int = 0, sign: bool = False) -> str:
    """A number with `digits` decimals.

    >>> number(1234.5, "de", 1), number(1234.5, "en", 1), number(3, "de", sign=True)
    ('1.234,5', '1,234.5', '+3')
    """
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    rounded = round(value, digits) + 0.0
    text = format_decimal(rounded, format=pattern, locale=lang)
    return "+" + text if sign and rounded > 0 else text


def percent(share: float, lang: str = "de", digits: int = 0) -> str:
    """A share 0–1 as percent.

    >>> percent(0.256, "de"), percent(0.256, "en", 1)
    ('26\\xa0%', '25.6%')
    """
    pattern = "#,##0" + ("." + "0" * digits if digits else "") + ("\u00a0%" if lang == "de" else "%")
    return format_percent(share, format=pattern, locale=lang)


def significant(value: float, lang: str = "de", figures: int = 2) -> str:
    """Rounded to significant figures, for ranges and small places.

    >>> significant(123456, "de"), significant(0.01234, "en")
    ('120.000', '0.012')
    """
    if value == 0:
        return "0"
    from math import floor, log10

    digits = figures - 1 - floor(log10(abs(value)))
    return number(round(value, digits), lang, max(0, digits))
