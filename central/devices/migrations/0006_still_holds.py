from django.db import migrations, models


class Migration(migrations.Migration):
    """Of a device that was removed before this nobody has said what is left on it."""

    dependencies = [("devices", "0005_stints")]

    operations = [
        migrations.AddField(
            model_name="device",
            name="still_holds",
            field=models.CharField(
                blank=True,
                choices=[
                    ("nothing", "Nothing: all that was said on it has come"),
                    ("perhaps", "There may be answers on it, and it may come back"),
                    ("lost", "There may be answers on it, and they will not come"),
                ],
                default="",
                max_length=10,
            ),
            preserve_default=False,
        ),
    ]
