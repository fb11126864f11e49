"""The description on an index page: the README, with addresses that work there.

Everything else is in pyproject.toml.
"""

import re
import tomllib
from pathlib import Path

from setuptools import setup

ROOT = Path(__file__).parent


def long_description() -> str:
    """Returns the README with links and pictures of this version in the repository."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        repository = tomllib.load(file)["project"]["urls"]["Repository"]
    version = re.search(
        r'__version__ = "(.+)"', (ROOT / "keras_mlp/version.py").read_text()
    )
    assert version is not None
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    def absolute(match: re.Match[str]) -> str:
        # GitHub shows a file by "blob", and gives a picture by "raw".
        kind = "raw" if match["picture"] else "blob"
        return f"{match[1]}{repository}/{kind}/v{version[1]}/{match['path']})"

    link = r"((?P<picture>!?)\[[^\]]*\]\()(?![a-z]+:|#)(?P<path>[^)\s]+)\)"
    return re.sub(link, absolute, text)


setup(
    long_description=long_description(), long_description_content_type="text/markdown"
)
