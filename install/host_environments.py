"""Environments with Blender as a Python module (`bpy`), in which its adapter is tried for real. Standard library only.

A folder for each version, `.hosts/<name>` below the root, is made from a lock with hashes and stamped when it is whole.
Nothing but the tests needs them, and nothing of ours is installed into them.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from pathlib import Path
from typing import Dict, Optional  # noqa: UP035 - has to load on Python 3.8

from install.environment import (
    Environment,
    Say,
    SetupError,
    alone,
    find_uv,
    version_of,
)

BLENDERS = ("blender-4.5", "blender-5.0")

_PYTHON = (3, 11)
"""The only Python for which these versions of `bpy` exist."""


def ensure(root: Path, name: str, say: Say, lock: Optional[Path] = None, module: str = "bpy") -> Path:  # noqa: UP045
    """The Python of `name`, one of `BLENDERS`, in which `module` can be imported: made where it is not there, or not
    whole, from `lock`, by default that of `name`. Raises `SetupError`; what was made in vain is removed.
    """
    locked = lock or root / "install" / "lock" / (name + ".txt")
    return HostEnvironment(root, name, locked, find_uv(), say, module).ensure()


class HostEnvironment(Environment):
    """`uv` is the path of uv, or none for venv and pip."""

    def __init__(
        self,
        root: Path,
        name: str,
        lock: Path,
        uv: Optional[str],  # noqa: UP045
        say: Say,
        module: str = "bpy",
    ) -> None:
        super().__init__(root, Path(sys.executable), lock, lock, uv, say)
        self.folder = root / ".hosts" / name
        self._name = name
        self._lock = lock
        self._module = module

    def ensure(self, dev: bool = False) -> Path:
        """The environment's Python. Raises `SetupError`."""
        if self._is_ready(dev):
            return self.python
        try:
            self.folder.parent.mkdir(exist_ok=True)
        except OSError as error:
            raise SetupError(
                f"{self.folder.parent} cannot be made: {error.strerror}.",
                "Run this as a user who may write in that folder.",
            ) from error
        with alone(self.folder.with_name(self._name + ".lock"), self._say):
            if not self._is_ready(dev):  # another run may have finished it meanwhile
                try:
                    self._make(dev)
                except BaseException:
                    shutil.rmtree(str(self.folder), ignore_errors=True)
                    raise
        return self.python

    def _wanted(self, dev: bool) -> Dict[str, str]:  # noqa: ARG002, UP006
        return {
            "from": hashlib.sha256(self._lock.read_bytes()).hexdigest(),
            "for": self._module,
            "python": ".".join(str(part) for part in version_of(self.python)),
            "root": str(self.root),
        }

    def _make(self, dev: bool) -> None:
        self._say(f"Setting up {self._name} for the tests (once; about 400 MB to download, 900 MB on the drive) …")
        # First: a removal that is cut short must not leave a stamp upon half an environment.
        if self._stamp.exists():
            self._stamp.unlink()
        shutil.rmtree(str(self.folder), ignore_errors=True)
        if self.folder.exists():
            raise SetupError(f"{self.folder} cannot be replaced.", "Close what uses it, or delete it yourself.")
        if self._uv:
            version = ".".join(map(str, _PYTHON))
            self._run([self._uv, "venv", "--quiet", "--python", version, str(self.folder)], f"make {self._name}")
            pip = [self._uv, "pip", "install", "--quiet", "--python", str(self.python)]
        else:
            self._base = _python_3_11()
            self._venv()
            pip = [str(self.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        # Only wheels: building Blender from its sources is no part of a test run.
        install = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", str(self._lock)]
        self._run([*pip, *install], f"install {self._name}")
        self._run([str(self.python), "-c", "import " + self._module], f"start {self._name}")
        self._stamp.write_text(json.dumps(self._wanted(dev)), encoding="utf-8")


def _python_3_11() -> Path:
    if sys.version_info[:2] == _PYTHON:
        return Path(getattr(sys, "_base_executable", sys.executable))
    found = shutil.which("python3.11")
    if found and version_of(Path(found)) == _PYTHON:
        return Path(found)
    raise SetupError(
        "Blender as a module needs Python 3.11, which is not here.", "Install it, or uv, which brings it."
    )
