"""`superwhite engines`: environments of engines that need more than Superwhite itself, made for the card at hand."""

from __future__ import annotations

import errno
from collections.abc import Generator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from bridge.client import INSTALLATION, Bridge, calls
from bridge.domain.errors import (
    BridgeUnreachable,
    DiskFull,
    EngineMissing,
    GpuUnavailable,
    JobStateConflict,
    OutputNotWritable,
    SuperwhiteError,
)
from bridge.domain.job import Queued, is_final
from install.driver import find_cards
from install.engines import EngineSetup, build_version, size_of
from install.environment import find_python, find_uv
from install.setup_error import NoRoom, SetupError
from install.torch_build import AUTO, FLAVOURS, PYPI, DriverTooOld, choose

from .console import emit_json, emit_table, say

app = typer.Typer(help="Engines with an environment of their own: list, install, remove.", no_args_is_help=True)

ROOT = Path(INSTALLATION).parent
_MOST_JOBS = 1000


class EngineName(StrEnum):
    LTX = "ltx"


Name = Annotated[EngineName, typer.Argument(help="ltx: the model LTX-2.3 HDR, on a GPU of this machine.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_engines(as_json: AsJson = False) -> None:
    """Show which engines are installed, and whether they are those of this version of Superwhite."""
    found = [_described(engine) for engine in EngineName]
    if as_json:
        emit_json(found)
        return
    table = Table("Engine", "State", "torch", "Python", "Size", box=None, pad_edge=False)
    for each in found:
        size = f"{each['bytes'] / 1e9:.1f} GB" if each["bytes"] else ""
        told = (each["torch"], each["python"], size)
        table.add_row(each["engine"], _STATES[each["state"]], *map(Text, told))
    emit_table(table)
    for each in found:
        if each["state"] in _REMEDIES:
            say(f"{_REMEDIES[each['state']]} `superwhite engines install {each['engine']}`")


@app.command()
def install(
    engine: Name,
    torch: Annotated[
        str,
        typer.Option(help=f"Build of torch: {AUTO} (for the card at hand), {', '.join(FLAVOURS)}, or {PYPI}."),
    ] = AUTO,
    as_json: AsJson = False,
) -> None:
    """Install an engine, or bring it up to date; what is there stays in use until the new one has been tried."""
    if torch not in (AUTO, *FLAVOURS, PYPI):
        raise typer.BadParameter(f"give {AUTO}, {', '.join(FLAVOURS)} or {PYPI}", param_hint="--torch")
    with _told():
        build = choose(torch, build_version(ROOT, engine), next(iter(find_cards()), None))
        made = _setup(engine).install(build, keep_former=_in_use(engine))
    told = _described(engine)
    if as_json:
        emit_json(told | {"made": made})
    elif made:
        say(f"The engine {engine} is installed, with torch {told['torch']}.")
    else:
        say(f"The engine {engine} is there already, with torch {told['torch']}.")


@app.command()
def remove(engine: Name, as_json: AsJson = False) -> None:
    """Remove an engine's environment. Models stay: `superwhite models remove` takes those."""
    if _in_use(engine):
        raise JobStateConflict(
            f"A job is at work on the engine {engine}.", remedy="Wait until it has ended, or cancel it."
        )
    with _told():
        freed = _setup(engine).remove()
    if as_json:
        emit_json({"engine": engine, "freed": freed})
    else:
        say(f"Removed; {freed / 1e9:.1f} GB are free again." if freed else f"The engine {engine} is not installed.")


_STATES = {
    "installed": "[green]installed[/]",
    "out of date": "[yellow]out of date[/]",
    "own": "in Superwhite's own Python",
    "missing": "not installed",
}
_REMEDIES = {
    "out of date": "Another version of Superwhite has made it. To bring it up to date:",
    "missing": "To install it:",
}


def _described(engine: EngineName) -> dict[str, Any]:
    from bridge.engines.environments import OWN, engines_home, find_environment

    found = find_environment(engine)
    if found is None:
        state, facts = "missing", ("", "", "", str(engines_home() / engine), False, 0)
    else:
        state = "own" if found.flavour == OWN else "installed" if found.current else "out of date"
        place = str(found.folder or found.python)
        size = size_of(found.folder) if found.folder else 0
        facts = (found.flavour, found.torch, found.version, place, found.current, size)
    names = ("flavour", "torch", "python", "folder", "current", "bytes")
    return {"engine": engine.value, "state": state, **dict(zip(names, facts, strict=True))}


def _setup(engine: EngineName) -> EngineSetup:
    from bridge.engines.environments import engines_home

    uv = find_uv()
    return EngineSetup(engine, engines_home(), ROOT, find_python(uv), uv, say)


def _in_use(engine: EngineName) -> bool:
    """Whether the bridge has a job at work on it. One that waits finds whatever environment is there when it begins."""
    try:
        with Bridge.attach_or_start(start=False) as bridge:
            jobs = bridge.do(calls.jobs(_MOST_JOBS))
    except BridgeUnreachable:
        return False
    return any(
        job.request.backend == engine and not is_final(job.state) and not isinstance(job.state, Queued)
        for job in jobs
    )


@contextmanager
def _told() -> Generator[None]:
    """The errors of a set-up, which knows nothing of ours."""
    try:
        yield
    except SetupError as problem:
        kind: type[SuperwhiteError] = EngineMissing
        match problem:
            case NoRoom():
                kind = DiskFull
            case DriverTooOld():
                kind = GpuUnavailable
            case _:
                pass
        raise kind(problem.sentence, remedy=problem.remedy) from problem
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        kind = DiskFull if full else OutputNotWritable
        place = error.filename or "the folder of the engines"
        raise kind(
            f"{place} cannot be written: {error.strerror or error}.", remedy="Mend that, then try again."
        ) from error
