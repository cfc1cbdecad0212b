"""StadtLand: joint climate accounts, plans and fair shares for urban-rural climate partnerships."""

__version__ = "0.1.0"
