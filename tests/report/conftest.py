import struct
from pathlib import Path

import pytest


class _Drawer:
    """Draws pictures into a directory and checks what every picture must be."""

    def __init__(self, directory: Path):
        self.directory = directory

    def __call__(self, plot, *arguments, **options):
        """Draws a picture and returns its size in dots."""
        path = self.directory / "picture.png"
        plot(*arguments, path=path, **options)
        self.contents = path.read_bytes()
        assert self.contents.startswith(b"\x89PNG\r\n\x1a\n")
        assert b"Software" not in self.contents
        assert list(self.directory.iterdir()) == [path]
        return struct.unpack(">II", self.contents[16:24])

    def twice(self, plot, *arguments, **options):
        """Draws a picture twice, which must give the same bytes."""
        self(plot, *arguments, **options)
        first = self.contents
        size = self(plot, *arguments, **options)
        assert self.contents == first
        return size


@pytest.fixture
def draw(tmp_path):
    return _Drawer(tmp_path)


@pytest.fixture
def refused(tmp_path):
    """Checks that a call is refused in the form of all errors, and writes nothing."""

    def check(message, plot, *arguments, **options):
        with pytest.raises(ValueError, match=message) as raised:
            plot(*arguments, path=tmp_path / "refused.png", **options)
        text = str(raised.value)
        assert text.startswith("Argument `")
        assert " must " in text
        # A remedy follows what was received.
        assert text.partition("Received: ")[2].count(". ") >= 1
        assert list(tmp_path.iterdir()) == []

    return check


@pytest.fixture
def drawn(monkeypatch):
    """Keeps the figures that are drawn, so that tests can read what they say."""
    from matplotlib.figure import Figure

    figures = []
    initialise = Figure.__init__

    def keep(self, *arguments, **options):
        initialise(self, *arguments, **options)
        figures.append(self)

    monkeypatch.setattr(Figure, "__init__", keep)
    return figures


@pytest.fixture
def texts(drawn):
    """Returns every visible text of the figure that was drawn last."""
    from matplotlib.text import Text

    def read():
        artists = drawn[-1].findobj(Text)
        return [text.get_text() for text in artists if text.get_visible()]

    return read
