"""Migrations of the tables; after each run the triggers are created anew (see apps)."""
