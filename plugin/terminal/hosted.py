"""Lifting what is selected in an editing application, and placing it there: what the panel's button does."""

from __future__ import annotations

import uuid
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import typer

from bridge.client import Bridge, calls, state_home
from bridge.domain.errors import (
    ErrorReport,
    HostRefused,
    HostUnsupported,
    JobCancelled,
    SuperwhiteError,
)
from bridge.domain.host import Host, HostClip, HostFacts, HostFailure, PlaceOrder, Placing
from bridge.domain.hosted import error_of, exported_spec, result_of, source_spec
from bridge.domain.job import Job, PlacementRecord
from bridge.domain.workflow import LiftRequest, MaskSpec, Origin, SourceSpec
from plugin.remote_host.attach import attach

from .asking import say_price
from .console import emit, emit_json, fail, say, warn
from .follow import cancel, described, follow


@dataclass(frozen=True)
class HostChoice:
    """`name` is a host's, with the process behind a colon where several are open. `mask` is the kind of mask (alpha,
    matte or mask) that clips bring along and are to be lifted within.
    """

    name: str
    conflict: str = "new_track"
    mask: str | None = None
    place: bool = True
    trace: Path | None = None


@dataclass
class _Round:
    """What has come of one command so far."""

    facts: HostFacts
    clips: list[dict[str, Any]] = field(default_factory=list)
    ready: list[Job] = field(default_factory=list)
    placing: Placing | None = None
    failure: SuperwhiteError | None = None

    def fails(self, error: SuperwhiteError, clip: HostClip, job: str = "") -> None:
        self.failure = self.failure or error
        fail(error, as_json=False)
        about = {"job": job} if job else {}
        self.clips.append({"clip": clip.id, **about, "state": "failed", "error": error.report().model_dump()})


def lift_selection(bridge: Bridge, choice: HostChoice, pattern: LiftRequest, *, as_json: bool) -> None:
    """Lift every selected clip as `pattern` says, and place what comes of it.

    Clips that fail leave the others alone; the command then ends with the first failure's exit code.
    """
    with attached(choice.name, choice.trace) as host:
        facts, clips = _selected(host)
        done = _Round(facts)
        jobs = _submit(bridge, host, clips, choice, pattern, done)
        _follow(bridge, jobs, done)
        if done.ready and choice.place:
            _place(bridge, host, choice.conflict, done)
    _tell(done, as_json)


@contextmanager
def attached(name: str, trace: Path | None) -> Generator[Host]:
    """The host called `name`, perhaps with a process behind a colon. Its failures become errors."""
    host, _, pid = name.partition(":")
    if pid and not pid.isdecimal():
        raise HostUnsupported(f"“{pid}” is no number of a process.", remedy=f"For instance --host {host}:4711.")
    try:
        remote = attach(host, state_home(), pid=int(pid) if pid else None, trace=trace)
        try:
            yield remote
        finally:
            remote.close()
    except HostFailure as failure:
        raise error_of(failure) from failure


def _selected(host: Host) -> tuple[HostFacts, tuple[HostClip, ...]]:
    facts, selection = host.facts(), host.selection()
    for note in selection.notes:
        warn(note)
    if not selection.clips:
        raise HostRefused(
            f"No clip is selected in {facts.title}.",
            remedy=" ".join(selection.notes) or "Select one on the timeline.",
        )
    return facts, selection.clips


def _submit(
    bridge: Bridge,
    host: Host,
    clips: tuple[HostClip, ...],
    choice: HostChoice,
    pattern: LiftRequest,
    done: _Round,
) -> list[tuple[HostClip, Job]]:
    batch = uuid.uuid4().hex
    jobs: list[tuple[HostClip, Job]] = []
    for clip in clips:
        try:
            source = _source(host, clip, done.facts, pattern)
            request = _request(clip, source, _mask(host, clip, choice, pattern), pattern, done.facts, batch)
            if not jobs:
                say_price(bridge, request)
            jobs.append((clip, bridge.submit(request)))
        except HostFailure as failure:
            done.fails(error_of(failure), clip)
        except SuperwhiteError as error:
            done.fails(error, clip)
    return jobs


