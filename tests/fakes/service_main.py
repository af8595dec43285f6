"""A real bridge process, but for its backends: `python -m tests.fakes.service_main [IDLE_SECONDS]`."""

from __future__ import annotations

import sys

from bridge.client import state_home
from bridge.domain.errors import SuperwhiteError
from bridge.service.lifecycle import run_bridge
from tests.fakes.backend import FakeBackend

_BACKENDS = [FakeBackend(), FakeBackend("wide", slots=3, movies=True), FakeBackend("far", runs="remote", price=0.002)]

if __name__ == "__main__":
    try:
        idle = float(sys.argv[1]) if len(sys.argv) > 1 else 60
        run_bridge(state_home(), _BACKENDS, idle_seconds=idle)
    except SuperwhiteError as error:
        sys.stderr.write(f"{error.sentence}\n{error.detail}\n")
        raise SystemExit(error.exit_code) from error
