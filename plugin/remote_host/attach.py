"""Finding the application that is to be worked with."""

from __future__ import annotations

import sys
from pathlib import Path

import psutil
from pydantic import Field, ValidationError

from bridge.client import INSTALLATION
from bridge.domain.host import HostFailure
from bridge.domain.wire import Frozen
from plugin.hosting.installation import doors_in

from . import line
from .remote import RemoteHost
from .transcript import Transcript

HOSTS = {"resolve": "DaVinci Resolve", "nuke": "Nuke", "hiero": "Hiero", "blender": "Blender"}

_CONNECT_SECONDS = 5.0


class DoorFile(Frozen):
    """What a running host says of how it is reached."""

    host: str
    pid: int = Field(gt=0)
    port: int = Field(ge=1, le=65535)
    token: str
    protocol: int
    version: str


def attach(
    name: str, state: Path, *, door: Path | None = None, pid: int | None = None, trace: Path | None = None
) -> RemoteHost:
    """The host called `name`; nothing is asked of it yet.

    `state` is the bridge's state folder. Where several applications of one kind run, `door` or `pid` says which;
    `trace` is a file for everything that is said. Raises `HostFailure` for a host that nobody knows, or a trace that
    cannot be written.
    """
    title = HOSTS.get(name)
    if title is None:
        raise HostFailure(f"There is no host “{name}”.", kind="unsupported", remedy=f"There is: {', '.join(HOSTS)}.")
    try:
        transcript = Transcript(trace) if trace else None
    except OSError as error:
        raise HostFailure(f"{trace} cannot be written: {error.strerror}.") from error
    if name == "resolve":
        command = [sys.executable, "-m", "plugin.resolve.worker", "--state", str(state)]
        return RemoteHost(title, lambda: (line.Worker(command, Path(INSTALLATION).parent), ""), transcript)

    def connect() -> tuple[line.Line, str]:
        path, about = (door, _read(door)) if door else _find(name, title, doors_in(state), pid)
        if about is None:
            raise HostFailure(f"{title} has been closed.", kind="lost", remedy="Open it again.")
        try:
            return line.Door(about.port, _CONNECT_SECONDS), about.token
        except ConnectionRefusedError:
            path.unlink(missing_ok=True)  # another process has the number of one that has crashed
            raise

    return RemoteHost(title, connect, transcript)


def _find(name: str, title: str, doors: Path, pid: int | None) -> tuple[Path, DoorFile]:
    found = [(path, about) for path in sorted(doors.glob(f"{name}-*.json")) if (about := _read(path))]
    if pid is not None:
        found = [each for each in found if each[1].pid == pid]
    if not found:
        raise HostFailure(
            f"{title} cannot be reached: it does not run, or Superwhite is not installed in it.",
            kind="lost",
            remedy=f"Start it, or run `superwhite install {name}` and start it again.",
        )
    if len(found) > 1:
        pids = ", ".join(f"{name}:{about.pid}" for _, about in found)
        raise HostFailure(f"{title} is open {len(found)} times.", remedy=f"Say which one you mean: {pids}.")
    return found[0]


def _read(path: Path) -> DoorFile | None:
    """None where the host has gone; the file that it has left behind is removed."""
    try:
        about = DoorFile.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
    if psutil.pid_exists(about.pid):
        return about
    path.unlink(missing_ok=True)
    return None
