"""The cluster that a process is one worker of, as its environment tells it."""

import json
import os
from typing import Any

import tensorflow as tf

_REMEDY = (
    'Set TF_CONFIG to, for the first of two workers, {"cluster": {"worker": '
    '["host-0:2222", "host-1:2222"]}, "task": {"type": "worker", "index": 0}}.'
)
_JOBS = ("chief", "worker")


def cluster_resolver() -> tf.distribute.cluster_resolver.ClusterResolver:
    """Returns the cluster of `TF_CONFIG`, or else of the Slurm step.

    It is what `tf.distribute.MultiWorkerMirroredStrategy` takes, checked, so that a
    mistake is reported before workers wait for each other.

    `TF_CONFIG` is read by `TFConfigClusterResolver`. Slurm's environment is read by
    `SlurmClusterResolver`, and what that gives is mended in two places: it divides by
    the number of GPUs, which may be 0, and numbers the tasks by the names of the nodes
    in alphabetical order, which is not Slurm's where `n10` follows `n9`. Each task uses
    the GPUs that it sees.

    Raises:
        ValueError: If the environment tells of no cluster, or of an impossible one.

    Example:

    ```python
    import json
    import os
    from keras_mlp.training import cluster_resolver

    cluster = {"worker": ["127.0.0.1:2222", "127.0.0.1:2223"]}
    task = {"type": "worker", "index": 1}
    os.environ["TF_CONFIG"] = json.dumps({"cluster": cluster, "task": task})
    assert cluster_resolver().task_id == 1
    del os.environ["TF_CONFIG"]
    ```
    """
    if os.environ.get("TF_CONFIG"):
        return _from_tf_config(os.environ["TF_CONFIG"])
    if "SLURM_STEP_NUM_TASKS" in os.environ:
        return _from_slurm()
    if "SLURM_JOB_ID" in os.environ:
        raise ValueError(
            "Several workers are the tasks of a Slurm step. Received: a Slurm job "
            "outside of any step. Start the program with `srun`, or set TF_CONFIG."
        )
    if "KUBERNETES_SERVICE_HOST" in os.environ:
        raise ValueError(
            "Pods of Kubernetes do not know each other. Received: no TF_CONFIG. "
            f"Set it in the manifest. {_REMEDY}"
        )
    raise ValueError(
        "Several workers must know each other. Received: neither TF_CONFIG nor "
        f"a Slurm step. {_REMEDY}"
    )


def _from_tf_config(text: str) -> tf.distribute.cluster_resolver.ClusterResolver:
    try:
        config = json.loads(text)
    except ValueError as error:
        raise _refused(f"be JSON ({error})", text) from error
    cluster = config.get("cluster") if isinstance(config, dict) else None
    if not isinstance(cluster, dict) or not cluster:
        raise _refused("have a 'cluster'", text)
    for job, addresses in cluster.items():
        if job not in _JOBS:
            raise _refused("have no other jobs than 'chief' and 'worker'", text)
        if not isinstance(addresses, list) or not all(map(_is_address, addresses)):
            raise _refused(f"give host:port for each '{job}'", text)
    if len(cluster.get("chief", [])) > 1:
        raise _refused("have one 'chief'", text)
    flat = [address for addresses in cluster.values() for address in addresses]
    if len(set(flat)) < len(flat):
        raise _refused("give each worker an address of its own", text)
    task = config.get("task")
    if not isinstance(task, dict) or not _is_task(task, cluster):
        raise _refused("have a 'task' whose 'type' and 'index' are in 'cluster'", text)
    return tf.distribute.cluster_resolver.TFConfigClusterResolver()


def _is_address(address: Any) -> bool:
    host, _, port = address.rpartition(":") if isinstance(address, str) else ("",) * 3
    return bool(host) and port.isdigit() and 0 < int(port) < 65536


def _is_task(task: dict[str, Any], cluster: dict[str, list[str]]) -> bool:
    # Written as text too, where a shell puts it together.
    index = str(task.get("index"))
    return index.isdigit() and int(index) < len(cluster.get(str(task.get("type")), []))


def _refused(expected: str, text: str) -> ValueError:
    return ValueError(f"TF_CONFIG must {expected}. Received: {text!r}. {_REMEDY}")


def _from_slurm() -> tf.distribute.cluster_resolver.ClusterResolver:
    tasks = int(os.environ["SLURM_STEP_NUM_TASKS"])
    # Jobs that share a node are not to share ports.
    first_port = 20000 + int(os.environ.get("SLURM_JOB_ID", "0")) % 10000
    try:
        addresses = (
            tf.distribute.cluster_resolver.SlurmClusterResolver(
                port_base=first_port,
                # As many as it may divide by; what it makes of them is not used.
                gpus_per_node=tasks,
                gpus_per_task=1,
                auto_set_gpu=False,
            )
            .cluster_spec()
            .job_tasks("worker")
        )
        node, place = os.environ["SLURMD_NODENAME"], int(os.environ["SLURM_LOCALID"])
        number = addresses.index(f"{node}:{first_port + place}")
    except (RuntimeError, KeyError, ValueError) as error:
        raise ValueError(
            "The environment of a Slurm step must name its nodes and this task. "
            f"Received: one that cannot be read ({error}). Start the program with "
            "`srun`, or set TF_CONFIG."
        ) from error
    return tf.distribute.cluster_resolver.SimpleClusterResolver(
        tf.train.ClusterSpec({"worker": addresses}),
        task_type="worker",
        task_id=number,
        num_accelerators={"GPU": len(tf.config.list_physical_devices("GPU"))},
        rpc_layer="grpc",
    )
