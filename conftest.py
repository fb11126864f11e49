"""Runs the Python blocks of the documentation and of the docstrings as tests."""

import os
from pathlib import PurePosixPath

import pytest
from sybil import Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers.markdown import PythonCodeBlockParser


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
    """Gives the tests of a directory to one worker.

    They share what takes long: a trained network, its exports. The examples of a
    document build on each other, so they stay together too.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByDirectory(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            file = nodeid.split("::", 1)[0]
            directory = PurePosixPath(file).parent
            return str(directory) if directory.parent.name == "tests" else file

    return ByDirectory(config, log)


_documentation = Sybil(
    parsers=[PythonCodeBlockParser()],
    patterns=["*.md"],
    fixtures=["scratch_directory"],
)
_docstrings = Sybil(
    parsers=[PythonCodeBlockParser()],
    patterns=["keras_mlp/*.py", "keras_mlp/**/*.py"],
    fixtures=["scratch_directory"],
    document_types={".py": PythonDocStringDocument},
)
pytest_collect_file = (_documentation + _docstrings).pytest()
