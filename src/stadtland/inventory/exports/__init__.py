"""Exports of an inventory: GPC/CRF, SECAP, CDP style, open CSV, XLSX, DCAT-AP.de, each with a check of its own."""

from __future__ import annotations

FORMATS = ("crf", "secap", "cdp", "csv", "xlsx", "dcat")
__all__ = ["FORMATS"]
