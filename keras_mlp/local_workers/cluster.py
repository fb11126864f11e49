"""The cluster that workers on one machine make."""

import contextlib
import json
import random
import socket

# Below the ports that systems give to outgoing connections: one that is free now is
# still free when a worker has imported TensorFlow and takes it.
_PORTS = range(20000, 32000)


def tf_configs(workers: int) -> list[str]:
    """Returns a `TF_CONFIG` for each of several workers on this machine.

    Args:
        workers: How many.

    Example:

    ```python
    import json
    from keras_mlp import local_workers

    first, second = map(json.loads, local_workers.tf_configs(2))
    assert first["cluster"] == second["cluster"]
    assert second["task"] == {"type": "worker", "index": 1}
    ```
    """
    addresses = [f"127.0.0.1:{port}" for port in _free_ports(workers)]
    tasks = [{"type": "worker", "index": number} for number in range(workers)]
    return [
        json.dumps({"cluster": {"worker": addresses}, "task": task}) for task in tasks
    ]


def _free_ports(count: int) -> list[int]:
    """Returns ports that nobody uses now."""
    free: list[int] = []
    for port in random.SystemRandom().sample(_PORTS, len(_PORTS)):
        if len(free) == count:
            break
        with socket.socket() as attempt, contextlib.suppress(OSError):
            # Where one is taken, another will do.
            attempt.bind(("127.0.0.1", port))
            free.append(port)
    return free
