"""Where do the survey files, wordings, fonts, faces and pictures lie?"""

from functools import cache
from pathlib import Path

# A wheel carries them beside the packages under a name of their own (see setup.py);
# a checkout keeps them in assets/.
_NAMES = ("wardvoice_assets", "assets")


@cache
def assets_folder() -> Path:
    beside = Path(__file__).resolve().parent.parent
    for name in _NAMES:
        if (beside / name / "surveys").is_dir():
            return beside / name
    raise FileNotFoundError(f"no assets beside {beside}: install wardvoice again")
