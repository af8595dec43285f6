"""What was put into a host, written down before it is put there, so that it can be completed or taken back."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import sys
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from .problem import InstallProblem, explained

_PATIENCE_SECONDS = 30.0
_PART = ".superwhite-part"

INSTALLING, INSTALLED, REMOVING = "installing", "installed", "removing"


@dataclass(frozen=True)
class FileEntry:
    """`sha256` is that of what is written, `earlier` those that may be there while it is being replaced. `before` is
    what was there before us; none where nothing was.
    """

    path: Path
    sha256: str
    earlier: tuple[str, ...] = ()
    before: bytes | None = None


@dataclass(frozen=True)
class LineEntry:
    """`separator` was put before the line where the file's last line had no end. `existed` is whether the file was
    there at all.
    """

    path: Path
    line: str
    separator: str = ""
    existed: bool = True


Entry = FileEntry | LineEntry


@dataclass(frozen=True)
class Manifest:
    """`folders` were made by us, outer ones first; `docked` is the folder of libraries that came with it."""

    host: str
    phase: str
    entries: tuple[Entry, ...] = ()
    folders: tuple[Path, ...] = ()
    docked: Path | None = None

    def entry(self, path: Path) -> Entry | None:
        return next((each for each in self.entries if each.path == path), None)


def manifest_path(state: Path, host: str) -> Path:
    return state / "launchers" / f"{host}.json"


def read_manifest(state: Path, host: str) -> Manifest | None:
    """None where there is none, and where it is damaged beyond use. Raises `OSError`."""
    try:
        told = json.loads(manifest_path(state, host).read_bytes())
        return Manifest(
            host,
            str(told["phase"]),
            tuple(_entry(each) for each in told["entries"]),
            tuple(Path(each) for each in told["folders"]),
            Path(told["docked"]) if told.get("docked") else None,
        )
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def write_manifest(state: Path, manifest: Manifest) -> None:
    """On the drive when this returns. Raises `OSError`."""
    told = {
        "format": 1,
        "host": manifest.host,
        "phase": manifest.phase,
        "entries": [_told(entry) for entry in manifest.entries],
        "folders": [str(folder) for folder in manifest.folders],
        "docked": str(manifest.docked) if manifest.docked else None,
    }
    write_whole(manifest_path(state, manifest.host), json.dumps(told, indent=1).encode("ascii"))


def forget_manifest(state: Path, host: str) -> None:
    manifest_path(state, host).unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Replace the file by `content`, which is on the drive when this returns, or leave it as it was. What is a link
    stays one. Its part has a fixed name, so that the next run finds what a killed one has left. Raises `OSError`.
    """
    target = path.resolve()
    part = part_of(target)
    part.unlink(missing_ok=True)
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            part.chmod(target.stat().st_mode & 0o7777)
        part.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):  # the first failure is the one to tell
            part.unlink(missing_ok=True)
        raise


def part_of(path: Path) -> Path:
    """Where a file gathers before it takes its name. No host reads a name of that kind."""
    return path.with_name(f".{path.name}{_PART}")


@contextlib.contextmanager
def alone(state: Path) -> Generator[None, None, None]:
    """One installation at a time; the lock goes with the process that holds it. Raises `InstallProblem`, also for an
    `OSError` of what is done meanwhile.
    """
    folder = state / "launchers"
    lock = folder / "lock"
    end = time.monotonic() + _PATIENCE_SECONDS
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        while True:
            folder.mkdir(exist_ok=True)
            with contextlib.suppress(FileNotFoundError), lock.open("a+b") as handle:
                if _taken(handle.fileno()) and _is_same(handle.fileno(), lock):
                    try:
                        yield
                    finally:
                        _sweep(folder)
                    return
            if time.monotonic() > end:
                raise InstallProblem("busy", "Another installation is under way.", "Wait until it is done.")
            time.sleep(0.05)
    except OSError as error:
        raise explained(error, folder) from error


def _is_same(descriptor: int, lock: Path) -> bool:
    """Whether whoever held the lock before has left it in place: it goes when nothing is installed any more."""
    try:
        return os.path.samestat(os.fstat(descriptor), lock.stat())
    except FileNotFoundError:
        return False


def _sweep(folder: Path) -> None:
    if [path.name for path in folder.iterdir()] == ["lock"]:
        with contextlib.suppress(OSError):  # Windows keeps what is open; a file of a few bytes stays then
            (folder / "lock").unlink()
            folder.rmdir()


def _taken(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except PermissionError:
        if sys.platform == "win32":
            return False
        raise
    return True


def _told(entry: Entry) -> dict[str, Any]:
    if isinstance(entry, LineEntry):
        return {
            "kind": "line",
            "path": str(entry.path),
            "line": entry.line,
            "separator": entry.separator,
            "existed": entry.existed,
        }
    before = None if entry.before is None else base64.b64encode(entry.before).decode("ascii")
    return {
        "kind": "file",
        "path": str(entry.path),
        "sha256": entry.sha256,
        "earlier": list(entry.earlier),
        "before": before,
    }


def _entry(told: dict[str, Any]) -> Entry:
    if told["kind"] == "line":
        return LineEntry(Path(told["path"]), str(told["line"]), str(told["separator"]), bool(told["existed"]))
    before = None if told["before"] is None else base64.b64decode(told["before"])
    earlier = tuple(str(each) for each in cast("list[object]", told["earlier"]))
    return FileEntry(Path(told["path"]), str(told["sha256"]), earlier, before)
