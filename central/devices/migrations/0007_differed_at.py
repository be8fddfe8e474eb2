from django.db import migrations, models


class Migration(migrations.Migration):
    """Of forks before this nobody knows whether a copy goes on beside the device."""

    dependencies = [("devices", "0006_still_holds")]

    operations = [
        migrations.AddField(
            model_name="device",
            name="differed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
