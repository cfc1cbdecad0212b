"""First tables: journal and records."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Creates `journal_entry` and `record`."""

    initial = True
    dependencies: list[tuple[str, str]] = []  # noqa: RUF012
    operations = [  # noqa: RUF012
        migrations.CreateModel(
            name="JournalEntry",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("prev", models.CharField(max_length=64, unique=True)),
                ("hash", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=60)),
                ("line", models.TextField()),
            ],
            options={"db_table": "journal_entry"},
        ),
        migrations.CreateModel(
            name="Record",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40)),
                ("key", models.CharField(max_length=80)),
                ("body", models.TextField()),
            ],
            options={"db_table": "record"},
        ),
        migrations.AddConstraint(
            model_name="record",
            constraint=models.UniqueConstraint(fields=("kind", "key"), name="record_once"),
        ),
    ]
