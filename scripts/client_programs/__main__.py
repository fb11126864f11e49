"""Runs the clients that it is given the names of, and says of each what came of it."""

import sys
import time

from client_programs.processes import run_both
from client_programs.verdict import verdict


def main() -> int:
    """Returns 1 if any client does not with ours what it does with stock Keras."""
    clients = sys.argv[1:]
    failed = []
    for number, client in enumerate(clients, 1):
        print(f"[{number}/{len(clients)}] {client} ...", file=sys.stderr, flush=True)
        start = time.monotonic()
        is_right, words = verdict(client, *run_both(client))
        seconds = time.monotonic() - start
        print(f"{client}: {words} ({seconds:.0f} s)", flush=True)
        if not is_right:
            failed.append(client)
    print(f"{len(clients) - len(failed)} of {len(clients)} right", flush=True)
    if failed:
        print(f"wrong: {' '.join(failed)}", flush=True)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
