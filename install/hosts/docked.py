"""The few libraries of the panel for a Python that is not ours: that of a host in which the panel docks.

They lie in a folder of their own, never in the host, which brings PySide6 itself.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from install.environment import find_uv

from .problem import InstallProblem

DOCKED = (
    "annotated-types",
    "anyio",
    "certifi",
    "h11",
    "httpcore",
    "httpx",
    "httpx-sse",
    "idna",
    "platformdirs",
    "pydantic",
    "pydantic-core",
    "typing-extensions",
    "typing-inspection",
)
"""What `qt_panels`, `bridge.client` and `bridge.domain` import beside PySide6, and what that needs in turn."""

_STAMP = "superwhite-docked"
_PATIENCE_SECONDS = 600
_LONGEST_REASON = 300


@dataclass(frozen=True)
class Docking:
    """`python` is the host's, as in "3.11"; `lock` names the libraries and their hashes."""

    root: Path
    python: str
    lock: Path

    @property
    def folder(self) -> Path:
        return self.root / ".docked" / f"cp{self.python.replace('.', '')}"

    def bring(self) -> None:
        """Download what is not there already. The folder is afterwards whole, or as it was. Raises `InstallProblem`,
        and `OSError` where the drive does not take it.
        """
        try:
            requirements = pinned(self.lock.read_text(encoding="utf-8"))
        except OSError as error:
            raise _not_brought(f"{self.lock} cannot be read") from error
        stamp = hashlib.sha256(f"{self.python}\n{requirements}".encode()).hexdigest()
        if _read(self.folder / _STAMP) == stamp:
            return
        part = self.folder.with_name(f".{self.folder.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        try:
            with tempfile.TemporaryDirectory() as aside:
                listed = Path(aside) / "docked.txt"
                listed.write_text(requirements, encoding="utf-8")
                self._download(listed, part)
            (part / _STAMP).write_text(stamp, encoding="utf-8")
            remove(self.folder)
            part.replace(self.folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
            with contextlib.suppress(OSError):  # holds the libraries of another host
                part.parent.rmdir()

    def _download(self, requirements: Path, target: Path) -> None:
        command = [*_installer(), "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
        command += ["--python-version", self.python, "--target", str(target), "-r", str(requirements)]
        dropped = {"PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_USER", "UV_TARGET", "UV_PREFIX"}
        environment = {key: value for key, value in os.environ.items() if key not in dropped}
        try:
            done = subprocess.run(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
                timeout=_PATIENCE_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise _not_brought("the download took too long") from error
        if done.returncode:
            raise _not_brought(_why(done.stdout) or f"exit code {done.returncode}")


def pinned(lock: str) -> str:
    """The blocks of a lock that `DOCKED` names, with their hashes. Raises `InstallProblem` where one is missing."""
    blocks = {_name(block): block for block in _blocks(lock)}
    missing = [name for name in DOCKED if name not in blocks]
    if missing:
        raise _not_brought(f"the lock does not name {', '.join(missing)}")
    return "".join(blocks[name] for name in DOCKED)


def remove(folder: Path) -> None:
    """Delete a folder of libraries, and the one around it when that was the last. Raises `OSError`."""
    if folder.parent.name != ".docked" or not folder.name.startswith("cp"):
        raise InstallProblem("foreign", f"{folder} is no folder of libraries that Superwhite has made.")
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(folder)
    with contextlib.suppress(OSError):
        folder.parent.rmdir()


def _blocks(lock: str) -> Iterator[str]:
    block = ""
    for line in lock.splitlines(keepends=True):
        if block and not line[0].isspace():
            yield block
            block = ""
        block += line
    yield block


def _name(block: str) -> str:
    return re.split(r"[=<>~!; ]", block, maxsplit=1)[0].strip().lower().replace("_", "-")


def _installer() -> list[str]:
    if uv := find_uv():
        return [uv, "pip", "install", "--python", sys.executable]
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "install", "--disable-pip-version-check"]
    raise _not_brought("there is neither uv nor pip")


def _why(output: str) -> str:
    """What uv or pip has printed, in words for somebody who knows neither."""
    text = output.lower()
    if "hash" in text and "match" in text:
        return "a package is not the one that was tested; check the package index that you use"
    if any(word in text for word in ("connect", "network", "timed out", "dns", "name or service", "proxy")):
        return "the package index cannot be reached"
    # Wrapped at the width of a terminal that nobody has, after lines of progress.
    return " ".join(output[max(0, text.rfind("error:")) :].split())[:_LONGEST_REASON]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def _not_brought(why: str) -> InstallProblem:
    return InstallProblem(
        "missing",
        f"The libraries with which the panel docks could not be brought: {why}.",
        "The panel opens in a window of its own instead. For the docked one, check the network and install again.",
    )
