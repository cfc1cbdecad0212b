"""`python -m stadtland.cli`."""

from .main import main

main()
