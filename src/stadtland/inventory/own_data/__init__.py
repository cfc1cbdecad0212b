"""Own data of members: templates, import, history, farm secrecy, and the overrides that the inventory takes.

    reading = own_data.read(raw, members, latest=2026, role="climate office", defaults=own_data.defaults(members, 2021))
    own_data.apply(folder, reading, when="2026-01-31T12:00:00Z", role="climate office")
    inventory.build(members, 2021, overrides=own_data.overrides(own_data.load(folder).state, 2021))

Everything is loaded on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .catalogue import Dataset, Field, datasets
    from .estimates import defaults
    from .mapping import heat_shares, overrides, toml_fragment, unused
    from .problems import OwnDataError, Problem
    from .reading import Reading, read
    from .records import Defaults, Key, Record, secret
    from .secrecy import hidden, protect, public_table
    from .store import Batch, Change, Store, apply, load
    from .template import rows, to_csv, to_xlsx

_HOME = {
    "Dataset": "catalogue", "Field": "catalogue", "datasets": "catalogue",
    "defaults": "estimates",
    "heat_shares": "mapping", "overrides": "mapping", "toml_fragment": "mapping", "unused": "mapping",
    "OwnDataError": "problems", "Problem": "problems",
    "Reading": "reading", "read": "reading",
    "Defaults": "records", "Key": "records", "Record": "records",
    "hidden": "secrecy", "protect": "secrecy", "public_table": "secrecy", "secret": "records",
    "Batch": "store", "Change": "store", "Store": "store", "apply": "store", "load": "store",
    "rows": "template", "to_csv": "template", "to_xlsx": "template",
}  # fmt: skip
__all__ = [
    "Batch", "Change", "Dataset", "Defaults", "Field", "Key", "OwnDataError", "Problem", "Reading", "Record", "Store",
    "apply", "datasets", "defaults", "heat_shares", "hidden", "load", "overrides", "protect",
    "public_table", "read", "rows", "secret", "to_csv", "to_xlsx", "toml_fragment", "unused",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in _HOME:
        value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
        globals()[name] = value  # the name wins over the submodule of the same name
        return value
    raise AttributeError(name)
