"""Whether a run goes on with the versions that it was begun with."""

import functools
import logging

from keras_mlp.versions import versions

_logger = logging.getLogger("keras_mlp")


@functools.cache
def these_versions() -> dict[str, str]:
    """Returns the versions of everything that a result depends on; asked for once."""
    return versions()


def tell_of_other_versions(saved: dict[str, str]) -> None:
    """Logs which versions are not those of a state.

    Args:
        saved: What `these_versions` returned when it was saved.
    """
    for name, version in these_versions().items():
        if saved.get(name) != version:
            _logger.warning(
                "The run was begun with %s %s and goes on with %s: results may differ "
                "in their last bits.",
                name,
                saved.get(name),
                version,
            )
