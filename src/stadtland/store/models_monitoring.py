"""Table of the monitoring events: what happened to measures and years, in order."""

from __future__ import annotations

from django.db import models


class MonitoringEvent(models.Model):
    """One event; the number is the primary key, so no number is given twice."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.CharField(max_length=20)
    role = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    body = models.TextField()

    class Meta:
        db_table = "monitoring_event"
