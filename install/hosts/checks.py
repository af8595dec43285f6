"""What the doctor says of the hosts on a machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from install.finding import Finding, guarded

from .blender import OLDEST
from .condition import Condition, condition
from .found import FoundHost
from .launchers import Home
from .machine import MACOS, WINDOWS, Machine, is_there, listed
from .manifest import INSTALLED, manifest_path, read_manifest
from .nuke import FIRST_DOCKED
from .pieces import FINDERS, TITLES, pieces_for
from .resolve import external_scripting, interface_file
from .resolve_api import missing_names

_OLDEST = {"nuke": (14,), "hiero": (14,), "blender": OLDEST, "resolve": (18, 5)}
_SAID: dict[Condition, str] = {
    "current": "installed",
    "outdated": "of another version or folder of Superwhite",
    "edited": "edited by hand",
    "missing": "not installed",
    "foreign": "a file of that name is somebody else's",
}


def examine_hosts(machine: Machine, home: Home) -> list[Finding]:
    """For each host that is found: itself, its launcher, its folder, its Python and Qt, and what it alone needs."""
    found: list[Finding] = []
    for name, find in FINDERS.items():
        try:
            hosts = find(machine)
        except Exception as error:  # noqa: BLE001 - what cannot be found out is a finding, as in `guarded`
            found.append(Finding(TITLES[name], "note", f"could not be looked for: {type(error).__name__}: {error}"))
            continue
        for host in hosts:
            found += [guarded(f"{host.name}: {what}", check) for what, check in _checks(host, machine, home)]
    if not found:
        text = "none of DaVinci Resolve, Nuke, Hiero and Blender was found"
        found.append(Finding("Hosts", "ok", f"{text}; `superwhite panel` works by itself"))
    return found


def _checks(host: FoundHost, machine: Machine, home: Home) -> Iterator[tuple[str, Callable[[], Finding]]]:
    yield "program", partial(_program, host)
    yield "launcher", partial(_launcher, host, home)
    yield "script folder", partial(_script_folder, host)
    yield "Python", partial(_python, host, machine, home)
    if host.host == "resolve":
        yield "external scripting", partial(_scripting, host, machine)
        yield "scripting interface", partial(_interface, host, machine, home)


def _program(host: FoundHost) -> Finding:
    facts = {"host": host.host, "version": host.version, "edition": host.edition, "program": str(host.program or "")}
    where = f"{host.program}" if host.program else f"by its folder {host.folder}, not the program itself"
    text = ", ".join(part for part in (host.edition, where) if part)
    if host.number and host.number < _OLDEST[host.host]:
        oldest = ".".join(map(str, _OLDEST[host.host]))
        return Finding(host.name, "note", f"{text}: older than {oldest}", "Superwhite does not support it.", facts)
    if host.edition == "Free":
        remedy = "Superwhite works inside Resolve Studio; with this edition, open an exported timeline in the panel."
        return Finding(host.name, "note", text, remedy, facts)
    if host.host == "resolve" and not host.edition:
        return Finding(
            host.name, "note", f"{text}; edition and version show after its first run", "Start it once.", facts
        )
    return Finding(host.name, "ok", text, "", facts)


def _launcher(host: FoundHost, home: Home) -> Finding:
    name, again = f"{host.name}: launcher", f"superwhite install {host.host}"
    manifest = read_manifest(home.state, host.host)
    conditions: dict[Path, Condition] = {
        piece.path: condition(piece, manifest.entry(piece.path) if manifest else None)
        for piece in pieces_for(host, home)
    }
    facts = {str(path): state for path, state in conditions.items()} | {"host": host.host}
    states = set(conditions.values())
    if manifest is None and is_there(manifest_path(home.state, host.host)):
        return Finding(name, "note", "the record of what was installed is damaged", f"Run `{again}`.", facts)
    if manifest is not None and manifest.phase != INSTALLED:
        return Finding(name, "note", "an installation was cut short", f"Run `{again}`: it completes it.", facts)
    if states == {"missing"}:
        return Finding(name, "ok", "not installed", f"`{again}` puts Superwhite into its menu.", facts)
    if states == {"current"}:
        return Finding(name, "ok", "installed", "", facts)
    wrong = "; ".join(f"{path} is {_SAID[state]}" for path, state in conditions.items() if state != "current")
    if states & {"edited", "foreign"}:
        return Finding(name, "note", wrong, f"Move it away, then run `{again}`.", facts)
    return Finding(name, "note", wrong, f"Run `{again}`.", facts)


def _script_folder(host: FoundHost) -> Finding:
    name = f"{host.name}: script folder"
    nearest = next((folder for folder in (host.folder, *host.folder.parents) if is_there(folder)), host.folder)
    if not nearest.is_dir():
        return Finding(name, "fault", f"{nearest} is not a folder", "Move it away, then install.")
    if not os.access(nearest, os.W_OK | os.X_OK) or _is_read_only(nearest):
        return Finding(
            name,
            "note",
            f"{nearest} cannot be written to",
            "Launchers can be installed by a user who may write there.",
        )
    return Finding(name, "ok", str(host.folder), "", {"path": str(host.folder), "writable": "yes"})


def _is_read_only(folder: Path) -> bool:
    """Whether the drive is: `os.access` does not look at that for the superuser everywhere."""
    return hasattr(os, "statvfs") and bool(os.statvfs(folder).f_flag & os.ST_RDONLY)


def _python(host: FoundHost, machine: Machine, home: Home) -> Finding:
    name, facts = f"{host.name}: Python", {"python": host.python, "qt": host.qt}
    if host.host == "resolve":
        return _resolve_python(name, host, machine)
    text = ", ".join(part for part in (f"Python {host.python}" if host.python else "", host.qt) if part)
    if host.host != "nuke":
        return Finding(name, "ok", f"{text or 'brings its own'}; the panel opens in a window of its own", "", facts)
    if host.number[:1] < (FIRST_DOCKED,):
        return Finding(name, "ok", f"{text or 'not known'}; the panel opens in a window of its own", "", facts)
    docked = home.root / ".docked" / f"cp{host.python.replace('.', '')}"
    if is_there(docked):
        return Finding(name, "ok", f"{text}; the panel docks", "", facts)
    return Finding(
        name, "ok", f"{text}; the panel opens in a window", "`superwhite install nuke` brings what docks it.", facts
    )


def _resolve_python(name: str, host: FoundHost, machine: Machine) -> Finding:
    """Resolve brings none before 21.1, and lists no Python scripts in its menu where it finds none."""
    if host.python:
        return Finding(name, "ok", host.python, "", {"python": host.python})
    given = machine.environment.get("FUSION_PYTHON3_HOME") or machine.environment.get("FUSION_Python3_Home")
    if given and is_there(Path(given)):
        return Finding(name, "ok", f"{given}, by FUSION_PYTHON3_HOME", "", {"python": given})
    if machine.system == MACOS:
        found = listed(machine.at("Library/Frameworks/Python.framework/Versions"), "3.*")
    elif machine.system == WINDOWS:
        found = listed(machine.home / "AppData/Local/Programs/Python", "Python3*")
        found += listed(machine.program_files, "Python3*")
    else:
        found = list(machine.on_path("python3"))
    if found:
        return Finding(name, "ok", str(found[-1]), "", {"python": str(found[-1])})
    return Finding(
        name,
        "note",
        "no Python that Resolve could use for its menu was found",
        "Before 21.1 Resolve needs one: install Python 3.11 from python.org, then start Resolve again.",
    )


def _scripting(host: FoundHost, machine: Machine) -> Finding:
    """The preference without which nothing outside reaches Resolve."""
    name = f"{host.name}: external scripting"
    where = "Set Preferences ▸ System ▸ General ▸ “External scripting using” to Local in Resolve, and start it again."
    mode = external_scripting(machine)
    if mode == "none":
        return Finding(name, "note", "switched off", where, {"mode": mode})
    if mode:
        return Finding(name, "ok", mode, "", {"mode": mode})
    return Finding(name, "note", "its settings do not say on the disk how this is set", where)


def _interface(host: FoundHost, machine: Machine, home: Home) -> Finding:
    name = f"{host.name}: scripting interface"
    path = interface_file(machine)
    if path is None:
        return Finding(name, "ok", "Resolve describes it since 21.1; nothing to compare with")
    used, missing = missing_names(home.root / "plugin" / "resolve", path)
    facts = {"file": str(path), "used": str(used), "missing": ", ".join(missing)}
    if missing:
        text = f"Superwhite uses {', '.join(missing)}, which this Resolve does not describe"
        return Finding(name, "note", text, "Update Superwhite, or report this with the version of Resolve.", facts)
    return Finding(name, "ok", f"all {used} methods that Superwhite uses are there", "", facts)
