"""Rows of hand-made files of the weather service."""

from __future__ import annotations

HEADER = "STATIONS_ID;MESS_DATUM;QN_3;  FX;  FM;QN_4; RSK;RSKF; TXK; TNK;eor"


def row(day, fx="5.0", rsk="0.0", txk="20.0", tnk="10.0", station="2932"):
    """One day of a daily station file."""
    return f"{station:>11};{day};   10;{fx:>6};-999;    3;{rsk:>6};   6;{txk:>6};{tnk:>6};eor"


def regional(rows):
    """A yearly regional file with the columns Sachsen and Landkreis X."""
    lines = ["Zeitreihen, erstellt am: 20200602", "Jahr;Jahr;Sachsen;Landkreis X;"]
    return "\n".join([*lines, *(f"{y};year;{a};{b};" for y, a, b in rows)]) + "\n"
