"""Lifting what is selected in an editing application, and placing it there: what the panel's button does."""

from __future__ import annotations

import uuid
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import typer

from bridge.client import Bridge, calls, plates, state_home
from bridge.client.plates import Plates
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
        rendering = _Rendering(host, done.facts, clip, pattern.output.folder)
        try:
            source = rendering.source(pattern.source.handles)
            mask = rendering.mask(choice.mask, pattern.mask)
            request = _request(clip, source, mask, pattern, done.facts, batch)
            say_price(bridge, request)
            jobs.append((clip, bridge.submit(request)))
        except (HostFailure, SuperwhiteError) as error:
            rendering.discard()
            done.fails(error_of(error) if isinstance(error, HostFailure) else error, clip)
    return jobs


class _Rendering:
    """What a job needs of the host first, and lies in `folder`: media of the clip, a matte of its mask."""

    def __init__(self, host: Host, facts: HostFacts, clip: HostClip, folder: Path) -> None:
        self._host = host
        self._facts = facts
        self._clip = clip
        self._folder = folder
        self._plates: Plates | None = None

    def source(self, handles: int) -> SourceSpec:
        """The clip's own medium where it can be read, else one that the host makes of it."""
        clip = self._clip
        if clip.liftable and clip.media:
            return source_spec(clip, handles)
        if not clip.exportable or not self._facts.abilities.export:
            raise HostUnsupported(f"“{clip.name}” cannot be lifted: {clip.reason or 'it has no media.'}", remedy="")
        say(f"{self._facts.title} renders “{clip.name}” …")
        try:
            return exported_spec(self._host.export(clip.id, str(self._fresh().render), handles))
        except ValueError as error:
            raise HostRefused(
                f"{self._facts.title} has rendered nothing that can be used.", detail=str(error)
            ) from error

    def mask(self, kind: str | None, given: MaskSpec | None) -> MaskSpec | None:
        """The clip's first mask of that kind, with the edges of the one that was given; else that one itself."""
        if kind is None:
            return given
        mask = next((each for each in self._clip.masks if each.kind == kind), None)
        if mask is None:
            warn(f"“{self._clip.name}” has no {kind}; it is lifted as a whole.")
            return None
        if not mask.path:
            say(f"{self._facts.title} renders the {kind} of “{self._clip.name}” …")
        path = mask.path or self._host.export_mask(self._clip.id, mask.id, str(self._fresh().mask)).path
        return MaskSpec.model_validate({**(given.model_dump() if given else {}), "path": path})

    def discard(self) -> None:
        if self._plates is not None:
            plates.remove(self._plates)

    def _fresh(self) -> Plates:
        self._plates = self._plates or plates.fresh(self._folder, self._clip.name)
        return self._plates


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
