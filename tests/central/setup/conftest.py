"""An administrator, in a browser of Django's test client."""

import re

import pytest
from django.test import Client

from tests.web.test_the_days_page import plain
from tests.web.world import PASSWORD

SEEN = re.compile('name="seen" value="([0-9a-f]*)"')


class Administrator:
    """Reads pages as text, and sends forms; follows where they lead."""

    def __init__(self, name="admin"):
        from central.people.models import User

        self.user = User.objects.create_superuser(name, password=PASSWORD)
        self.client = Client()
        self.client.force_login(self.user)

    def read(self, path, status=200):
        came = self.client.get(path)
        assert came.status_code == status, (path, came.status_code)
        return plain(came.content.decode())

    def open(self, path):
        """What the page's form carries unseen: the digest of what it shows."""
        found = SEEN.search(self.client.get(path).content.decode())
        return {"seen": found[1]} if found else {}

    def send(self, path, **words):
        """As from a page that was opened just now, unless `seen` says another."""
        words = words if "seen" in words else {**self.open(path), **words}
        came = self.client.post(path, words, follow=True)
        assert came.status_code == 200, (path, came.status_code)
        return plain(came.content.decode())

    def sure(self, path, **words):
        return self.send(path, sure="yes", **words)


@pytest.fixture
def admin(trust):
    return Administrator()


@pytest.fixture
def entries(db):
    """What was written down, the oldest first: (who, act, about)."""
    from central.audit.models import Entry

    def read():
        rows = Entry.objects.order_by("id").values_list("who", "act", "about")
        return list(rows)

    return read
