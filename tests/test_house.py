"""The house's own rules: size, pins, commands, and what each program says of itself."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.conftest import asks_a_database

ROOT = Path(__file__).parent.parent
PACKAGES = ("feedback", "kiosk", "smsgateway", "sync", "central")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PINS = sorted((ROOT / "requirements").glob("*.txt"))

MODULE_LINES = 400
FUNCTION_LINES = 70
CODE = re.compile(r"```.*?```|`[^`\n]+`|^    .*?$", re.DOTALL | re.MULTILINE)


def sources(*folders):
    return [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts
    ]


# ── size ─────────────────────────────────────────────────────────────────────


def test_no_module_is_longer_than_400_lines():
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in sources(*PACKAGES, "deploy", "bench", "assets")
    }

    assert {n: lines for n, lines in lengths.items() if lines > MODULE_LINES} == {}


def test_no_function_is_longer_than_a_screen():
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in sources(*PACKAGES, "deploy", "bench", "assets", "tests")
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno >= FUNCTION_LINES
    ]

    assert long == []


def test_every_module_says_which_question_it_answers():
    silent = [
        str(path.relative_to(ROOT))
        for path in sources(*PACKAGES, "deploy", "bench", "assets")
        if path.name != "__init__.py" and not ast.get_docstring(_parsed(path))
    ]

    assert silent == []


def _parsed(path):
    return ast.parse(path.read_bytes())


# ── pins ─────────────────────────────────────────────────────────────────────


def pinned(path):
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", path.read_text(), re.MULTILINE))


@pytest.mark.parametrize("path", PINS, ids=lambda path: path.name)
def test_pins_carry_hashes_and_no_address(path):
    text = path.read_text()

    assert not re.search(r"://|index-url|find-links|trusted-host|^-e|@ ", text, re.M)
    for pin in re.split(r"\n(?=[a-z0-9])", text)[1:]:
        assert "--hash=sha256:" in pin, pin.splitlines()[0]


@pytest.mark.parametrize("path", PINS, ids=lambda path: path.name)
def test_every_file_pins_the_version_that_was_tested(path):
    tested = pinned(ROOT / "requirements/dev.txt")

    assert pinned(path).items() <= tested.items()


@pytest.mark.parametrize("extra", ["", *PROJECT["optional-dependencies"]])
def test_the_pins_are_what_the_project_asks_for(extra):
    asked = PROJECT["optional-dependencies"][extra] if extra else []
    file = ROOT / f"requirements/{extra or 'sync'}.txt"
    pins = pinned(file)

    for requirement in map(Requirement, [*PROJECT["dependencies"], *asked]):
        assert requirement.specifier.contains(pins[requirement.name.lower()])


# ── the commands ─────────────────────────────────────────────────────────────


def test_the_documents_name_only_commands_that_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    commands = targets | set(PROJECT["scripts"])
    documents = [
        ROOT / "README.md",
        ROOT / "ARCHITECTURE.md",
        *ROOT.glob("docs/**/*.md"),
    ]

    for document in documents:
        code = " ".join(CODE.findall(document.read_text()))
        # nginx's files are named after what they stand before.
        commanding = r"\bmake ([a-z][a-z-]*)|\b(wardvoice-[a-z]+)(?!\.conf|[a-z])"
        named = re.findall(commanding, code)
        unknown = {make or program for make, program in named} - commands
        assert not unknown, f"{document.name} names {unknown}"


def test_ci_runs_the_test_command_of_the_readme():
    assert "make test" in (ROOT / ".ci/run").read_text()
    assert "make test" in (ROOT / "README.md").read_text()


def test_the_version_is_the_newest_heading_of_the_changelog():
    changelog = (ROOT / "CHANGELOG.md").read_text()

    assert re.findall(r"^## (\S+)", changelog, re.M)[0] == version("wardvoice")


@pytest.mark.parametrize(
    "skipping",
    [
        "import pytest\n@pytest.mark.skip\ndef test(): pass",
        "import pytest\ndef test(): pytest.skip('no printer')",
        "import pytest\npytest.importorskip('no_such_module')\ndef test(): pass",
    ],
)
def test_a_skip_is_a_skip_at_home_and_a_failure_in_ci(tmp_path, skipping):
    (tmp_path / "test_it.py").write_text(skipping)
    # The likes of `make test`, with tests/conftest.py as it is.
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-c", os.devnull]
    command += ["-p", "no:django", "--rootdir", tmp_path, tmp_path]

    assert "1 skipped" in run(*command).stdout
    assert run(*command, CI="true").returncode != 0


def test_without_root_or_sudo_setup_prints_the_one_command_and_stops():
    script = (ROOT / "deploy/setup/packages.sh").read_text()

    done = subprocess.run(
        ["bash", "-c", "sudo() { false; }\n" + script, "packages.sh", "-"],
        input="bash\nno-such-package\n",
        user="nobody" if os.geteuid() == 0 else None,
        env={"PATH": "/usr/bin:/bin", "PYTHON": "/usr/bin/python3"},
        cwd="/",
        text=True,
        capture_output=True,
    )

    assert done.returncode == 1
    assert "apt-get update && apt-get install no-such-package\n" in done.stderr


# ── each program ─────────────────────────────────────────────────────────────


def run(*command, **environ):
    environ = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **environ}
    return subprocess.run(
        command, cwd=ROOT, env=environ, text=True, capture_output=True, timeout=60
    )


@pytest.mark.parametrize("command", PROJECT["scripts"])
def test_help_names_every_setting(command):
    done = run(Path(sys.executable).with_name(command), "--help")

    assert done.returncode == 0, done.stderr
    assert "WARDVOICE_" in done.stdout


@pytest.mark.parametrize(
    ("command", "argument", "name"),
    [
        ("wardvoice-kiosk", [], "WARDVOICE_KIOSK_IDLE_SECONDS"),
        ("wardvoice-sms", ["serve"], "WARDVOICE_SMS_NUMBERS"),
        ("wardvoice-sync", ["run"], "WARDVOICE_SYNC_SECONDS"),
        ("wardvoice-central", ["serve"], "WARDVOICE_PORT"),
    ],
)
def test_a_bad_setting_stops_the_program_with_its_name(
    tmp_path, command, argument, name
):
    program = Path(sys.executable).with_name(command)

    done = run(
        program, *argument, WARDVOICE_LOG=str(tmp_path / "log"), **{name: "soon"}
    )

    assert done.returncode == 2
    assert f"{name} must be" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("command", "module", "extra"),
    [
        (["kiosk"], "kivy", "kiosk"),
        (["smsgateway", "serve"], "twilio", "sms"),
        (["central", "serve"], "django", "central"),
    ],
)
def test_a_missing_extra_is_named(tmp_path, command, module, extra):
    for entry in Path(pytest.__file__).parent.parent.iterdir():
        if entry.name.lower() != module:
            (tmp_path / entry.name).symlink_to(entry)

    # -S: without the installed packages, other than those that are linked to.
    done = run(
        sys.executable, "-S", "-m", *command,
        PYTHONPATH=str(tmp_path), WARDVOICE_LOG=str(tmp_path / "log"),
    )  # fmt: skip

    assert done.returncode == 2
    assert f"pip install 'wardvoice[{extra}]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wheel_carries_what_the_programs_read(tmp_path):
    source = tmp_path / "source"
    for name in (*PACKAGES, "assets"):
        shutil.copytree(
            ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    for name in ("pyproject.toml", "setup.py", "CHANGELOG.md"):
        shutil.copy(ROOT / name, source)
    read = {
        path.relative_to(source).as_posix()
        for name in (*PACKAGES, "assets")
        for path in (source / name).rglob("*")
        if path.is_file()
    }

    done = run(
        sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation",
        "--no-index", "--wheel-dir", tmp_path, source,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "installed")
    carried = {
        path.relative_to(tmp_path / "installed").as_posix().replace("wardvoice_", "", 1)
        for path in (tmp_path / "installed").rglob("*")
    }
    assert read - carried == set()
    find = "from feedback.assets import assets_folder; print(assets_folder())"
    found = run(
        sys.executable,
        "-c",
        f"import sys; sys.path[0] = {str(tmp_path / 'installed')!r}; {find}",
    )
    assert found.stdout.strip() == str(tmp_path / "installed/wardvoice_assets")


class Asking:
    """A test as pytest has collected it."""

    def __init__(self, name, *fixtures):
        self.name, self.fixturenames = name, fixtures


@pytest.mark.parametrize(
    ("asking", "is_asked"),
    [
        (Asking("test_a_day", "trust", "db"), True),
        (Asking("test_a_day", "live_trust", "transactional_db"), True),
        (Asking("test_what_a_control_is_for", "trust", "db"), True),
        (Asking("test_the_control_without_the_lock", "transactional_db"), True),
        (Asking("test_the_control_a_fault_is_caught", "trust", "db"), False),
        (Asking("test_the_machine_finds_a_planted_fault[x]", "trust", "db"), False),
        (Asking("test_a_page", "open_page", "transactional_db"), False),
        (Asking("test_a_form"), False),
    ],
)
def test_what_is_asked_on_postgresql_too(asking, is_asked):
    assert asks_a_database(asking) is is_asked
