"""FastAPI: a model that many threads ask at once."""

import contextlib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import uvicorn


def figures(package: Any, example: dict[str, Any]) -> dict[str, Any]:
    """Returns what the server answers, and the model itself."""
    x = example["x"]
    sizes = [1 + index % 7 for index in range(60)]
    requests = [x[:size].tolist() for size in sizes]
    with _served(example["app"]) as address, ThreadPoolExecutor(8) as threads:

        def ask(images: list[list[float]]) -> Any:
            answer = httpx.post(f"{address}/digits", json=images, timeout=60)
            answer.raise_for_status()
            return answer.json()

        answers = list(threads.map(ask, requests))
    return {
        "answers": answers,
        "predictions": example["model"].predict(x[:7], verbose=0),
    }


@contextlib.contextmanager
def _served(app: Any) -> Iterator[str]:
    """Runs a server on a free port of this machine."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                raise RuntimeError("The server has ended before it served.")
            time.sleep(0.05)
        host, port = server.servers[0].sockets[0].getsockname()
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join()
