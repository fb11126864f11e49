"""Where an exported model goes."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from keras_mlp.files import NotWrittenError, replacing


def check_target(
    path: str | os.PathLike[str], *, suffix: str = "", overwrite: bool = False
) -> Path:
    """Returns a path that may be written to, or says why not.

    Args:
        path: Where to write the exported model.
        suffix: What its name must end with; `""` for a SavedModel, a directory.
        overwrite: Whether an exported model of the same kind may be replaced.

    Raises:
        ValueError: If the name does not end with the suffix.
        FileExistsError: If something exists there that must not be replaced.
        FileNotFoundError: If there is no such directory to write in.
    """
    path = Path(path)
    if suffix and path.suffix != suffix:
        raise ValueError(
            f"`path` must end with '{suffix}'. Received: '{path}'. "
            f"Use '{path.with_suffix(suffix) if path.name else 'model' + suffix}'."
        )
    if os.path.lexists(path):
        _check_replaceable(path, suffix, overwrite)
    if not path.parent.is_dir():
        raise FileNotFoundError(
            f"`path` must lie in a directory. Received: '{path}', and "
            f"'{path.parent}' is none. Create it first."
        )
    return path


def _check_replaceable(path: Path, suffix: str, overwrite: bool) -> None:
    if not overwrite:
        raise FileExistsError(
            f"`path` must be new. Received: '{path}', which exists; nothing was "
            "changed. Choose another, or allow it to be replaced with `overwrite` "
            "(--overwrite)."
        )
    # A whole directory is replaced: it had better be what it is taken for.
    same_kind = (
        path.is_file()
        if suffix
        else path.is_dir()
        and ((path / "saved_model.pb").is_file() or not any(path.iterdir()))
    )
    if not same_kind:
        raise FileExistsError(
            f"`path` must be new or an exported model. Received: '{path}', which "
            "holds something else; nothing was changed. Choose another."
        )


@contextlib.contextmanager
def new_target(
    path: str | os.PathLike[str], *, suffix: str = "", overwrite: bool = False
) -> Iterator[Path]:
    """Yields a temporary path whose contents become `path` if the block ends well.

    Args:
        path: Where to write the exported model.
        suffix: As for `check_target`.
        overwrite: As for `check_target`.

    Raises:
        OSError: If the target cannot be written.
        ValueError: If the name does not end with the suffix.
    """
    path = check_target(path, suffix=suffix, overwrite=overwrite)
    try:
        with replacing(path) as temporary:
            yield temporary
    except NotWrittenError:
        raise
    except OSError as error:
        raise OSError(
            f"`path` must be a place to write to. Received: '{path}' "
            f"({error.strerror or error}); nothing was changed. Choose another."
        ) from error
