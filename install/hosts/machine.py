"""The machine that is looked at: this one, or in tests a tree of files that stands for another system's."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

LINUX, MACOS, WINDOWS = "linux", "darwin", "win32"


@dataclass(frozen=True)
class Machine:
    """`system` is as in `sys.platform`; absolute folders lie below `top`."""

    system: str
    home: Path
    environment: Mapping[str, str]
    top: Path

    def at(self, absolute: str) -> Path:
        return self.top / absolute.lstrip("/")

    def folder(self, variable: str, otherwise: Path) -> Path:
        """The folder that a variable of the environment names; `otherwise` where it is not set."""
        value = self.environment.get(variable, "")
        return Path(value) if value else otherwise

    @property
    def app_data(self) -> Path:
        """Windows: what applications keep for this user."""
        return self.folder("APPDATA", self.home / "AppData" / "Roaming")

    @property
    def program_data(self) -> Path:
        """Windows: what applications keep for everybody."""
        return self.folder("PROGRAMDATA", self.at("ProgramData"))

    @property
    def program_files(self) -> Path:
        return self.folder("PROGRAMFILES", self.at("Program Files"))

    @property
    def application_support(self) -> Path:
        """macOS: what applications keep for this user."""
        return self.home / "Library" / "Application Support"

    @property
    def applications(self) -> tuple[Path, Path]:
        """macOS: where bundles lie."""
        return self.at("Applications"), self.home / "Applications"

    def on_path(self, pattern: str) -> Iterator[Path]:
        """Programs on the search path whose names match, wherever their links lead."""
        for folder in self.environment.get("PATH", "").split(os.pathsep):
            if folder and Path(folder).is_absolute():
                yield from (path.resolve() for path in listed(Path(folder), pattern))


def this_machine() -> Machine:
    system = LINUX if sys.platform.startswith("linux") else sys.platform
    home = Path.home()
    return Machine(system, home, dict(os.environ), Path(home.anchor))


def listed(folder: Path, pattern: str) -> list[Path]:
    """What in `folder` matches, sorted; nothing where the folder is missing or cannot be read."""
    try:
        return sorted(folder.glob(pattern))
    except OSError:
        return []


def is_there(path: Path) -> bool:
    """Whether `path` exists, as far as this user can see."""
    try:
        return path.exists()
    except OSError:
        return False


def read_some(path: Path, size: int = 1 << 18) -> str:
    """The beginning and the end of a file, `size` bytes each, whatever it holds; empty where it cannot be read."""
    try:
        if not path.is_file():  # a pipe would block for ever
            return ""
        with path.open("rb") as file:
            data = file.read(size)
            file.seek(0, os.SEEK_END)
            length = file.tell()
            if length > size:
                file.seek(max(size, length - size))
                data += b"\n" + file.read(size)
    except OSError:
        return ""
    return data.decode("utf-8", "replace")
