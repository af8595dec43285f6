"""`superwhite install` and `superwhite uninstall`: the small launchers that open the panel from within a host."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from bridge.client import INSTALLATION, state_home
from bridge.domain.errors import DiskFull, HostRefused, HostUnsupported, OutputNotWritable, SuperwhiteError
from install.hosts.act import Outcome
from install.hosts.act import install as put
from install.hosts.act import uninstall as take_out
from install.hosts.docked import Docking
from install.hosts.found import FoundHost
from install.hosts.launchers import Home
from install.hosts.machine import this_machine
from install.hosts.nuke import FIRST_DOCKED
from install.hosts.pieces import FINDERS, TITLES, OwnLine, Piece, all_pieces
from install.hosts.problem import InstallProblem

from .console import emit, emit_json, say, warn

ROOT = Path(INSTALLATION).parent


class HostName(StrEnum):
    RESOLVE = "resolve"
    NUKE = "nuke"
    HIERO = "hiero"
    BLENDER = "blender"


Name = Annotated[HostName, typer.Argument(help="resolve, nuke, hiero (also Nuke Studio) or blender.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be done, and do nothing.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def install(
    host: Name,
    dock: Annotated[
        bool, typer.Option("--dock/--no-dock", help="Nuke 16 and later: bring the libraries to dock the panel in it.")
    ] = True,
    dock_python: Annotated[
        str | None,
        typer.Option(help="Python of the Nuke to dock in, such as 3.11.", metavar="X.Y", show_default=False),
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Put Superwhite into the menu of an application. May be repeated; `superwhite uninstall` takes it out again."""
    found = FINDERS[host](this_machine())
    if not found:
        raise HostUnsupported(
            f"{TITLES[host]}{_SINCE.get(host, '')} was not found on this machine.",
            remedy="Install it and start it once, then try again. `superwhite doctor` shows what was found.",
        )
    pieces = all_pieces(found, home())
    docking = _docking(found, dock_python) if dock and host is HostName.NUKE else None
    if dry_run:
        _show_plan(host, found, pieces, docking, as_json=as_json)
        return
    try:
        outcome = put(host, pieces, state_home(), docking)
    except InstallProblem as problem:
        raise _error(problem) from problem
    told = _described(host, outcome) | {"found": [_named(each) for each in found]}
    if as_json:
        emit_json(told)
    for each in outcome.done:
        _line(each.path, each.deed, as_json=as_json)
    if outcome.docked:
        _line(outcome.docked, "libraries to dock the panel", as_json=as_json)
    if outcome.undocked:
        warn(f"{outcome.undocked.sentence} {outcome.undocked.remedy}")
    if any(each.deed == "edited by hand, left" for each in outcome.done):
        warn("What was edited by hand was left as it is. Delete it and install again to have it made anew.")
    say(f"Superwhite is in {_names(found)}. {_NEXT[host]}")


def uninstall(host: Name, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Take Superwhite out of an application: what was installed and not edited since then, and nothing else."""
    pieces = all_pieces(FINDERS[host](this_machine()), home())
    try:
        outcome = take_out(host, pieces, state_home(), dry_run=dry_run)
    except InstallProblem as problem:
        raise _error(problem) from problem
    if as_json:
        emit_json(_described(host, outcome) | {"dry_run": dry_run})
    gone = [each for each in outcome.done if each.deed != "not there"]
    for each in gone:
        _line(each.path, each.deed, as_json=as_json)
    if any(each.deed == "edited by hand, left" for each in gone):
        warn("What was edited by hand was left where it is.")
    if not gone:
        say(f"Superwhite is not in {TITLES[host]}.")
    elif not dry_run:
        say(f"Superwhite is out of {TITLES[host]}, from its next start.")


def home() -> Home:
    """Of the Superwhite that runs this command. The interpreter is named as it was called: what a virtual environment
    links to would not find our libraries.
    """
    return Home(ROOT, Path(sys.executable), state_home())


_SINCE = {HostName.BLENDER: " 4.2 or later"}
_NEXT = {
    HostName.RESOLVE: "Open it by Workspace ▸ Scripts ▸ Superwhite.",
    HostName.NUKE: "Start Nuke again; it is in the menu bar.",
    HostName.HIERO: "Start it again; Superwhite is in the menu of the timeline's clips.",
    HostName.BLENDER: "Start Blender again; it is in the sidebar (N) of the sequencer.",
}


def _docking(found: list[FoundHost], python: str | None) -> Docking | None:
    """For the Python of the newest Nuke in which the panel can dock; none where no Nuke can."""
    able = [host.python for host in found if host.number[:1] >= (FIRST_DOCKED,) and host.python]
    wanted = python or (able[-1] if able else None)
    if wanted is None:
        return None
    major, _, minor = wanted.partition(".")
    if major != "3" or not minor.isdecimal():
        raise typer.BadParameter("give a version of Python such as 3.11", param_hint="--dock-python")
    return Docking(ROOT, wanted, ROOT / "install" / "lock" / "runtime.txt")


def _show_plan(
    host: HostName, found: list[FoundHost], pieces: list[Piece], docking: Docking | None, *, as_json: bool
) -> None:
    plan = [
        {
            "path": str(piece.path),
            "purpose": piece.purpose,
            "adds": piece.line if isinstance(piece, OwnLine) else piece.content.decode("ascii"),
        }
        for piece in pieces
    ]
    if docking:
        plan.append({"path": str(docking.folder), "purpose": "libraries to dock the panel", "adds": ""})
    if as_json:
        emit_json({"host": host, "dry_run": True, "found": [_named(each) for each in found], "would_write": plan})
        return
    emit(f"Found    {_names(found)}")
    for each in plan:
        emit(f"Writes   {each['path']}\n         {each['purpose']}")


def _described(host: HostName, outcome: Outcome) -> dict[str, Any]:
    return {
        "host": host,
        "done": [{"path": str(each.path), "deed": each.deed} for each in outcome.done],
        "docked": str(outcome.docked) if outcome.docked else None,
        "undocked": outcome.undocked.sentence if outcome.undocked else None,
    }


def _line(path: Path, deed: str, *, as_json: bool) -> None:
    if not as_json:
        emit(f"{path}: {deed}")


def _named(host: FoundHost) -> dict[str, str]:
    return {"title": host.title, "version": host.version, "edition": host.edition, "scripts": str(host.folder)}


def _names(found: list[FoundHost]) -> str:
    return ", ".join(host.name for host in found)


def _error(problem: InstallProblem) -> SuperwhiteError:
    kinds: dict[str, type[SuperwhiteError]] = {"unwritable": OutputNotWritable, "full": DiskFull}
    return kinds.get(problem.kind, HostRefused)(problem.sentence, remedy=problem.remedy)
