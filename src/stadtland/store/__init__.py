"""The only room with a database: models, migrations, triggers; no views."""
