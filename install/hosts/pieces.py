"""What an installation puts into a host: whole files of ours, and a line in a file of the user's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .blender import find_blender
from .found import FoundHost
from .launchers import (
    NUKE_LINE,
    Home,
    blender_add_on,
    blender_enabling,
    hiero_launcher,
    nuke_launcher,
    resolve_launcher,
)
from .machine import Machine
from .nuke import find_hiero, find_nuke
from .resolve import find_resolve

FINDERS: dict[str, Callable[[Machine], list[FoundHost]]] = {
    "resolve": find_resolve,
    "nuke": find_nuke,
    "hiero": find_hiero,
    "blender": find_blender,
}
TITLES = {"resolve": "DaVinci Resolve", "nuke": "Nuke", "hiero": "Hiero or Nuke Studio", "blender": "Blender"}


@dataclass(frozen=True)
class OwnFile:
    path: Path
    content: bytes
    purpose: str


@dataclass(frozen=True)
class OwnLine:
    """`line` has no line end: it gets that of the file."""

    path: Path
    line: str
    purpose: str


Piece = OwnFile | OwnLine


def pieces_for(host: FoundHost, home: Home) -> list[Piece]:
    """In the order in which they are to be put there: what leads to a file comes after it."""
    match host.host:
        case "resolve":
            path = host.folder / "Utility" / "Superwhite.py"
            return [OwnFile(path, resolve_launcher(home, path), "Workspace ▸ Scripts ▸ Superwhite opens the panel")]
        case "nuke":
            menu = host.folder / "superwhite" / "menu.py"
            return [
                OwnFile(menu, nuke_launcher(home), "menu and panel of Superwhite"),
                OwnLine(host.folder / "init.py", NUKE_LINE, "one line at the end, by which Nuke finds that folder"),
            ]
        case "hiero":
            path = host.folder / "Python" / "StartupUI" / "superwhite.py"
            return [OwnFile(path, hiero_launcher(home), "menu of Superwhite in the timeline")]
        case _:
            add_on = host.folder / "addons" / "superwhite" / "__init__.py"
            enabling = host.folder / "startup" / "superwhite_enable.py"
            return [
                OwnFile(add_on, blender_add_on(home), "the add-on Superwhite"),
                OwnFile(enabling, blender_enabling(), "switches the add-on on when Blender starts"),
            ]


def all_pieces(hosts: list[FoundHost], home: Home) -> list[Piece]:
    """The pieces of every version; those that versions share, once."""
    found = [piece for host in hosts for piece in pieces_for(host, home)]
    return list({piece.path: piece for piece in found}.values())
