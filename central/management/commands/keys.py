"""wardvoice-central keys [make | list | test | copy | rotate | rehearse]"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from central.custody import rotating, words
from central.custody.copying import copy_keys, name_of, update_copy
from central.custody.due import notices
from central.custody.proof import prove
from central.custody.rehearsal import rehearse
from central.custody.telling import (
    behind,
    held_documents,
    lowest_free_version,
    tell_devices,
    uses,
)
from central.keys import ROOT_SEED, KeysError, make_keys, online_keys
from central.settings import CENTRAL
from central.trouble import words_of

Options = dict[str, Any]


class Command(BaseCommand):
    help = "Make, list, test, copy, rotate and rehearse the organisation's keys."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_subparsers(dest="what", metavar="WHAT")
        what.add_parser("make", help="make all keys, once: never over another")
        what.add_parser("list", help="which comment keys there are, and who needs them")
        what.add_parser("test", help="do comments open now? (each day by itself, too)")
        copy = what.add_parser("copy", help="bring an offline copy up to date")
        copy.add_argument("--root", type=Path, help="the other copy's root.seed")
        same = "to try it out: such a copy is lost with the server's disk"
        copy.add_argument("--same-disk", action="store_true", help=same)
        drill = what.add_parser(
            "rehearse", help="does an offline copy open everything?"
        )
        for one in (copy, drill):
            one.add_argument("folder", type=Path, metavar="FOLDER")
            one.add_argument("--name", default="", help="what people call this copy")
        _add_rotate(what.add_parser("rotate", help="a new key in the place of one"))

    def handle(self, *_args: Any, **options: Any) -> None:
        do = getattr(self, f"_{options['what'] or 'make'}")
        try:
            do(options)
        except KeysError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(words_of(error)) from error

    def _make(self, _options: Options) -> None:
        make_keys(CENTRAL.keys_dir)
        self._say(words.MADE, keys=CENTRAL.keys_dir)

    def _list(self, _options: Options) -> None:
        now, keys = timezone.now(), online_keys().keys
        tell_devices(keys, now)
        self._say(f"Keys document version {keys.version}: "
                  f"{words.devices(behind())} may hold an older one.")  # fmt: skip
        for use in uses(now):
            self._say(words.use_line(use))
        if (CENTRAL.keys_dir / ROOT_SEED).exists():
            self._say(words.STILL_HERE)
        for line in notices(now):
            self._say(line)

    def _test(self, _options: Options) -> None:
        if trouble := prove(timezone.now()):
            raise CommandError(f"Comments cannot be opened. {trouble}")
        self._say("A test comment was sealed for every key, and opened.")

    def _copy(self, options: Options) -> None:
        copy = options["folder"]
        wrote = copy_keys(
            CENTRAL.keys_dir, copy, options["name"], options["root"],
            same_disk=options["same_disk"],
        )  # fmt: skip
        self._say(f"{copy}: wrote {', '.join(wrote) or 'nothing, all was there'}")
        if not (copy / ROOT_SEED).exists():
            raise CommandError(
                f"{copy} has no root.seed: copy again with --root OTHER/root.seed"
            )

    def _rehearse(self, options: Options) -> None:
        copy, now = options["folder"], timezone.now()
        name = options["name"] or name_of(copy)
        findings = rehearse(CENTRAL.keys_dir, copy, name, now)
        self._say(f"The copy in {copy} ({name}):")
        for one in findings:
            self._say(words.finding_line(one))
        if missing := sum(not one.is_well for one in findings):
            raise CommandError(
                f"This copy is not whole: {missing} of {len(findings)} are missing or "
                "wrong. While the server has them: wardvoice-central keys copy FOLDER"
            )
        self._say("This copy is whole.")

    # ── a new key ────────────────────────────────────────────────────────────

    def _rotate(self, options: Options) -> None:
        folder, now = CENTRAL.keys_dir, timezone.now()
        if options["key"] == "root" and not options["go"]:
            count = words.devices(len(held_documents()))
            self._say(words.BEFORE_ROOT, devices=count)
            return
        with rotating.alone(folder):
            copy, told = self._changed(folder, options)
        tell_devices(online_keys().keys, now)
        self._say(told)
        try:
            update_copy(folder, copy)
        except OSError as error:
            raise CommandError(
                f"The key is changed. {copy} could not be brought up to date "
                f"({error.strerror}): wardvoice-central keys copy {copy}"
            ) from error

    def _changed(self, folder: Path, options: Options) -> tuple[Path, str]:
        """The copy that was used, and what to do next."""
        version = self._next_version()
        if options["key"] == "root":
            copy = options["to"]
            rotating.rotate_root(folder, copy, version)
            seed = copy / ROOT_SEED
            return copy, words.ROOT.format(copy=copy, root=seed)
        by = rotating.signer(folder, options["root"])
        if options["key"] == "online":
            rotating.rotate_online(folder, by, version)
            return by.copy, words.ONLINE.format(root=options["root"])
        name = rotating.rotate_comment(folder, by, version)
        told = words.COMMENT.format(name=name, copy=by.copy, root=options["root"])
        return by.copy, told

    def _next_version(self) -> int:
        keys = online_keys().keys
        try:
            tell_devices(keys, timezone.now())  # so that it is known who holds it
        except KeysError as error:
            self.stderr.write(f"{error}. The new document goes above both.")
        return lowest_free_version(keys)

    def _say(self, text: str, **values: object) -> None:
        self.stdout.write(text.format(**values) if values else text)


def _add_rotate(rotate: ArgumentParser) -> None:
    keys = rotate.add_subparsers(dest="key", metavar="KEY", required=True)
    for name, what in (
        ("comment", "comments are sealed for it from now on; the old ones stay"),
        ("online", "what central signs for devices"),
    ):
        one = keys.add_parser(name, help=what)
        seed = "root.seed on an offline copy: read, never copied to the server"
        one.add_argument("--root", type=Path, required=True, metavar="FILE", help=seed)
    root = keys.add_parser("root", help="every device must then be enrolled again")
    to = "the offline copy that gets the new root.seed"
    root.add_argument("--to", type=Path, required=True, metavar="FOLDER", help=to)
    root.add_argument("--go", action="store_true", help="do it, do not only say")
