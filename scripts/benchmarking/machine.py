"""What was measured on, and with which versions."""

import os
import platform
import shutil
import subprocess
from collections.abc import Sequence
from importlib import metadata
from typing import Any

_FLAGS = ("avx2", "fma", "avx512f", "avx512_bf16", "amx_tile", "amx_bf16")


def describe_machine() -> dict[str, Any]:
    """Returns processor, cores, flags that matter to products, and memory."""
    facts = _processor()
    flags = facts.get("Flags", "").split()
    return {
        "processor": facts.get("Model name") or platform.processor(),
        # Which of a maker's processors it is, where a virtual machine does not say.
        "kind": " ".join(
            f"{name.lower()} {facts[name]}"
            for name in ("CPU family", "Model", "Stepping")
            if name in facts
        ),
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "flags": [flag for flag in _FLAGS if flag in flags],
        "amx": any(flag.startswith("amx") for flag in flags) if flags else None,
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": platform.platform(),
    }


def _processor() -> dict[str, str]:
    """Returns what `lscpu` says, nothing where there is none."""
    command = shutil.which("lscpu")
    if command is None:
        return {}
    done = subprocess.run(
        [command], capture_output=True, text=True, check=True, env={"LC_ALL": "C"}
    )
    lines = (line.partition(":") for line in done.stdout.splitlines())
    return {key.strip(): value.strip() for key, _, value in lines}


def describe_versions(packages: Sequence[str]) -> dict[str, str]:
    """Returns the versions of Python and of packages.

    Args:
        packages: Their names on PyPI.
    """
    versions = {"python": platform.python_version()}
    for name in packages:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "not installed"
    return versions
