"""Runs the Python blocks of the documentation and of the docstrings as tests."""

import os

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
