"""Lifting clips of a timeline: the chosen ones become jobs, and a new timeline plays what they made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from bridge.client import Bridge
from bridge.domain.cut import TimelineClip
from bridge.domain.errors import JobCancelled, SuperwhiteError, TimelineUnsupported
from bridge.domain.timeline import PlacedClip, TimelineOrder, TimelineQuery
from bridge.domain.workflow import LiftRequest, SourceSpec

from .asking import say_price
from .console import emit, emit_json, fail, say, warn
from .follow import cancel, described, follow


def lift_timeline(bridge: Bridge, query: TimelineQuery, pattern: LiftRequest, *, as_json: bool) -> None:
    """Lift what `query` chooses, each clip as `pattern` says, and write the new timeline into the output folder.

    Clips that fail leave the others alone; the command then ends with the first failure's exit code.
    """
    choice = bridge.read_timeline(query)
    for note in (*choice.facts.warnings, *choice.skipped):
        warn(note)
    requests = [_request(clip, pattern) for clip in choice.chosen]
    for request in requests:
        say_price(bridge, request)
    jobs = [bridge.submit(request) for request in requests]
    placed: list[PlacedClip] = []
    clips: list[dict[str, Any]] = []
    failure: SuperwhiteError | None = None
    for number, (clip, job) in enumerate(zip(choice.chosen, jobs, strict=True), start=1):
        say(f"{number} of {len(jobs)}: {clip.name} ({clip.id})")
        try:
            result = follow(bridge, job)
        except JobCancelled:
            for waiting in jobs[number:]:
                cancel(bridge, waiting)
            raise
        except SuperwhiteError as error:
            failure = failure or error
            fail(error, as_json=False)
            clips.append({"clip": clip.id, "job": job.id, "state": "failed", "error": error.report().model_dump()})
            continue
        for note in result.warnings:
            warn(note)
        clips.append({"clip": clip.id, **described(job.id, result)})
        placed.append(
            PlacedClip(
                clip=clip.id,
                deliverable=result,
                handles_before=result.handles_before,
                handles_after=result.handles_after,
            )
        )
    written = _write(bridge, query, placed, pattern.output.folder) if placed else None
    if as_json:
        state = "failed" if failure else "ready"
        report = {"error": failure.report().model_dump(mode="json")} if failure else {}
        emit_json({"state": state, "timeline": str(written) if written else None, "clips": clips, **report})
    elif written:
        emit(f"Timeline {written}")
    if failure:
        raise typer.Exit(failure.exit_code)


def _request(clip: TimelineClip, pattern: LiftRequest) -> LiftRequest:
    if clip.media is None:
        raise TimelineUnsupported(f"“{clip.name}” ({clip.id}) has no media.")
    source = SourceSpec(path=clip.media, handles=pattern.source.handles, cut=clip)
    # A medium that is used twice gives two sequences: the clips' own names tell them apart better than versions do.
    bare = clip.name.removesuffix(clip.media.suffix)
    output = pattern.output.model_copy(update={"name": pattern.output.name or bare or None})
    return pattern.model_copy(update={"source": source, "output": output})


def _write(bridge: Bridge, query: TimelineQuery, placed: list[PlacedClip], folder: Path) -> Path:
    order = TimelineOrder(source=query.path, placed=tuple(placed), folder=folder, rate=query.rate)
    written = bridge.write_timeline(order)
    for note in written.warnings:
        warn(note)
    return written.path
