"""`python -m bridge.service`: what a client starts when no bridge runs."""

from __future__ import annotations

import argparse
import sys

from bridge.client import state_home
from bridge.domain.errors import SuperwhiteError

from .lifecycle import run_bridge


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bridge.service", description="The Superwhite bridge.")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; a free one by default")
    parser.add_argument("--idle-minutes", type=float, default=15, help="leave when nobody has needed it for so long")
    parser.add_argument("--foreground", action="store_true", help="log to the terminal too")
    options = parser.parse_args()
    from bridge.backends.embedded.backend import EmbeddedBackend

    try:
        run_bridge(
            state_home(),
            [EmbeddedBackend()],
            with_endpoints=True,
            port=options.port,
            idle_seconds=60 * options.idle_minutes,
            foreground=options.foreground,
        )
    except SuperwhiteError as error:
        sys.stderr.write(f"{error.sentence}\n{error.detail}\n{error.remedy}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
