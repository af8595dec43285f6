"""Libraries of the system that the wheels do not bring. Standard library only.

Found with `ldd` over the wheels' own libraries on Debian 12. Everything else they bring themselves.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path
from typing import Callable, List, NamedTuple, Sequence  # noqa: UP035 - run.py has to load on Python 3.8


class Library(NamedTuple):
    """A shared library, its Debian package, and what does not work without it."""

    soname: str
    package: str
    needed_for: str


PANEL = "the panel and its tests"
_WINDOW = "a panel window under X11"

LIBRARIES = (
    Library("libEGL.so.1", "libegl1", PANEL),
    Library("libGL.so.1", "libgl1", PANEL),
    Library("libxkbcommon.so.0", "libxkbcommon0", PANEL),
    Library("libdbus-1.so.3", "libdbus-1-3", PANEL),
    Library("libfontconfig.so.1", "libfontconfig1", PANEL),
    Library("libglib-2.0.so.0", "libglib2.0-0", PANEL),
    Library("libX11-xcb.so.1", "libx11-xcb1", _WINDOW),
    Library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", _WINDOW),
    Library("libxcb-cursor.so.0", "libxcb-cursor0", _WINDOW),
    Library("libxcb-icccm.so.4", "libxcb-icccm4", _WINDOW),
    Library("libxcb-image.so.0", "libxcb-image0", _WINDOW),
    Library("libxcb-keysyms.so.1", "libxcb-keysyms1", _WINDOW),
    Library("libxcb-randr.so.0", "libxcb-randr0", _WINDOW),
    Library("libxcb-render-util.so.0", "libxcb-render-util0", _WINDOW),
    Library("libxcb-shape.so.0", "libxcb-shape0", _WINDOW),
)


def can_load(soname: str) -> bool:
    """Whether the system's loader finds `soname`."""
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def missing_libraries(loads: Callable[[str], bool] = can_load) -> List[Library]:  # noqa: UP006
    """What of `LIBRARIES` is not there; none on systems whose wheels are complete (macOS, Windows)."""
    if not sys.platform.startswith("linux"):
        return []
    return [library for library in LIBRARIES if not loads(library.soname)]


def install_command(missing: Sequence[Library]) -> List[str]:  # noqa: UP006
    """The command that installs `missing` on Debian and its kin."""
    packages = sorted({library.package for library in missing})
    return ["apt-get", "install", "-y", "--no-install-recommends", *packages]


def may_install() -> bool:
    """Whether this is root on a Debian."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and Path("/etc/debian_version").exists()


def install(command: Sequence[str]) -> bool:
    """Refresh the package lists and run `command`; whether both succeeded. What they print is shown when they fail."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["apt-get", "update"], list(command)):
        done = subprocess.run(
            step, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        if done.returncode:
            sys.stderr.write(done.stdout)
            return False
    return True
