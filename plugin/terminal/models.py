"""`superwhite models`: the weights of models, which are fetched from where their authors publish them."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table

from bridge.client import Bridge, calls
from bridge.domain.errors import JobCancelled, JobStateConflict, LicenceNotAccepted, RequestError, SuperwhiteError
from bridge.domain.job import is_final
from bridge.domain.settings import BridgeSettings

from .console import emit, emit_json, emit_table, people, say, warn

if TYPE_CHECKING:
    from bridge.weights.catalogue import Licence, WeightSet
    from bridge.weights.fetching import Progress as Step
    from bridge.weights.fetching import Tell
    from bridge.weights.hub import Hub
    from bridge.weights.state import SetState

app = typer.Typer(help="Weights of models on this machine: list, fetch, verify, remove.", no_args_is_help=True)

BACKEND = "ltx"
"""Whose jobs need the weights."""

_LONGEST_PATH = 40
"""Letters, so that the bar beside it fits."""

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
SetName = Annotated[str, typer.Argument(metavar="SET", help="A set that `list` shows.", show_default=False)]


@app.command("list")
def list_models(as_json: AsJson = False) -> None:
    """Show the sets, and what of them is there."""
    from bridge.weights.catalogue import SETS
    from bridge.weights.folder import free_space, models_home
    from bridge.weights.state import state_of

    settings = Bridge.attach_or_start().do(calls.settings())
    home = models_home(settings)
    states = [state_of(settings, name) for name in SETS]
    if as_json:
        emit_json({"folder": str(home), "free": free_space(home), "sets": [_described(each) for each in states]})
        return
    table = Table("Set", "State", "There", "Size", "Licence", "For", box=None, pad_edge=False)
    for each in states:
        licence = "accepted" if each.accepted else "not accepted"
        table.add_row(each.name, _shown(each), _gigabytes(each.have), _gigabytes(each.size), licence, each.title)
    emit_table(table)
    for each in states:
        if each.state == "damaged":
            emit(f"{each.name}: {each.sentence}")
        if each.folder != home / each.name:
            emit(f"{each.name} lies in {each.folder}")
    emit(f"Folder   {home}  ({_gigabytes(free_space(home))} free)")


@app.command()
def fetch(
    name: SetName,
    folder: Annotated[
        Path | None,
        typer.Option(help="Folder for the weights of all models, from now on.", file_okay=False, show_default=False),
    ] = None,
    accept_licence: Annotated[
        bool, typer.Option("--accept-licence", help="You have read the licence, and accept it.")
    ] = False,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FOLDER",
            help="Take the files from this folder instead; no network.",
            show_default=False,
        ),
    ] = None,
    token_file: Annotated[
        Path | None,
        typer.Option(help="File with a token for the model hub; else HF_TOKEN, or the keyring.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bring a set here, or what is missing or damaged of it. Stopped at any time, the same command goes on."""
    from bridge.weights.folder import known_set

    wanted = known_set(name)
    with Bridge.attach_or_start() as bridge:
        settings = _settings(bridge, folder)
    try:
        if source is not None:
            _bring(wanted, settings, source, accept_licence=accept_licence, as_json=as_json)
        else:
            asyncio.run(_fetch(wanted, settings, token_file, accept_licence=accept_licence, as_json=as_json))
    except KeyboardInterrupt:
        raise JobCancelled("Stopped. What is there is kept: the same command goes on where it was.") from None
    _tell_end(wanted, settings, as_json=as_json)


