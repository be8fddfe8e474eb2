"""What pyproject.toml cannot say: the version, and where the assets go.

The newest heading of CHANGELOG.md is the version, so the two cannot differ. In a
wheel the folder assets/ travels as `wardvoice_assets`, beside the packages.
"""

import re
from pathlib import Path

from setuptools import find_packages, setup

PACKAGES = ["feedback", "kiosk", "smsgateway", "sync", "central"]


def version() -> str:
    changelog = Path(__file__).with_name("CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\d+\.\d+\.\d+)\b", changelog, re.MULTILINE)
    assert newest, "CHANGELOG.md has no heading such as '## 0.1.0'"
    return newest[1]


setup(
    version=version(),
    packages=[
        *find_packages(include=[name for p in PACKAGES for name in (p, f"{p}.*")]),
        "wardvoice_assets",
    ],
    package_dir={"wardvoice_assets": "assets"},
    package_data={"": ["**/*"]},  # whatever lies in a package is part of it
    exclude_package_data={"": ["*.pyc"]},
)
