"""What a lift needs of this machine, looked at one by one."""

from __future__ import annotations

import importlib
import importlib.metadata
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

Verdict = Literal["ok", "note", "fault"]

_SMALLEST_FREE = 5 * 10**9
_ENCODERS = ("libx264", "libx265", "aac", "mjpeg")


@dataclass(frozen=True)
class Finding:
    """`note`: works, but somebody may want to know. `fault`: a lift, or part of one, cannot work."""

    name: str
    verdict: Verdict
    found: str
    remedy: str = ""

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def examine() -> list[Finding]:
    """Every check, in the order in which a person would want to read them; none of them changes anything."""
    checks: list[Callable[[], Finding]] = [
        _python,
        *(lambda package=package, module=module: _package(package, module) for package, module in _PACKAGES),
        _encoders,
        _panel_libraries,
        _state_folder,
        _disk,
        _secrets,
        _gpu,
        _bridge,
    ]
    return [_guarded(check) for check in checks]


_PACKAGES = (
    ("av", "av"),
    ("OpenEXR", "OpenEXR"),
    ("opencolorio", "PyOpenColorIO"),
    ("opentimelineio", "opentimelineio"),
    ("numba", "numba"),
)


def _guarded(check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - a check that breaks is itself a finding
        return Finding(getattr(check, "__name__", "check").strip("_"), "fault", f"{type(error).__name__}: {error}")


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
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass
    return Finding("State folder", "ok", str(folder))


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


def _gpu() -> Finding:
    if shutil.which("nvidia-smi") or Path("/proc/driver/nvidia/version").exists():
        return Finding("GPU", "ok", "NVIDIA driver found")
    return Finding("GPU", "ok", "none, and none is needed for the embedded lift")


def _bridge() -> Finding:
    from bridge.client import Bridge
    from bridge.domain.errors import BridgeError

    try:
        health = Bridge.attach_or_start(start=False).health()
    except BridgeError:
        return Finding("Bridge", "ok", "not running; it starts when it is needed")
    return Finding("Bridge", "ok", f"running, process {health.pid}, version {health.version}")
