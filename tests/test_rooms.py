"""The arrows of ARCHITECTURE.md, held by reading the imports.

`offences(root)` reads a tree of packages and returns one line per import that crosses
a wall. The tests at the end plant wrong imports, so that the reader itself is tested.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

PROGRAMS = ("kiosk", "smsgateway", "sync", "central")
PACKAGES = ("feedback", *PROGRAMS)

HTTP = ("httpx", "requests", "urllib.request", "http", "starlette", "granian")
SQL = ("sqlite3", "sqlite_utils", "psycopg")
CLOCKS = ("time", "datetime", "random", "secrets")
FILES = ("pathlib", "os", "io", "tempfile", "shutil", "tomllib")

# In the heart, what each room may import of the others. A room that is not named here
# is a leaf: it may import nothing of feedback.
HEART = {
    "answer": (),
    "assets": (),
    "bundle": ("survey", "surveys", "tomlfile", "wire"),
    "carried": ("wire",),
    "concern": ("phrases", "survey", "tomlfile"),
    "disk": ("folder", "schema"),
    "extras": (),
    "folder": (),
    "identity": ("answer",),
    "marks": ("answer",),
    "log": ("answer", "disk", "identity", "marks"),
    "open_files": (),
    "phrases": (),
    "questions": ("survey", "tomlfile", "translations", "verbatim"),
    "receipts": (),
    "schema": (),
    "seal": ("text",),
    "settings": (),
    "short_words": (),
    "strict_json": (),
    "survey": ("answer",),
    "surveys": ("questions", "survey", "tomlfile", "translations"),
    "text": (),
    "table": (),
    "tomlfile": (),
    "translations": ("survey", "tomlfile"),
    "verbatim": ("survey",),
    "wire": ("answer", "strict_json"),
}

# In central, those that get all they need from who asks.
THINKING = (
    *("comments/folding", "places/hours", "web/charts", "web/turning"),
    *(
        f"summaries/{room}"
        for room in (
            *("spc", "series", "limits", "causes", "complete", "day", "fft"),
            *("leaving", "noise", "said", "steps", "talks", "trend", "when"),
        )
    ),
)

# Where a room may not look: (files, what it must not import, why).
WALLS = [
    *(
        (p, tuple(q for q in PROGRAMS if q != p), "programs meet only")
        for p in PROGRAMS
    ),
    ("feedback", (*PROGRAMS, "kivy", "django", "twilio", *HTTP), "the heart knows no"),
    (
        "feedback/survey.py",
        (*SQL, *FILES, *CLOCKS),
        "which question comes next is pure",
    ),
    ("feedback/answer.py", (*SQL, *FILES), "an answer is a plain value"),
    ("feedback/wire.py", (*SQL, *FILES), "bytes have meaning without a place"),
    ("feedback/concern.py", (*SQL, *CLOCKS, *FILES[1:]), "phrases are all it reads"),
    ("feedback/phrases.py", (*SQL, *FILES, *CLOCKS), "words alone tell"),
    ("kiosk/flow.py", ("kivy", *SQL), "a flow has no pixels"),
    ("kiosk/screens", (*SQL, "httpx", "feedback.log"), "a screen only shows"),
    ("smsgateway/conversation.py", ("twilio", *SQL), "a text means what it means"),
    (
        "smsgateway/late.py",
        ("twilio", *SQL, "time"),
        "what a late text changes is pure",
    ),
    ("smsgateway/twilio", (*SQL, "feedback.surveys"), "Twilio's words, no survey"),
    *(
        (
            f"smsgateway/asking/{room}.py",
            ("twilio", "smsgateway.twilio", *HTTP, *SQL, "time", *FILES),
            "whom to ask and when is pure",
        )
        for room in ("hours", "rules", "planning", "wording")
    ),
    ("smsgateway/asking/policy.py", (*HTTP, *SQL, "time"), "a file tells all of it"),
    ("smsgateway/asking/team", SQL, "a page asks the desk"),
    ("sync", ("feedback.survey", "feedback.surveys"), "answers travel unread"),
    (
        "central/summaries",
        ("central.web", "central.morning", "central.setup", "central.demo"),
        "what was heard asks for no page",
    ),
    *(
        (f"central/{room}.py", ("django", *SQL), "this room only thinks")
        for room in THINKING
    ),
    ("central/web", ("central.morning",), "a page is there before its mail"),
    ("central/setup", ("central.morning.picture",), "set-up shows no ward's day"),
]

# What may cross a wall all the same: the first page shows administrators what they must
# know of the mails, and the list of all addresses names theirs.
DOORS = {
    ("central/web/views.py", "central.morning.notices"),
    ("central/web/urls.py", "central.morning.away"),
    ("central/web/urls.py", "central.morning.views"),
}

# What may be imported from one place only: (what, where).
ONLY_IN = [
    ("kivy", ("kiosk/",)),
    ("django", ("central/",)),
    ("twilio", ("smsgateway/twilio/",)),
    ("central.demo", ("central/demo/", "central/web/management/")),
]


def read(root: Path) -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            yield path.relative_to(root).as_posix(), ast.parse(path.read_bytes())


def imports(tree: ast.Module, file: str) -> Iterator[tuple[int, str]]:
    """Each line and full name that is imported, inside functions too."""
    package = file.removesuffix(".py").removesuffix("/__init__").split("/")
    if not file.endswith("__init__.py"):
        package = package[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                yield node.lineno, f"{module}.{alias.name}"
        elif isinstance(node, ast.Call) and _is_import_by_name(node):
            yield node.lineno, node.args[0].value


def _is_import_by_name(call: ast.Call) -> bool:
    """`importlib.import_module("kivy")` and `__import__("kivy")`."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    return (
        name in ("import_module", "__import__")
        and bool(call.args)
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    )


