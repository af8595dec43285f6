"""Finding Nuke, Nuke Studio and Hiero, which one installation of Foundry's brings together."""

from __future__ import annotations

import re
from pathlib import Path

from .found import FoundHost
from .machine import MACOS, WINDOWS, Machine, is_there, listed

_FOLDER = re.compile(r"Nuke(\d+\.\d+v\d+)$")
_LIBRARY = re.compile(r"python(?:3\.(\d+)|3(\d\d))(?:\.|$|t|d)")
# By Foundry's release notes; what lies in the installation itself is asked first.
_TABLE = {13: ("3.7", "PySide2"), 14: ("3.9", "PySide2"), 15: ("3.10", "PySide2"), 16: ("3.11", "PySide6")}
_TABLE[17] = _TABLE[16]
FIRST_DOCKED = 16
"""Since this version Nuke brings a Qt that the panel can be shown in."""


def find_nuke(machine: Machine) -> list[FoundHost]:
    """Every version that is installed; one without a version where only the folder of its user is there."""
    folder = machine.home / ".nuke"
    found = [_described(path, folder, machine) for path in _installations(machine)]
    if not found and is_there(folder):
        return [FoundHost("nuke", "Nuke", folder)]
    return sorted(found, key=lambda host: host.number)


def find_hiero(machine: Machine) -> list[FoundHost]:
    """As `find_nuke`: Nuke Studio and Hiero are modes of the same program, which the licence allows or does not."""
    return [
        FoundHost("hiero", "Hiero / Nuke Studio", host.folder, host.program, host.version, "", host.python, host.qt)
        for host in find_nuke(machine)
    ]


def _installations(machine: Machine) -> list[Path]:
    if machine.system == WINDOWS:
        places = [machine.program_files, machine.program_files / "Foundry"]
    elif machine.system == MACOS:
        places = list(machine.applications)
    else:
        places = [machine.at(folder) for folder in ("usr/local", "opt", "opt/Foundry")] + [machine.home]
    found = [path for place in places for path in listed(place, "Nuke*") if _FOLDER.search(path.name)]
    found += [program.parent for program in machine.on_path("Nuke*") if _FOLDER.search(program.parent.name)]
    return [path for path in dict.fromkeys(path.resolve() for path in found) if path.is_dir()]


def _described(installation: Path, folder: Path, machine: Machine) -> FoundHost:
    match = _FOLDER.search(installation.name)
    version = match[1] if match else ""
    short = version.split("v")[0]
    if machine.system == MACOS:
        program = installation / f"{installation.name}.app"
    else:
        program = installation / (f"Nuke{short}.exe" if machine.system == WINDOWS else f"Nuke{short}")
    python, qt = _TABLE.get(int(short.split(".")[0]), ("", ""))
    inside = program / "Contents" / "MacOS" if machine.system == MACOS else installation
    return FoundHost("nuke", "Nuke", folder, program, version, "", _python(inside) or python, _qt(inside) or qt)


def _python(inside: Path) -> str:
    """By the library of the interpreter: libpython3.11.so, python311.dll, lib/python3.11."""
    places = [*listed(inside, "*python3*"), *listed(inside / "lib", "python3*"), *listed(inside / "bin", "python3*")]
    places += listed(inside.parent / "Frameworks" / "Python.framework" / "Versions", "3.*")
    for path in places:
        if match := _LIBRARY.search(path.name):
            return f"3.{match[1] or match[2]}"
        if path.parent.name == "Versions":
            return path.name
    return ""


def _qt(inside: Path) -> str:
    for name in ("PySide6", "PySide2"):
        for place in (
            inside / "pythonextensions" / "site-packages",
            *listed(inside / "lib", "python3*/site-packages"),
        ):
            if is_there(place / name):
                return name
    return ""
