from django.db import migrations, models


class Migration(migrations.Migration):
    """Codes made before this name no selector, and are good for nothing: they would
    have lasted ten minutes."""

    dependencies = [("devices", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="enrolmentcode",
            name="selector",
            field=models.CharField(default="", max_length=2),
            preserve_default=False,
        )
    ]