def within(name: str, module: str) -> bool:
    return name == module or name.startswith(f"{module}.")


def offences(root: Path) -> list[str]:
    found = []
    for file, tree in read(root):
        for line, name in imports(tree, file):
            found += [f"{file}:{line} imports {name}: {w}" for w in wrongs(file, name)]
        found += [f"{file}:{line} reads the environment" for line in reads(file, tree)]
    return found


def wrongs(file: str, name: str) -> Iterator[str]:
    """Why this file may not import this name."""
    if (file, name) in DOORS:
        return
    for where, banned, why in WALLS:
        inside = file == where or file.startswith(f"{where}/")
        if inside and any(within(name, module) for module in banned):
            yield why
    for what, places in ONLY_IN:
        if within(name, what) and not file.startswith(places):
            yield f"only {' and '.join(places)} may"
    if file.startswith("feedback/") and within(name, "feedback"):
        room = file.removeprefix("feedback/").removesuffix(".py")
        if name.split(".")[1:2] and name.split(".")[1] not in HEART.get(room, ()):
            yield f"no arrow goes from {room} there"


# ── the environment ──────────────────────────────────────────────────────────


def reads(file: str, tree: ast.Module) -> Iterator[int]:
    """Lines that read the environment outside a settings room.

    A program's door, __main__.py, may hand it over whole, and any room may tell a
    library something through it: `os.environ["KIVY_HOME"] = …`, `.setdefault(…)`.
    """
    if file.endswith("/settings.py") or "/settings/" in file:
        return
    fine = {id(node) for part in ast.walk(tree) for node in _written(part)}
    if file.endswith("/__main__.py"):
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        fine |= {id(argument) for call in calls for argument in call.args}
    for node in ast.walk(tree):
        if _is_environ(node) and id(node) not in fine:
            yield node.lineno


