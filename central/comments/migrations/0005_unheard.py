from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

INDEX = models.Index(
    condition=models.Q(('concerns', None)), fields=['id'], name='comment_unheard'
)


class AddIndexBesideWrites(AddIndexConcurrently):
    """On PostgreSQL devices go on sending meanwhile: it reads the table twice, and
    waits for the transactions that are open when it begins. What was broken off leaves
    an index that serves nobody, and goes before the next try."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor != 'postgresql':
            migrations.AddIndex.database_forwards(
                self, app_label, schema_editor, from_state, to_state
            )
            return
        schema_editor.execute(f'DROP INDEX CONCURRENTLY IF EXISTS {self.index.name}')
        super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor != 'postgresql':
            migrations.AddIndex.database_backwards(
                self, app_label, schema_editor, from_state, to_state
            )
            return
        super().database_backwards(app_label, schema_editor, from_state, to_state)


class Migration(migrations.Migration):

    atomic = False  # an index that is built beside writes cannot be

    dependencies = [
        ('comments', '0004_comment_folded_for_periods'),
    ]

    operations = [
        AddIndexBesideWrites('comment', INDEX),
    ]
