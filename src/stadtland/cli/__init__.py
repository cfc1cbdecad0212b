"""The command line: thin; heavy parts are loaded inside the commands."""

from .main import main

__all__ = ["main"]
