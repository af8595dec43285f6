"""The endpoint as a process: `python -m tests.endpoints --port 8800`.

Its first line of output is its address. It ends with its standard input, or by a signal. `GET /report` tells what it
has seen.
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from . import Endpoint, Fault


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.endpoints")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--fal-key", default="fal-key:for-tests")
    parser.add_argument("--oxen-key", default="oxen-key-for-tests")
    parser.add_argument("--mbit", type=float, help="speed of its link, each way, in Mbit/s")
    parser.add_argument("--seconds", type=float, default=0.0, help="what a job takes at least")
    parser.add_argument("--queued", type=float, default=0.0, help="how long it waits before")
    parser.add_argument("--archive", type=Path, help="what every HDR lift is answered with")
    parser.add_argument("--service-size", action="store_true", help="cap sizes as the service does")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    endpoint = Endpoint(
        port=given.port, fal_key=given.fal_key, oxen_key=given.oxen_key, exact_size=not given.service_size
    )
    endpoint.script.always("job", Fault.takes(given.seconds, queued=given.queued))
    if given.archive:
        endpoint.script.always("archive", Fault.archive(given.archive))
    if given.mbit:
        endpoint.link.set_speed(given.mbit * 1e6 / 8)
    with endpoint:
        sys.stdout.write(f"{endpoint.url}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
