"""Tables: the journal (append-only, guarded by triggers) and records (ordinary, deletable)."""

from __future__ import annotations

from django.db import models

from .models_monitoring import MonitoringEvent

__all__ = ["JournalEntry", "MonitoringEvent", "Record"]


class JournalEntry(models.Model):
    """One line of the journal. `hash`, `prev` and `kind` repeat what the line says; `verify` compares them."""

    seq = models.BigIntegerField(primary_key=True)
    prev = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64)
    kind = models.CharField(max_length=60)
    line = models.TextField()

    class Meta:
        db_table = "journal_entry"


class Record(models.Model):
    """A deletable record: what must be forgettable (names, contracts, outlines, reasons in words)."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    body = models.TextField()

    class Meta:
        db_table = "record"
        constraints = (models.UniqueConstraint(fields=["kind", "key"], name="record_once"),)