@app.command()
def verify(
    name: Annotated[
        str | None, typer.Argument(metavar="[SET]", help="A set; all that are there without it.", show_default=False)
    ] = None,
    deep: Annotated[bool, typer.Option("--deep", help="Read every byte (SHA-256); takes minutes.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check that sets are whole: by sizes and headers, or byte by byte."""
    from bridge.weights.catalogue import SETS
    from bridge.weights.fetching import Progress as Reading
    from bridge.weights.folder import find_set, known_set
    from bridge.weights.state import state_of, verify_deep

    settings = Bridge.attach_or_start().do(calls.settings())
    names = [known_set(name).name] if name else list(SETS)
    states = [state_of(settings, each) for each in names]
    states = [each for each in states if name or each.state != "missing"]
    wrong: list[tuple[str, SuperwhiteError]] = []
    for each in states:
        if each.state != "whole":
            wrong.append((each.name, _error(each)))
        elif deep:
            with _bar(each.name, each.size, quiet=as_json) as tell:
                found = verify_deep(
                    find_set(settings, each.name),
                    known_set(each.name),
                    lambda path, done, total: tell(Reading("checking", path, done, total)),
                )
            wrong += [(each.name, error) for error in found]
    bad = {at for at, _ in wrong}
    if as_json:
        emit_json(
            [
                _described(each) | {"problems": [error.sentence for at, error in wrong if at == each.name]}
                for each in states
            ]
        )
    elif not states:
        say("No weights are there.")
    for each in states:
        if each.name not in bad and not as_json:
            emit(f"{each.name} is whole: {'every byte' if deep else 'sizes and headers'} checked.")
    for _, error in wrong[1:]:
        warn(error.sentence)
    if wrong:
        raise wrong[0][1]


@app.command()
def remove(name: SetName, as_json: AsJson = False) -> None:
    """Remove a set from the drive. That its licence was accepted is kept."""
    from bridge.weights.folder import bytes_there, changing, find_set, known_set, remove_files

    wanted = known_set(name)
    with Bridge.attach_or_start() as bridge:
        settings = bridge.do(calls.settings())
        if any(job.request.backend == BACKEND and not is_final(job.state) for job in bridge.jobs(limit=1000)):
            raise JobStateConflict(
                "A job of the local GPU waits or runs, and needs its weights.",
                remedy="Wait until it has ended, or cancel it: `superwhite jobs list`.",
            )
    folder = find_set(settings, name)
    freed = sum(bytes_there(folder, wanted).values())
    if folder.is_dir():
        with changing(folder):
            remove_files(folder, wanted)
    if as_json:
        emit_json({"set": name, "folder": str(folder), "freed": freed})
    elif freed:
        say(f"{name} is removed: {_gigabytes(freed)} are free again.")
    else:
        say(f"{name} is not there: nothing was removed.")


def _settings(bridge: Bridge, folder: Path | None) -> BridgeSettings:
    """The settings, with `folder` kept among them."""
    from bridge.weights.folder import HOME_VARIABLE

    settings = bridge.do(calls.settings())
    if folder is None:
        return settings
    if os.environ.get(HOME_VARIABLE, "").strip():
        raise RequestError(
            f"{HOME_VARIABLE} names the folder for models.",
            remedy="Take it out of the environment, or leave --folder.",
        )
    chosen = folder.expanduser().absolute()
    return bridge.do(calls.change_settings(settings.model_copy(update={"models_folder": chosen})))


async def _fetch(
    wanted: WeightSet, settings: BridgeSettings, token_file: Path | None, *, accept_licence: bool, as_json: bool
) -> None:
    from bridge.weights.fetching import fetch
    from bridge.weights.folder import models_home
    from bridge.weights.hub import Hub
    from bridge.weights.token import find_token

    hub = Hub(token=await find_token(token_file), proxy=settings.proxy)
    home = models_home(settings)
    text = await hub.text(wanted.licence.repo, wanted.licence.path)
    _ask_licence(home, wanted.licence, text, accept=accept_licence, ask=not as_json)
    _say_what_comes(wanted, home, hub)
    folder = home / wanted.name
    with _bar(wanted.name, wanted.size, quiet=as_json, there=_there(folder, wanted)) as tell:
        await fetch(wanted, folder, hub, tell)


def _bring(wanted: WeightSet, settings: BridgeSettings, source: Path, *, accept_licence: bool, as_json: bool) -> None:
    from bridge.weights.copying import bring, find_licence_text
    from bridge.weights.folder import models_home

    home = models_home(settings)
    text = find_licence_text(source)
    _ask_licence(home, wanted.licence, text, accept=accept_licence, ask=not as_json)
    with _bar(wanted.name, wanted.size, quiet=as_json, there=_there(home / wanted.name, wanted)) as tell:
        bring(wanted, home / wanted.name, source.expanduser().absolute(), tell)


def _ask_licence(home: Path, licence: Licence, text: bytes | None, *, accept: bool, ask: bool) -> None:
    """Have the licence accepted, where it is not yet or its text has changed since. Raises `LicenceNotAccepted`."""
    from bridge.weights.licence import accept as keep
    from bridge.weights.licence import find_acceptance, is_the_accepted

    mark = find_acceptance(home, licence)
    if mark and is_the_accepted(mark, text):
        return
    if not accept:
        if mark:
            say("The text of the licence is another than the one that was accepted.")
        say(f"{licence.title} ({licence.address}), in short:")
        for point in licence.points:
            say(f"  - {point}")
        if not ask or not sys.stdin.isatty():
            raise LicenceNotAccepted(
                f"The {licence.title} has not been accepted.",
                remedy=f"Read it at {licence.address}, then give the command again with --accept-licence.",
            )
        if text and typer.confirm("Read its text now?", default=True, err=True):
            with people.pager():
                people.print(text.decode("utf-8", "replace"), markup=False)
        if not typer.confirm("Do you accept it?", default=False, err=True):
            raise LicenceNotAccepted("Without the licence nothing is fetched.", remedy="")
    keep(home, licence, text)


def _say_what_comes(wanted: WeightSet, home: Path, hub: Hub) -> None:
    left = wanted.size - sum(_there(home / wanted.name, wanted).values())
    say(
        f"{wanted.title}: {_gigabytes(left)} of {_gigabytes(wanted.size)} come from {hub.host} to {home / wanted.name}"
    )


def _there(folder: Path, wanted: WeightSet) -> dict[str, int]:
    from bridge.weights.folder import bytes_there

    return bytes_there(folder, wanted)


@contextmanager
def _bar(name: str, size: int, *, quiet: bool, there: dict[str, int] | None = None) -> Generator[Tell]:
    """A bar for all of a set, and what happens to which of its files; a line a file where nobody watches. `there` is
    what was there before, by path; without it all of the set is read.
    """
    done = dict(there or {})
    said: set[str] = set()
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    watched = people.is_terminal and not quiet
    with Progress(*columns, TimeRemainingColumn(), console=people, transient=True, disable=not watched) as progress:
        task = progress.add_task(name, total=size, completed=sum(done.values()))

        def tell(step: Step) -> None:
            if there is None or step.stage != "checking":
                done[step.path] = step.done
            if not watched and not quiet and step.path not in said:
                said.add(step.path)
                say(f"{step.stage} {step.path} ({_gigabytes(step.total)})")
            what = f"checking ({step.done / max(1, step.total):.0%}) " if step.stage == "checking" else ""
            progress.update(task, completed=sum(done.values()), description=f"{what}{_short(step.path)}")

        yield tell


def _tell_end(wanted: WeightSet, settings: BridgeSettings, *, as_json: bool) -> None:
    from bridge.weights.folder import HDR_VARIABLE, find_set, models_home
    from bridge.weights.state import state_of

    if as_json:
        emit_json(_described(state_of(settings, wanted.name)))
        return
    folder = models_home(settings) / wanted.name
    emit(f"{wanted.name} is whole: {folder}")
    if find_set(settings, wanted.name) != folder:
        warn(f"{HDR_VARIABLE} names another folder, which is the one that is used.")


def _error(state: SetState) -> SuperwhiteError:
    from bridge.domain.errors import WeightsDamaged, WeightsMissing

    kind = WeightsDamaged if state.state == "damaged" else WeightsMissing
    return kind(state.sentence, remedy=f"`superwhite models fetch {state.name}` brings what is missing or damaged.")


def _described(state: SetState) -> dict[str, Any]:
    return {
        "set": state.name,
        "title": state.title,
        "state": state.state,
        "folder": str(state.folder),
        "have": state.have,
        "size": state.size,
        "sentence": state.sentence,
        "licence_accepted": state.accepted,
    }


def _shown(state: SetState) -> str:
    return {"whole": "[green]whole[/]", "damaged": "[red]damaged[/]", "partial": "[yellow]partial[/]"}.get(
        state.state, "not there"
    )


def _short(path: str) -> str:
    return path if len(path) <= _LONGEST_PATH else f"…{path[1 - _LONGEST_PATH :]}"


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 10**9 else f"{size / 1e6:.1f} MB" if size >= 10**5 else f"{size:,} bytes"
