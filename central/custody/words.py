"""What is a technician told who makes or changes keys?"""

from __future__ import annotations

from central.custody.rehearsal import Finding
from central.custody.telling import Use

MADE = """The keys are in {keys}. A lost comment key is lost comments: nobody, we
included, can open them. So before the first comment:
  1. wardvoice-central keys copy FOLDER --name "the safe", to a stick, and again to a
     second stick that is kept in another building;
  2. take root.seed away from here: only a change of keys needs it, from a stick;
  3. wardvoice-central keys rehearse FOLDER, for both: today, and once a year."""

COMMENT = """Comments are sealed for {name} from now on. It was written to {copy}
before any device hears of it. The old keys stay: what was sealed with them opens with
them alone. Now bring the other copy up to date, and rehearse both:
  wardvoice-central keys copy OTHER --root {root}
  wardvoice-central keys rehearse FOLDER"""

ONLINE = """Bundles are signed with a new key. What the old one signs is refused by
each device as soon as it has the new document; `wardvoice-central keys list` says how
many have not. Now bring the other copy up to date:
  wardvoice-central keys copy OTHER --root {root}"""

ROOT = """The organisation has a new root. Its seed is in {copy}, and nowhere else.
Now bring the other copy up to date:
  wardvoice-central keys copy OTHER --root {root}
Then enrol every device again, with a new code for each (wardvoice-central enrol-code).
Until then each goes on as it is, and takes nothing new from here.
`wardvoice-central keys list` says how many are left."""

BEFORE_ROOT = """A new root means that {devices} must be enrolled again, each with a
code of its own: somebody walks to each. Nothing is lost meanwhile. Do it when the
root's seed is lost from both copies, or may be known to somebody. --go does it."""

STILL_HERE = "root.seed is still on this server: copy the keys, then take it away."


def devices(count: int) -> str:
    return "1 device" if count == 1 else f"{count:,} devices"


def use_line(use: Use) -> str:
    """c1  still needed: comments sealed with it: 1,204, …"""
    if use.is_current:
        state = "in use"
    else:
        state = "still needed" if use.is_needed else "needed by nothing that is here"
    parts = [
        f"comments sealed with it: {use.comments:,}",
        f"of the last 30 days: {use.lately:,}",
    ]
    if use.held:
        parts.append(f"held: {use.held:,}")
    if not use.is_current:
        parts.append(f"devices that may still seal for it: {use.devices:,}")
    return f"{use.name}  {state}: {', '.join(parts)}"


def finding_line(one: Finding) -> str:
    return f"  {'well   ' if one.is_well else 'MISSING'}  {one.what}: {one.seen}"
