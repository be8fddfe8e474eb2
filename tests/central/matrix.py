"""Every route of central, every credential, every method: who gets in?

The routes are the URL resolver's own, so that one which is not declared here is found.
"""

import hashlib
import re
from dataclasses import dataclass, field

from django.db import connection
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from central.devices.enrolment import make_code
from central.devices.removal import remove_device
from feedback.wire import SIGNATURE_HEADER, pack, signature_header
from tests.central.tablet import WARD, Tablet
from tests.web.world import new_user

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
OTHER_WARD, DAY = "W-OAK", "2026-11-20"

ALL = {
    "nobody", "this device", "another device", "a removed device",
    "a device with a code", "own manager", "other manager", "administrator",
    "other staff", "who has left", "own manager with another device's signature",
    "this device with the own manager's cookie",
}  # fmt: skip
OWN = {one for one in ALL if "own manager" in one}
USERS = OWN | {"other manager", "administrator", "other staff"}
DEVICE = {one for one in ALL if one.startswith("this device")}

READ = ("GET", "HEAD")
PERIOD = "wards/<ward:code>/<day:first>/<day:last>/"
# route: {methods: who gets in}. Whatever is not here is refused.
DOORS = {
    "api/v1/devices/<device>/log": {("POST",): DEVICE},
    "api/v1/devices/<device>/bundle": {("GET",): DEVICE},
    "api/v1/enrolments": {("POST",): ALL},  # the code is its credential
    "api/v1/openapi.json": {READ: ALL},
    "api/v1/": {},
    "health": {READ: ALL},
    "login/": {(*READ, "POST", "PUT", "OPTIONS"): ALL - USERS},
    "receipt/": {(*READ, "POST"): ALL},  # the patient's own code is theirs
    "logout/": {("POST", "OPTIONS"): USERS},
    "": {READ: USERS},
    "away/": {(*READ, "POST"): USERS},
    "devices/": {READ: {"administrator"}},
    "devices/<day:day>/": {READ: {"administrator"}},
    "devices/<device:device>/": {READ: {"administrator"}},
    "devices/<device:device>/<day:day>/": {READ: {"administrator"}},
    "wards/<ward:code>/": {READ: OWN},
    "wards/<ward:code>/cards/": {(*READ, "POST"): OWN},
    "wards/<ward:code>/<day:day>/": {READ: OWN},
    "wards/<ward:code>/<day:day>/board.pdf": {READ: OWN},
    # The first page is gone once somebody has an account, and a link that is no link
    # says so (tests/central/setup/test_first.py).
    "setup/first/": {},
    "password/<word:uidb64>/<word:token>/": {(*READ, "POST"): ALL},
    "wards/<ward:code>/changes/": {(*READ, "POST"): OWN},
    "wards/<ward:code>/seen/": {("POST",): OWN},
    "wards/<ward:code>/periods/": {READ: OWN},
    PERIOD: {READ: OWN},
    f"{PERIOD}charts/": {READ: OWN},
    f"{PERIOD}search/": {READ: OWN},
    f"{PERIOD}steps/<key:key>/": {READ: OWN},
    f"{PERIOD}questions/<key:key>/": {READ: OWN},
    # Of a site each sees the wards that they read.
    "sites/<number:site>/<day:first>/<day:last>/": {READ: OWN | {"other manager"}},
}
SETUP = """
setup/ setup/done/ setup/reads/ setup/trusts/ setup/trusts/<number:trust>/ setup/sites/
setup/sites/<number:site>/ setup/sites/<number:site>/remove/ setup/wards/
setup/wards/add/ setup/ward/<ward:code>/ setup/ward/<ward:code>/close/
setup/ward/<ward:code>/merge/ setup/ward/<ward:code>/open/
setup/ward/<ward:code>/asked/ setup/people/
setup/people/add/ setup/people/<number:person>/ setup/people/<number:person>/link/
setup/people/<number:person>/close/ setup/people/<number:person>/open/ setup/devices/
setup/devices/code/ setup/devices/<device:device>/
setup/devices/<device:device>/label/ setup/devices/<device:device>/remove/
setup/devices/<device:device>/accept/ setup/surveys/ setup/surveys/asked/
setup/surveys/publish/ setup/survey/<survey:name>/ setup/import/<word:kind>/
""".split()
DOORS |= {route: {(*READ, "POST"): {"administrator"}} for route in SETUP}
ADMIN_PAGES = {
    "", "login/", "logout/", "password_change/", "password_change/done/",
    "autocomplete/", "jsi18n/", "r/<path:content_type_id>/<path:object_id>/",
    "(?P<url>.*)$",
    "^(?P<app_label>devices|intake|comments|custody|morning)/$",
}  # fmt: skip
# Each act of set-up has a page there, and no form in the admin (ADR 17).
ADMIN_MODELS = {
    "devices/device", "intake/held", "comments/unopened", "custody/document",
    "custody/proof", "custody/rehearsal", "morning/mail", "morning/away",
}  # fmt: skip


