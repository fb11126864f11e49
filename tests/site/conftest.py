import os
from pathlib import Path

import pytest

from tests.browser import a_browser

ROOT = Path(__file__).parents[2]


def site_folder():
    """Returns the folder of the built site that is to be looked at, if there is one."""
    folder = os.environ.get("KERAS_MLP_SITE")
    return Path(folder).resolve() if folder else None


def pytest_generate_tests(metafunc):
    if "page" in metafunc.fixturenames:
        folder = site_folder()
        pages = sorted(folder.rglob("*.html")) if folder else []
        # Without a site there is one test, which is skipped and says why.
        names = [path.relative_to(folder).as_posix() for path in pages] or [None]
        metafunc.parametrize("page", names)


@pytest.fixture(scope="session")
def site():
    if site_folder() is None:
        pytest.skip("No site is given: ./scripts/docs --check builds and opens one.")
    return site_folder()


@pytest.fixture(scope="session")
def site_browser():
    yield from a_browser()


@pytest.fixture(scope="session")
def axe():
    """The program axe-core, which judges a page; empty where it cannot be had."""
    path = os.environ.get("KERAS_MLP_AXE")
    return Path(path).read_text(encoding="utf-8") if path else ""
