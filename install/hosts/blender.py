"""Finding Blender: every version that has a folder for this user's scripts, or could be given one."""

from __future__ import annotations

import re
from pathlib import Path

from .found import FoundHost, version_number
from .machine import MACOS, WINDOWS, Machine, is_there, listed

OLDEST = (4, 2)
_VERSION = re.compile(r"\d+\.\d+$")
_INTERPRETER = re.compile(r"python3\.?(\d+)")


def find_blender(machine: Machine) -> list[FoundHost]:
    """Versions that Superwhite supports, oldest first. A version that was removed leaves its user's folder behind: it
    is found all the same, because Blender also runs from folders that nobody knows.
    """
    programs = {path.name: path for path in reversed(_resources(machine))}
    found: list[FoundHost] = []
    for config in _config_folders(machine):
        users = {path.name: path for path in listed(config, "*") if _is_version(path)}
        # A sandboxed Blender has a folder of its own; only the usual one may be made for a version that never ran.
        new = {name: config / name for name in programs} if config == _config_folders(machine)[0] else {}
        for name, folder in sorted((new | users).items(), key=lambda each: version_number(each[0])):
            if version_number(name) >= OLDEST:
                resources = programs.get(name)
                found.append(
                    FoundHost(
                        "blender", "Blender", _scripts(folder, machine), resources, name, "", _python(resources)
                    )
                )
    # One folder for all versions, where the environment says so, needs one launcher.
    return list({host.folder: host for host in found}.values())


def _scripts(folder: Path, machine: Machine) -> Path:
    if scripts := machine.environment.get("BLENDER_USER_SCRIPTS"):
        return Path(scripts)
    if resources := machine.environment.get("BLENDER_USER_RESOURCES"):
        return Path(resources) / "scripts"
    return folder / "scripts"


def _config_folders(machine: Machine) -> list[Path]:
    if machine.system == WINDOWS:
        return [machine.app_data / "Blender Foundation" / "Blender"]
    if machine.system == MACOS:
        return [machine.application_support / "Blender"]
    usual = machine.folder("XDG_CONFIG_HOME", machine.home / ".config") / "blender"
    return [usual, machine.home / ".var" / "app" / "org.blender.Blender" / "config" / "blender"]


def _resources(machine: Machine) -> list[Path]:
    """The folders named after the version that lie beside every program."""
    if machine.system == WINDOWS:
        beside = listed(machine.program_files / "Blender Foundation", "Blender*")
        beside.append(machine.at("Program Files (x86)") / "Steam" / "steamapps" / "common" / "Blender")
    elif machine.system == MACOS:
        bundles = [path for folder in machine.applications for path in listed(folder, "Blender*.app")]
        beside = [path / "Contents" / "Resources" for path in bundles]
    else:
        beside = [path for folder in ("opt", "usr/local") for path in listed(machine.at(folder), "[bB]lender*")]
        beside += [machine.at("usr/share/blender"), machine.at("snap/blender/current")]
        beside += listed(machine.home, "[bB]lender*") + listed(machine.home / "Applications", "[bB]lender*")
        beside.append(machine.home / ".steam" / "steam" / "steamapps" / "common" / "Blender")
        beside += [program.parent for program in machine.on_path("blender")]
    return [path for folder in beside for path in listed(folder, "*") if _is_version(path)]


def _is_version(path: Path) -> bool:
    return bool(_VERSION.fullmatch(path.name)) and is_there(path) and path.is_dir()


def _python(resources: Path | None) -> str:
    if resources is None:
        return ""
    for path in [
        *listed(resources / "python" / "lib", "python3*"),
        *listed(resources / "python" / "bin", "python3*"),
    ]:
        if match := _INTERPRETER.match(path.name):
            return f"3.{match[1]}"
    return ""