def routes(patterns=None, prefix=""):
    for one in patterns or get_resolver().url_patterns:
        path = prefix + str(one.pattern)
        if isinstance(one, URLPattern):
            yield path
        else:
            yield from routes(one.url_patterns, path)


def undeclared():
    """The routes of which nobody has said who gets in."""
    models = "|".join(ADMIN_MODELS)
    page = "(add/|<path:object_id>/(history/|delete/|change/)?)?"
    declared = re.compile(f"admin/({models})/{page}")
    known = set(DOORS) | {f"admin/{one}" for one in ADMIN_PAGES}
    return [one for one in routes() if one not in known and not declared.fullmatch(one)]


@dataclass
class Who:
    """Asks as somebody: with a key, a cookie, both, or neither."""

    client: Client = field(
        default_factory=lambda: Client(raise_request_exception=False)
    )
    key: Tablet | None = None

    def ask(self, method, path, body, first, content_type):
        headers = {}
        if self.key is not None:
            sign = lambda text: self.key.key.sign(text).signature  # noqa: E731
            signature = signature_header(sign, method, path, first, body)
            headers = {SIGNATURE_HEADER: signature}
        return self.client.generic(
            method, path, body, content_type=content_type, headers=headers
        )


@dataclass
class House:
    """Somebody of every kind, in one trust."""

    tablet: Tablet
    people: dict[str, Who]
    gone: str  # a removed device
    trust: int
    empty_site: int  # that never had a ward
    site: int
    person: int

    def path(self, route):
        accepts = route.endswith("accept/")
        words = {"device": self.gone if accepts else self.tablet.id}
        words |= {"code": WARD, "day": DAY, "name": "inpatient@1", "kind": "wards"}
        words |= {"trust": self.trust, "person": self.person}
        words |= {"uidb64": "MQ", "token": "no-token"}
        words |= {"object_id": "1", "id": "1", "content_type_id": "1", "url": "x"}
        words |= {"first": "2026-11-16", "last": "2026-11-22", "key": key_of(route)}
        words |= {"site": self.empty_site if "setup/" in route else self.site}
        route = re.sub(r"\(\?P<app_label>.*\)/\$", "devices/", route.replace("^", ""))
        route = re.sub(r"\(\?P<(\w+)>.*\)\$", lambda m: words[m[1]], route)
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda m: str(words[m[1]]), route)

    def sent(self, method, route):
        """(body, first, content type): what would do something, if it were let."""
        if method in READ:
            return b"", 0, "application/json"
        if route.endswith("/log"):
            rows = self.tablet.rows
            return pack(1, len(rows), rows, {}), 1, "application/json"
        if route.startswith("api/"):
            return b"{}", 0, "application/json"
        return b"said=x&did=y", 0, "application/x-www-form-urlencoded"

    def ask(self, who, method, route):
        return self.people[who].ask(method, self.path(route), *self.sent(method, route))


