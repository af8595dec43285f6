"""Getting hold of a running Resolve in its documented way."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, cast

from bridge.domain.host import HostFailure

from .api import Project, Resolve, has, words

_SETTING = "Preferences ▸ System ▸ General ▸ “External scripting using”"


def attach(environment: MutableMapping[str, str] | None = None) -> Resolve:
    """The application that runs on this machine. Raises `HostFailure` with what is in the way.

    Sets what is missing in `environment`, by default this process's: Resolve's own module reads it from there.
    """
    environment = os.environ if environment is None else environment
    api, library = _places(environment)
    modules = Path(api, "Modules")
    if not Path(modules, "DaVinciResolveScript.py").is_file():
        raise HostFailure(
            "DaVinci Resolve's scripting interface is not on this machine.",
            kind="unsupported",
            remedy="Install DaVinci Resolve Studio, or say by RESOLVE_SCRIPT_API where its Developer/Scripting lies.",
            detail=str(modules),
        )
    environment["RESOLVE_SCRIPT_API"], environment["RESOLVE_SCRIPT_LIB"] = api, library
    if sys.platform == "win32":
        # The library loads whichever Python the registry names, which crashes this one.
        environment.setdefault("FUSION_PYTHON3_HOME", sys.base_prefix)
    if str(modules) not in sys.path:
        sys.path.append(str(modules))
    try:
        script: Any = importlib.import_module("DaVinciResolveScript")
    except Exception as error:
        raise _no_library(library, error) from error
    if not hasattr(script, "scriptapp"):
        raise _no_library(library, "no scriptapp")
    found = script.scriptapp("Resolve")
    if found is None:
        raise HostFailure(
            "DaVinci Resolve Studio does not answer: it does not run, or lets no scripts in.",
            kind="lost",
            remedy=f"Start it, set {_SETTING} to Local, and open a project. The free edition lets no scripts in.",
        )
    resolve = cast(Resolve, found)
    _demand_studio(resolve)
    return resolve


def _demand_studio(resolve: Resolve) -> None:
    """In the free edition nothing else may be called: it would show a dialog behind which every call fails."""
    name = words(resolve.GetProductName())
    if not name:
        raise gone()
    studio = resolve.IsStudio() if has(resolve, "IsStudio") else "Studio" in name
    if not studio:
        raise HostFailure(
            f"This is {name}, the free edition, which lets no scripts in.",
            kind="unsupported",
            remedy="Use DaVinci Resolve Studio, or export the timeline and open it in Superwhite's own window.",
        )


def gone() -> HostFailure:
    return HostFailure("DaVinci Resolve has been closed.", kind="lost", remedy="Start it again and open the project.")


def open_project(resolve: Resolve) -> Project:
    """Raises `HostFailure` where none is open."""
    manager = resolve.GetProjectManager()
    project = manager.GetCurrentProject() if manager is not None else None
    if project is not None and words(project.GetUniqueId()):
        return project
    if not words(resolve.GetProductName()):
        raise gone()
    raise HostFailure("No project is open in DaVinci Resolve.", remedy="Open one, then try again.")


def _places(environment: MutableMapping[str, str]) -> tuple[str, str]:
    """Where the interface and the library lie: as the environment says, else where Resolve puts them."""
    if sys.platform == "win32":
        data = environment.get("PROGRAMDATA", r"C:\ProgramData")
        api = rf"{data}\Blackmagic Design\DaVinci Resolve\Support\Developer\Scripting"
        library = r"C:\Program Files\Blackmagic Design\DaVinci Resolve\fusionscript.dll"
    elif sys.platform == "darwin":
        api = "/Library/Application Support/Blackmagic Design/DaVinci Resolve/Developer/Scripting"
        library = "/Applications/DaVinci Resolve/DaVinci Resolve.app/Contents/Libraries/Fusion/fusionscript.so"
    else:
        # Some installers put everything below /home.
        root = next((each for each in ("/opt/resolve", "/home/resolve") if Path(each).is_dir()), "/opt/resolve")
        api, library = f"{root}/Developer/Scripting", f"{root}/libs/Fusion/fusionscript.so"
    return environment.get("RESOLVE_SCRIPT_API") or api, environment.get("RESOLVE_SCRIPT_LIB") or library


def _no_library(library: str, reason: object) -> HostFailure:
    return HostFailure(
        "DaVinci Resolve's scripting library cannot be loaded.",
        kind="unsupported",
        remedy="Reinstall DaVinci Resolve Studio, or say by RESOLVE_SCRIPT_LIB where its fusionscript lies.",
        detail=f"{library}: {reason}",
    )
