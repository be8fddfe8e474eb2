"""How many files and connections may this program have open at once?"""

from __future__ import annotations

import sys

OWN_FILES = 256  # databases, keys, libraries


def room_for_connections(wanted: int) -> int:
    """How many connections, at most `wanted`, once this process may open as many
    files as it needs. A server that takes more has no file left for its database."""
    if sys.platform == "win32":
        return wanted
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = wanted + OWN_FILES
    if hard != resource.RLIM_INFINITY:
        files = min(files, hard)
    if soft != resource.RLIM_INFINITY and soft < files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    return max(1, files - OWN_FILES)