def _source(host: Host, clip: HostClip, facts: HostFacts, pattern: LiftRequest) -> SourceSpec:
    if clip.liftable and clip.media:
        return source_spec(clip, pattern.source.handles)
    if not clip.exportable or not facts.abilities.export:
        raise HostUnsupported(f"“{clip.name}” cannot be lifted: {clip.reason or 'it has no media.'}", remedy="")
    say(f"{facts.title} renders “{clip.name}” …")
    folder = _fresh(pattern.output.folder, clip)
    return exported_spec(host.export(clip.id, str(folder), pattern.source.handles))


def _mask(host: Host, clip: HostClip, choice: HostChoice, pattern: LiftRequest) -> MaskSpec | None:
    if choice.mask is None:
        return pattern.mask
    mask = next((each for each in clip.masks if each.kind == choice.mask), None)
    if mask is None:
        warn(f"“{clip.name}” has no {choice.mask}; it is lifted as a whole.")
        return None
    path = mask.path or host.export_mask(clip.id, mask.id, str(_fresh(pattern.output.folder, clip))).path
    shape = pattern.mask.model_dump(exclude={"path"}) if pattern.mask else {}
    return MaskSpec.model_validate({**shape, "path": path})


def _fresh(folder: Path, clip: HostClip) -> Path:
    raise NotImplementedError


def _request(
    clip: HostClip,
    source: SourceSpec,
    mask: MaskSpec | None,
    pattern: LiftRequest,
    facts: HostFacts,
    batch: str,
) -> LiftRequest:
    bare = clip.name.removesuffix(Path(clip.media).suffix) if clip.media else clip.name
    output = pattern.output.model_copy(update={"name": pattern.output.name or bare or None})
    origin = Origin(
        host=facts.name, project=facts.project, project_title=facts.project_title, clip=clip.id, batch=batch
    )
    return pattern.model_copy(update={"source": source, "mask": mask, "output": output, "origin": origin})


def _follow(bridge: Bridge, jobs: list[tuple[HostClip, Job]], done: _Round) -> None:
    for number, (clip, job) in enumerate(jobs, start=1):
        say(f"{number} of {len(jobs)}: {clip.name}")
        try:
            result = follow(bridge, job)
        except JobCancelled:
            for _, waiting in jobs[number:]:
                cancel(bridge, waiting)
            raise
        except SuperwhiteError as error:
            done.fails(error, clip, job.id)
            continue
        for note in result.warnings:
            warn(note)
        done.clips.append({"clip": clip.id, **described(job.id, result)})
        done.ready.append(bridge.job(job.id))


def _place(bridge: Bridge, host: Host, conflict: str, done: _Round) -> None:
    order = PlaceOrder(done.facts.project, tuple(result_of(job) for job in done.ready), conflict)
    try:
        done.placing = host.place(order)
    except HostFailure as failure:
        done.failure = done.failure or error_of(failure)
        fail(error_of(failure), as_json=False)
        return
    for note in done.placing.notes:
        warn(note)
    for placed in done.placing.placed:
        if placed.placement:
            record = PlacementRecord(
                host=done.facts.name,
                project=done.facts.project,
                project_title=done.facts.project_title,
                placement=placed.placement,
                sentence=done.placing.sentence,
            )
            bridge.do(calls.imported(placed.job, record))


def _tell(done: _Round, as_json: bool) -> None:
    placed = {each.job: each.placement for each in done.placing.placed} if done.placing else {}
    sentence = done.placing.sentence if done.placing else ""
    if as_json:
        report: dict[str, ErrorReport | Any] = (
            {"error": done.failure.report().model_dump(mode="json")} if done.failure else {}
        )
        clips = [{**clip, "placement": placed.get(str(clip.get("job")), "")} for clip in done.clips]
        emit_json(
            {
                "state": "failed" if done.failure else "ready",
                "host": done.facts.name,
                "project": done.facts.project,
                "clips": clips,
                "sentence": sentence,
                "notes": list(done.placing.notes) if done.placing else [],
                **report,
            }
        )
    elif sentence:
        emit(sentence)
    if done.failure:
        raise typer.Exit(done.failure.exit_code)