def _written(node: ast.AST) -> Iterator[ast.AST]:
    """The environment where something is put into it."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in ("setdefault", "update"):
            yield node.func.value
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
        yield node.value


def _is_environ(node: ast.AST) -> bool:
    names = ("environ", "environb", "getenv")
    if isinstance(node, ast.ImportFrom) and node.module == "os":
        return any(alias.name in names for alias in node.names)
    owner = getattr(getattr(node, "value", None), "id", "")
    return isinstance(node, ast.Attribute) and owner == "os" and node.attr in names


# ── the tests ────────────────────────────────────────────────────────────────


def test_every_import_follows_the_arrows():
    assert offences(ROOT) == []


def test_every_door_in_a_wall_is_used():
    used = {(f, name) for f, tree in read(ROOT) for _, name in imports(tree, f)}

    assert used >= DOORS


def test_every_room_of_the_heart_is_on_the_picture():
    rooms = {path.stem for path in (ROOT / "feedback").glob("*.py")} - {"__init__"}

    assert rooms <= set(HEART)


def test_the_arrows_of_the_heart_have_no_circle():
    done: set[str] = set()
    while rooms := [r for r in HEART if r not in done and done.issuperset(HEART[r])]:
        done.update(rooms)

    assert done == set(HEART)


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("kiosk/flow.py", "import central.intake"),
        ("sync/agent.py", "from smsgateway import people"),
        ("sync/agent.py", "from feedback import surveys"),
        ("sync/agent.py", "from feedback.survey import next_question"),
        ("central/web/views.py", "from kiosk.screens.welcome import Welcome"),
        ("feedback/log.py", "import kivy"),
        ("feedback/wire.py", "import httpx"),
        ("feedback/wire.py", "from feedback.log import Log"),
        ("feedback/wire.py", "from . import log"),
        ("feedback/survey.py", "from datetime import datetime"),
        ("feedback/answer.py", "from feedback.survey import Survey"),
        ("feedback/seal.py", "def f():\n    from django.db import models"),
        ("kiosk/screens/question.py", "from feedback.log import Log"),
        ("kiosk/screens/question.py", "import sqlite3"),
        ("smsgateway/app.py", "from twilio.rest import Client"),
        ("smsgateway/late.py", "import sqlite3"),
        ("smsgateway/asking/rules.py", "import sqlite3"),
        ("smsgateway/asking/hours.py", "from time import time"),
        ("smsgateway/asking/planning.py", "from pathlib import Path"),
        ("smsgateway/asking/wording.py", "from smsgateway.twilio.rest import Rest"),
        ("smsgateway/asking/team/look.py", "from sqlite_utils import Database"),
        ("smsgateway/conversation.py", "import importlib\n__import__('twilio')"),
        ("central/summaries/complete.py", "from central.web.words import long_date"),
        ("central/summaries/times.py", "import central.morning.times"),
        ("central/summaries/day.py", "def f():\n    from central.setup import door"),
        ("central/summaries/complete_reading.py", "import central.demo.wards"),
        ("central/summaries/spc.py", "from django.utils import timezone"),
        ("central/web/turning.py", "from django.db import connection"),
        ("central/web/completed.py", "from central.morning.times import morning_of"),
        ("central/web/views.py", "from central.morning.models import Mail"),
        ("central/setup/wards.py", "from central.morning.picture import with_mail"),
        ("central/intake/judge.py", "from central.demo.wards import WARDS"),
        ("central/web/views.py", "import importlib as i\ni.import_module('kivy.app')"),
        ("central/web/views.py", "import os\nX = os.environ['WARDVOICE_X']"),
        ("kiosk/flow.py", "import os\nX = os.environ.get('WARDVOICE_X')"),
        ("kiosk/flow.py", "from os import getenv"),
        ("sync/agent.py", "import os\nX = os.getenv('WARDVOICE_X')"),
        ("sync/agent.py", "import os\nX = {}\nX.update(os.environ)"),
        ("sync/__main__.py", "import os\nX = os.environ['WARDVOICE_X']"),
        ("sync/agent.py", "import os\nread_settings(os.environ)"),
    ],
)
def test_a_planted_wrong_import_is_seen(tmp_path, file, line):
    planted = tmp_path / file
    planted.parent.mkdir(parents=True)
    planted.write_text(line)

    assert len(offences(tmp_path)) >= 1
    assert offences(tmp_path)[0].startswith(f"{file}:")


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("kiosk/__main__.py", "import os\nfrom kiosk.settings import read_settings\n"
         "settings = read_settings(os.environ)"),
        ("kiosk/window.py", "import os\nos.environ['KIVY_NO_ARGS'] = '1'\n"
         "os.environ.setdefault('KIVY_TEXT', 'pil')"),
        ("kiosk/settings.py", "import os\nX = os.environ['WARDVOICE_X']"),
        ("smsgateway/twilio/webhook.py", "from twilio.request_validator import X"),
        ("feedback/surveys.py", "from feedback.survey import Survey"),
        ("sync/agent.py", "import syncing, kivyish, feedback.log"),
        ("central/web/views.py", "from central.morning import notices as morning"),
        ("central/web/management/commands/demo_data.py", "import central.demo.load"),
        ("central/morning/letter.py", "from central.web.words import long_date"),
    ],
)  # fmt: skip
def test_what_is_allowed_is_left_alone(tmp_path, file, line):
    planted = tmp_path / file
    planted.parent.mkdir(parents=True)
    planted.write_text(line)

    assert offences(tmp_path) == []
