"""The response that a held row names, also where the row is no answer: an erasure finds
it by that. What was erased meanwhile, and passed such a row by, is erased now."""

from django.db import migrations


def name_responses(apps, _schema_editor):
    from central.intake.row import END, WITHDRAWN, held_row

    held, answers = (apps.get_model("intake", name) for name in ("Held", "Answer"))
    erased = apps.get_model("intake", "Erased")
    for one in held.objects.filter(response="").iterator():
        row = held_row(one.device, one.seq, one.body, one.digest)
        if not row.response:
            continue
        gone = erased.objects.filter(response=row.response).exists() or (
            answers.objects.filter(
                response=row.response, question=END, value=WITHDRAWN
            ).exists()
        )
        body = row.erased().body if gone else one.body
        held.objects.filter(pk=one.pk).update(response=row.response, body=body)


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_closing")]

    operations = [migrations.RunPython(name_responses, migrations.RunPython.noop)]
