"""Starting a bridge, and telling whether one is there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
from pydantic import ValidationError

from bridge.domain.environment import OUR_PYTHON, without_hosts
from bridge.domain.errors import BridgeUnreachable

from .runfile import Health, RunFile


def is_alive(run_file: RunFile) -> bool:
    """Whether the bridge that wrote the file answers on its port. Sends no token: a stranger may listen there."""
    try:
        answer = httpx.get(f"{run_file.url}/v1/health", timeout=2, trust_env=False)
        health = Health.model_validate_json(answer.content)
    except (httpx.HTTPError, ValidationError):
        return False
    return health.instance == run_file.instance and health.status == "ok"


def start_bridge(home: Path) -> subprocess.Popen[bytes]:
    """A bridge of its own session, so that it outlives this process and its terminal."""
    # Docked in a host, this program is the host.
    python = os.environ.get(OUR_PYTHON)
    environment = without_hosts() if python else os.environ
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _output_file(home).open("ab") as output:
            output.truncate(0)
            return subprocess.Popen(
                [python or sys.executable, "-m", "bridge.service"],
                # With -m the working directory is on the child's path: this very package is the one that it runs.
                cwd=Path(__file__).parents[2],
                env={**environment, "SUPERWHITE_HOME": str(home)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                creationflags=_creation_flags(),
            )
    except OSError as error:
        raise BridgeUnreachable("The bridge could not be started.", detail=repr(error)) from error


def last_words(home: Path) -> str:
    """The end of what the bridge that was started last has printed."""
    try:
        return _output_file(home).read_text(errors="replace")[-4000:]
    except OSError as error:
        return repr(error)


def _output_file(home: Path) -> Path:
    return home / "bridge.out"


def _creation_flags() -> int:
    if sys.platform == "win32":
        return subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
    return 0
