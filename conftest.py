"""Runs the Python blocks of the documentation and of the docstrings as tests."""

import collections
import os
import signal
from pathlib import PurePosixPath

import pytest
from sybil import Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers.markdown import PythonCodeBlockParser

# pytest imports modules by their paths, and would put them where the package has
# functions of the same name, if it had not been imported before.
import keras_mlp.sklearn  # noqa: F401


def pytest_configure():
    """Has signals do what they do on a terminal.

    What is started in the background, or by `nohup`, ignores them, and so would all
    programs that tests start.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Marks as long the cases of a test that come after as many as it is to have."""
    seen = collections.Counter()
    for item in items:
        marker = item.get_closest_marker("long_after")
        if marker is None or item.get_closest_marker("long"):
            continue
        test = item.nodeid.partition("[")[0]
        seen[test] += 1
        if seen[test] > marker.args[0]:
            item.add_marker(pytest.mark.long)


@pytest.fixture(scope="module")
def scratch_directory(tmp_path_factory):
    """Where the examples of one document run: they write files."""
    before = os.getcwd()
    directory = tmp_path_factory.mktemp("examples")
    os.chdir(directory)
    yield directory
    os.chdir(before)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Gives a file to one worker, and a directory whose tests share fixtures.

    The examples of a document build on each other. The fixtures of a directory take
    long: a trained network, its exports.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByFixtures(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            file = nodeid.split("::", 1)[0]
            directory = PurePosixPath(file).parent
            shared = config.rootpath / directory / "conftest.py"
            return str(directory) if directory.name and shared.exists() else file

    return ByFixtures(config, log)


_documentation = Sybil(
    parsers=[PythonCodeBlockParser()],
    patterns=["*.md"],
    # The first ones' examples need packages that are no dependencies: scripts/clients
    # runs them. Those of translations are the same: tests/test_translations.py.
    excludes=["docs/integrations/*", "docs/zh/*"],
    fixtures=["scratch_directory"],
)
_docstrings = Sybil(
    parsers=[PythonCodeBlockParser()],
    # "**" stands for one folder only.
    patterns=["keras_mlp/*.py", "keras_mlp/*/*.py", "keras_mlp/*/*/*.py"],
    fixtures=["scratch_directory"],
    document_types={".py": PythonDocStringDocument},
)
pytest_collect_file = (_documentation + _docstrings).pytest()
