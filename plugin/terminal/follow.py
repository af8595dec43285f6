"""Watching a job: its phases with a bar, a rate and the time left; Ctrl-C cancels it."""

from __future__ import annotations

import contextlib
from typing import Any

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from bridge.client import Bridge
from bridge.domain.errors import JobCancelled, JobStateConflict, SuperwhiteError, from_report
from bridge.domain.job import (
    Assembling,
    Cancelled,
    Deliverable,
    Failed,
    Imported,
    Job,
    JobState,
    Queued,
    Ready,
    Running,
    is_final,
)

from .console import fail, people, say, warn

_PHASES = {
    "queued": "Waiting",
    "preparing": "Reading the clip",
    "running": "Lifting",
    "assembling": "Encoding the master",
    "verifying": "Checking",
}


class _RateColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:.1f} frames/s" if speed else "", style="progress.data.speed")


def follow(bridge: Bridge, job: Job) -> Deliverable:
    """Wait for `job` to end; returns what it made, or raises the error that ended it.

    Ctrl-C asks the bridge to cancel the job, waits until it has, and raises `JobCancelled`.
    """
    try:
        state = _watch(bridge, job)
    except KeyboardInterrupt:
        say("Cancelling …")
        cancel(bridge, job)
        state = _watch(bridge, job)
    match state:
        case Ready(result=result) | Imported(result=result):
            return result
        case Failed(error=error):
            raise from_report(error)
        case Cancelled(may_be_billed=billed):
            raise JobCancelled(
                "The job was cancelled." + (" It may still be billed." if billed else ""),
                remedy=f"`superwhite jobs retry {job.id}` starts it again.",
            )
        case _:
            raise SuperwhiteError(f"The job ended as “{state.state}”.")


def cancel(bridge: Bridge, job: Job) -> None:
    """Cancel `job`, unless it has just ended by itself."""
    with contextlib.suppress(JobStateConflict):
        bridge.cancel(job.id)


def finish(bridge: Bridge, job: Job, *, as_json: bool) -> Deliverable:
    """Follow `job` and tell how it ended; anything but success ends the command with the error's exit code."""
    try:
        result = follow(bridge, job)
    except SuperwhiteError as error:
        raise typer.Exit(fail(error, as_json=as_json, job=job.id)) from error
    for warning in result.warnings:
        warn(warning)
    return result


def described(job: str, result: Deliverable) -> dict[str, Any]:
    """The result of a job as the command line's JSON."""
    return {"job": job, "state": "ready", **result.model_dump(mode="json")}


def _watch(bridge: Bridge, job: Job) -> JobState:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _RateColumn(),
        TimeRemainingColumn(),
    )
    state: JobState = job.state
    with Progress(*columns, console=people, transient=True) as progress:
        phase, bar = "", progress.add_task("", total=None)
        for event in bridge.follow(job.id):
            state = event.state
            if state.state != phase and not is_final(state):
                phase = state.state
                progress.remove_task(bar)
                bar = progress.add_task(_described_phase(state), total=None)
                if not people.is_terminal:
                    say(_described_phase(state))
            match state:
                case Running(done=int(done), total=int(total)) | Assembling(done=done, total=total):
                    progress.update(bar, completed=done, total=total)
                case Queued():
                    progress.update(bar, description=_described_phase(state))
                case _:
                    pass
    return state


def _described_phase(state: JobState) -> str:
    if isinstance(state, Queued) and state.ahead:
        return f"Waiting for {state.ahead} job{'s' if state.ahead > 1 else ''}"
    return _PHASES.get(state.state, state.state.capitalize())
