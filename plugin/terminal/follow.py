"""Watching a job: its phases with a bar, a rate and the time left; Ctrl-C cancels it."""

from __future__ import annotations

import contextlib
from typing import Any

import typer
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from bridge.client import Bridge
from bridge.domain.errors import ErrorReport, JobCancelled, JobStateConflict, SuperwhiteError, from_report
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
    Receiving,
    Running,
    Sending,
    Submitted,
    Unknown,
    is_final,
)

from .console import fail, people, say, warn

_PHASES = {
    "queued": "Waiting",
    "preparing": "Reading the clip",
    "sending": "Sending",
    "submitted": "Handed over",
    "running": "Lifting",
    "receiving": "Receiving",
    "assembling": "Assembling",
    "verifying": "Checking",
}


class _CountColumn(ProgressColumn):
    """Frames that are done, or megabytes."""

    def render(self, task: Task) -> Text:
        if task.total is None:
            return Text("")
        if task.fields["bytes"]:
            return Text(f"{task.completed / 1e6:.1f}/{task.total / 1e6:.1f} MB")
        return Text(f"{task.completed:.0f}/{task.total:.0f}")


class _RateColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        if not speed:
            return Text("")
        rate = f"{speed / 1e6:.1f} MB/s" if task.fields["bytes"] else f"{speed:.1f} frames/s"
        return Text(rate, style="progress.data.speed")


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
        case Unknown(error=ErrorReport() as error):
            raise from_report(error)
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
        _CountColumn(),
        _RateColumn(),
        TimeRemainingColumn(),
    )
    state: JobState = job.state
    with Progress(*columns, console=people, transient=True) as progress:
        phase, bar = "", progress.add_task("", total=None, bytes=False)
        for event in bridge.follow(job.id):
            state = event.state
            if state.state != phase and not is_final(state):
                phase = state.state
                progress.remove_task(bar)
                bar = progress.add_task(
                    _described_phase(state), total=None, bytes=isinstance(state, Sending | Receiving)
                )
                if not people.is_terminal:
                    say(_described_phase(state))
            match state:
                case Running(done=int(done), total=int(total)) | Assembling(done=done, total=total):
                    progress.update(bar, completed=done, total=total)
                case Sending(sent=done, total=total) | Receiving(received=done, total=int(total)):
                    progress.update(bar, completed=done, total=total)
                case Queued() | Submitted():
                    progress.update(bar, description=_described_phase(state))
                case _:
                    pass
    return state


def _described_phase(state: JobState) -> str:
    if isinstance(state, Queued) and state.ahead:
        return f"Waiting for {state.ahead} job{'s' if state.ahead > 1 else ''}"
    if isinstance(state, Submitted) and state.ahead:
        return f"Handed over, {state.ahead} before it"
    return _PHASES.get(state.state, state.state.capitalize())