def house(new_tablet):
    from central.people.models import User
    from central.places.models import Site, Trust

    this, other, gone = (new_tablet() for _ in range(3))
    this.say_many(2)
    remove_device(gone.id, timezone.now())
    pending = Tablet(this.client)
    make_code([WARD], "kiosk", timezone.now())
    people = {
        "nobody": Who(),
        "this device": Who(key=this),
        "another device": Who(key=other),
        "a removed device": Who(key=gone),
        "a device with a code": Who(key=pending),
        "own manager": logged_in("elm", WARD),
        "other manager": logged_in("oak", OTHER_WARD),
        "administrator": logged_in("admin", is_staff=True, is_superuser=True),
        "other staff": logged_in("helper", is_staff=True),
        "who has left": logged_in("left", WARD),
    }
    own = people["own manager"].client
    people["own manager with another device's signature"] = Who(own, other)
    people["this device with the own manager's cookie"] = Who(own, this)
    leave("left")
    assert set(people) == ALL
    trust = Trust.objects.get()
    empty = Site.objects.create(trust=trust, name="Empty")
    elm = User.objects.get(username="elm")
    return House(this, people, gone.id, trust.pk, empty.pk, site_of(WARD), elm.pk)


def site_of(ward):
    from central.places.models import Ward

    return Ward.objects.get(code=ward).site_id


def key_of(route):
    """A step, or a question, that is there."""
    return "night" if "steps/" in route else "fft"


def logged_in(name, *wards, **rights):
    user = new_user(name, *wards)
    for right, has in rights.items():
        setattr(user, right, has)
    user.save()
    who = Who()
    who.client.force_login(user)
    return who


def leave(name):
    from central.people.models import User

    User.objects.filter(username=name).update(is_active=False)


# ── the verdict ──────────────────────────────────────────────────────────────


def expected(route, method):
    for methods, who in DOORS[route].items():
        if method in methods:
            return who
    return set()


def is_refusal(came, route):
    if came.status_code == 302:  # to the login; from it, if one has logged in
        where = came["Location"]
        return "/login/" in where or where == "/" or route == "login/"
    return came.status_code in (401, 403, 404, 405)


def offences(house, several=None, methods=METHODS, people=None):
    """What is not as declared: a refusal that let somebody in, said something else than
    to others, or left a trace; a door that is shut to whom it is for."""
    found, said, before = [], {}, rows()
    for route in several or DOORS:
        for method in methods:
            inside = expected(route, method) if route in DOORS else set()
            for who in sorted((people or ALL) - inside):
                came = house.ask(who, method, route)
                if not is_refusal(came, route):
                    asked = f"{method} /{route} by {who}: {came.status_code}"
                    found.append(f"let in: {asked}")
                elif who not in USERS:  # a page's menu is another one for staff
                    said.setdefault((route, method), {})[who] = text(came)
        after = rows()
        if after != before:
            found.append(f"left a trace: /{route}")
        before = after
    found += [f"says more to some: {k}" for k, v in said.items() if differ(v)]
    return found


def shut(house):
    """The doors that do not open to those whom they are for."""
    found = []
    for route in DOORS:
        for method in METHODS:
            for who in sorted(expected(route, method)):
                # Whoever logs out is outside for all that follows; a receipt's code is
                # asked for in tests/web/test_receipts.py.
                if (method, route) in (("POST", "logout/"), ("POST", "receipt/")):
                    continue
                came = house.ask(who, method, route)
                if is_refusal(came, route) or came.status_code >= 500:
                    found.append(f"{method} /{route} by {who}: {came.status_code}")
    return found


def differ(replies):
    return len(set(replies.values())) > 1


def text(came):
    """What was said, but for the form's token, which is another one each time."""
    body = re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", came.content)
    return came.status_code, came.headers.get("Location"), body


def rows():
    """A digest of every row of every table."""
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT * FROM "{table}"')
            digest.update(repr((table, sorted(map(repr, cursor)))).encode())
    return digest.hexdigest()
