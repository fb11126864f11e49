"""Downloads of TFDS: whether there is a network, and what a failed one leaves."""

import shutil
import ssl
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from keras_mlp.data.preparing import lazy_tfds as tfds

# How long to wait for a server to answer before there counts as no network.
NETWORK_SECONDS = 5.0


def unreachable_hosts(builder: "tfds.core.DatasetBuilder", downloads: Path) -> str:
    """Returns the hosts of the download if none of them answers, otherwise nothing.

    Args:
        builder: Builder of the data set.
        downloads: Where TFDS keeps what it has downloaded.
    """
    url_infos: dict[str, Any] = builder.url_infos or {}
    # Files of an earlier download, and files put there by hand, are used by TFDS
    # without a network.
    manual = downloads / "manual"
    if any(path.is_file() for path in (downloads / builder.name).rglob("*")) or any(
        info.filename and (manual / info.filename).exists()
        for info in url_infos.values()
    ):
        return ""
    urls = {
        urllib.parse.urlunsplit((*urllib.parse.urlsplit(url)[:2], "/", "", ""))
        for url in url_infos
        if url.startswith("http")
    }
    answered = threading.Event()
    threads = [
        # Daemons, since looking up a name cannot be given a time limit.
        threading.Thread(target=_ask, args=(url, answered), daemon=True)
        for url in urls
    ]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + NETWORK_SECONDS
    for thread in threads:
        if not answered.is_set():
            thread.join(max(0.0, deadline - time.monotonic()))
    if not urls or answered.is_set():
        return ""
    return ", ".join(sorted(urllib.parse.urlsplit(url).netloc for url in urls))


def _ask(url: str, answered: threading.Event) -> None:
    request = urllib.request.Request(url, method="HEAD")
    try:
        with urllib.request.urlopen(request, timeout=NETWORK_SECONDS):
            answered.set()
    except urllib.error.HTTPError:
        # An answer, if only that there is no such page.
        answered.set()
    except urllib.error.URLError as error:
        # TFDS brings certificates of its own.
        if isinstance(error.reason, ssl.SSLError):
            answered.set()
    except OSError:
        pass


def folders_of(root: Path, builder_name: str) -> set[Path]:
    """Returns the folders in which TFDS works while it prepares a set.

    Args:
        root: Directory of prepared data sets.
        builder_name: Name of the data set.
    """
    downloads = root / "downloads"
    below = (downloads / builder_name, root / builder_name)
    return {
        path
        for path in (
            root,
            downloads,
            downloads / "extracted",
            *below,
            *(path for folder in below for path in folder.rglob("*")),
        )
        if path.is_dir()
    }


def remove_new_leftovers(root: Path, builder_name: str, before: set[Path]) -> None:
    """Removes half-downloaded files and the folders that have stayed empty.

    Args:
        root: As for `folders_of`.
        builder_name: As for `folders_of`.
        before: What `folders_of` returned before.
    """
    new = folders_of(root, builder_name) - before
    for path in new:
        if ".tmp." in path.name or "incomplete" in path.name:
            shutil.rmtree(path, ignore_errors=True)
    # Those inside others first.
    for path in sorted(new, key=lambda path: len(path.parts), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
