"""The Pythons of engines that need more than the service has: where they lie, and which of them is there.

`superwhite engines install` makes them, below `engines_home()`:

    <engine>/current.json   names the folder beside it that is in use
    <engine>/<folder>/      a virtual environment: never moved, and not changed any more once it is in use

`current.json` is an object of texts: `folder`; `torch`, its whole version; `flavour`, its build ("cpu", "cu130", ...);
`python`, the interpreter's version; `made_from`, the SHA-256 of the lock that says what is in it. It is written by
`install.engines`, which can import nothing from here.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import json
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

POINTER = "current.json"
OWN = "own"

SOURCE = Path(__file__).resolve().parents[2]
"""The folder of Superwhite's packages: first in the path of a worker, whose environment another copy may have made."""

_LOCKS = SOURCE / "install" / "lock"
_LARGEST_POINTER = 64 * 1024
_FACTS = ("folder", "torch", "flavour", "python", "made_from")
_FACT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,99}")
"""Nor does a name of this kind lead out of a folder."""


@dataclass(frozen=True)
class EngineEnvironment:
    """`python` runs the engine. `flavour` is the build of torch in it ("cpu", "cu130", ...), or `OWN` where it is the
    Python that runs this; `torch` its version. Not `current` is one that another version of Superwhite has made: it may
    lack what this one needs. `folder` is none for `OWN`.
    """

    python: Path
    flavour: str
    torch: str
    version: str
    current: bool
    folder: Path | None = None


def engines_home() -> Path:
    """The folder of the engines' environments: `SUPERWHITE_ENGINES`, else where the system keeps a user's data."""
    if home := os.environ.get("SUPERWHITE_ENGINES"):
        return Path(home).expanduser().absolute()
    from platformdirs import user_data_path

    return user_data_path("superwhite", appauthor=False) / "engines"


def find_environment(engine: str) -> EngineEnvironment | None:
    """The one that was installed for `engine`, else our own where it holds what the engine needs; none without either.

    Quick: nothing of the engine is loaded. Raises nothing; what cannot be read is not there.
    """
    return installed_environment(engine) or _own()


def installed_environment(engine: str) -> EngineEnvironment | None:
    """The one that `superwhite engines install` has made."""
    home = engines_home() / engine
    told = _read(home / POINTER)
    if told is None:
        return None
    folder = home / told["folder"]
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    try:
        if not python.is_file():  # nor is it one when what it links to is gone
            return None
    except OSError:
        return None
    current = told["made_from"] == made_from(engine)
    return EngineEnvironment(python, told["flavour"], told["torch"], told["python"], current, folder)


def made_from(engine: str) -> str:
    """What an environment of `engine` is made from in this version of Superwhite; empty where that is not known."""
    try:
        return hashlib.sha256((_LOCKS / f"{engine}.txt").read_bytes()).hexdigest()
    except OSError:
        return ""


def _read(pointer: Path) -> dict[str, str] | None:
    try:
        with pointer.open("rb") as file:
            told: Any = json.loads(file.read(_LARGEST_POINTER))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    facts = {name: cast("dict[str, Any]", told).get(name) for name in _FACTS}
    if not all(isinstance(fact, str) and _FACT.fullmatch(fact) for fact in facts.values()):
        return None
    return cast("dict[str, str]", facts)


def _own() -> EngineEnvironment | None:
    try:
        if not all(importlib.util.find_spec(name) for name in ("torch", "diffusers")):
            return None
        torch = importlib.metadata.version("torch")
    except (ImportError, ValueError):  # a package that is half there
        return None
    version = ".".join(map(str, sys.version_info[:3]))
    return EngineEnvironment(Path(sys.executable), OWN, torch, version, current=True)
