"""`superwhite jobs`: what there is, and what can be done with it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table

from bridge.client import Bridge, plates
from bridge.domain.errors import ErrorReport
from bridge.domain.job import Assembling, Failed, Imported, Job, Queued, Ready, Running, Unknown

from .asking import summary
from .console import emit, emit_json, emit_table, say
from .follow import described, finish

app = typer.Typer(help="Jobs of this machine: list, show, cancel, retry, forget.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
JobId = Annotated[str, typer.Argument(help="The job's id, or enough of its beginning.", show_default=False)]


@app.command("list")
def list_jobs(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Show the jobs, newest first."""
    jobs = Bridge.attach_or_start().jobs(limit=limit)
    if as_json:
        emit_json([job.model_dump(mode="json") for job in jobs])
    elif not jobs:
        say("There are no jobs yet.")
    else:
        table = Table("Job", "State", "Clip", "Made", box=None, pad_edge=False)
        for job in jobs:
            table.add_row(job.id, _state(job), job.request.source.path.name, _when(job.created))
        emit_table(table)


@app.command()
def show(job: JobId, as_json: AsJson = False) -> None:
    """Show one job."""
    found = Bridge.attach_or_start().job(job)
    if as_json:
        emit_json(found.model_dump(mode="json"))
        return
    emit(f"{found.id}  {_state(found)}")
    emit(f"Clip     {found.request.source.path}")
    emit(f"Made     {_when(found.created)}, attempts {found.attempts}")
    match found.state:
        case Ready(result=result) | Imported(result=result):
            emit(summary(result))
        case Failed(error=error) | Unknown(error=ErrorReport() as error):
            emit(f"Error    {error.sentence}")
            if error.remedy:
                emit(f"         {error.remedy}")
        case _:
            pass


@app.command()
def cancel(job: JobId, as_json: AsJson = False) -> None:
    """Stop a job and remove what it has not finished."""
    bridge = Bridge.attach_or_start()
    stopped = bridge.cancel(bridge.job(job).id)
    _tell(stopped, f"Job {stopped.id} is {stopped.state.state}.", as_json)


@app.command()
def retry(job: JobId, as_json: AsJson = False) -> None:
    """Run a failed or cancelled job again; frames that are whole are kept."""
    bridge = Bridge.attach_or_start()
    again = bridge.retry(bridge.job(job).id)
    result = finish(bridge, again, as_json=as_json)
    if as_json:
        emit_json(described(again.id, result))
    else:
        emit(f"Frames   {result.directory / result.pattern}  ({result.first}-{result.last})")


@app.command()
def forget(job: JobId, as_json: AsJson = False) -> None:
    """Drop a job from the list; finished results stay where they are."""
    bridge = Bridge.attach_or_start()
    found = bridge.job(job)
    bridge.forget(found.id)
    plates.remove_of(found.request, [each.request for each in bridge.jobs(limit=1000)])
    _tell(found, f"Job {found.id} is forgotten.", as_json)


def _tell(job: Job, sentence: str, as_json: bool) -> None:
    if as_json:
        emit_json(job.model_dump(mode="json"))
    else:
        say(sentence)


def _state(job: Job) -> str:
    match job.state:
        case Running(done=int(done), total=int(total)):
            return f"running {done}/{total}"
        case Assembling(done=done, total=total):
            return f"assembling {done}/{total}"
        case Queued(ahead=ahead) if ahead:
            return f"queued behind {ahead}"
        case Failed(error=error):
            return f"failed ({error.kind})"
        case state:
            return state.state


def _when(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")
