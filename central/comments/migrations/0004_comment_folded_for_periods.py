from django.db import migrations, models

from central.comments.folding import fold

ROWS_AT_ONCE = 500


def fold_all(apps, schema_editor):
    """What was opened before anybody could search."""
    Comment = apps.get_model('comments', 'Comment')
    comments = Comment.objects.filter(folded='').exclude(text='').order_by('id')
    last = 0
    while rows := list(comments.filter(id__gt=last)[:ROWS_AT_ONCE]):
        for row in rows:
            row.folded = fold(row.text)
        Comment.objects.bulk_update(rows, ['folded'])
        last = rows[-1].id


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0003_unopened'),
    ]

    operations = [
        migrations.AddField(
            model_name='comment',
            name='folded',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.RunPython(fold_all, migrations.RunPython.noop),
    ]
