"""Table of the monitoring events."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Creates `monitoring_event`."""

    dependencies = [("store", "0001_initial")]  # noqa: RUF012
    operations = [  # noqa: RUF012
        migrations.CreateModel(
            name="MonitoringEvent",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.CharField(max_length=20)),
                ("role", models.CharField(max_length=80)),
                ("kind", models.CharField(max_length=40)),
                ("body", models.TextField()),
            ],
            options={"db_table": "monitoring_event"},
        ),
    ]
