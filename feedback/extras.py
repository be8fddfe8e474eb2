"""Is what this program needs installed?"""

from __future__ import annotations

import importlib.util
import sys


def need(program: str, extra: str, *modules: str) -> None:
    """Stop with the command to type when one of the extra's modules is missing."""
    if all(importlib.util.find_spec(module) for module in modules):
        return
    print(
        f"{program} needs the extra '{extra}': pip install 'wardvoice[{extra}]'",
        file=sys.stderr,
    )
    raise SystemExit(2)
