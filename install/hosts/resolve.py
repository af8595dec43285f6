"""Finding DaVinci Resolve: its program, its scripts folder, and what of its settings lies open on the disk."""

from __future__ import annotations

import plistlib
import re
from pathlib import Path

from .found import FoundHost
from .machine import MACOS, WINDOWS, Machine, is_there, listed, read_some

_MAKER = ("Blackmagic Design", "DaVinci Resolve")
_NAMED = re.compile(r"DaVinci Resolve( Studio)?(?: Version)? v?(\d+\.\d+(?:\.\d+)*)")
_MODE = re.compile(r"System\.Scripting\.Mode\s*=\s*(\d)")
_MODES = {"0": "none", "1": "local", "2": "network"}


def find_resolve(machine: Machine) -> list[FoundHost]:
    """One at most: Resolve replaces its predecessor when it is installed."""
    program = next((path for path in _programs(machine) if is_there(path)), None)
    if program is None and not is_there(user_folder(machine)):
        return []
    edition, version = _named_in_log(machine)
    return [
        FoundHost(
            "resolve",
            "DaVinci Resolve",
            scripts_folder(machine),
            program,
            _bundle_version(program) or version,
            edition,
            _python(machine, program),
        )
    ]


def scripts_folder(machine: Machine) -> Path:
    """Where this user's scripts lie; Resolve lists what is in its subfolder `Utility` on every page."""
    if machine.system == WINDOWS:
        return user_folder(machine) / "Support" / "Fusion" / "Scripts"
    return user_folder(machine) / "Fusion" / "Scripts"


def user_folder(machine: Machine) -> Path:
    """What Resolve keeps for this user."""
    if machine.system == WINDOWS:
        return machine.app_data.joinpath(*_MAKER)
    if machine.system == MACOS:
        return machine.application_support.joinpath(*_MAKER)
    return machine.home / ".local" / "share" / "DaVinciResolve"


def developer_folder(machine: Machine) -> Path:
    """Where the scripting interface is documented: what `RESOLVE_SCRIPT_API` names, else where Resolve puts it."""
    if given := machine.environment.get("RESOLVE_SCRIPT_API"):
        return Path(given)
    if machine.system == WINDOWS:
        return machine.program_data.joinpath(*_MAKER, "Support", "Developer", "Scripting")
    if machine.system == MACOS:
        return machine.at("Library/Application Support").joinpath(*_MAKER, "Developer", "Scripting")
    found = [root / "Developer" / "Scripting" for root in _linux_roots(machine)]
    return next((folder for folder in found if is_there(folder)), found[0])


def external_scripting(machine: Machine) -> str:
    """`none`, `local` or `network` as in Preferences ▸ System ▸ General; empty where the file does not say."""
    if machine.system == WINDOWS:
        folders = [user_folder(machine) / "Preferences", user_folder(machine) / "Support"]
    elif machine.system == MACOS:
        folders = [machine.home.joinpath("Library", "Preferences", *_MAKER)]
    else:
        folders = [user_folder(machine) / "configs"]
    for folder in folders:
        if modes := _MODE.findall(read_some(folder / "config.dat")):
            return _MODES.get(modes[-1], "")
    return ""


def interface_file(machine: Machine) -> Path | None:
    """The description of the scripting interface that Resolve brings along since 21.1."""
    folder = developer_folder(machine)
    found = [path for pattern in ("*.pyi", "*/*.pyi") for path in listed(folder, pattern)]
    return next((path for path in found if path.name == "DaVinciResolveScript.pyi"), None)


def _programs(machine: Machine) -> list[Path]:
    if machine.system == WINDOWS:
        return [machine.program_files.joinpath(*_MAKER, "Resolve.exe")]
    if machine.system == MACOS:
        names = ("DaVinci Resolve/DaVinci Resolve.app", "DaVinci Resolve Studio.app", "DaVinci Resolve.app")
        return [folder / name for folder in machine.applications for name in names]
    return [root / "bin" / "resolve" for root in _linux_roots(machine)]


def _linux_roots(machine: Machine) -> tuple[Path, ...]:
    return machine.at("opt/resolve"), machine.at("home/resolve")


def _bundle_version(program: Path | None) -> str:
    if program is None or program.suffix != ".app":
        return ""
    try:
        with (program / "Contents" / "Info.plist").open("rb") as file:
            return str(plistlib.load(file).get("CFBundleShortVersionString", ""))
    except (OSError, ValueError, plistlib.InvalidFileException, AttributeError):
        return ""


def _named_in_log(machine: Machine) -> tuple[str, str]:
    """Edition and version as Resolve wrote them into its log when it ran last: the program itself tells neither."""
    base = user_folder(machine)
    folders = [base / "logs", base / "Support" / "logs"]
    logs = [folder / name for folder in folders for name in ("ResolveDebug.txt", "davinci_resolve.log")]
    for log in logs:
        if named := _NAMED.findall(read_some(log)):
            studio, version = named[-1]
            return ("Studio" if studio else "Free"), version
    return "", ""


def _python(machine: Machine, program: Path | None) -> str:
    """The Python of its menu scripts, where that is certain."""
    if program is None or machine.system in (WINDOWS, MACOS):
        return ""
    return "its own" if is_there(program.parents[1] / "ResolvePython") else ""  # since 21.1
