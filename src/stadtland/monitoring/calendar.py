"""Dates for every calendar program: milestones, tasks, reminders and payments as iCalendar (RFC 5545)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from stadtland.base.texts import text

from .book import Book

ALARM_DAYS = 14


def export(book: Book, today: str, lang: str, payments: Sequence[Mapping[str, Any]] = (), done: bool = False) -> bytes:
    """An .ics file: milestones, reminders and payments as all-day events, tasks as to-dos, each with an alarm.

    UIDs are stable, so a second import moves entries instead of doubling them. `payments`: rows of
    `fund_report.schedule` (only unpaid ones are written). Roles only, no persons.
    """
    from icalendar import Calendar, Event, Todo

    calendar = Calendar()
    calendar.add("prodid", "-//StadtLand//monitoring//DE")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", book.setup.name if book.setup else "StadtLand")
    stamp = datetime.fromisoformat(f"{today}T00:00:00+00:00")
    for m in book.measures.values():
        for d in m.dues:
            if (d.done and not done) or m.status == "stopped":
                continue
            entry = Todo() if d.kind == "task" else Event()
            title = f"{text(f'monitoring.due_{d.kind}', lang)}: {d.text} ({m.title.get(lang) or m.id})"
            _fill(entry, f"{m.id}-{d.number}@monitoring.stadtland", stamp, d.date, title, d.kind == "task")
            if d.role or m.responsible:
                entry.add("description", d.role or m.responsible)
            if d.done and d.kind == "task":
                entry.add("status", "COMPLETED")
            calendar.add_component(entry)
    for row in payments:
        if row["state"] == "paid":
            continue
        entry = Event()
        title = f"{text('monitoring.due_payment', lang)}: {row['contract']}, {row['measure']}, {row['year']}"
        _fill(entry, f"{row['contract']}-{row['year']}@fund.stadtland", stamp, str(row["due"]), title, False)
        calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _fill(entry: Any, uid: str, stamp: datetime, day: str, title: str, task: bool) -> None:
    from icalendar import Alarm

    when = date.fromisoformat(day)
    entry.add("uid", uid)
    entry.add("dtstamp", stamp)
    entry.add("summary", title)
    if task:
        entry.add("due", when)
    else:
        entry.add("dtstart", when)
        entry.add("dtend", when + timedelta(days=1))
        entry.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    if task:
        alarm.add("trigger", timedelta(days=-ALARM_DAYS), parameters={"RELATED": "END"})
    else:
        alarm.add("trigger", timedelta(days=-ALARM_DAYS))
    entry.add_component(alarm)
