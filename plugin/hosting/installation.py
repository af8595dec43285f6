"""Where Superwhite lies, as its launchers in a host know it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bridge.domain.environment import without_hosts

from .journal import Journal


def journal_in(state: Path, host: str) -> Journal:
    return Journal(state / "hosts" / host / "journal")


def doors_in(state: Path) -> Path:
    return state / "hosts" / "doors"


@dataclass(frozen=True)
class Installation:
    """`root` holds our packages, `python` is the interpreter of our own environment, `state` the folder of the run
    file, journals and logs.
    """

    root: Path
    python: Path
    state: Path

    def journal(self, host: str) -> Journal:
        return journal_in(self.state, host)

    def log(self, host: str) -> Path:
        return self.state / "log" / f"{host}.log"

    @property
    def doors(self) -> Path:
        """Where running hosts say how they are reached."""
        return doors_in(self.state)

    def start(self, module: str, arguments: Sequence[str] = ()) -> subprocess.Popen[bytes]:
        """Run a module of ours in a process that outlives this one. Raises `OSError`."""
        environment = {
            **without_hosts(),
            "SUPERWHITE_HOME": str(self.state),
            "PYTHONSAFEPATH": "1",
            "PYTHONUTF8": "1",
        }
        flags = {"creationflags": 0x00000008 | 0x00000200} if sys.platform == "win32" else {"start_new_session": True}
        return subprocess.Popen(
            [str(self.python), "-m", module, *arguments],
            cwd=str(self.root),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **flags,  # type: ignore[arg-type]
        )
