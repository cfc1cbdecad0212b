"""The Django application: after every migration the triggers are created anew."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class StoreConfig(AppConfig):
    """Journal and records."""

    name = "stadtland.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the step that protects the journal again."""
        post_migrate.connect(_protect, sender=self, dispatch_uid="stadtland.store.protect")


def _protect(using: str = "default", **_: Any) -> None:
    from . import triggers

    triggers.install(connections[using])
