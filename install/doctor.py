"""What a lift needs of this machine, looked at one by one."""

from __future__ import annotations

import importlib
import importlib.metadata
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from install import surroundings
from install.driver import Ask, find_cards
from install.finding import Finding, guarded
from install.hosts.checks import examine_hosts
from install.hosts.launchers import Home
from install.hosts.machine import Machine

_SMALLEST_FREE = 5 * 10**9
_ENCODERS = ("libx264", "libx265", "aac", "mjpeg")


def examine(machine: Machine, home: Home) -> list[Finding]:
    """Every check, in the order in which a person would want to read them; none of them changes anything, and none
    asks the internet.
    """
    checks: dict[str, Callable[[], Finding]] = {"Python": _python}
    checks |= {
        package: lambda package=package, module=module: _package(package, module) for package, module in _PACKAGES
    }
    checks |= {
        "Encoders": _encoders,
        "Panel libraries": _panel_libraries,
        "State folder": _state_folder,
        "Media folder": _media_folder,
        "Disk": _disk,
        "Keyring": _secrets,
        "GPU": lambda: surroundings.graphics(machine),
        "LTX engine": ltx_engine,
        "LTX weights": ltx_weights,
        "Environment": lambda: surroundings.variables(machine),
        "Proxy": surroundings.proxy,
        "TLS": lambda: surroundings.certificates(machine.environment),
        "Bridge": _bridge,
    }
    return [guarded(name, check) for name, check in checks.items()] + examine_hosts(machine, home)


_PACKAGES = (
    ("av", "av"),
    ("OpenEXR", "OpenEXR"),
    ("opencolorio", "PyOpenColorIO"),
    ("opentimelineio", "opentimelineio"),
    ("numba", "numba"),
)


def _python() -> Finding:
    version = platform.python_version()
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Finding("Python", "ok", f"{version} on {platform.platform()}")
    return Finding("Python", "fault", version, "Use Python 3.11, 3.12 or 3.13.")


def _package(package: str, module: str) -> Finding:
    try:
        importlib.import_module(module)
    except ImportError as error:
        return Finding(
            package, "fault", str(error), "Run `python3 install/run.py lift`, which installs what is missing."
        )
    return Finding(package, "ok", importlib.metadata.version(package))


def _encoders() -> Finding:
    import av

    def has(name: str) -> bool:
        try:
            av.Codec(name, "w")
        except ValueError:
            return False
        return True

    missing = [name for name in _ENCODERS if not has(name)]
    if missing:
        return Finding("Encoders", "fault", f"without {', '.join(missing)}", "Install the PyAV wheel from PyPI.")
    return Finding("Encoders", "ok", ", ".join(_ENCODERS))


def _panel_libraries() -> Finding:
    from install.system_libraries import install_command, missing_libraries

    missing = missing_libraries()
    if not missing:
        return Finding("Panel libraries", "ok", "all there")
    found = "missing " + ", ".join(library.soname for library in missing)
    return Finding("Panel libraries", "note", found, f"For the panel: {' '.join(install_command(missing))}")


def _state_folder() -> Finding:
    from bridge.client import state_home

    folder = state_home()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_in(folder)
    except OSError as error:
        remedy = "Make it writable, or name another folder in the variable SUPERWHITE_HOME."
        return Finding("State folder", "fault", f"{folder} cannot be written to: {error.strerror}", remedy)
    return Finding("State folder", "ok", str(folder), "", {"path": str(folder)})


def _media_folder() -> Finding:
    """Where results go that nobody has named a folder for."""
    folder = Path.cwd()
    try:
        _write_in(folder)
    except OSError as error:
        text = f"{folder} cannot be written to: {error.strerror}"
        return Finding(
            "Media folder", "note", text, "Name another folder for results with --out, or in the settings."
        )
    return Finding("Media folder", "ok", str(folder), "", {"path": str(folder)})


def _write_in(folder: Path) -> None:
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"Superwhite")


def _disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free
    found = f"{free / 1e9:.0f} GB free here"
    if free < _SMALLEST_FREE:
        return Finding("Disk", "note", found, "A minute of 1080p takes about 9 GB: choose another drive with --out.")
    return Finding("Disk", "ok", found)


def _secrets() -> Finding:
    import keyring

    backend: Any = keyring.get_keyring()
    if backend.priority <= 0:
        return Finding("Keyring", "note", "no keyring on this machine", "Keys can come from the environment instead.")
    return Finding("Keyring", "ok", str(backend.name))


def ltx_engine(ask: Ask | None = None) -> Finding:
    """The environment of the local GPU backend. Nothing of it is started."""
    from bridge.engines.environments import OWN, find_environment

    found = find_environment("ltx")
    cards = find_cards(ask)
    install = "Run `superwhite engines install ltx`."
    if found is None:
        told = "not installed; lifting on this machine's GPU needs it, nothing else does"
        return Finding("LTX engine", "note" if cards else "ok", told, install if cards else "")
    facts = {"flavour": found.flavour, "torch": found.torch, "python": str(found.python)}
    told = f"torch {found.torch}, Python {found.version}" + (", in our own Python" if found.flavour == OWN else "")
    if not found.current:
        return Finding("LTX engine", "note", f"{told}; made by another version of Superwhite", install, facts)
    if cards and found.torch.endswith("+cpu"):
        return Finding("LTX engine", "note", f"{told}, which does not use {cards[0].name}", install, facts)
    return Finding("LTX engine", "ok", told, "", facts)


def ltx_weights() -> Finding:
    """By names, sizes and headers: no weights are read."""
    from bridge.client import state_home
    from bridge.domain.settings import BridgeSettings
    from bridge.engines.environments import installed_environment
    from bridge.weights.catalogue import HDR
    from bridge.weights.state import state_of

    try:
        settings = BridgeSettings.model_validate_json((state_home() / "settings.json").read_bytes())
    except (OSError, ValueError):
        settings = BridgeSettings()
    found = state_of(settings, HDR.name)
    facts = {"state": found.state, "folder": str(found.folder), "licence accepted": str(found.accepted)}
    fetch = f"Run `superwhite models fetch {HDR.name}`."
    match found.state:
        case "missing":
            wanted = installed_environment("ltx") is not None
            told = f"not in {found.folder}; lifting on this machine's GPU needs them, nothing else does"
            return Finding("LTX weights", "note" if wanted else "ok", told, fetch if wanted else "", facts)
        case "whole" if found.usable:
            return Finding("LTX weights", "ok", str(found.folder), "", facts)
        case "whole":
            return Finding("LTX weights", "note", f"{found.folder}, but their licence is not accepted", fetch, facts)
        case _:
            return Finding("LTX weights", "note", found.sentence, fetch, facts)


def _bridge() -> Finding:
    from bridge.client import Bridge
    from bridge.domain.errors import BridgeError

    try:
        health = Bridge.attach_or_start(start=False).health()
    except BridgeError:
        return Finding("Bridge", "ok", "not running; it starts when it is needed")
    return Finding("Bridge", "ok", f"running, process {health.pid}, version {health.version}")
