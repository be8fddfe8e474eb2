"""What a technician does with keys: the command, and offline copies in folders."""

from io import StringIO

from django.core.management import call_command

SEED = "root.seed"


def keys(*words):
    """`wardvoice-central keys …`, and what it says. CommandError when that fails."""
    said = StringIO()
    call_command("keys", *map(str, words), stdout=said, stderr=said)
    return said.getvalue()


def copy_to(folder, *words):
    """`keys copy` to a folder beside the server's, as no technician should."""
    return keys("copy", folder, "--same-disk", *words)
